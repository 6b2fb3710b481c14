"""Letters to complainants and staff: their templates in both languages, and who writes them."""
