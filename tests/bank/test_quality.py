"""The quality gate: what it names, what it lets pass, and what a bank may weigh otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import clock
from exambank.bank import rules, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.rules import letters, quality
from exambank.bank.rules.settings import ADVICE, BLOCK, CHECKS, OFF, Settings, own_choices, refusals_of
from exambank.errors import InvalidInput
from tests.bank.factories import make_accepted, make_content, make_draft
from tests.people import actor_of


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bé lao ®éng - th−¬ng binh", ["®éng", "th−¬ng"]), ("quy chÕ thi tr−êng §¶ng", ["tr−êng", "§¶ng"]),
        ("Nguyªn t¾c t« chøc", ["Nguyªn", "t¾c"]), ("lμm viÖc", ["lμm"]), ("nh−ng", ["nh−ng"]),
        ("Ñaïi hoïc coâng daân", ["Ñaïi", "hoïc", "coâng"]),
        ("5 μm, kΩ, 25ºC, nº 5, ½ m²", []), ("A−B và C−D, x−1", []), ("Hãng Citroën của nước Pháp đón Noël", []),
        ("«Tuyên ngôn» của Microsoft® Word", []), ("Đại hội Đảng lần thứ XIII", []), ("naïve", []),
    ],
)  # fmt: skip
def test_what_old_fonts_left_is_named_and_symbols_are_not(words, found):
    assert letters.legacy_words(words) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hоa lá", [("hоa", "о")]), ("ĐẠI ҺỌເ", [("ҺỌເ", "Һເ")]), ("Ηà Nội", [("Ηà", "Η")]),
        ("kΩ và μF, tia α, ΔABC", []), ("Việt Nam, Москва", []), ("H'Hen Niê, Êđê", []),
    ],
)  # fmt: skip
def test_a_letter_of_another_alphabet_in_a_word_is_named_with_its_word(words, found):
    assert [(word, alien) for word, alien in letters.mixed_script_words(words)] == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("thủỷ", ["thủỷ"]), ("hoà̀ng", ["hoà̀ng"]), ("b̀a", ["b̀a"]), ("ǹa", ["ǹa"]), ("Ḥa", ["Ḥa"]),
        ("quốć hội", ["quốć"]), ("tiếng Việt, điôxít, cácbônníc", []), ("España ở Gdańsk", []), ("Ê̆đê", []),
        ("thuở, nguyễn, khuỷu, quỳnh, giếng, toàn", []),
    ],
)  # fmt: skip
def test_marks_that_no_keyboard_gives_on_purpose_are_named(words, found):
    assert letters.impossible_words(words) == found


@given(st.text(max_size=120))
def test_checks_of_letters_never_fail_on_any_text(words):
    pieces = [quality.Piece("stem", rules.html_from_text(words))]
    for finding in quality.check_texts(pieces):
        assert finding.code in CHECKS
    quality.check_options([*pieces, *pieces], has_distractors=True)
    quality.unmarked_negation(words)


VOWELS = st.sampled_from(list("aăâeêioôơuưyáàảãạấầẩẫậếềểễệốồổỗộớờởỡợứừửữự"))
SYLLABLE = st.builds(
    "".join, st.tuples(st.sampled_from(["b", "c", "ch", "đ", "ng", "th", "tr", "v", ""]), VOWELS,
                       st.sampled_from(["", "n", "ng", "m", "t", "c"]))
)  # fmt: skip


@given(st.lists(SYLLABLE, min_size=1, max_size=12))
def test_no_vietnamese_syllable_is_called_broken(syllables):
    words = " ".join(syllables)
    assert letters.impossible_words(words) == []
    assert letters.mixed_script_words(words) == []
    assert letters.legacy_words(words) == []


def options(*words, key=0):
    return [
        quality.Piece(f"option:{place}", rules.html_from_text(said), place == key) for place, said in enumerate(words)
    ]


def codes(*words, key=0):
    return [found.code for found in quality.check_options(options(*words, key=key), has_distractors=True)]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("Tự phê bình", "tự  phê bình.", "twin_options"), ("1.000 đồng", "1000 đồng", "twin_options"),
        ("0,50", "0.5", "twin_options"), ("Hòa bình", "Hoà bình", "twin_options"),
        ("giữ gìn", "giử gìn", "near_twin_options"), ("Hội", "Hỏi", "near_twin_options"),
        ("Bộ Chính trị", "BỘ CHÍNH TRỊ", "near_twin_options"),
        ("1.000", "1,5", None), ("Aa", "aa", "near_twin_options"), ("\\(X\\)", "\\(Y\\)", None), ("A", "B", None),
        ("0,5", "0,05", None), ("-1", "1", None), ("5 %", "5", None), ("2023", "2024", None),
    ],
)  # fmt: skip
def test_twins_are_told_from_near_twins_and_from_others(first, second, code):
    found = codes(first, second, "Một điều khác hẳn")
    assert [one for one in found if one != "end_marks"] == ([code] if code else [])


def test_an_option_that_speaks_of_all_is_advised_against():
    assert codes("Khiển trách", "Cảnh cáo", "Cả hai ý trên") == ["speaks_of_all"]


def test_a_right_answer_that_stands_out_by_its_length_is_named():
    long = "Xây dựng Đảng trong sạch, vững mạnh toàn diện về chính trị, tư tưởng, đạo đức, tổ chức và cán bộ"
    assert codes(long, "Xây dựng Đảng", "Chỉnh đốn Đảng") == ["key_length"]
    assert codes("Xây dựng Đảng", long, "Chỉnh đốn Đảng") == []
    assert codes("Đúng và đủ", "Sai", "Thiếu") == []


def test_one_option_that_ends_otherwise_is_named():
    found = quality.check_options(options("Một.", "Hai.", "Ba"), has_distractors=True)
    assert [(one.code, one.part) for one in found] == [("end_marks", "option:2")]
    assert codes("Một...", "Hai.", "Ba.") == []


@pytest.mark.parametrize(
    ("stem", "word"),
    [
        ("Nội dung nào sau đây không thuộc nhiệm vụ của chi bộ?", "không"), ("Đâu không phải là nguyên tắc?", "không"),
        ("Các nguyên tắc sau đều đúng, ngoại trừ:", "ngoại trừ"), ("Phát biểu nào sau đây sai?", "sai"),
        ("Tất cả đều là nhiệm vụ, trừ:", "trừ"), ("Chọn nội dung không đúng.", "không"),
        ("Which of these is not a task?", "not"), ("All are tasks except:", "except"),
        ("Nội dung nào sau đây <b>không</b> thuộc nhiệm vụ của chi bộ?", None), ("Đâu KHÔNG phải là nguyên tắc?", None),
        ("Phát biểu nào sau đây <u>sai</u>?", None), ("Đảng viên có được làm việc đó không?", None),
        ("Không ngừng học tập là gì?", None), ("Hành vi nào bị nghiêm cấm?", None), ("Người lái xe không được làm gì?", None),
    ],
)  # fmt: skip
def test_a_not_that_nothing_marks_is_named(stem, word):
    assert quality.unmarked_negation(stem) == word


def test_spaces_too_many_are_shown_with_their_place():
    assert quality.spacing_of("Bộ  Chính trị là gì ?") == ["Bộ Chính", "gì ?"]
    assert quality.spacing_of("Điền vào  ......  cho đúng<br>  dòng hai …") == []
    assert quality.spacing_of("Từ <b>đậm</b> và thường, 3 : 2 là tỉ số") == ["3 :"]


def test_a_preferred_place_of_the_key_is_found_and_chance_is_not():
    bias = quality.key_bias([(2, 4)] * 14 + [(0, 4), (1, 4), (3, 4), (0, 4), (1, 4), (3, 4)])
    assert (bias.place, bias.count, bias.total) == (2, 14, 20)
    assert quality.key_bias([(place % 4, 4) for place in range(40)]) is None
    assert quality.key_bias([(1, 2)] * 12 + [(0, 2)] * 10) is None
    assert quality.key_bias([(0, 4)] * 5) is None


@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(0, 6)), max_size=60))
def test_a_bias_is_always_more_than_a_fair_share(places):
    bias = quality.key_bias(places)
    assert bias is None or bias.count * 2 > bias.total / 2


# --- settings ---


def test_what_guards_the_key_can_never_be_switched_off():
    assert Settings(gate={"legacy_font": OFF}).level_of("legacy_font") == BLOCK
    assert refusals_of(Settings(gate={"twin_options": OFF})) == [("twin_options", "unknown_level")]
    assert refusals_of(Settings(gate={"no_key": OFF})) == [("no_key", "unknown_check")]
    assert refusals_of(Settings(approvals_needed=6)) == [("approvals_needed", "out_of_bounds")]
    assert refusals_of(Settings()) == []
    assert own_choices({"key_length": ADVICE, "spacing": OFF}) == {"spacing": OFF}


# --- through the service ---


def check(people, **values):
    content = values.pop("content", None) or make_content(
        options=values.pop("options", [("Một", True), ("Hai", False)])
    )
    return service.check_draft(
        course_module=people.module, kind=values.pop("kind", "single_choice"), stem=values.pop("stem", "Câu hỏi gì?"),
        content=content, **values,
    )  # fmt: skip


def test_every_finding_is_worded_and_names_its_part(app, people):
    found = check(
        people, stem="Nội dung nào không đúng về hòa  bình?", has_topic=False, has_level=False, picture_name="a.png",
        options=[("hоà", True), ("hoà.", False), ("Cả hai ý trên", False)],
    )  # fmt: skip
    by_code = {problem.code: problem for problem in found}
    assert set(by_code) == {"mixed_script", "unmarked_not", "spacing", "tone_placement", "end_marks", "speaks_of_all",
                            "no_topic", "no_level", "picture_absent"}  # fmt: skip
    assert by_code["mixed_script"].is_blocking
    assert by_code["mixed_script"].part.startswith("option:")
    assert "hоà" in by_code["mixed_script"].message
    assert found[0].is_blocking


def test_a_missing_key_blocks_whatever_the_bank_chose(app, people):
    settings = Settings(gate=dict.fromkeys(CHECKS, OFF))
    found = check(people, options=[("Một", False), ("Hai", False)], settings=settings)
    assert [(problem.code, problem.is_blocking) for problem in found] == [("no_key", True)]


def test_letters_in_pieces_are_repaired_and_said(app, people):
    assert [problem.code for problem in check(people, stem="Tie\u0302\u0301ng Việt?")] == ["letters_repaired"]


def test_a_bank_may_turn_an_advice_into_a_block(any_app, people):
    long = [("Xây dựng Đảng trong sạch, vững mạnh toàn diện về chính trị, tư tưởng, đạo đức, tổ chức và cán bộ", True),
            ("Xây dựng Đảng", False), ("Chỉnh đốn Đảng", False)]  # fmt: skip
    item = make_draft(people, options=long)
    assert [one.is_blocking for one in service.check_item(service.get_newest_version(item))] == [False]
    service.change_settings(
        actor=actor_of(people.head), now=clock.now(), course_module=people.module, approvals_needed=1, review_months=12,
        reading_limit=60, change_limit=30, gate={"key_length": BLOCK},
    )  # fmt: skip
    with pytest.raises(InvalidInput):
        service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)


def test_an_author_who_always_puts_the_key_first_is_told(app, people):
    for number in range(16):
        make_accepted(people, stem=f"Câu {number}: nội dung gì?")
    item = make_draft(people, stem="Câu nữa: nội dung gì?")
    assert [problem.code for problem in service.advise_author(service.get_newest_version(item))] == ["key_position"]


def test_each_question_of_a_case_is_looked_through(app, people):
    inner = make_content(options=[("Một", True), ("một", False)])
    content = REGISTRY["case"].normalise(
        {"questions": [{"kind": "single_choice", "stem": "Điều nào sau đây sai?", "content": inner, "weight": "1"}]}
    )
    found = {problem.code: problem.part for problem in check(people, kind="case", content=content)}
    assert found["twin_options"].startswith("question:")
    assert found["unmarked_not"].startswith("question:")
