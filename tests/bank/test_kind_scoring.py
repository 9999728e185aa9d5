"""Worked examples of every scoring rule.

The table of multiple choice follows the manual page of ``exams_eval`` in the R package exams (section "Details": each
selected correct choice yields 1/ncorrect; an incorrect one takes 1/nwrong for "false", 1/max(nwrong, 2) for "false2",
1/ncorrect for "true", 1 for "all", 0 for "none"; ``negative`` is the lower bound of the sum, and, with
``partial = FALSE``, what a wrong pattern gets). The patterns "10101" with a bound of 0 and of -0.25 and the pattern
"10000" with a penalty of 25 % are its own examples.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from exambank.bank.interactions import REGISTRY
from tests.bank.kinds import content_of

ONE = Decimal("1")


def choice(pattern, rule, bound="0"):
    options = [
        {"token": f"o{place}", "html": f"Ý {place}.", "is_key": sign == "1"} for place, sign in enumerate(pattern)
    ]
    return REGISTRY["multiple_choice"].normalise({"options": options, "scoring": {"rule": rule, "lower_bound": bound}})


def chosen(pattern):
    return {"choices": [f"o{place}" for place, sign in enumerate(pattern) if sign == "1"]}


MULTIPLE = [
    # correct, rule, lower bound, answer, share
    ("10101", "false2", "0", "10101", "1"),
    ("10101", "false2", "0", "10100", "2/3"),
    ("10101", "false2", "0", "11100", "1/6"),
    ("10101", "false2", "0", "01010", "0"),
    ("10101", "false2", "0", "00000", "0"),
    ("10101", "false2", "-0.25", "01010", "-1/4"),
    ("10101", "false2", "0.25", "01010", "-1/4"),
    ("10101", "false2", "-1", "01010", "-1"),
    ("10101", "false", "0", "11100", "1/6"),
    ("10101", "true", "0", "11100", "1/3"),
    ("10101", "all", "0", "11101", "0"),
    ("10101", "all", "-1", "11100", "-1/3"),
    ("10101", "none", "0", "11111", "1"),
    ("10101", "none", "0", "11010", "1/3"),
    ("11110", "false", "0", "11111", "0"),  # one wrong option: it takes all
    ("11110", "false2", "0", "11111", "1/2"),  # here it takes half
    ("11110", "true", "0", "11111", "3/4"),
    ("11110", "all", "0", "11111", "0"),
    ("11000", "false", "0", "10100", "1/6"),
    ("11000", "true", "0", "10100", "0"),
    ("11000", "true", "-1", "00111", "-1"),
    ("11000", "false", "-1", "00111", "-1"),
    ("11000", "per_option", "0", "10100", "1/6"),
    ("11111", "false", "0", "11110", "4/5"),
    ("10000", "all_or_nothing", "-0.25", "10000", "1"),
    ("10000", "all_or_nothing", "-0.25", "01000", "-1/4"),
    ("10000", "all_or_nothing", "-0.25", "11000", "-1/4"),
    ("10000", "all_or_nothing", "-0.25", "00000", "0"),
    ("10101", "all_or_nothing", "0", "10100", "0"),
]


@pytest.mark.parametrize(("correct", "rule", "bound", "answer", "share"), MULTIPLE)
def test_multiple_choice_scores_as_r_exams_does(correct, rule, bound, answer, share):
    score = REGISTRY["multiple_choice"].score(choice(correct, rule, bound), chosen(answer), Decimal("6"))
    assert Fraction(score.points) == pytest.approx(float(6 * Fraction(share)), abs=1e-4)
    if answer == "00000":
        assert score.outcome == "blank"
    elif share == "1":
        assert score.outcome == "right"
    else:
        assert score.outcome == ("partial" if Fraction(share) > 0 else "wrong")


def test_contents_stored_before_there_were_rules_score_as_they_did():
    options = [
        {"token": f"o{place}", "html": f"Ý {place}", "is_key": place < 2, "is_locked": False} for place in range(5)
    ]
    several, single = REGISTRY["multiple_choice"], REGISTRY["single_choice"]
    for scoring in ({"rule": "per_option"}, {"rule": "false", "lower_bound": "0"}):
        old = {"options": options, "scoring": scoring}
        points = [several.score(old, {"choices": choices}, ONE).points for choices in
                  (["o0", "o1"], ["o0"], ["o0", "o2"], ["o2", "o3"])]  # fmt: skip
        assert points == [1, Decimal("0.5"), Decimal("0.1667"), 0]
    assert several.score({"options": options}, {"choices": ["o0"]}, ONE).points == 0
    only = {"options": [{**row, "is_key": row["token"] == "o0"} for row in options], "scoring": {}}
    assert single.score(only, {"choice": "o1"}, ONE) == single.score(
        {"options": only["options"]}, {"choice": "o2"}, ONE
    )
    assert single.score(only, {"choice": "o1"}, ONE).points == 0


def test_a_wrong_single_choice_costs_what_the_content_says_and_a_blank_nothing():
    one, content = REGISTRY["single_choice"], content_of("single_choice")
    assert one.score(content, {"choice": "aa11"}, Decimal("2")).points == 2
    assert one.score(content, {"choice": "bb22"}, Decimal("2")).points == Decimal("-0.5")
    assert one.score(content, {"choice": None}, Decimal("2")).points == 0
    assert one.lowest_share(content) == Fraction(-1, 4)


def test_a_short_text_gets_the_best_share_of_what_it_equals():
    one, content = REGISTRY["short_text"], content_of("short_text")
    shares = {given: one.score(content, {"text": given}, ONE).points for given in
              ("Hoà bình", "HÒA  BÌNH", "yên ổn", "Yên Ổn ", "yen on", "hòa", "")}  # fmt: skip
    assert list(shares.values()) == [1, 1, Decimal("0.5"), Decimal("0.5"), 0, 0, 0]
    stars = one.normalise({"accepted": [{"text": "*bình*", "share": "0.5"}, {"text": "hòa bình"}],
                           "scoring": {"wildcards": True}})  # fmt: skip
    assert one.score(stars, {"text": "hòa bình"}, ONE).points == 1
    assert one.score(stars, {"text": "nền hòa bình lâu dài"}, ONE).points == Decimal("0.5")


NUMBERS = [
    # value, unit, rule of the unit, penalty, share: the key is 3,5 kg within 0,1
    ("3,5", "kg", "required", "0.5", "1"),
    ("3.6", "kg", "required", "0.5", "1"),
    ("3,4", "kg", "required", "0.5", "1"),
    ("3,6000001", "kg", "required", "0.5", "0"),
    ("3500", "g", "required", "0.5", "1"),
    ("3600", "g", "required", "0.5", "1"),
    ("3601", "g", "required", "0.5", "0"),
    ("3,5 kg", "", "required", "0.5", "1"),
    ("3,5kg", "", "required", "0.5", "1"),
    ("3,5", "KG", "required", "0.5", "1"),
    ("3,5", "", "required", "0.5", "1/2"),
    ("3,5", "", "required", "1", "0"),
    ("3,5", "m", "required", "0.5", "1/2"),
    ("3,5", "", "optional", "0.5", "1"),
    ("3,5", "m", "optional", "0.5", "1/2"),
    ("3500", "g", "optional", "0.5", "1"),
    ("3,5", "", "none", "0", "1"),
    ("3,5", "kg", "none", "0", "0"),
    ("0,35·10^1", "kg", "required", "0.5", "1"),
    ("ba rưỡi", "kg", "required", "0.5", "0"),
    ("", "kg", "required", "0.5", "0"),
]


@pytest.mark.parametrize(("value", "unit", "asked", "penalty", "share"), NUMBERS)
def test_a_number_is_right_within_its_tolerance_and_in_its_unit(value, unit, asked, penalty, share):
    content = {**content_of("numeric"), "scoring": {"unit": asked, "unit_penalty": penalty}}
    score = REGISTRY["numeric"].score(content, {"value": value, "unit": unit}, ONE)
    assert Fraction(score.points) == Fraction(share)


def test_a_relative_tolerance_is_a_share_of_the_key_and_its_borders_belong_to_it():
    one = REGISTRY["numeric"]
    for key, inside, outside in (
        ("200", ("190", "210"), ("189.99", "210.01")),
        ("-4", ("-4,2", "-3,8"), ("4", "-4,21")),
    ):
        content = one.normalise({"answers": [{"value": key, "tolerance": "0.05", "is_relative": True}]})
        assert [one.score(content, {"value": given}, ONE).points for given in (*inside, *outside)] == [1, 1, 0, 0]
    thirds = one.normalise({"answers": [{"value": "0.3"}]})
    assert one.score(thirds, {"value": "0.30"}, ONE).points == 1
    assert one.score(thirds, {"value": "0.3000000000000000000000000000001"}, ONE).points == 0


def test_further_numbers_give_their_share():
    one = REGISTRY["numeric"]
    content = one.normalise(
        {"answers": [{"value": "10", "tolerance": "1", "share": "0,5"}, {"value": "10", "tolerance": "0.1"}]}
    )
    points = [one.score(content, {"value": given}, ONE).points for given in ("10", "10,1", "10,5", "11", "11,1")]
    assert points == [1, 1, Decimal("0.5"), Decimal("0.5"), 0]


def test_matching_gives_a_part_for_each_pair_or_all_or_nothing():
    one = REGISTRY["matching"]
    content = content_of("matching")
    half = {"pairs": {"aa11": "t0000aaaa", "bb22": "t0000cccc"}}
    whole = {**content, "scoring": {"rule": "all_or_nothing"}}
    assert one.score(content, half, ONE) == one.score(content, {"pairs": {"aa11": "t0000aaaa"}}, ONE)
    assert one.score(content, half, ONE).points == Decimal("0.5")
    assert one.score(whole, half, ONE).points == 0
    assert one.score(whole, {"pairs": content["pairs"]}, ONE).points == 1


ORDERS = [
    # places given to the four lines of the right order, all_or_nothing, per_place, per_neighbour
    ((1, 2, 3, 4), "1", "1", "1"),
    ((2, 1, 3, 4), "0", "1/2", "1/3"),
    ((4, 1, 2, 3), "0", "0", "2/3"),  # the first line put last: the others still follow one another
    ((4, 3, 2, 1), "0", "0", "0"),
    ((1, 2, None, None), "0", "1/2", "1/3"),
    ((None, None, 1, 2), "0", "0", "1/3"),
    ((1, None, 3, None), "0", "1/2", "0"),
]


@pytest.mark.parametrize(("places", "whole", "by_place", "by_neighbour"), ORDERS)
def test_an_order_is_scored_whole_by_places_or_by_neighbours(places, whole, by_place, by_neighbour):
    one = REGISTRY["ordering"]
    lines = ["a1", "b2", "c3", "d4"]
    payload = {"places": dict(zip(lines, places, strict=True))}
    shares = {}
    for rule in one.rules_known:
        content = one.normalise(
            {"options": [{"token": line, "html": line} for line in lines], "scoring": {"rule": rule}}
        )
        shares[rule] = Fraction(one.score(content, payload, Decimal("3")).points) / 3
    assert shares == {
        "all_or_nothing": Fraction(whole), "per_place": Fraction(by_place), "per_neighbour": Fraction(by_neighbour)
    }  # fmt: skip


def test_gaps_give_their_share_by_weight():
    one, content = REGISTRY["fill_in"], content_of("fill_in")

    def points(typed, picked):
        return one.score(content, {"gaps": {"aa11": typed, "bb22": picked}}, Decimal("3")).points

    assert [points("1930", "x1"), points("1930", "x2"), points(None, "x1"), points(" 1930 ", None)] == [3, 2, 1, 2]
    assert one.score(content, {"gaps": {"aa11": " ", "bb22": None}}, ONE).outcome == "blank"


def test_points_of_a_case_are_dealt_by_weight_and_add_up():
    one = REGISTRY["case"]
    inner = content_of("single_choice")
    rows = [{"token": f"q{place}", "kind": "single_choice", "stem": "Câu?", "content": inner} for place in range(3)]
    content = one.normalise({"questions": rows})
    parts = one.split_score(content, {"questions": {"q0": {"choice": "aa11"}, "q1": {"choice": "bb22"}}}, ONE)
    assert [part.max_points for part in parts] == [Decimal("0.3333"), Decimal("0.3334"), Decimal("0.3333")]
    assert [part.outcome for part in parts] == ["right", "wrong", "blank"]
    assert parts[1].points == Decimal("-0.0834")
    score = one.score(content, {"questions": {"q0": {"choice": "aa11"}, "q1": {"choice": "bb22"}}}, ONE)
    assert (score.points, score.outcome) == (sum(part.points for part in parts), "partial")
    weighted = one.normalise({"questions": [{**row, "weight": str(place + 1)} for place, row in enumerate(rows)]})
    assert [part.max_points for part in one.split_score(weighted, None, Decimal("3"))] == [
        Decimal("0.5"), Decimal("1"), Decimal("1.5"),
    ]  # fmt: skip
    assert one.lowest_share(weighted) == Fraction(-1, 4)


def test_a_case_with_an_essay_waits_for_its_marker_with_what_is_known_already():
    one = REGISTRY["case"]
    content = one.normalise(
        {
            "questions": [
                {"token": "q1", "kind": "single_choice", "stem": "Câu?", "content": content_of("single_choice")},
                {"token": "q2", "kind": "essay", "stem": "Viết", "content": {"rubric": [{"html": "Ý", "points": "1"}]}},
            ]
        }
    )
    assert one.needs_marker(content)
    both = {"questions": {"q1": {"choice": "aa11"}, "q2": {"text": "Bài"}}}
    assert one.score(content, both, Decimal("2")) == type(one.score(content, both, ONE))(Decimal("1"), "pending")
    assert one.score(content, {"questions": {"q1": {"choice": "aa11"}}}, Decimal("2")).outcome == "partial"
    assert one.score(content, {"questions": {"q1": None, "q2": {"text": " "}}}, ONE).outcome == "blank"


def test_what_a_person_marks_is_pending_unless_it_is_blank_and_aloud_even_then():
    essay, oral = REGISTRY["essay"], REGISTRY["oral"]
    assert essay.score(content_of("essay"), {"parts": {"aa11": "x", "bb22": ""}}, ONE).outcome == "pending"
    assert essay.score(content_of("essay"), {"parts": {"aa11": " ", "bb22": ""}}, ONE).outcome == "blank"
    assert oral.score(content_of("oral"), None, ONE).outcome == "pending"
    assert oral.is_blank(None)
