"""Answers into scores: sets of letters, several right keys, text."""

import numpy as np
import pytest

from exambank.analysis.external import UnusableFile, as_scores, mark, read_responses
from exambank.analysis.external.scoring import are_letters, spelt_alike


@pytest.fixture
def marked(write):
    """One item with this key and these answers, marked."""

    def of(key: str, *answers: str):
        cells = "".join(f'{at},"{answer}"\n' for at, answer in enumerate(answers))
        return mark(read_responses(write("r.csv", "id,I1\n" + cells), are_answers=True), {"I1": key})

    return of


def points(found) -> list[float | None]:
    return [None if np.isnan(one) else one for one in found.scores[:, 0].tolist()]


@pytest.mark.parametrize(
    ("key", "right", "wrong"),
    [
        ("A", ["A", "a", " A "], ["B", "AB", "", "A.", "AA"]),
        ("BD", ["BD", "DB", "b, d", "D;B", "B/D", "b + d", "D & B", "B|D"], ["B", "D", "BCD", "B D D"]),
        ("b,d", ["BD"], ["AD"]),
        ("A|C", ["A", "c"], ["AC", "B"]),
        ("AB|CD", ["ba", "C,D"], ["AC", "ABCD"]),
        ("Đúng", ["đúng", "ĐÚNG", "Đu\u0301ng"], ["Sai", "dung"]),
        ("Hà Nội", ["hà  nội"], ["Hà Nam"]),
        ("3,5", ["3,5"], ["5,3", "3.5"]),
        ("2", ["2"], ["02", "1"]),
    ],
)
def test_an_answer_is_right_or_wrong(marked, key, right, wrong):
    assert points(marked(key, *right, *wrong)) == [1.0] * len(right) + [0.0] * len(wrong)


def test_a_blank_is_wrong_and_na_is_missing(marked):
    assert points(marked("A", "A", "", " ", "NA")) == [1.0, 0.0, 0.0, None]


def test_the_same_answer_has_one_label_the_commonest_spelling(marked):
    found = marked("sai", "Sai", "Sai", "SAI", "sai", "d,b", "BD")
    assert set(found.labels) == {None, "", "Sai", "BD"}
    assert found.keys == (frozenset({"Sai"}),)


def test_a_key_that_nobody_gave_is_still_the_key(marked):
    found = marked("C|d,a", "A", "B")
    assert points(found) == [0.0, 0.0]
    assert found.keys == (frozenset({"C", "AD"}),)


@pytest.mark.parametrize(("text", "expected"), [("d, b", "BD"), ("x y", "x y"), ("AA", "AA"), ("TRUE", "TRUE")])
def test_only_letters_of_options_are_put_in_order(text, expected):
    assert spelt_alike(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("A", True), ("bd", True), ("K", False), ("", False), ("A,", False)])
def test_letters_of_options_are_told(text, expected):
    assert are_letters(text) is expected


def test_an_item_without_a_key_is_refused(write):
    read = read_responses(write("r.csv", "id,I1,I2,I3\nA,A,B,C\n"), are_answers=True)
    with pytest.raises(UnusableFile) as refusal:
        mark(read, {"I1": "A"})
    assert (refusal.value.code, refusal.value.values) == ("items_without_key", {"items": "I2, I3", "count": 2})
    found = mark(read, {"I1": "A", "I2": "B", "I3": "C", "I4": "D"})
    assert [(note.code, note.values) for note in found.notes] == [("keys_without_item", {"count": 1})]


def test_numbers_where_the_keys_are_letters_are_refused(marked):
    with pytest.raises(UnusableFile) as refusal:
        marked("A", "1", "0", "1")
    assert refusal.value.code == "numbers_for_letters"
    assert points(marked("A", "B", "C")) == [0.0, 0.0]


def test_the_largest_score_of_an_item_is_what_it_can_give(write):
    read = read_responses(write("r.csv", "id,I1,I2,I3,I4\nA,2,0,NA,0.25\nB,1,0,NA,0\n"), are_answers=False)
    assert as_scores(read).max_scores.tolist() == [2.0, 1.0, 1.0, 0.25]
