"""The fairness report by hand, and what it rests on: shrunken difficulty, curves, what keeps papers from release."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.estimates import (
    ITEMS_FOR_A_LEVEL,
    UNKNOWN_SHARE,
    Prior,
    Seen,
    calibrated,
    curve_of,
    estimate,
    seconds_of,
)
from exambank.assembly.rules.fairness import Asked, Forecast, ends_of, forecast, report_on


def flat(*expected, error=0.0, seconds=60, n=50):
    return Forecast(tuple(expected), (error,) * 3, expected[1], seconds, n)


EASY, HARD = flat(0.6, 0.8, 0.9), flat(0.2, 0.4, 0.7, error=0.1)


def test_a_share_seen_often_stays_and_one_seen_once_is_drawn_to_the_mean():
    prior = Prior(0.6, 10)
    assert prior.update(Seen(0, None)).difficulty == 0.6
    assert prior.update(Seen(10, 1.0)).difficulty == pytest.approx(0.8)  # (10 x 1 + 10 x 0.6) / 20
    assert prior.update(Seen(990, 0.2)).difficulty == pytest.approx((990 * 0.2 + 6) / 1000)
    assert prior.update(Seen(10, 1.0)).sd == pytest.approx(math.sqrt(0.8 * 0.2 / 21))


def test_an_item_never_answered_is_taken_for_as_hard_as_its_level():
    easy = [Seen(200, 0.9, "easy")] * ITEMS_FOR_A_LEVEL
    hard = [Seen(200, 0.3, "hard")] * ITEMS_FOR_A_LEVEL
    found = estimate([*easy, *hard, Seen(0, None, "easy"), Seen(0, None, "hard"), Seen(0, None, "other")])
    assert [round(one.difficulty, 2) for one in found[-3:]] == [0.9, 0.3, 0.6]
    assert estimate([Seen(0, None)])[0].difficulty == UNKNOWN_SHARE


def test_shrinking_comes_nearer_to_the_truth_than_the_bare_shares():
    rng = np.random.default_rng(7)
    truth, n = rng.beta(6, 4, 400), rng.integers(3, 40, 400)
    seen = [rng.binomial(k, p) / k for k, p in zip(n, truth, strict=True)]
    found = estimate([Seen(int(k), float(p)) for k, p in zip(n, seen, strict=True)])
    error = np.array([one.difficulty for one in found]) - truth
    assert np.sqrt(np.mean(error**2)) < 0.85 * np.sqrt(np.mean((np.array(seen) - truth) ** 2))
    inside = np.abs(error) < 1.96 * np.array([one.sd for one in found])
    assert 0.9 < inside.mean() < 0.99  # the deviation told is the deviation met


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1)), min_size=1, max_size=30))
def test_an_estimate_lies_inside_and_between_the_share_and_the_mean_of_the_bank(rows):
    items = [Seen(n, share) for n, share in rows]
    found = estimate(items)
    known = [item for item in items if item.is_known]
    mean = sum(item.n * item.share for item in known) / sum(item.n for item in known) if known else UNKNOWN_SHARE
    for item, one in zip(items, found, strict=True):
        share = item.share if item.is_known else mean
        assert min(share, mean) - 0.011 <= one.difficulty <= max(share, mean) + 0.011
        assert 0 <= one.sd < 0.5


@pytest.mark.parametrize("floor", [0.0, 0.25])
@pytest.mark.parametrize("share", [0.35, 0.5, 0.75, 0.9])
def test_the_curve_gives_candidates_of_all_abilities_that_share_on_average(share, floor):
    theta = np.linspace(-6, 6, 2001)
    weight = np.exp(-(theta**2) / 2)
    curve = curve_of(share, floor)
    average = sum(w * curve.at(t) for t, w in zip(theta, weight, strict=True)) / weight.sum()
    assert average == pytest.approx(share, abs=0.008)  # the normal ogive is near, not equal
    assert curve.at(-20) == pytest.approx(floor, abs=1e-6)


def test_a_calibrated_item_follows_the_three_parameter_model():
    assert calibrated(1.2, 0.5, 0.2).at(0.5) == pytest.approx(0.6)
    assert calibrated(1.2, 0.5, 0.2).at(1.5) == pytest.approx(0.2 + 0.8 / (1 + math.exp(-1.2)))
    known = forecast(Prior(0.6, 10).update(Seen(40, 0.7)), (1.2, 0.5, 0.2), 0.25, 60)
    assert known.expected[1] == pytest.approx(0.2 + 0.8 / (1 + math.exp(0.6)))
    assert known.is_calibrated


def test_time_is_what_was_noted_or_what_the_kind_takes():
    assert seconds_of("single_choice", 30) == 30
    assert seconds_of("essay", None) > seconds_of("true_false", None) > 0
    assert seconds_of("riddle", None) > 0


def test_means_spread_and_difference_of_two_papers_are_worked_out_by_hand():
    papers = {
        "101": [Asked(1, 1.0, 0), Asked(2, 3.0, 0), Asked(3, 0.0, 1)],
        "102": [Asked(1, 1.0, 2), Asked(4, 3.0, None), Asked(3, 0.0, 1)],
    }
    found = report_on(papers, {1: EASY, 2: EASY, 3: HARD, 4: HARD}, scale=10)
    first, second = found["papers"]
    assert first["means"] == [6.0, 8.0, 9.0]  # the pretest question counts for nothing
    assert second["means"] == [3.0, 5.0, 7.5]  # (1 x 0.6 + 3 x 0.2) of 4 points, on the scale of 10
    assert found["gaps"] == [3.0, 3.0, 1.5]
    assert found["ranges"] == [[3.0, 6.0], [5.0, 8.0], [7.5, 9.0]]
    assert first["sds"][1] == pytest.approx(2.5 * math.sqrt(0.16 + 9 * 0.16), abs=1e-3)
    assert found["gap_error"] == 0.75  # 3 points x 0.1, of 4 on the scale of 10; what both hold cancels out
    assert (first["keys"], first["run"], second["keys"]) == ([2, 1], 2, [0, 1, 1])
    assert found["overlap"]["matrix"] == [[3, 2], [2, 3]]
    assert (found["overlap"]["least"], found["overlap"]["most"]) == (2, 2)
    assert found["uses"] == {"items": 4, "fixed": 0, "most": 2, "counts": {"1": 2, "2": 2}}
    assert first["seconds"] == 180
    assert first["difficulty"] == 0.8


def test_one_average_candidate_meets_the_predicted_mean_and_spread():
    rng = np.random.default_rng(3)
    forecasts = {at: flat(0.3, float(p), 0.9) for at, p in enumerate(rng.uniform(0.2, 0.9, 40))}
    found = report_on({"101": [Asked(at, 0.25) for at in forecasts]}, forecasts)["papers"][0]
    solved = rng.random((20000, 40)) < np.array([one.expected[1] for one in forecasts.values()])
    marks = solved.sum(axis=1) * 0.25
    assert found["means"][1] == pytest.approx(marks.mean(), abs=0.05)
    assert found["sds"][1] == pytest.approx(marks.std(), abs=0.02)


TWO = {"101": [Asked(1, 1.0, 0), Asked(2, 1.0, 0)], "102": [Asked(1, 1.0, 0), Asked(3, 1.0, 0)]}
KNOWN = {1: EASY, 2: EASY, 3: EASY}


@pytest.mark.parametrize(
    ("demands", "deviation", "reasons"),
    [
        (Demands(tolerance=0.02), 0.0201, ["tolerance"]),
        (Demands(tolerance=0.02), 0.02, []),
        (Demands(balance=()), None, []),
        (Demands(balance=(), overlap=0), None, ["overlap"]),
        (Demands(balance=(), overlap=1), None, []),
        (Demands(balance=(), papers_per_item=1), None, ["papers_per_item"]),
        (Demands(balance=(), distinct_items=2), None, ["distinct_items"]),
        (Demands(balance=(), max_same_key_run=1), None, []),  # told, but it keeps nobody from an exam
    ],
)
def test_papers_are_released_only_if_what_was_demanded_holds(demands, deviation, reasons):
    found = report_on(TWO, KNOWN, demands, max_deviation=deviation)
    assert found["reasons"] == reasons
    assert found["is_releasable"] is not bool(reasons)


def test_fixed_items_stand_outside_the_limits_and_a_broken_run_is_told():
    demands = Demands(balance=(), overlap=0, papers_per_item=1, max_same_key_run=1)
    found = report_on(TWO, KNOWN, demands, fixed=frozenset({1}))
    assert found["reasons"] == []
    assert {check["name"]: check["holds"] for check in found["demands"]}["max_same_key_run"] is False


def test_of_many_papers_the_ends_are_shown_and_the_overlap_is_counted():
    papers = {str(100 + at): [Asked(at, 1.0)] for at in range(60)}
    forecasts = {at: flat(0.2, 0.3 + at / 100, 0.95) for at in range(60)}
    found = report_on(papers, forecasts)
    rows = ends_of(found["papers"])
    assert [row["code"] for row in (*rows[:2], *rows[-2:])] == ["100", "101", "158", "159"]
    assert len(rows) == 20
    assert found["overlap"]["matrix"] is None
    assert found["overlap"]["counts"] == {"0": 60 * 59 // 2}


def test_the_report_is_plain_data_without_a_name_of_any_item():
    items = [900001, 900002, 900003]
    papers = {"101": [Asked(item, 1.0, 0) for item in items]}
    written = json.dumps(report_on(papers, dict.fromkeys(items, EASY), Demands()))
    assert not any(str(item) in written for item in items)
