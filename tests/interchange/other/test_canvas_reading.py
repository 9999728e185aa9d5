"""Every kind of question that Canvas knows is read with its key, or kept as it is with the reason."""

import pytest

from exambank.interchange.formats import canvas
from exambank.interchange.neutral import RAW, Source, UnreadableFile
from tests.interchange.other.samples import (
    choices,
    codes_of,
    earns,
    equal,
    item,
    keys_of,
    labels,
    material,
    pairs_of,
    quiz,
    typed,
)


def entry_of(markup: str):
    reading = canvas.read(Source(quiz(markup), "quiz.xml"))
    assert len(reading.entries) == 1
    return reading.entries[0]


def draft_of(markup: str):
    entry = entry_of(markup)
    assert entry.draft is not None, codes_of(entry)
    return entry.draft


def test_a_multiple_choice_question_has_the_option_that_earns_points_as_its_key():
    draft = draft_of(item("<p>Thủ đô?</p>", choices("Huế", "Hà Nội"), earns(equal("b")), kind="multiple_choice_question",
                          points_possible="2.5"))  # fmt: skip
    assert draft.kind == "single_choice"
    assert keys_of(draft) == ["Hà Nội"]
    assert (draft.stem, draft.points, draft.identifier, draft.topic_names) == ("Thủ đô?", "2.5", "i1", ("Kiểm tra",))


def test_true_and_false_make_a_true_false_question_in_whatever_order_they_stand():
    draft = draft_of(item("Đúng?", choices("False", "True"), earns(equal("a")), kind="true_false_question"))
    assert draft.kind == "true_false"
    assert [(row["token"], row["is_key"]) for row in draft.content["options"]] == [("true", False), ("false", True)]


def test_options_under_not_are_wrong_ones():
    rule = earns(f"<and>{equal('a')}<not>{equal('b')}</not>{equal('c')}</and>")
    draft = draft_of(
        item("Chọn", choices("1", "2", "3", cardinality="Multiple"), rule, kind="multiple_answers_question")
    )
    assert (draft.kind, keys_of(draft)) == ("multiple_choice", ["1", "3"])
    assert draft.content["scoring"]["rule"] == "all_or_nothing"


def test_new_quizzes_say_when_several_answers_earn_parts_of_the_points():
    rule = earns(f"<and>{equal('a')}<not>{equal('b')}</not></and>")
    markup = item("Chọn", choices("1", "2", cardinality="Multiple"), rule, kind="multiple_answers_question",
                  scoring_algorithm="PartialScore")  # fmt: skip
    assert draft_of(markup).content["scoring"]["rule"] == "true"


def test_a_short_answer_takes_every_value_once_whatever_its_capitals():
    draft = draft_of(item("Bang?", typed(), earns(equal("Illinois") + equal("illinois") + equal("IL")),
                          kind="short_answer_question"))  # fmt: skip
    assert draft.kind == "short_text"
    assert [row["text"] for row in draft.content["accepted"]] == ["Illinois", "IL"]
    assert draft.content["scoring"]["ignore_case"]


def test_a_value_that_minds_capitals_makes_the_whole_answer_mind_them():
    draft = draft_of(item("Tên?", typed(), earns(equal("Nam", case="Yes")), kind="short_answer_question"))
    assert not draft.content["scoring"]["ignore_case"]


def test_names_in_brackets_are_the_gaps_and_other_brackets_stay():
    body = "".join(
        f'<response_lid ident="response_{name}">{material(name, "text/plain")}<render_choice>{labels(*words)}'
        "</render_choice></response_lid>"
        for name, words in (("x", ("đỏ", "Đỏ")), ("y", ("xanh", "lam")))
    )
    rules = earns(equal("a", "response_x"), "50", "Add") + earns(equal("a", "response_y"), "50", "Add")
    draft = draft_of(item("Hoa [x], trời [y], [z]", body, rules, kind="fill_in_multiple_blanks_question"))
    assert draft.kind == "fill_in"
    assert draft.stem.count("data-gap") == 2
    assert "[z]" in draft.stem
    assert [[row["text"] for row in gap["accepted"]] for gap in draft.content["gaps"]] == [["đỏ"], ["xanh", "lam"]]


def test_drop_downs_have_one_right_choice_and_weights_in_proportion():
    body = "".join(
        f'<response_lid ident="response_{name}"><render_choice>{labels("a", "b")}</render_choice></response_lid>'
        for name in "xy"
    )
    rules = earns(equal("a", "response_x"), "66.67", "Add") + earns(equal("b", "response_y"), "33.33", "Add")
    draft = draft_of(item("[y] rồi [x]", body, rules, kind="multiple_dropdowns_question"))
    gaps = draft.content["gaps"]
    assert [[row["is_key"] for row in gap["choices"]] for gap in gaps] == [[True, False], [False, True]]
    assert [gap["weight"] for gap in gaps] == ["2", "1"]
    assert draft.stem.index(gaps[1]["token"]) < draft.stem.index(gaps[0]["token"])


def test_a_gap_whose_name_is_not_in_the_text_is_put_at_the_end_and_told():
    body = f'<response_lid ident="response_x"><render_choice>{labels("a", "b")}</render_choice></response_lid>'
    entry = entry_of(item("Không có tên", body, earns(equal("a", "response_x")), kind="multiple_dropdowns_question"))
    assert "data-gap" in entry.draft.stem
    assert codes_of(entry) == ["gap_not_in_text"]


def test_a_pattern_is_told_and_an_answer_that_has_to_contain_a_word_gets_stars():
    def gap(words, how):
        label = labels(words, answer_type="openEntry", scoring_algorithm=how)
        return f'<response_lid ident="response_x"><render_choice>{label}</render_choice></response_lid>'

    contains = draft_of(item("[x]", gap("đỏ", "TextContainsAnswer"), kind="fill_in_multiple_blanks_question"))
    assert contains.content["gaps"][0]["accepted"][0]["text"] == "*đỏ*"
    assert contains.content["scoring"]["wildcards"]
    pattern = entry_of(item("[x]", gap("^a.+b$", "TextRegex"), kind="fill_in_multiple_blanks_question"))
    assert "pattern_answer" in codes_of(pattern)
    assert pattern.draft.content["gaps"][0]["accepted"] == []


def lines(*rows: tuple[str, tuple[str, ...]]) -> str:
    return "".join(
        f'<response_lid ident="response_{number}">{material(prompt, "text/plain")}<render_choice>{labels(*words)}'
        "</render_choice></response_lid>"
        for number, (prompt, words) in enumerate(rows)
    )


def test_matching_pairs_each_line_with_what_earns_points_and_leaves_empty_ones_out():
    words = ("Pa-ri", "Rô-ma", "", "Viên")
    rules = "".join(earns(equal(key, f"response_{place}"), "33.33", "Add") for place, key in enumerate("abc"))
    entry = entry_of(item("Nối", lines(("Pháp", words), ("Ý", words), ("", words)), rules, kind="matching_question"))
    assert pairs_of(entry.draft) == {"Pháp": "Pa-ri", "Ý": "Rô-ma"}
    assert [row["html"] for row in entry.draft.content["targets"]] == ["Pa-ri", "Rô-ma", "Viên"]
    assert codes_of(entry) == ["empty_lines_left_out"]


def test_lines_with_true_and_false_under_each_are_a_cluster():
    words = ("Đúng", "Sai")
    rules = earns(equal("a", "response_0"), "50", "Add") + earns(equal("b", "response_1"), "50", "Add")
    draft = draft_of(item("Xét", lines(("Một", words), ("Hai", words)), rules, kind="matching_question"))
    assert draft.kind == "true_false_cluster"
    assert [(row["html"], row["is_key"]) for row in draft.content["options"]] == [("Một", True), ("Hai", False)]


def test_things_to_sort_into_groups_are_lines_and_those_of_no_group_go_nowhere():
    groups = "".join(
        f'<response_lid ident="{ident}" rcardinality="Multiple">{material(name)}<render_choice>'
        f"{labels('mèo', 'ếch', 'đá')}</render_choice></response_lid>"
        for ident, name in (("g1", "Thú"), ("g2", "Lưỡng cư"))
    )
    rules = earns(equal("a", "g1"), "50", "Add") + earns(equal("b", "g2"), "50", "Add")
    entry = entry_of(item("Xếp", groups, rules, kind="categorization_question"))
    assert pairs_of(entry.draft) == {"mèo": "Thú", "ếch": "Lưỡng cư", "đá": "—"}
    assert codes_of(entry) == ["belongs_nowhere"]


def test_an_ordering_stands_in_the_order_that_the_rule_names():
    body = (
        '<response_lid ident="r" rcardinality="Ordered"><render_extension><ims_render_object><flow_label>'
        f"{labels('hai', 'một', 'ba')}</flow_label></ims_render_object></render_extension></response_lid>"
    )
    rule = earns("".join(equal(key, "r") for key in "bac"))
    draft = draft_of(item("Xếp", body, rule, kind="ordering_question"))
    assert (draft.kind, [row["html"] for row in draft.content["options"]]) == ("ordering", ["một", "hai", "ba"])


@pytest.mark.parametrize(
    ("condition", "value", "tolerance", "is_relative"),
    [
        (f"<or>{equal('77.0')}<and><vargte>70.0</vargte><varlte>84.0</varlte></and></or>", "77", "7", False),
        ("<vargte>1.0</vargte><varlte>22.0</varlte>", "11.5", "10.5", False),
        (f"<or>{equal('1000.0')}<and><vargt>999.995</vargt><varlte>1000.005</varlte></and></or>", "1000", "0.005", False),
        (equal("200", margintype="percent", margin="20"), "200", "0.2", True),
        (equal("3.142"), "3.142", "0", False),
        (equal("0.5", precisiontype="decimals", precision="2"), "0.5", "0.005", False),
    ],
)  # fmt: skip
def test_a_number_has_the_tolerance_that_its_range_or_margin_says(condition, value, tolerance, is_relative):
    condition = condition.replace("<varg", "<varg").replace("<vargte>", '<vargte respident="response1">')
    condition = condition.replace("<vargt>", '<vargt respident="response1">')
    condition = condition.replace("<varlte>", '<varlte respident="response1">')
    draft = draft_of(item("Số?", typed(fibtype="Decimal"), earns(condition), kind="numerical_question"))
    (answer,) = draft.content["answers"]
    assert (answer["value"], answer["tolerance"], answer["is_relative"]) == (value, tolerance, is_relative)


def test_a_number_outside_its_own_range_is_told():
    condition = equal("5") + '<vargte respident="response1">7</vargte><varlte respident="response1">9</varlte>'
    entry = entry_of(item("Số?", typed(), earns(condition), kind="numerical_question"))
    assert codes_of(entry) == ["number_outside_range"]


def test_an_essay_keeps_its_limit_of_words_and_its_grading_notes():
    body = typed().replace("<response_str", '<response_str word_limit_enabled="Yes" word_limit_max="500"')
    draft = draft_of(item("Viết", body, kind="essay_question", grading_notes="Xem kỹ"))
    assert (draft.kind, draft.content["hints"]["words"], draft.content["model_answer"]) == ("essay", 500, "Xem kỹ")


@pytest.mark.parametrize(
    ("markup", "code"),
    [
        (item("Chỉ đọc", "", kind="text_only_question"), "no_question"),
        (item("Nộp tệp", "", kind="file_upload_question"), "upload_question"),
        (item("[x]?", typed(), more="<itemproc_extension><calculated/></itemproc_extension>",
              kind="calculated_question"), "formula_question"),
        (item("Chỉ", '<response_xy ident="r"><render_hotspot/></response_xy>', kind="hot_spot_question"),
         "hotspot_question"),
        (item("Kéo", '<response_num ident="r"><render_slider/></response_num>'), "other_interaction"),
        (item("Hai", choices("1", "2") + typed("r2"), earns(equal("a"))), "several_interactions"),
    ],
)  # fmt: skip
def test_what_is_not_played_is_kept_as_it_stands_in_the_file(markup, code):
    entry = entry_of(markup)
    assert (entry.status, codes_of(entry)) == (RAW, [code])
    assert entry.raw.body.decode() == markup


def test_feedback_becomes_the_explanation_answer_by_answer():
    def said(ident, words):
        return f"<itemfeedback ident='{ident}'><flow_mat>{material(words)}</flow_mat></itemfeedback>"

    more = said("general_fb", "Chung") + said("correct_fb", "Giỏi") + said("general_incorrect_fb", "Xem lại")
    entry = entry_of(item("Hỏi", choices("Một", "Hai"), earns(equal("a")), more=more + said("b_fb", "Không phải")))
    lines = ["✓ Giỏi", "✗ Xem lại", "B. Hai: Không phải"]
    assert entry.draft.explanation == "Chung<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    assert codes_of(entry) == ["feedback_joined"]


def test_general_feedback_alone_is_the_explanation_and_nothing_to_tell():
    more = f"<itemfeedback ident='general_fb'><flow_mat>{material('<p>Vì thế.</p>')}</flow_mat></itemfeedback>"
    entry = entry_of(item("Hỏi", choices("Một", "Hai"), earns(equal("a")), more=more))
    assert (entry.draft.explanation, codes_of(entry)) == ("Vì thế.", [])


def test_equations_are_formulas_however_canvas_spells_them():
    new = '<img class="equation_image" data-equation-content="x^2" src="/equation_images/y">'
    old = '<img class="equation_image" alt="?" src="/equation_images/%255Cfrac%257B1%257D%257B2%257D">'
    draft = draft_of(item(f"<p>{new} và {old}</p>", choices("1", "2"), earns(equal("a"))))
    assert draft.stem == '<span data-tex="x^2"></span> và <span data-tex="\\frac{1}{2}"></span>'


def test_a_question_on_a_text_has_the_text_before_it():
    text = item("<p>Đoạn văn</p>", "", kind="text_only_question", ident="s1")
    asked = item("Hỏi gì?", choices("1", "2"), earns(equal("a")), parent_stimulus_item_ident="s1", ident="i2")
    reading = canvas.read(Source(quiz(text, asked), "q.xml"))
    assert [entry.status for entry in reading.entries] == [RAW, "accepted"]
    assert reading.entries[1].draft.stem == "<p>Đoạn văn</p><p>Hỏi gì?</p>"
    assert codes_of(reading.entries[1]) == ["stimulus_joined"]


def test_the_points_that_the_quiz_gives_in_a_group_count_more_than_those_of_the_question():
    group = (
        '<section ident="g1" title="Nhóm"><selection_ordering><selection><selection_extension><points_per_item>3'
        "</points_per_item></selection_extension></selection></selection_ordering>"
        + item("Hỏi", choices("1", "2"), earns(equal("a")), points_possible="1")
        + "</section>"
    )
    draft = draft_of(group)
    assert (draft.points, draft.topic_names) == ("3", ("Kiểm tra",))


def test_letters_typed_before_all_options_fall_away():
    entry = entry_of(item("Hỏi", choices("A. một", "B. hai", "C. ba"), earns(equal("b"))))
    assert keys_of(entry.draft) == ["hai"]
    assert codes_of(entry) == ["letters_left_out"]


def test_a_file_without_a_key_says_so():
    entry = entry_of(item("Hỏi", choices("1", "2"), kind="multiple_choice_question"))
    assert codes_of(entry) == ["no_right_answer"]


def test_a_file_that_only_points_at_a_bank_says_where_the_questions_are():
    body = quiz('<bankentry_item sourcebank_ref="b" item_ref="x"/>')
    with pytest.raises(UnreadableFile) as caught:
        canvas.read(Source(body, "q.xml"))
    assert (caught.value.code, caught.value.values) == ("only_bank_references", {"count": 1})


def test_a_group_that_draws_from_a_bank_elsewhere_is_told_of():
    group = (
        '<section ident="g"><selection_ordering><selection><sourcebank_ref>b</sourcebank_ref></selection>'
        "</selection_ordering></section>"
    )
    reading = canvas.read(Source(quiz(group, item("Hỏi", choices("1", "2"), earns(equal("a")))), "q.xml"))
    assert reading.notices == (("bank_elsewhere", {"count": 1}),)


def test_more_rows_than_the_bank_takes_are_told():
    rule = earns("".join(equal(f"số {number}") for number in range(60)))
    assert "answers_cut" in codes_of(entry_of(item("Số?", typed(), rule, kind="short_answer_question")))
