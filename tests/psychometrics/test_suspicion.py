from dataclasses import replace
from math import atanh, isfinite, sqrt, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.false_alarms import LIMITS, rates, simulate
from exambank.psychometrics import Interval, Reason, item_statistics, option_statistics
from exambank.psychometrics.intervals import fisher_z, zou
from exambank.psychometrics.suspicion import ItemSuspicion, Rivalry, key_suspicions, pool_rivalries

Z90 = 1.6448536269514722


@pytest.fixture(scope="module")
def exam():
    """Of 200 candidates; one of its 30 keys is wrong."""
    return simulate(np.random.default_rng(3), 200)


def suspicions(exam, **more):
    return key_suspicions(exam.responses, exam.scores, exam.keys, **more)


def by_label(suspicion):
    return {rival.option: rival for rival in suspicion.rivals}


# --- the difference and its interval ---


def test_where_two_options_share_all_candidates_the_difference_is_twice_the_correlation():
    """The one is chosen by those who leave the other, so that r and -r are compared: twice the interval of r."""
    own, interval = fisher_z(0.3, 50), zou(0.3, -0.3, -1.0, 50)

    assert (interval.low, interval.high) == pytest.approx((2 * own.low, 2 * own.high), abs=1e-12)


def test_a_rival_is_measured_by_plain_correlations_with_the_other_items(exam):
    column = 4
    rest = exam.scores.sum(axis=1) - exam.scores[:, column]
    suspicion = suspicions(exam)[column]

    def correlation(label):
        return np.corrcoef(exam.responses[:, column] == label, rest)[0, 1]

    key = correlation(exam.keys[column])
    assert suspicion.key_rest == pytest.approx(key, abs=1e-12)
    assert set(by_label(suspicion)) == set("ABCD") - {exam.keys[column]}
    for label, rival in by_label(suspicion).items():
        assert rival.count == (exam.responses[:, column] == label).sum()
        assert rival.option_rest == pytest.approx(correlation(label), abs=1e-12)
        assert rival.difference == pytest.approx(correlation(label) - key, abs=1e-12)


def test_the_key_and_its_options_have_the_correlations_of_the_other_statistics(exam):
    items = item_statistics(exam.scores, confidence=0.9)
    tables = option_statistics(exam.responses, exam.scores, exam.keys)

    for suspicion, item, table in zip(suspicions(exam), items, tables, strict=True):
        assert suspicion.key_rest == pytest.approx(item.item_rest, abs=1e-12)
        assert suspicion.key_rest_ci.low == pytest.approx(item.item_rest_ci.low, abs=1e-12)
        option_rest = {option.option: option.option_rest for option in table.options}
        for rival in suspicion.rivals:
            assert rival.option_rest == pytest.approx(option_rest[rival.option], abs=1e-12)


def test_the_standard_error_is_that_of_a_simulation():
    """400 exams of 150 candidates with the same two items: what each claims is how they differ."""
    rng, found = np.random.default_rng(11), []
    for _each in range(400):
        rest = rng.normal(size=(150, 1))
        scores = (rng.random((150, 20)) < 1 / (1 + np.exp(-rest))).astype(float)
        chosen = np.where(scores[:, 0] == 1, "A", rng.choice(["B", "C"], 150)).astype(object)
        responses = np.column_stack([chosen, np.full((150, 19), "", dtype=object)])
        [first, *_] = key_suspicions(responses, scores, ["A"] + [None] * 19)
        found.append((first.rivals[0].difference, sqrt(first.rivals[0].variance)))
    differences, errors = np.array(found).T

    assert np.mean(errors) == pytest.approx(differences.std(ddof=1), rel=0.1)


def test_a_key_that_nobody_chose_ranks_nobody():
    rest = np.repeat(np.arange(5.0), 10)
    responses = [["B" if score > 2 else "C", ""] for score in rest]
    scores = np.column_stack([np.zeros(50), rest])
    [suspicion, _] = key_suspicions(responses, scores, ["A", None], max_scores=[1, 4])
    rival = by_label(suspicion)["B"]

    assert (suspicion.key_count, suspicion.key_rest, suspicion.reason) == (0, None, Reason.CONSTANT_ITEM)
    assert rival.difference == rival.option_rest
    assert rival.interval == fisher_z(rival.option_rest, 47, 0.9)
    assert suspicion.needs_review


def test_of_several_keys_any_counts():
    scores = [[1, 0.1], [1, 0.9], [0, 0.2], [1, 0.8], [0, 0.3], [0, 0.6]]
    responses = [["A", ""], ["B", ""], ["C", ""], ["B", ""], ["C", ""], ["D", ""]]
    [suspicion, _] = key_suspicions(responses, scores, [["A", "B"], None])

    assert suspicion.key_count == 3
    assert list(by_label(suspicion)) == ["C", "D"]
    assert suspicion.key_rest == pytest.approx(np.corrcoef([1, 1, 0, 1, 0, 0], np.array(scores)[:, 1])[0, 1])


def test_classes_are_compared_within_themselves(exam):
    """A strong class whose members all choose C makes C look good, unless they are compared with each other."""
    rng = np.random.default_rng(5)
    scores = np.vstack([rng.random((200, 10)) < 0.3, rng.random((200, 10)) < 0.9]).astype(float)
    responses = np.full((400, 10), "", dtype=object)
    responses[:, 0] = [
        *rng.choice(list("ABC"), 200, p=[0.8, 0.1, 0.1]),
        *rng.choice(list("ABC"), 200, p=[0.1, 0.1, 0.8]),
    ]
    keys = ["A"] + [None] * 9

    blind = key_suspicions(responses, scores, keys)[0]
    within = key_suspicions(responses, scores, keys, strata=np.repeat([0, 1], 200))[0]

    assert blind.needs_review
    assert not within.needs_review
    assert (blind.degrees, within.degrees) == (397, 396)


# --- what opens a review ---


def test_the_wrong_key_is_found_and_the_right_answer_named(exam):
    suspicion = suspicions(exam)[exam.planted]
    rests = {label: rival.option_rest for label, rival in by_label(suspicion).items()}

    assert suspicion.needs_review
    assert suspicion.is_negative
    assert suspicion.better_options[0].option == max(rests, key=rests.get)
    assert [column for column, one in enumerate(suspicions(exam)) if one.needs_review] == [exam.planted]


def test_a_review_needs_twenty_candidates():
    suspicion = ItemSuspicion(20, 17, 5, -0.6, Interval(-0.8, -0.3, 0.9), ())

    assert suspicion.needs_review
    assert not replace(suspicion, n=19).needs_review
    assert not replace(suspicion, key_rest_ci=Interval(-0.8, 0.0, 0.9)).needs_review


def test_the_better_options_stand_in_the_order_of_their_evidence():
    rivals = tuple(
        Rivalry(option, 9, 0.2, difference, 0.01, Interval(low, 0.9, 0.9))
        for option, difference, low in [("B", 0.2, 0.1), ("C", 0.5, 0.2), ("D", 0.3, 0.0), ("E", 0.4, -0.1)]
    )
    suspicion = ItemSuspicion(50, 47, 9, 0.0, Interval(-0.2, 0.2, 0.9), rivals)

    assert [rival.option for rival in suspicion.better_options] == ["C", "B"]


@pytest.mark.parametrize(("n", "exams"), [(30, 100), (120, 50)])
def test_few_sound_items_and_many_wrong_keys_are_sent_to_review(n, exams):
    """A small part of `bench.false_alarms`, so that the bounds leave room for chance."""
    most_false, fewest_hits = LIMITS[n]
    false, hit = rates(exams, n, seed=1)

    assert false <= most_false
    assert hit >= fewest_hits - 0.02


# --- pooling ---


def halves(exam):
    return [
        key_suspicions(exam.responses[rows], exam.scores[rows], exam.keys) for rows in (slice(0, 80), slice(80, 200))
    ]


def test_sittings_are_weighted_by_their_degrees(exam):
    for first, second in zip(*halves(exam), strict=True):
        pooled = pool_rivalries([first, second])
        share = 77 / (77 + 117)
        mean = share * atanh(first.key_rest) + (1 - share) * atanh(second.key_rest)

        assert (pooled.n, pooled.degrees, pooled.key_count) == (200, 194, first.key_count + second.key_count)
        assert pooled.key_rest == pytest.approx(tanh(mean), abs=1e-12)
        assert pooled.key_rest_ci.high == pytest.approx(tanh(mean + Z90 / sqrt(194)), abs=1e-12)
        for label in by_label(first).keys() & by_label(second).keys():
            one, other, rival = (by_label(suspicion)[label] for suspicion in (first, second, pooled))
            difference = share * one.difference + (1 - share) * other.difference
            down = share * (one.difference - one.interval.low), (1 - share) * (other.difference - other.interval.low)
            assert rival.count == one.count + other.count
            assert rival.difference == pytest.approx(difference, abs=1e-12)
            assert rival.variance == pytest.approx(share**2 * one.variance + (1 - share) ** 2 * other.variance)
            assert rival.interval.low == pytest.approx(difference - np.hypot(*down), abs=1e-12)


def test_sittings_together_say_nearly_what_their_candidates_say_as_one_exam(exam):
    for whole, *parts in zip(suspicions(exam), *halves(exam), strict=True):
        pooled = pool_rivalries(parts)
        for label, rival in by_label(pooled).items():
            expected = by_label(whole)[label]
            if rival.count >= 20:
                assert rival.difference == pytest.approx(expected.difference, abs=0.05)
                assert rival.variance == pytest.approx(expected.variance, rel=0.25)


def test_what_several_small_sittings_cannot_tell_alone_they_tell_together():
    rng = np.random.default_rng(8)
    sittings = []
    for _sitting in range(8):
        theta = rng.normal(size=(15, 1))
        scores = (rng.random((15, 20)) < 1 / (1 + np.exp(-1.5 * theta))).astype(float)
        chosen = np.where(scores[:, 0] == 1, "B", "A")  # keyed A
        scores[:, 0] = 1 - scores[:, 0]
        responses = np.column_stack([chosen.astype(object), np.full((15, 19), "", dtype=object)])
        sittings.append(key_suspicions(responses, scores, ["A"] + [None] * 19)[0])

    assert not any(one.needs_review for one in sittings)
    assert pool_rivalries(sittings).needs_review


def test_a_sitting_that_cannot_tell_says_nothing(exam):
    told = suspicions(exam)[0]
    [untold] = key_suspicions([["A"]], [[1]], ["A"])
    pooled = pool_rivalries([told, untold])

    assert (pooled.degrees, pooled.key_rest) == (told.degrees, pytest.approx(told.key_rest))
    for label, rival in by_label(pooled).items():
        assert rival.interval.low == pytest.approx(by_label(told)[label].interval.low, abs=1e-12)
    assert pool_rivalries([told]) == told
    assert pool_rivalries([untold, untold]).reason is Reason.NO_RESPONSES


def test_nothing_and_intervals_of_two_levels_cannot_be_pooled(exam):
    with pytest.raises(ValueError, match="nothing"):
        pool_rivalries([])
    with pytest.raises(ValueError, match="levels"):
        pool_rivalries([suspicions(exam)[0], suspicions(exam, confidence=0.95)[0]])


# --- bad input ---


def test_where_there_is_nothing_to_compare_there_is_a_reason():
    no_key, lonely = (
        key_suspicions([["A", "A"], ["B", "A"]], [[1, 1], [0, 1]], [None, "A"])[0],
        key_suspicions([["A"], ["B"]], [[1], [0]], ["A"])[0],
    )
    constant = key_suspicions(
        [["A", ""], ["B", ""], ["A", ""], ["A", ""]], [[1, 1], [0, 1], [1, 1], [1, 1]], ["A", None]
    )

    assert (no_key.reason, no_key.rivals) == (Reason.NO_KEY, ())
    assert (lonely.reason, lonely.n) == (Reason.NO_RESPONSES, 0)
    assert constant[0].reason is constant[0].rivals[0].reason is Reason.CONSTANT_SCORE
    perfect = key_suspicions([["A", ""]] * 3 + [["B", ""]] * 3, [[1, 1]] * 3 + [[0, 0]] * 3, ["A", None])[0]
    assert (perfect.key_rest, perfect.key_rest_ci, perfect.reason) == (1.0, None, Reason.PERFECT_CORRELATION)
    assert perfect.rivals[0].reason is Reason.PERFECT_CORRELATION


def test_a_blank_and_an_option_that_nobody_chose_are_no_rivals():
    responses = [["A", ""], ["", ""], ["", ""], ["B", ""], ["A", ""]]
    scores = [[1, 0.2], [0, 1], [0, 0.9], [0, 0.1], [1, 0.4]]
    [suspicion, _] = key_suspicions(responses, scores, ["A", None], options=[["A", "B", "D"], []])

    assert list(by_label(suspicion)) == ["B", "D"]
    assert by_label(suspicion)["D"] == Rivalry("D", 0, None, None, None, None, Reason.CONSTANT_ITEM)


@pytest.mark.parametrize(
    "arguments",
    [
        {"keys": ["A"]},
        {"responses": [["A"], ["B"]]},
        {"options": [["A"]]},
        {"strata": [1]},
        {"confidence": 1.0},
        {"scores": [[2, 0], [0, 0]]},
    ],
)
def test_input_that_does_not_fit_is_refused(arguments):
    fitting = {"responses": [["A", "B"], ["B", "B"]], "scores": [[1, 1], [0, 1]], "keys": ["A", "B"]}

    with pytest.raises(ValueError):
        key_suspicions(**fitting | arguments)


# --- properties ---

letters = st.sampled_from(["A", "B", "C", "", None])


@st.composite
def small_exams(draw):
    n, k = draw(st.integers(0, 9)), draw(st.integers(1, 4))
    responses = np.array(draw(st.lists(letters, min_size=n * k, max_size=n * k)), dtype=object).reshape(n, k)
    scores = np.where(responses == None, np.nan, responses == "A").astype(float)  # noqa: E711 (of each element)
    return responses, scores, ["A"] * k


@given(small_exams())
def test_no_figure_is_nan_and_what_is_missing_has_a_reason(small):
    for suspicion in key_suspicions(*small):
        assert (suspicion.key_rest_ci is None) == (suspicion.reason is not None)
        for rival in suspicion.rivals:
            assert (rival.interval is None) == (rival.reason is not None)
            figures = [rival.option_rest, rival.difference, rival.variance]
            assert all(figure is None or isfinite(figure) for figure in figures)
            if rival.interval:
                assert -2 <= rival.interval.low <= rival.difference <= rival.interval.high <= 2
                assert rival.variance > 0


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_order_and_the_names_of_options_change_nothing(exam, random):
    rows = random.sample(range(40), 40)
    columns = random.sample(range(30), 30)
    renamed = dict(zip("ABCD", random.sample("WXYZ", 4), strict=True))
    expected = key_suspicions(exam.responses[:40], exam.scores[:40], exam.keys, options=[list("ABCD")] * 30)
    responses = np.vectorize(renamed.get, otypes=[object])(exam.responses[:40])[rows][:, columns]
    keys = [renamed[exam.keys[column]] for column in columns]
    found = key_suspicions(responses, exam.scores[:40][rows][:, columns], keys)

    for column, suspicion in zip(columns, found, strict=True):
        assert suspicion.key_rest == pytest.approx(expected[column].key_rest, abs=1e-12)
        for rival in expected[column].rivals:
            if rival.count:
                twin = by_label(suspicion)[renamed[rival.option]]
                assert twin.difference == pytest.approx(rival.difference, abs=1e-12)
                assert twin.interval.low == pytest.approx(rival.interval.low, abs=1e-12)


def test_twice_the_candidates_leave_every_difference_and_halve_its_variance(exam):
    doubled = key_suspicions(np.tile(exam.responses, (2, 1)), np.tile(exam.scores, (2, 1)), exam.keys)

    for one, two in zip(suspicions(exam), doubled, strict=True):
        for rival, twin in zip(one.rivals, two.rivals, strict=True):
            assert twin.difference == pytest.approx(rival.difference, abs=1e-12)
            assert twin.variance == pytest.approx(rival.variance * 197 / 397, rel=1e-9)
