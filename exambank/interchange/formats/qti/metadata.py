"""PURE. What a package tells of an item besides the item itself: learning object metadata."""

import re

from exambank.interchange.formats.qti.names import words_of

_GENERIC = re.compile(r"(?:(?:test|assessment)?[ _-]*(?:section|part|phần|test)[ _-]*)?[\w-]{0,3}", re.IGNORECASE)
_MOST_TAGS = 20


def labels_in(metadata) -> dict:
    """Tags, licence and contributors in a ``metadata`` element (plain names)."""
    if metadata is None:
        return {}
    found: dict = {}
    tags = dict.fromkeys(words_of(one)[:60] for one in metadata.iter("keyword") if words_of(one))
    if tags:
        found["tags"] = tuple(tags)[:_MOST_TAGS]
    for one in metadata.iter("rights"):
        words = next((words_of(inner) for inner in one.iter("description") if words_of(inner)), "")
        if words:
            found["licence"] = words[:200]
    return found


def title_in(metadata) -> str:
    """The title that metadata give, or ""."""
    for one in metadata.iter("title") if metadata is not None else ():
        if words_of(one):
            return words_of(one)[:300]
    return ""


def topic_of(titles: list[str]) -> tuple[str, ...]:
    """The names of a topic from the titles of the sections around an item, the fullest first; "Section 1" is none."""
    named = [" ".join(title.split()) for title in titles if title and not _GENERIC.fullmatch(title.strip())]
    if not named:
        return ()
    return tuple(dict.fromkeys((" / ".join(named), named[-1])))
