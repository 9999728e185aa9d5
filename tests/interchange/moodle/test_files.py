"""Moodle files as they come: encodings, formats of texts, pictures, categories, XML that is broken."""

import base64

import pytest

from exambank.interchange.formats import read_file
from exambank.interchange.formats.moodle.markdown import html_of_markdown
from exambank.interchange.formats.moodle.markup import as_html
from exambank.interchange.formats.moodle.paths import path_of_topics, topics_of_path
from exambank.interchange.neutral import Source, UnreadableFile, media_id
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.moodle.samples import answers, codes, entry, question, quiz, reading

TRUE = answers(("100", "true"), ("0", "false"))


@pytest.mark.parametrize(
    ("form", "text", "html"),
    [
        ("html", "<p>Một <b>hai</b></p>", "Một <b>hai</b>"),
        ("html", '<p class="MsoNormal"><span style="mso-x:1" lang="VI">Một</span><o:p></o:p></p>', "Một"),
        ("plain_text", "a < b\r\nvà <b>", "a &lt; b<br>và &lt;b&gt;"),
        ("moodle_auto_format", "Một\nhai & ba", "Một<br>hai &amp; ba"),
        ("moodle_auto_format", "Một<b>hai</b>\nba", "Một<b>hai</b><br>ba"),
        ("markdown", "Một **hai** và $$a_1*b_1$$", 'Một <strong>hai</strong> và <span data-tex="a_1*b_1"></span>'),
        ("html", "Nghiệm \\(x < 3\\) và $$\\frac{1}{2}$$",
         'Nghiệm <span data-tex="x &lt; 3"></span> và <span data-tex="\\frac{1}{2}"></span>'),
    ],
)  # fmt: skip
def test_every_format_of_text_becomes_the_banks_html(form, text, html):
    assert entry("truefalse", TRUE, text, form).draft.stem == html


def test_markdown_of_several_blocks():
    source = "# Đầu\n\nMột `a<b` [liên kết](https://a.vn) ![ảnh](x.png)  \nhai\n\n- một\n- hai\n    - trong\n\n1. a\n2. b\n\n```\nx < 1\n```\n\n> lời"
    assert html_of_markdown(source) == (
        '<h1>Đầu</h1><p>Một <code>a&lt;b</code> <a href="https://a.vn">liên kết</a> <img src="x.png" alt="ảnh"><br>hai</p>'
        "<ul><li>một</li><li>hai<ul><li>trong</li></ul></li></ul><ol><li>a</li><li>b</li></ol>"
        "<pre><code>x &lt; 1</code></pre><blockquote><p>lời</p></blockquote>"
    )
    assert html_of_markdown("snake_case_name và 2 * 3 * 4") == "<p>snake_case_name và 2 * 3 * 4</p>"


def test_plain_paragraphs_stay_paragraphs():
    assert as_html("một\n\nhai", "plain_text") == "<p>một</p><p>hai</p>"


def test_pictures_in_the_file_and_in_the_address_are_taken_and_others_are_missed():
    packed = base64.b64encode(SMALL_PNG).decode()
    text = (
        '<p>Nhìn <img src="@@PLUGINFILE@@/h%C3%ACnh%201.png?time=3" alt="Hình"> '
        f'<img src="data:image/png;base64,{packed}"> <img src="https://a.vn/x.png"> <img src="@@PLUGINFILE@@/thiếu.png"></p>'
    )
    file = f'<file name="hình 1.png" path="/" encoding="base64">{packed}</file>'
    body = question("truefalse", TRUE, text).replace("</questiontext>", file + "</questiontext>")
    found = reading(body)
    (only,) = found.entries
    assert list(found.media) == [media_id(SMALL_PNG)]
    assert only.draft.stem.count(f'data-media="{media_id(SMALL_PNG)}"') == 2
    assert [one.values["name"] for one in only.problems if one.code == "picture_missing"] == ["x.png", "thiếu.png"]


def test_the_one_picture_of_old_exports_stands_beside_the_text():
    packed = base64.b64encode(SMALL_PNG).decode()
    inner = f"<image>backup/hình.png</image><image_base64>{packed}</image_base64>" + TRUE
    assert entry("truefalse", inner).draft.picture == media_id(SMALL_PNG)
    assert "picture_broken" in codes(entry("truefalse", inner.replace(packed, "AAAA")))


def test_a_file_that_no_text_shows_is_told():
    file = '<file name="bài.pdf" path="/" encoding="base64">AAAA</file>'
    body = question("truefalse", TRUE).replace("</questiontext>", file + "</questiontext>")
    (only,) = reading(body).entries
    assert [one.values["name"] for one in only.problems if one.code == "media_left_out"] == ["bài.pdf"]


def test_labels_come_along():
    inner = TRUE + (
        "<defaultgrade>2.5000000</defaultgrade><idnumber>C1.02</idnumber><tags><tag><text>khó</text></tag></tags>"
    )
    draft = entry("truefalse", inner).draft
    assert (draft.points, draft.identifier, draft.tags, draft.name) == ("2.5", "C1.02", ("khó",), "Câu 1")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("$course$/top/Chương 1/Bài 2", ("Chương 1 / Bài 2", "Bài 2")),
        ("$cat1$/Chương 1", ("Chương 1",)),
        ("top", ()),
        ("$course$/top/Default for Triết học", ("Triết học",)),
        ("$course$/top/Default for Triết học/Chương 1", ("Chương 1",)),
        ("Kinh tế//Chính trị/Bài 1", ("Kinh tế/Chính trị / Bài 1", "Bài 1")),
        ("$course$", ()),
    ],
)
def test_a_path_of_categories_names_the_topic(path, names):
    assert topics_of_path(path) == names
    assert topics_of_path(path_of_topics(names)) == names


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_and_line_ends_are_read(encoding):
    body = quiz(question("truefalse", TRUE, "Café ê?")).decode().replace("\n", "\r\n")
    if encoding == "iso-8859-1":
        body = body.replace("UTF-8", "ISO-8859-1").replace("â", "a").replace("ỏ", "o")
    found = read_file(Source(body.encode(encoding), "a.xml"), "moodle")
    assert found.entries[0].draft.stem == "Café ê?"


def test_bytes_that_only_say_utf_8_are_guessed_and_told():
    body = quiz(question("truefalse", TRUE, "Caf\xe9?", name="a")).decode().encode("cp1252")
    found = read_file(Source(body, "a.xml"), "moodle")
    assert found.entries[0].draft.stem == "Café?"
    assert found.notices[0][0] == "moodle_text_encoding_guessed"


def test_a_broken_question_does_not_hurt_the_others():
    good = question("truefalse", TRUE, "Lành?")
    cut = '<question type="truefalse"><name><text>Cụt</text></name><questiontext><text>Dở <b>dang</text>\n'
    signs = '<question type="truefalse"><name><text>R&D</text></name><questiontext><text>a&nbsp;&lt; b</text></questiontext>' + TRUE + "</question>"  # fmt: skip
    found = reading(good, cut, signs, good.replace("Lành", "Yên"))
    assert [one.status for one in found.entries] == ["accepted", "warning", "accepted", "accepted"]
    assert "moodle_xml_mended" in codes(found.entries[1])
    assert "moodle_xml_signs" in codes(found.entries[2])
    assert found.entries[2].draft.name == "R&D"
    assert [one.place.values["line"] for one in found.entries] == [3, 4, 5, 5]


def test_markup_that_was_not_escaped_is_read_as_the_text():
    body = '<question type="truefalse"><name><text>a</text></name><questiontext format="html"><text><p>Một <b>hai</b></p></text></questiontext>' + TRUE + "</question>"  # fmt: skip
    assert reading(body).entries[0].draft.stem == "Một <b>hai</b>"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<quiz></quiz>", "no_questions"),
        (b"<quiz>", "no_questions"),
        (b'<!DOCTYPE q [<!ENTITY a "b">]><quiz><question type="essay"/></quiz>', "xml_entities"),
    ],
)
def test_a_file_without_questions_or_with_entities_is_refused(body, code):
    with pytest.raises(UnreadableFile) as caught:
        read_file(Source(body, "a.xml"), "moodle")
    assert caught.value.code == code
