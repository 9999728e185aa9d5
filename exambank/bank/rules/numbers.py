"""PURE. Numbers as people type them, with a decimal comma or a decimal point, and units.

The rule where signs may mean two things, in words for a help page:

* One comma or one point is the decimal sign, wherever it stands: "1.234" and "1,234" are one and a bit.
* Both: the last is the decimal sign, the other parts thousands: "1.234,5" and "1,234.5" are 1234.5.
* The same sign twice or more, or spaces, part thousands: "1.234.567", "1 234 567,8". Such groups have three figures.
* A power of ten: "1e3", "1,5E-3", "1,5·10^3", "1.5x10^-3", "2×10³", "10^6".

All else is no number: "1.23.4", "3,14 m", "12,34,5.6", "NaN", figures of other scripts.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 100  # a number is compared exactly: a larger power is a bomb, no answer

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_MINUS = str.maketrans("−–‒﹣－", "-----")
_EXPONENT = r"\(?([+-]?[0-9]{1,3})\)?"
_POWER = re.compile(rf"([^eE·⋅×xX*∙^]+)(?:[eE]|[·⋅×xX*∙] ?10 ?\^ ?){_EXPONENT}")
_PURE_POWER = re.compile(rf"([+-]?)10 ?\^ ?{_EXPONENT}")
_RAISED = re.compile(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+)")
_PLAIN = re.compile(r"[0-9]+[.,]?[0-9]*|[.,][0-9]+")
_GROUPED = tuple(
    re.compile(rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+(?:{decimal}[0-9]*)?")
    for thousands, decimal in ((" ", "[.,]"), (r"\.", ","), (",", r"\."))
)
_LEADING = re.compile(
    r"[-+]? ?(?:10 ?\^ ?\(?[+-]?[0-9]+\)?|[0-9.,]+(?: [0-9]{3}(?![0-9]))*(?:[.,][0-9]+)?"
    r"(?:[eE][+-]?[0-9]+(?![A-Za-z])| ?[·⋅×xX*∙] ?10 ?\^ ?\(?[+-]?[0-9]+\)?)?)"
)


def read_number(typed: str) -> Decimal | None:
    """The exact number that was typed (see the rule above); None for what is none."""
    if len(typed) > 4 * LONGEST_NUMBER:
        return None
    tidy = _tidy(typed)
    pure = _PURE_POWER.fullmatch(tidy)
    mantissa, exponent = (pure[1] + "1", pure[2]) if pure else (tidy, "0")
    power = None if pure else _POWER.fullmatch(tidy)
    if power:
        mantissa, exponent = power[1].strip(), power[2]
    sign = "-" if mantissa.startswith("-") else ""
    digits = mantissa[1:].strip() if mantissa[:1] in ("-", "+") else mantissa
    plain = _plain_digits(digits)
    if plain is None or abs(int(exponent)) > _LARGEST_EXPONENT:
        return None
    return Decimal(f"{sign}{plain}E{exponent}")


def _tidy(typed: str) -> str:
    """One kind of minus, of space and of raised figures."""
    raised = _RAISED.sub(lambda found: "10^" + found[1].translate(_SUPERSCRIPTS), typed)
    return " ".join(raised.translate(_MINUS).split())


def _plain_digits(digits: str) -> str | None:
    """Figures with a decimal point; None when the signs among them say nothing."""
    if len(digits) > LONGEST_NUMBER:
        return None
    if _PLAIN.fullmatch(digits):
        return digits.replace(",", ".")
    for grouped, thousands in zip(_GROUPED, " .,", strict=True):
        if grouped.fullmatch(digits) and (thousands == " " or _is_thousands(digits, thousands)):
            return digits.replace(thousands, "").replace(",", ".")
    return None


def _is_thousands(digits: str, sign: str) -> bool:
    """A sign parts thousands when it stands more than once, or when the other sign stands behind it."""
    other = "," if sign == "." else "."
    return digits.count(sign) > 1 or other in digits


def write_number(number: Decimal) -> str:
    """A number as a plain decimal string without idle zeros, exact; very large and very small ones with a power."""
    sign, digits, exponent = number.as_tuple()
    figures = "".join(map(str, digits)).lstrip("0")
    if not figures:
        return "0"
    exponent += len(figures) - len(figures.rstrip("0"))
    figures = figures.rstrip("0")
    minus = "-" if sign else ""
    if exponent > 21 or exponent < -30:
        return f"{minus}{figures}e{exponent}"
    if exponent >= 0:
        return minus + figures + "0" * exponent
    figures = figures.rjust(1 - exponent, "0")
    return f"{minus}{figures[:exponent]}.{figures[exponent:]}"


def split_unit(typed: str) -> tuple[str, str]:
    """What was typed as a number and the unit behind it: "3,5 kg" gives "3,5" and "kg"."""
    tidy = _tidy(typed)
    leading = _LEADING.match(tidy)
    if leading is None:
        return tidy, ""
    return leading[0].strip(), tidy[leading.end() :].strip()


def is_within(given: Decimal | Fraction, key: Decimal, tolerance: Decimal, is_relative: bool) -> bool:
    """Whether a number is the key within its tolerance, the borders included; relative: a share of the key itself."""
    allowed = Fraction(tolerance) * (abs(Fraction(key)) if is_relative else 1)
    return abs(Fraction(given) - Fraction(key)) <= allowed


@dataclass(frozen=True)
class Unit:
    """A unit; a number in it times ``factor`` is the number in the key's unit."""

    name: str
    factor: Decimal


def find_unit(typed: str, units: Iterable[Unit]) -> Unit | None:
    """The unit that was typed: alike but for spaces and signs of power; in another case only when one alone fits."""
    known = list(units)
    for fold in (unit_key, lambda name: unit_key(name).casefold()):
        found = [unit for unit in known if fold(unit.name) == fold(typed)]
        if len(found) == 1:
            return found[0]
    return None


def unit_key(name: str) -> str:
    """What is compared of a unit: "m²", "m^2" and "m 2" are alike, "mW" and "MW" are not."""
    folded = unicodedata.normalize("NFKC", name)
    return "".join(char for char in folded if not char.isspace() and char not in "^·⋅*.")
