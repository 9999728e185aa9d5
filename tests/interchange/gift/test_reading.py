"""GIFT as people write it: every kind of answers, escapes, comments, and blocks that cannot be understood."""

import pytest

from exambank.bank import rules
from exambank.interchange.formats import read_file
from exambank.interchange.messages import problem_message
from exambank.interchange.neutral import Source, UnreadableFile
from tests.interchange.gift.samples import codes, draft, entry, options, reading


def test_a_choice_in_the_middle_of_a_sentence_leaves_a_line():
    found = draft("Grant is {~buried =entombed ~living} in Grant's tomb.")
    assert (found.kind, found.stem) == ("single_choice", "Grant is _____ in Grant's tomb.")
    assert options(found) == [("buried", False), ("entombed", True), ("living", False)]


@pytest.mark.parametrize(
    ("words", "kind", "is_true"),
    [("A.{T}", "true_false", True), ("A.{FALSE}", "true_false", False), ("A.{ true }", "true_false", True),
     ("A.{F#sai#đúng}", "true_false", False)],
)  # fmt: skip
def test_true_or_false(words, kind, is_true):
    found = draft(words)
    assert (found.kind, [key for _word, key in options(found)]) == (kind, [is_true, not is_true])


def test_weights_make_several_right_options():
    found = draft("Chọn hai {~%-50%Một ~%50%Hai ~%50%Ba ~%-50%Bốn}")
    assert (found.kind, found.content["scoring"]["rule"]) == ("multiple_choice", "false")
    assert "moodle_several_full" in codes(entry("Mùa? {=xuân =hạ ~Tết}"))
    assert "moodle_part_credit" in codes(entry("Khó.{~sai ~%50%nửa =đúng}"))


def test_short_answers_with_shares_feedback_and_one_without_a_sign():
    found = draft("Quê ở {=Nam Đàn#Phải =%50%Nghệ An#Gần đúng =%0%*#Sai ####Xem bài 1}")
    assert [(row["text"], row["share"]) for row in found.content["accepted"]] == [("Nam Đàn", "1"), ("Nghệ An", "0.5")]
    assert found.explanation.startswith("<p>Xem bài 1</p><ul><li>Nam Đàn: Phải</li>")
    assert draft("Số một viết là? {Một}").content["accepted"][0]["text"] == "Một"


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("{#1945}", [("1945", "0", "1")]),
        ("{#3,14:0,01}", [("3.14", "0.01", "1")]),
        ("{#-3.142..-3.141}", [("-3.1415", "0.0005", "1")]),
        ("{#=1822:0#Giỏi\n=%50%1822:2#Gần}", [("1822", "0", "1"), ("1822", "2", "0.5")]),
        ("{#3:2~#Sai hẳn}", [("3", "2", "1")]),
    ],
)
def test_numbers(words, answers):
    found = draft(f"Bao nhiêu? {words}")
    assert [(row["value"], row["tolerance"], row["share"]) for row in found.content["answers"]] == answers


def test_matching_with_a_target_that_belongs_to_nothing():
    found = draft("Nối. {=Pháp -> Pa-ri =[markdown]**Ý** -> Rô-ma = -> Viên}")
    targets = {row["token"]: row["html"] for row in found.content["targets"]}
    assert [(row["html"], targets[found.content["pairs"][row["token"]]]) for row in found.content["options"]] == [
        ("Pháp", "Pa-ri"), ("<strong>Ý</strong>", "Rô-ma"),
    ]  # fmt: skip
    assert list(targets.values())[2] == "Viên"


def test_several_brackets_are_gaps_and_so_is_one_in_the_middle():
    found = draft("Năm {=1930 =năm 1930} tại {~Huế =Hương Cảng}.")
    assert found.kind == "fill_in"
    assert len(rules.gaps_in(found.stem)) == 2
    assert [gap["kind"] for gap in found.content["gaps"]] == ["text", "choice"]
    assert draft("{=Asia} is the largest continent.").kind == "fill_in"
    assert draft("Thủ đô là {=Hà Nội}.").stem == "Thủ đô là _____."


def test_embedded_answers_of_moodle_are_read_within_gift():
    found = draft("::C::Chọn {1:MC:~Huế~=Hà Nội#đúng} và {2:SA:=một~%50%1}.")
    assert found.kind == "fill_in"
    assert [gap["weight"] for gap in found.content["gaps"]] == ["1", "2"]


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("a \\: b \\= c \\{d\\} \\# \\~ e{T}", "a : b = c {d} # ~ e"),
        ("a = b: c{T}", "a = b: c"),
        ("một\\nhai{T}", "một<br>hai"),
        ("[html]$$x \\\\neq y$$ {T}", '<span data-tex="x \\neq y"></span>'),
        ("[html]$$\\neq x$$ {T}", '<span data-tex="\\neq x"></span>'),
        ("[html]\\(\\frac\\{1\\}\\{2\\}\\) {T}", '<span data-tex="\\frac{1}{2}"></span>'),
        ("[html]$$\\frac{1}{2}$$ là nửa {T}", '<span data-tex="\\frac{1}{2}"></span> là nửa'),
        ('[html]<b style="color: #f00">Đỏ</b> &#39;x&#39; {T}', "<b>Đỏ</b> 'x'"),
        ("[plain]<b> là gì? {T}", "&lt;b&gt; là gì?"),
        ("[markdown]Một **hai** {T}", "Một <strong>hai</strong>"),
        ("[khác] Một {T}", "[khác] Một"),
        ("int main() { return 0; } {T}", "int main() { return 0; }"),
    ],
)
def test_escapes_formats_formulas_and_code_in_the_text(words, stem):
    assert draft(words).stem == stem


def test_html_in_an_option_needs_no_escapes():
    found = draft('Màu? {~<span style="color: #f00">đỏ</span> =<b class="x">xanh</b>#Giỏi}')
    assert options(found) == [("đỏ", False), ("<b>xanh</b>", True)]


def test_titles_comments_identifiers_tags_and_categories():
    words = (
        "\ufeff// Đề cương\r\n\r\n$CATEGORY: $course$/top/Chương 1/Bài 2\r\n\r\n// question: 7  name: a\r\n"
        "// [id:C1.02] [tag:khó] [tag:trọng tâm]\r\n::Câu\\: một::Một là một? {T}\r\n\r\n::Hai::Hai? {F}\r\n::Ba::Ba? {T}\r\n"
    )
    found = reading(words)
    first = found.entries[0].draft
    assert (first.name, first.identifier, first.tags) == ("Câu: một", "C1.02", ("khó", "trọng tâm"))
    assert [one.draft.topic_names for one in found.entries] == [("Chương 1 / Bài 2", "Bài 2")] * 3
    assert [one.place.values["line"] for one in found.entries] == [7, 9, 10]


def test_a_blank_line_within_the_brackets_does_not_end_a_question():
    found = reading("Một? {\n=một\n\n~hai\n}\n\nHai? {T}")
    assert [one.draft.kind for one in found.entries] == ["single_choice", "true_false"]
    assert found.entries[0].place.values == {"first": 1, "last": 5}


def test_a_blank_line_behind_a_title_or_before_the_brackets_parts_nothing():
    found = reading("::Một::\n\nMột? {T}\n\nHai?\n\n{\n=hai\n~ba\n}\n\nĐọc.\n\n{=Hà Nội} là thủ đô.")
    assert [one.draft.kind if one.draft else one.status for one in found.entries] == [
        "true_false", "single_choice", "raw", "fill_in",
    ]  # fmt: skip
    assert (found.entries[0].name, found.entries[1].draft.stem) == ("Một", "Hai?")


def test_brackets_within_an_answer_are_its_signs():
    assert options(draft("Nửa? {=\\frac{1}{2} ~\\frac{1}{3}}")) == [("\\frac{1}{2}", True), ("\\frac{1}{3}", False)]
    assert draft("void f() { int x = 5; } {=năm =5}").kind == "short_text"


def test_a_text_without_brackets_is_kept_raw():
    found = entry("::Đọc::Đọc đoạn sau.\nDòng hai.")
    assert found.status == "raw"
    assert found.raw.body.decode() == "::Đọc::Đọc đoạn sau.\nDòng hai."


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Một? {=một ~hai", "gift_open_bracket"),
        ("Một? =một}", "gift_open_bracket"),
        ("Mã: {\n  x;\n  y;\n}", "gift_brackets"),
        ("a {=một -> hai =ba -> bốn} b {T}", "gift_mixed"),
    ],
)
def test_a_block_that_cannot_be_understood_is_refused_with_its_lines_and_advice(words, code):
    found = reading(f"Trước? {{T}}\n\n{words}\n\n::Sau::Sau? {{F}}")
    assert [one.status for one in found.entries] == ["accepted", "refused", "accepted"]
    (problem,) = found.entries[1].problems
    assert problem.code == code
    assert len(problem_message(problem)) > 30
    values = found.entries[1].place.values
    assert values.get("line", values.get("first")) == 3


def test_a_forgotten_bracket_hurts_only_its_own_question():
    found = reading("::Một::Một? {=một ~hai\n\n::Hai::Hai? {T}\n\n::Ba::Ba? {F}")
    assert [one.status for one in found.entries] == ["refused", "accepted", "accepted"]


def test_words_before_a_title_are_told():
    found = entry("Sinh bởi máy.\n::Một::Một? {T}")
    assert found.draft.stem == "Một?"
    assert "moodle_spilled_words" in codes(found)


def test_pictures_do_not_come_with_gift_and_a_missing_key_is_told():
    assert "picture_missing" in codes(entry('[html]<img src\\="@@PLUGINFILE@@/3.png"> {T}'))
    assert "no_right_answer" in codes(entry("Chọn {~một ~hai}"))


def test_old_encodings_are_guessed_and_told():
    found = reading("Bảo vệ Tổ quốc là nghĩa vụ? {T}".encode("utf-16"))
    assert found.entries[0].draft.stem == "Bảo vệ Tổ quốc là nghĩa vụ?"
    assert not found.notices
    found = reading("Ba\u0309o vê\u0323 Tô\u0309 quô\u0301c? {T}".encode("cp1258"))
    assert found.entries[0].draft.stem == "Bảo vệ Tổ quốc?"
    assert found.notices[0][0] == "moodle_text_encoding_guessed"
    assert reading("Créé à Genève? {T}".encode("cp1252")).entries[0].draft.stem == "Créé à Genève?"


def test_a_file_without_a_question_is_refused():
    with pytest.raises(UnreadableFile):
        read_file(Source("// chỉ có ghi chú\n\n$CATEGORY: a\n".encode(), "a.gift"))
