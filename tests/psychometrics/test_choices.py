import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.psychometrics import key_suspicions, option_statistics
from exambank.psychometrics.arrays import check_scores
from exambank.psychometrics.choices import CodedResponses, choice_sums, code_responses
from exambank.psychometrics.correlation import RestShares, correlate, correlate_choices, judge_sums, rest_shares

LABELS = ("A", "B", "C", "", None)
CLOSE = {"abs": 1e-12, "rel": 1e-12}


@st.composite
def exams(draw):
    """Scores, answers by their place among the labels, strata: some items are missing, some strata small."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, k = draw(st.integers(1, 40)), draw(st.integers(1, 5))
    places = rng.integers(0, len(LABELS), (n, k)).astype(np.int32)
    scores = np.where(places == 4, np.nan, rng.choice([0.0, 0.5, 1.0], (n, k)))
    return scores, places, rng.integers(0, draw(st.integers(1, 4)), n)


def whole_tables(choices, score, strata):
    """Choosing as a table of 1 and 0, correlated column by column."""
    chosen = (choices[:, np.newaxis] == np.arange(4)).astype(float)
    return chosen, np.broadcast_to(score[:, np.newaxis], chosen.shape), np.ones(chosen.shape, dtype=bool)


@given(exams())
def test_sums_over_choices_are_those_of_a_table_of_candidates_by_options(exam):
    _scores, places, strata = exam
    choices, score = np.minimum(places[:, 0], 3).astype(np.intp), np.random.default_rng(1).random(len(places))
    sums = choice_sums(choices, 4, score, strata)
    chosen, scores, usable = whole_tables(choices, score, strata)
    columns = np.column_stack([score, chosen])
    within = columns - np.stack([columns[strata == stratum].mean(axis=0) for stratum in strata])
    products = within.T @ within

    assert sums.counts.tolist() == chosen.sum(axis=0).tolist()
    assert sums.n_strata == len(set(strata.tolist()))
    assert sums.squares == pytest.approx(products[0, 0], **CLOSE)
    assert sums.products == pytest.approx(products[0, 1:], **CLOSE)
    assert sums.mutual == pytest.approx(products[1:, 1:], **CLOSE)
    squares, n, n_strata = (np.full(4, one) for one in (sums.squares, sums.n, sums.n_strata))
    ours = judge_sums(np.diag(sums.mutual), squares, sums.products, n, n_strata, 0.9)
    for mine, theirs in zip(ours, correlate(chosen, scores, usable, strata, 0.9), strict=True):
        assert mine.reason == theirs.reason
        assert mine.value == (theirs.value if theirs.value is None else pytest.approx(theirs.value, **CLOSE))


def test_who_all_chose_alike_or_have_one_score_do_not_vary():
    sums = choice_sums(np.zeros(5, dtype=np.intp), 2, np.full(5, 0.1), np.zeros(5, dtype=np.intp))
    within = correlate_choices(sums)

    assert within.varies.tolist() == [False, False, False]
    assert not within.correlations.any()


@given(exams())
def test_the_rest_item_by_item_is_the_rest_of_the_whole_matrix(exam):
    scores, _places, _strata = exam
    most = np.arange(1.0, scores.shape[1] + 1)
    checked = check_scores(scores, most)
    met = ~np.isnan(scores)
    earned = np.nansum(scores, axis=1, keepdims=True) - np.where(met, scores, 0)
    possible = (met * most).sum(axis=1, keepdims=True) - met * most
    there = met & (met.sum(axis=1, keepdims=True) > 1)
    expected = np.where(there, earned / np.where(there, possible, 1), 0)
    rest, exists = rest_shares(checked)

    assert (exists == there).all()
    assert rest == pytest.approx(expected, **CLOSE)
    for item in range(scores.shape[1]):
        own, own_exists = RestShares(checked).of_item(item)
        assert (own == rest[:, item]).all()
        assert (own_exists == exists[:, item]).all()


def test_blocks_of_rows_change_nothing():
    """100,000 candidates are several blocks."""
    rng = np.random.default_rng(4)
    scores = np.where(rng.random((100_000, 3)) < 0.1, np.nan, rng.integers(0, 2, (100_000, 3)))
    rest, _exists = RestShares(check_scores(scores)).of_item(1)
    others = scores[:, [0, 2]]
    is_there = ~np.isnan(scores[:, 1]) & ~np.isnan(others).all(axis=1)

    assert rest[is_there] == pytest.approx(np.nanmean(others[is_there], axis=1), **CLOSE)
    assert not rest[~is_there].any()


@settings(max_examples=50)
@given(exams())
def test_answers_by_their_places_give_what_their_labels_give(exam):
    scores, places, strata = exam
    coded = CodedResponses((*LABELS[:3], "", None, "A"), np.where(places == 0, 5, places))  # one label at two places
    named = np.array(LABELS, dtype=object)[places]
    keys = [["A"], ["B", "C"], None, [""], "D"][: scores.shape[1]]
    given = {"scores": scores, "keys": keys, "strata": strata}

    assert option_statistics(coded, **given) == option_statistics(named, **given)
    assert key_suspicions(coded, **given) == key_suspicions(named, **given)


def test_what_is_no_answer_has_no_label():
    coded = code_responses(np.array([["A", None], [np.nan, 7]], dtype=object), (2, 2))

    assert coded.labels == ("A", None, "7")
    assert [coded.answered(item).tolist() for item in (0, 1)] == [[True, False], [False, True]]


@pytest.mark.parametrize(
    ("responses", "words"),
    [(CodedResponses(("A",), np.zeros((2, 1), dtype=int)), "shape"),
     (CodedResponses(("A",), np.ones((2, 2), dtype=int)), "place"),
     (CodedResponses(("A",), np.full((2, 2), -1)), "place"),
     ([["A", "B"]], "shape")],
)  # fmt: skip
def test_answers_that_do_not_fit_are_refused(responses, words):
    with pytest.raises(ValueError, match=words):
        code_responses(responses, (2, 2))
