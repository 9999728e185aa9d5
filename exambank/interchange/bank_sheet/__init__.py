"""PURE. The words of bank sheets as schools keep them: headers in two languages, kinds, keys as letters, numbers or
words, options in one cell. ``formats.sheets`` makes items of them.
"""

from exambank.interchange.bank_sheet.headers import FATAL_TAG, LABELS, SYNONYMS, find_header
from exambank.interchange.bank_sheet.kinds import CLUSTER, MULTIPLE, SINGLE, TRUE_FALSE
from exambank.interchange.bank_sheet.kinds import WORDS as KIND_WORDS
from exambank.interchange.bank_sheet.records import ACCEPTED, REFUSED, WARNING, Problem

__all__ = [
    "ACCEPTED",
    "CLUSTER",
    "FATAL_TAG",
    "KIND_WORDS",
    "LABELS",
    "MULTIPLE",
    "REFUSED",
    "SINGLE",
    "SYNONYMS",
    "TRUE_FALSE",
    "WARNING",
    "Problem",
    "find_header",
]
