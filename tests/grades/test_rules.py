"""Grades by value: what each state of the mark sheet gives, and the sum behind it."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exambank.courses.rules import PRESETS, RegulationRules
from exambank.grades.rules import Outcome, decide, fingerprint, spell_out, tally
from tests.people import RULES

OURS = RegulationRules.parse(RULES)
ALL = [RegulationRules.parse(preset.rules) for preset in PRESETS.values()]
marks = st.integers(0, 100).map(lambda tenths: Decimal(tenths) / 10)


def test_a_marked_learner_gets_the_weighted_sum_half_up():
    outcome = decide(OURS, "marked", Decimal("7.5"), {"process": Decimal("8.0")})
    assert (outcome.value, outcome.is_pass, outcome.classification, outcome.remark) == (
        Decimal("7.7"),
        True,
        "Khá",
        "",
    )


def test_an_unexcused_absence_is_a_zero_with_a_remark():
    outcome = decide(OURS, "absent", None, {"process": Decimal("8.0")})
    assert (outcome.value, outcome.exam_mark, outcome.is_pass, outcome.remark) == (
        Decimal("3.2"),
        Decimal("0"),
        False,
        "absent",
    )


def test_who_was_not_admitted_has_no_grade_whatever_the_marks():
    outcome = decide(OURS, "not_eligible", Decimal("9"), {"process": Decimal("9")})
    assert (outcome.value, outcome.is_pass, outcome.remark) == (None, None, "not_eligible")
    assert outcome.components == (("process", "9"),)


def test_a_missing_component_leaves_the_grade_open_and_says_so():
    outcome = decide(OURS, "marked", Decimal("9"), {})
    assert (outcome.value, outcome.remark, outcome.components) == (None, "component_missing", (("process", None),))


def test_a_mark_still_awaited_leaves_the_grade_open_and_says_so():
    assert decide(OURS, "awaited", None, {"process": Decimal("9")}).remark == "exam_missing"


def test_the_sum_is_spelled_out_term_by_term():
    found = spell_out(OURS, Decimal("5.6"), {"process": "8"}, Decimal("6.6"))
    assert [(term.weight, term.mark) for term in found.terms] == [
        (Fraction(2, 5), Decimal(8)),
        (Fraction(3, 5), Decimal("5.6")),
    ]
    assert (found.exact, found.is_rounded) == (Fraction("6.56"), True)


def test_without_a_grade_there_is_no_sum():
    assert spell_out(OURS, None, {"process": None}, None) is None


@given(exam=marks, parts=st.lists(marks, min_size=3, max_size=3), rules=st.sampled_from(ALL))
def test_the_sum_spelled_out_is_always_the_one_that_was_rounded(exam, parts, rules):
    components = {one.code: part for one, part in zip(rules.components, parts, strict=False)}
    outcome = decide(rules, "marked", exam, components)
    found = spell_out(rules, outcome.exam_mark, dict(outcome.components), outcome.value)
    assert abs(found.exact - Fraction(outcome.value)) <= Fraction(rules.rounding.module) / 2


def test_the_tally_counts_everybody_once():
    outcomes = [
        decide(OURS, "marked", Decimal("9"), {"process": Decimal("9")}),
        decide(OURS, "marked", Decimal("1"), {"process": Decimal("9")}),
        decide(OURS, "absent", None, {"process": Decimal("9")}),
        decide(OURS, "not_eligible", None, {}),
        decide(OURS, "awaited", None, {}),
    ]
    count = tally(outcomes)
    assert (count.passed, count.failed, count.absent, count.waiting, count.total) == (1, 2, 1, 2, 5)


@given(st.permutations([("a", Outcome(remark="absent")), ("b", Outcome(value=Decimal("7.70"))), ("c", Outcome())]))
def test_the_fingerprint_depends_on_the_list_and_not_on_its_order(rows):
    assert fingerprint(rows) == fingerprint(
        [("b", Outcome(value=Decimal("7.7"))), ("c", Outcome()), ("a", Outcome(remark="absent"))]
    )
    assert fingerprint(rows) != fingerprint([*rows[:2], (rows[2][0], Outcome(value=Decimal("1")))])
