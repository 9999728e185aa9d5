"""What is not played is kept as it came, with the reason."""

import pytest

from exambank.interchange.formats.qti import read
from exambank.interchange.neutral import Source, UnreadableFile
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.qti_read.samples import (
    MATCH,
    VERSIONS,
    as_30,
    body,
    choice,
    codes,
    item,
    package,
    read_parts,
    response,
)

PICTURE = '<object data="map.png" type="image/png" width="9" height="9"/>'
NOT_PLAYED = {
    "graphic": f'<hotspotInteraction responseIdentifier="RESPONSE" maxChoices="1">{PICTURE}</hotspotInteraction>',
    "slider": '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"/>',
    "upload": '<uploadInteraction responseIdentifier="RESPONSE"/>',
    "drawing": f'<drawingInteraction responseIdentifier="RESPONSE">{PICTURE}</drawingInteraction>',
    "media_interaction": f'<mediaInteraction responseIdentifier="RESPONSE" autostart="true">{PICTURE}</mediaInteraction>',
    "custom_interaction": '<customInteraction responseIdentifier="RESPONSE"/>',
    "end_attempt": f'{choice()}<p><endAttemptInteraction responseIdentifier="HINT" title="?"/></p>',
    "no_interaction": "<p>Chỉ có chữ.</p>",
    "nothing_to_choose": '<choiceInteraction responseIdentifier="RESPONSE"/>',
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", NOT_PLAYED)
def test_what_we_do_not_play_keeps_its_bytes(code, version):
    source = item(response("B") + body(NOT_PLAYED[code]) + MATCH, version)
    (entry,) = read(Source(source, "item.xml")).entries
    assert codes(entry) == [code]
    assert entry.status == "raw"
    assert entry.raw.body == source
    assert (entry.raw.format, entry.raw.suffix) == (f"qti{version.replace('.', '')}", ".xml")
    assert (entry.raw.name, entry.raw.identifier) == ("Câu 1", "q1")


def test_adaptive_items_and_templates_are_never_run():
    adaptive = read_parts(response("B") + body(choice()) + MATCH, attributes='identifier="q" title="q" adaptive="true"')
    assert codes(adaptive) == ["adaptive"]
    template = '<templateDeclaration identifier="N" cardinality="single" baseType="integer"/>'
    assert codes(read_parts(response("B") + template + body(choice()) + MATCH)) == ["template"]


def test_the_files_of_a_kept_item_go_with_it():
    source = item(response("B") + body(NOT_PLAYED["graphic"]) + MATCH)
    (entry,) = package({"items/q.xml": source, "items/map.png": SMALL_PNG}).entries
    assert entry.raw.files == (("map.png", SMALL_PNG),)


def test_a_program_of_an_item_is_kept_but_never_run():
    own = as_30('<portableCustomInteraction responseIdentifier="RESPONSE" customInteractionTypeIdentifier="x"/>')
    source = item(response("B"), "3.0").replace(
        b"</qti-assessment-item>", f"<qti-item-body>{own}</qti-item-body></qti-assessment-item>".encode()
    )
    (entry,) = read(Source(source, "item.xml")).entries
    assert codes(entry) == ["custom_interaction"]


@pytest.mark.parametrize(
    ("root", "code"),
    [
        ("<qti-assessment-stimulus xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'/>", "qti_stimulus_alone"),
        ("<manifest/>", "qti_manifest_alone"),
        ("<html><p/></html>", "unknown_xml"),
        ("<assessmentItem", "xml_broken"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><assessmentItem>&x;</assessmentItem>", "xml_entities"),
        ("<assessmentTest identifier='t'/>", "no_questions"),
    ],
)
def test_files_that_are_no_items_are_refused_with_the_reason(root, code):
    with pytest.raises(UnreadableFile) as refusal:
        read(Source(root.encode(), "x.xml"))
    assert refusal.value.code == code
