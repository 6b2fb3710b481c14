"""First assessment of a complaint's text: a port for classifiers and the bilingual one that goes by rules."""
