"""What is written for Moodle can be read again, and is what Moodle's importer wants."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exambank.interchange.formats import read_file
from exambank.interchange.formats.moodle.weights import LISTED, percent_figure, read_percent, share_figure
from exambank.interchange.messages import problem_message
from exambank.interchange.neutral import Gallery, Raw, Source, draft_of
from tests.bank.kinds import KINDS
from tests.interchange.drafts import SMALL_PNG, alike, choices, example, htmls, phrases
from tests.interchange.moodle.samples import again, written

LABELS = {
    "name": "Câu 7 <a>", "identifier": "C1.07", "topic_names": ("Chương 1 / Bài 2", "Bài 2"), "level": "Thông hiểu",
    "tags": ("khó", "trọng tâm"), "points": "0.25", "source": "Giáo trình", "expected_seconds": 90, "note": "Xem lại",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_it_was(kind):
    assert alike(example(kind), again(example(kind)))
    assert alike(example(kind, **LABELS), again(example(kind, **LABELS)))


@pytest.mark.parametrize("kind", KINDS)
def test_an_explanation_comes_back(kind):
    draft = example(kind)
    draft = draft_of(kind, draft.stem, {**draft.content, "explanation": "<p>Vì <b>thế</b></p><ul><li>một</li></ul>"})
    assert alike(draft, again(draft))


@settings(max_examples=25, deadline=None)
@given(st.one_of(choices(), choices("multiple_choice")))
def test_choices_with_any_texts_come_back(draft):
    assert alike(draft, again(draft))


@settings(max_examples=25, deadline=None)
@given(htmls(), st.lists(phrases, min_size=1, max_size=3, unique_by=lambda one: one.casefold()), st.booleans())
def test_typed_answers_with_any_texts_come_back(stem, texts, ignores_case):
    rows = [
        {"text": text.replace("\\", "/"), "share": "1" if place == 0 else "0.333333"}
        for place, text in enumerate(texts)
    ]
    draft = draft_of("short_text", stem, {"accepted": rows, "scoring": {"ignore_case": ignores_case}})
    if not any(row["text"].strip("* ") == "" for row in draft.content["accepted"]):
        assert alike(draft, again(draft))


@settings(max_examples=25, deadline=None)
@given(htmls(), st.lists(phrases, min_size=2, max_size=4, unique_by=lambda one: one.casefold()))
def test_gaps_with_any_texts_come_back(stem, texts):
    rows = [{"text": text, "is_key": place == 0} for place, text in enumerate(texts)]
    gaps = [
        {"token": "aa11", "kind": "choice", "choices": rows, "weight": "0.5"},
        {"token": "bb22", "kind": "text", "accepted": [{"text": texts[1].replace("*", "x").replace("\\", "/")}]},
    ]
    text = f'<p>{stem if "<p>" not in stem else "Đoạn"}: <span data-gap="aa11"></span>, <span data-gap="bb22"></span>.</p><p>Hết</p>'
    draft = draft_of("fill_in", text, {"gaps": gaps})
    assert alike(draft, again(draft))


def test_pictures_travel_within_the_file():
    gallery = Gallery()
    picture = gallery.add("hình 1.png", SMALL_PNG)
    stem = f'<p>Nhìn</p><p><img data-media="{picture}" alt="Hình &quot;1&quot;"></p>'
    options = [{"html": f'<img data-media="{picture}" alt="">', "is_key": True}, {"html": "Không"}]
    draft = draft_of("single_choice", stem, {"options": options}, picture=picture, picture_alt="Biển báo")
    back = read_file(Source(written(draft, media=gallery.files).body, "a.xml"))
    assert alike(draft, back.entries[0].draft)
    assert list(back.media) == [picture]
    lost = written(draft)
    assert [loss.problem.code for loss in lost.losses] == ["moodle_picture_not_at_hand"] * 3


def test_a_case_is_written_as_questions_that_read_back_as_one():
    draft = example("case", **LABELS)
    body = written(draft).body.decode()
    assert body.count("<question type=") == 1 + len(draft.content["questions"])
    assert body.count('<div class="exambank-case">') == len(draft.content["questions"])
    (back,) = read_file(Source(written(draft).body, "a.xml")).entries
    assert back.draft.kind == "case"
    assert alike(draft, back.draft)


def test_questions_of_a_case_whose_others_are_gone_keep_the_shared_text():
    root = etree.fromstring(written(example("case")).body)
    root.remove(root[0])
    found = read_file(Source(etree.tostring(root), "a.xml"))
    assert len(found.entries) == len(example("case").content["questions"]) - 1
    assert all(one.draft.stem.startswith("<p>Câu hỏi?</p>") for one in found.entries)


def test_moodle_reads_what_its_importer_is_strict_about():
    body = written(example("single_choice"), example("multiple_choice"), example("short_text")).body.decode()
    assert re.findall(r"<single>(.*?)</single>", body) == ["true", "false"]
    percents = re.findall(r'fraction="(.*?)"', body)
    listed = {abs(float(share)) for share in LISTED}
    assert all(min(abs(abs(float(one)) / 100 - known) for known in listed) < 1e-5 for one in percents)
    assert "<name><text>Câu hỏi?</text></name>" in body


@pytest.mark.parametrize("parts", range(1, 11))
def test_shares_and_moodles_percents_agree(parts):
    share = Fraction(1, parts)
    percent, is_exact = percent_figure(share)
    assert is_exact
    assert read_percent(percent) == share
    assert percent_figure(Fraction(share_figure(share))) == (percent, True)


def test_what_moodle_does_not_know_is_told_in_words():
    drafts = [example(kind) for kind in KINDS]
    odd = draft_of(
        "multiple_choice", "a", {**example("multiple_choice").content, "scoring": {"rule": "all_or_nothing"}}
    )
    share = draft_of("short_text", "a", {"accepted": [{"text": "b", "share": "1"}, {"text": "c", "share": "0.37"}],
                                         "scoring": {"ignore_diacritics": True}})  # fmt: skip
    losses = written(*drafts, odd, share).losses
    told = {(loss.index, loss.problem.code) for loss in losses}
    assert (len(drafts), "moodle_all_or_nothing_lost") in told
    assert {(len(drafts) + 1, "moodle_share_rounded"), (len(drafts) + 1, "moodle_diacritics_lost")} <= told
    assert (KINDS.index("true_false_cluster"), "moodle_written_as_matching") in told
    assert all(problem_message(loss.problem) for loss in losses)


def test_a_cluster_and_an_oral_question_are_known_by_their_tags_alone():
    for kind in ("true_false_cluster", "oral"):
        body = re.sub(rb"<exambank>.*?</exambank>", b"", written(example(kind)).body)
        assert read_file(Source(body, "a.xml")).entries[0].draft.kind == kind


def test_scoring_that_somebody_changed_in_the_file_counts():
    body = written(draft_of("multiple_choice", "a", example("multiple_choice").content)).body
    changed = body.replace(b'fraction="-50"', b'fraction="0"')
    assert read_file(Source(changed, "a.xml")).entries[0].draft.content["scoring"]["rule"] == "none"


def test_raw_items_are_handed_on_unchanged_and_others_are_refused():
    raw = Raw("moodle", b'<question type="stack"><name><text>s</text></name>\r\n<x a="1"/></question>', ".xml")
    found = written(example("essay"), raws=(raw, replace(raw, format="qti21"), replace(raw, body=b"<question>")))
    assert raw.body in found.body
    assert [(loss.index, loss.is_raw, loss.problem.code) for loss in found.losses] == [
        (1, True, "moodle_raw_of_other_format"), (2, True, "moodle_raw_broken"),
    ]  # fmt: skip
    back = read_file(Source(found.body, "a.xml"))
    assert [one.status for one in back.entries] == ["accepted", "raw"]
    assert back.entries[1].raw.body == raw.body


def test_the_end_of_a_marked_section_within_a_text_is_split():
    draft = draft_of("essay", "a <b>b</b> ]]&gt; c", {})
    assert (alike(draft, again(draft)) and b"]]]]><![CDATA[>" in written(draft).body) or b"]]&gt;" in written(
        draft
    ).body
