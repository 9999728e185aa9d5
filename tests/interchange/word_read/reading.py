"""Shorthands: a Word file read, and what a person would compare of it."""

from exambank.interchange.formats.word import read
from exambank.interchange.neutral import Reading, Source
from tests.interchange.word_read.factory import docx


def reading_of(*blocks: str, key_body: bytes = b"", key_name: str = "", choices=None, **parts) -> Reading:
    source = Source(docx(*blocks, **parts), "de-thi.docx", choices=choices or {}, key_body=key_body, key_name=key_name)
    return read(source)


def keys(reading: Reading) -> list[str]:
    """The letters of each question's key."""
    return [
        "".join("ABCDEFGHIJ"[at] for at, row in enumerate(options(entry)) if row["is_key"]) for entry in reading.entries
    ]


def options(entry) -> list[dict]:
    return entry.draft.content["options"]


def texts(entry) -> list[str]:
    return [row["html"] for row in options(entry)]


def codes(entry) -> list[str]:
    return [problem.code for problem in entry.problems]


def kinds(reading: Reading) -> list[str]:
    return [entry.draft.kind for entry in reading.entries]


def notices(reading: Reading) -> list[str]:
    return [code for code, _values in reading.notices]
