"""Feedback, pictures, formulas, several interactions, stimuli: what surrounds a question."""

import pytest

from exambank.bank import rules
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.qti_read.samples import (
    MATCH,
    VERSIONS,
    body,
    choice,
    codes,
    item,
    keys,
    package,
    read_parts,
    response,
)

every_version = pytest.mark.parametrize("version", VERSIONS)


@every_version
def test_feedback_is_the_explanation(version):
    feedback = (
        '<modalFeedback outcomeIdentifier="F" identifier="any" showHide="show"><p>Xem Điều 5.</p></modalFeedback>'
    )
    entry = read_parts(response("B") + body(choice()) + MATCH + feedback, version)
    assert entry.draft.explanation == "Xem Điều 5."
    assert entry.status == "accepted"


def test_feedback_on_single_options_is_a_list():
    inline = '<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Chưa đúng.</feedbackInline>'
    options = choice().replace("Một<", f"Một{inline}<")
    modal = '<modalFeedback outcomeIdentifier="F" identifier="B" showHide="show">Rất tốt.</modalFeedback>'
    entry = read_parts(response("B") + body(options) + MATCH + modal)
    assert entry.draft.explanation == "<ul><li>A. Một: Chưa đúng.</li><li>B. Hai: Rất tốt.</li></ul>"
    assert [row["html"] for row in entry.draft.content["options"]] == ["Một", "Hai", "Ba"]
    assert codes(entry) == ["feedback_joined"]


def test_a_hint_goes_into_the_explanation_and_a_printed_value_is_told():
    text = f'<infoControl title="Gợi ý"><p>Nhớ năm 1945.</p></infoControl><p>Giá: <printedVariable identifier="X"/></p>{choice()}'
    entry = read_parts(response("B") + body(text) + MATCH)
    assert entry.draft.explanation == "Nhớ năm 1945."
    assert {"hint_in_explanation", "printed_value"} <= set(codes(entry))


@every_version
def test_several_interactions_are_a_case(version):
    second = choice("X=Có|Y=Không|Z=Cả hai", prompt="Còn gì?").replace("RESPONSE", "R2")
    essay = '<extendedTextInteraction responseIdentifier="R3"><prompt>Vì sao?</prompt></extendedTextInteraction>'
    parts = response("B") + response("Z", name="R2") + response(base="string", name="R3")
    entry = read_parts(parts + body(f"<p>Tình huống.</p>{choice()}<p>Tiếp.</p>{second}{essay}<p>Hết.</p>"), version)
    assert entry.draft.kind == "case"
    assert entry.draft.stem == "Tình huống."
    questions = entry.draft.content["questions"]
    assert [row["kind"] for row in questions] == ["single_choice", "single_choice", "essay"]
    assert [row["stem"] for row in questions] == ["Chọn gì?", "<p>Tiếp.</p><p>Còn gì?</p>", "<p>Vì sao?</p><p>Hết.</p>"]
    assert [row["html"] for row in questions[1]["content"]["options"] if row["is_key"]] == ["Cả hai"]


def test_answers_that_count_only_together_are_told():
    both = "".join(
        f'<match><variable identifier="{name}"/><correct identifier="{name}"/></match>' for name in ("RESPONSE", "R2")
    )
    rules_of_file = (
        f"<responseProcessing><responseCondition><responseIf><and>{both}</and>"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>'
        "</responseIf></responseCondition></responseProcessing>"
    )
    second = choice("X=Có|Y=Chưa").replace("RESPONSE", "R2")
    entry = read_parts(response("B") + response("X", name="R2") + body(choice() + second) + rules_of_file)
    assert "scored_together" in codes(entry)
    assert entry.draft.kind == "case"


def test_mathml_becomes_a_formula():
    math = '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup></m:math>'
    entry = read_parts(response("B") + body(f"<p>Tính {math}</p>{choice()}") + MATCH)
    assert 'data-tex="x^{2}"' in entry.draft.stem or 'data-tex="x^2"' in entry.draft.stem


def test_pictures_are_found_beside_the_file_and_told_when_they_are_not():
    text = body(f'<p><img src="h%C3%ACnh.png" alt="Sơ đồ"/></p>{choice()}')
    files = {"hình.png": SMALL_PNG}
    found = read_parts(response("B") + text + MATCH, beside=files.get)
    assert len(rules.pictures_in(found.draft.stem)) == 1
    assert found.status == "accepted"
    missing = read_parts(response("B") + text + MATCH)
    assert codes(missing) == ["picture_missing"]


def test_a_stimulus_makes_a_case_of_its_question():
    stimulus = (
        '<?xml version="1.0"?><qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s" '
        'title="Bài đọc"><qti-stimulus-body><h2>Bài đọc</h2><p>Ngày xưa.</p></qti-stimulus-body></qti-assessment-stimulus>'
    )
    reference = '<assessmentStimulusRef identifier="s" href="../passages/p.xml"/>'
    parts = response("B") + reference + body(choice()) + MATCH
    reading = package({"items/q.xml": item(parts, "3.0"), "passages/p.xml": stimulus})
    (entry,) = reading.entries
    assert entry.draft.kind == "case"
    assert entry.draft.stem == "<h3>Bài đọc</h3><p>Ngày xưa.</p>"
    assert entry.draft.content["questions"][0]["kind"] == "single_choice"
    assert codes(read_parts(parts, "3.0")) == ["stimulus_missing"]


def test_parts_of_other_files_are_taken_in():
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="part.xml"/>'
    part = b'<div xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"><p>T\xe1\xba\xadp h\xe1\xbb\xa3p</p></div>'
    parts = response("B") + body(include + choice()) + MATCH
    assert read_parts(parts, beside={"part.xml": part}.get).draft.stem == "<p>Tập hợp</p><p>Chọn gì?</p>"
    assert codes(read_parts(parts)) == ["part_missing"]


def test_prefixes_comments_and_cdata_do_not_matter():
    plain = item(response("B") + body(f"<!-- <choiceInteraction/> -->{choice()}") + MATCH).decode()
    prefixed = plain.replace('xmlns="', 'xmlns:q="').replace("</", "</q:").replace("<", "<q:")
    for sign in ("?", "!--", "/q:"):
        prefixed = prefixed.replace(f"<q:{sign}", f"<{sign}")
    prefixed = prefixed.replace("<q:/", "</").replace("Hai", "<![CDATA[Hai]]>").replace("</q:q:", "</q:")
    (entry,) = package({"a.xml": "\ufeff" + prefixed}).entries
    assert keys(entry) == ["Hai"]
    assert entry.status == "accepted"


def test_unknown_signs_of_html_and_a_broken_end_are_mended_and_told():
    xml = item(response("B") + body(f"<p>Một&nbsp;hai</p>{choice()}") + MATCH).decode()
    (mended,) = package({"a.xml": xml}).entries
    assert mended.draft.stem.startswith("<p>Một hai</p>")
    assert codes(mended) == ["item_mended"]
    assert keys(mended) == ["Hai"]


def test_a_question_without_words_is_told_and_a_case_takes_its_title():
    entry = read_parts(response("B") + body(choice(prompt="")) + MATCH)
    assert codes(entry) == ["item_without_words"]
    second = choice("X=Có|Y=Không", prompt="Hai?").replace("RESPONSE", "R2")
    both = read_parts(response("B") + response("X", name="R2") + body(choice() + second) + MATCH)
    assert both.draft.stem == "Câu 1"


def test_a_prompt_within_a_field_is_the_question():
    field = '<textEntryInteraction responseIdentifier="RESPONSE"><prompt>Năm nào?</prompt></textEntryInteraction>'
    assert read_parts(response("1930", base="string") + body(field) + MATCH).draft.stem == "Năm nào?"


def test_quotation_marks_within_quotation_marks_are_told_apart():
    xml = item(response("B") + body(choice()) + MATCH).decode().replace('title="Câu 1"', 'title="Câu "1""')
    (entry,) = package({"a.xml": xml}).entries
    assert (entry.name, codes(entry), keys(entry)) == ('Câu "1"', ["item_mended"], ["Hai"])
