"""Bank sheets as schools keep them: headers, options, keys, kinds, problems."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.bank.rules import plain_text
from exambank.interchange.bank_sheet import LABELS, WARNING
from exambank.interchange.bank_sheet.headers import read_columns
from exambank.interchange.bank_sheet.keys import read_key, read_truths
from exambank.interchange.bank_sheet.options import split_options, split_stem, strip_number, strip_own_labels
from exambank.interchange.formats.judge import judge
from exambank.interchange.formats.sheets.labels import topic_names
from exambank.interchange.formats.sheets.reading import read_sheets
from exambank.interchange.neutral import Source
from exambank.interchange.sheet import Sheet, UnreadableSheet
from tests.interchange.factories import HEADERS, ROWS, read_one, read_rows

FOUR = ["Câu hỏi", "A", "B", "C", "D", "Đáp án"]


def codes(entry) -> list[str]:
    return [problem.code for problem in entry.problems]


def texts_of(entry) -> list[str]:
    return [plain_text(row["html"]) for row in entry.draft.content["options"]]


def keys_of(entry) -> list[str]:
    return [plain_text(row["html"]) for row in entry.draft.content["options"] if row["is_key"]]


def locks_of(entry) -> list[bool]:
    return [row["is_locked"] for row in entry.draft.content["options"]]


# --- headers ---


@pytest.mark.parametrize(
    "headers",
    [
        ["STT", "Nội dung câu hỏi", "Phương án A", "Phương án B", "Đáp án"],
        ["stt", "NOI DUNG", "phuong an a", "PHƯƠNG ÁN B:", "ĐÁP ÁN (A/B)"],
        ["No.", "Question", "Option 1", "Option 2", "Correct answer"],
        ["TT", "Câu hỏi", "A", "B", "Key"],
        ["#", "Stem", "Đáp án A", "Đáp án B", "Đáp án đúng"],
        ["Câu", "Nội dung", "Lựa chọn 1", "Lựa chọn 2", "ĐA"],
    ],
)
def test_headers_in_two_languages_and_any_writing_are_known(headers):
    row = read_one(headers, ["1", "Hỏi gì?", "một", "hai", "B"])
    assert row.name == "1"
    assert row.draft.stem == "Hỏi gì?"
    assert keys_of(row) == ["hai"]


def test_columns_may_stand_in_any_order():
    row = read_one(["Đáp án", "D", "B", "Câu hỏi", "C", "A"], ["D", "bốn", "hai", "Hỏi?", "ba", "một"])
    assert texts_of(row) == ["một", "hai", "ba", "bốn"]
    assert keys_of(row) == ["bốn"]


def test_answers_beside_the_right_answer_are_the_options():
    row = read_one(["Câu hỏi", "Đáp án", "Đáp án đúng"], ["Hỏi?", "A. một\nB. hai", "A"])
    assert keys_of(row) == ["một"]


def test_a_column_of_numbers_called_question_gives_way_to_the_text():
    row = read_one(["Câu hỏi", "Nội dung", "A", "B", "Đáp án"], ["7", "Hỏi gì vậy?", "x", "y", "A"])
    assert (row.name, row.draft.stem) == ("7", "Hỏi gì vậy?")


def test_titles_above_the_headers_and_the_header_of_the_next_page_are_skipped():
    reading = read_rows(
        ["NGÂN HÀNG CÂU HỎI"], [], FOUR, ["1?", "a", "b", "c", "d", "A"], FOUR, ["2?", "a", "b", "c", "d", "B"]
    )
    assert reading.facts["header_row"] == 3
    assert [entry.place.values["row"] for entry in reading.entries] == [4, 6]


def test_a_file_without_headers_says_so():
    with pytest.raises(UnreadableSheet) as caught:
        read_rows(["1", "2"], ["3", "4"])
    assert caught.value.code == "no_header"


def test_a_file_without_a_key_column_says_so():
    with pytest.raises(UnreadableSheet) as caught:
        read_rows(["Câu hỏi", "Phương án"], ["Hỏi?", "x; y"])
    assert caught.value.code == "no_key_column"


def test_the_first_sheet_with_known_headers_is_read_and_the_others_are_named():
    sheets = [Sheet("Hướng dẫn", [["Điền vào bảng"]]), Sheet("Một", [HEADERS, ["", "", "", "?", "a", "b", "", "", "A"]]),
              Sheet("Hai", [FOUR, ["?", "a", "b", "", "", "A"]])]  # fmt: skip
    reading = read_sheets(sheets, "xlsx", Source(b"", "x"))
    assert reading.facts["sheet"] == "Một"
    assert reading.notices == (("other_sheets", {"sheets": "Hai"}),)


def test_unknown_columns_are_named_in_a_notice():
    reading = read_rows([*FOUR, "Màu bìa"], ["?", "a", "b", "c", "d", "A", "xanh"])
    assert reading.notices == (("ignored_columns", {"headers": "Màu bìa"}),)


# --- options ---


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("A. một\nB. hai\nC. ba", ["một", "hai", "ba"]),
        ("a) một\nb) hai", ["một", "hai"]),
        ("(A) một (B) hai (C) ba", ["một", "hai", "ba"]),
        ("A. một\t\tB. hai\nC. ba\tD. bốn\t", ["một", "hai", "ba", "bốn"]),
        ("1. một\n2. hai", ["một", "hai"]),
        ("1) 3,5\n2) 4,5", ["3,5", "4,5"]),
        ("A.một\nB.hai", ["một", "hai"]),
        ("A. theo mục B. của luật\nB. khác", ["theo mục B. của luật", "khác"]),
        ("A. dòng một\ntiếp theo\nB. hai", ["dòng một\ntiếp theo", "hai"]),
        ("- một\n- hai", ["một", "hai"]),
        ("một | hai | ba", ["một", "hai", "ba"]),
        ("một; hai", ["một", "hai"]),
        ("Đúng/Sai", ["Đúng", "Sai"]),
        ("chỉ một", ["chỉ một"]),
        ("", []),
    ],
)
def test_options_in_one_cell_are_cut_at_their_labels(cell, wanted):
    assert split_options(cell)[1] == wanted


def test_options_may_stand_in_the_cell_of_the_question():
    assert split_stem("Thủ đô là?\nA. Huế\nB. Hà Nội") == ("Thủ đô là?", ["Huế", "Hà Nội"])
    assert split_stem("Thủ đô là? A. Huế B. Hà Nội") == ("Thủ đô là?", ["Huế", "Hà Nội"])
    assert split_stem("Vitamin A. là gì?") == ("Vitamin A. là gì?", [])


def test_labels_inside_their_own_columns_are_dropped_only_when_all_have_them():
    assert strip_own_labels({"A": "A. một", "B": "B. hai"}) == {"A": "một", "B": "hai"}
    assert strip_own_labels({"A": "A. một", "B": "hai"}) == {"A": "A. một", "B": "hai"}


@pytest.mark.parametrize(
    ("stem", "wanted"),
    [("Câu 12: Gì?", "Gì?"), ("CÂU 1. Gì?", "Gì?"), ("Câu 5 điều gì?", "Câu 5 điều gì?"), ("12", "12")],
)
def test_the_number_before_a_question_is_dropped(stem, wanted):
    assert strip_number(stem) == wanted


def test_a_gap_among_the_options_keeps_the_meaning_of_the_key():
    row = read_one(FOUR, ["Hỏi?", "một", "hai", "", "bốn", "D"])
    assert codes(row) == ["option_gap"]
    assert keys_of(row) == ["bốn"]


# --- keys ---


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("B", {1}), ("b", {1}), ("B.", {1}), ("2", {1}), ("02", {1}), ("Đáp án B", {1}), ("Phương án: b", {1}),
        ("A, C", {0, 2}), ("A;C", {0, 2}), ("A và C", {0, 2}), ("AC", {0, 2}), ("1,3", {0, 2}), ("a c", {0, 2}),
        ("hai", {1}), ("HAI.", {1}), ("B. hai", {1}), ("một; ba", {0, 2}),
    ],
)  # fmt: skip
def test_a_key_is_read_as_letter_number_or_text(key, right):
    assert read_key(key, list("ABCD"), ["một", "hai", "ba", "bốn"]).right == right


@pytest.mark.parametrize(
    ("key", "problem"),
    [("", "no_key"), ("E", "key_unknown"), ("5", "key_unknown"), ("13", "key_unknown"), ("năm", "key_unknown"),
     ("A. hai", "key_two_readings"), ("A, E", "key_unknown")],
)  # fmt: skip
def test_a_key_that_means_no_option_is_refused_with_its_reason(key, problem):
    assert read_key(key, list("ABCD"), ["một", "hai", "ba", "bốn"]).problem == problem


def test_a_number_that_is_also_another_option_s_text_is_not_guessed():
    assert read_key("2", list("ABCD"), ["4", "3", "2", "1"]).problem == "key_two_readings"
    assert read_key("2", list("ABCD"), ["1", "2", "3", "4"]).right == {1}


def test_a_letter_with_another_text_is_taken_with_a_warning():
    found = read_key("B. khác hẳn", list("AB"), ["một", "hai"])
    assert (found.right, found.warning) == ({1}, "key_text_differs")


@pytest.mark.parametrize(
    ("cell", "truths"),
    [
        ("Đ, S, Đ, S", (True, False, True, False)),
        ("ĐSĐS", (True, False, True, False)),
        ("Đúng; Sai; Đúng", (True, False, True)),
        ("a) Đúng b) Sai", (True, False)),
        ("1Đ2S3Đ4S", (True, False, True, False)),
        ("T F T F", (True, False, True, False)),
        ("D,S,S,D", (True, False, False, True)),
        ("Ð-S", (True, False)),
        ("Đ", (True,)),
        ("Sai", (False,)),
        ("A, C", ()),
        ("B", ()),
        ("D", ()),
        ("", ()),
    ],
)
def test_truths_in_a_row_are_read(cell, truths):
    assert read_truths(cell) == truths


# --- kinds ---


def test_the_kind_follows_from_the_key_when_no_column_tells_it():
    assert read_one(FOUR, ["?", "a", "b", "c", "d", "B"]).draft.kind == "single_choice"
    assert read_one(FOUR, ["?", "a", "b", "c", "d", "B, D"]).draft.kind == "multiple_choice"
    assert read_one(FOUR, ["?", "Đúng", "Sai", "", "", "A"]).draft.kind == "true_false"
    assert read_one(FOUR, ["?", "a", "b", "c", "d", "Đ, S, Đ, S"]).draft.kind == "true_false_cluster"
    assert read_one(["Câu hỏi", "Đáp án"], ["Một năm có 12 tháng.", "Đúng"]).draft.kind == "true_false"


def test_true_and_false_are_right_in_either_order():
    row = read_one(FOUR, ["?", "Sai", "Đúng", "", "", "Đ"])
    assert keys_of(row) == ["Đúng"]
    row = read_one(FOUR, ["?", "Sai", "Đúng", "", "", "A"])
    assert keys_of(row) == ["Sai"]


def test_the_kind_column_decides():
    headers = [*FOUR, "Loại"]
    assert read_one(headers, ["?", "a", "b", "c", "d", "B", "Nhiều đáp án"]).draft.kind == "multiple_choice"
    assert read_one(headers, ["?", "a", "b", "c", "d", "A, C", "Chùm đúng/sai"]).draft.kind == "true_false_cluster"
    assert codes(read_one(headers, ["?", "a", "b", "c", "d", "A, C", "Một lựa chọn"])) == ["several_keys"]
    assert read_one(headers, ["?", "", "", "", "", "1: ý", "Tự luận"]).draft.kind == "essay"
    unknown = read_one(headers, ["?", "a", "b", "c", "d", "A", "Kiểu lạ"])
    assert (unknown.status, codes(unknown), unknown.draft.kind) == (WARNING, ["kind_unknown"], "single_choice")


def test_a_cluster_takes_its_scoring_table_and_refuses_a_wrong_one():
    headers = [*FOUR, "Bảng điểm"]
    row = read_one(headers, ["?", "a", "b", "c", "d", "ĐSĐS", "0; 0,1; 0,25; 0,5; 1"])
    assert row.draft.content["scoring"] == {"table": ["0", "0.1", "0.25", "0.5", "1"]}
    assert codes(read_one(headers, ["?", "a", "b", "c", "d", "ĐSĐS", "0; 0,5; 1"])) == ["bad_scoring"]
    assert codes(read_one(headers, ["?", "a", "b", "c", "d", "ĐSĐS", "0; x; 1; 1; 1"])) == ["bad_scoring"]
    assert codes(read_one(FOUR, ["?", "a", "b", "c", "d", "ĐSĐ"])) == ["truth_count"]


# --- what it belongs to ---


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (("1", "Quy định", ""), "Chương 1. Quy định"),
        (("Chương 2", "Kỹ thuật", ""), "Chương 2. Kỹ thuật"),
        (("3", "", ""), "Chương 3"),
        (("", "", "Dân vận"), "Dân vận"),
        (("Chương 1: Mở đầu", "Mở đầu", ""), "Chương 1: Mở đầu"),
        (("Chương 1", "Chương 1: Mở đầu", ""), "Chương 1: Mở đầu"),
    ],
)
def test_chapter_and_name_are_joined(parts, wanted):
    assert topic_names(*parts)[0] == wanted


def test_no_chapter_and_no_name_is_no_topic():
    assert topic_names("", "", "") == ()


def test_topics_come_from_merged_cells_and_from_headings():
    rows = [["Chương", *FOUR], ["1", "x?", "a", "b", "c", "d", "A"], ["", "y?", "a", "b", "c", "d", "A"]]
    reading = read_rows(*rows, merged=[(0, 1, 2)])
    assert [entry.draft.topic_names for entry in reading.entries] == [("Chương 1",), ("Chương 1",)]
    reading = read_rows(FOUR, ["CHƯƠNG 1: MỞ ĐẦU"], ["x?", "a", "b", "c", "d", "A"])
    assert [entry.draft.topic_names for entry in reading.entries] == [("CHƯƠNG 1: MỞ ĐẦU",)]


def test_tags_fatal_mark_source_and_picture_are_kept():
    headers = [*FOUR, "Thẻ", "Điểm liệt", "Nguồn", "Hình"]
    row = read_one(headers, ["?", "a", "b", "c", "d", "A", "luật, mới", "x", "Luật 2024", "q1.png"])
    assert row.draft.tags == ("luật", "mới", "điểm liệt")
    assert (row.draft.source, row.draft.picture_name) == ("Luật 2024", "q1.png")
    assert (row.status, codes(row)) == (WARNING, ["picture_absent"])


@pytest.mark.parametrize("word", ["", "0", "Không", "no", "-", "FALSE"])
def test_no_is_no_fatal_mark(word):
    assert read_one([*FOUR, "Điểm liệt"], ["?", "a", "b", "c", "d", "A", word]).draft.tags == ()


def test_locks_are_recognised_and_may_be_asked_for():
    row = read_one(FOUR, ["?", "a", "b", "c", "Cả ba ý trên", "A"])
    assert locks_of(row) == [False, False, False, True]
    row = read_one([*FOUR, "Cố định"], ["?", "a", "b", "c", "Cả ba ý trên", "A", "B"])
    assert locks_of(row) == [False, True, False, True]
    row = read_one([*FOUR, "Cố định"], ["?", "a", "b", "c", "d", "A", "x"])
    assert all(locks_of(row))


# --- problems ---


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "a", "b", "c", "d", "A"], "no_stem"),
        (["?", "a", "", "", "", "A"], "too_few_options"),
        (["?", "a", "a", "c", "d", "A"], "same_options"),
        (["?", "a", "b", "c", "d", "H"], "key_unknown"),
        (["x" * 20_001, "a", "b", "c", "d", "A"], "stem_too_long"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_place(row, code):
    found = read_one(FOUR, row)
    assert (found.status, codes(found), found.place.values) == ("refused", [code], {"row": 2})
    assert found.draft is not None  # so that it can be mended where it is shown


def test_a_row_without_its_key_may_be_taken_and_says_so():
    found = read_one([*FOUR[:-1], "ĐÁP ÁN (ghi chữ)"], ["?", "a", "b", "c", "d", ""])
    assert (found.status, codes(found), keys_of(found)) == (WARNING, ["no_right_answer"], [])
    assert found.problems[0].column == "ĐÁP ÁN (ghi chữ)"
    assert codes(judge(read_rows(FOUR, ["?", "a", "b", "c", "d", ""])).entries[0]) == ["no_right_answer"]


def test_a_problem_names_the_column_as_the_file_has_it():
    found = read_one(["Câu hỏi", "A", "B", "ĐÁP ÁN (ghi chữ)"], ["?", "a", "b", "H"])
    assert found.problems[0].column == "ĐÁP ÁN (ghi chữ)"


def test_the_same_question_is_a_warning_and_so_is_the_same_item():
    reading = read_rows(
        [*FOUR, "Hình"],
        ["Biển nào?", "a", "b", "c", "d", "A", "1.png"],
        ["Biển nào?", "a", "b", "c", "d", "A", "2.png"],
        ["Biển nào?", "a", "b", "c", "d", "A", "1.png"],
        ["Biển nào?", "a", "b", "c", "d", "B", "1.png"],
    )
    assert [codes(row)[-1] for row in reading.entries[1:]] == ["same_stem", "duplicate", "duplicate_other_key"]
    assert reading.entries[2].problems[-1].values == {"row": 2}
    assert all(row.status == WARNING for row in reading.entries[1:])


def test_letters_of_another_alphabet_are_a_warning():
    assert codes(read_one(FOUR, ["Nhà hоa?", "a", "b", "c", "d", "A"])) == ["mixed_script"]


def test_rows_are_disjoint_and_complete():
    reading = read_rows(HEADERS, *ROWS, ["", "", "", "", "a", "b", "c", "d", "A"])
    assert sum(reading.count(status) for status in ("accepted", "warning", "refused")) == len(reading.entries) == 4


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "A",
            "B",
            "Đ",
            "S",
            "Đúng",
            "Sai",
            "A. một\nB. hai",
            "1",
            "x",
            "0; 0,5; 1",
            "Câu hỏi",
            "ĐSĐS",
            "A,C",
            "HTML",
            "văn bản",
            "Tình huống",
            "Điền khuyết",
            "Ghép đôi",
            "Vấn đáp",
            "a -> b",
            "[[1]]",
            "1: x | {",
            "{*a|b}",
            "3,5 ± 2%",
            "sai trừ 5%",
            "A) 1: x",
            "\\",
        ]
    ),
)


WIDE = ["STT", "Chủ đề", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Đáp án", "Loại", "Bảng điểm",
        "Thuộc tình huống", "Cách ghi", "Thời gian"]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, max_size=12), max_size=8), st.booleans())
def test_arbitrary_grids_below_a_header_or_without_one_never_break_the_parser(grid, has_header):
    try:
        reading = judge(read_sheets([Sheet("x", [*([WIDE] if has_header else []), *grid])], "csv", Source(b"", "x")))
    except UnreadableSheet:
        return
    assert sum(reading.counts().values()) == len(reading.entries)
    for entry in reading.entries:
        assert entry.draft is not None
        if entry.status == "accepted":
            assert entry.draft.stem


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.text(alphabet="abcdeđăâ ,", min_size=1, max_size=12).filter(lambda one: one.strip() == one),
        min_size=2,
        max_size=6,
    )
)
def test_labelled_options_are_cut_into_what_was_joined(texts):
    cell = "\n".join(f"{label}. {one}" for label, one in zip(LABELS, texts, strict=False))
    assert split_options(cell) == ("", texts)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30))
def test_any_header_and_any_key_is_understood_or_not_but_never_breaks(word):
    read_columns([word])
    found = read_key(word, list("ABCD"), ["một", "hai", "ba", "bốn"])
    assert bool(found.right) != bool(found.problem)
