"""How the desk is doing, in numbers: counted in the tables, of what a caller may see, with one meaning for each."""
