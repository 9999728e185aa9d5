"""PURE decisions of the bank: the road of a version, locks of options, texts, differences, pictures."""

from exambank.bank.rules.diffs import Change, TextChange, compare_options, compare_words
from exambank.bank.rules.locks import is_order_fixed, locked_options
from exambank.bank.rules.pictures import PICTURE_LIMIT_BYTES, Picture, PictureProblem, read_picture
from exambank.bank.rules.texts import (
    editable_text,
    html_from_text,
    html_from_typed,
    plain_text,
    sanitize_html,
    tidy_tags,
)
from exambank.bank.rules.workflow import (
    FROZEN_STATES,
    MINIMUM_N,
    TRANSITIONS,
    ItemDraft,
    PooledFigures,
    Transition,
    code_number,
    code_prefix,
    content_hash,
    format_code,
    item_state,
    pool_statistics,
    refusal_of,
)

__all__ = [
    "FROZEN_STATES",
    "MINIMUM_N",
    "PICTURE_LIMIT_BYTES",
    "TRANSITIONS",
    "Change",
    "ItemDraft",
    "Picture",
    "PictureProblem",
    "PooledFigures",
    "TextChange",
    "Transition",
    "code_number",
    "code_prefix",
    "compare_options",
    "compare_words",
    "content_hash",
    "editable_text",
    "format_code",
    "html_from_text",
    "html_from_typed",
    "is_order_fixed",
    "item_state",
    "locked_options",
    "plain_text",
    "pool_statistics",
    "read_picture",
    "refusal_of",
    "sanitize_html",
    "tidy_tags",
]
