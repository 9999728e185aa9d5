"""Bank sheets as other programs and other schools make them."""

import pytest

from exambank.bank.rules import plain_text
from exambank.interchange import messages
from exambank.interchange.bank_sheet.keys import read_key
from exambank.interchange.bank_sheet.options import split_options
from exambank.interchange.formats.sheets.reading import read_sheets
from exambank.interchange.neutral import Source
from exambank.interchange.sheet import Sheet
from tests.interchange.factories import read_one, read_rows
from tests.interchange.sheets.test_reading import FOUR, codes, keys_of, texts_of

NUMBERED = ["STT", *FOUR]
QUIZIZZ = ["Question Text", "Question Type", "Option 1", "Option 2", "Correct Answer", "Time in seconds",
           "Answer explanation"]  # fmt: skip


def test_the_sheets_with_the_same_headers_are_all_read_and_name_the_topic():
    one = [["1", "Một?", "a", "b", "c", "d", "A"], ["2", "Hai?", "a", "b", "c", "d", "B"]]
    two = [["1", "Ba?", "a", "b", "c", "d", "C"], ["2", "Một?", "a", "b", "c", "d", "A"]]
    sheets = [Sheet("Hướng dẫn", [["Điền"]]), Sheet("Chương 1", [NUMBERED, *one]), Sheet("Sheet 2", [NUMBERED, *two]),
              Sheet("Khác", [FOUR, ["?", "a", "b", "c", "d", "A"]])]  # fmt: skip
    reading = read_sheets(sheets, "xlsx", Source(b"", "x"))
    assert [plain_text(entry.draft.stem) for entry in reading.entries] == ["Một?", "Hai?", "Ba?", "Một?"]
    assert [entry.place.values["sheet"] for entry in reading.entries] == ["Chương 1"] * 2 + ["Sheet 2"] * 2
    assert [entry.draft.topic_names for entry in reading.entries] == [("Chương 1",)] * 2 + [()] * 2
    assert reading.notices == (("other_sheets", {"sheets": "Khác"}),)
    assert reading.entries[3].problems[0].values == {"row": "2 (Chương 1)"}
    assert "Sheet 2" in messages.place_words(reading.entries[2].place)


def test_a_column_of_topics_or_a_heading_is_heard_before_the_name_of_the_sheet():
    headed = [NUMBERED, ["Chương II"], ["1", "Một?", "a", "b", "c", "d", "A"]]
    reading = read_sheets([Sheet("Đề 1", headed), Sheet("Đề 2", headed)], "xlsx", Source(b"", "x"))
    assert [entry.draft.topic_names for entry in reading.entries] == [("Chương II",)] * 2
    told = [[*NUMBERED, "Chủ đề"], ["1", "Một?", "a", "b", "c", "d", "A", ""]]
    reading = read_sheets([Sheet("Đề 1", told), Sheet("Đề 2", told)], "xlsx", Source(b"", "x"))
    assert [entry.draft.topic_names for entry in reading.entries] == [()] * 2


def test_questions_without_a_column_of_keys_come_without_keys():
    reading = read_rows(FOUR[:-1], ["Một?", "a", "b", "c", "d"], ["Hai?", "a", "b", "c", "d"])
    assert [codes(entry) for entry in reading.entries] == [["no_right_answer"]] * 2
    assert texts_of(reading.entries[1]) == list("abcd")
    assert reading.notices == (("sheet_without_keys", {}),)


@pytest.mark.parametrize(
    ("others", "right", "said"),
    [
        (["Hà Nội", "Tất cả"], ["4"], ["key_by_text"]),
        (["1", "3"], ["1"], ["key_by_place"]),
        (["A", "C"], [], ["key_two_readings", "no_right_answer"]),
        (["1", "Tất cả"], [], ["key_two_readings", "no_right_answer"]),
    ],
)
def test_a_key_with_two_readings_is_read_as_the_others_of_its_column(others, right, said):
    rows = [[f"Câu {at}?", "Hà Nội", "Huế", "Tất cả", "Vinh", key] for at, key in enumerate(others)]
    entry = read_rows(FOUR, *rows, ["2+2?", "4", "3", "2", "1", "4"]).entries[-1]
    assert (keys_of(entry), codes(entry), entry.status) == (right, said, "warning")


def test_letters_among_letters_are_places():
    assert read_key("A", list("AB"), ["B", "A"], {"letter"}).right == {0}
    assert read_key("A", list("AB"), ["B", "A"], {"text"}).right == {1}


def test_the_words_of_quizizz_are_known():
    found = read_rows(
        QUIZIZZ,
        ["Chọn?", "Multiple", "a", "b", "1,2", "30", "Vì thế."],
        ["Điền?", "Fill-in-the-Blank", "Hanoi", "Ha Noi", "", "20", ""],
        ["Nói?", "Open-Ended", "", "", "", "60", ""],
    )
    first, second, third = found.entries
    assert (first.draft.kind, first.draft.content["explanation"]) == ("multiple_choice", "Vì thế.")
    assert [entry.draft.expected_seconds for entry in found.entries] == [30, 20, 60]
    assert second.draft.kind == "short_text"
    assert [row["text"] for row in second.draft.content["accepted"]] == ["Hanoi", "Ha Noi"]
    assert (third.draft.kind, codes(third)) == ("essay", [])
    assert found.notices == ()


def test_headers_with_a_tail_are_known_by_what_stands_before_it():
    headers = ["", "Question - max 120 characters", "Answer 1 - max 75 characters", "Answer 2 - max 75 characters",
               "Time limit (sec) – 5, 10, 20 secs", "Correct answer(s) - choose at least one"]  # fmt: skip
    entry = read_one(headers, ["1", "2+2?", "ba", "bốn", "20", "2"])
    assert (texts_of(entry), keys_of(entry), entry.draft.expected_seconds) == (["ba", "bốn"], ["bốn"], 20)


def test_a_row_that_holds_only_a_remark_is_no_item_and_is_told():
    reading = read_rows(NUMBERED, ["1", "Một?", "a", "b", "c", "d", "A"], ["Tổng cộng: 1 câu"], ["2"])
    assert len(reading.entries) == 1
    assert reading.notices == (("sheet_remarks", {"rows": "3, 4"}),)


@pytest.mark.parametrize(("cell", "level"), [("NB", "Nhận biết"), ("VDC", "Vận dụng cao"), ("Dễ", "Dễ"), ("L1", "L1")])
def test_initials_of_a_level_mean_its_name(cell, level):
    headers, row = [*FOUR, "Mức độ"], ["?", "a", "b", "c", "d", "A", cell]
    assert read_one(headers, row).draft.level == level
    assert read_one([*headers, "Cách ghi"], [*row, "văn bản"]).draft.level == cell


def test_semicolons_between_labelled_options_belong_to_none():
    assert split_options("a) H2O; b) CO2; c) O2") == ("", ["H2O", "CO2", "O2"])
    assert split_options("a) H2O; b) CO2 c) O2") == ("", ["H2O;", "CO2", "O2"])
