from dataclasses import asdict
from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.linking import equipercentile_equating, linear_equating
from exambank.psychometrics.linking.equating import _delta_error, _from_below
from exambank.psychometrics.linking.smoothing import Distribution, distribution

NAN = np.nan
EQUATINGS = [linear_equating, equipercentile_equating]

# The ACT mathematics test, 40 items (Kolen & Brennan, table 2.5): how many got 0, 1, ... 40 points on either form.
ACT_X = [
    0, 1, 1, 3, 9, 18, 59, 67, 91, 144, 149, 192, 192, 192, 201, 204, 217, 181, 184, 170, 201,
    147, 163, 147, 140, 147, 126, 113, 100, 106, 107, 91, 83, 73, 72, 75, 50, 37, 38, 23, 15,
]  # fmt: skip
ACT_Y = [
    0, 1, 3, 13, 42, 59, 95, 131, 158, 161, 194, 164, 166, 197, 177, 158, 169, 132, 158, 151, 134,
    137, 122, 110, 116, 132, 104, 104, 114, 97, 107, 88, 80, 79, 70, 61, 48, 47, 29, 32, 12,
]  # fmt: skip


def totals(counts):
    return np.repeat(np.arange(len(counts)), counts)


@pytest.fixture(scope="module")
def act():
    return totals(ACT_X), totals(ACT_Y)


def equivalents(table):
    return [score.equivalent for score in table.scores]


def errors(table):
    return [score.se for score in table.scores]


# --- published and hand-made examples ---


def test_linear_equating_of_the_act_agrees_with_kolen_and_brennan(act):
    """Moments of table 2.6 (divisor n there, n-1 here), and a value of table 2.7."""
    table = linear_equating(*act, max_source=40, max_target=40)

    assert (table.n_source, table.n_target) == (4329, 4152)
    assert equivalents(table)[36] == pytest.approx(36.5583, abs=2e-4)
    slope, mean_x, mean_y = 8.9393 / 8.2116, 19.8524, 18.9798
    assert equivalents(table) == pytest.approx([slope * (x - mean_x) + mean_y for x in range(41)], abs=5e-4)


def test_equipercentile_equating_of_the_act_agrees_with_kolen_and_brennan(act):
    """Values of table 2.7."""
    found = equivalents(equipercentile_equating(*act, max_source=40, max_target=40))

    assert found[:8] == pytest.approx([0.0, 0.9796, 1.6462, 2.2856, 2.8932, 3.6205, 4.4997, 5.5148], abs=5e-5)
    assert found[25] == pytest.approx(25.0292, abs=5e-5)


def test_an_equipercentile_example_by_hand():
    """The rank of 2 is (1 + 3 + 4/2) / 10 = 0.6. On the target 0.5 lies below 2.5 and 0.8 below 3.5."""
    source, target = totals([1, 3, 4, 2]), totals([0, 2, 3, 3, 2])

    table = equipercentile_equating(source, target, max_source=3, max_target=4, min_candidates=10)

    ranks = [0.05, 0.25, 0.6, 0.9]
    assert equivalents(table) == pytest.approx([0.5 + 0.05 / 0.2, 1.5 + 0.05 / 0.3, 2.5 + 0.1 / 0.3, 3.5 + 0.5])
    within = [(0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1)]
    by_lord = [
        sqrt(p * (1 - p) * (1 / 10 + 1 / 10) - (high - p) * (p - low) / (10 * (high - low))) / (high - low)
        for p, (low, high) in zip(ranks, within, strict=True)
    ]
    assert errors(table) == pytest.approx(by_lord, abs=1e-12)


def test_the_error_of_linear_equating_agrees_with_its_formula():
    table = linear_equating([1, 2, 3], [2, 4, 6, 8], max_source=3, max_target=8, min_candidates=3)

    # means 2 and 5, variances 1 and 20/3
    expected = [sqrt(20 / 3 * (1 / 3 + 1 / 4) * (1 + (x - 2) ** 2 / 2)) for x in range(4)]
    assert errors(table) == pytest.approx(expected, abs=1e-12)
    assert equivalents(table) == pytest.approx([sqrt(20 / 3) * (x - 2) + 5 for x in range(4)], abs=1e-12)


def test_scores_that_nobody_got_leave_a_range_of_which_the_middle_is_taken():
    """Half of the target has 1 and half 4: the rank 0.5 is anywhere from 1.5 to 3.5, and has no density."""
    table = equipercentile_equating(
        totals([1, 2, 1]), totals([0, 2, 0, 0, 2]), max_source=2, max_target=4, min_candidates=4
    )

    assert equivalents(table)[1] == pytest.approx(2.5)
    assert table.scores[1].se is None
    assert table.scores[1].undefined == {"se": Reason.NOT_DETERMINED}


def test_scores_beyond_those_observed_have_an_equivalent_but_no_error():
    """Ranks 0 and 1: the middle of the scores which nobody was below, or above."""
    table = equipercentile_equating(
        totals([0, 2, 2, 0]), totals([0, 0, 2, 2, 0]), max_source=3, max_target=4, min_candidates=4
    )

    assert equivalents(table) == pytest.approx([(-0.5 + 1.5) / 2, 2, 3, (3.5 + 4.5) / 2])
    assert [score.se is None for score in table.scores] == [True, False, False, True]


# --- what must come out ---


@pytest.fixture(scope="module")
def bell():
    """Totals of 1,000 candidates on 30 items, none near the ends."""
    return np.random.default_rng(4).binomial(24, 0.5, 1000) + 3


@pytest.mark.parametrize("equate", EQUATINGS)
def test_identical_papers_give_the_identity(equate, bell):
    table = equate(bell, bell, max_source=30, max_target=30)

    observed = range(bell.min(), bell.max() + 1)
    assert [equivalents(table)[x] for x in observed] == pytest.approx(list(observed), abs=1e-9)
    assert [score.score for score in table.scores] == list(range(31))


@pytest.mark.parametrize("degree", range(1, 8))
def test_identical_papers_give_the_identity_also_smoothed_to_the_last_score(degree, bell):
    """Nobody is near 0 or 30; the fitted tails are as very thin, and must still meet."""
    table = equipercentile_equating(bell, bell, max_source=30, max_target=30, degree=degree)

    assert equivalents(table) == pytest.approx(list(range(31)), abs=1e-6)


@pytest.mark.parametrize("equate", EQUATINGS)
def test_a_paper_two_points_easier_gives_two_points_more(equate, bell):
    table = equate(bell, bell + 2, max_source=30, max_target=32)

    observed = range(bell.min(), bell.max() + 1)
    assert [equivalents(table)[x] - x for x in observed] == pytest.approx([2] * len(observed), abs=1e-9)


@pytest.mark.parametrize("equate", EQUATINGS)
def test_quarter_points_are_points_of_another_size(equate, bell):
    other = np.random.default_rng(5).binomial(30, 0.6, 800)
    whole = equate(bell, other, max_source=30, max_target=30)
    quarters = equate(bell / 4, other / 4, max_source=7.5, max_target=7.5, step=0.25)

    assert equivalents(quarters) == pytest.approx([e / 4 for e in equivalents(whole)], abs=1e-9)
    assert [se for se in errors(quarters) if se] == pytest.approx([se / 4 for se in errors(whole) if se], abs=1e-9)


groups = st.lists(st.integers(0, 12), min_size=4, max_size=60)
degrees = st.sampled_from([None, 1, 2, 3, 4])


@given(groups, groups, degrees, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(source, target, degree, random):
    shuffled = random.sample(source, len(source))

    for equate, more in ((linear_equating, {}), (equipercentile_equating, {"degree": degree})):
        options = {"max_source": 12, "max_target": 12, "min_candidates": 4, **more}
        assert equate(shuffled, target, **options) == equate(source, target, **options)


@given(groups, groups, degrees)
def test_nothing_that_comes_out_is_nan_and_better_scores_never_get_less(source, target, degree):
    for equate, more in ((linear_equating, {}), (equipercentile_equating, {"degree": degree})):
        table = equate(source, target, max_source=12, max_target=12, min_candidates=4, **more)

        assert len(table.scores) == 13
        for score in table.scores:
            values = asdict(score)
            assert all(isfinite(value) for value in values.values() if isinstance(value, float))
            assert {name for name, value in values.items() if value is None} == set(score.undefined)
        found = [value for value in equivalents(table) if value is not None]
        assert (np.diff(found) >= -1e-9).all()


@given(groups, groups, degrees)
def test_papers_turned_upside_down_give_the_same_table(source, target, degree):
    """Points lost instead of points earned."""
    options = {"max_source": 12, "max_target": 12, "min_candidates": 4, "degree": degree}
    table = equipercentile_equating(source, target, **options)
    lost = equipercentile_equating([12 - x for x in source], [12 - x for x in target], **options)

    for score, mirrored in zip(table.scores, lost.scores[::-1], strict=True):
        if score.equivalent is None:
            assert mirrored.equivalent is None
        else:
            assert mirrored.equivalent == pytest.approx(12 - score.equivalent, abs=1e-6)
            assert (mirrored.se is None) == (score.se is None)
            assert mirrored.se is None or mirrored.se == pytest.approx(score.se, rel=1e-5)


@given(groups, groups)
def test_a_score_and_its_equivalent_have_the_same_percentile_rank(source, target):
    """Where every score of the target was observed there is but one such point."""
    target = target + list(range(13))

    table = equipercentile_equating(source, target, max_source=12, max_target=12, min_candidates=4)

    if table.scores[0].equivalent is not None:
        assert _ranks_at(target, equivalents(table)) == pytest.approx(_ranks_at(source, range(13)), abs=1e-9)


def _ranks_at(group, points):
    """Cumulative shares, each score spread over half a point on either side."""
    group = np.array(group)
    return [float(np.clip(point + 0.5 - group, 0, 1).mean()) for point in points]


@given(groups, groups)
def test_every_group_given_twice_has_the_same_table_with_errors_smaller_by_the_root_of_two(source, target):
    options = {"max_source": 12, "max_target": 12, "min_candidates": 4}
    once = equipercentile_equating(source, target, **options)
    twice = equipercentile_equating(source * 2, target * 2, **options)

    for one, two in zip(once.scores, twice.scores, strict=True):
        assert two.equivalent == pytest.approx(one.equivalent, abs=1e-9)
        if one.se is not None:
            assert two.se == pytest.approx(one.se / sqrt(2), rel=1e-9)


# --- smoothing ---


def test_a_model_of_full_degree_gives_back_the_observed_shares_and_their_errors():
    """Then the delta method knows but one thing that Lord's formula does not: that the source is discrete too."""
    counts, other = np.array([4.0, 9, 20, 25, 22, 14, 6]), np.array([6.0, 9, 16, 30, 20, 12, 7])
    x, y = distribution(counts, 6), distribution(other, 6)
    plain_x, plain_y = distribution(counts, None), distribution(other, None)

    assert x.shares == pytest.approx(counts / 100, abs=1e-9)
    _, smooth = _from_below(x, y)
    _, lord = _from_below(plain_x, plain_y)
    at = np.array([0, 1, 2])  # below the middle, where no rank meets a knot
    density = np.array([y.shares[place] for place in (0, 1, 2)])
    assert lord[at] ** 2 - smooth[at] ** 2 == pytest.approx(counts[at] / 100 / 4 / 100 / density**2, rel=1e-4)


def test_smoothing_lessens_the_errors(act):
    plain = equipercentile_equating(*act, max_source=40, max_target=40)
    smooth = equipercentile_equating(*act, max_source=40, max_target=40, degree=6)

    assert all(score.se > 0 for score in smooth.scores)
    assert np.mean(errors(smooth)[5:36]) < 0.95 * np.mean(errors(plain)[5:36])
    assert equivalents(smooth)[5:36] == pytest.approx(equivalents(plain)[5:36], abs=0.5)


def test_errors_of_smoothed_equating_agree_with_resamples():
    """Two papers alike: the equivalents lie far from the borders of the scores, where the density changes."""
    rng = np.random.default_rng(21)
    x, y = rng.binomial(15, 0.5, 1200), rng.binomial(15, 0.5, 1000)
    options = {"max_source": 15, "max_target": 15, "degree": 3}
    resampled = [
        equivalents(equipercentile_equating(rng.choice(x, 1200), rng.choice(y, 1000), **options)) for _ in range(300)
    ]

    table = equipercentile_equating(x, y, **options)

    assert errors(table)[4:12] == pytest.approx(np.std(resampled, axis=0)[4:12], rel=0.15)


def test_errors_of_plain_equating_agree_with_resamples(act):
    rng = np.random.default_rng(22)
    x, y = act
    options = {"max_source": 40, "max_target": 40}
    resampled = [
        equivalents(equipercentile_equating(rng.choice(x, len(x)), rng.choice(y, len(y)), **options))
        for _ in range(200)
    ]

    table = equipercentile_equating(x, y, **options)

    assert errors(table)[8:34] == pytest.approx(np.std(resampled, axis=0)[8:34], rel=0.35)


def test_an_error_needs_no_more_than_the_two_shares_it_speaks_of():
    x = Distribution(np.array([0.5, 0.5]), 10, np.zeros((2, 1)))

    assert _delta_error(x, x, 0, 0.25, 0, np.array([0, 0.5, 1])) == 0


# --- values that do not exist, and bad input ---


@pytest.mark.parametrize("equate", EQUATINGS)
@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ([], [1, 2, 3], Reason.NO_RESPONSES),
        ([NAN, NAN], [1, 2, 3], Reason.NO_RESPONSES),
        ([1, 2, NAN], [1, 2, 3], Reason.TOO_FEW_CANDIDATES),
        ([1, 2, 3], [1], Reason.TOO_FEW_CANDIDATES),
        ([2, 2, 2], [1, 2, 3], Reason.CONSTANT_SCORE),
        ([0, 1, 2], [0, 0, 0], Reason.CONSTANT_SCORE),
        ([0, 1, 2], [4, 4, 4], Reason.CONSTANT_SCORE),
    ],
)
def test_where_there_is_no_equivalent_there_is_a_reason(equate, source, target, reason):
    table = equate(source, target, max_source=3, max_target=4, min_candidates=3)

    assert len(table.scores) == 4
    for score in table.scores:
        assert (score.equivalent, score.se) == (None, None)
        assert score.undefined == {"equivalent": reason, "se": reason}


@pytest.mark.parametrize("equate", EQUATINGS)
def test_nineteen_candidates_are_too_few_unless_told(equate):
    few, enough = list(range(19)), list(range(20))

    assert equate(few, enough, max_source=20, max_target=20).scores[0].undefined["se"] == Reason.TOO_FEW_CANDIDATES
    assert equate(enough, enough, max_source=20, max_target=20).scores[5].equivalent is not None


@pytest.mark.parametrize("equate", EQUATINGS)
def test_one_candidate_is_always_too_few(equate):
    table = equate([1], [1], max_source=2, max_target=2, min_candidates=1)

    assert table.scores[0].undefined["equivalent"] == Reason.TOO_FEW_CANDIDATES


def test_too_few_different_totals_leave_a_smooth_curve_open():
    table = equipercentile_equating([1, 2] * 10, list(range(20)), max_source=20, max_target=20, degree=2)

    assert {score.undefined["equivalent"] for score in table.scores} == {Reason.NOT_DETERMINED}


@pytest.mark.parametrize("equate", EQUATINGS)
@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ([[1]], {}, "one dimension"),
        ([{}], {}, "numbers"),
        ([5], {}, "outside 0"),
        ([-1], {}, "outside 0"),
        ([np.inf], {}, "outside 0"),
        ([1], {"max_source": 0}, "above 0"),
        ([1], {"max_source": NAN}, "above 0"),
        ([1], {"step": 0}, "above 0"),
        ([1], {"step": 3}, "number of steps"),
        ([1], {"step": 1e-6}, "number of steps"),
    ],
)
def test_bad_totals_and_papers_are_refused(equate, source, options, message):
    with pytest.raises(ValueError, match=message):
        equate(source, [1, 2], **{"max_source": 4, "max_target": 4, **options})


def test_a_total_between_two_steps_has_no_percentile_rank():
    with pytest.raises(ValueError, match="between two steps"):
        equipercentile_equating([0.5], [1], max_source=4, max_target=4)


def test_linear_equating_takes_totals_between_two_steps():
    table = linear_equating([0.3, 1.7, 2.2], [1, 2, 3], max_source=3, max_target=3, min_candidates=3)

    assert table.scores[1].equivalent is not None


@pytest.mark.parametrize("degree", [0, -1, 11])
def test_a_degree_out_of_range_is_refused(degree):
    with pytest.raises(ValueError, match="degree"):
        equipercentile_equating([1], [1], max_source=4, max_target=4, degree=degree)
