"""Groups beside the whole: what is hidden, what is described, what is judged."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.analysis.groups import Sample, compare, describe, mean_interval, pool

MARKS = st.lists(st.integers(0, 40).map(lambda quarter: quarter / 4), min_size=1, max_size=40)


def sample(mean: float, n: int, seed: int = 1) -> Sample:
    rng = random.Random(seed)
    return Sample.of([rng.gauss(mean, 1.5) for _ in range(n)], 5.0)


@given(st.lists(MARKS, min_size=1, max_size=5))
def test_groups_pooled_are_the_marks_taken_together(groups):
    together = Sample.of([mark for group in groups for mark in group], 5.0)
    pooled = pool([Sample.of(group, 5.0) for group in groups])
    assert (pooled.n, pooled.passed) == (together.n, together.passed)
    assert pooled.mean == pytest.approx(together.mean)
    assert (pooled.sd is None) == (together.sd is None)
    if together.sd is not None:
        assert pooled.sd == pytest.approx(together.sd, abs=1e-9)


@given(st.lists(MARKS, min_size=2, max_size=5))
def test_a_difference_to_the_whole_is_that_of_the_means(groups):
    samples = [(str(at), Sample.of(group, 5.0)) for at, group in enumerate(groups)]
    whole = pool([one for _name, one in samples])
    for (_name, own), found in zip(samples, compare(samples), strict=True):
        if found.difference is not None:
            assert found.difference == pytest.approx(own.mean - whole.mean, abs=1e-9)
            assert found.difference_ci is None or found.difference_ci[0] <= found.difference <= found.difference_ci[1]


def test_welch_as_in_a_textbook():
    """-2 -+ t sqrt(2 s^2 / 10) with s^2 = 55/6 and t(.975; 18) = 2.10092."""
    first, second = [3.0 + at for at in range(10)], [5.0 + at for at in range(10)]
    found = compare([("1", Sample.of(first, 5.0)), ("2", Sample.of(second, 5.0))])[0]
    assert found.difference == pytest.approx(-1.0)
    low, high = (2 * end for end in found.difference_ci)  # half of them are the others
    assert (low, high) == (pytest.approx(-4.8446, abs=1e-4), pytest.approx(0.8446, abs=1e-4))


def test_the_interval_of_a_mean_is_students():
    """5 -+ t 2/4 with t(.975; 15) = 2.13145."""
    low, high = mean_interval(16, 5.0, 2.0)
    assert (low, high) == (pytest.approx(5 - 2.13145 / 2, abs=1e-5), pytest.approx(5 + 2.13145 / 2, abs=1e-5))


def test_of_fewer_than_ten_nothing_is_told_but_how_many():
    found = describe("101", sample(6, 9))
    assert (found.n, found.mean, found.pass_share, found.verdict) == (9, None, None, "hidden")
    assert describe("101", sample(6, 10)).mean is not None


def test_below_twenty_nothing_is_judged():
    few, many = compare([("a", sample(2, 19)), ("b", sample(8, 200))])
    assert (few.verdict, many.verdict) == ("few", "few")
    assert few.difference < -3
    assert compare([("a", sample(2, 20)), ("b", sample(8, 200))])[0].verdict == "lower"


def test_where_few_others_are_left_their_mean_is_not_given_away():
    whole = Sample.of([6.0 + at % 3 for at in range(55)], 5.0)
    [large] = compare([("a", sample(6, 50))], whole)
    assert (large.mean is not None, large.difference, large.verdict) == (True, None, "alone")


def test_one_of_many_groups_stands_out_by_more_than_chance():
    """Fifty groups of the same mark distribution: at 95 % each some would; together hardly one may."""
    groups = [(str(seed), sample(6, 30, seed)) for seed in range(50)]
    verdicts = [one.verdict for one in compare(groups)]
    single = [compare([(name, own), ("others", pool([o for n, o in groups if n != name]))])[0] for name, own in groups]
    apart = [one for one in single if one.difference_ci[0] > 0 or one.difference_ci[1] < 0]
    assert verdicts.count("alike") >= 49
    assert apart  # an interval of 95 % for each by itself would have pointed at some


def test_marks_that_do_not_vary_break_nothing():
    same = Sample.of([5.0] * 30, 5.0)
    assert [one.verdict for one in compare([("a", same), ("b", same)])] == ["alike", "alike"]
    assert compare([("a", same)])[0].verdict == "alone"
    assert describe("", Sample.of([], 5.0)).n == 0
    assert pool([]) == Sample(0, None, None, 0)


@given(st.lists(MARKS, min_size=1, max_size=4))
def test_no_figure_is_ever_nan(groups):
    for one in compare([(str(at), Sample.of(group, 5.0)) for at, group in enumerate(groups)]):
        values = [one.mean, one.sd, one.pass_share, one.difference]
        values += [end for ends in (one.mean_ci, one.pass_ci, one.difference_ci) for end in ends or ()]
        assert all(value is None or math.isfinite(value) for value in values)


def test_a_small_group_cannot_be_worked_out_from_the_whole_and_the_others():
    shown = {one.label: one.mean is not None for one in compare([("a", sample(6, 30)), ("b", sample(6, 4, 2))])}
    assert shown == {"a": False, "b": False}
    groups = [("a", sample(6, 30)), ("b", sample(6, 4, 2)), ("c", sample(6, 7, 3)), ("d", sample(6, 0, 4))]
    assert [one.label for one in compare(groups) if one.mean is not None] == ["a"]
