"""Sentences about formulas and texts on their way between formats."""

from flask_babel import lazy_gettext as _l

FILES: dict = {}

PROBLEMS = {
    "formula_unread": _l(
        'A formula could not be taken over; its signs stand there as text: "%(formula)s". Type it again.'
    ),
}

NOTICES: dict = {}

PLACES: dict = {}
