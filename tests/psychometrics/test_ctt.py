from dataclasses import asdict, fields
from math import isfinite

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exambank.psychometrics import Interval, ItemStatistic, Reason, item_statistics
from exambank.psychometrics.intervals import bonett, fisher_z, newcombe, student, wilson

NAN = np.nan
matrices = hnp.arrays(
    float,
    st.tuples(st.integers(0, 12), st.integers(0, 5)),
    elements=st.sampled_from([0, 1, 0.25, 0.5, NAN]) | st.sampled_from([0, 1]),
)


def column(statistics, name):
    return [getattr(statistic, name) for statistic in statistics]


# --- known values ---


def test_lsat6_agrees_with_r(lsat6):
    """Values of psych 2.2.9 and CTT 2.3.3 (R 4.2.2), which agree."""
    items = item_statistics(lsat6)

    assert column(items, "n") == [1000] * 5
    assert column(items, "difficulty") == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.87], abs=1e-12)
    assert column(items, "mean") == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.87], abs=1e-12)
    assert column(items, "sd") == pytest.approx(
        [0.265130711714607, 0.454450795494436, 0.497431843008103, 0.425455064621415, 0.336471712352188], abs=1e-12
    )
    assert column(items, "item_total") == pytest.approx(
        [0.362010437161764, 0.566772095384459, 0.618439753567376, 0.534418326243924, 0.435366427887606], abs=1e-12
    )
    assert column(items, "item_rest") == pytest.approx(
        [0.112832688922342, 0.15317812011653, 0.17277894329109, 0.144428095247094, 0.121596402547096], abs=1e-12
    )


def test_lsat6_by_27_percent_groups_agrees_with_shared_ties(lsat6):
    items = item_statistics(lsat6)

    assert column(items, "group_size") == pytest.approx([270] * 5)
    assert column(items, "d27") == pytest.approx(
        [0.19662447257384, 0.6314580403188, 0.810876699484294, 0.536990154711674, 0.320346929207689], abs=1e-12
    )
    assert column(items, "upper_share") == pytest.approx([1.0] * 5)  # 298 perfect candidates fill the 270 places


def test_the_intervals_of_lsat6_hold_the_hand_calculated_ends(lsat6):
    first = item_statistics(lsat6)[0]

    z, p, n = 1.959963984540054, 0.924, 1000
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)
    assert (first.difficulty_ci.low, first.difficulty_ci.high) == pytest.approx((middle - half, middle + half))
    r, margin = np.arctanh(first.item_rest), z / 997**0.5
    assert first.item_rest_ci.low == pytest.approx(np.tanh(r - margin), abs=1e-12)
    assert first.item_rest_ci.high == pytest.approx(np.tanh(r + margin), abs=1e-12)
    assert first.item_rest_ci.confidence == 0.95
    assert first.d27_ci == newcombe(first.upper_share, first.lower_share, 270)


def test_partial_credit_is_a_share_of_the_items_maximum():
    scores = np.array([[0, 0, 1], [2, 1, 0], [5, 4, 1], [3, 4, 1], [1, 0, 0]])
    essay = item_statistics(scores, max_scores=[5, 4, 1])[0]

    assert essay.mean == pytest.approx(2.2)
    assert essay.difficulty == pytest.approx(0.44)
    assert essay.sd == pytest.approx(np.std(scores[:, 0], ddof=1))
    assert essay.item_rest == pytest.approx(np.corrcoef(scores[:, 0], scores[:, 1] + scores[:, 2])[0, 1])


def test_the_interval_of_partial_credit_is_students_and_stays_within_0_and_1(simulated):
    scores = np.array([[0, 0], [2, 1], [5, 1], [3, 1], [1, 0], [4, 1]])
    essay, short = item_statistics(scores, max_scores=[5, 1])

    raw = student(essay.difficulty, essay.sd / 5, 6)
    assert (essay.difficulty_ci.low, essay.difficulty_ci.high) == pytest.approx((raw.low, raw.high), abs=1e-12)
    assert short.difficulty_ci == wilson(short.difficulty, 6)
    easy = item_statistics([[4, 0], [5, 1], [5, 0]], max_scores=[5, 1])[0]
    assert easy.difficulty_ci.high == 1.0
    equal = item_statistics([[3, 0], [3, 1], [3, 0]], max_scores=[5, 1])[0]
    assert equal.difficulty_ci == wilson(0.6, 3)  # nothing tells how marks differ
    assert equal.undefined["sd_ci"] is Reason.CONSTANT_ITEM


def test_the_spread_of_right_and_wrong_follows_from_the_difficulty(lsat6):
    for item in item_statistics(lsat6):
        shares = np.linspace(item.difficulty_ci.low, item.difficulty_ci.high, 100_001)
        spreads = np.sqrt(shares * (1 - shares) * 1000 / 999)
        assert (item.sd_ci.low, item.sd_ci.high) == pytest.approx((spreads.min(), spreads.max()), abs=1e-6)


def test_the_spread_of_partial_credit_has_bonetts_interval_within_what_points_allow():
    marks = np.array([0, 2, 5, 3, 1, 0, 4, 5, 2, 2, 3, 1.0])
    item = item_statistics(np.column_stack([marks, np.arange(12) % 2]), max_scores=[5, 1])[0]
    raw = bonett(item.sd, ((marks - marks.mean()) ** 4).sum(), 12)

    assert item.sd_ci.low == pytest.approx(raw.low)
    assert item.sd_ci.high == pytest.approx(min(raw.high, 2.5 * np.sqrt(12 / 11)))


def test_the_intervals_of_partial_credit_hold_what_they_should():
    """1,000 essays of 40 candidates with marks of 0 to 4."""
    shares = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    mean = shares @ np.arange(5)
    sd = np.sqrt(shares @ (np.arange(5) - mean) ** 2)
    marks = np.random.default_rng(12).choice(5, (40, 1000), p=shares).astype(float)
    items = item_statistics(marks, max_scores=4)

    for name, true in (("difficulty_ci", mean / 4), ("sd_ci", sd)):
        held = [getattr(item, name).low <= true <= getattr(item, name).high for item in items]
        assert 0.93 <= np.mean(held) <= 0.98


# --- one paper for all is counted by sums ---


@pytest.mark.parametrize("n_strata", [1, 3, 16, 17])
def test_both_ways_of_counting_agree(simulated, n_strata):
    """A candidate who met nothing changes nothing, but has the papers counted that differ."""
    most = np.array([1, 2, 0.3, 5, 1, 100, 1, 1, 0.25, 1])
    scores = simulated[:300, :10] * most
    scores[:, 3] = np.round(5 * np.random.default_rng(2).random(300), 2)
    strata = np.arange(300) % n_strata
    with_absent = np.vstack([scores, np.full((1, 10), NAN)])

    together = item_statistics(scores, max_scores=most, strata=strata)
    apart = item_statistics(with_absent, max_scores=most, strata=[*strata, 0])

    for one, other in zip(together, apart, strict=True):
        assert one.undefined == other.undefined == {}
        assert numbers_of(asdict(one)) == pytest.approx(numbers_of(asdict(other)), abs=1e-12)


def test_a_large_exam_is_counted_as_a_small_one():
    """Of 30,000 candidates, in several blocks: a thousand times the same thirty."""
    few = (np.random.default_rng(9).random((30, 12)) < 0.6).astype(float)
    small, large = item_statistics(few), item_statistics(np.tile(few, (1000, 1)))

    for one, other in zip(small, large, strict=True):
        for name in ("difficulty", "item_total", "item_rest", "d27", "upper_share"):
            assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-12)


# --- papers that differ ---


def test_an_item_that_was_not_presented_is_not_a_wrong_one():
    item = item_statistics([[1, 1], [NAN, 0], [1, 0], [NAN, 1], [0, 0]])[0]

    assert (item.n, item.difficulty) == (3, pytest.approx(2 / 3))


def two_papers(simulated):
    """Paper A holds items 0-9, paper B items 10-19; 300 candidates each."""
    scores = simulated[:600, :20].copy()
    scores[:300, 10:] = NAN
    scores[300:, :10] = NAN
    return scores, np.repeat(["A", "B"], 300)


def test_each_of_two_papers_has_the_statistics_it_has_alone(simulated):
    scores, papers = two_papers(simulated)

    for together in (item_statistics(scores), item_statistics(scores, strata=papers)):
        for statistic, alone in zip(
            together, item_statistics(scores[:300, :10]) + item_statistics(scores[300:, 10:]), strict=True
        ):
            assert statistic.n == 300
            for name in ("difficulty", "sd", "item_total", "item_rest", "d27"):
                assert getattr(statistic, name) == pytest.approx(getattr(alone, name), abs=1e-12)


def test_the_rest_score_is_a_share_so_that_papers_of_unequal_length_compare():
    """Whoever met 2 items and got 1 of the other is as good as whoever met 5 and got 2 of the other 4."""
    scores = np.array([[1, 1, 1, 0, 0], [0, 1, NAN, NAN, NAN], [1, 1, 0, 1, 0], [0, 0, NAN, NAN, NAN]])
    first = item_statistics(scores)[0]

    assert first.item_rest == pytest.approx(np.corrcoef([1, 0, 1, 0], [0.5, 1.0, 0.5, 0.0])[0, 1])


def test_a_strong_class_lends_no_discrimination_to_an_item_when_classes_are_strata(simulated):
    rng = np.random.default_rng(7)
    weak, strong = rng.random((200, 11)) < 0.3, rng.random((200, 11)) < 0.8
    scores, classes = np.vstack([weak, strong]), np.repeat(["weak", "strong"], 200)

    blind, within = item_statistics(scores)[0], item_statistics(scores, strata=classes)[0]

    assert blind.item_rest > 0.3
    assert within.item_rest_ci.low < 0 < within.item_rest_ci.high
    assert blind.d27 - within.d27 > 0.3
    assert within.difficulty == blind.difficulty


def test_strata_are_pooled_as_deviations_from_their_means(simulated):
    strata = np.arange(2000) % 3
    scores = simulated[:, :8]
    rest = scores.sum(axis=1) - scores[:, 0]
    item = scores[:, 0].copy()
    for stratum in range(3):
        rows = strata == stratum
        rest[rows] -= rest[rows].mean()
        item[rows] -= item[rows].mean()

    statistic = item_statistics(scores, strata=strata)[0]

    assert statistic.item_rest == pytest.approx(item @ rest / np.sqrt(item @ item * (rest @ rest)), abs=1e-12)
    assert statistic.item_rest_ci == fisher_z(statistic.item_rest, 2000 - 2 - 3)


def test_the_total_flatters_an_item_and_the_rest_does_not():
    guesses = np.random.default_rng(3).random((4000, 10)) < 0.25
    items = item_statistics(guesses)

    assert min(column(items, "item_total")) > 0.25
    assert max(map(abs, column(items, "item_rest"))) < 0.06


# --- values that do not exist ---


def test_a_constant_item_has_no_item_rest_correlation():
    perfect = item_statistics([[1, 1], [1, 0], [1, 1]])[0]

    assert (perfect.item_rest, perfect.item_rest_ci, perfect.item_total) == (None, None, None)
    assert perfect.undefined["item_rest"] is Reason.CONSTANT_ITEM
    assert (perfect.difficulty, perfect.sd, perfect.d27) == (1.0, 0.0, 0.0)
    assert perfect.difficulty_ci == Interval(pytest.approx(0.4385, abs=1e-4), 1.0, 0.95)


def test_one_candidate_gives_a_difficulty_and_nothing_else():
    item = item_statistics([[1, 0]])[0]

    assert (item.n, item.mean, item.difficulty) == (1, 1.0, 1.0)
    assert set(item.undefined.values()) == {Reason.TOO_FEW_CANDIDATES}
    assert item.sd is item.item_rest is item.d27 is None


def test_an_item_nobody_met_has_no_values_but_a_reason():
    item = item_statistics([[NAN, 1], [NAN, 0]])[0]

    assert (item.n, item.group_size) == (0, 0.0)
    assert set(item.undefined.values()) == {Reason.NO_RESPONSES}
    assert len(item.undefined) == len(fields(ItemStatistic)) - 3  # all but n, group_size, undefined


def test_a_test_of_one_item_has_no_rest_score():
    item = item_statistics([[1], [0], [1]])[0]

    assert item.undefined == {
        "item_total_ci": Reason.PERFECT_CORRELATION,
        "item_rest": Reason.TOO_FEW_ITEMS,
        "item_rest_ci": Reason.TOO_FEW_ITEMS,
    }


def test_candidates_with_equal_totals_give_no_discrimination():
    item = item_statistics([[1, 0], [0, 1], [1, 0]])[0]

    assert item.undefined["item_total"] is Reason.CONSTANT_SCORE
    assert item.undefined["d27"] is Reason.CONSTANT_SCORE
    assert item.item_rest == pytest.approx(-1)


def test_three_candidates_have_a_correlation_without_an_interval():
    item = item_statistics([[1, 1, 0], [0, 0, 0], [1, 0, 0]])[0]

    assert item.item_rest == pytest.approx(0.5)
    assert item.undefined == {
        "item_total_ci": Reason.TOO_FEW_CANDIDATES,
        "item_rest_ci": Reason.TOO_FEW_CANDIDATES,
    }


def test_rounding_noise_is_not_taken_for_spread():
    """0.1 + 0.2 is not 0.3 in floating point, but the rest scores are equal."""
    scores = np.array([[1, 0.1, 0.2, 0.3], [0, 0.3, 0.1, 0.2], [1, 0.2, 0.3, 0.1], [0, 0.3, 0.2, 0.1]])

    assert item_statistics(scores)[0].undefined["item_rest"] is Reason.CONSTANT_SCORE


def test_totals_that_differ_by_rounding_alone_are_tied():
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    item = item_statistics([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]])[0]

    assert item.undefined["d27"] is item.undefined["item_total"] is Reason.CONSTANT_SCORE


@pytest.mark.parametrize("shape", [(0, 3), (0, 0), (3, 0)])
def test_no_candidates_or_no_items_are_no_error(shape):
    assert column(item_statistics(np.zeros(shape)), "n") == [0] * shape[1]


# --- properties ---


def numbers_of(value):
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, list | tuple) or not isinstance(value, str | float | int | None):
        return [number for part in value for number in numbers_of(part)]
    return [value] if isinstance(value, float | int) else []


@given(matrices, st.booleans())
def test_nothing_that_comes_out_is_nan_and_what_is_missing_has_a_reason(scores, with_strata):
    strata = np.arange(len(scores)) % 2 if with_strata else None

    for statistic in item_statistics(scores, strata=strata):
        record = asdict(statistic)
        missing = {name for name, value in record.items() if value is None}
        assert missing == set(statistic.undefined)
        assert all(isinstance(reason, Reason) for reason in statistic.undefined.values())
        assert all(isfinite(number) for number in numbers_of(record))
        for name in ("item_total", "item_rest", "d27"):
            value, interval = getattr(statistic, name), getattr(statistic, f"{name}_ci")
            assert value is None or -1 <= value <= 1
            assert interval is None or -1 <= interval.low <= value <= interval.high <= 1


@given(matrices, st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_items_does_not_matter(scores, random):
    rows, columns = (random.sample(range(length), length) for length in scores.shape)
    expected = item_statistics(scores)

    for column, other in zip(columns, item_statistics(scores[rows][:, columns]), strict=True):
        assert expected[column].undefined == other.undefined
        assert numbers_of(asdict(expected[column])) == pytest.approx(numbers_of(asdict(other)), abs=1e-9)


@given(matrices)
def test_a_candidate_who_met_nothing_changes_nothing(scores):
    with_absent = np.vstack([scores, np.full((1, scores.shape[1]), NAN)])

    for one, other in zip(item_statistics(scores), item_statistics(with_absent), strict=True):
        assert one.undefined == other.undefined
        assert numbers_of(asdict(one)) == pytest.approx(numbers_of(asdict(other)), abs=1e-12)


@given(matrices)
def test_turning_right_and_wrong_around_turns_the_difficulty_and_keeps_the_discrimination(scores):
    for one, other in zip(item_statistics(scores), item_statistics(1 - scores), strict=True):
        assert one.undefined == other.undefined
        if one.n:
            assert other.difficulty == pytest.approx(1 - one.difficulty, abs=1e-9)
        for name in ("item_rest", "d27"):
            if name not in one.undefined:
                assert getattr(other, name) == pytest.approx(getattr(one, name), abs=1e-9)
