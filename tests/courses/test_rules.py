from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.courses.rules import (
    ABSENT,
    PRESETS,
    RegulationRules,
    RoomRules,
    RulesInvalid,
    check_sheet,
    default_rules,
    exam_eligibility,
    find_changes,
    find_conflicts,
    module_grade,
    round_half_up,
    share_text,
)
from tests.people import RULES

TENTH = Decimal("0.1")
STEPS = [Decimal(step) for step in ("0.0001", "0.01", "0.1", "0.25", "0.5", "1")]


def rules_with(**changes) -> RegulationRules:
    return RegulationRules.parse({**deepcopy(RULES), **changes})


def problems_of(**changes) -> list[tuple[str, str]]:
    with pytest.raises(RulesInvalid) as caught:
        rules_with(**changes)
    return [(problem.field, problem.code) for problem in caught.value.problems]


# --- rounding ---


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [
        ("8.45", "0.1", "8.5"),
        ("5.35", "0.1", "5.4"),
        ("8.449999", "0.1", "8.4"),
        ("6.125", "0.25", "6.25"),
        ("6.1249", "0.25", "6"),
        ("7.25", "0.5", "7.5"),
        ("0.05", "0.1", "0.1"),
        ("9.95", "0.1", "10"),
        ("9.995", "0.01", "10"),
        ("0", "0.1", "0"),
        ("-0.25", "0.5", "-0.5"),
    ],
)
def test_half_goes_up(value, step, rounded):
    assert round_half_up(Decimal(value), Decimal(step)) == Decimal(rounded)


def test_the_language_s_own_rounding_would_be_wrong_on_fifty_of_all_marks():
    marks = [Decimal(hundredths) / 100 for hundredths in range(1001)]
    wrong = [mark for mark in marks if Decimal(str(round(float(mark), 1))) != round_half_up(mark, TENTH)]
    assert len(wrong) == 50
    assert Decimal("8.45") in wrong
    assert Decimal("5.35") in wrong
    assert round(8.45, 1) == 8.4


def test_binary_arithmetic_would_give_dozens_in_ten_thousand_another_letter():
    rules = rules_with(components=[{"code": "process", "name": "Quá trình", "weight": "0.3"}], exam_weight="0.7")
    changed = 0
    for exam in range(101):
        for process in range(101):
            exact = module_grade(rules, Decimal(exam) / 10, {"process": Decimal(process) / 10}).letter
            rough = round(0.3 * (process / 10) + 0.7 * (exam / 10), 1)
            changed += exact != next(rung.name for rung in rules.letters if rough >= float(rung.at_least))
    assert changed > 20


@given(st.fractions(min_value=-20, max_value=20), st.sampled_from(STEPS))
def test_rounding_never_differs_from_exact_arithmetic(value, step):
    exact = floor(abs(value) / Fraction(step) + Fraction(1, 2)) * Fraction(step)
    assert Fraction(round_half_up(value, step)) == (-exact if value < 0 else exact)


@given(st.fractions(min_value=0, max_value=10), st.sampled_from(STEPS))
def test_a_rounded_mark_lies_within_half_a_step_and_rounds_to_itself(value, step):
    rounded = round_half_up(value, step)
    assert abs(Fraction(rounded) - value) <= Fraction(step) / 2
    assert round_half_up(rounded, step) == rounded


def test_a_float_is_refused_for_it_has_lost_what_was_typed():
    with pytest.raises(TypeError):
        round_half_up(8.45, TENTH)
    with pytest.raises(TypeError):
        round_half_up(Decimal("8.45"), 0.1)
    with pytest.raises(ValueError):
        round_half_up(Decimal("8.45"), Decimal(0))


# --- reading a Regulation ---


def test_the_rules_come_back_as_they_were_written():
    for preset in PRESETS.values():
        rules = RegulationRules.parse(preset.rules)
        assert RegulationRules.parse(rules.as_dict()) == rules


def test_default_rules_are_a_copy_that_nobody_shares():
    mine = default_rules()
    mine["components"].clear()
    assert default_rules()["components"]
    assert RegulationRules.parse(default_rules()).pass_mark == 5


def test_thirds_are_exact():
    rules = RegulationRules.parse(PRESETS["college"].rules)
    assert [component.weight for component in rules.components] == [Fraction(2, 15), Fraction(4, 15)]
    assert rules.exam_weight + sum(component.weight for component in rules.components) == 1


@given(st.fractions(min_value=0, max_value=1, max_denominator=10_000))
def test_a_share_written_as_text_reads_back_exactly(share):
    assert Fraction(share_text(share)) == share


def test_the_room_s_part_can_be_kept_alone():
    room = rules_with().room()
    assert (room.late_entry_seconds, room.flush_window_seconds, room.grace_seconds) == (600, 10, 180)
    assert room.earliest_leave_share == Fraction("0.6667")
    assert RoomRules.parse(room.as_dict()) == room


def test_a_room_without_its_rules_is_refused():
    with pytest.raises(RulesInvalid):
        RoomRules.parse({"late_entry_seconds": 600})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"exam_weight": "0.7"}, ("exam_weight", "wrong_sum")),
        ({"components": []}, ("exam_weight", "wrong_sum")),
        ({"exam_weight": "-0.6"}, ("exam_weight", "negative")),
        ({"exam_weight": "1.6"}, ("exam_weight", "too_high")),
        ({"exam_weight": 0.6}, ("exam_weight", "not_share")),
        ({"exam_weight": "1/0"}, ("exam_weight", "not_share")),
        ({"pass_mark": "-1"}, ("pass_mark", "negative")),
        ({"pass_mark": "11"}, ("pass_mark", "too_high")),
        ({"pass_mark": "năm"}, ("pass_mark", "not_number")),
        ({"pass_mark": None}, ("pass_mark", "not_number")),
        ({"pass_mark": "5.00001"}, ("pass_mark", "too_fine")),
        ({"pass_mark": True}, ("pass_mark", "not_number")),
        ({"scale_max": "0"}, ("scale_max", "not_positive")),
        ({"letters": [["4", "A"], ["5", "B"], ["0", "C"]]}, ("letters.1", "unordered")),
        ({"letters": [["5", "A"], ["5", "B"], ["0", "C"]]}, ("letters.1", "unordered")),
        ({"letters": [["8", "A"], ["4", "B"]]}, ("letters", "open_ladder")),
        ({"letters": [["11", "A"], ["0", "B"]]}, ("letters.0", "too_high")),
        ({"letters": [["8", "A"], ["0", "A"]]}, ("letters.1", "double_name")),
        ({"letters": [["8", ""], ["0", "B"]]}, ("letters.0", "no_name")),
        ({"letters": [["8", "ABCDE"], ["0", "B"]]}, ("letters.0", "long_name")),
        ({"letters": "A"}, ("letters", "not_list")),
        ({"classification": [["9"]]}, ("classification", "not_list")),
        ({"attempts": 0}, ("attempts", "too_low")),
        ({"attempts": "1.5"}, ("attempts", "not_whole")),
        ({"attempts": True}, ("attempts", "not_whole")),
        ({"late_entry_seconds": -1}, ("late_entry_seconds", "negative")),
        ({"grace_seconds": 100_000}, ("grace_seconds", "too_high")),
        ({"earliest_leave_share": "1.5"}, ("earliest_leave_share", "too_high")),
        ({"minimum_attendance": "80"}, ("minimum_attendance", "too_high")),
        ({"minimum_component": "-1"}, ("minimum_component", "negative")),
        ({"minimum_component": {"value": "5", "scope": "some"}}, ("minimum_component", "not_rules")),
        ({"rounding": {"exam": "0", "module": "0.1"}}, ("rounding.exam", "not_positive")),
        ({"rounding": {"exam": "0.1"}}, ("rounding.module", "not_number")),
        ({"rounding": None}, ("rounding", "not_rules")),
        ({"remote_cap": "0.5"}, ("remote_cap", "unknown_rule")),
    ],
)
def test_a_rule_that_cannot_be_meant_is_named(changes, problem):
    assert problem in problems_of(**changes)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"code": "Process", "name": "A", "weight": "0.4"}, ("components.0.code", "bad_code")),
        ({"code": "-absent", "name": "A", "weight": "0.4"}, ("components.0.code", "bad_code")),
        ({"code": "a", "name": " ", "weight": "0.4"}, ("components.0.name", "no_name")),
        ({"code": "a", "name": "A", "weight": "0"}, ("components.0.weight", "not_positive")),
        ({"code": "a", "name": "A", "weight": "-0.4"}, ("components.0.weight", "not_positive")),
    ],
)
def test_a_component_that_cannot_be_meant_is_named(row, problem):
    assert problem in problems_of(components=[row])


def test_two_components_are_told_apart_by_code_and_name():
    row = {"code": "a", "name": "Kiểm tra", "weight": "0.2"}
    found = problems_of(components=[row, {**row, "name": "kiểm tra"}])
    assert ("components.1.code", "double_code") in found
    assert ("components.1.name", "double_name") in found


def test_all_problems_are_told_at_once():
    assert len(problems_of(pass_mark="x", attempts=-1, letters=[["4", "A"]])) == 3


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(RULES)), inner, max_size=4),
        max_leaves=8,
    )
)
def test_nonsense_is_refused_and_never_breaks_the_reader(data):
    with pytest.raises(RulesInvalid):
        RegulationRules.parse(data)


@given(
    st.sampled_from(sorted(RULES)),
    st.none() | st.integers() | st.text(max_size=6) | st.lists(st.text(max_size=3), max_size=3),
)
def test_one_nonsense_rule_is_refused_or_harmless(key, value):
    try:
        RegulationRules.parse({**deepcopy(RULES), key: value})
    except RulesInvalid as error:
        found = error.problems
    else:
        found = ("none",)
    assert found


# --- the module grade ---


def test_four_real_regulations_give_four_answers_for_the_same_marks():
    marks = {"process": Decimal("6.5"), "attendance": Decimal("6.5"), "midterm": Decimal("3"),
             "regular": Decimal("3.5"), "periodic": Decimal("5.5")}  # fmt: skip
    answers = {}
    for key in ("political_school", "vju", "college", "professional"):
        rules = RegulationRules.parse(PRESETS[key].rules)
        grade = module_grade(rules, Decimal("4.45"), marks)
        reasons = [reason.code for reason in exam_eligibility(rules, 45, 10, marks)]
        answers[key] = (grade.value, grade.letter, grade.classification, grade.is_pass, reasons)
    assert answers == {
        "political_school": (Decimal("5.3"), None, "Trung bình", True, ["attendance_low"]),
        "vju": (Decimal("4.3"), "D", "Yếu", True, ["attendance_low"]),
        "college": (Decimal("4.6"), "D", "Yếu", True, ["attendance_low", "average_low"]),
        "professional": (Decimal("4.5"), None, "Yếu", False, []),
    }


def test_every_preset_decides_the_same_person_in_its_own_way():
    marks = {"process": Decimal("6.5"), "attendance": Decimal("9"), "midterm": Decimal("4"),
             "regular": Decimal("5"), "periodic": Decimal("3")}  # fmt: skip
    answers = set()
    for preset in PRESETS.values():
        rules = RegulationRules.parse(preset.rules)
        grade = module_grade(rules, Decimal("4.6"), marks)
        answers.add((grade.value, grade.letter, grade.is_pass, rules.attempts))
    assert len(answers) == len(PRESETS) >= 4


def test_the_exam_mark_is_rounded_before_it_is_weighed_and_the_grade_after():
    grade = module_grade(rules_with(), Fraction(169, 20), {"process": Decimal("7")})
    assert grade.exam_mark == Decimal("8.5")  # 8.45
    assert grade.exact == Fraction("7.9")
    assert grade.value == Decimal("7.9")


@pytest.mark.parametrize(
    ("exam", "process", "value", "letter", "name"),
    [
        ("8.5", "8.4", "8.5", "A", "Giỏi"),  # 8.46
        ("8.4", "8.5", "8.4", "B", "Giỏi"),  # 8.44
        ("4.1", "3.8", "4.0", "D", "Yếu"),  # 3.98
        ("3.9", "4.0", "3.9", "F", "Kém"),  # 3.94
        ("10", "10", "10", "A", "Xuất sắc"),
        ("0", "0", "0", "F", "Kém"),
    ],
)
def test_letters_and_classes_change_exactly_at_their_boundary(exam, process, value, letter, name):
    grade = module_grade(rules_with(), Decimal(exam), {"process": Decimal(process)})
    assert (grade.value, grade.letter, grade.classification) == (Decimal(value), letter, name)


def test_the_pass_mark_itself_passes():
    assert module_grade(rules_with(), Decimal("5"), {"process": Decimal("4.9")}).is_pass  # 4.96 is 5.0
    assert not module_grade(rules_with(), Decimal("4.9"), {"process": Decimal("5")}).is_pass  # 4.94 is 4.9


def test_without_an_exam_mark_or_a_component_there_is_no_grade_but_a_reason():
    rules = rules_with()
    assert module_grade(rules, None, {"process": Decimal(9)}).remark == "exam_missing"
    missing = module_grade(rules, Decimal(9), {})
    assert (missing.value, missing.letter, missing.is_pass, missing.remark) == (None, None, None, "component_missing")
    assert module_grade(rules, Decimal(9), {"process": None}).remark == "component_missing"


def test_an_absence_that_counts_as_zero_is_given_as_zero():
    assert module_grade(rules_with(), Decimal(0), {"process": Decimal(10)}).value == 4


def test_a_regulation_without_letters_gives_none():
    grade = module_grade(rules_with(letters=[]), Decimal(9), {"process": Decimal(9)})
    assert (grade.letter, grade.classification) == (None, "Xuất sắc")


@given(
    st.sampled_from(sorted(PRESETS)),
    st.integers(0, 1000),
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
)
def test_a_grade_is_what_exact_fractions_say_and_stays_on_the_scale(key, exam, tenths):
    rules = RegulationRules.parse(PRESETS[key].rules)
    marks = dict(
        zip(
            ("process", "attendance", "midterm", "regular", "periodic"),
            (Decimal(one) / 10 for one in tenths),
            strict=True,
        )
    )
    grade = module_grade(rules, Decimal(exam) / 100, marks)
    mark = Fraction(round_half_up(Decimal(exam) / 100, rules.rounding.exam))
    exact = rules.exam_weight * mark + sum(one.weight * Fraction(marks[one.code]) for one in rules.components)
    step = Fraction(rules.rounding.module)
    assert Fraction(grade.value) == floor(exact / step + Fraction(1, 2)) * step
    assert 0 <= grade.value <= rules.scale_max
    assert grade.is_pass == (grade.value >= rules.pass_mark)
    if rules.letters:
        assert grade.letter in {rung.name for rung in rules.letters}


@given(st.integers(0, 99), st.integers(0, 100))
def test_a_better_exam_never_gives_a_worse_grade(exam, process):
    rules = rules_with()
    marks = {"process": Decimal(process) / 10}
    assert (
        module_grade(rules, Decimal(exam) / 10, marks).value <= module_grade(rules, Decimal(exam + 1) / 10, marks).value
    )


# --- eligibility ---


@pytest.mark.parametrize(
    ("absent", "may_sit"), [(0, True), (9, True), (10, False), (45, False), (60, False), (None, True)]
)
def test_exactly_eighty_per_cent_attendance_is_enough(absent, may_sit):
    reasons = exam_eligibility(rules_with(), 45, absent, {})
    assert (reasons == []) == may_sit
    if not may_sit:
        assert reasons[0].code == "attendance_low"
        assert reasons[0].values["absent"] == absent


def test_unknown_periods_bar_nobody():
    assert exam_eligibility(rules_with(), 0, 5, {}) == []


def test_the_average_of_components_is_weighed():
    rules = RegulationRules.parse(PRESETS["college"].rules)
    good = {"regular": Decimal("3"), "periodic": Decimal("6")}
    bad = {"regular": Decimal("6"), "periodic": Decimal("4.4")}
    assert exam_eligibility(rules, 30, 0, good) == []  # (3 + 2 x 6) / 3 = 5
    [reason] = exam_eligibility(rules, 30, 0, bad)
    assert (reason.code, reason.values["value"]) == ("average_low", Fraction("14.8") / 3)


def test_a_component_must_be_above_zero_where_the_regulation_says_so():
    rules = RegulationRules.parse(PRESETS["vju"].rules)
    [reason] = exam_eligibility(rules, 30, 0, {"attendance": Decimal(0), "midterm": Decimal("0.1")})
    assert (reason.code, reason.values["component"]) == ("component_low", "attendance")


def test_a_missing_component_bars_only_where_components_decide():
    assert exam_eligibility(rules_with(), 30, 0, {}) == []
    strict = rules_with(minimum_component="5.0")
    assert [reason.code for reason in exam_eligibility(strict, 30, 0, {})] == ["component_missing"]


# --- the sheet ---


def test_every_wrong_cell_of_a_sheet_is_named():
    marks = {
        1: {"process": Decimal("10.1"), "other": Decimal(5)},
        2: {"process": Decimal("NaN")},
        3: {"process": Decimal("5.00001")},
        9: {"process": Decimal(5)},
    }
    problems = check_sheet(rules_with(), 45, {1, 2, 3}, marks, {1: 46, 2: -1, 9: 0})
    assert {(one.user_id, one.column, one.code) for one in problems} == {
        (1, "process", "out_of_scale"),
        (1, "other", "unknown_component"),
        (2, "process", "not_number"),
        (3, "process", "too_fine"),
        (9, "process", "not_enrolled"),
        (1, ABSENT, "too_many"),
        (2, ABSENT, "not_whole"),
        (9, ABSENT, "not_enrolled"),
    }


def test_a_float_is_no_mark():
    assert check_sheet(rules_with(), 45, {1}, {1: {"process": 8.5}}, {})[0].code == "not_number"


def test_only_what_differs_is_a_change_and_a_cell_changed_meanwhile_is_a_conflict():
    before = {1: {"process": Decimal(7)}}
    changes = find_changes(before, {}, {1: {"process": Decimal("7.0")}, 2: {"process": Decimal(6)}}, {1: 0, 2: 3})
    assert {(one.user_id, one.column, one.before, one.after) for one in changes} == {
        (2, "process", None, Decimal(6)),
        (2, ABSENT, 0, 3),
    }
    assert find_conflicts(changes, None, None) == []
    [conflict] = find_conflicts(changes, {2: {"process": Decimal(5)}}, {})
    assert (conflict.code, conflict.user_id, conflict.column) == ("changed_meanwhile", 2, "process")
