"""PURE. Concerns: what counts as evidence against an item in force, when it opens a review of it, and when again.

A concern is about one accepted version. Statistics or a person raise it; it stays open until a person keeps the item as
sound, its text is replaced, it is suspended or retired, or newer figures no longer bear the suspicion out.

Once a person has settled it, the same data say nothing new. Statistics open it again only

* with a run that no earlier concern about this version knew, and
* on figures pooled over exams, over at least half as many responses again as were known at the settling (``GROWTH``):
  one more small class by chance below zero is no reason to ask a colleague twice. Where no response was known then,
  any figures are new.

What the figures themselves withdrew is opened again by any run that is new. A person may ask again at any time.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

OPEN, SETTLED = "open", "settled"
STATISTICS, PERSON = "statistics", "person"
KEPT, REVISED, SUSPENDED, RETIRED, WITHDRAWN = "kept", "revised", "suspended", "retired", "withdrawn"

REPORTED = "reported"
"""The code of what a person said."""

GROWTH = 1.5
MOST_OPTIONS = 20
LONGEST_CODE, LONGEST_ID, LONGEST_NOTE = 40, 36, 2000


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks against a version.

    ``value`` with its interval is the figure that ``code`` rests on (key_suspect: the difference between the option's
    and the key's correlation with the rest; negative_discrimination and low_discrimination: the correlation with the
    rest; too_hard and too_easy: the share of the points earned), over ``n`` responses. ``options``: tokens or letters.
    ``exam`` and ``run``: public ids; ``is_pooled``: over all exams up to this run, not over this exam alone.
    """

    code: str
    n: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    options: tuple[str, ...] = ()
    exam: str = ""
    run: str = ""
    at: str = ""  # ISO 8601
    is_pooled: bool = False
    note: str = ""  # what a person said,
    by: str = ""  # and who: a public id

    @property
    def identity(self) -> tuple:
        """What makes it another piece of evidence: a run says each thing once, a person may say several.

        Of other options it is another thing: two corrections of one exam may each accept one.
        """
        if self.run:
            return self.code, self.run, self.is_pooled, self.options
        return self.code, self.exam, self.is_pooled, self.n, self.value, self.note, self.by

    def row(self) -> dict[str, Any]:
        """As a column keeps it."""
        return {**asdict(self), "options": list(self.options)}


def read_evidence(given: Mapping[str, Any]) -> Evidence:
    """A record as analysis hands it in, or as a column keeps it; what is no finite figure is None.

    Keys: ``code``, ``n``, ``value``, ``low``, ``high``, ``confidence``, ``options``, ``exam``, ``run``, ``at`` (a
    time or its ISO text), ``is_pooled``, ``note``, ``by``; all but the code may be absent.
    """
    n, at, options = _figure(given.get("n")), given.get("at"), given.get("options") or ()
    ends = sorted(end for end in (_figure(given.get("low")), _figure(given.get("high"))) if end is not None)
    low, high = ends if len(ends) == 2 else (None, None)
    return Evidence(
        code=_text(given.get("code"), LONGEST_CODE),
        n=None if n is None or n < 0 else int(n),
        value=_figure(given.get("value")),
        low=low,
        high=high,
        confidence=_figure(given.get("confidence")),
        options=tuple(_text(one, LONGEST_ID) for one in list(options)[:MOST_OPTIONS]),
        exam=_text(given.get("exam"), LONGEST_ID),
        run=_text(given.get("run"), LONGEST_ID),
        at=at.isoformat() if isinstance(at, datetime) else _text(at, 40),
        is_pooled=bool(given.get("is_pooled")),
        note=_text(given.get("note"), LONGEST_NOTE),
        by=_text(given.get("by"), LONGEST_ID),
    )


def _figure(value: Any) -> float | None:
    try:
        figure = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return figure if math.isfinite(figure) and not isinstance(value, bool) else None


def _text(value: Any, longest: int) -> str:
    return "" if value is None else str(value)[:longest]


def new_evidence(known: Iterable[Evidence], given: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Those of ``given`` that ``known`` does not hold yet, each once."""
    seen, fresh = {one.identity for one in known}, []
    for one in given:
        if one.code and one.identity not in seen:
            seen.add(one.identity)
            fresh.append(one)
    return tuple(fresh)


def join_codes(known: Iterable[str], *more: str) -> list[str]:
    """Codes in the order in which they were told, each once."""
    return list(dict.fromkeys(code for one in (*known, *more) if (code := _text(one, LONGEST_CODE))))


def newest_evidence(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What is shown: of each exam all that its last run says; everything that people said, each once; newest last."""
    last = {_place(one): one.run or one for one in evidence}
    return tuple(one for one in evidence if last[_place(one)] == (one.run or one))


def _place(one: Evidence) -> tuple:
    return (one.code, one.is_pooled, "" if one.is_pooled else one.exam) if one.run else one.identity


def is_person_heard(evidence: Iterable[Evidence]) -> bool:
    """Whether a person asked for the review, or joined in: then no machine takes it back."""
    return any(one.code == REPORTED for one in evidence)


@dataclass(frozen=True)
class Past:
    """A settled concern about the same version: how it ended, the runs it knew, the responses known then."""

    outcome: str
    runs: frozenset[str] = frozenset()
    n: int = 0


def may_open(past: Sequence[Past], given: Iterable[Evidence]) -> bool:
    """Whether statistics open a (further) concern about a version; ``past``: oldest first. See above for the rule."""
    known = frozenset().union(*(one.runs for one in past))
    fresh = [one for one in given if one.code and (not past or (one.run and one.run not in known))]
    decided = [one for one in past if one.outcome != WITHDRAWN]
    if not decided:
        return bool(fresh)
    before = decided[-1].n
    return any((one.is_pooled or not before) and (one.n or 0) >= GROWTH * before for one in fresh)


def count_known(evidence: Iterable[Evidence], pooled_n: int) -> int:
    """How many responses were known: by the evidence, or by the figures that the item keeps."""
    return max([pooled_n, *(one.n for one in evidence if one.n is not None)])
