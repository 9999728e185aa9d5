"""The words of a bank's list: its columns, its filters as chips, its ready views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from exambank.bank.labels import flag_label, kind_label, state_label
from exambank.bank.rules.figures import FLAGS
from exambank.bank.rules.finding import NONE_OF_THEM, Filters, as_query, narrowed_by, without


def column_labels() -> dict[str, str]:
    """The heads of the columns."""
    return {
        "question": _("Question"),
        "kind": _("Kind"),
        "topic": _("Topic"),
        "level": _("Level"),
        "outcome": _("Learning outcome"),
        "author": _("Author"),
        "state": _("State"),
        "used": _("In papers"),
        "last_used": _("Last used"),
        "p": _("p"),
        "d": _("Discrimination"),
        "n": _("Responses"),
        "flags": _("What stands out"),
        "comments": _("Open comments"),
        "accepted": _("Accepted on"),
        "source": _("Source"),
        "tags": _("Tags"),
        "module": _("Course module"),
    }


FIGURES = frozenset({"used", "p", "d", "n", "comments"})
"""Columns of numbers: to the right, and the largest first at the first click."""

LATEST_FIRST = FIGURES | {"last_used", "accepted", "flags"}


@dataclass(frozen=True)
class Chip:
    """A filter at work: what it says, and the address without it."""

    text: str
    query: dict[str, str]


_PAIRS = {"uses_to": "uses_from", "p_to": "p_from"}  # two ends of one chip


def chips_of(filters: Filters, names: Mapping[str, Mapping[str, str]]) -> list[Chip]:
    """The filters at work, each with the address that takes it off; ``names``: filter -> value -> what it is called."""
    found = []
    for name, value in narrowed_by(filters).items():
        first = _PAIRS.get(name, name)
        if first != name and getattr(filters, first):
            continue  # told by the chip of the other end
        ends = [one for one, other in _PAIRS.items() if other == name]
        called = names.get(name, {}).get(value, value)
        found.append(Chip(_chip_text(name, called, filters), as_query(without(filters, name, *ends))))
    return found


def _chip_text(name: str, value: str, filters: Filters) -> str:
    if value == NONE_OF_THEM:
        return {"topic": _("No topic"), "level": _("No level"), "outcome": _("No outcome")}.get(name, value)
    words: dict[str, Callable[[], str]] = {
        "search": lambda: _("Words: %(value)s", value=value),
        "topic": lambda: _("Topic: %(value)s", value=value),
        "level": lambda: _("Level: %(value)s", value=value),
        "outcome": lambda: _("Outcome: %(value)s", value=value),
        "kind": lambda: _("Kind: %(value)s", value=kind_label(value)),
        "state": lambda: _("State: %(value)s", value=_state(value)),
        "author": lambda: _("Author: %(value)s", value=value),
        "tag": lambda: _("Tag: %(value)s", value=value),
        "uses_from": lambda: _uses(filters),
        "uses_to": lambda: _uses(filters),
        "used_after": lambda: _("Used from %(day)s on", day=_day(value)),
        "used_before": lambda: _("Last used before %(day)s", day=_day(value)),
        "unused_months": lambda: _("Not used for %(count)s months", count=value),
        "p_from": lambda: _range(filters),
        "p_to": lambda: _range(filters),
        "d_below": lambda: _("Discrimination below %(value)s", value=_figure(value)),
        "data": lambda: _("Enough data") if value == "enough" else _("Not enough data"),
        "flag": lambda: _("Stands out: %(value)s", value=flag_choice(value)),
        "due": lambda: _("Due for review"),
        "comments": lambda: _("With open comments"),
        "mine": lambda: _("Written by me"),
        "waiting": lambda: _("Waiting for me"),
    }
    return words[name]()


def _state(value: str) -> str:
    try:
        return state_label(value)
    except KeyError:  # an address that somebody typed
        return value


def _uses(filters: Filters) -> str:
    least, most = filters.uses_from, filters.uses_to
    if most == "0":
        return _("Never used")
    if least and most:
        return _("In %(least)s to %(most)s papers", least=least, most=most)
    return _("In at least %(least)s papers", least=least) if least else _("In at most %(most)s papers", most=most)


def _range(filters: Filters) -> str:
    low, high = filters.p_from, filters.p_to
    if low and high:
        return _("p from %(low)s to %(high)s", low=_figure(low), high=_figure(high))
    return _("p from %(low)s", low=_figure(low)) if low else _("p up to %(high)s", high=_figure(high))


def _figure(value: str) -> str:
    return format_decimal(float(value), format="0.##").replace("-", "\u2212")


def _day(value: str) -> str:
    return format_date(date.fromisoformat(value), "dd/MM/yyyy")


def flag_choice(value: str) -> str:
    """A value of the flag filter."""
    several = {"any": _("anything"), "severe": _("severe")}
    return several[value] if value in several else flag_label(value)


def flag_choices() -> list[tuple[str, str]]:
    """What the flag filter offers."""
    return [(value, flag_choice(value)) for value in ("any", "severe", *FLAGS)]


@dataclass(frozen=True)
class ReadyView:
    """A view that every bank has."""

    name: str
    query: dict[str, str]


def ready_views() -> list[ReadyView]:
    """The views that need not be saved: they are always there."""
    return [
        ReadyView(_("Waiting for me"), {"waiting": "1"}),
        ReadyView(_("Never used"), {"state": "accepted", "uses_to": "0"}),
        ReadyView(_("To revise"), {"flag": "any", "sort": "flags", "dir": "desc"}),
        ReadyView(_("Due for review"), {"due": "1", "sort": "accepted"}),
        ReadyView(_("My items"), {"mine": "1"}),
    ]
