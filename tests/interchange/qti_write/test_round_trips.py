"""Our model to QTI and back is the same, in each version, for every kind; so it is after another tool's conversion."""

import json

import pytest
import qti_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exambank.interchange.formats.qti_write.marks import read_marks
from exambank.interchange.formats.qti_write.own import read_own
from exambank.interchange.neutral import draft_of
from tests.bank.kinds import EXAMPLES, KINDS, stem_of
from tests.interchange.drafts import ALL, alike, choices, htmls, phrases
from tests.interchange.qti_write.packages import PICTURE, VERSIONS, item_of, read_back, single, write

LABELS = {
    "name": "Câu 1", "identifier": "Q-1", "topic_names": ("Chương 1. Mở đầu", "Chương 1"), "level": "Nhận biết",
    "outcome": "CLO1", "tags": ("điểm liệt", "2024"), "source": "Giáo trình", "source_chapter": "II",
    "source_page": "12-15", "contributors": "Nguyễn Văn A; Trần B", "licence": "CC BY 4.0", "expected_seconds": 90,
    "points": "0.25", "picture": PICTURE, "picture_alt": "Bản đồ", "note": "Xem lại <năm> & \"tháng\"",
}  # fmt: skip
EXPLAINED = [
    draft_of(kind, stem_of(kind), {**EXAMPLES[kind], "explanation": '<p>Vì <span data-tex="x^2"></span></p>'}, **LABELS)
    for kind in KINDS
]
FORMULA = single('<p>Cho <span data-tex="\\frac{1}{2}"></span>&nbsp;và  a &lt; b</p><pre>x\n  y</pre>')


def same(drafts, back) -> bool:
    return len(drafts) == len(back) and all(map(alike, drafts, back))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("draft", [*ALL, *EXPLAINED, FORMULA], ids=lambda draft: draft.kind)
def test_every_kind_comes_back_as_it_was(version, draft):
    assert same([draft], read_back(write(version, draft).body))


KINDS_OF_CHOICE = st.sampled_from(["single_choice", "multiple_choice", "true_false_cluster"])


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=25, deadline=None)
@given(drafts=st.lists(KINDS_OF_CHOICE.flatmap(choices), min_size=1, max_size=2))
def test_choices_with_any_text_come_back(version, drafts):
    assert same(drafts, read_back(write(version, *drafts).body))


def case_of(stem: str, html: str) -> dict:
    """A case of two questions."""
    inner = {"options": [{"html": html, "is_key": True}, {"html": stem}], "explanation": html}
    return {"questions": [
        {"kind": "single_choice", "stem": html, "content": inner, "weight": "2"},
        {"kind": "essay", "stem": stem, "content": {"prompts": [{"html": html}], "rubric": [{"html": stem, "points": "1"}]}},
    ]}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=15, deadline=None)
@given(one=htmls(), two=htmls(), phrase=phrases, other=phrases)
def test_the_other_kinds_with_any_text_come_back(version, one, two, phrase, other):
    gap = {"token": "aa11", "kind": "choice", "choices": [{"text": phrase, "is_key": True}, {"text": other}]}
    options = [{"token": "aa11", "html": one}, {"token": "bb22", "html": two}]
    targets = [{"token": "t1", "html": two}, {"token": "t2", "html": phrase}]
    accepted = [{"text": phrase}, {"text": other, "share": "0.333333"}]
    drafts = [
        draft_of("essay", one, {"rubric": [{"html": two, "points": "1"}], "model_answer": one}, tags=(phrase,)),
        draft_of("matching", one, {"options": options, "targets": targets, "pairs": {"aa11": "t2", "bb22": "t1"}}),
        draft_of("ordering", one, {"options": options, "scoring": {"rule": "per_place"}}, name=phrase, note=other),
        draft_of("short_text", one, {"accepted": accepted}, level=phrase, source=other),
        draft_of("fill_in", f'{one} <span data-gap="aa11"></span> {two}', {"gaps": [gap]}),
        draft_of("case", two, case_of(one, two)),
    ]
    assert same(drafts, read_back(write(version, *drafts).body))


def test_a_content_that_is_not_sound_comes_back_too():
    drafts = [
        draft_of("single_choice", "", {"options": [{"html": "a"}, {"html": "b"}]}),
        draft_of("single_choice", "?", {"options": [{"html": "a", "is_key": True}, {"html": "b", "is_key": True}]}),
        draft_of("multiple_choice", "?", {"options": [], "scoring": {"rule": "all", "lower_bound": "x"}}),
        draft_of(
            "numeric", "?", {"answers": [{"value": "ba", "share": "nhiều"}, {"value": "1e30", "tolerance": "-1"}]}
        ),
        draft_of("short_text", "?", {"accepted": [{"text": "a", "share": "nửa"}]}),
        draft_of("true_false_cluster", "?", {"options": [{"html": "a"}], "scoring": {"table": ["0", "x"]}}),
        draft_of("ordering", "?", {"options": []}),
        draft_of("matching", "?", {"options": [{"html": "a"}], "targets": []}),
        draft_of("case", "?", {"questions": []}),
        draft_of("essay", "?", {"rubric": [{"html": "a", "points": "1e50"}]}, points="1e60"),
    ]
    for version in VERSIONS:
        body = write(version, *drafts).body
        own = [read_own(item_of(body, place), lambda src, alt: None) for place in range(len(drafts))]
        assert same(drafts, [draft_of(one.kind, one.stem, one.content, **one.labels) for one in own])


# --- another tool in between (qti-convert: GPL, it only judges here) ---


@pytest.mark.parametrize("version", ["qti21", "qti22"])
def test_our_qti_2_converted_up_reads_back_the_same(version):
    drafts = [*ALL, *EXPLAINED, FORMULA]
    body = qti_convert.package_to_zip(qti_convert.upgrade_package(write(version, *drafts).body).files)
    assert b"qti-assessment-item" in etree.tostring(item_of(body))
    assert same(drafts, read_back(body))


def test_our_qti_3_converted_down_reads_back_the_same():
    drafts = [*ALL, *EXPLAINED, FORMULA]
    body = qti_convert.package_to_zip(qti_convert.downgrade_package(write("qti30", *drafts).body).files)
    assert item_of(body).tag == "{http://www.imsglobal.org/xsd/imsqti_v2p1}assessmentItem"
    assert same(drafts, read_back(body))


# --- marks that somebody changed ---


def mark_of(item):
    """The element that holds the marks of an item."""
    return next(one for one in item if one.get("identifier") == "EXAMBANK")[0][0]


def test_what_another_system_changed_in_the_texts_and_keys_counts():
    item = item_of(write("qti22", single()).body)
    next(item.iter("{*}simpleChoice")).text = "Hải Phòng"
    next(item.iter("{*}value")).text = "B"
    own = read_own(item, lambda src, alt: None)
    assert [(row["html"], row["is_key"]) for row in own.content["options"]] == [
        ("Hải Phòng", False), ("Huế", True), ("Cả hai ý trên", False)
    ]  # fmt: skip


def test_a_title_that_was_made_of_the_text_is_none_until_somebody_gives_one():
    item = item_of(write("qti22", single("Thủ đô ở đâu?")).body)
    assert item.get("title") == "Thủ đô ở đâu?"
    assert read_own(item, lambda src, alt: None).labels["name"] == ""
    item.set("title", "Câu 7")
    assert read_own(item, lambda src, alt: None).labels["name"] == "Câu 7"


def test_an_item_changed_beyond_its_shape_is_not_read_as_ours():
    item = item_of(write("qti30", single()).body)
    body = item.find("{*}qti-item-body")
    body.append(etree.fromstring('<qti-text-entry-interaction response-identifier="X"/>'))
    assert read_own(item, lambda src, alt: None) is None
    assert read_marks(item)["kind"] == "single_choice"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), draft=st.sampled_from(ALL))
def test_marks_that_hold_anything_do_no_harm(data, draft):
    item = item_of(write("qti21", draft).body)
    marks = json.loads(mark_of(item).text)
    name = data.draw(st.sampled_from([*marks, "labels", "answers", "shares", "gaps", "units", "hints", "questions"]))
    marks[name] = data.draw(ODD)
    mark_of(item).text = json.dumps(marks)
    own = read_own(item, lambda src, alt: None)
    if own is not None:
        assert draft_of(own.kind, own.stem, own.content, **own.labels).kind == own.kind


@pytest.mark.parametrize("words", ["", "{", "[]", "null", '{"v":2,"kind":"essay"}', '{"v":1,"kind":"x"}', "[" * 5000])
def test_broken_marks_are_no_marks(words):
    item = item_of(write("qti21", single()).body)
    mark_of(item).text = words
    assert read_own(item, lambda src, alt: None) is None
