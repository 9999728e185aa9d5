"""How a file scores, and the scoring of ours that was chosen for it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.bank.interactions import REGISTRY
from exambank.interchange.formats.qti.declarations import read_response
from exambank.interchange.formats.qti.evaluating import Calculator
from exambank.interchange.formats.qti.names import parse_lenient
from exambank.interchange.formats.qti.values import Untold
from tests.interchange.qti_read.samples import MAP, MATCH, body, choice, codes, keys, read_parts, response

ANY = 'maxChoices="0"'


def many(mapping: str, correct: str = "", bounds: str = "", options: str = "A=1|B=2|C=3|D=4|E=5"):
    declared = response(correct, mapping, "multiple", bounds=bounds)
    return read_parts(declared + body(choice(options, ANY)) + MAP)


@pytest.mark.parametrize(
    ("mapping", "bounds", "rule", "lowest"),
    [
        ("A=1|B=1", "", "none", "0"),
        ("A=1|B=1|C=-1|D=-1|E=-1", 'lowerBound="0"', "true", "0"),
        ("A=0.5|B=0.5|C=-0.5|D=-0.5|E=-0.5", 'lowerBound="-1"', "true", "-1"),
        ("A=1", 'defaultValue="-1" lowerBound="-1"', "true", "-1"),
    ],
)
def test_points_for_each_choice_become_the_rule_that_gives_the_same(mapping, bounds, rule, lowest):
    entry = many(mapping, bounds=bounds)
    assert entry.draft.content["scoring"] == {"rule": rule, "lower_bound": lowest}
    assert "scoring_simplified" not in codes(entry)


def test_points_that_no_rule_of_ours_gives_are_told():
    entry = many("A=3|B=1|C=-2")
    assert "scoring_simplified" in codes(entry)
    assert keys(entry) == ["1", "2"]


@pytest.mark.parametrize("cost", ["0.25", "0.5", "1"])
def test_what_a_wrong_choice_costs_is_kept(cost):
    entry = read_parts(response("B", f"A=-{cost}|B=1|C=-{cost}") + body(choice()) + MAP)
    assert entry.draft.content["scoring"] == {"wrong": cost}
    assert entry.status == "accepted"


def test_partial_points_for_a_wrong_choice_are_told():
    entry = read_parts(response("B", "A=0.5|B=1") + body(choice()) + MAP)
    assert "scoring_simplified" in codes(entry)


weights = st.sampled_from(["1", "0.5", "-0.5", "-1", "0"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(weights, min_size=3, max_size=5), st.sampled_from(["", 'lowerBound="0"', 'defaultValue="-1"']), st.data()
)
def test_where_nothing_is_told_our_score_is_the_file_s(points, bounds, data):
    names = "ABCDE"[: len(points)]
    mapping = "|".join(f"{name}={value}" for name, value in zip(names, points, strict=True))
    options = "|".join(f"{name}={name * 2}" for name in names)
    entry = many(mapping, bounds=bounds, options=options)
    content = entry.draft.content
    if any(code in codes(entry) for code in ("scoring_simplified", "no_right_answer", "custom_scoring")):
        return
    chosen = data.draw(st.sets(st.sampled_from(names), min_size=1))
    total = sum(Decimal(value) for name, value in zip(names, points, strict=True) if name in chosen)
    top = sum(Decimal(value) for value in points if Decimal(value) > 0)
    lowest = Decimal(0) if "lowerBound" in bounds else Decimal("-1000")
    tokens = {row["html"][0]: row["token"] for row in content["options"]}
    given = {"choices": [tokens[name] for name in sorted(chosen)]}
    ours = REGISTRY["multiple_choice"].score(content, given, Decimal(1)).points
    expected = max(total, lowest) / top
    assert abs(ours - max(expected, Decimal(-1))) < Decimal("0.01") or entry.draft.kind != "multiple_choice"


def rules(statements: str):
    root, _mended = parse_lenient(f"<responseProcessing>{statements}</responseProcessing>".encode())
    return list(root)


def put(expression: str) -> str:
    return f'<setOutcomeValue identifier="SCORE">{expression}</setOutcomeValue>'


def base(value: str, kind: str = "float") -> str:
    return f'<baseValue baseType="{kind}">{value}</baseValue>'


def score(statements: str, values: tuple = (), declared: str = "") -> float:
    declaration, _mended = parse_lenient((declared or response("2", base="float")).encode())
    return float(Calculator({"RESPONSE": read_response(declaration)}, {}, rules(statements), "SCORE").score(
        {"RESPONSE": values}
    ))  # fmt: skip


GIVEN = '<variable identifier="RESPONSE"/>'


@pytest.mark.parametrize(
    ("expression", "worth"),
    [
        (f"<sum>{base('1')}{base('2')}{GIVEN}</sum>", 5),
        (f"<product>{GIVEN}{base('0.5')}</product>", 1),
        (f"<subtract>{GIVEN}{base('0.5')}</subtract>", 1.5),
        (f"<divide>{GIVEN}{base('4')}</divide>", 0.5),
        (f"<divide>{GIVEN}{base('0')}</divide>", 0),
        (f"<max>{GIVEN}{base('7')}</max>", 7),
        (f"<round>{base('2.5')}</round>", 3),
        (f"<truncate>{base('-2.5')}</truncate>", -2),
        (f"<containerSize><multiple>{GIVEN}{base('1')}</multiple></containerSize>", 2),
        (f'<index n="2"><ordered>{GIVEN}{base("9")}</ordered></index>', 9),
    ],
)
def test_expressions_are_worked_out(expression, worth):
    assert score(put(expression), ("2",)) == worth


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (f'<match>{GIVEN}<correct identifier="RESPONSE"/></match>', True),
        (f'<equal toleranceMode="absolute" tolerance="0.5 0.5">{GIVEN}{base("2.5")}</equal>', True),
        (f'<equal toleranceMode="relative" tolerance="5">{GIVEN}{base("2.5")}</equal>', False),
        (f'<equalRounded roundingMode="decimalPlaces" figures="0">{GIVEN}{base("2.4")}</equalRounded>', True),
        (f'<equalRounded roundingMode="significantFigures" figures="2">{GIVEN}{base("2.1")}</equalRounded>', False),
        (f"<and><gte>{GIVEN}{base('1')}</gte><lt>{GIVEN}{base('2')}</lt></and>", False),
        (f"<or><gt>{GIVEN}{base('1')}</gt><isNull>{GIVEN}</isNull></or>", True),
        (f"<not><isNull>{GIVEN}</isNull></not>", True),
        (f"<member>{GIVEN}<multiple>{base('1')}{base('2')}</multiple></member>", True),
        (f'<anyN min="1" max="1"><gt>{GIVEN}{base("1")}</gt><gt>{GIVEN}{base("9")}</gt></anyN>', True),
        (f"<match>{GIVEN}<null/></match>", False),
    ],
)
def test_conditions_are_worked_out(condition, holds):
    branch = f"<responseCondition><responseIf>{condition}{put(base('1'))}</responseIf></responseCondition>"
    assert score(branch, ("2",)) == (1 if holds else 0)


def test_nothing_by_chance_and_no_pattern_is_worked_out():
    for name in ("randomFloat", "patternMatch", "customOperator", "mapResponsePoint"):
        with pytest.raises(Untold):
            score(put(f"<{name}>{GIVEN}</{name}>"), ("2",))


def test_what_does_not_touch_the_score_need_not_be_known():
    other = f'<setOutcomeValue identifier="FEEDBACK"><customOperator>{GIVEN}</customOperator></setOutcomeValue>'
    assert score(other + put(base("3"))) == 3


def test_rules_that_cannot_be_worked_out_leave_the_declared_key_and_are_told():
    own = f"<responseProcessing>{put('<customOperator/>')}</responseProcessing>"
    entry = read_parts(response("B") + body(choice()) + own)
    assert keys(entry) == ["Hai"]
    assert codes(entry) == ["custom_scoring"]


def test_numbers_too_large_for_any_exam_are_not_worked_out():
    power = "".join(base("1e99") for _time in range(40))
    with pytest.raises(Untold):
        score(put(f"<product>{power}</product>"))


def test_very_many_rules_cost_no_time():
    with pytest.raises(Untold):
        score(put(base("1")) * 4000)


def test_points_come_from_the_maximum_score_then_from_the_answers():
    score_of = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="3"/>'
    most = (
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue>'
        "<value>2.5</value></defaultValue></outcomeDeclaration>"
    )
    assert read_parts(response("B") + score_of + most + body(choice()) + MATCH).draft.points == "2.5"
    assert read_parts(response("B") + score_of + body(choice()) + MATCH).draft.points == "3"
    assert read_parts(response("B") + body(choice()) + MATCH).draft.points == "1"
