"""PURE. Bank sheets as schools keep them: any order of columns, headers in two languages, options in one cell or each
in its own, keys as letters, numbers or words. Rows come out as drafts with row-precise problems.
"""

from exambank.interchange.bank_sheet.headers import LABELS, SYNONYMS, find_header
from exambank.interchange.bank_sheet.kinds import CLUSTER, MULTIPLE, SINGLE, TRUE_FALSE
from exambank.interchange.bank_sheet.kinds import WORDS as KIND_WORDS
from exambank.interchange.bank_sheet.reading import ITEM_LIMIT, read_bank
from exambank.interchange.bank_sheet.records import (
    ACCEPTED,
    REFUSED,
    WARNING,
    BankReading,
    DraftOption,
    ItemDraft,
    Problem,
    RowReading,
)
from exambank.interchange.bank_sheet.rows import FATAL_TAG

__all__ = [
    "ACCEPTED",
    "CLUSTER",
    "FATAL_TAG",
    "ITEM_LIMIT",
    "KIND_WORDS",
    "LABELS",
    "MULTIPLE",
    "REFUSED",
    "SINGLE",
    "SYNONYMS",
    "TRUE_FALSE",
    "WARNING",
    "BankReading",
    "DraftOption",
    "ItemDraft",
    "Problem",
    "RowReading",
    "find_header",
    "read_bank",
]
