"""Making a content fit to be stored, whatever came: junk becomes something empty that ``check`` names."""

import html
import secrets
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import get_locale

from exambank import text
from exambank.bank import rules

MOST_ROWS = 50
LONGEST_HTML = 100_000
LONGEST_LINE = 500


def new_token() -> str:
    """A random name of an option: it tells nothing about its place or rightness."""
    return secrets.token_hex(4)


def is_token(token: Any) -> bool:
    return isinstance(token, str) and 0 < len(token) <= 16 and token.isascii() and token.isalnum()


def mapping(value: Any) -> dict:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows_of(value: Any, most: int = MOST_ROWS) -> list[dict]:
    """The rows of a list, without whatever is no row."""
    return [row for row in value if isinstance(row, dict)][:most] if isinstance(value, list | tuple) else []


def html_of(value: Any) -> str:
    """Clean HTML that stays as it is when it is cleaned again (a character reference may spell what one run drops)."""
    cleaned = rules.sanitize_html(value[:LONGEST_HTML]) if isinstance(value, str) else ""
    for _turn in range(4):
        again = rules.sanitize_html(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    return html.escape(rules.plain_text(cleaned))


def line_of(value: Any, most: int = LONGEST_LINE) -> str:
    """Plain text on one line: NFC, single spaces, nothing that cannot be seen."""
    tidy = " ".join(text.nfc(text.strip_control(value)).split()) if isinstance(value, str) else ""
    return tidy[:most].strip()


def choice_of(value: Any, known: tuple[str, ...]) -> str:
    """One of the known words; the first for any other."""
    return value if isinstance(value, str) and value in known else known[0]


def whole_of(value: Any, most: int) -> int | None:
    """A whole number above nothing, or None."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most else None


def figure_of(value: Any, default: str) -> str:
    """A number as a decimal string; what is no number is kept as it was typed, for ``check`` to name."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = str(value)
    typed = line_of(value, 60)
    number = rules.read_number(typed)
    written = rules.write_number(number) if number is not None else ""
    return written if 0 < len(written) <= 50 else typed or default


def fraction_of(figure: Any, default: Fraction = Fraction(0)) -> Fraction:
    """The exact value of a decimal string; the default for what is no number."""
    number = rules.read_number(figure) if isinstance(figure, str) else None
    return Fraction(number) if number is not None else default


def share_in(figure: Any, default: Fraction = Fraction(0)) -> Fraction:
    """A share, kept within 0 and 1 whatever stands in the content."""
    return min(max(fraction_of(figure, default), Fraction(0)), Fraction(1))


def is_share(figure: Any, above_zero: bool = False) -> bool:
    """Whether a decimal string is a share from 0 to 1."""
    number = rules.read_number(figure) if isinstance(figure, str) else None
    return number is not None and 0 <= number <= 1 and not (above_zero and number == 0)


def name_rows(rows: list[dict], prefix: str = "", taken: tuple[str, ...] = ()) -> list[dict]:
    """Give every row a token of its own, its first key; a twin's second owner gets a new one."""
    seen = set(taken)
    named = []
    for row in rows:
        token = row.get("token")
        if not is_token(token) or not token.startswith(prefix) or token in seen:
            token = prefix + new_token()
        seen.add(token)
        named.append({**row, "token": token})
    return named


def as_html(plain: str) -> str:
    """Plain text as HTML."""
    return html.escape(plain, quote=False)


def figure_words(figure: str) -> str:
    """A decimal string as people read it: with a comma in Vietnamese."""
    number = rules.read_number(figure)
    plain = rules.write_number(number) if number is not None else figure
    return plain.replace(".", ",") if str(get_locale() or "vi").startswith("vi") else plain


def percent(share: Fraction | Decimal) -> str:
    """A share in words: 1/4 is 25%, in Vietnamese 25 % (the space does not break), 1/3 is 33,33 %."""
    scaled = Fraction(share) * 10_000
    rounded = Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)) / 100
    space = "\u00a0" if str(get_locale() or "vi").startswith("vi") else ""
    return f"{figure_words(format(rounded, 'f'))}{space}%"
