"""Similar answers: honest candidates are left alone, copied answers are found, and the chances are exact."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import Reason
from exambank.psychometrics.similarity import _Agreement, _right_chances, answer_similarity

KEY, OTHERS = "A", np.array(list("BCD"), dtype=object)


def sit(seed, n=60, k=40, *, bank=None):
    """Answers of n candidates: guessing, unequal slopes, distractors that attract the weak and the strong unequally.

    With a bank each candidate meets k of its items at random.
    """
    rng, n_items = np.random.default_rng(seed), bank or k
    theta = rng.normal(size=(n, 1))
    slopes, difficulties = np.exp(rng.normal(0, 0.3, n_items)), rng.normal(size=n_items)
    is_right = rng.random((n, n_items)) < 0.25 + 0.75 / (1 + np.exp(-slopes * (theta - difficulties)))
    attraction = rng.normal(size=(n_items, 3)) + 0.5 * rng.normal(size=(n_items, 3)) * theta[:, :, np.newaxis]
    shares = np.exp(attraction).cumsum(axis=2)
    chosen = (shares < rng.random((n, n_items, 1)) * shares[:, :, -1:]).sum(axis=2)
    responses = np.where(is_right, KEY, OTHERS[chosen])
    for row in range(n if bank else 0):
        responses[row, rng.permutation(n_items)[k:]] = None
    return responses


def mark(responses):
    return np.array([[np.nan if own is None else float(own == KEY) for own in row] for row in responses])


def copy(responses, source, copier, share, seed):
    """The copier takes over this share of the source's answers to the items both met."""
    is_taken = np.random.default_rng(seed).random(responses.shape[1]) < share
    both = np.array([mine is not None and theirs is not None for mine, theirs in responses[[source, copier]].T])
    responses = responses.copy()
    responses[copier, is_taken & both] = responses[source, is_taken & both]
    return responses


def compare(responses, **settings):
    return answer_similarity(responses, mark(responses), **settings)


@pytest.mark.parametrize(("n", "bank"), [(40, None), (60, None), (80, 60)], ids=["40", "60", "80 with own papers"])
def test_honest_exams_seldom_show_a_pair(n, bank):
    smallest = []
    for seed in range(40):
        pairs = compare(sit(seed, n, bank=bank)).pairs
        smallest.append(min((pair.p_adjusted for pair in pairs), default=1.0))
    assert np.mean(np.array(smallest) < 0.05) <= 0.05


def test_honest_pairs_are_not_surprising_more_often_than_p_says():
    at = np.array([0.01, 0.001])
    counts, n_pairs = np.zeros(2), 0
    for seed in range(40):
        found = compare(sit(seed), limit=None)
        counts += (np.array([pair.p for pair in found.pairs])[:, np.newaxis] < at).sum(axis=0)
        n_pairs += found.n_pairs
    assert (counts / n_pairs < at).all()
    assert counts[0] / n_pairs > 0.001  # not so silent that nothing could ever be found


@pytest.mark.parametrize(("share", "least"), [(0.5, 0.2), (0.7, 0.7), (0.9, 0.9)])
def test_copied_answers_are_found(share, least):
    found = []
    for seed in range(40):
        pairs = compare(copy(sit(seed), 7, 31, share, seed)).pairs
        found.append(bool(pairs) and (pairs[0].first, pairs[0].second) == (7, 31) and pairs[0].p_adjusted < 0.05)
    assert np.mean(found) >= least


def test_copied_answers_are_found_although_papers_differ():
    found = []
    for seed in range(20):
        pairs = compare(copy(sit(seed, bank=60), 3, 12, 0.9, seed)).pairs
        found.append(bool(pairs) and (pairs[0].first, pairs[0].second) == (3, 12) and pairs[0].p_adjusted < 0.05)
    assert np.mean(found) >= 0.65


def test_the_tail_is_that_over_all_ways_to_agree():
    rng = np.random.default_rng(1)
    chances = rng.uniform(0.01, 0.95, (5, 9))
    chances[0, 4] = chances[1, 7] = 0.0  # not in common
    is_same = (rng.random((5, 9)) < 0.5) & (chances > 0)
    agreement = _Agreement(chances, is_same)
    found = agreement.tails(np.ones(5, dtype=bool))
    for own, same, tail, deviation in zip(chances, is_same, found, agreement.deviation, strict=True):
        weights = np.where(own > 0, np.round(2 * np.log1p(1 / np.maximum(own, 0.01))), 0)
        reached, total, mean, square = weights @ same, 0.0, 0.0, 0.0
        for way in product([0, 1], repeat=9):
            chance = np.prod(np.where(way, own, 1 - own))
            total += chance * (weights @ way >= reached)
            mean, square = mean + chance * (weights @ way), square + chance * (weights @ way) ** 2
        assert tail == pytest.approx(total)
        assert deviation == pytest.approx((reached - mean) / np.sqrt(square - mean**2))


def test_expected_scores_are_the_observed_ones():
    responses = sit(4, bank=60)
    scores = mark(responses)
    met, right = (~np.isnan(scores)).astype(float), np.nan_to_num(scores)
    chances = _right_chances(met, right) * met
    assert chances.sum(axis=1) == pytest.approx(right.sum(axis=1), abs=1e-5)
    assert chances.sum(axis=0) == pytest.approx(right.sum(axis=0), abs=1e-5)


def test_counts_and_expectations_are_those_of_the_items_both_answered():
    responses = copy(sit(2, bank=60), 5, 9, 0.8, 2)
    responses[5, np.flatnonzero(responses[5] == KEY)[:3]] = ""
    pair = next(pair for pair in compare(responses).pairs if (pair.first, pair.second) == (5, 9))
    scores = mark(responses)
    answered = np.array([[own not in (None, "") for own in row] for row in responses])
    common = np.flatnonzero(answered[5] & answered[9])
    same = [item for item in common if responses[5, item] == responses[9, item]]
    assert (pair.n_common, pair.n_same) == (len(common), len(same))
    assert pair.n_same_wrong == sum(responses[5, item] != KEY for item in same)
    chances = _right_chances(answered.astype(float), np.nan_to_num(scores) * answered)
    wrong = 0.0
    for item in common:
        options = [own for own in responses[answered[:, item], item] if own != KEY]
        agree = sum((options.count(option) / len(options)) ** 2 for option in set(options))
        wrong += (1 - chances[5, item]) * (1 - chances[9, item]) * agree
    assert pair.expected_wrong == pytest.approx(wrong)
    assert pair.expected == pytest.approx(wrong + chances[5, common] @ chances[9, common])


def test_a_rare_wrong_option_in_common_tells_more_than_a_common_one():
    """Two exams that differ in one thing: whether a pair shares the options that many choose or those that few do."""
    found = []
    for popular in (True, False):
        responses = sit(11, 60, 40)
        for item in range(12):
            responses[:, item] = np.where(np.arange(60) < 45, KEY, "B")
            responses[[0, 1, 2, 3], item] = "C"
            responses[[0, 1], item] = "B" if popular else "C"
        found.append(
            next((pair.p for pair in compare(responses, limit=None).pairs if (pair.first, pair.second) == (0, 1)), 1.0)
        )
    assert found[1] < found[0] / 10


def test_all_right_is_no_evidence():
    responses = sit(3)
    responses[[4, 8]] = KEY
    assert (4, 8) not in {(pair.first, pair.second) for pair in compare(responses, limit=None).pairs}


def test_blanks_are_no_agreement():
    responses = sit(3)
    responses[[4, 8], 10:] = ""
    found = compare(responses, limit=None, least_common=11)
    assert found.n_pairs == 60 * 59 // 2 - 58 * 2 - 1
    assert not any({4, 8} & {pair.first, pair.second} for pair in found.pairs)


def test_p_of_all_pairs_together_is_holms():
    found = compare(sit(5), limit=None)
    running = 0.0
    for rank, pair in enumerate(found.pairs):
        running = max(running, min(pair.p * (found.n_pairs - rank), 1.0))
        assert pair.p_adjusted == pytest.approx(running)
    assert [pair.p for pair in found.pairs] == sorted(pair.p for pair in found.pairs)
    assert compare(sit(5), limit=3).pairs == found.pairs[:3]


def test_only_candidates_of_one_room_are_compared():
    responses = copy(copy(sit(6), 0, 1, 0.95, 1), 2, 40, 0.95, 1)
    rooms = ["left" if row < 30 else "right" for row in range(60)]
    found = compare(responses, strata=rooms, limit=None)
    assert found.n_pairs == 2 * (30 * 29 // 2)
    assert (found.pairs[0].first, found.pairs[0].second) == (0, 1)
    assert all((pair.first < 30) == (pair.second < 30) for pair in found.pairs)
    assert (2, 40) in {(pair.first, pair.second) for pair in compare(responses, limit=None).pairs}


@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_neither_order_nor_the_names_of_options_matter(seed):
    responses = copy(sit(seed, 40, 20), 3, 5, 0.8, seed)
    scores = mark(responses)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(40), rng.permutation(20)
    names = [dict(zip("ABCD", rng.permutation(list("PQRS")), strict=True)) for _item in range(20)]
    renamed = np.array([[names[item][own] for item, own in enumerate(row)] for row in responses], dtype=object)
    plain = answer_similarity(responses, scores, limit=None)
    turned = answer_similarity(renamed[rows][:, columns], scores[rows][:, columns], limit=None)
    by_rows = {frozenset(rows[[pair.first, pair.second]].tolist()): pair for pair in turned.pairs}
    assert turned.n_pairs == plain.n_pairs
    for pair in plain.pairs[:10]:
        other = by_rows[frozenset((pair.first, pair.second))]
        assert (other.n_common, other.n_same, other.n_same_wrong) == (pair.n_common, pair.n_same, pair.n_same_wrong)
        assert (other.p, other.expected) == (pytest.approx(pair.p), pytest.approx(pair.expected))


def test_part_of_the_points_is_wrong():
    responses = sit(7)
    scores = mark(responses) * 2.0
    halves = scores.copy()
    halves[responses == "B"] = 1.0
    found = answer_similarity(responses, scores, max_scores=2.0)
    assert answer_similarity(responses, halves, max_scores=2.0) == found


def test_too_few_candidates_or_items_give_none_with_a_reason():
    few, short = compare(sit(1, 19)), compare(sit(1, 40, 9))
    alone = compare(sit(1, 30), strata=range(30))
    assert (few.pairs, few.n_candidates, few.undefined) == (None, 19, {"pairs": Reason.TOO_FEW_CANDIDATES})
    assert (short.pairs, short.n_pairs, short.undefined) == (None, 0, {"pairs": Reason.TOO_FEW_ITEMS})
    assert (alone.pairs, alone.undefined) == (None, {"pairs": Reason.TOO_FEW_CANDIDATES})


@pytest.mark.parametrize(
    "responses",
    [
        np.empty((0, 5), dtype=object), np.empty((30, 0), dtype=object), np.full((30, 12), None), np.full((30, 12), ""),
        np.full((30, 12), KEY), np.full((30, 12), "B"),
    ],
    ids=["nobody", "no items", "nothing presented", "all blank", "all right", "all wrong alike"],
)  # fmt: skip
def test_answers_that_tell_nothing_show_no_pair(responses):
    found = answer_similarity(responses, mark(responses) if responses.size else np.zeros(responses.shape))
    assert not found.pairs
    assert (found.pairs is None) == ("pairs" in found.undefined)


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10_000), n=st.integers(20, 30), k=st.integers(1, 14), blanks=st.sampled_from([0.0, 0.4, 0.9])
)
def test_no_answers_give_nan(seed, n, k, blanks):
    responses = sit(seed, n, k)
    rng = np.random.default_rng(seed)
    responses[rng.random((n, k)) < blanks] = ""
    responses[rng.random((n, k)) < blanks / 2] = None
    found = compare(responses, least_common=1, limit=None)
    for pair in found.pairs or ():
        assert 0 <= pair.p <= pair.p_adjusted <= 1
        assert 0 <= pair.expected_wrong <= pair.expected <= pair.n_common
        assert pair.n_same_wrong <= pair.n_same <= pair.n_common


def test_more_pairs_than_asked_for_are_refused():
    responses = sit(1, 30)
    with pytest.raises(ValueError, match="435 pairs are more than 400: compare candidates within rooms"):
        compare(responses, most_pairs=400)
    assert compare(responses, most_pairs=435).n_pairs == 435


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"least_common": 0}, {"strata": [1, 2]}, {"max_scores": 0.5}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        compare(sit(1, 30), **wrong)


def test_responses_and_scores_must_have_one_shape():
    with pytest.raises(ValueError, match="shape"):
        answer_similarity(sit(1, 30), np.zeros((30, 39)))
