"""Papers as Vietnamese teachers type them: where questions begin, what belongs to them, what they are."""

from tests.interchange.drafts import SMALL_PNG
from tests.interchange.word_read.factory import (
    fraction,
    level,
    mathtype,
    numbering,
    par,
    picture,
    run,
    table,
    text_box,
)
from tests.interchange.word_read.reading import codes, keys, kinds, notices, options, reading_of, texts

KEY_B = ("A. Một", par(run("B.", "underline"), " Hai"))


def test_the_head_of_a_paper_is_skipped_and_told():
    reading = reading_of(
        table(["TỈNH ỦY X\nTRƯỜNG CHÍNH TRỊ", "ĐỀ THI KẾT THÚC HỌC PHẦN"]), "Thời gian: 60 phút", "Mã đề 132",
        "Câu 1.Thuật toán?", *KEY_B, "-----HẾT-----", "Cán bộ coi thi không giải thích gì thêm",
    )  # fmt: skip
    assert [entry.draft.stem for entry in reading.entries] == ["Thuật toán?"]
    assert reading.facts == {"title": "ĐỀ THI KẾT THÚC HỌC PHẦN", "code": "132", "minutes": "60"}
    assert {"header_skipped", "lines_left_out"} <= set(notices(reading))


def test_a_word_cut_into_runs_and_a_tracked_change_are_read_as_they_are_seen():
    first = f"<w:p>{run('C')}{run('âu')}{run(' 1')}{run('.')} <w:ins>{run(' mới')}</w:ins>"
    first += "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del></w:p>"
    reading = reading_of(first, par(run("A"), run(". đ"), run("úng")), par(run("B. Hai", "red"), run(" ẩn", "hidden")))
    assert reading.entries[0].draft.stem == "mới"
    assert texts(reading.entries[0]) == ["đúng", "Hai"]
    assert {"insertions_kept", "deletions_left_out", "hidden_text"} <= set(notices(reading))


def test_numbers_and_letters_that_word_writes_are_read():
    lists = numbering({0: level(0, "decimal", "Câu %1:") + level(1, "upperLetter", "%2.")}, {1: (0, "")})
    blocks = []
    for at in range(2):
        blocks.append(par(f"Hỏi {at}?", number=(1, 0)))
        blocks += [par(run(f"p{one}", *(["red"] if one == at else [])), number=(1, 1)) for one in range(4)]
    reading = reading_of(*blocks, lists=lists)
    assert [entry.name for entry in reading.entries] == ["Câu 1", "Câu 2"]
    assert keys(reading) == ["A", "B"]


def test_a_list_that_forgot_to_begin_anew_still_means_a_b_c_d():
    lists = numbering({0: level(0, "decimal", "%1."), 1: level(0, "upperLetter", "%1.")}, {1: (0, ""), 2: (1, "")})
    blocks = []
    for at in range(2):
        blocks.append(par(f"Hỏi {at}?", number=(1, 0)))
        blocks += [par(run(f"p{one}", *(["bold"] if one == at else [])), number=(2, 0)) for one in range(4)]
    reading = reading_of(*blocks, lists=lists)
    assert [len(options(entry)) for entry in reading.entries] == [4, 4]
    assert keys(reading) == ["A", "B"]


def test_statements_in_a_stem_are_no_options_and_no_sections():
    reading = reading_of(
        "Câu 1. Cho các phát biểu:", "I. Một", "II. Hai", "a) ba", "b) bốn", "Số phát biểu đúng là", "A. 1",
        par(run("B. 2", "red")), "C. 3", "D. 4", "Câu 2. C. Mác và Ph. Ăngghen viết", "C. Mác sinh năm nào?",
        "A. 1818", "B. 1820", "C. 1830", par(run("D. 1840", "red")),
    )  # fmt: skip
    assert keys(reading) == ["B", "D"]
    assert "II. Hai" in reading.entries[0].draft.stem
    assert "C. Mác sinh" in reading.entries[1].draft.stem


def test_sections_give_topics_levels_and_kinds_of_questions():
    reading = reading_of(
        "CHƯƠNG 1: NHÀ NƯỚC (GỒM 38 CÂU)", "// Nhận biết", "Câu 1. Một?", *KEY_B, "Câu 2. Hai? (VD)", *KEY_B,
        "PHẦN II. TỰ LUẬN", "Câu 3 (2,0 điểm). Phân tích khái niệm.", "a) Nêu", "b) Liên hệ", "Hướng dẫn chấm:",
        "- Nêu đúng (0,5 điểm)", "- Liên hệ tốt (1,5 điểm)",
    )  # fmt: skip
    first, second, third = [entry.draft for entry in reading.entries]
    assert first.topic_names == ("CHƯƠNG 1: NHÀ NƯỚC",)
    assert (first.level, second.level) == ("Nhận biết", "Vận dụng")
    assert (third.kind, third.points) == ("essay", "2")
    assert [row["points"] for row in third.content["rubric"]] == ["0.5", "1.5"]
    assert [row["html"] for row in third.content["prompts"]] == ["Nêu", "Liên hệ"]


def test_clusters_take_their_truths_from_words_from_a_list_and_from_marks():
    reading = reading_of(
        "PHẦN I", "Câu 1. Một?", *KEY_B, "PHẦN II. Câu trắc nghiệm đúng sai", "Câu 1. Cho", "a) m (Đ)", "b) n (S)",
        "Câu 2. Cho", "a) m", "b) n", "c) o", "Câu 3. Cho", "a) m", par(run("b)", "underline"), " n"),
        par(run("c)", "underline"), " o"), "ĐÁP ÁN", "PHẦN II", "Câu 2: a-S, b-Đ, c-Đ",
    )  # fmt: skip
    assert kinds(reading) == ["single_choice", *["true_false_cluster"] * 3]
    assert keys(reading) == ["B", "A", "BC", "BC"]


def test_short_answers_numbers_and_single_statements_are_told_apart():
    reading = reading_of(
        "PHẦN III. Trả lời ngắn", "Câu 1. Bao nhiêu?", "Đáp án: 3,5", "Câu 2. Ai?", "Đáp án: Hồ Chí Minh",
        "Câu 3. Trái đất hình vuông. Đúng hay sai?", "Đáp án: Sai", "Câu 4. Năm nào?",
    )  # fmt: skip
    assert kinds(reading) == ["numeric", "short_text", "true_false", "short_text"]
    assert reading.entries[0].draft.content["answers"][0]["value"] == "3.5"
    assert codes(reading.entries[3]) == ["no_right_answer"]


def test_questions_on_one_text_become_a_case():
    reading = reading_of(
        "Đọc đoạn văn sau và trả lời các câu hỏi từ 1 đến 2:", "Đoạn văn.", "Câu 1: X?", "A. a", "*B. b", "Câu 2: Y?",
        "*A. c", "B. d", "Câu 3: Z?", "*A. e", "B. f",
    )  # fmt: skip
    assert kinds(reading) == ["case", "single_choice"]
    case = reading.entries[0].draft
    assert "Đoạn văn." in case.stem
    assert [one["stem"] for one in case.content["questions"]] == ["X?", "Y?"]


def test_an_instruction_for_several_questions_stands_before_each():
    reading = reading_of(
        "Mark the letter A, B or C to indicate the odd word in each of the following questions from 1 to 2.",
        par("Question 1: A. x\t*B. y\tC. z"), par("Question 2: *A. x\tB. y\tC. z"),
    )  # fmt: skip
    assert [entry.draft.stem[:15] for entry in reading.entries] == ["Mark the letter"] * 2
    assert keys(reading) == ["B", "A"]


def test_tags_separate_questions_that_have_no_numbers():
    reading = reading_of(
        "[<sg>]", "Đoạn văn", "[<egc>]", "Hỏi 1", *KEY_B, "[<br>]", "Hỏi 2", *KEY_B, "[<sc>]0.25[</sc>]", "[<br>]",
        "[</sg>]", "Hỏi 3", *KEY_B, "[<sc>]0.5[</sc>]", "[<br>]",
    )  # fmt: skip
    assert kinds(reading) == ["case", "single_choice"]
    assert (reading.entries[1].draft.stem, reading.entries[1].draft.points) == ("Hỏi 3", "0.5")


def test_a_question_a_row_is_read_by_the_headers():
    reading = reading_of(
        table(
            ["STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án", "Mức độ"],
            ["1", "Thủ đô?", "Hà Nội", "Huế", "Vinh", "Lào", "A", "NB"],
            ["2", "Hai?", "1", "2", "3", "4", "B", "Thông hiểu"],
        )
    )
    assert keys(reading) == ["A", "B"]
    assert [entry.draft.level for entry in reading.entries] == ["Nhận biết", "Thông hiểu"]
    assert reading.entries[1].place.values == {"table": 1, "row": 3}


def test_a_table_a_question_with_named_rows_is_read():
    rows = [["QN=1", "Which?"], ["a.", "One"], ["b.", "Two"], ["ANSWER:", "B"], ["MARK:", "0.5"], ["UNIT:", "Chapter1"]]
    draft = reading_of(table(*rows)).entries[0].draft
    assert (draft.stem, draft.points, draft.topic_names) == ("Which?", "0.5", ("Chapter1",))
    assert [row["is_key"] for row in draft.content["options"]] == [False, True]


def test_a_table_of_data_stays_a_table():
    reading = reading_of("Câu 1. Cho bảng:", table(["Năm", "2000"], ["GDP", "1"]), "Nhận xét?", *KEY_B)
    assert "<table><tbody><tr><td>Năm</td><td>2000</td></tr>" in reading.entries[0].draft.stem


def test_options_without_letters_are_found_by_the_one_that_is_marked():
    reading = reading_of(
        "Câu 1: Biển nào?", "Biển 1", par(run("Biển 2", "red")), "Câu 2: Tốc độ?", "50", par(run("60", "red"))
    )
    assert [texts(entry) for entry in reading.entries] == [["Biển 1", "Biển 2"], ["50", "60"]]
    assert keys(reading) == ["B", "B"]


def test_mathtype_is_marked_and_told_with_its_paragraph():
    reading = reading_of(par("Câu 1. Tính ", mathtype(), " là"), par("A. ", mathtype()), par(run("B.", "bold"), " 2"))
    entry = reading.entries[0]
    assert entry.draft.stem == "Tính [công thức MathType 1] là"
    assert entry.problems[0].code == "formula_object"
    assert entry.status == "warning"
    assert entry.problems[0].place.values == {"number": 1}


def test_formulas_become_latex_where_they_stand():
    reading = reading_of(par("Câu 1. Tính ", fraction("1", "2"), "?"), *KEY_B)
    assert '<span data-tex="\\frac{1}{2}"></span>' in reading.entries[0].draft.stem


def test_pictures_are_kept_and_what_no_browser_shows_is_told():
    files = {"rId5": ("image1.png", SMALL_PNG), "rId6": ("image2.wmf", b"\xd7\xcd\xc6\x9a" + b"\0" * 40)}
    reading = reading_of(
        par("Câu 1. Hình: ", picture("rId5", "Bản đồ")), par("A. ", picture("rId6")), KEY_B[1], files=files
    )
    entry = reading.entries[0]
    assert f'<img data-media="{next(iter(reading.media))}" alt="Bản đồ">' in entry.draft.stem
    assert codes(entry)[-1] == "picture_kind"
    assert texts(entry)[0] == "[hình 1]"


def test_a_text_box_is_read_once():
    reading = reading_of("Câu 1. Hỏi?", par(text_box(par("A. Một"))), KEY_B[1])
    assert texts(reading.entries[0]) == ["Một", "Hai"]


def test_emphasis_stays_and_looks_that_say_nothing_go():
    reading = reading_of(
        par(run("Câu 1. ", "bold"), run("Chất nào ", "bold"), run("H", "bold"), run("2", "bold", "sub"), run("O", "bold")),
        par("A. ", run("không", "italic"), " phải"), par(run("B. đúng", "bold")),
    )  # fmt: skip
    assert reading.entries[0].draft.stem == "Chất nào H<sub>2</sub>O"
    assert texts(reading.entries[0]) == ["<i>không</i> phải", "đúng"]
