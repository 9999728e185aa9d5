"""The sentences of grades, in one place."""

from decimal import Decimal
from fractions import Fraction

from flask_babel import get_locale
from flask_babel import gettext as _

from exambank import text
from exambank.courses.rules import share_text
from exambank.grades import rules
from exambank.grades.rules import Tally, WeightedSum


def remark_label(code: str) -> str:
    """Why a grade is missing, or how it came about."""
    return {
        "": "",
        rules.ABSENT: _("absent, counts as 0"),
        rules.NOT_ELIGIBLE: _("not admitted to the exam"),
        rules.EXAM_MISSING: _("exam mark still awaited"),
        rules.COMPONENT_MISSING: _("a component mark is missing"),
    }[code]


def result_label(state: str) -> str:
    """The word for the state of an exam's grades."""
    return {"draft": _("Draft"), "published": _("Already published"), "frozen": _("Final")}[state]


RESULT_SQUARES = {"draft": "half", "published": "full", "frozen": "ticked"}


def show_mark(mark: Decimal | str | None, places: int = 1) -> str:
    """A mark as mark sheets have it, at least one decimal: 8,0."""
    return "" if mark is None else text.format_points(Decimal(mark), str(get_locale()), places)


def show_weight(weight: Fraction) -> str:
    """A weight as regulations print it: 0,4, or 2/15 where decimals cannot say it."""
    shown = share_text(weight)
    return shown if "/" in shown else text.format_points(Decimal(shown), str(get_locale()))


def show_exact(value: Fraction) -> str:
    """An exact sum with as many decimals as it has, at most four."""
    rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.0001"))
    return text.format_points(rounded, str(get_locale()), 1)


def sum_sentence(found: WeightedSum) -> str:
    """The weighted sum spelled out: 0,4 × 8,0 + 0,6 × 7,5 = 7,7."""
    left = " + ".join(f"{show_weight(term.weight)} × {show_mark(term.mark)}" for term in found.terms)
    if not found.is_rounded:
        return f"{left} = {show_mark(found.rounded)}"
    return _(
        "%(sum)s = %(exact)s, rounded to %(rounded)s",
        sum=left,
        exact=show_exact(found.exact),
        rounded=show_mark(found.rounded),
    )


def tally_sentence(count: Tally) -> str:
    """How the grades stand, as a person would say it."""
    parts = [_("%(count)s passed", count=count.passed), _("%(count)s failed", count=count.failed)]
    if count.absent:
        parts[-1] = _("%(count)s failed, of them %(absent)s absent", count=count.failed, absent=count.absent)
    if count.waiting:
        parts.append(_("%(count)s have no grade", count=count.waiting))
    return ", ".join(parts) + "."
