"""Sentences about what a format could not hold when we wrote it."""

from flask_babel import lazy_gettext as _l

FILES: dict = {}

PROBLEMS = {
    "qti_text_rule": _l(
        "Other systems compare the typed answer letter by letter: there, marks count and a star is a star. Read back "
        "here, it is as it was."
    ),
    "qti_units": _l("QTI takes a number without its unit. Other systems will not ask for the unit nor count it."),
    "qti_number_left_out": _l(
        "A right answer that is no number was not written for other systems. Mend it in the bank and export again."
    ),
    "qti_gap_left_out": _l(
        "A gap without an answer, an answer without its gap, or a gap that stands there twice was left out. Mend it in "
        "the bank and export again."
    ),
    "qti_oral": _l("QTI knows no question that is answered aloud: other systems show a field for a written answer."),
    "qti_formula_as_text": _l('A formula could not become MathML and stands there as LaTeX: "%(tex)s".'),
    "qti_raw_file_left_out": _l(
        'The file "%(path)s" of an item kept as it came could not be put into the package. Take it from its source.'
    ),
    "qti_raw_other": _l(
        "This item was kept as it came (%(format)s) and only goes into a file of the same version, not into %(wanted)s."
    ),
}

PROBLEMS |= {
    "sheet_raw": _l(
        "This item is kept as it came, and this format cannot hand it on. Export it as JSON, or in its own format."
    ),
    "sheet_pictures": _l(
        "A table holds no pictures; only the names went into it: %(name)s. To take them along, export as JSON, Word or "
        "QTI."
    ),
    "sheet_changed": _l(
        "A table cannot hold this item exactly; something of its texts or its key changes. Export it as JSON as well."
    ),
    "sheet_labels": _l("These labels do not come back from a table as they were: %(names)s."),
    "sheet_item_lost": _l("A table cannot hold this item. Export it as JSON."),
}

PROBLEMS |= {
    "word_formula_as_text": _l(
        'A formula could not become a formula of Word and stands there as LaTeX: "%(formula)s".'
    ),
    "word_lists_flattened": _l("A list within a list was written on one level."),
    "word_picture_kind": _l(
        'Word does not show the picture "%(name)s" (SVG or WebP); its description stands there. Add it in Word as PNG.'
    ),
    "word_picture_missing": _l('The picture "%(name)s" was not at hand and is not in the file. Add it in Word.'),
    "word_extras": _l("What only our own JSON carries (state, history) is not in the Word file."),
    "word_raw": _l('"%(name)s" is kept as it came from another system and cannot stand in a Word file.'),
}

NOTICES: dict = {}

PLACES: dict = {}

# what each format is good for, where one is chosen
GOOD_FOR = {
    "json": _l("Everything, without any loss: to keep a copy, or to move to another exambank."),
    "xlsx": _l("To work on many questions in Excel and bring them back. Pictures stay behind."),
    "csv": _l("For other programs that take tables. Pictures stay behind."),
    "docx": _l("To read, print or send to a colleague; it can be imported again."),
    "qti30": _l("For newer testing systems (TAO and others that read QTI 3)."),
    "qti22": _l("For TAO and other testing systems that read QTI 2.2."),
    "qti21": _l("For older testing systems that read QTI 2.1."),
    "qti12": _l("For Canvas (classic quizzes) and learning systems that take Common Cartridge."),
    "moodle": _l("For Moodle, with pictures and formulas."),
    "gift": _l("For Moodle and others, as plain text. Pictures stay behind."),
    "aiken": _l("Choices with one right answer as plain text; nothing else fits."),
}
