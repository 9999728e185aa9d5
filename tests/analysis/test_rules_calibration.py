"""Candidates of different papers and items of different exams on one scale, by seeded simulation and closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from exambank.analysis import rules
from exambank.analysis.rules import Matrix
from exambank.analysis.rules.curves import fit_curves
from exambank.psychometrics import fit_logistic


def answers(theta, slopes, difficulties, rng):
    return (rng.random((len(theta), len(slopes))) < _chances(theta, slopes, difficulties)).astype(float)


def _chances(theta, slopes, difficulties):
    return 1 / (1 + np.exp(-slopes * (np.asarray(theta)[:, np.newaxis] - difficulties)))


def matrix_of(scores) -> Matrix:
    n, k = scores.shape
    empty = np.full((n, k), None, dtype=object)
    blank, order = np.zeros((n, k), dtype=bool), np.zeros((n, k), dtype=np.intp)
    return Matrix(tuple(range(n)), tuple(range(100, 100 + k)), scores, np.ones(k), empty, blank, order)


def two_papers(n: int = 200, seed: int = 1):
    """Everybody answers 10 common items and 20 of an easy or of a hard paper; also the share expected on all."""
    rng = np.random.default_rng(seed)
    difficulties = np.concatenate([np.linspace(-1, 1, 10), np.full(20, -1.0), np.full(20, 1.0)])
    theta = rng.normal(size=n)
    scores = answers(theta, np.ones(50), difficulties, rng)
    scores[::2, 30:], scores[1::2, 10:30] = np.nan, np.nan
    return matrix_of(scores), _chances(theta, np.ones(50), difficulties).mean(axis=1)


def scaled(matrix: Matrix) -> rules.ExamScale:
    return rules.scale_exam(matrix, np.ones(len(matrix.version_ids), dtype=bool))


def test_the_advised_share_takes_the_paper_off_the_mark():
    matrix, truth = two_papers()
    scale = scaled(matrix)
    assert (scale.reason, scale.model, scale.n, len(scale.candidates)) == (None, "1pl", 200, 200)
    raw, advised = (
        np.array([getattr(one, name) for one in scale.candidates]) for name in ("raw_share", "advised_share")
    )
    np.testing.assert_allclose(raw, np.nanmean(matrix.scores, axis=1))
    assert np.mean((advised - truth) ** 2) < 0.35 * np.mean((raw - truth) ** 2)
    assert abs(advised[::2].mean() - advised[1::2].mean()) < 0.06 < raw[::2].mean() - raw[1::2].mean()
    assert 0.5 < scale.reliability < 1


def test_within_one_paper_more_points_are_never_advised_fewer():
    matrix, _truth = two_papers(seed=2)
    for start in (0, 1):
        pairs = sorted((one.raw_share, one.advised_share) for one in scaled(matrix).candidates[start::2])
        assert [advised for _raw, advised in pairs] == sorted(advised for _raw, advised in pairs)


def test_all_and_no_points_stay_all_and_none():
    matrix, _truth = two_papers()
    matrix.scores[0] = np.where(np.isnan(matrix.scores[0]), np.nan, 1.0)
    matrix.scores[1] = np.where(np.isnan(matrix.scores[1]), np.nan, 0.0)
    first, second = scaled(matrix).candidates[:2]
    assert (first.advised_share, second.advised_share) == (1.0, 0.0)
    assert np.isfinite([first.theta, first.se, second.theta, second.se]).all()


def test_items_that_everybody_got_right_count_as_right_for_all():
    matrix, _truth = two_papers()
    matrix.scores[:, 40] = np.where(np.isnan(matrix.scores[:, 40]), np.nan, 1.0)
    assert all(0 <= one.advised_share <= 1 for one in scaled(matrix).candidates)


def test_from_250_answers_on_each_item_has_its_own_slope():
    rng = np.random.default_rng(4)
    scores = answers(rng.normal(size=600), np.linspace(0.5, 2, 20), np.linspace(-1, 1, 20), rng)
    scores[::2, :4], scores[1::2, -4:] = np.nan, np.nan
    assert scaled(matrix_of(scores)).model == "2pl"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda scores: scores[:39], "too_few_candidates"),
        (lambda scores: scores[:99, 10:], "too_few_candidates"),  # two papers that share no item
        (lambda scores: np.nan_to_num(scores), "one_paper"),
        (lambda scores: np.nan_to_num(scores[:30]), "one_paper"),
        (lambda scores: np.where(np.isnan(scores), np.nan, 1.0), "too_few_items"),
        (lambda scores: 0.5 + 1e-9 * scores, "too_few_items"),
        (lambda scores: scores[:0], "too_few_candidates"),
    ],
)
def test_where_there_is_no_scale_the_reason_is_told(change, reason):
    matrix, _truth = two_papers()
    scale = scaled(matrix_of(change(matrix.scores)))
    assert (scale.reason, scale.candidates, scale.summary()["reason"]) == (reason, (), reason)


def test_papers_that_share_items_need_fewer_candidates_than_papers_that_share_none():
    matrix, _truth = two_papers()
    shared, apart = (scaled(matrix_of(part)) for part in (matrix.scores[:40], matrix.scores[:40, 10:]))
    assert (shared.least, shared.reason, len(shared.candidates)) == (40, None, 40)
    assert (apart.least, apart.summary()["least"], apart.reason) == (100, 100, "too_few_candidates")
    assert scaled(matrix_of(matrix.scores[:, 10:])).reason is None


def test_who_met_only_items_that_all_got_right_has_no_ability_and_no_advice():
    matrix, _truth = two_papers()
    scores = np.column_stack([matrix.scores, np.full(200, np.nan)])
    scores[0], scores[:5, 50] = np.nan, 1.0
    assert [one.sitting_id for one in scaled(matrix_of(scores)).candidates] == list(range(1, 200))


# --- how sure the advice is ---


def test_the_error_is_that_of_the_own_paper_times_how_fast_all_items_rise_with_it():
    matrix, _truth = two_papers()
    fit = fit_logistic(matrix.scores, model="1pl")
    slope, intercepts = fit.items[0].slope, np.array([item.intercept for item in fit.items])

    def rising(met, theta):
        """Expected share of the items, its derivative and its variance."""
        chances = 1 / (1 + np.exp(-slope * theta - intercepts[met]))
        bend = chances * (1 - chances)
        return chances.mean(), slope * bend.mean(), bend.sum() / len(chances) ** 2

    for one in scaled(matrix).candidates[2:12]:
        met = ~np.isnan(matrix.scores[one.sitting_id])
        theta = brentq(lambda at, own=met, share=one.raw_share: rising(own, at)[0] - share, -8, 8)
        own, on_all = rising(met, theta), rising(np.ones(50, dtype=bool), theta)
        assert one.advised_share == pytest.approx(on_all[0], abs=1e-4)
        assert one.advised_se == pytest.approx(on_all[1] / own[1] * own[2] ** 0.5, rel=1e-3)


def test_the_interval_holds_what_would_be_earned_on_all_items_as_often_as_it_says():
    inside = []
    for seed in range(15):
        matrix, truth = two_papers(seed=100 + seed)
        for one, share in zip(scaled(matrix).candidates, truth, strict=True):
            found = rules.advised_interval(one.advised_share, one.advised_se)
            if found is not None:
                assert 0 <= found.low < one.advised_share < found.high <= 1
                inside.append(found.low <= share <= found.high)
    assert len(inside) > 2950
    assert 0.935 < np.mean(inside) < 0.965


def test_all_and_no_points_have_no_error_and_no_interval():
    matrix, _truth = two_papers()
    matrix.scores[0] = np.where(np.isnan(matrix.scores[0]), np.nan, 1.0)
    matrix.scores[1] = np.where(np.isnan(matrix.scores[1]), np.nan, 0.0)
    candidates = scaled(matrix).candidates
    assert [one.advised_se for one in candidates[:2]] == [None, None]
    assert all((one.advised_se or 0) > 0 for one in candidates[2:] if 0 < one.raw_share < 1)
    assert rules.advised_interval(1.0, None) is rules.advised_interval(1.0, 0.1) is None


# --- partial credit ---


def with_essays(n: int, seed: int, *, step: float, weight: float = 5.0):
    """Two papers of the kind above, and on each two of four essays of weight 5, the first two the easier ones."""
    rng = np.random.default_rng(seed)
    difficulties = np.concatenate([np.linspace(-1, 1, 10), np.full(20, -0.3), np.full(20, 0.3)])
    theta = rng.normal(size=n)
    expected = 0.55 + 0.12 * (theta[:, np.newaxis] - np.array([-0.7, -0.7, 0.7, 0.7]))
    essays = np.clip(np.round((expected + rng.normal(0, 0.15, (n, 4))) / step) * step, 0, 1)
    scores = np.hstack([answers(theta, np.ones(50), difficulties, rng), essays])
    truth = np.hstack([_chances(theta, np.ones(50), difficulties), np.clip(expected, 0, 1)])
    for start, others in ((0, np.r_[30:50, 52, 53]), (1, np.r_[10:30, 50, 51])):
        scores[start::2, others] = np.nan
    weights = np.concatenate([np.ones(50), np.full(4, weight)])
    return replace(matrix_of(scores * weights), weights=weights), truth @ weights / weights.sum()


@pytest.mark.parametrize(("step", "gathered"), [(0.25, 0), (0.05, 4)], ids=["quarters", "fine steps"])
@pytest.mark.parametrize(("n", "model"), [(60, "pcm"), (600, "gpcm")])
def test_items_with_partial_credit_take_part(n, model, step, gathered):
    errors = {"raw": 0.0, "advised": 0.0}
    inside = []
    for seed in range(4):
        matrix, truth = with_essays(n, seed, step=step)
        scale = scaled(matrix)
        assert (scale.reason, scale.model, scale.gathered, scale.summary()["gathered"]) == (
            None, model, gathered, gathered,
        )  # fmt: skip
        assert 0.5 < scale.reliability < 1
        points = np.nansum(matrix.scores, axis=1) / (~np.isnan(matrix.scores) @ matrix.weights)
        assert [one.raw_share for one in scale.candidates] == pytest.approx(points.tolist())
        for one, share in zip(scale.candidates, truth, strict=True):
            errors["raw"] += (one.raw_share - share) ** 2
            errors["advised"] += (one.advised_share - share) ** 2
            found = rules.advised_interval(one.advised_share, one.advised_se)
            inside += [] if found is None else [found.low <= share <= found.high]
    assert errors["advised"] < 0.75 * errors["raw"]
    assert 0.90 < np.mean(inside) < 0.985


def test_within_one_paper_more_points_are_never_advised_fewer_with_partial_credit_either():
    matrix, _truth = with_essays(80, 1, step=0.05)
    for start in (0, 1):
        pairs = sorted((one.raw_share, one.advised_share) for one in scaled(matrix).candidates[start::2])
        assert [advised for _raw, advised in pairs] == sorted(advised for _raw, advised in pairs)


def test_more_points_on_essays_than_anybody_got_still_lead_to_all_points():
    """Nobody has all points on an essay, so that no curve reaches them: a straight line does, without an error."""
    matrix, _truth = with_essays(80, 1, step=0.05)
    matrix.scores[:, 50:] = np.minimum(matrix.scores[:, 50:], 0.8 * 5.0)
    matrix.scores[0] = np.where(np.isnan(matrix.scores[0]), np.nan, matrix.weights)
    matrix.scores[2, ~np.isnan(matrix.scores[2])] = np.append(np.ones(30), [4.9, 4.9])
    first, _second, third, *others = scaled(matrix).candidates
    assert first.advised_share == pytest.approx(1.0)
    assert max(one.advised_share for one in others) < third.advised_share < 1
    assert (first.advised_se, third.advised_se) == (None, None)


def test_an_essay_on_which_most_got_nothing_still_tells_those_who_got_something():
    matrix, _truth = with_essays(200, 1, step=0.05)
    poor = ~np.isnan(matrix.scores[:, 50]) & (matrix.scores[:, 50] < np.nanquantile(matrix.scores[:, 50], 0.85))
    matrix.scores[poor, 50] = 0.0
    curves = fit_curves(matrix.scores / matrix.weights)
    assert (curves.has_curve[50], curves.gathered) == (True, 4)
    assert (np.diff(curves.expected[50]) > 0).all()
    assert (scaled(matrix).reason, scaled(matrix).gathered) == (None, 4)


def test_partial_credit_that_measures_nothing_gives_no_scale():
    rng = np.random.default_rng(1)
    scores = rng.integers(0, 4, (300, 12)) / 3
    scores[::2, :3], scores[1::2, -3:] = np.nan, np.nan
    scale = scaled(matrix_of(scores))
    assert (scale.reason, scale.model, scale.candidates) == ("not_determined", "pcm", ())


def test_questions_that_are_only_tried_out_do_not_count():
    matrix, _truth = two_papers()
    counted = np.arange(50) >= 10
    first = rules.scale_exam(matrix, counted).candidates[0]
    assert first.raw_share == pytest.approx(np.nanmean(matrix.scores[0, 10:]))


# --- a bank over its exams ---


def bank(sizes=(150, 150, 150), means=(0.0, 1.0, -1.0), common: int = 10, seed: int = 6):
    """Exams of 20 own items and some common to all, sat by groups of different strength."""
    rng = np.random.default_rng(seed)
    k = common + 20 * len(sizes)
    difficulties = rng.normal(size=k)
    scores = np.full((sum(sizes), k), np.nan)
    exams, start = [], 0
    for exam, (size, mean) in enumerate(zip(sizes, means, strict=True)):
        own = np.r_[0:common, common + 20 * exam : common + 20 * (exam + 1)]
        theta = rng.normal(mean, 1.0, size)
        scores[start : start + size, own] = answers(theta, np.ones(len(own)), difficulties[own], rng)
        exams += [exam] * size
        start += size
    return list(range(1000, 1000 + k)), scores, exams, difficulties


def test_items_of_exams_of_different_strength_come_out_on_one_scale():
    version_ids, scores, exams, difficulties = bank()
    scale = rules.scale_bank(version_ids, scores, exams)
    assert (scale.reason, scale.model, scale.exams, scale.left_out, scale.n) == (None, "1pl", 3, 0, 450)
    found = {item.version_id: item for item in scale.items}
    b = np.array([found[version_id].b for version_id in version_ids])
    for part in (slice(10, 30), slice(30, 50), slice(50, 70)):  # the own items of each exam: no shift by its strength
        assert abs(np.mean(b[part] - difficulties[part])) < 0.3
    assert np.corrcoef(b, difficulties)[0, 1] > 0.95
    assert {item.c for item in scale.items} == {0.0}
    assert found[1000].n == 450


def test_an_exam_that_shares_no_items_with_the_others_is_left_out():
    version_ids, scores, exams, _difficulties = bank()
    scores[np.array(exams) == 2, :10] = np.nan
    scale = rules.scale_bank(version_ids, scores, exams)
    assert (scale.exams, scale.left_out, scale.n) == (2, 1, 300)
    assert {item.version_id for item in scale.items} == set(version_ids[:50])


def test_too_few_candidates_answers_or_items_give_no_scale():
    version_ids, scores, exams, _difficulties = bank(sizes=(60, 39), means=(0, 0))
    assert rules.scale_bank(version_ids, scores, exams).reason == "too_few_candidates"
    assert rules.scale_bank([], np.zeros((0, 0)), []).reason == "too_few_candidates"
    version_ids, scores, exams, _difficulties = bank(sizes=(19, 19, 19), means=(0, 0, 0))
    assert rules.scale_bank(version_ids, scores, exams).exams == 0
    version_ids, scores, exams, _difficulties = bank()
    assert rules.scale_bank(version_ids, np.where(scores == 1, 0.5, scores), exams).reason == "too_few_candidates"


def test_items_with_few_answers_or_one_answer_alone_are_left_out():
    version_ids, scores, exams, _difficulties = bank(sizes=(200, 49), means=(0, 0))
    scores[:, 0] = 1.0
    found = {item.version_id for item in rules.scale_bank(version_ids, scores, exams).items}
    assert found == set(version_ids[1:30])
