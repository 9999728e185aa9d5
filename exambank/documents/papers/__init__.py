"""Printed papers: what stands on them, as plain data for the typst templates.

Stored HTML becomes a tree of lists and strings (``html_tree``), TeX becomes typst's math notation (``formulas``),
pictures become drawings as text (``pictures``). Nothing a person typed is ever pasted into markup: the templates get
data, and a formula is evaluated in math mode only, in the child process. ``sheet_geometry`` says in millimetres where
everything of an answer sheet lies; ``binding`` puts finished pages together. What cannot be printed as written is
printed as well as can be and told as a problem of its item; it never keeps the other papers from being printed.
"""
