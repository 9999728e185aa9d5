"""Numbers as a form takes and shows them: decimal comma or point, shares as percent; stored with a point."""

from decimal import Decimal, InvalidOperation

from flask_babel import get_locale

from exambank import text


def read_figure(typed: str) -> str | None:
    """A typed number as it is stored; None for what is no number."""
    try:
        return f"{text.parse_points(typed):f}"
    except ValueError:
        return None


def read_percent(typed: str) -> str | None:
    """A typed percentage ("50", "33,33 %") as a share; None for what is no number."""
    figure = read_figure((typed or "").replace("%", " ").replace("\u00a0", " ").strip())
    return None if figure is None else plain(Decimal(figure) / 100)


def show_figure(stored: str | None) -> str:
    """A stored number in the reader's own way; what is no number as it stands."""
    number = _number(stored)
    return (stored or "") if number is None else text.format_points(number, str(get_locale() or "vi"))


def show_percent(stored: str | None) -> str:
    """A stored share as percent, without the sign."""
    number = _number(stored)
    return (stored or "") if number is None else text.format_points(number * 100, str(get_locale() or "vi"))


def plain(number: Decimal) -> str:
    """A number without idle zeros and without an exponent."""
    return f"{number.normalize():f}" if number else "0"


def _number(stored: str | None) -> Decimal | None:
    try:
        number = Decimal(stored or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
