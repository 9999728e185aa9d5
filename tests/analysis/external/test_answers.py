"""RESPONSES.csv: two shapes, many spellings, every refusal with its place."""

import numpy as np
import pytest

from exambank.analysis.external import UnusableFile, read_responses
from exambank.analysis.external import answers as reading

NAN = float("nan")
WIDE = "candidate,I1,I2\nA,1,0\nB,,NA\n"


@pytest.fixture
def scores(write):
    return lambda text: read_responses(write("r.csv", text), are_answers=False)


@pytest.fixture
def answers(write):
    return lambda text, **more: read_responses(write("r.csv", text), are_answers=True, **more)


def told(read, text, **more) -> UnusableFile:
    with pytest.raises(UnusableFile) as refusal:
        read(text, **more)
    assert refusal.value.file == "r.csv"
    return refusal.value


def given(read) -> list[list[str | None]]:
    return [[read.texts[code] if code else None for code in row] for row in read.cells.tolist()]


def test_a_row_for_each_candidate(scores):
    read = scores(WIDE)
    assert (read.candidates, read.items) == (("A", "B"), ("I1", "I2"))
    np.testing.assert_array_equal(read.cells, [[1, 0], [0, NAN]])


def test_a_row_for_each_answer(scores):
    """Who has no row for an item was not given it; the order is that of the first appearance."""
    read = scores("Person,SCORE,Item\nB,1,I2\nA,,I1\nB,NA,I3\nA,0.5,I2\n")
    assert (read.candidates, read.items) == (("B", "A"), ("I2", "I1", "I3"))
    np.testing.assert_array_equal(read.cells, [[1, NAN, NAN], [0.5, 0, NAN]])


def test_the_candidate_of_a_long_file_may_have_any_heading(scores):
    assert scores("SBD,item,response\nA,I1,1\n").candidates == ("A",)


def test_a_long_file_may_have_answers_and_scores(write):
    path = write("r.csv", "candidate,item,response,score,seconds\nA,I1,C,1,30\n")
    assert read_responses(path, are_answers=False).cells.tolist() == [[1.0]]
    read = read_responses(path, are_answers=True)
    assert given(read) == [["C"]]
    assert read.notes[0].values == {"columns": ["score", "seconds"]}


def test_answers_keep_their_spelling(answers):
    assert given(answers("id,I1,I2\nA, b , Hà   Nội\nB,,NA\n")) == [["b", "Hà Nội"], ["", None]]


@pytest.mark.parametrize(
    "text",
    ["candidate;I1;I2\nA;1;0\nB;;NA\n", "candidate\tI1\tI2\nA\t1\t0\nB\t\tNA\n",
     "candidate,I1,I2\r\nA,1,0\r\nB,,NA\r\n", "\ufeffcandidate,I1,I2\nA,1,0\nB,,NA",
     '"candidate","I1","I2"\n"A","1","0"\n"B","","NA"\n', '"", "I1", "I2"\n"A", 1, 0\n"B", , "NA"\n',
     "\n\ncandidate,I1,I2\nA,1,0\n\n,,\nB,,NA\n\n", "candidate,I1,I2,,\nA,1,0,,\nB,,NA, ,\n",
     "sep=;\ncandidate;I1;I2\nA;1;0\nB;;NA\n",
     'candidate,"I1","I2"\nA,"1",0.0\nB," ",NA\n'],
)  # fmt: skip
def test_separators_quotes_line_ends_and_empty_rows_make_no_difference(scores, text):
    read = scores(text)
    assert (read.candidates, read.items) == (("A", "B"), ("I1", "I2"))
    np.testing.assert_array_equal(read.cells, [[1, 0], [0, NAN]])


def test_excels_unicode_text_is_read(write):
    path = write("r.csv", "candidate\tCâu 1\nÁnh\t1\n".encode("utf-16"))
    read = read_responses(path, are_answers=False)
    assert (read.candidates, read.items) == (("Ánh",), ("Câu 1",))


def test_a_comma_in_quotes_is_no_separator(scores):
    assert scores('"Họ, tên, lớp";I1;I2\n"Ánh, K1";0,5;1,25\n').cells.tolist() == [[0.5, 1.25]]


def test_names_are_composed_and_names_like_numbers_stay_text(scores):
    read = scores("id,2,10\n0012,1,0\n12,0,1\nNa\u0302m,1,1\n")
    assert (read.candidates, read.items) == (("0012", "12", "Nâm"), ("2", "10"))


# --- no column of candidates ---


def test_a_first_column_that_repeats_itself_and_is_named_like_an_item_is_one(scores):
    read = scores("I01,I02\n0,1\n0,NA\n1,1\n")
    assert (read.candidates, read.items) == (("1", "2", "3"), ("I01", "I02"))
    np.testing.assert_array_equal(read.cells, [[0, 1], [0, NAN], [1, 1]])
    assert [note.code for note in read.notes] == ["no_candidate_column"]


def test_a_first_column_with_a_key_is_an_item(answers):
    read = answers("North,South\nA,B\nC,\n", keyed=["North", "South"])
    assert (read.candidates, read.items, given(read)) == (("1", "2"), ("North", "South"), [["A", "B"], ["C", ""]])


def test_a_first_column_of_different_names_is_the_candidate_whatever_its_heading(scores):
    assert scores("I01,I02\n7,1\n8,0\n").candidates == ("7", "8")


def test_without_candidates_a_wrong_cell_of_the_first_column_is_still_found(scores):
    fault = told(scores, "I01,I02\n0,1\n0,1\nx,1\n")
    assert (fault.code, fault.line, fault.column) == ("not_a_score", 4, "I01")


# --- refusals ---


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        (WIDE + "A,1,1\n", "candidate_twice", 4, "candidate"),
        (WIDE + ",1,1\n", "no_candidate_name", 4, "candidate"),
        (WIDE + "C,1\n", "ragged", 4, None),
        (WIDE + "C,1,1,1\n", "ragged", 4, None),
        (WIDE + "\nC,1,one\n", "not_a_score", 5, "I2"),
        (WIDE + "C,1,-1\n", "score_below_0", 4, "I2"),
        (WIDE + "C,1,nan\n", "not_a_score", 4, "I2"),
        (WIDE + "C,1,inf\n", "not_a_score", 4, "I2"),
        (WIDE + "C,1,1_0\n", "not_a_score", 4, "I2"),
        (WIDE + "C,1,1e9\n", "score_too_high", 4, "I2"),
        (WIDE + "C,1,1e999\n", "score_too_high", 4, "I2"),
        (WIDE + 'C,1,"1\n', "broken_quotes", 4, None),
        (WIDE + 'C,1,"1"1\nD,1,1\n', "broken_quotes", 4, None),
        (WIDE + 'C,"1\n\n",1\nD,x,1\n', "not_a_score", 7, "I1"),
        ("candidate,I1,I1\nA,1,1\n", "column_twice", 1, "I1"),
        ("candidate,,I1\nA,1,1\n", "column_without_name", 1, "2"),
        ("candidate,I1,\nA,1,\nB,1,1\n", "cell_without_name", 3, "3"),
        ("candidate,I1\n", "no_candidates", 1, None),
        ("candidate\nA\n", "no_items", 1, None),
        ("A B C\n1 0 1\n", "no_items", 1, None),
        ("", "empty", None, None),
        ("\n \n", "empty", None, None),
        ("\ncandidate,item,score\nA,I1,1\nA,I2,1\nA,I1,0\n", "answer_twice", 5, None),
        ("candidate,item,score\nA,I1,1\n,I2,1\n", "no_candidate_name", 3, "candidate"),
        ("candidate,item,score\nA,I1,1\nA,,1\n", "no_item_name", 3, "item"),
        ("candidate,item,score\nA,I1,1\nA,I2,C\n", "not_a_score", 3, "score"),
        ("candidate," + "x" * 201 + "\nA,1\n", "name_too_long", 1, None),
        ("candidate,I1\nA\0,1\n", "not_text", 2, None),
        ("candidate,I1\0\nA,1\n", "not_text", 1, None),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(scores, text, code, line, column):
    fault = told(scores, text)
    assert (fault.code, fault.line, fault.column) == (code, line, column)


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [(b"candidate,I1\nA,1\nB\xe9,1\n", "not_utf8", 3), (b"candidate,I1\nA,\xff\n", "not_utf8", 2),
     (b"candidate,C\xe2u 1\nA,1\n", "not_utf8", 1), (b"PK\x03\x04 a workbook", "workbook", None),
     (b"\xd0\xcf\x11\xe0 an old one", "workbook", None), (b"\x7fELF\0\0\0", "not_text", 1),
     (b"\xff\xfec\0,", "not_utf8", 1)],
)  # fmt: skip
def test_what_is_no_text_is_refused(scores, body, code, line):
    fault = told(scores, body)
    assert (fault.code, fault.line) == (code, line)


def test_the_first_answer_is_named_when_there_is_a_second(scores):
    fault = told(scores, "item,candidate,score\nI1,A,1\nI2,B,1\nI2,B,0\n")
    assert fault.values == {"candidate": "B", "item": "I2", "first": 3}


def test_a_file_of_too_many_cells_or_answers_is_refused(scores, answers, monkeypatch):
    monkeypatch.setattr(reading, "MOST_CELLS", 5)
    assert told(scores, "id,I1,I2\n" + "".join(f"{n},1,1\n" for n in range(3))).code == "too_many_cells"
    long = "candidate,item,score\n" + "".join(f"{n},{n},1\n" for n in range(3))
    assert told(scores, long).code == "too_many_cells"
    monkeypatch.setattr(reading, "MOST_TEXTS", 3)
    fault = told(answers, "id,I1\n" + "".join(f"{n},word{n}\n" for n in range(5)))
    assert (fault.code, fault.line) == ("too_many_answers", 4)


def test_scores_of_many_different_decimals_are_read_whatever_their_number(scores, monkeypatch):
    monkeypatch.setattr(reading, "MOST_TEXTS", 2)
    values = [number / 7 for number in range(20)]
    text = "id,I1\n" + "".join(f"{at},{value}\n" for at, value in enumerate(values))
    assert scores(text).cells[:, 0].tolist() == values
    fault = told(scores, text + "last,x\n")
    assert (fault.line, fault.column) == (22, "I1")


def test_a_line_far_down_is_counted_right(scores):
    rows = "".join(f'C{n},"1\n",0\n' if n % 3 == 0 else f"C{n},1,0\n" for n in range(1000))
    fault = told(scores, "id,I1,I2\n" + rows + "last,1,x\n")
    assert (fault.line, fault.column) == (2 + 1000 + 334, "I2")
