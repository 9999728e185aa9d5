"""The kinds beyond the choices, as a lecturer types them into a table."""

import pytest

from exambank.interchange.formats.judge import judge
from exambank.interchange.neutral import ACCEPTED, NOTICE, REFUSED, WARNING
from tests.interchange.factories import read_one, read_rows

HEADERS = ["STT", "Loại", "Câu hỏi", "A", "B", "C", "Đáp án", "Thang điểm"]


def read(kind, stem="Hỏi?", *options, key="", scoring=""):
    cells = [*options, "", "", ""][:3]
    (entry,) = judge(read_rows(HEADERS, ["1", kind, stem, *cells, key, scoring])).entries
    return entry


def codes(entry) -> list[str]:
    return [problem.code for problem in entry.problems]


@pytest.mark.parametrize("kind", ["Trả lời ngắn", "tra loi ngan", "Short answer", "short_text"])
@pytest.mark.parametrize(
    "key", ["hà nội | Ha Noi = 50%", "hà nội|Ha Noi=50 %", "hà nội\nHa Noi =50%", "hà nội; Ha Noi=50%"]
)
def test_accepted_texts_with_their_shares(kind, key):
    entry = read(kind, key=key, scoring="phân biệt hoa thường; không cần dấu")
    assert entry.status == ACCEPTED
    accepted = entry.draft.content["accepted"]
    assert [(row["text"], row["share"]) for row in accepted] == [("hà nội", "1"), ("Ha Noi", "0.5")]
    assert entry.draft.content["scoring"] == {"ignore_case": False, "ignore_diacritics": True, "wildcards": False}


@pytest.mark.parametrize(
    ("key", "value", "tolerance", "is_relative", "units"),
    [
        ("3,5", "3.5", "0", False, []), ("3.5 ± 0,1", "3.5", "0.1", False, []),
        ("3,5 ± 0,1 kg", "3.5", "0.1", False, ["kg"]), ("3,5 kg ± 0,1 kg", "3.5", "0.1", False, ["kg"]),
        ("3,5 +- 2%", "3.5", "0.02", True, []), ("100 m/s ± 2 %", "100", "0.02", True, ["m/s"]),
        ("1.234.567", "1234567", "0", False, []), ("50 %", "50", "0", False, ["%"]), ("-2", "-2", "0", False, []),
    ],
)  # fmt: skip
def test_a_number_its_tolerance_and_its_unit(key, value, tolerance, is_relative, units):
    content = read("Điền số", key=key).draft.content
    (answer,) = content["answers"]
    assert (answer["value"], answer["tolerance"], answer["is_relative"]) == (value, tolerance, is_relative)
    assert [unit["name"] for unit in content["units"]] == units
    assert content["scoring"]["unit"] == ("optional" if units else "none")


def test_a_key_that_is_no_number_is_refused_but_can_be_mended():
    entry = read("Numeric", key="vài cân")
    assert (entry.status, codes(entry)) == (REFUSED, ["sheet_not_a_number"])
    assert entry.draft.content["answers"][0]["value"] == "vài cân"


@pytest.mark.parametrize("arrow", ["->", "→", "=>"])
def test_pairs_stand_in_the_option_cells(arrow):
    entry = read("Ghép đôi", "Ghép", f"Pháp {arrow} Pa-ri", f"Ý {arrow} Rô-ma", f"{arrow} Viên")
    content = entry.draft.content
    assert (entry.status, [row["html"] for row in content["targets"]]) == (ACCEPTED, ["Pa-ri", "Rô-ma", "Viên"])
    words = {row["token"]: row["html"] for row in (*content["options"], *content["targets"])}
    assert {words[one]: words[other] for one, other in content["pairs"].items()} == {"Pháp": "Pa-ri", "Ý": "Rô-ma"}


def test_pairs_may_stand_in_one_cell_with_labels_and_without_a_kind():
    entry = read_one(["Câu hỏi", "Phương án", "Đáp án"], ["Ghép", "A. Pháp -> Pa-ri\nB. Ý -> Rô-ma", ""])
    assert (entry.draft.kind, len(entry.draft.content["pairs"])) == ("matching", 2)


def test_a_match_may_stand_in_the_key():
    entry = read("Nối", "Nối", "Pháp", "Ý", key="A - Pa-ri; B - Rô-ma")
    assert (entry.status, len(entry.draft.content["pairs"])) == (ACCEPTED, 2)


def test_a_line_without_its_match_is_said():
    assert "no_right_answer" in codes(read("Ghép đôi", "Ghép", "Pháp -> Pa-ri", "Ý"))


def test_lines_stand_in_their_right_order_or_the_key_gives_it():
    assert [row["html"] for row in read("Sắp xếp", "?", "một", "hai", "ba").draft.content["options"]] == [
        "một",
        "hai",
        "ba",
    ]
    entry = read("Ordering", "?", "hai", "ba", "một", key="C, A, B", scoring="từng vị trí")
    assert [row["html"] for row in entry.draft.content["options"]] == ["một", "hai", "ba"]
    assert entry.draft.content["scoring"] == {"rule": "per_place"}
    assert codes(read("Sắp xếp", "?", "một", "hai", key="C, A")) == ["sheet_order_unknown"]


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("Năm [[1]] tại [[2]].", "1: 1930; 2: Hương Cảng / Huế"),
        ("Năm [[1]] tại [[2]].", "1: 1930\n2: Hương Cảng | Huế"),
        ("Năm [[2]] tại [[1]].", "1) Hương Cảng / Huế; 2) 1930"),
        ("Năm ____ tại ......", "1930; Hương Cảng / Huế"),
        ("Năm [[1930]] tại [[Hương Cảng|Huế]].", ""),
    ],
)
def test_gaps_and_what_they_take(stem, key):
    entry = read("Điền khuyết", stem, key=key)
    assert entry.status == ACCEPTED
    gaps = {gap["token"]: [row["text"] for row in gap["accepted"]] for gap in entry.draft.content["gaps"]}
    assert sorted(gaps.values()) == [["1930"], ["Hương Cảng", "Huế"]]
    assert entry.draft.stem.count("data-gap") == 2
    first = entry.draft.stem.index("data-gap")
    year = next(token for token, words in gaps.items() if words == ["1930"])
    assert entry.draft.stem[first:].startswith(f'data-gap="{year}"')


def test_a_list_to_choose_from_has_a_star_before_the_right_one():
    for key in ("1: {*Hương Cảng | Huế}", "1: *Hương Cảng / Huế"):
        (gap,) = read("Điền khuyết", "Tại [[1]]", key=key).draft.content["gaps"]
        assert [(row["text"], row["is_key"]) for row in gap["choices"]] == [("Hương Cảng", True), ("Huế", False)]


def test_an_essay_has_its_guide_in_the_key_before_or_behind_the_words():
    for key in ("0,5: nêu khái niệm\n1: liên hệ", "- nêu khái niệm (0,5 điểm)\n- liên hệ: 1đ"):
        rubric = read("Tự luận", key=key, scoring="300 từ; 20 phút").draft.content["rubric"]
        assert [(row["points"], row["html"]) for row in rubric] == [("0.5", "nêu khái niệm"), ("1", "liên hệ")]


def test_an_essay_without_points_has_a_model_answer():
    content = read("Tự luận", key="Dân vận là vận động mọi lực lượng.").draft.content
    assert (content["rubric"], content["model_answer"]) == ([], "Dân vận là vận động mọi lực lượng.")


def test_parts_of_an_essay_own_lines_of_the_guide():
    content = read("Tự luận", "?", "Khái niệm", "Liên hệ", key="A) 0,5: x\nB) 1: y").draft.content
    assert [row["prompt"] for row in content["rubric"]] == [row["token"] for row in content["prompts"]]


def test_an_oral_question_has_times():
    content = read("Vấn đáp", key="1: ý", scoring="chuẩn bị 10 phút; trả lời 5 phút").draft.content
    assert content["hints"] == {"preparation_minutes": 10, "answer_minutes": 5}


def test_a_scoring_that_is_not_understood_is_said():
    assert codes(read("Trả lời ngắn", key="x", scoring="tùy thầy")) == ["sheet_scoring_unknown"]


@pytest.mark.parametrize(
    ("key", "kind"), [("Hà Nội", "short_text"), ("3,5 kg", "numeric"), ("Dài " * 30, "essay"), ("Đúng", "true_false")]
)
def test_a_table_of_questions_and_answers_alone_is_understood_and_said(key, kind):
    entry = read_one(["Câu hỏi", "Đáp án"], ["Hỏi?", key.strip()])
    assert entry.draft.kind == kind
    assert ("sheet_kind_guessed" in codes(entry)) == (kind != "true_false")


# --- cases ---

CASE = ["STT", "Loại", "Thuộc tình huống", "Câu hỏi", "A", "B", "Đáp án", "Hệ số", "Chủ đề"]


def test_rows_that_belong_to_a_case_are_its_questions():
    reading = read_rows(
        CASE,
        ["1", "Tình huống", "", "Một hộ dân có đơn.", "", "", "", "", "Chương 1"],
        ["2", "", "1", "Ai nhận đơn?", "Xã", "Tỉnh", "A", "", ""],
        ["3", "Tự luận", "1", "Nêu các bước.", "", "", "1: đủ", "2", ""],
        ["4", "", "", "Khác?", "a", "b", "B", "", ""],
    )
    case, other = judge(reading).entries
    assert (case.status, case.draft.kind, other.draft.kind) == (ACCEPTED, "case", "single_choice")
    assert [(row["kind"], row["weight"]) for row in case.draft.content["questions"]] == [
        ("single_choice", "1"), ("essay", "2"),
    ]  # fmt: skip
    assert case.draft.topic_names == ("Chương 1",)
    assert ("2 Câu hỏi", "Ai nhận đơn?") in case.source


def test_a_case_is_one_whatever_its_kind_says_and_wherever_it_stands():
    reading = read_rows(
        CASE, ["1a", "", "X", "Ai?", "Xã", "Tỉnh", "A", "", ""], ["X", "", "", "Chuyện dài.", "", "", "", "", ""]
    )
    (case,) = reading.entries
    assert (case.draft.kind, case.place.values) == ("case", {"row": 3})


def test_problems_of_a_question_name_its_own_row():
    reading = read_rows(
        CASE, ["1", "Tình huống", "", "Chuyện.", "", "", "", "", ""], ["2", "", "1", "Ai?", "x", "y", "H", "", "Khác"],
        ["3", "Vấn đáp", "1", "Nói.", "", "", "1: x", "", ""],
    )  # fmt: skip
    (case,) = reading.entries
    found = {problem.code: (problem.severity, problem.place.values["row"]) for problem in case.problems}
    assert found == {
        "key_unknown": (REFUSED, 3), "sheet_case_labels": (NOTICE, 3), "sheet_case_kind": (REFUSED, 4),
    }  # fmt: skip


def test_a_row_of_a_case_that_is_not_there_is_an_item_of_its_own():
    entry = read_one(CASE, ["2", "", "9", "Ai?", "x", "y", "A", "", ""])
    assert (entry.status, codes(entry)) == (WARNING, ["sheet_case_unknown"])


# --- labels ---


@pytest.mark.parametrize(
    ("header", "cell", "seconds"),
    [
        ("Thời gian", "2 phút", 120), ("Thời gian", "90 giây", 90), ("Thời gian (giây)", "45", 45),
        ("Thời gian", "1,5", 90), ("Minutes", "2", 120), ("Seconds", "30", 30), ("Thời gian", "1:30", 90),
        ("Thời gian", "", None), ("Thời gian", "lâu", None),
    ],
)  # fmt: skip
def test_a_time_is_read_in_minutes_or_seconds(header, cell, seconds):
    entry = read_one(["Câu hỏi", "A", "B", "Đáp án", header], ["?", "x", "y", "A", cell])
    assert entry.draft.expected_seconds == seconds
    assert codes(entry) == (["sheet_time_unknown"] if cell == "lâu" else [])


def test_metadata_columns_are_labels():
    headers = ["Câu hỏi", "A", "B", "Đáp án", "Mã câu hỏi", "Tiêu đề", "Chuẩn đầu ra", "Điểm", "Trang", "Tác giả",
               "License", "Lời giải", "Ghi chú"]  # fmt: skip
    row = ["?", "x", "y", "A", "Q7", "Tên", "CĐR 1", "0,25", "12", "Bình", "CC", "Vì <b>", "xem"]
    draft = read_one(headers, row).draft
    assert (draft.identifier, draft.name, draft.outcome, draft.points) == ("Q7", "Tên", "CĐR 1", "0.25")
    assert (draft.source_page, draft.contributors, draft.licence, draft.note) == ("12", "Bình", "CC", "xem")
    assert draft.explanation == "Vì &lt;b&gt;"
