"""The door to the bank: write, review, retire; the pool for papers; what exams tell back."""

from exambank.bank.rules import ItemDraft, sanitize_html
from exambank.bank.service.moves import (
    Moves,
    accept_many,
    decide_review,
    preview_moves,
    retire_item,
    send_back_many,
    submit_for_review,
    submit_many,
    withdraw_from_review,
)
from exambank.bank.service.pictures import add_picture, get_media
from exambank.bank.service.pool import (
    PoolItem,
    get_versions,
    list_pool,
    list_statistics,
    list_uses,
    record_statistics,
    record_use,
)
from exambank.bank.service.reading import (
    BankState,
    Filters,
    bank_state,
    count_reviews,
    count_topics_by_level,
    get_item,
    get_newest_version,
    get_review_task,
    get_version,
    list_authors,
    list_banks,
    list_ids_of,
    list_item_ids,
    list_items,
    list_review_tasks,
    list_tags,
    list_versions,
    may_decide,
    newest_versions,
    public_ids_of,
)
from exambank.bank.service.writing import (
    EditConflict,
    add_drafts,
    check_item,
    revise_item,
    write_item,
)


def sanitize(html: str) -> str:
    """Give the HTML that is safe to store and to show (no style, no links, no pictures, no scripts; NFC)."""
    return sanitize_html(html)


__all__ = [
    "BankState",
    "EditConflict",
    "Filters",
    "ItemDraft",
    "Moves",
    "PoolItem",
    "accept_many",
    "add_drafts",
    "add_picture",
    "bank_state",
    "check_item",
    "count_reviews",
    "count_topics_by_level",
    "decide_review",
    "get_item",
    "get_media",
    "get_newest_version",
    "get_review_task",
    "get_version",
    "get_versions",
    "list_authors",
    "list_banks",
    "list_ids_of",
    "list_item_ids",
    "list_items",
    "list_pool",
    "list_review_tasks",
    "list_statistics",
    "list_tags",
    "list_uses",
    "list_versions",
    "may_decide",
    "newest_versions",
    "preview_moves",
    "public_ids_of",
    "record_statistics",
    "record_use",
    "retire_item",
    "revise_item",
    "sanitize",
    "send_back_many",
    "submit_for_review",
    "submit_many",
    "withdraw_from_review",
    "write_item",
]
