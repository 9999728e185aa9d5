"""PURE. What a learner's state in an exam makes of the module grade, spelled out so that anybody can check the sum."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exambank.courses.rules import RegulationRules, module_grade

ABSENT = "absent"
NOT_ELIGIBLE = "not_eligible"
EXAM_MISSING = "exam_missing"
COMPONENT_MISSING = "component_missing"
REMARKS = ("", ABSENT, NOT_ELIGIBLE, EXAM_MISSING, COMPONENT_MISSING)

ZERO = Decimal("0")


@dataclass(frozen=True)
class Outcome:
    """A learner's result as it is stored; ``components`` are texts, as the Regulation names them."""

    exam_mark: Decimal | None = None
    components: tuple[tuple[str, str | None], ...] = ()
    value: Decimal | None = None
    letter: str | None = None
    classification: str | None = None
    is_pass: bool | None = None
    remark: str = ""


def plain(mark: Decimal) -> str:
    """A mark as stored text, without idle zeros."""
    return f"{mark.normalize():f}"


def decide(rules: RegulationRules, state: str, exam_mark: Decimal | None, components: Mapping[str, Decimal]) -> Outcome:
    """The outcome for one line of the mark sheet; ``state`` is absent, awaited, marked or not_eligible.

    An unexcused absence is a zero that uses the attempt up; who was not admitted has no grade at all.
    """
    texts = tuple(
        (one.code, plain(components[one.code]) if components.get(one.code) is not None else None)
        for one in rules.components
    )
    if state == NOT_ELIGIBLE:
        return Outcome(components=texts, remark=NOT_ELIGIBLE)
    mark = ZERO if state == ABSENT else exam_mark
    decision = module_grade(rules, mark, components)
    return Outcome(
        exam_mark=decision.exam_mark,
        components=texts,
        value=decision.value,
        letter=decision.letter,
        classification=decision.classification,
        is_pass=decision.is_pass,
        remark=decision.remark or (ABSENT if state == ABSENT else ""),
    )


@dataclass(frozen=True)
class Term:
    """One summand: so much of this mark. ``name`` is None for the exam."""

    name: str | None
    weight: Fraction
    mark: Decimal

    @property
    def product(self) -> Fraction:
        return self.weight * Fraction(self.mark)


@dataclass(frozen=True)
class WeightedSum:
    """How a grade came about: the summands, their exact sum, what the Regulation rounds it to."""

    terms: tuple[Term, ...]
    rounded: Decimal

    @property
    def exact(self) -> Fraction:
        return sum((term.product for term in self.terms), Fraction(0))

    @property
    def is_rounded(self) -> bool:
        return self.exact != Fraction(self.rounded)


def spell_out(
    rules: RegulationRules, exam_mark: Decimal | None, components: Mapping[str, str | None], value: Decimal | None
) -> WeightedSum | None:
    """The sum behind a stored grade; None where there is no grade."""
    if value is None:
        return None
    terms = [Term(one.name, one.weight, Decimal(components[one.code])) for one in rules.components]
    if rules.exam_weight and exam_mark is not None:
        terms.append(Term(None, rules.exam_weight, exam_mark))
    return WeightedSum(tuple(terms), value)


@dataclass(frozen=True)
class Tally:
    """How many passed, failed and have no grade; the absent are among those who failed."""

    passed: int
    failed: int
    absent: int
    without: Mapping[str, int]  # by remark

    @property
    def waiting(self) -> int:
        return sum(self.without.values())

    @property
    def graded(self) -> int:
        return self.passed + self.failed

    @property
    def total(self) -> int:
        return self.graded + self.waiting


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count outcomes (or rows that have their attributes)."""
    passed = failed = absent = 0
    without: dict[str, int] = {}
    for one in outcomes:
        if one.value is None:
            without[one.remark] = without.get(one.remark, 0) + 1
            continue
        passed += one.is_pass is True
        failed += one.is_pass is not True
        absent += one.remark == ABSENT
    return Tally(passed, failed, absent, without)


def fingerprint(rows: Sequence[tuple[str, Outcome]]) -> str:
    """One text for one list of (person, outcome), in whatever order: what a signature and a confirmation refer to."""
    body = sorted(
        [
            person,
            None if one.exam_mark is None else plain(one.exam_mark),
            [list(pair) for pair in sorted(one.components)],
            None if one.value is None else plain(one.value),
            one.letter,
            one.classification,
            one.is_pass,
            one.remark,
        ]
        for person, one in rows
    )
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
