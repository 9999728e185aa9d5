"""PURE. Signs that neither JSON, XML nor a database can keep are dropped from whatever a reader says of a file."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exambank.interchange.neutral import Draft, Entry, Place, Problem, Reading

_UNKEEPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def scrubbed(reading: Reading) -> Reading:
    """The reading without such signs; the bytes of what is kept raw stay as they came."""
    return replace(
        reading,
        entries=tuple(_entry(one) for one in reading.entries),
        title=_clean(reading.title),
        notices=_clean(reading.notices),
        facts=_clean(reading.facts),
    )


def _entry(entry: Entry) -> Entry:
    raw = entry.raw and replace(entry.raw, name=_clean(entry.raw.name), identifier=_clean(entry.raw.identifier))
    return replace(
        entry,
        place=_place(entry.place),
        name=_clean(entry.name),
        draft=entry.draft and _draft(entry.draft),
        raw=raw,
        problems=tuple(_problem(one) for one in entry.problems),
        source=_clean(entry.source),
        evidence=_clean(entry.evidence),
    )


def _draft(draft: Draft) -> Draft:
    values = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
    cleaned = {name: _clean(value) for name, value in values.items()}
    return draft if cleaned == values else Draft(**cleaned)


def _problem(problem: Problem) -> Problem:
    place = problem.place and _place(problem.place)
    return replace(problem, values=_clean(problem.values), place=place) if problem.values or place else problem


def _place(place: Place | None) -> Place | None:
    return replace(place, values=_clean(place.values)) if place and place.values else place


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNKEEPABLE.sub("", value) if _UNKEEPABLE.search(value) else value
    if isinstance(value, Mapping):
        return {_clean(name): _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_clean(one) for one in value)
    return value
