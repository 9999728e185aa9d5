"""What a Regulation makes of marks: rounding, the module grade, who may sit the exam."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from exambank.courses.rules.regulation import RegulationRules, Rung

Number = Decimal | Fraction | int


@dataclass(frozen=True)
class GradeDecision:
    """A module grade; ``remark`` is a code that says why there is none (``value`` is None), else empty.

    ``exam_mark`` is the exam's mark after its own rounding, ``exact`` the weighted sum before the last rounding.
    """

    value: Decimal | None
    letter: str | None = None
    classification: str | None = None
    is_pass: bool | None = None
    remark: str = ""  # exam_missing, component_missing
    exam_mark: Decimal | None = None
    exact: Fraction | None = None


@dataclass(frozen=True)
class Reason:
    """Why somebody may not sit: attendance_low, component_missing, component_low or average_low, with its values."""

    code: str
    values: Mapping[str, str | int | Decimal | Fraction] = field(default_factory=dict, hash=False)


def round_half_up(value: Number, step: Decimal) -> Decimal:
    """The multiple of ``step`` nearest to ``value``; exactly half way goes away from zero. Exact: no float anywhere."""
    if isinstance(value, float) or isinstance(step, float):
        raise TypeError("marks are Decimal or Fraction: a float has lost what was typed")
    if step <= 0:
        raise ValueError("a rounding step is positive")
    steps = abs(Fraction(value)) / Fraction(step)
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return (-whole if value < 0 else whole) * Decimal(step)


def module_grade(
    rules: RegulationRules, exam_mark: Number | None, components: Mapping[str, Number | None]
) -> GradeDecision:
    """Join the exam's mark and the components; rounded where the Regulation rounds and nowhere else.

    No exam mark, or a component missing: no grade yet, and the remark says which. An absence that counts as zero is
    given as zero. A component or exam without weight is not waited for.
    """
    rounded = None if exam_mark is None else round_half_up(exam_mark, rules.rounding.exam)
    if rounded is None and rules.exam_weight:
        return GradeDecision(None, remark="exam_missing")
    if any(components.get(component.code) is None for component in rules.components):
        return GradeDecision(None, remark="component_missing", exam_mark=rounded)
    exact = rules.exam_weight * Fraction(rounded or 0) + sum(
        (component.weight * Fraction(components[component.code]) for component in rules.components), Fraction(0)
    )
    value = round_half_up(exact, rules.rounding.module)
    return GradeDecision(
        value=value,
        letter=_name_on(rules.letters, value),
        classification=_name_on(rules.classification, value),
        is_pass=value >= rules.pass_mark,
        exam_mark=rounded,
        exact=exact,
    )


def _name_on(ladder: tuple[Rung, ...], value: Decimal) -> str | None:
    return next((rung.name for rung in ladder if value >= rung.at_least), None)


def exam_eligibility(
    rules: RegulationRules, periods: int, absent: int | None, components: Mapping[str, Number | None]
) -> list[Reason]:
    """Every reason why this learner may not sit the exam; an empty list: may sit.

    Attendance is judged only where periods are known; components only where the Regulation asks something of them.
    """
    reasons = []
    if periods > 0:
        attended = Fraction(max(periods - (absent or 0), 0), periods)
        if attended < rules.minimum_attendance:
            reasons.append(
                Reason(
                    "attendance_low",
                    {"periods": periods, "absent": absent or 0, "share": attended, "minimum": rules.minimum_attendance},
                )
            )
    return reasons + _component_reasons(rules, components)


def _component_reasons(rules: RegulationRules, components: Mapping[str, Number | None]) -> list[Reason]:
    minimum = rules.minimum_component
    if minimum is None:
        return []
    reasons = [
        Reason("component_missing", {"component": one.code, "name": one.name})
        for one in rules.components
        if components.get(one.code) is None
    ]
    known = [one for one in rules.components if components.get(one.code) is not None]
    if minimum.scope == "each":
        return reasons + [
            Reason(
                "component_low",
                {"component": one.code, "name": one.name, "value": components[one.code], "minimum": minimum.value},
            )
            for one in known
            if not minimum.allows(components[one.code])
        ]
    weight = sum((one.weight for one in known), Fraction(0))
    if reasons or not weight:  # an average of half the marks would say nothing
        return reasons
    average = sum((one.weight * Fraction(components[one.code]) for one in known), Fraction(0)) / weight
    return [] if minimum.allows(average) else [Reason("average_low", {"value": average, "minimum": minimum.value})]
