"""What papers of other hands showed: keys that contradict each other, instructions, tables of the exams since 2025."""

from tests.interchange.word_read.factory import par, run, table
from tests.interchange.word_read.reading import codes, keys, kinds, notices, options, reading_of, texts

ROW = "A. go\tB. goes\tC. going\tD. gone"


def questions(count: int) -> list[str]:
    return [line for at in range(1, count + 1) for line in (f"Câu {at}. Câu số {at}?", "A. a", "B. b", "C. c", "D. d")]


def clusters() -> list[str]:
    found = ["PHẦN II. Câu trắc nghiệm đúng sai"]
    for at in (1, 2):
        found += [f"Câu {at}. Cho phát biểu số {at}:", "a) Một.", "b) Hai.", "c) Ba.", "d) Bốn."]
    return found


def test_a_line_with_a_key_right_before_the_list_of_keys_is_told_against_it():
    entry = reading_of(*questions(2), "Đáp án: C", "BẢNG ĐÁP ÁN", "1.A 2.B").entries[1]
    assert codes(entry) == ["signals_conflict"]
    assert {entry.problems[0].values["key"], entry.problems[0].values["labels"]} == {"B", "C"}
    assert ("Đáp án", "C") in entry.source


def test_an_instruction_between_questions_stands_before_the_next_and_never_in_an_option():
    told = "Choose the word that is CLOSEST in meaning to the underlined part."
    reading = reading_of(
        "Question 1. She ___ home.", ROW, told, "Question 2. It is big.", "A. large", "B. tiny", "C. thin", "D. low",
        "Chọn từ trái nghĩa với từ in đậm trong các câu sau.", "Question 3. Hot.", ROW,
    )  # fmt: skip
    assert texts(reading.entries[0])[-1] == "gone"
    assert texts(reading.entries[1])[-1] == "low"
    assert told in reading.entries[1].draft.stem
    assert "It is big." in reading.entries[1].draft.stem
    assert "trái nghĩa" in reading.entries[2].draft.stem


def test_an_instruction_before_the_first_question_is_the_stem_of_questions_with_options_only():
    told = "Mark the letter A, B, C, or D to indicate the word that differs in pronunciation."
    reading = reading_of(told, "Question 1. " + ROW, "Question 2. " + ROW)
    assert [entry.draft.stem for entry in reading.entries] == [told, told]


def test_an_instruction_that_no_question_follows_is_told():
    reading = reading_of("Question 1. She?", ROW, "Choose the best word for each gap of the next page.")
    assert texts(reading.entries[0])[-1] == "gone"
    assert "lines_left_out" in notices(reading)


def test_a_sentence_behind_a_row_of_options_is_told_and_joins_none_of_them():
    reading = reading_of("Câu 1. Hỏi?", ROW, "Cán bộ coi thi không giải thích gì thêm.", "Câu 2. Hỏi?", ROW)
    assert texts(reading.entries[0])[-1] == "gone"
    assert "lines_left_out" in notices(reading)


def test_the_words_for_a_result_tell_the_key_and_leave_the_stem():
    for word in ("Đáp số:", "ĐS:", "Kết quả:", "KQ:", "Trả lời:"):
        entry = reading_of("PHẦN III. Câu trắc nghiệm trả lời ngắn", "Câu 1. Khối lượng?", f"{word} 58,5").entries[0]
        assert (entry.draft.kind, entry.draft.stem) == ("numeric", "Khối lượng?")
        assert entry.draft.content["answers"][0]["value"] == "58.5"


def test_a_result_without_a_colon_or_behind_the_question_leaves_the_stem_too():
    for lines in (["Câu 1. Khối lượng?", "Đáp số 58,5"], ["Câu 1. Khối lượng? Đáp số: 58,5."],
                  ["Câu 1. Khối lượng? (ĐS: 58,5)"]):  # fmt: skip
        entry = reading_of("PHẦN III. Câu trắc nghiệm trả lời ngắn", *lines).entries[0]
        assert (entry.draft.kind, entry.draft.stem) == ("numeric", "Khối lượng?")
        assert entry.draft.content["answers"][0]["value"] == "58.5"


def test_a_star_before_one_small_letter_is_the_key_of_a_single_choice():
    reading = reading_of("Câu 1. Một?", "*A. 1", "B. 2", "Câu 2. Nhân.", "a. 7", "b. 11", "*c. 12", "d. 34")
    assert kinds(reading) == ["single_choice"] * 2
    assert keys(reading) == ["A", "C"]


def test_letters_written_together_name_several_options():
    reading = reading_of("Câu 1. Chọn các ý đúng:", "A. a", "B. b", "C. c", "D. d", "Đáp án: BD", "Câu 2. x?", "A. a",
                         "B. b", "Đáp án: B")  # fmt: skip
    assert keys(reading) == ["BD", "B"]
    assert codes(reading.entries[0]) == ["several_marked"]


def test_a_table_of_questions_in_signs_only():
    head = ["STT", "Nội dung câu hỏi", "A", "B", "C", "D", "Đáp án"]
    reading = reading_of(table(head, ["1", "1+1=?", "1", "2", "3", "4", "B"], ["2", "2+2=?", "4", "5", "6", "7", "A"]))
    assert [entry.draft.stem for entry in reading.entries] == ["1+1=?", "2+2=?"]
    assert keys(reading) == ["B", "A"]


def test_keys_of_statements_in_the_tables_of_the_exams_since_2025():
    def cell(truths):
        return "".join(par(f"{letter}) {truth}") for letter, truth in zip("abcd", truths, strict=True))

    grid = [["Câu", "Lệnh hỏi", "Đáp án (Đ/S)"] * 2]
    grid += [[at, f"{one}) ", first, at and "2", f"{one})", second]
             for at, one, first, second in zip(["1", "", "", ""], "abcd", "ĐSĐS", "SSĐĐ", strict=True)]  # fmt: skip
    tables = [
        table(["Câu", "1", "2"], ["Đáp án", "a) Đ - b) S - c) Đ - d) S", "a) S - b) S - c) Đ - d) Đ"]),
        table(["Câu", "1", "2"], ["Đáp án", cell("ĐSĐS"), cell("SSĐĐ")]),
        table(["Câu 1", "Câu 2"], ["a) Đ", "a) S"], ["b) S", "b) S"], ["c) Đ", "c) Đ"], ["d) S", "d) Đ"]),
        table(*grid),
        table(["Câu", "a", "b", "c", "d"], ["1", *"ĐSĐS"], ["2", *"SSĐĐ"]),
        table(["", "Câu 1", "Câu 2"], ["a", "Đ", "S"], ["b", "S", "S"], ["c", "Đ", "Đ"], ["d", "S", "Đ"]),
    ]
    for one in tables:
        reading = reading_of(*clusters(), "ĐÁP ÁN", one)
        assert kinds(reading) == ["true_false_cluster"] * 2
        assert keys(reading) == ["AC", "CD"]


def test_a_row_that_names_the_parts_stands_above_the_keys():
    head = ["Phần", "I", "I", "II", "II"]
    reading = reading_of(
        "PHẦN I. Trắc nghiệm nhiều lựa chọn", *questions(2), *clusters(), "HẾT", "ĐÁP ÁN",
        table(head, ["Câu", "1", "2", "1", "2"], ["Đáp án", "B", "D", "ĐSĐS", "SSĐĐ"]),
    )  # fmt: skip
    assert keys(reading) == ["B", "D", "AC", "CD"]


def test_truths_in_words_leave_no_explanation():
    entry = reading_of(*clusters()[:6], "Đáp án: a) Đúng; b) Sai; c) Đúng; d) Sai").entries[0]
    assert [row["is_key"] for row in options(entry)] == [True, False, True, False]
    assert entry.draft.explanation == ""


def test_keys_behind_the_name_of_a_part_and_model_answers_below_them():
    reading = reading_of(
        "A. PHẦN TRẮC NGHIỆM", *questions(2), "B. PHẦN TỰ LUẬN", "Câu 3. Nêu khái niệm.", "Câu 4. Chứng minh.",
        "ĐÁP ÁN", "I. Trắc nghiệm: 1B 2C", "II. Tự luận", "Câu 3: Khái niệm là ... (1đ)", "Câu 4: Ta có ... (2đ)",
    )  # fmt: skip
    assert keys_of_choices(reading) == ["B", "C"]
    assert [entry.draft.content["model_answer"] for entry in reading.entries[2:]] == [
        "Khái niệm là ... (1đ)", "Ta có ... (2đ)",
    ]  # fmt: skip


def keys_of_choices(reading) -> list[str]:
    return ["".join("ABCD"[at] for at, row in enumerate(one.draft.content["options"]) if row["is_key"])
            for one in reading.entries if one.draft.kind == "single_choice"]  # fmt: skip


def test_parts_of_a_task_are_an_essay():
    reading = reading_of("Bài 1 (3,0 điểm).", "a) Giải phương trình.", "b) Tìm m.", "Bài 2 (1 điểm). Chứng minh.")
    assert kinds(reading) == ["essay", "essay"]
    assert "a) Giải phương trình." in reading.entries[0].draft.stem
    assert "stem_missing" not in codes(reading.entries[0])


def test_the_first_line_of_a_marking_guide_keeps_its_points():
    reading = reading_of(
        "PHẦN TỰ LUẬN", "Câu 1 (2,0 điểm). Nêu hoàn cảnh.", "Câu 2 (2,0 điểm). Nêu giá trị.", "HƯỚNG DẪN CHẤM",
        "Câu 1:", "- Nêu được hoàn cảnh (0,5 điểm).", "- Nêu giá trị (1,5 điểm).", "Câu 2:", par(run("- Ý (2 điểm)")),
    )  # fmt: skip
    assert [row["points"] for row in reading.entries[0].draft.content["rubric"]] == ["0.5", "1.5"]
    assert [row["points"] for row in reading.entries[1].draft.content["rubric"]] == ["2"]
