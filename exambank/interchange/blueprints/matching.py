"""PURE. The words of a file for topics and levels, and the module's and school's own: which is which."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exambank import text
from exambank.interchange.blueprints.words import fold, level_key

_NUMBERED = re.compile(
    r"(?:(?:chuong|bai|chu de|chuyen de|phan|muc|hoc phan|module|unit|chapter)\s*(?:so\s*)?)?"
    r"(\d{1,3}|[ivx]{1,5})(?:\s*[.:)\-–]\s*|\s+|$)"
)
_LABEL = re.compile(
    r"(?:chuong|bai|chu de|chuyen de|phan|muc|module|unit|chapter)\s*(?:so\s*)?(?:\d{1,3}|[ivx]{1,5})\b[\s.:)\-–]*"
)
_BARE = re.compile(r"\s*(?:\d{1,3}(?:\.\d{1,3})*|[ivx]{1,5})\s*[.:)\-–]\s*")
_ROMAN = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True)
class Known:
    """A topic or level that there is: ``key`` is what it is chosen by."""

    key: str
    name: str


def match_topics(names: Iterable[str], known: Sequence[Known]) -> dict[str, str]:
    """The key for each name that is told apart for certain: by name, by name without its number, by its number."""
    exact = {one.name: one.key for one in known}
    by_name = _unique((text.search_key(one.name), one.key) for one in known)
    by_rest = _unique((_rest(one.name), one.key) for one in known if _rest(one.name))
    by_number = _unique((number, one.key) for one in known if (number := _number(one.name)))
    if not by_number:  # topics without numbers of their own are counted
        by_number = {place: one.key for place, one in enumerate(known, start=1)}
    found = {}
    for name in names:
        rest = _rest(name)
        key = exact.get(name) or by_name.get(text.search_key(name)) or (by_rest.get(rest) if rest else None)
        key = key or by_number.get(_number(name))
        if key:
            found[name] = key
    return found


def match_levels(names: Iterable[str], known: Sequence[Known]) -> dict[str, str]:
    """The same for levels; "VDC", "Vận dụng cao" and "Mức 4" are one."""
    exact = {one.name: one.key for one in known}
    by_name = _unique((fold(one.name), one.key) for one in known)
    by_key = _unique((level_key(one.name), one.key) for one in known)
    found = {}
    for name in names:
        key = exact.get(name) or by_name.get(fold(name)) or by_key.get(level_key(name))
        if key:
            found[name] = key
    return found


def _unique(pairs: Iterable[tuple]) -> dict:
    """What is named once only."""
    found: dict = {}
    for name, key in pairs:
        found[name] = None if name in found else key
    return {name: key for name, key in found.items() if key is not None}


def _rest(name: str) -> str:
    """The name without "Chương 2:" or "2." before it and signs around it."""
    plain = _LABEL.sub("", text.search_key(name), count=1)
    bare = _BARE.match(plain)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain[bare.end() if bare else 0 :]).split())


def _number(name: str) -> int | None:
    """The number that a name begins with ("Chương II", "2. ..."), or None."""
    found = _NUMBERED.match(text.search_key(name))
    if not found:
        return None
    return int(found[1]) if found[1].isdigit() else _roman(found[1])


def _roman(letters: str) -> int | None:
    values = [_ROMAN[one] for one in letters]
    total = sum(-one if one < max(values[at + 1 :], default=0) else one for at, one in enumerate(values))
    return total if 0 < total < 40 else None
