"""textEntryInteraction and extendedTextInteraction, in every version."""

import pytest

from tests.interchange.qti_read.samples import MAP, MATCH, SCORE, VERSIONS, body, codes, read_parts, response

every_version = pytest.mark.parametrize("version", VERSIONS)
FIELD = '<textEntryInteraction responseIdentifier="RESPONSE" expectedLength="12"/>'


def accepted(entry) -> list[tuple[str, str]]:
    return [(row["text"], row["share"]) for row in entry.draft.content["accepted"]]


@every_version
def test_a_field_at_the_end_is_a_short_answer(version):
    entry = read_parts(response("Hà Nội", base="string") + body(f"<p>Thủ đô?</p><p>{FIELD}</p>") + MATCH, version)
    assert entry.draft.kind == "short_text"
    assert entry.status == "accepted"
    assert accepted(entry) == [("Hà Nội", "1")]
    assert entry.draft.stem == "Thủ đô?"
    assert entry.draft.content["width"] == 12
    assert entry.draft.content["scoring"]["ignore_case"] is False


@every_version
def test_a_field_within_a_sentence_is_a_gap(version):
    entry = read_parts(
        response("1930", base="string") + body(f"<p>Đảng ra đời năm {FIELD} tại đâu.</p>") + MATCH, version
    )
    assert entry.draft.kind == "fill_in"
    (gap,) = entry.draft.content["gaps"]
    assert gap["accepted"] == [{"text": "1930", "share": "1"}]
    assert entry.draft.stem == f'Đảng ra đời năm <span data-gap="{gap["token"]}"></span> tại đâu.'


def test_a_mapping_gives_several_answers_their_shares():
    entry = read_parts(response("đỏ", "đỏ=2|hồng=1|xanh=0|đen=-1", base="string") + body(f"<p>Màu?{FIELD}</p>") + MAP)
    assert accepted(entry) == [("đỏ", "1"), ("hồng", "0.5")]
    assert entry.draft.points == "2"


def test_entries_that_take_capitals_make_the_answer_take_them():
    declared = response("York", "York=1", base="string").replace("<mapEntry ", '<mapEntry caseSensitive="false" ')
    assert read_parts(declared + body(f"<p>{FIELD}</p>") + MAP).draft.content["scoring"]["ignore_case"] is True


@every_version
@pytest.mark.parametrize("base", ["float", "integer"])
def test_a_number_is_a_numeric_item(version, base):
    entry = read_parts(response("4", base=base) + body(f"<p>2 + 2 = {FIELD}</p>") + MATCH, version)
    assert entry.draft.kind == "numeric"
    assert entry.draft.stem == "2 + 2 ="
    (row,) = entry.draft.content["answers"]
    assert (row["value"], row["tolerance"], row["is_relative"]) == ("4", "0", False)


def test_a_number_with_its_unit_behind_leaves_a_line_in_the_sentence():
    entry = read_parts(response("4", base="float") + body(f"<p>Nặng {FIELD} kg.</p>") + MATCH)
    assert entry.draft.stem == 'Nặng <span class="eb-blank"></span> kg.'


def scored(condition: str) -> str:
    return (
        f"<responseProcessing><responseCondition><responseIf>{condition}"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition></responseProcessing>"
    )


GIVEN, KEY = '<variable identifier="RESPONSE"/>', '<correct identifier="RESPONSE"/>'


@pytest.mark.parametrize(
    ("condition", "value", "tolerance", "is_relative"),
    [
        (f'<equal toleranceMode="absolute" tolerance="0.1 0.1">{GIVEN}{KEY}</equal>', "3.14", "0.1", False),
        (f'<equal toleranceMode="relative" tolerance="2">{GIVEN}{KEY}</equal>', "3.14", "0.02", True),
        (f'<equalRounded roundingMode="decimalPlaces" figures="1">{GIVEN}{KEY}</equalRounded>', "3.14", "0.05", False),
    ],
)
def test_a_tolerance_of_the_rules_is_kept(condition, value, tolerance, is_relative):
    entry = read_parts(response("3.14", base="float") + body(f"<p>Pi? {FIELD}</p>") + scored(condition))
    (row,) = entry.draft.content["answers"]
    assert (row["value"], row["tolerance"], row["is_relative"]) == (value, tolerance, is_relative)
    assert entry.status == "accepted"


def test_a_range_in_the_rules_is_its_middle_and_half_its_width():
    low, high = '<baseValue baseType="float">1</baseValue>', '<baseValue baseType="float">2</baseValue>'
    condition = f"<and><gte>{GIVEN}{low}</gte><lte>{GIVEN}{high}</lte></and>"
    entry = read_parts(response(base="float") + body(f"<p>? {FIELD}</p>") + scored(condition))
    (row,) = entry.draft.content["answers"]
    assert (row["value"], row["tolerance"]) == ("1.5", "0.5")


def test_an_answer_that_only_the_rules_name_is_found_with_its_capitals():
    word = '<baseValue baseType="string">Huế</baseValue>'
    condition = f'<stringMatch caseSensitive="false">{GIVEN}{word}</stringMatch>'
    entry = read_parts(response(base="string") + body(f"<p>Ở đâu? {FIELD}</p>") + scored(condition))
    assert accepted(entry) == [("Huế", "1")]
    assert entry.draft.content["scoring"]["ignore_case"] is True


def test_several_fields_are_the_gaps_of_one_text_with_their_points_as_weights():
    parts = response("a", "a=2", base="string") + response("3.5", base="float", name="R2")
    text = f'<p>{FIELD}</p><p>Và <textEntryInteraction responseIdentifier="R2"/></p>'
    entry = read_parts(parts + body(text))
    assert entry.draft.kind == "fill_in"
    first, second = entry.draft.content["gaps"]
    assert (first["weight"], second["weight"]) == ("2", "1")
    assert [row["text"] for row in second["accepted"]] == ["3.5", "3,5"]


def test_a_field_without_any_key_is_told():
    entry = read_parts(response(base="string") + body(f"<p>Gì? {FIELD}</p>"))
    assert entry.draft.kind == "short_text"
    assert "no_right_answer" in codes(entry)


@every_version
def test_a_long_text_is_an_essay_and_the_guide_for_markers_its_model_answer(version):
    guide = '<rubricBlock view="scorer"><p>Nêu đủ hai ý.</p></rubricBlock>'
    text = (
        '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Trình bày.</prompt></extendedTextInteraction>'
    )
    entry = read_parts(response(base="string") + body(f"<p>Đề bài.</p>{text}{guide}"), version)
    assert entry.draft.kind == "essay"
    assert entry.draft.stem == "<p>Đề bài.</p><p>Trình bày.</p>"
    assert entry.draft.content["model_answer"] == "Nêu đủ hai ý."


def test_a_block_for_candidates_stays_in_the_text():
    block = '<rubricBlock view="candidate"><p>Đọc đoạn sau.</p></rubricBlock>'
    text = '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    entry = read_parts(response(base="string") + body(f"{block}<p>Nêu ý chính.</p>{text}"))
    assert entry.draft.stem == "<p>Đọc đoạn sau.</p><p>Nêu ý chính.</p>"


def test_a_field_whose_key_stands_only_in_the_rules_counts_for_the_points_of_the_item():
    declared = response("", base="float") + response("A", name="UNIT") + SCORE
    unit = (
        '<inlineChoiceInteraction responseIdentifier="UNIT"><inlineChoice identifier="A">độ C</inlineChoice>'
        '<inlineChoice identifier="B">độ F</inlineChoice></inlineChoiceInteraction>'
    )

    def earns(condition: str, points: int) -> str:
        return (
            f'<responseCondition><responseIf>{condition}<setOutcomeValue identifier="SCORE"><sum>'
            f'<variable identifier="SCORE"/><baseValue baseType="float">{points}</baseValue></sum></setOutcomeValue>'
            "</responseIf></responseCondition>"
        )

    near = '<equal toleranceMode="absolute" tolerance="0.5 1"><baseValue baseType="float">100</baseValue><variable identifier="RESPONSE"/></equal>'  # fmt: skip
    right = '<match><variable identifier="UNIT"/><correct identifier="UNIT"/></match>'
    rules = f"<responseProcessing>{earns(near, 2)}{earns(right, 1)}</responseProcessing>"
    draft = read_parts(declared + body(f"<p>Đo được {FIELD} {unit}.</p>") + rules).draft
    assert [gap["weight"] for gap in draft.content["gaps"]] == ["2", "1"]
    assert draft.points == "3"
