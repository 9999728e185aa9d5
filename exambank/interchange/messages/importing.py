"""Sentences about the reading itself: how long it may take, what came of it, by which signs keys were found."""

from flask_babel import lazy_gettext as _l

FILES = {
    "upload_too_large": _l(
        "The file has %(megabytes)s MB; at most %(limit)s MB are read. Split it, or take out what is not needed."
    ),
    "reading_too_long": _l(
        "Reading took longer than %(seconds)s seconds and was ended. Split the file into smaller ones."
    ),
    "reading_too_large": _l(
        "The file unpacks to more than this server can hold, so reading was ended. Split it into smaller ones."
    ),
    "reading_crashed": _l(
        "The file could not be read: something in it is not as it should be. Open it in the program that made it, "
        "save it anew and choose it again."
    ),
    "reading_gave_up": _l(
        "Reading was interrupted several times, perhaps because the server was restarted. Start it again."
    ),
    "server_trouble": _l(
        "The server could not read the file just now; it may be short of disk space or memory. Have it read again "
        "later, and tell the administrator if this stays so."
    ),
    "upload_gone": _l("The file itself was not kept so long. Choose it again."),
}

PROBLEMS = {
    "needed_work": _l("It would have had to be mended before review."),
    "outcome_unknown": _l('The module has no learning outcome "%(outcome)s"; the item comes in without one.'),
    "kin_in_import": _l('It looks like "%(name)s" of this file (%(percent)s %%). %(words)s'),
}

NOTICES = {
    "points_not_kept": _l(
        "The points of each question are shown in this preview only: in an exam the blueprint gives the points."
    ),
    "edits_lost": _l(
        "These questions were mended before the file was read again, but are no longer where they were, so they are "
        "shown as the file has them now: %(names)s."
    ),
}

CONVENTIONS = {
    "underline": _l("The right option is underlined"),
    "highlight": _l("The right option is highlighted"),
    "red": _l("The right option is red"),
    "green": _l("The right option is green"),
    "blue": _l("The right option is blue"),
    "purple": _l("The right option is purple"),
    "orange": _l("The right option is orange"),
    "white": _l("The right option is white"),
    "bold": _l("The right option is bold"),
    "italic": _l("The right option is italic"),
    "strike": _l("The right option is struck through"),
    "star": _l("A star stands before the right option"),
    "tag": _l("A sign such as [<...>] marks the right option"),
    "word": _l('A word such as "(đúng)" stands beside the right option'),
    "capital": _l("The right option has a capital letter, the others small ones"),
    "fixed": _l("Signs such as #! mark the right option"),
    "table": _l("A table lists the keys"),
    "lines": _l("Lines of text name the keys"),
    "file": _l("A second file lists the keys"),
    "first": _l("The first option is always the right one"),
}

SIGNALS = {
    "underline": _l("underlined"),
    "highlight": _l("highlighted"),
    "red": _l("red"),
    "green": _l("green"),
    "blue": _l("blue"),
    "purple": _l("purple"),
    "orange": _l("orange"),
    "white": _l("white"),
    "bold": _l("bold"),
    "italic": _l("italic"),
    "strike": _l("struck through"),
    "star": _l("starred"),
    "tag": _l("marked by a sign"),
    "word": _l("named as right beside it"),
    "capital": _l("capital letter"),
    "fixed": _l("marked by #!"),
    "table": _l("in the key table"),
    "lines": _l("in the key lines"),
    "file": _l("in the key file"),
    "first": _l("stands first"),
}

# names of products and standards, the same in every language
FORMATS = {
    "qti30": "QTI 3.0",
    "qti22": "QTI 2.2",
    "qti21": "QTI 2.1",
    "qti20": "QTI 2.0",
    "qti12": "QTI 1.2 (Canvas)",
    "moodle": "Moodle XML",
    "gift": "GIFT",
    "aiken": "Aiken",
    "docx": "Word",
    "xlsx": "Excel",
    "csv": "CSV",
    "json": "exambank JSON",
    "olx": "Open edX",
    "blackboard": "Blackboard",
}
