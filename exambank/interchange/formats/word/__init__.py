"""PURE. Word documents (.docx) as Vietnamese teachers type them."""

from exambank.interchange.formats.word.reading import read as read_typed
from exambank.interchange.formats.word.writing import read_own, write
from exambank.interchange.neutral import Reading, Source

__all__ = ["read", "write"]


def read(source: Source) -> Reading:
    """Every question of the file. UnreadableFile when it cannot be used.

    A file that we wrote is read by its styles, unless a person chose another sign for its keys.
    """
    is_plain = not source.choices.get("key") and not source.key_body
    return (read_own(source) if is_plain else None) or read_typed(source)
