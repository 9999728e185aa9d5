"""Aiken: read more leniently than Moodle does, written exactly."""

import unicodedata

import pytest
from hypothesis import given, settings

from exambank.interchange.formats import detect, read_file
from exambank.interchange.formats.aiken import write
from exambank.interchange.messages import problem_message
from exambank.interchange.neutral import Bundle, Source, UnreadableFile, draft_of
from tests.bank.kinds import KINDS
from tests.interchange.drafts import alike, choices, example
from tests.interchange.gift.samples import codes, options


def reading(words: str):
    return read_file(Source(words.encode(), "a.txt"), "aiken")


def test_questions_are_read_with_their_lines_and_keys():
    found = reading("Thủ đô?\nA. Huế\nB) Hà Nội\nANSWER: B\n\n\nMột cộng một?\na) 1\nb) 2\nanswer: b\n")
    assert [options(one.draft) for one in found.entries] == [
        [("Huế", False), ("Hà Nội", True)], [("1", False), ("2", True)],
    ]  # fmt: skip
    assert [one.place.values for one in found.entries] == [{"first": 1, "last": 4}, {"first": 7, "last": 10}]


def test_a_question_of_several_lines_and_an_option_that_goes_on():
    (only,) = reading("Đọc:\nI. Phần một\nCâu nào?\nA. một\nvà tiếp\nB. hai\nANSWER: A. một").entries
    assert only.draft.stem == "Đọc:<br>I. Phần một<br>Câu nào?"
    assert options(only.draft) == [("một<br>và tiếp", True), ("hai", False)]


@pytest.mark.parametrize("sign", ["FEEDBACK:", "Explanation:", "Giải thích:", "LỜI GIẢI."])
def test_a_reason_right_under_the_answer_line_is_no_part_of_the_next_stem(sign):
    first, second = reading(f"Một?\nA. a\nB. b\nANSWER: A\n{sign} Vì a.\nHai?\nA. a\nB. b\nANSWER: B").entries
    assert (first.draft.stem, first.draft.explanation, first.place.values["last"]) == ("Một?", "Vì a.", 5)
    assert (second.draft.stem, second.draft.explanation) == ("Hai?", "")


def test_a_stem_may_begin_with_a_word_for_reasons_after_a_blank_line():
    _first, second = reading("Một?\nA. a\nB. b\nANSWER: A\n\nGiải thích: từ nào?\nA. a\nB. b\nANSWER: B").entries
    assert second.draft.stem == "Giải thích: từ nào?"


def test_numbers_that_count_the_stems_are_their_names():
    found = reading("Câu 1: Một?\nA. a\nB. b\nĐáp án: A\n\nCâu 2. Hai?\nA. a\nB. b\nĐáp án: B").entries
    assert [(one.name, one.draft.stem) for one in found] == [("Câu 1", "Một?"), ("Câu 2", "Hai?")]
    found = reading("1945. Năm nào?\nA. a\nB. b\nANSWER: A\n\nHai?\nA. a\nB. b\nANSWER: B").entries
    assert found[0].draft.stem == "1945. Năm nào?"


def test_a_text_with_vietnamese_answer_lines_is_known_for_aiken():
    words = "Một?\nA. a\nB. b\nĐáp án: B\n"
    for form in ("NFC", "NFD"):
        assert detect(Source(unicodedata.normalize(form, words).encode(), "de.txt")) == "aiken"


def test_words_for_true_and_false_and_several_letters():
    (only,) = reading("Đúng chứ?\nA. Đúng\nB. Sai\nANSWER: B").entries
    assert only.draft.kind == "true_false"
    assert options(only.draft) == [("Đúng", False), ("Sai", True)]
    (only,) = reading("Chọn?\nA. a\nB. b\nC. c\nANSWER: A, C").entries
    assert only.draft.kind == "multiple_choice"
    assert "aiken_several" in codes(only)


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        ("Câu?\nA. a\nB. b\n", "no_right_answer", "warning"),
        ("Câu?\nA. a\nB. b\nANSWER: D", "aiken_answer", "warning"),
        ("Câu?\nA. a\nANSWER: A", "aiken_no_options", "refused"),
        ("A. a\nB. b\nANSWER: A", "aiken_no_options", "refused"),
        ("ANSWER: A", "aiken_no_stem", "refused"),
    ],
)
def test_what_is_wrong_is_told(words, code, status):
    first, second = reading(f"Trước?\nA. a\nB. b\nANSWER: A\n\n{words}").entries
    assert (first.status, second.status) == ("accepted", status)
    assert code in codes(second)
    assert all(problem_message(one) for one in second.problems)


def test_a_question_without_its_answer_line_does_not_swallow_the_next():
    found = reading("Một?\nA. a\nB. b\n\nHai?\nA. c\n\nB. d\nANSWER: B")
    assert [one.draft.stem for one in found.entries] == ["Một?", "Hai?"]
    assert options(found.entries[1].draft) == [("c", False), ("d", True)]


def test_an_empty_file_is_refused():
    with pytest.raises(UnreadableFile):
        reading("\n\n")


PLAIN = draft_of("single_choice", "Nghiệm của <span data-tex=\"x^2=1\"></span>?",
                 {"options": [{"html": "1", "is_key": True}, {"html": "a &lt; b"}]})  # fmt: skip


def test_what_aiken_holds_comes_back():
    written = write(Bundle("x", (PLAIN, example("true_false"))))
    found = reading(written.body.decode())
    assert alike(PLAIN, found.entries[0].draft)
    assert alike(example("true_false"), found.entries[1].draft)
    assert not written.losses


def test_what_does_not_fit_is_told_in_words():
    drafts = [example(kind) for kind in KINDS]
    losses = write(Bundle("x", tuple(drafts))).losses
    refused = {KINDS[loss.index] for loss in losses if loss.problem.severity == "refused"}
    assert refused == set(KINDS) - {"single_choice", "true_false"}
    assert all(problem_message(loss.problem) for loss in losses)


@settings(max_examples=20, deadline=None)
@given(choices())
def test_any_choice_keeps_its_key(draft):
    written = write(Bundle("x", (draft,)))
    if any(loss.problem.severity == "refused" for loss in written.losses):
        return
    (only,) = reading(written.body.decode()).entries
    assert [row["is_key"] for row in only.draft.content["options"]] == [
        row["is_key"] for row in draft.content["options"]
    ]
