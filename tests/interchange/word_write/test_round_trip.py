"""What we write into a Word file comes back as it was."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.formats import read_file, write_file
from exambank.interchange.math.tex_reading import read_tex
from exambank.interchange.math.tex_writing import write_tex
from exambank.interchange.neutral import Bundle, Draft, Gallery, Source, draft_of
from tests.bank.kinds import KINDS
from tests.interchange.drafts import ALL, SMALL_PNG, alike, choices, example, htmls

_TEX = re.compile(r'data-tex="([^"]*)"')


def through_word(*drafts: Draft, media=None) -> list[Draft]:
    written = write_file(Bundle("Ngân hàng", drafts, media or {}), "docx")
    assert written.losses == ()
    reading = read_file(Source(written.body, "de.docx"))
    return [entry.draft for entry in reading.entries]


def as_word_spells(draft: Draft) -> Draft:
    """Word keeps what a formula says, not how it was typed: its LaTeX in our own spelling."""

    def spelled(value):
        if isinstance(value, dict):
            return {name: spelled(one) for name, one in value.items()}
        if isinstance(value, list):
            return [spelled(one) for one in value]
        return _TEX.sub(_spelled, value) if isinstance(value, str) else value

    return replace(draft, stem=spelled(draft.stem), content=spelled(dict(draft.content)))


def _spelled(found: re.Match) -> str:
    return f'data-tex="{write_tex(read_tex(found[1]))}"'


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_with_all_its_settings(kind):
    [back] = through_word(example(kind))
    assert alike(back, example(kind))


def test_all_kinds_come_back_from_one_file_in_their_order():
    assert all(alike(one, other) for one, other in zip(through_word(*ALL), ALL, strict=True))


LABELS = {
    "name": "Thủ đô", "identifier": "Q-1", "topic_names": ("Chương 1", "Địa lý"), "level": "Nhận biết", "outcome": "CLO1",
    "tags": ("a; b", "c\\d"), "source": "Giáo trình", "source_chapter": "2", "source_page": "12-14",
    "contributors": "Nguyễn Văn A", "licence": "CC BY", "expected_seconds": 90, "points": "0.25", "note": "xem lại: câu 3",
    "picture_name": "hinh.png",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["single_choice", "essay", "case"])
def test_every_label_comes_back(kind):
    draft = example(kind, **LABELS)
    [back] = through_word(draft)
    assert alike(back, draft)


def test_topics_are_headings_and_end_where_none_is_named():
    drafts = [example("true_false", topic_names=names) for names in (("A",), ("A",), ("B",), (), ("A",))]
    assert [one.topic_names for one in through_word(*drafts)] == [one.topic_names for one in drafts]


def test_pictures_tables_lists_and_headings_come_back():
    gallery = Gallery()
    picture = gallery.add("hinh.png", SMALL_PNG)
    stem = (
        f'<h3>Đề</h3><p>Xem <img data-media="{picture}" alt="Hình &amp; bảng"> rồi<br>đọc</p><table class="eb-grid"><thead><tr>'
        '<th>x</th><th colspan="2">y</th></tr></thead><tbody><tr><td rowspan="2">1</td><td><b>2</b></td><td>3</td></tr><tr>'
        "<td>4</td><td>5</td></tr></tbody></table><ul><li>a</li><li>b</li></ul><ol><li>c</li></ol><ol><li>d</li></ol>"
        "<blockquote>trích</blockquote><pre>if x:\n  y</pre><p>H<sub>2</sub>O <i><u>z</u></i> <code>f()</code></p>"
    )
    draft = draft_of("essay", stem, {}, picture=picture, picture_alt="Bên cạnh")
    [back] = through_word(draft, media=gallery.files)
    assert alike(back, draft)


@pytest.mark.parametrize(
    "stem",
    ["Câu 5: x", "A. y", "// mức độ: khó", "Đáp án: B", "<p>x</p><p>A. y</p>", "Phần II", "1) z", "HẾT", "Lời giải: w"],
)
def test_a_text_that_looks_like_a_mark_is_still_a_text(stem):
    draft = draft_of("single_choice", stem, {"options": [{"html": stem, "is_key": True}, {"html": "B. khác"}]})
    [back] = through_word(draft)
    assert alike(back, draft)


def test_answers_that_hold_our_own_signs_come_back():
    rows = [
        {"text": "a|b\\c", "share": "1"},
        {"text": "x (50%)", "share": "0.333333"},
        {"text": "± (1)", "share": "0.5"},
    ]
    draft = draft_of("short_text", "?", {"accepted": rows, "scoring": {"wildcards": True, "ignore_case": False}})
    answers = [
        {"value": "-3.5", "tolerance": "0.1"}, {"value": "1e3", "tolerance": "0.05", "is_relative": True, "share": "0.5"},
        {"value": "khoảng 3"},
    ]  # fmt: skip
    number = draft_of("numeric", "?", {"answers": answers})
    assert all(alike(one, other) for one, other in zip(through_word(draft, number), (draft, number), strict=True))


def test_an_item_without_its_key_comes_back_without_and_is_told():
    draft = draft_of("single_choice", "?", {"options": [{"html": "a"}, {"html": "b"}]})
    written = write_file(Bundle("", (draft,)), "docx")
    [entry] = read_file(Source(written.body, "de.docx")).entries
    assert alike(entry.draft, draft)
    assert "no_right_answer" in [problem.code for problem in entry.problems]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(*(choices(kind) for kind in ("single_choice", "multiple_choice", "true_false_cluster"))),
        min_size=1,
        max_size=3,
    )
)
def test_choices_at_random_come_back(drafts):
    for one, other in zip(through_word(*drafts), drafts, strict=True):
        assert alike(as_word_spells(one), as_word_spells(other))


@settings(max_examples=25, deadline=None)
@given(htmls(), htmls(), htmls(), st.lists(htmls(), max_size=3))
def test_texts_at_random_come_back(stem, explanation, model, prompts):
    content = {"prompts": [{"html": one} for one in prompts], "model_answer": model, "explanation": explanation}
    draft = draft_of("essay", stem, content)
    [back] = through_word(draft)
    assert alike(as_word_spells(back), as_word_spells(draft))
