"""PURE. The neutral item model: what every reader gives and every writer takes, whatever the format.

Words: a *source* is a file at the door; a *reading* is all that was found in it, one *entry* an item of the source; an
entry carries a *draft* (an item as our bank keeps it), or is kept *raw* (its own text, unchanged, because we cannot
play it), or is refused. A *bundle* is what a writer takes; *losses* are what its format could not hold.
"""

from exambank.interchange.neutral.drafts import Draft, comparable, draft_of
from exambank.interchange.neutral.files import Bundle, Loss, Source, UnreadableFile, Written
from exambank.interchange.neutral.media import Gallery, MediaFile, media_id
from exambank.interchange.neutral.readings import (
    ACCEPTED,
    NOTICE,
    RAW,
    REFUSED,
    STATUSES,
    WARNING,
    Convention,
    Entry,
    Place,
    Problem,
    Raw,
    Reading,
)

__all__ = [
    "ACCEPTED",
    "NOTICE",
    "RAW",
    "REFUSED",
    "STATUSES",
    "WARNING",
    "Bundle",
    "Convention",
    "Draft",
    "Entry",
    "Gallery",
    "Loss",
    "MediaFile",
    "Place",
    "Problem",
    "Raw",
    "Reading",
    "Source",
    "UnreadableFile",
    "Written",
    "comparable",
    "draft_of",
    "media_id",
]
