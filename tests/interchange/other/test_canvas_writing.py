"""What we write for Canvas reads back as it was, and what it cannot hold is told."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.formats import canvas
from exambank.interchange.neutral import Bundle, Draft, Gallery, Raw, Source, draft_of
from tests.interchange.drafts import ALL, SMALL_PNG, alike, choices, htmls
from tests.interchange.other import samples

# a file always has idents and a title, which is the topic where there is none
IGNORED = ("identifier", "name", "topic_names")


def back(*drafts: Draft, **more) -> tuple[list, list[str]]:
    """The entries that are read back, and the codes of the losses."""
    written = canvas.write(Bundle("Đề thử", drafts, **more))
    return canvas.read(Source(written.body, "x.zip")).entries, [loss.problem.code for loss in written.losses]


def single_spaced(draft: Draft) -> Draft:
    """The draft with single blanks: to HTML several are one."""
    rows = [{**row, "html": re.sub(" +", " ", row["html"])} for row in draft.content["options"]]
    return draft_of(draft.kind, re.sub(" +", " ", draft.stem), {**draft.content, "options": rows})


def plain_of(kind: str) -> Draft:
    """The example of a kind without what QTI 1.2 cannot hold of it."""
    draft = next(one for one in ALL if one.kind == kind)
    content = dict(draft.content)
    if kind == "single_choice":
        content["scoring"] = {"wrong": "0"}
    elif kind == "multiple_choice":
        content["scoring"] = {"rule": "true", "lower_bound": "0"}
    elif kind == "short_text":
        content["accepted"] = [content["accepted"][0]]
    elif kind == "numeric":
        content.update(units=[], scoring={})
    elif kind == "ordering":
        content["scoring"] = {"rule": "all_or_nothing"}
    elif kind == "essay":
        content.update(prompts=[], rubric=[], model_answer="Bài mẫu", hints={"words": 300})
    return draft_of(kind, draft.stem, {**content, "explanation": "Vì <b>thế</b>."}, points="2.5", name="Câu 1")


@pytest.mark.parametrize("kind", sorted({one.kind for one in ALL} - {"oral", "case"}))
def test_every_kind_reads_back_as_it_was(kind):
    draft = plain_of(kind)
    (entry,), losses = back(draft)
    assert alike(draft, entry.draft, ("identifier", "topic_names"))
    kept = {"true_false_cluster": ["canvas_cluster_matching"], "ordering": ["canvas_new_quizzes"],
            "fill_in": ["canvas_weights", "canvas_new_quizzes"]}  # fmt: skip
    assert losses == kept.get(kind, [])


@settings(max_examples=40, deadline=None)
@given(st.one_of(choices("single_choice"), choices("multiple_choice")).map(single_spaced))
def test_choices_with_any_texts_read_back_as_they_were(draft):
    (entry,), losses = back(draft)
    assert (losses, [problem.code for problem in entry.problems]) == ([], [])
    assert alike(draft, entry.draft, IGNORED)


@settings(max_examples=30, deadline=None)
@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=6),
    st.decimals(min_value=0, max_value=1, places=5),
    st.booleans(),
)
def test_numbers_and_their_tolerances_read_back_exactly(value, tolerance, is_relative):
    answers = [{"value": str(value), "tolerance": str(tolerance), "is_relative": is_relative}]
    draft = draft_of("numeric", "Số?", {"answers": answers})
    (entry,), _losses = back(draft)
    assert alike(draft, entry.draft, IGNORED)


@settings(max_examples=30, deadline=None)
@given(htmls(), htmls(), st.lists(st.sampled_from(["a", "[x]", "blank1", "đỏ & xanh", "<b>"]), min_size=1, max_size=3))
def test_gaps_stand_where_they_stood_among_any_text(before, after, texts):
    gaps = [{"token": f"g{place}", "kind": "text", "accepted": [{"text": one}]} for place, one in enumerate(texts)]
    spans = " ".join(f'<span data-gap="g{place}"></span>' for place in range(len(texts)))
    draft = draft_of("fill_in", f"<p>[blank1]</p>{before}<p>{spans}</p>{after}", {"gaps": gaps})
    (entry,), _losses = back(draft)
    once = draft_of("fill_in", entry.draft.stem, entry.draft.content)
    (again,), _losses = back(once)
    assert [gap["accepted"] for gap in entry.draft.content["gaps"]] == [
        gap["accepted"] for gap in draft.content["gaps"]
    ]
    assert alike(once, again.draft, IGNORED)


def test_what_canvas_cannot_hold_is_told():
    codes = {draft.kind: back(plain_of("true_false"), draft)[1] for draft in ALL}
    assert codes["single_choice"] == ["canvas_penalty_lost"]
    assert codes["multiple_choice"] == ["canvas_penalty_lost"]
    assert codes["short_text"] == ["canvas_shares_lost"]
    assert codes["numeric"] == ["canvas_units_lost"]
    assert codes["oral"] == ["canvas_kind_lost"]
    assert "canvas_rubric_lost" in codes["essay"]
    assert "canvas_case_split" in codes["case"]


def test_a_case_is_written_as_a_text_and_its_questions():
    inner = [{"kind": "single_choice", "stem": "Một?", "content": plain_of("single_choice").content, "weight": "3"},
             {"kind": "true_false", "stem": "Hai?", "content": plain_of("true_false").content, "weight": "1"}]  # fmt: skip
    entries, losses = back(draft_of("case", "Tình huống", {"questions": inner}, points="2"))
    assert [entry.status for entry in entries] == ["raw", "accepted", "accepted"]
    assert [entry.draft.stem for entry in entries[1:]] == [
        "<p>Tình huống</p><p>Một?</p>",
        "<p>Tình huống</p><p>Hai?</p>",
    ]
    assert [entry.draft.points for entry in entries[1:]] == ["1.5", "0.5"]
    assert losses == ["canvas_case_split"]


def test_pictures_travel_along_and_one_beside_the_text_stands_in_it():
    gallery = Gallery()
    picture = gallery.add("h.png", SMALL_PNG)
    draft = plain_of("true_false")
    beside = replace(draft, picture=picture, picture_alt="Một <hình>")
    (entry,), losses = back(beside, media=gallery.files)
    assert entry.draft.stem == f'{draft.stem}<p><img data-media="{picture}" alt="Một &lt;hình&gt;"></p>'
    assert losses == []
    assert back(beside)[1] == ["picture_missing"]


def test_items_kept_as_they_came_go_out_as_they_came():
    markup = samples.item("Nộp tệp", "", kind="file_upload_question", ident="u1")
    (kept,) = canvas.read(Source(samples.quiz(markup), "q.xml")).entries
    written = canvas.write(Bundle("Đề", (), raws=(kept.raw, Raw("moodle", b"<question/>", ".xml"))))
    (entry,) = canvas.read(Source(written.body, "x.zip")).entries
    assert (entry.raw.identifier, entry.problems[0].code) == ("u1", "upload_question")
    assert [(loss.index, loss.is_raw, loss.problem.code) for loss in written.losses] == [(1, True, "canvas_raw_lost")]


def test_the_package_is_shaped_as_canvas_wants_it():
    written = canvas.write(Bundle("Đề thử", (plain_of("true_false"),)))
    names = zipfile.ZipFile(io.BytesIO(written.body)).namelist()
    assert names[0] == "imsmanifest.xml"
    assert {name.rpartition("/")[2] for name in names[1:]} >= {"assessment_meta.xml"}
    manifest = zipfile.ZipFile(io.BytesIO(written.body)).read("imsmanifest.xml").decode()
    assert 'type="imsqti_xmlv1p2"' in manifest
    assert all(name in manifest for name in names[1:])
    assert written.body == canvas.write(Bundle("Đề thử", (plain_of("true_false"),))).body
