"""Typed answers, pairs, orders, gaps and essays of Moodle, and what is kept raw."""

import pytest

from exambank.bank import rules
from tests.interchange.moodle.samples import answers, codes, entry, question, quiz, reading


def gaps_of(draft) -> list:
    return [
        {row["text"]: row["share"] for row in gap["accepted"]}
        if gap["kind"] == "text"
        else {row["text"]: row["is_key"] for row in gap["choices"]}
        for gap in draft.content["gaps"]
    ]


def test_short_answers_keep_shares_case_and_stars():
    inner = "<usecase>1</usecase>" + answers(("100", "Hà Nội*"), ("33.33333", "Thăng Long"), ("0", "Huế"))
    content = entry("shortanswer", inner).draft.content
    assert [(row["text"], row["share"]) for row in content["accepted"]] == [
        ("Hà Nội*", "1"),
        ("Thăng Long", "0.333333"),
    ]
    assert content["scoring"] == {"ignore_case": False, "ignore_diacritics": False, "wildcards": True}


def test_a_star_behind_a_backslash_is_a_star():
    content = entry("shortanswer", answers(("100", "5\\*3"))).draft.content
    assert content["accepted"][0]["text"] == "5*3"
    assert not content["scoring"]["wildcards"]


def test_a_wrong_answer_that_a_star_would_take_is_told():
    found = entry("shortanswer", answers(("100", "đại hội*"), ("0", "đại hội XII")))
    assert "moodle_wrong_would_fit" in codes(found)


def test_numbers_keep_margins_units_and_what_a_unit_costs():
    inner = (
        '<answer fraction="100"><text>3,5</text><tolerance>0.1</tolerance></answer>'
        '<answer fraction="0"><text>*</text><feedback><text>Tính lại</text></feedback></answer>'
        "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1000000</unitpenalty>"
        "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit>"
        "<unit><multiplier>1000</multiplier><unit_name>g</unit_name></unit></units>"
    )
    content = entry("numerical", inner).draft.content
    assert [(row["value"], row["tolerance"]) for row in content["answers"]] == [("3.5", "0.1")]
    assert content["units"] == [{"name": "kg", "factor": "1"}, {"name": "g", "factor": "0.001"}]
    assert content["scoring"] == {"unit": "required", "unit_penalty": "0.1"}
    assert "Tính lại" in content["explanation"]


PAIR = '<subquestion format="html"><text>{}</text><answer><text>{}</text></answer></subquestion>'


def test_matching_joins_equal_targets_and_an_empty_prompt_only_adds_one():
    inner = PAIR.format("Pháp", "Âu") + PAIR.format("Ý", "Âu") + PAIR.format("", "Á")
    content = entry("matching", inner).draft.content
    targets = {row["token"]: row["html"] for row in content["targets"]}
    assert list(targets.values()) == ["Âu", "Á"]
    assert [(row["html"], targets[content["pairs"][row["token"]]]) for row in content["options"]] == [
        ("Pháp", "Âu"), ("Ý", "Âu"),
    ]  # fmt: skip


def test_ordering_follows_the_fractions_and_its_grading():
    inner = "<gradingtype>ALL_OR_NOTHING</gradingtype>" + answers(("2", "hai"), ("3", "ba"), ("1", "một"))
    content = entry("ordering", inner).draft.content
    assert [row["html"] for row in content["options"]] == ["một", "hai", "ba"]
    assert content["scoring"] == {"rule": "all_or_nothing"}


def test_essays_keep_what_the_marker_sees_and_say_what_has_no_place():
    inner = (
        '<graderinfo format="html"><text>Nêu đủ ba ý.</text></graderinfo><maxwordlimit>300</maxwordlimit>'
        '<attachmentsrequired>1</attachmentsrequired><responsetemplate format="html"><text>Mở bài:</text></responsetemplate>'
    )
    found = entry("essay", inner)
    assert found.draft.content["model_answer"] == "Nêu đủ ba ý."
    assert found.draft.content["hints"]["words"] == 300
    assert found.draft.stem.endswith("<blockquote>Mở bài:</blockquote>")
    assert {"moodle_template_in_stem", "moodle_upload_left_out"} <= codes(found)


CLOZE = (
    "Đảng ra đời năm {2:SHORTANSWER:=1930#Giỏi~%50%1929~*#Sai rồi} tại {1:MCV:Huế~=Hương Cảng~Vinh \\} x}"
    " &amp; {:MW:=a &amp; b~%33.33333%c\\~d~&#125;}."
)


def test_cloze_becomes_gaps_with_weights_shares_and_escapes():
    draft = entry("cloze", "", CLOZE).draft
    assert draft.kind == "fill_in"
    assert gaps_of(draft) == [
        {"1930": "1", "1929": "0.5"}, {"Huế": False, "Hương Cảng": True, "Vinh } x": False}, {"a & b": "1", "c~d": "0.333333"},
    ]  # fmt: skip
    assert [gap["weight"] for gap in draft.content["gaps"]] == ["2", "1", "1"]
    assert rules.gaps_in(draft.stem) == tuple(gap["token"] for gap in draft.content["gaps"])
    assert draft.stem.endswith("</span>.")
    assert "Giỏi" in draft.explanation


def test_a_single_number_or_set_in_a_cloze_is_an_item_of_that_kind():
    number = entry("cloze", "", "Số là {1:NUMERICAL:=3.14:0.01~%50%3:0.5}.").draft
    assert (number.kind, number.stem) == ("numeric", "Số là _____.")
    assert [row["tolerance"] for row in number.content["answers"]] == ["0.01", "0.5"]
    several = entry("cloze", "", "Chọn: {1:MULTIRESPONSE:%50%a~%50%b~c}").draft
    assert (several.kind, several.content["scoring"]["rule"]) == ("multiple_choice", "none")


def test_a_number_among_other_gaps_is_compared_as_text_and_told():
    found = entry("cloze", "", "{1:SA:=a} và {1:NM:=2.5:0.1}")
    assert gaps_of(found.draft)[1] == {"2.5": "1", "2,5": "1"}
    assert found.status == "warning"
    assert "moodle_gap_number" in codes(found)


WORDS = "".join(f"<selectoption><text>{word}</text><group>{group}</group></selectoption>"
                for word, group in (("đúng", 1), ("sai", 1), ("#include &lt;iostream&gt;", 2)))  # fmt: skip


def test_numbered_gaps_offer_the_words_of_their_group():
    draft = entry("gapselect", WORDS, "Chọn [[2]] rồi [[3]], lại [[1]]").draft
    assert gaps_of(draft) == [
        {"đúng": False, "sai": True}, {"#include <iostream>": True}, {"đúng": True, "sai": False},
    ]  # fmt: skip


def test_gapfill_takes_the_words_between_its_signs():
    wrong = '<answer fraction="0"><text>Huế</text></answer>'
    typed = entry("gapfill", "<answerdisplay>gapfill</answerdisplay>", "Thủ đô là [Hà Nội|Thăng Long].").draft
    assert gaps_of(typed) == [{"Hà Nội": "1", "Thăng Long": "1"}]
    chosen = entry("gapfill", "<answerdisplay>dropdown</answerdisplay>" + wrong, "Thủ đô là [Hà Nội].").draft
    assert gaps_of(chosen) == [{"Hà Nội": True, "Huế": False}]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("description", "moodle_no_question_raw"),
        ("calculated", "moodle_calculated_raw"),
        ("stack", "moodle_program_raw"),
        ("coderunner", "moodle_program_raw"),
        ("randomsamatch", "moodle_random_raw"),
        ("ddmarker", "moodle_picture_drag_raw"),
        ("regexp", "moodle_pattern_raw"),
        ("geogebra", "moodle_type_raw"),
    ],
)
def test_what_cannot_be_played_is_kept_with_its_own_bytes(kind, code):
    inner = "<vars><![CDATA[x:rand(5);\r\n</question>]]></vars>"
    found = entry(kind, inner)
    assert found.status == "raw"
    assert codes(found) == {code}
    assert found.raw.body == question(kind, inner).strip().encode()
    assert found.raw.body in quiz(question(kind, inner))


def test_every_question_is_an_entry_and_categories_are_none():
    category = '<question type="category"><category><text>$course$/top/Chương 1/Bài 2</text></category></question>'
    plain = question("truefalse", answers(("100", "true"), ("0", "false")))
    found = reading(plain, category, plain.replace("Câu hỏi?", "Câu khác?"), question("stack", ""))
    assert [one.status for one in found.entries] == ["accepted", "accepted", "raw"]
    assert [one.place.values["line"] for one in found.entries] == [3, 4, 5]
    assert [one.draft.topic_names for one in found.entries[:2]] == [(), ("Chương 1 / Bài 2", "Bài 2")]
