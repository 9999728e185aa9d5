"""Choices of Moodle: what is right, how it is scored, and that nothing is guessed in silence."""

import pytest

from tests.interchange.moodle.samples import answers, codes, entry, keys, question, reading

MULTIPLE = "<single>false</single>"


def test_a_choice_without_single_is_a_single_choice_as_moodle_takes_it():
    draft = entry("multichoice", answers(("0", "Huế"), ("100", "Hà Nội"), ("0", "Vinh"))).draft
    assert (draft.kind, keys(draft)) == ("single_choice", ["Hà Nội"])
    assert draft.content["scoring"] == {"wrong": "0"}


def test_false_with_a_capital_means_false_and_is_told():
    found = entry("multichoice", "<single>False</single>" + answers(("50", "Một"), ("50", "Hai"), ("0", "Ba")))
    assert found.draft.kind == "multiple_choice"
    assert "moodle_single_capital" in codes(found)


@pytest.mark.parametrize(
    ("fractions", "rule"),
    [
        (("50", "50", "0", "0"), "none"),
        (("50", "50", "-50", "-50"), "false"),
        (("50", "50", "-33.33333", "-33.333", "-33.333333333333336"), "false"),
        (("33.33333", "33.33333", "33.33333", "-100"), "false"),
        (("33.33333", "33.33333", "33.33333", "-33.33333", "-33.33333"), "true"),
        (("50", "50", "-100", "-100", "-100"), "all"),
        (("50", "50", "-50"), "false2"),
    ],
)
def test_fractions_say_which_rule_scores_several_right_options(fractions, rule):
    found = entry("multichoice", MULTIPLE + answers(*((one, f"Ý {place}") for place, one in enumerate(fractions))))
    assert found.draft.content["scoring"] == {"rule": rule, "lower_bound": "0"}
    assert found.status == "accepted"


def test_unequal_weights_become_the_nearest_rule_with_a_warning():
    found = entry("multichoice", MULTIPLE + answers(("70", "Một"), ("30", "Hai"), ("-10", "Ba")))
    assert keys(found.draft) == ["Một", "Hai"]
    assert found.draft.content["scoring"]["rule"] == "none"
    assert "moodle_scoring_simplified" in codes(found) or "scoring_simplified" in codes(found)


def test_a_wrong_single_choice_may_cost_a_share():
    draft = entry("multichoice", answers(("100", "Một"), ("-33.33333", "Hai"), ("-33.33333", "Ba"))).draft
    assert draft.content["scoring"] == {"wrong": "0.333333"}


def test_part_credit_several_full_answers_and_no_key_are_each_told():
    assert "moodle_part_credit" in codes(entry("multichoice", answers(("100", "A"), ("50", "B"), ("0", "C"))))
    several = entry("multichoice", answers(("100", "A"), ("100", "B"), ("0", "C")))
    assert several.draft.kind == "multiple_choice"
    assert "moodle_several_full" in codes(several)
    shared = entry("multichoice", answers(("50", "A"), ("50", "B"), ("0", "C")))
    assert shared.draft.kind == "multiple_choice"
    assert "moodle_read_as_multiple" in codes(shared)
    none = entry("multichoice", answers(("0", "A"), ("0", "B")))
    assert none.draft is not None
    assert "no_right_answer" in codes(none)
    assert none.status == "warning"


def test_a_choice_between_true_and_false_is_a_true_false_item():
    draft = entry("multichoice", answers(("0", "Sai"), ("100", "Đúng"))).draft
    assert (draft.kind, keys(draft)) == ("true_false", ["Đúng"])
    draft = entry("truefalse", answers(("100", "false"), ("0", "true"))).draft
    assert (draft.kind, keys(draft)) == ("true_false", ["Sai"])


def test_the_plugin_for_sets_of_options_is_all_or_nothing():
    draft = entry("multichoiceset", answers(("100", "A"), ("100", "B"), ("0", "C"))).draft
    assert (draft.kind, draft.content["scoring"]["rule"]) == ("multiple_choice", "all_or_nothing")


GRID = (
    "<scoringmethod><text>kprime</text></scoringmethod>"
    '<row number="1"><optiontext format="html"><text>Một</text></optiontext></row>'
    '<row number="2"><optiontext format="html"><text>Hai</text></optiontext></row>'
    '<column number="1"><responsetext><text>Đúng</text></responsetext></column>'
    '<column number="2"><responsetext><text>Sai</text></responsetext></column>'
    '<weight rownumber="1" columnnumber="1"><value> 0.000 </value></weight>'
    '<weight rownumber="1" columnnumber="2"><value>1.000</value></weight>'
    '<weight rownumber="2" columnnumber="1"><value>1.000</value></weight>'
    '<weight rownumber="2" columnnumber="2"><value>0.000</value></weight>'
)


@pytest.mark.parametrize(
    ("kind", "inner", "table"),
    [
        ("kprime", GRID, ["0", "0.5", "1"]),
        ("mtf", GRID.replace("kprime", "subpoints"), ["0", "0.5", "1"]),
        ("mtf", GRID.replace("kprime", "mtfonezero"), ["0", "0", "1"]),
    ],
)
def test_grids_of_true_and_false_are_clusters(kind, inner, table):
    draft = entry(kind, inner).draft
    assert (draft.kind, keys(draft)) == ("true_false_cluster", ["Hai"])
    assert draft.content["scoring"]["table"] == table


def test_feedback_of_options_is_joined_and_moodles_own_sentences_are_left_out():
    inner = (
        '<generalfeedback format="html"><text>Xem chương 2.</text></generalfeedback>'
        "<correctfeedback><text>Your answer is correct.</text></correctfeedback>"
        "<incorrectfeedback><text>Đọc lại bài 3.</text></incorrectfeedback>"
        '<answer fraction="100"><text>Một</text><feedback><text>Giỏi</text></feedback></answer>'
        '<answer fraction="0"><text>Hai</text></answer>'
    )
    found = entry("multichoice", inner)
    assert found.draft.explanation == ("<p>Xem chương 2.</p><ul><li>A. Một: Giỏi</li></ul><p>Đọc lại bài 3.</p>")
    assert "feedback_joined" in codes(found)
    assert found.status == "accepted"


def test_settings_that_have_no_place_are_told_once_for_the_file():
    inner = "<penalty>0.3333333</penalty><hidden>1</hidden><hint><text>Gợi ý</text></hint>" + answers(
        ("100", "A"), ("0", "B")
    )
    found = reading(question("multichoice", inner), question("multichoice", inner, "Câu khác?"))
    assert dict(found.notices) == {
        "moodle_hints_left_out": {"items": 2},
        "moodle_hidden_taken": {"items": 2},
        "moodle_penalties_left_out": {"items": 2},
    }
