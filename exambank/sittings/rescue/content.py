"""PURE. What lies inside an opened rescue file: the entries of a journal."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exambank.sittings.rules import LATEST_MILLISECONDS

MOST_ENTRIES = 1000
_LAST = 1 << 63


@dataclass(frozen=True)
class Entry:
    """One answer of a journal, not checked against the paper yet; ``claimed_ms`` is the machine's word."""

    question: int
    seq: int
    claimed_ms: int | None
    payload: Any


@dataclass(frozen=True)
class UnreadableEntry:
    """An entry that cannot be taken up; the others of its file can."""

    question: int | None


def read_entries(content: bytes, journal_key: bytes) -> Iterator[Entry | UnreadableEntry]:
    """The entries of an opened file, one after another; ValueError when it holds no list of them."""
    try:
        given = json.loads(content)["entries"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ValueError("no entries") from None
    if not isinstance(given, list) or len(given) > MOST_ENTRIES:
        raise ValueError("no entries")
    for one in given:
        yield _read(one, journal_key)


def _read(one: Any, journal_key: bytes) -> Entry | UnreadableEntry:
    try:
        question, seq, at = one["q"], one["seq"], one.get("at")
        if type(question) is not int or type(seq) is not int or not 0 < seq < _LAST:
            return UnreadableEntry(question if type(question) is int else None)
        payload = one["payload"] if "payload" in one else _unseal(one, journal_key)
    except (AttributeError, KeyError, TypeError, ValueError, InvalidTag, RecursionError):
        return UnreadableEntry(_question_of(one))
    return Entry(question, seq, at if type(at) is int and 0 < at <= LATEST_MILLISECONDS else None, payload)


def _unseal(one: dict, journal_key: bytes) -> Any:
    iv, sealed = (base64.b64decode(one[name], validate=True) for name in ("iv", "sealed"))
    return json.loads(AESGCM(journal_key).decrypt(iv, sealed, None))


def _question_of(one: Any) -> int | None:
    number = one.get("q") if isinstance(one, dict) else None
    return number if type(number) is int else None
