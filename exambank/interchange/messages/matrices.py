"""Sentences about matrices of blueprints."""

from flask_babel import lazy_gettext as _l

FILES = {
    "no_matrix": _l(
        "No matrix was found in this file. It needs a table with a row for each topic and a column for each level "
        "(Nhận biết, Thông hiểu, ...; NB, TH, VD, VDC), or a list with the columns topic, level and number of "
        "questions."
    ),
    "matrix_too_large": _l("The matrix has %(count)s cells; at most %(limit)s are read. Split it."),
}

PROBLEMS: dict = {}

NOTICES = {
    "matrix_unread": _l('Row %(row)s: "%(words)s" could not be understood and counts for nothing. Add it by hand.'),
    "matrix_labels_differ": _l(
        'Row %(row)s: the number in "%(words)s" and the questions that it names differ. The number was taken.'
    ),
    "matrix_points_alone": _l(
        'Points, but no number of questions: topic "%(topic)s", level "%(level)s". This cell was left out.'
    ),
    "matrix_points_rounded": _l(
        'The points of topic "%(topic)s", level "%(level)s" cannot be divided evenly; they were rounded to four '
        "decimals."
    ),
    "matrix_text_cut": _l("Row %(row)s: the requirement was cut after %(limit)s characters."),
}

PLACES: dict = {}
