"""choiceInteraction, hottextInteraction and inlineChoiceInteraction, in every version."""

import pytest

from tests.interchange.qti_read.samples import MAP, MATCH, VERSIONS, body, choice, codes, keys, read_parts, response

every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
def test_one_right_option_is_a_single_choice(version):
    entry = read_parts(response("B") + body(f"<p>Đọc <b>kỹ</b>.</p>{choice()}") + MATCH, version)
    assert entry.status == "accepted"
    assert not entry.problems
    assert entry.draft.kind == "single_choice"
    assert entry.draft.stem == "<p>Đọc <b>kỹ</b>.</p><p>Chọn gì?</p>"
    assert keys(entry) == ["Hai"]
    assert (entry.draft.name, entry.draft.identifier) == ("Câu 1", "q1")


@every_version
def test_several_right_options_are_a_multiple_choice(version):
    parts = response("A|C", cardinality="multiple") + body(choice(attributes='maxChoices="0"')) + MATCH
    entry = read_parts(parts, version)
    assert entry.draft.kind == "multiple_choice"
    assert keys(entry) == ["Một", "Ba"]
    assert entry.draft.content["scoring"] == {"rule": "all_or_nothing", "lower_bound": "0"}
    assert not entry.problems


@every_version
def test_true_and_false_words_are_a_true_false_item(version):
    parts = response("x") + body(choice("y=Sai|x=Đúng")) + MATCH
    entry = read_parts(parts, version)
    assert entry.draft.kind == "true_false"
    assert [(row["token"], row["html"], row["is_key"]) for row in entry.draft.content["options"]] == [
        ("true", "Đúng", True), ("false", "Sai", False),
    ]  # fmt: skip


def test_an_absent_number_of_choices_is_one_and_zero_is_any():
    assert read_parts(response("B") + body(choice(attributes="")) + MATCH).draft.kind == "single_choice"
    many = read_parts(response("B", cardinality="multiple") + body(choice(attributes='maxChoices="0"')) + MATCH)
    assert many.draft.kind == "multiple_choice"
    two_keys = read_parts(response("A|B", cardinality="multiple") + body(choice(attributes="")) + MATCH)
    assert two_keys.draft.kind == "multiple_choice"


def test_names_of_the_file_never_become_tokens():
    entry = read_parts(response("B") + body(choice()) + MATCH)
    assert not {row["token"] for row in entry.draft.content["options"]} & {"A", "B", "C"}


def test_what_is_fixed_is_locked_and_what_may_not_be_shuffled_is_locked_whole():
    fixed = choice(attributes='maxChoices="1" shuffle="true"').replace('identifier="C"', 'identifier="C" fixed="true"')
    entry = read_parts(response("B") + body(fixed) + MATCH)
    assert [row["is_locked"] for row in entry.draft.content["options"]] == [False, False, True]
    kept = read_parts(response("B") + body(choice(attributes='shuffle="false"')) + MATCH)
    assert all(row["is_locked"] for row in kept.draft.content["options"])


def test_without_a_declared_key_the_mapping_tells_it():
    entry = read_parts(response(mapping="A=0|B=2|C=-1") + body(choice()) + MAP)
    assert keys(entry) == ["Hai"]
    assert entry.draft.points == "2"


def test_without_key_and_mapping_the_rules_tell_it():
    rules = (
        "<responseProcessing><responseCondition><responseIf>"
        '<match><variable identifier="RESPONSE"/><baseValue baseType="identifier">C</baseValue></match>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition></responseProcessing>"
    )
    entry = read_parts(response() + body(choice()) + rules)
    assert keys(entry) == ["Ba"]
    assert entry.status == "accepted"


def test_no_key_at_all_is_told_and_nothing_is_guessed():
    entry = read_parts(response() + body(choice()))
    assert keys(entry) == []
    assert entry.status == "warning"
    assert "no_right_answer" in codes(entry)


def test_a_key_that_names_no_option_is_told():
    entry = read_parts(response("X") + body(choice()) + MATCH)
    assert "key_not_there" in codes(entry)
    assert "no_right_answer" in codes(entry)


def test_a_declared_key_wins_over_a_mapping_and_the_conflict_is_told_where_the_mapping_counts():
    declared = response("B", "C=2")
    assert keys(read_parts(declared + body(choice()))) == ["Hai"]
    conflict = read_parts(declared + body(choice()) + MAP)
    assert keys(conflict) == ["Hai"]
    assert "key_conflict" in codes(conflict)


def test_words_to_pick_in_a_passage_are_options_and_the_passage_is_the_stem():
    hot = (
        '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>Từ nào sai?</prompt>'
        '<p>Năm <hottext identifier="a">1930</hottext> tại <hottext identifier="b">Huế</hottext>.</p>'
        "</hottextInteraction>"
    )
    entry = read_parts(response("b") + body(hot) + MATCH)
    assert entry.draft.kind == "single_choice"
    assert keys(entry) == ["Huế"]
    assert entry.draft.stem == "<p>Từ nào sai?</p><p>Năm <u>1930</u> tại <u>Huế</u>.</p>"


def test_the_same_word_twice_in_a_passage_is_numbered():
    hot = (
        '<hottextInteraction responseIdentifier="RESPONSE"><p><hottext identifier="a">là</hottext> và '
        '<hottext identifier="b">là</hottext></p></hottextInteraction>'
    )
    entry = read_parts(response("b") + body(hot) + MATCH)
    assert keys(entry) == ["là (2)"]
    assert "là</u> (1) và <u>là</u> (2)" in entry.draft.stem


@every_version
def test_a_list_within_words_is_a_gap_with_choices(version):
    field = (
        '<p>Thủ đô là <inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="h">Huế'
        '</inlineChoice><inlineChoice identifier="n">Hà Nội</inlineChoice></inlineChoiceInteraction>.</p>'
    )
    entry = read_parts(response("n") + body(field) + MATCH, version)
    assert entry.draft.kind == "fill_in"
    assert entry.status == "accepted"
    (gap,) = entry.draft.content["gaps"]
    assert [(row["text"], row["is_key"]) for row in gap["choices"]] == [("Huế", False), ("Hà Nội", True)]
    assert entry.draft.stem == f'Thủ đô là <span data-gap="{gap["token"]}"></span>.'
