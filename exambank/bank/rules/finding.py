"""PURE. Finding in a bank: what was typed as a search, what a list is narrowed to, sorted by and shows.

A list's whole state stands in its address: ``read_filters`` makes ``Filters`` of it, ``as_query`` gives it back without
what says nothing. A strange value is dropped, never an error: addresses are typed, cut and kept for years.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from exambank import text
from exambank.bank.rules.figures import FLAGS

NONE_OF_THEM = "none"
MOST_TERMS = 12
PAGE_SIZES = (25, 50, 100, 200)
DEFAULT_PAGE_SIZE = 50


@dataclass(frozen=True)
class Search:
    """Terms as search keys (see ``text.search_key``): each of ``wanted`` must be there, none of ``unwanted``."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def matches(self, key: str) -> bool:
        """Whether a text with this search key is found."""
        return all(term in key for term in self.wanted) and not any(term in key for term in self.unwanted)


_TERM = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')
_QUOTES = str.maketrans("“”„«»", '"""""')


def parse_search(typed: str) -> Search:
    """Read what was typed: words are all wanted, "words in quotes" stand together, -word is excluded."""
    found: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for minus, quoted, word in _TERM.findall(typed.translate(_QUOTES)):
        term = text.search_key(quoted or word)
        if term.strip('"'):
            found[not minus].setdefault(term)
    return Search(tuple(found[True])[:MOST_TERMS], tuple(found[False])[:MOST_TERMS])


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; public ids and codes as they stand in the address. Empty text: no narrowing."""

    search: str = ""
    topic: str = ""
    level: str = ""
    outcome: str = ""
    kind: str = ""
    state: str = ""
    author: str = ""
    tag: str = ""
    uses_from: str = ""  # how many papers carry it
    uses_to: str = ""
    used_after: str = ""  # days, as 2026-09-01
    used_before: str = ""
    unused_months: str = ""  # not in the last so many months, never-used ones included
    p_from: str = ""  # pooled difficulty, 0..1; only items with enough data
    p_to: str = ""
    d_below: str = ""  # pooled discrimination
    data: str = ""  # "enough", "little"
    flag: str = ""  # a code of FLAGS, "any", "severe"
    due: str = ""  # "1": accepted so long ago that it should be read again
    comments: str = ""  # "open"
    mine: str = ""  # "1": written by whoever looks
    waiting: str = ""  # "1": waits for whoever looks
    sort: str = "code"
    is_descending: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(narrowed_by(self))


def _keep(value: str) -> str:
    return value


def _one_of(*allowed: str) -> Callable[[str], str]:
    return lambda value: value if value in allowed else ""


def _whole(value: str) -> str:
    return str(int(value)) if value.isascii() and value.isdecimal() and len(value) <= 6 else ""


def _share(value: str) -> str:
    """A figure with decimal comma or point; kept with a point, at most four places."""
    found = re.fullmatch(r"(-|−)?(\d)(?:[.,](\d{1,4}))?", value)
    if not found:
        return ""
    sign, whole, places = found.groups()
    return f"{'-' if sign else ''}{whole}{'.' + places if places else ''}"


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat() if len(value) == 10 else ""
    except ValueError:
        return ""


SORTS = (
    "code", "kind", "topic", "level", "outcome", "author", "state", "used", "last_used", "p", "d", "n", "flags",
    "comments", "accepted", "created", "module",
)  # fmt: skip

_READERS: dict[str, Callable[[str], str]] = {
    "uses_from": _whole, "uses_to": _whole, "unused_months": _whole, "used_after": _day, "used_before": _day,
    "p_from": _share, "p_to": _share, "d_below": _share, "data": _one_of("enough", "little"),
    "flag": _one_of("any", "severe", *FLAGS), "due": _one_of("1"), "comments": _one_of("open"), "mine": _one_of("1"),
    "waiting": _one_of("1"),
}  # fmt: skip
_NAMES = tuple(one.name for one in fields(Filters) if one.name not in {"sort", "is_descending"})


def read_filters(values: Mapping[str, str]) -> Filters:
    """The filters of an address or a form; whatever makes no sense is left out."""
    given = {name: _READERS.get(name, _keep)(_tidy(values.get(name))) for name in _NAMES}
    sort = _tidy(values.get("sort"))
    return Filters(
        **given, sort=sort if sort in SORTS else "code", is_descending=_tidy(values.get("dir")) == "desc"
    )  # fmt: skip


def _tidy(value: object) -> str:
    return text.nfc(text.strip_control(value)).strip()[:200] if isinstance(value, str) else ""


def narrowed_by(filters: Filters) -> dict[str, str]:
    """The filters that narrow, by name, in the order of the form."""
    return {name: getattr(filters, name) for name in _NAMES if getattr(filters, name)}


def as_query(filters: Filters) -> dict[str, str]:
    """The address that gives these filters: only what differs from a list as it is opened."""
    query = narrowed_by(filters)
    if filters.sort != "code":
        query["sort"] = filters.sort
    if filters.is_descending:
        query["dir"] = "desc"
    return query


def without(filters: Filters, *names: str) -> Filters:
    """The same without these filters: what a chip's cross leads to."""
    return replace(filters, **dict.fromkeys(names, ""))


COLUMNS = (
    "question", "kind", "topic", "level", "outcome", "author", "state", "used", "last_used", "p", "d", "n", "flags",
    "comments", "accepted", "source", "tags",
)  # fmt: skip
"""What a list can show beside the code, in its order."""

DEFAULT_COLUMNS = ("question", "kind", "topic", "level", "state", "used", "p")

COLUMN_SORTS = {name: name for name in COLUMNS if name in SORTS}


def read_columns(names: Iterable[str]) -> tuple[str, ...]:
    """The chosen columns in the list's own order; the usual ones when none is known."""
    wanted = set(names)
    return tuple(name for name in COLUMNS if name in wanted) or DEFAULT_COLUMNS


def read_page_size(typed: str) -> int:
    """A size of ``PAGE_SIZES``; the usual one for anything else."""
    return next((size for size in PAGE_SIZES if str(size) == typed), DEFAULT_PAGE_SIZE)
