"""How figures are written for a reader: decimal sign, minus, per cent, intervals."""

from flask_babel import format_decimal
from flask_babel import gettext as _


def show_number(value: float | None, places: int = 2) -> str:
    """A figure with the reader's decimal sign and a true minus; a missing one is a hyphen."""
    if value is None:
        return "-"
    shown = format_decimal(round(value, places) + 0.0, format="0." + "0" * places if places else "0")
    return shown.replace("-", "\u2212")


def show_percent(share: float | None) -> str:
    """A share in whole per cent."""
    return "-" if share is None else f"{show_number(share * 100, 0)}\u00a0%"


def show_interval(ends: list[float] | None, places: int = 2) -> str:
    """An interval in brackets; nothing where there is none."""
    if not ends:
        return ""
    return _("from %(low)s to %(high)s", low=show_number(ends[0], places), high=show_number(ends[1], places))


def show_percents(ends: list[float] | None) -> str:
    """An interval of shares in whole per cent; nothing where there is none."""
    return _("from %(low)s to %(high)s", low=show_percent(ends[0]), high=show_percent(ends[1])) if ends else ""
