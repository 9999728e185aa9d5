"""Candidates of different papers and items of different exams on one scale, by seeded simulation and closed forms."""

import numpy as np
import pytest

from exambank.analysis import rules
from exambank.analysis.rules import Matrix


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
        (lambda scores: scores[:99], "too_few_candidates"),
        (lambda scores: np.nan_to_num(scores), "one_paper"),
        (lambda scores: np.nan_to_num(scores[:30]), "one_paper"),
        (lambda scores: np.where(scores == 1, 0.5, scores), "not_dichotomous"),
        (lambda scores: np.where(np.isnan(scores), np.nan, 1.0), "too_few_items"),
        (lambda scores: scores[:0], "too_few_candidates"),
    ],
)
def test_where_there_is_no_scale_the_reason_is_told(change, reason):
    matrix, _truth = two_papers()
    scale = scaled(matrix_of(change(matrix.scores)))
    assert (scale.reason, scale.candidates, scale.summary()["reason"]) == (reason, (), reason)


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
