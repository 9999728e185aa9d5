"""Standard setting: against published values, sums written out, and simulated judges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import linregress

from exambank.psychometrics import Reason
from exambank.psychometrics.standards import angoff, borderline_regression, ebel

# Shrout and Fleiss (1979), table 2: six targets, four judges, in tenths here.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]).T / 10


def simulate_judges(j, k, seed, missing=0.0):
    """Judges who each lean one way, about items of shares that are known."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.3, 0.8, k)
    ratings = shares + rng.normal(0, 0.05, (j, 1)) + rng.normal(0, 0.08, (j, k))
    ratings[rng.random((j, k)) < missing] = np.nan
    return np.clip(ratings, 0, 1), shares


class TestAngoff:
    def test_the_cut_is_the_sum_of_means_and_its_error_that_of_the_judges_cuts(self):
        ratings, _shares = simulate_judges(7, 20, seed=1)
        found = angoff(ratings)
        cuts = ratings.sum(axis=1)
        assert found.cut == pytest.approx(cuts.mean())
        assert found.cut_share == pytest.approx(cuts.mean() / 20)
        assert found.se == pytest.approx(cuts.std(ddof=1) / np.sqrt(7))
        assert found.cut_ci.high - found.cut == pytest.approx(2.4469118487916806 * found.se)  # Student, 6 degrees
        assert (found.n_judges, found.n_items, found.max_points, found.undefined) == (7, 20, 20, {})

    def test_items_count_with_their_points(self):
        ratings, _shares = simulate_judges(5, 3, seed=2)
        found = angoff(ratings, max_scores=[1, 2, 5])
        assert found.cut == pytest.approx(ratings.mean(axis=0) @ [1, 2, 5])
        assert found.se == pytest.approx((ratings @ [1, 2, 5]).std(ddof=1) / np.sqrt(5))
        assert angoff(ratings, max_scores=2).cut == pytest.approx(2 * angoff(ratings).cut)

    def test_the_agreement_is_that_of_shrout_and_fleiss(self):
        found = angoff(SHROUT_FLEISS)
        assert found.agreement == pytest.approx(0.29, abs=5e-3)
        assert found.agreement_of_mean == pytest.approx(0.62, abs=5e-3)

    def test_of_items_rated_by_different_judges_each_carries_its_own_error(self):
        ratings = np.array([[0.4, np.nan], [0.6, np.nan], [np.nan, 0.3], [np.nan, 0.5], [np.nan, 0.7]])
        found = angoff(ratings)
        assert found.cut == pytest.approx(1.0)
        assert found.se == pytest.approx(np.sqrt(0.02 / 2 + 0.04 / 3))
        assert found.agreement is None

    @pytest.mark.parametrize("missing", [0.0, 0.3], ids=["complete", "gaps"])
    def test_the_interval_holds_the_cut_of_all_judges_as_often_as_it_says(self, missing):
        inside = total = 0
        for seed in range(400):
            ratings, shares = simulate_judges(8, 15, seed, missing)
            interval = angoff(ratings).cut_ci
            if interval is not None:  # with gaps, an item may have one judge alone
                inside, total = inside + (interval.low <= shares.sum() <= interval.high), total + 1
        assert total > 380
        assert 0.92 < inside / total < 0.98

    def test_each_item_and_each_judge_has_a_record(self):
        ratings = np.array([[0.5, 0.7, 0.9], [0.3, 0.5, 0.7], [np.nan, np.nan, np.nan], [0.4, 0.6, np.nan]])
        found = angoff(ratings)
        assert (found.n_judges, len(found.judges)) == (3, 4)
        item = found.items[0]
        assert (item.n, item.low, item.high) == (3, 0.3, 0.5)
        assert (item.share, item.sd) == (pytest.approx(0.4), pytest.approx(0.1))
        first, _second, absent, last = found.judges
        assert (first.n, first.share) == (3, pytest.approx(0.7))
        assert first.leniency == pytest.approx(((0.5 - 0.35) + (0.7 - 0.55) + (0.9 - 0.7)) / 3)
        assert first.agreement == pytest.approx(np.corrcoef([0.5, 0.7, 0.9], [0.35, 0.55, 0.7])[0, 1])
        assert (last.n, last.leniency) == (2, pytest.approx(0))
        assert (absent.n, absent.share, absent.undefined["share"]) == (0, None, Reason.NO_RESPONSES)

    @settings(max_examples=20, deadline=None)
    @given(seed=st.integers(0, 10_000))
    def test_neither_order_matters(self, seed):
        ratings, _shares = simulate_judges(6, 9, seed, missing=0.15)
        rng = np.random.default_rng(seed)
        rows, columns = rng.permutation(6), rng.permutation(9)
        found, turned = angoff(ratings), angoff(ratings[rows][:, columns])
        assert (turned.cut, turned.se) == (pytest.approx(found.cut), pytest.approx(found.se))
        assert [one.n for one in turned.items] == [found.items[place].n for place in columns]
        assert [one.n for one in turned.judges] == [found.judges[place].n for place in rows]

    def test_one_judge_gives_a_cut_without_an_error(self):
        found = angoff([[0.5, 0.6, 0.7]])
        assert (found.cut, found.se, found.cut_ci, found.agreement) == (pytest.approx(1.8), None, None, None)
        assert found.undefined == dict.fromkeys(
            ("se", "cut_ci", "agreement", "agreement_of_mean"), Reason.NOT_DETERMINED
        )
        assert found.items[0].undefined == {"sd": Reason.NOT_DETERMINED}
        assert found.judges[0].undefined == dict.fromkeys(("leniency", "agreement"), Reason.NOT_DETERMINED)

    def test_judges_of_one_mind_leave_no_error_and_no_agreement_to_measure(self):
        found = angoff(np.full((4, 3), 0.6))
        assert (found.cut, found.se) == (pytest.approx(1.8), pytest.approx(0))
        assert (found.agreement, found.undefined["agreement"]) == (None, Reason.NOT_DETERMINED)

    def test_an_item_that_nobody_rated_leaves_no_cut_of_the_test(self):
        found = angoff([[0.5, np.nan], [0.7, np.nan]])
        assert (found.cut, found.cut_share, found.se) == (None, None, None)
        assert found.undefined["cut"] == Reason.NO_RESPONSES
        assert found.items[1].undefined["share"] == Reason.NO_RESPONSES
        assert found.items[0].share == pytest.approx(0.6)

    @pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
    def test_without_ratings_there_is_nothing(self, shape):
        found = angoff(np.zeros(shape))
        assert (found.cut, found.n_judges) == (None, 0)
        assert set(found.undefined.values()) == {Reason.NO_RESPONSES}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"ratings": [[1.2]]}, "from 0 to 1"),
            ({"ratings": [[-0.1]]}, "from 0 to 1"),
            ({"ratings": [0.5]}, "two dimensions"),
            ({"ratings": [[{}]]}, "must be numbers"),
            ({"ratings": [[0.5]], "max_scores": {}}, "must be numbers"),
            ({"ratings": [[0.5]], "max_scores": [1, 2]}, "as many maxima"),
            ({"ratings": [[0.5]], "max_scores": 0}, "above 0"),
            ({"ratings": [[0.5]], "confidence": 1}, "between 0 and 1"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            angoff(**arguments)


class TestEbel:
    COUNTS = ((6, 4, 2), (5, 3, 0))
    SHARES = (((0.9, 0.7, 0.5), (0.8, 0.6, np.nan)), ((0.8, 0.6, 0.3), (0.7, 0.5, 0.9)))

    def test_the_cut_is_the_sum_over_classes(self):
        found = ebel(self.COUNTS, self.SHARES)
        by_judge = [6 * 0.9 + 4 * 0.7 + 2 * 0.5 + 5 * 0.8 + 3 * 0.6, 6 * 0.8 + 4 * 0.6 + 2 * 0.3 + 5 * 0.7 + 3 * 0.5]
        assert found.cut == pytest.approx(np.mean(by_judge))
        assert found.se == pytest.approx(np.std(by_judge, ddof=1) / np.sqrt(2))
        assert (found.n_judges, found.n_items, found.max_points) == (2, 20, 20)
        assert found.cut_share == pytest.approx(found.cut / 20)
        assert 0 <= found.cut_ci.low < found.cut < found.cut_ci.high <= 20

    def test_each_class_with_items_has_a_record(self):
        cells = ebel(self.COUNTS, self.SHARES).cells
        assert [(one.relevance, one.difficulty, one.n_items) for one in cells] == [
            (0, 0, 6), (0, 1, 4), (0, 2, 2), (1, 0, 5), (1, 1, 3),
        ]  # fmt: skip
        assert (cells[2].share, cells[2].sd) == (pytest.approx(0.4), pytest.approx(0.2 / np.sqrt(2)))

    def test_it_is_angoff_with_every_item_of_a_class_rated_alike(self):
        found = ebel(self.COUNTS, self.SHARES)
        sizes = np.array(self.COUNTS).ravel()
        item_by_item = np.repeat(np.array(self.SHARES).reshape(2, 6), sizes, axis=1)
        other = angoff(item_by_item)
        assert (found.cut, found.se) == (pytest.approx(other.cut), pytest.approx(other.se))

    def test_with_one_voice_there_is_no_error(self):
        found = ebel(self.COUNTS, self.SHARES[0], max_points=np.array(self.COUNTS) * 2)
        assert (found.cut, found.se, found.max_points) == (pytest.approx(30), None, 40)
        assert found.undefined == dict.fromkeys(("se", "cut_ci"), Reason.NOT_DETERMINED)
        assert found.cells[0].undefined == {"sd": Reason.NOT_DETERMINED}

    def test_a_class_with_items_that_nobody_judged_leaves_no_cut(self):
        found = ebel([[3, 2]], [[0.5, np.nan]])
        assert (found.cut, found.undefined["cut"]) == (None, Reason.NO_RESPONSES)
        assert found.cells[1].undefined == dict.fromkeys(("sd", "share"), Reason.NO_RESPONSES)
        assert ebel([[0, 0]], [[0.5, 0.5]]).undefined["cut"] == Reason.NO_RESPONSES

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (([[1, 2]], [[0.5]]), "one cell for each"),
            (([1, 2], [0.5, 0.5]), "two dimensions"),
            (([[1.5]], [[0.5]]), "whole number"),
            (([[-1]], [[0.5]]), "whole number"),
            (([[1]], [[1.5]]), "from 0 to 1"),
            (([[1]], [[{}]]), "must be numbers"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            ebel(*arguments)
        with pytest.raises(ValueError, match="above 0"):
            ebel([[1]], [[0.5]], max_points=[[0]])


class TestBorderlineRegression:
    @staticmethod
    def simulate(n, seed):
        rng = np.random.default_rng(seed)
        ratings = rng.integers(0, 4, n).astype(float)
        return 30 + 8 * ratings + rng.normal(0, 5, n), ratings

    def test_the_line_is_that_of_least_squares(self):
        scores, ratings = self.simulate(60, seed=1)
        found = borderline_regression(scores, ratings, 1)
        line = linregress(ratings, scores)
        assert (found.slope, found.intercept) == (pytest.approx(line.slope), pytest.approx(line.intercept))
        assert found.r_squared == pytest.approx(line.rvalue**2)
        assert found.cut == pytest.approx(line.intercept + line.slope)
        design = np.column_stack([np.ones(60), ratings])
        covariance = found.residual_sd**2 * np.linalg.inv(design.T @ design)
        assert found.se == pytest.approx(np.sqrt(np.array([1, 1]) @ covariance @ np.array([1, 1])))
        assert found.borderline_mean == pytest.approx(scores[ratings == 1].mean())
        assert (found.n, found.n_borderline, found.is_extrapolated) == (60, (ratings == 1).sum(), False)

    def test_the_interval_holds_the_true_cut_as_often_as_it_says(self):
        inside = 0
        for seed in range(600):
            interval = borderline_regression(*self.simulate(25, seed), 1).cut_ci
            inside += interval.low <= 38 <= interval.high
        assert 0.93 < inside / 600 < 0.97

    def test_who_has_no_score_or_no_judgement_does_not_count(self):
        scores, ratings = self.simulate(40, seed=2)
        more = borderline_regression([*scores, np.nan, 50.0], [*ratings, 3, np.nan], 1)
        assert more == borderline_regression(scores, ratings, 1)

    def test_the_scale_of_judgements_does_not_matter(self):
        scores, ratings = self.simulate(40, seed=3)
        found, other = borderline_regression(scores, ratings, 1), borderline_regression(scores, 10 * ratings - 5, 5)
        assert (other.cut, other.se) == (pytest.approx(found.cut), pytest.approx(found.se))

    def test_a_border_that_was_never_given_is_said_to_lie_outside(self):
        scores, ratings = self.simulate(40, seed=4)
        found = borderline_regression(scores, ratings, -1)
        assert found.is_extrapolated
        assert (found.n_borderline, found.borderline_mean) == (0, None)
        assert found.se > borderline_regression(scores, ratings, 1).se

    @pytest.mark.parametrize(
        ("scores", "ratings", "missing"),
        [
            ([40, 50, 60], [1, 1, 1], {"cut", "slope", "r_squared"}),
            ([60, 50, 40], [1, 2, 3], {"cut", "se"}),
            ([50, 50, 50], [1, 2, 3], {"cut", "se", "r_squared"}),
            ([40, 50], [1, 2], {"se", "cut_ci", "residual_sd"}),
            ([40], [1], {"cut", "slope"}),
        ],
        ids=["all judged alike", "scores fall", "scores alike", "two candidates", "one candidate"],
    )
    def test_what_has_no_value_says_so(self, scores, ratings, missing):
        found = borderline_regression(scores, ratings, 1)
        assert missing <= set(found.undefined)
        assert set(found.undefined.values()) == {Reason.NOT_DETERMINED}
        for name in found.undefined:
            assert getattr(found, name) is None

    def test_without_candidates_there_is_nothing(self):
        found = borderline_regression([], [], 1)
        assert (found.n, found.cut, found.is_extrapolated) == (0, None, False)
        assert set(found.undefined.values()) == {Reason.NO_RESPONSES}

    @pytest.mark.parametrize("arguments", [([1, 2], [1], 1), ([[1]], [[1]], 1), ([np.inf], [1], 1), ([1], [1], np.nan)])
    def test_what_does_not_fit_is_refused(self, arguments):
        with pytest.raises(ValueError, match=r"one score and one judgement|finite"):
            borderline_regression(*arguments)
