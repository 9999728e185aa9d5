"""Exams at random, typed in a random manner, are read back exactly."""

from hypothesis import given, settings

from exambank.interchange.formats.word.reading import read
from exambank.interchange.neutral import Source
from tests.interchange.word_read.papers import exams, key_file, typed


@settings(max_examples=40, deadline=None)
@given(exams())
def test_an_exam_typed_in_any_usual_manner_is_read_back_exactly(exam):
    second = key_file(exam) if exam.sign == "file" else b""
    reading = read(Source(typed(exam), "de-thi.docx", key_body=second, key_name="dap-an.txt"))
    found = [_plain(entry) for entry in reading.entries]
    assert found == [(one.stem, list(one.options), [one.options[one.key]]) for one in exam.questions]


def _plain(entry):
    options = entry.draft.content["options"]
    return entry.draft.stem, [row["html"] for row in options], [row["html"] for row in options if row["is_key"]]
