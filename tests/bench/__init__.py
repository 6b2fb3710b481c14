"""`make bench`: what a complaint costs, against bare workflows on the same server in the same run."""
