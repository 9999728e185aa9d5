"""A chart and the table of what it draws, which is there for who cannot see it and for who wants the figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from exambank.analysis.service import wording


@dataclass(frozen=True)
class Picture:
    """``headers`` and ``rows`` are ready words; the first cell of a row names it."""

    svg: Markup
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __html__(self) -> str:
        return self.svg


def short(value: float) -> str:
    """A figure with one place, as axes have it."""
    return wording.show_number(value, 1)


def interval(ends: Sequence[float] | None, places: int = 2) -> str:
    """An interval in a cell; a hyphen where there is none."""
    if not ends:
        return "-"
    return f"{wording.show_number(ends[0], places)}\u00a0…\u00a0{wording.show_number(ends[1], places)}"


def percent_interval(ends: Sequence[float] | None) -> str:
    """An interval of a share, in whole per cent."""
    if not ends:
        return "-"
    low, high = wording.show_number(ends[0] * 100, 0), wording.show_percent(ends[1])
    return f"{low}\u00a0…\u00a0{high}"
