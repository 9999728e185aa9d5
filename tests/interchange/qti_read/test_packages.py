"""Tests and packages: every item, each once."""

import pytest

from exambank.interchange.formats.judge import judge
from exambank.interchange.formats.qti import read
from exambank.interchange.neutral import Place, Source, UnreadableFile
from tests.interchange.qti_read.samples import MATCH, body, choice, codes, item, package, response

NAMESPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def question(name: str, text: str = "", attributes: str = 'maxChoices="1"') -> bytes:
    parts = response("B") + body(f"<p>{text or name}</p>{choice(attributes=attributes)}") + MATCH
    return item(parts, "2.1", f'identifier="{name}" title="{name}"')


def exam_of(*hrefs: str, title: str = "Chương 1: Nhà nước", weight: str = "") -> str:
    weighted = f'<weight identifier="W" value="{weight}"/>' if weight else ""
    refs = "".join(f'<assessmentItemRef identifier="r{n}" href="{href}">{weighted}</assessmentItemRef>'
                   for n, href in enumerate(hrefs))  # fmt: skip
    return (
        f'<assessmentTest {NAMESPACE} identifier="t" title="Đề thi"><testPart identifier="p" navigationMode="linear" '
        f'submissionMode="individual"><assessmentSection identifier="s" title="{title}" visible="true">{refs}'
        "</assessmentSection></testPart></assessmentTest>"
    )


def manifest(*resources: tuple[str, str], metadata: str = "") -> str:
    rows = "".join(
        f'<p:resource identifier="i{n}" type="{kind}" href="{href}"><p:metadata>{metadata}</p:metadata>'
        f'<p:file href="{href}"/></p:resource>'
        for n, (kind, href) in enumerate(resources)
    )
    return (
        '<p:manifest xmlns:p="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><p:organizations/><p:resources>'
        f"{rows}</p:resources></p:manifest>"
    )


ITEM = "imsqti_item_xmlv2p1"


def names(reading) -> list[str]:
    return [entry.name for entry in reading.entries]


def test_items_come_in_the_order_of_the_test_then_the_manifest_then_what_both_forget():
    reading = package({
        "imsmanifest.xml": manifest((ITEM, "items/a.xml"), ("imsqti_test_xmlv2p1", "test.xml"), (ITEM, "items/b.xml")),
        "test.xml": exam_of("items/c.xml", "items/b.xml", "items/b.xml"),
        "items/a.xml": question("a"), "items/b.xml": question("b"), "items/c.xml": question("c"),
        "items/d.xml": question("d"), "__MACOSX/items/._a.xml": b"junk", "items/.DS_Store": b"junk",
    })  # fmt: skip
    assert names(reading) == ["c", "b", "a", "d"]
    assert reading.format == "qti21"
    assert reading.title == "Đề thi"
    assert ("items_not_in_manifest", {}) in reading.notices
    assert reading.entries[0].place == Place("file", {"path": "items/c.xml"})


def test_an_item_that_is_not_there_is_refused_by_its_name_once():
    reading = package({
        "imsmanifest.xml": manifest((ITEM, "gone.xml"), ("imsqti_test_xmlv2p1", "test.xml")),
        "test.xml": exam_of("gone.xml"), "a.xml": question("a"),
    })  # fmt: skip
    assert [(entry.name, entry.status) for entry in reading.entries] == [("gone.xml", "refused"), ("a", "accepted")]
    assert codes(reading.entries[0]) == ["item_missing"]


def test_a_broken_item_is_refused_and_the_others_are_read():
    reading = package({"a.xml": question("a"), "b.xml": question("b")[:-40].replace(b"</", b"<", 3)})
    assert sorted(entry.status for entry in reading.entries)[0] == "accepted"
    assert len(reading.entries) == 2


def test_section_titles_that_say_something_are_topics_and_weights_multiply_points():
    reading = package({"test.xml": exam_of("a.xml", weight="2.5"), "a.xml": question("a")})
    (entry,) = reading.entries
    assert entry.draft.topic_names == ("Chương 1: Nhà nước",)
    assert entry.draft.points == "2.5"
    plain = package({"test.xml": exam_of("a.xml", title="Section 1"), "a.xml": question("a")})
    assert plain.entries[0].draft.topic_names == ()


def test_keywords_are_tags():
    lom = '<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><keyword><string>luật</string></keyword></general></lom>'
    reading = package({"imsmanifest.xml": manifest((ITEM, "a.xml"), metadata=lom), "a.xml": question("a")})
    assert reading.entries[0].draft.tags == ("luật",)


def test_addresses_from_the_root_and_with_percent_signs_are_found():
    reading = package({
        "q/test.xml": exam_of("items/c%C3%A2u%201.xml", "../q/items/b.xml"),
        "items/câu 1.xml": question("a"), "q/items/b.xml": question("b"),
    })  # fmt: skip
    assert [entry.status for entry in reading.entries] == ["accepted", "accepted"]


def test_a_lone_test_looks_for_its_items_beside_it():
    files = {"a.xml": question("a")}
    reading = judge(read(Source(exam_of("a.xml", "b.xml").encode(), "test.xml", beside=files.get)))
    assert [(entry.name, entry.status) for entry in reading.entries] == [("a", "accepted"), ("b.xml", "refused")]


def test_sections_in_files_of_their_own_are_followed_but_not_in_circles():
    section = (
        f'<assessmentSection {NAMESPACE} identifier="s" title="x" visible="true"><assessmentItemRef identifier="a" '
        'href="a.xml"/><assessmentSectionRef identifier="self" href="section.xml"/></assessmentSection>'
    )
    test = (
        f'<assessmentTest {NAMESPACE} identifier="t" title="t"><testPart identifier="p">'
        '<assessmentSectionRef identifier="s" href="section.xml"/></testPart></assessmentTest>'
    )
    reading = package({"test.xml": test, "section.xml": section, "a.xml": question("a")})
    assert names(reading)[0] == "a"
    assert sum(entry.status == "accepted" for entry in reading.entries) == 1


def test_a_tool_that_forbids_shuffling_everywhere_locks_nothing():
    kept = 'maxChoices="1" shuffle="false"'
    same = package({f"{n}.xml": question(str(n), attributes=kept) for n in range(6)})
    assert not any(row["is_locked"] for entry in same.entries for row in entry.draft.content["options"])
    assert ("order_not_locked", {}) in same.notices
    mixed = package({"a.xml": question("a", attributes=kept), "b.xml": question("b", attributes='shuffle="true"')})
    locks = [[row["is_locked"] for row in entry.draft.content["options"]] for entry in mixed.entries]
    assert locks == [[True] * 3, [False] * 3]


def test_a_package_without_items_is_refused():
    with pytest.raises(UnreadableFile) as refusal:
        package({"imsmanifest.xml": manifest(), "notes.xml": "<notes/>"})
    assert refusal.value.code == "no_questions"
