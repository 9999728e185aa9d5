"""Concerns as rules: what a record of evidence is, what is told once, when statistics open a review again."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.bank.rules.concerns import (
    GROWTH,
    KEPT,
    REPORTED,
    SUSPENDED,
    WITHDRAWN,
    Evidence,
    Past,
    count_known,
    is_person_heard,
    join_codes,
    may_open,
    new_evidence,
    newest_evidence,
    read_evidence,
)

NEGATIVE = "negative_discrimination"


def said(run, n=60, is_pooled=False, code=NEGATIVE, exam="e1", **values):
    return Evidence(code, n=n, exam=exam, run=run, is_pooled=is_pooled, **values)


# --- records ---


def test_a_record_is_read_as_analysis_hands_it_in_and_as_the_column_keeps_it():
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    told = {"code": "key_suspect", "n": 60, "value": 0.4, "low": 0.1, "high": 0.6, "options": ["t1"], "exam": "e",
            "run": "r", "at": at, "is_pooled": True}  # fmt: skip
    one = read_evidence(told)
    assert (one.n, one.value, one.low, one.high, one.options) == (60, 0.4, 0.1, 0.6, ("t1",))
    assert (one.exam, one.run, one.at, one.is_pooled) == ("e", "r", at.isoformat(), True)
    assert read_evidence(one.row()) == one


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, None, "", "x", True, [], {}])
def test_what_is_no_finite_figure_is_none(odd):
    one = read_evidence({"code": "c", "n": odd, "value": odd, "low": odd, "high": odd})
    assert (one.n, one.value, one.low, one.high) == (None, None, None, None)


def test_an_interval_has_both_ends_in_their_order_or_none():
    assert read_evidence({"code": "c", "low": -0.1}).low is None
    assert (read_evidence({"low": 0.4, "high": -0.2}).low, read_evidence({"low": 0.4, "high": -0.2}).high) == (
        -0.2,
        0.4,
    )
    assert read_evidence({"n": -3}).n is None


_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**20),
    st.floats(),
    st.text(max_size=50),
    st.lists(st.text(), max_size=3),
)


@given(st.dictionaries(st.sampled_from(["code", "n", "value", "low", "high", "exam", "run", "at", "note", "by"]), _ODD))
def test_any_record_is_read_without_complaint_and_comes_back_as_it_was_kept(told):
    one = read_evidence(told)
    assert read_evidence(one.row()) == one
    assert all(value is None or math.isfinite(value) for value in (one.n, one.value, one.low, one.high))


# --- told once ---


def test_a_run_says_each_thing_once_and_a_person_may_say_several():
    known = [said("r1")]
    assert new_evidence(known, [said("r1", n=80), said("r2"), said("r2")]) == (said("r2"),)
    assert new_evidence(known, [said("r1", code="key_suspect"), said("r1", is_pooled=True)]) == (
        said("r1", code="key_suspect"), said("r1", is_pooled=True),
    )  # fmt: skip
    words = [Evidence(REPORTED, note=note, by="p") for note in ("Đáp án B?", "Đáp án C?", "Đáp án B?")]
    assert new_evidence((), words) == tuple(words[:2])
    assert new_evidence((), [Evidence("")]) == ()


def test_marks_corrected_twice_in_one_way_are_two_pieces_of_evidence():
    one, other = (said("r1", n=None, code="option_accepted", options=(token,)) for token in "bc")
    assert new_evidence((), [one, other, one]) == (one, other)
    assert newest_evidence([one, other]) == (one, other)
    again = said("r2", n=None, code="option_accepted", options=("b",))
    assert newest_evidence([one, other, again]) == (again,)


_EVIDENCE = st.lists(
    st.builds(
        said, st.sampled_from(["", "r1", "r2", "r3"]), st.integers(0, 200), st.booleans(),
        st.sampled_from([NEGATIVE, "key_suspect", REPORTED]), st.sampled_from(["e1", "e2"]),
    ),
    max_size=8,
)  # fmt: skip


@given(_EVIDENCE, _EVIDENCE)
def test_telling_twice_adds_nothing(known, more):
    joined = [*known, *new_evidence(known, more)]
    assert new_evidence(joined, more) == ()
    assert set(newest_evidence(joined)) <= set(joined)


def test_of_each_exam_the_last_run_is_shown_and_everything_that_people_said():
    word, other = Evidence(REPORTED, note="a", by="p"), Evidence(REPORTED, note="b", by="p")
    first, again, elsewhere = said("r1"), said("r2"), said("r3", exam="e2")
    assert newest_evidence([word, first, elsewhere, other, again]) == (word, elsewhere, other, again)
    pooled, later = said("r1", is_pooled=True), said("r3", is_pooled=True, exam="e2")
    assert newest_evidence([pooled, later]) == (later,)


def test_codes_keep_their_order_and_stand_once():
    assert join_codes(["b"], "a", "b", "", "c") == ["b", "a", "c"]


def test_a_person_is_heard_by_what_a_person_said():
    assert not is_person_heard([said("r1")])
    assert is_person_heard([said("r1"), Evidence(REPORTED, note="a")])


# --- opened again ---


def test_the_first_evidence_opens_and_none_opens_nothing():
    assert may_open((), [said("r1")])
    assert may_open((), [said("")])
    assert not may_open((), [])


@pytest.mark.parametrize("outcome", [KEPT, SUSPENDED])
@pytest.mark.parametrize(
    ("evidence", "opens"),
    [
        (said("r1", n=500, is_pooled=True), False),  # a run that was known
        (said("", n=500, is_pooled=True), False),  # nobody knows whether it is new
        (said("r2", n=500), False),  # another exam alone
        (said("r2", n=89, is_pooled=True), False),
        (said("r2", n=90, is_pooled=True), True),  # half as many again as the 60
        (said("r2", n=None, is_pooled=True), False),
    ],
)
def test_after_a_person_decided_only_new_pooled_data_that_outweigh_it_open_it_again(outcome, evidence, opens):
    assert may_open([Past(outcome, frozenset({"r1"}), 60)], [evidence]) is opens


def test_what_a_person_kept_before_any_data_were_known_is_opened_by_the_first_figures():
    assert may_open([Past(KEPT)], [said("r1", n=25)])


def test_what_the_figures_withdrew_is_opened_by_any_new_run_but_a_persons_word_still_counts():
    withdrawn = Past(WITHDRAWN, frozenset({"r1"}), 60)
    assert may_open([withdrawn], [said("r2", n=30)])
    assert not may_open([withdrawn], [said("r1", n=600)])
    kept = Past(KEPT, frozenset({"r0"}), 100)
    assert not may_open([kept, withdrawn], [said("r2", n=30)])
    assert may_open([kept, withdrawn], [said("r2", n=150, is_pooled=True)])
    assert not may_open([kept, withdrawn], [said("r0", n=150, is_pooled=True)])


@given(st.integers(1, 10_000), st.integers(0, 40_000))
def test_the_growth_wanted_is_by_half(before, n):
    opens = may_open([Past(KEPT, frozenset(), before)], [said("new", n=n, is_pooled=True)])
    assert opens is (n >= GROWTH * before)


def test_the_responses_known_are_the_most_that_anything_tells():
    assert count_known([], 0) == 0
    assert count_known([said("r1", n=40), said("r2", n=None)], 30) == 40
    assert count_known([said("r1", n=40)], 100) == 100
