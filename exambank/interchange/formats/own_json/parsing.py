"""PURE. JSON from outside into plain data: its size, depth, numbers and names are checked before anything is made."""

import codecs
import json
from collections.abc import Iterator
from typing import Any

from exambank.interchange.neutral import UnreadableFile

JSON_LIMIT = 90 * 1024 * 1024
MOST_PIECES = 3_000_000
DEEPEST = 40
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


class Twice(dict):
    """An object in which a name stood twice; it holds the last value. ``names`` are those names."""

    names: tuple[str, ...] = ()


class _Unfit(ValueError):
    """A number that no question needs."""


def parse_json(body: bytes) -> Any:
    """The data of a JSON file. UnreadableFile (json_broken with line and reason, json_too_large ...) otherwise."""
    if len(body) > JSON_LIMIT:
        raise UnreadableFile("json_too_large", limit=JSON_LIMIT // 1024 // 1024)
    if sum(body.count(sign) for sign in (b",", b"[", b"{")) > MOST_PIECES:
        raise UnreadableFile("json_too_much")
    try:
        found = json.loads(
            _decoded(body), object_pairs_hook=_object, parse_int=_whole, parse_float=_figure, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise UnreadableFile("json_broken", line=error.lineno, column=error.colno, reason=error.msg[:100]) from None
    except (_Unfit, UnicodeError):
        raise UnreadableFile("json_broken", line=1, column=1, reason="number or letter") from None
    except RecursionError:
        raise UnreadableFile("json_too_deep", limit=DEEPEST) from None
    if _depth(found) > DEEPEST:
        raise UnreadableFile("json_too_deep", limit=DEEPEST)
    return found


def _decoded(body: bytes) -> str:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body.decode(encoding).lstrip("\ufeff")
    return body.decode(json.detect_encoding(body))


def _object(pairs: list[tuple[str, Any]]) -> dict:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = Twice(found)
    names = [name for name, _value in pairs]
    twice.names = tuple(sorted({name for name in names if names.count(name) > 1})[:5]) if len(names) < 1000 else ("?",)
    return twice


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > 30:
        raise _Unfit()
    return int(digits)


def _figure(digits: str) -> float:
    if len(digits) > 400:
        raise _Unfit()
    return float(digits)


def _constant(_word: str) -> None:
    """NaN and Infinity, which JSON does not know, say nothing."""


def _depth(value: Any) -> int:
    """How deep lists and objects stand in one another."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        level = [one for parent in level if isinstance(parent, dict | list) for one in _children(parent)]
        deep += 1
    return deep


def _children(parent: dict | list) -> Iterator[Any]:
    yield from parent.values() if isinstance(parent, dict) else parent


def names_twice(value: Any) -> tuple[str, ...]:
    """The names that stand twice in an object, anywhere within this value."""
    found: list[str] = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Twice):
            found += one.names
        if isinstance(one, dict | list):
            stack += _children(one)
    return tuple(dict.fromkeys(found))
