"""What goes beyond the first figures: how far candidates came, groups, earlier exams, pooling with what is borrowed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from exambank.analysis import rules
from exambank.analysis.rules import Earlier, ExamOfItem, Exposure, Prior
from exambank.analysis.rules.further import further_figures, whole_test
from exambank.analysis.rules.summary import reliability_of
from exambank.psychometrics import Interval, alpha, whole_test_statistics
from exambank.psychometrics.suspicion import ItemSuspicion, Rivalry, key_suspicions
from tests.analysis.test_rules import found, marked


def matrix_of(table: list[str], keys: str):
    return rules.build_matrix(marked(table, keys))


# --- how far candidates came ---


@pytest.mark.parametrize(
    ("row", "late"),
    [
        ("aaaa", 0), ("aaa.", 0), ("aa..", 1), ("a...", 2), ("....", 3), ("a.a.", 0), ("..a.", 0), (".a..", 1),
    ],
)  # fmt: skip
def test_the_blanks_at_the_end_are_not_reached_but_for_the_first(row, late):
    matrix = matrix_of([row, "aaaa"], "aaaa")
    assert rules.not_reached(matrix)[0].sum() == late
    assert not rules.not_reached(matrix)[1].any()


def test_the_order_is_that_of_the_candidates_own_paper():
    rows = marked(["a.."], "aaa") + [
        type(one)(1, 4 - one.question, one.version_id, one.points, one.payload) for one in marked(["..a"], "aaa")
    ]
    matrix = rules.build_matrix(rows)  # the second paper runs backwards: its candidate answered question 1
    assert rules.not_reached(matrix).tolist() == [[False, False, True], [True, False, False]]


def test_omitted_and_not_reached_are_told_apart_and_make_up_the_blanks():
    items = found(["a.a..", "aaaaa", "aaa.."], "aaaaa").items
    assert [item.figures["omitted"] for item in items] == [0, 1, 0, 2, 0]
    assert [item.figures["not_reached"] for item in items] == [0, 0, 0, 0, 2]


def test_time_was_too_short_where_surely_fewer_than_four_of_five_reached_the_end():
    hurried = rules.speededness(matrix_of(["aa..."] * 30 + ["aaaaa"] * 10, "aaaaa"))
    assert (hurried["n"], hurried["finished"], hurried["is_speeded"]) == (40, 0.25, True)
    assert hurried["reached_most"] == 0.25
    calm = rules.speededness(matrix_of(["aaaaa"] * 40, "aaaaa"))
    assert (calm["finished"], calm["reached_most"], calm["is_speeded"]) == (1.0, 1.0, False)
    assert rules.speededness(matrix_of(["aaaaa"] * 9 + ["a...."] * 3, "aaaaa"))["is_speeded"] is None
    assert rules.speededness(rules.build_matrix([]))["n"] == 0


# --- times ---


def saves(*rows: tuple[int, int, float]) -> rules.Saves:
    """(sitting, question, second) of each save."""
    columns = np.array([(sitting, question, round(at * 1000)) for sitting, question, at in rows], dtype=np.int64)
    return rules.Saves(*columns.reshape(-1, 3).T)


def test_the_time_between_saves_counts_to_the_question_saved_and_what_is_come_back_to_adds_up():
    matrix = matrix_of(["aaa", "aaa"], "aaa")
    told = rules.seconds_on(
        matrix, saves((0, 1, 10), (0, 2, 25), (0, 1, 30), (0, 3, 70), (1, 1, 8), (1, 2, 20)), {0: 0, 1: 0}
    )
    assert told[100] == {"n": 2, "median": 11.5, "quartiles": [9.75, 13.25]}  # 10 + 5 and 8
    assert (told[101]["n"], told[101]["median"]) == (2, 13.5)
    assert told[102] == {"n": 1, "median": 40, "quartiles": [40, 40]}


def test_answers_that_arrive_together_have_no_time_of_their_own():
    matrix = matrix_of(["aaa"], "aaa")
    told = rules.seconds_on(matrix, saves((0, 1, 10), (0, 2, 40), (0, 3, 40), (0, 2, 50)), {0: 0})
    assert {version: one["median"] for version, one in told.items()} == {100: 10}
    twice = rules.seconds_on(matrix, saves((0, 1, 10), (0, 1, 10)), {0: 0})
    assert twice[100]["median"] == 10


def test_without_saves_or_an_entry_there_is_no_time():
    matrix = matrix_of(["aa", "aa"], "aa")
    assert rules.seconds_on(matrix, saves(), {}) == {}
    told = rules.seconds_on(matrix, saves((0, 1, 10), (0, 2, 15), (7, 1, 9)), {})
    assert {version: one["median"] for version, one in told.items()} == {101: 5}
    assert rules.seconds_on(matrix, saves((0, 1, 10)), {0: 20_000}) == {}  # entered anew after the clock was set back


# --- further figures ---

TABLE = ["aaaa", "aaab", "aabb", "abbb", "bbbb", "abab", "aaba", "baaa"]


def test_effective_weights_add_up_to_one_and_nominal_ones_too():
    matrix = matrix_of(TABLE, "aaaa")
    rows = further_figures(matrix, reliability_of(matrix))
    assert sum(row["effective_weight"] for row in rows) == pytest.approx(1)
    assert [row["nominal_weight"] for row in rows] == [0.25] * 4
    total = matrix.scores.sum(axis=1)
    by_hand = np.cov(matrix.scores[:, 1], total)[0, 1] / np.var(total, ddof=1)
    assert rows[1]["effective_weight"] == pytest.approx(by_hand)


def test_alpha_without_an_item_is_the_alpha_of_the_others():
    matrix = matrix_of(TABLE, "aaaa")
    rows = further_figures(matrix, reliability_of(matrix))
    assert rows[2]["alpha_if_deleted"] == pytest.approx(alpha(np.delete(matrix.scores, 2, axis=1)).alpha)


def test_where_papers_differ_the_missing_figures_bring_their_reason():
    [first, *_rest] = found(["aa  ", " ab ", "  bb", "a  b"] * 3, "aaaa").items
    reasons = first.figures["reasons"]
    assert (first.figures["effective_weight"], reasons["effective_weight"]) == (None, "papers_differ")
    assert (first.figures["alpha_if_deleted"], reasons["alpha_if_deleted"]) == (None, "papers_differ")
    assert first.figures["nominal_weight"] is None


def test_the_whole_test_is_described_with_reasons_for_what_is_missing():
    matrix = matrix_of(TABLE, "aaaa")
    told, wanted = whole_test(matrix), whole_test_statistics(matrix.scores)
    assert told["skewness"] == pytest.approx(wanted.skewness)
    assert told["lambda2"] == pytest.approx(wanted.lambda2)
    missing = {name for name in ("kr20", "kr21", "omega_total", "split_half") if told[name] is None}
    assert missing == set(told["reasons"])
    assert found(["a ", " a"], "aa").summary["whole"]["reasons"]["kr20"] == "papers_differ"


# --- groups ---


def two_classes(easier: int, n: int = 200, items: int = 12, seed: int = 3):
    """Two classes of one strength; the second does better on the last item by so many logits."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % 2
    logits = rng.normal(size=(n, 1)) - np.linspace(-1, 1, items)
    logits[:, -1] += easier * classes
    right = rng.random((n, items)) < 1 / (1 + np.exp(-logits))
    table = ["".join("a" if one else "b" for one in row) for row in right]
    return matrix_of(table, "a" * items), [f"K{one}" for one in classes]


def test_an_item_that_is_much_easier_for_one_class_is_named_with_the_class():
    matrix, labels = two_classes(easier=3)
    flags = rules.group_flags(matrix, {"class": labels})
    assert list(flags) == [matrix.version_ids[-1]]
    [flag] = flags[matrix.version_ids[-1]]
    evidence = flag.evidence
    assert (flag.code, flag.kind, evidence["grouping"], evidence["group"]) == ("dif", "notice", "class", "K1")
    assert evidence["low"] > 1  # above 0 on the delta scale: easier for the group that is looked at
    assert evidence["odds"] < 1


def test_equal_classes_bring_no_flag_and_small_groups_are_not_compared():
    matrix, labels = two_classes(easier=0)
    assert rules.group_flags(matrix, {"class": labels}) == {}
    matrix, labels = two_classes(easier=3)
    few = ["K9" if at < rules.LEAST_IN_GROUP - 1 else "K0" for at in range(len(labels))]
    assert rules.group_flags(matrix, {"class": few, "unit": [None] * len(labels)}) == {}


def test_beside_items_with_partial_credit_those_scored_right_or_wrong_are_compared():
    matrix, labels = two_classes(easier=3)
    matrix.scores[::3, 0] = 0.5
    assert list(rules.group_flags(matrix, {"class": labels})) == [matrix.version_ids[-1]]
    assert rules.group_flags(replace(matrix, scores=np.full_like(matrix.scores, 0.5)), {"class": labels}) == {}


def test_of_equal_groups_hardly_any_item_is_flagged():
    flagged = sum(len(rules.group_flags(*_grouped(seed))) for seed in range(40))
    assert flagged / (40 * 12) <= 0.005


def _grouped(seed: int):
    matrix, labels = two_classes(0, n=120, seed=seed)
    return matrix, {"class": labels}


# --- earlier exams ---


def test_an_item_that_surely_became_easier_is_told_with_what_is_common_taken_off():
    before = {version: [Earlier(60, 0.5)] for version in range(6)}
    now = {version: Earlier(60, 0.6) for version in range(5)} | {5: Earlier(60, 0.95)}
    flags = rules.drift_flags(now, before)
    assert list(flags) == [5]
    evidence = flags[5][0].evidence
    assert evidence["common"] == pytest.approx(0.1)
    assert evidence["value"] == pytest.approx(0.35)
    assert evidence["low"] > 0.1
    assert (evidence["now"], evidence["earlier"], evidence["earlier_n"], evidence["exams"]) == (0.95, 0.5, 60, 1)


def test_a_stronger_class_is_no_drift_and_few_answers_prove_nothing():
    before = {version: [Earlier(60, 0.4), Earlier(60, 0.5)] for version in range(6)}
    assert rules.drift_flags({version: Earlier(60, 0.85) for version in range(6)}, before) == {}
    assert rules.drift_flags({0: Earlier(19, 1.0)}, {0: [Earlier(60, 0.2)]}) == {}
    assert rules.drift_flags({0: Earlier(60, 1.0)}, {}) == {}
    assert rules.drift_flags({0: Earlier(60, 1.0)}, {0: [Earlier(60, 0.2)]})  # one item alone has nothing in common


@pytest.mark.parametrize(
    ("exams", "of", "is_told"), [(2, 2, False), (3, 3, True), (3, 4, False), (4, 5, True), (10, 20, False)]
)
def test_an_item_given_in_too_many_exams_is_told(exams, of, is_told):
    assert (rules.exposure_flag(Exposure(exams, of, 24)) is not None) is is_told
    assert rules.exposure_flag(None) is None


# --- pooling ---


def test_a_pooled_suspicion_counts_the_candidates_whose_exams_tell_of_it():
    silent, negative = ExamOfItem(30, 0.5, None), ExamOfItem(15, 0.5, -0.8)
    assert rules.pool_item([negative, silent]).flags == ()
    [flag] = rules.pool_item([negative, negative, silent]).flags
    assert (flag.code, flag.evidence["n"], flag.evidence["exams"]) == ("negative", 30, 2)


def test_one_exam_alone_pools_to_itself():
    one = rules.pool_difficulty([(40, 0.6)])
    assert (one.value, one.own, one.exams, one.borrowed, one.i2) == (0.6, 0.6, 1, 0.0, None)
    assert rules.pool_difficulty([]) is None
    assert rules.pool_discrimination([(3, 0.4)]) is None
    assert rules.pool_discrimination([(40, 0.4)]).value == pytest.approx(0.4)


def test_exams_that_disagree_widen_the_interval():
    agree, differ = rules.pool_difficulty([(50, 0.5), (50, 0.5)]), rules.pool_difficulty([(50, 0.2), (50, 0.8)])
    assert agree.own == differ.own
    assert (agree.i2, differ.p < 0.001) == (0.0, True)
    assert differ.own_high - differ.own_low > 2 * (agree.own_high - agree.own_low)
    z = rules.pool_discrimination([(50, -0.2), (50, 0.7)])
    assert z.i2 > 0.9
    # Cochran's Q of two exams of 47 degrees each, by hand.
    q = 47 * (math.atanh(0.7) - math.atanh(-0.2)) ** 2 / 2
    assert z.i2 == pytest.approx(1 - 1 / q)


def test_few_answers_borrow_much_and_many_little():
    prior = Prior(0.6, 10.0, 30)
    few, many = rules.pool_difficulty([(5, 0.2)], prior), rules.pool_difficulty([(500, 0.2)], prior)
    assert (few.borrowed, few.value) == (pytest.approx(10 / 15), pytest.approx((6 + 1) / 15))
    assert few.low == pytest.approx(beta.ppf(0.025, 7, 8))
    assert many.borrowed < 0.02
    assert many.value == pytest.approx(0.2, abs=0.01)
    r = rules.pool_discrimination([(28, 0.0)], Prior(0.4, 0.2, 30))
    assert r.borrowed == pytest.approx(0.5)  # variance 1/25 against 0.2 squared
    assert math.atanh(r.value) == pytest.approx(0.2)
    assert r.high - r.low < r.own_high - r.own_low


def test_a_bank_tells_what_its_items_are_like_without_what_is_chance():
    rng = np.random.default_rng(5)
    true = rng.beta(6, 4, size=400)
    prior = rules.difficulty_prior([(50, share) for share in rng.binomial(50, true) / 50])
    assert prior.mean == pytest.approx(0.6, abs=0.02)
    assert prior.worth == pytest.approx(10, rel=0.25)
    z = np.tanh(rng.normal(0.3, 0.15, size=400) + rng.normal(0, 1 / math.sqrt(47), size=400))
    prior = rules.discrimination_prior([(50, one) for one in z])
    assert (prior.mean, prior.worth) == (pytest.approx(0.3, abs=0.02), pytest.approx(0.15, abs=0.03))
    assert rules.difficulty_prior([(50, 0.5)] * 9) is None
    assert rules.difficulty_prior([(50, 0.5)] * 10).worth == 50
    assert rules.discrimination_prior([(50, 0.5)] * 10).worth == 0.05


def test_shrunken_figures_foretell_the_next_exam_better_than_raw_ones():
    rng = np.random.default_rng(11)
    true = rng.beta(4, 3, size=300)
    seen = rng.binomial(12, true) / 12
    prior = rules.difficulty_prior([(20, one) for one in rng.binomial(20, true) / 20])
    shrunken = np.array([rules.pool_difficulty([(12, one)], prior).value for one in seen])
    assert np.mean((shrunken - true) ** 2) < 0.8 * np.mean((seen - true) ** 2)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(0, 1)), max_size=6),
    st.none() | st.builds(Prior, st.floats(0.01, 0.99), st.floats(1, 50), st.just(10)),
)
def test_any_shares_pool_to_finite_figures_in_order(rows, prior):
    pooled = rules.pool_difficulty(rows, prior)
    if pooled is not None:
        figures = (pooled.low, pooled.value, pooled.high, pooled.own_low, pooled.own, pooled.own_high)
        assert all(math.isfinite(one) and -1e-9 <= one <= 1 + 1e-9 for one in figures)
        assert pooled.low <= pooled.high
        assert pooled.own_low <= pooled.own + 1e-12 <= pooled.own_high + 2e-12


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(-1, 1)), max_size=6),
    st.none() | st.builds(Prior, st.floats(-1, 2), st.floats(0.05, 1), st.just(10)),
)
def test_any_correlations_pool_to_finite_figures_in_order(rows, prior):
    pooled = rules.pool_discrimination(rows, prior)
    if pooled is not None:
        assert -1 <= pooled.low <= pooled.value <= pooled.high <= 1
        assert 0 <= pooled.borrowed <= 1


def suspicion(difference: float, margin: float, n: int = 40) -> ItemSuspicion:
    interval = Interval(difference - margin, difference + margin, 0.9)
    rival = Rivalry("b", 15, 0.1, difference, (margin / 1.645) ** 2, interval)
    return ItemSuspicion(n, n - 3, 15, 0.1 - difference, Interval(-0.4, 0.2, 0.9), (rival,))


def test_exams_together_show_what_none_shows_alone():
    exam = suspicion(difference=0.25, margin=0.3)
    assert rules.miskey_flags([exam]) == []
    [flag] = rules.pool_item([ExamOfItem(40, 0.4, -0.1, exam)] * 3).flags
    assert (flag.code, flag.options, flag.evidence["exams"], flag.evidence["n"]) == ("miskey", ("b",), 3, 120)
    assert flag.evidence["low"] == pytest.approx(0.25 - 0.3 / math.sqrt(3))
    [opposed] = [rules.pool_item([ExamOfItem(40, 0.4, 0.1, one) for one in (exam, exam, suspicion(-0.5, 0.3))])]
    assert opposed.flags == ()
    assert rules.miskey_flags([None, None]) == []


def test_what_a_run_keeps_of_a_key_is_read_as_it_was():
    table = [
        row + letter for row, letter in zip(["aaaaa", "aaabb", "abbbb", "bbbbb"] * 6, "abcabdabc" * 3, strict=False)
    ]
    item = found(table, "aaaaaa").items[-1]
    read = rules.read_suspicion(item.figures, item.options)
    scores = [[float(letter == "a") for letter in row] for row in table]
    wanted = key_suspicions([list(row) for row in table], scores, ["a"] * 6, options=[list("abcd")] * 6)[-1]
    assert read == replace(wanted, rivals=tuple(one for one in wanted.rivals if one.interval))
    assert rules.read_suspicion({"kind": "single_choice"}, []) is None


def test_a_surely_negative_pooled_correlation_asks_for_a_review_and_nothing_else_does():
    flags = rules.pool_item([ExamOfItem(40, 0.5, -0.25), ExamOfItem(40, 0.5, -0.2)]).flags
    assert [(flag.code, flag.evidence["exams"]) for flag in flags] == [("negative", 2)]
    assert rules.pool_item([ExamOfItem(15, 0.5, -0.6)]).flags == ()
    assert rules.pool_item([]).difficulty is None
