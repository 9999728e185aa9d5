"""PURE. What a Word file is made of: its styles, numbers, fonts, runs, pictures and tables, as a person sees them."""
