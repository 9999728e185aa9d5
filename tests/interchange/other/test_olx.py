"""Open edX problems, alone, in courses and in libraries; nothing in them is run."""

import pytest

from exambank.interchange.formats import detect, olx
from exambank.interchange.neutral import RAW, Source, UnreadableFile, media_id
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.other.samples import codes_of, keys_of, tarred, zipped


def entry_of(inner: str, attributes: str = ""):
    reading = olx.read(Source(f"<problem {attributes}>{inner}</problem>".encode(), "p.xml"))
    assert len(reading.entries) == 1
    return reading.entries[0]


def choice(*texts: str, group: str = "choicegroup") -> str:
    """Options; the right ones begin with a star."""
    rows = [f'<choice correct="{str(text.startswith("*")).lower()}">{text.lstrip("*")}</choice>' for text in texts]
    return f"<{group}>{''.join(rows)}</{group}>"


def test_a_multiple_choice_problem_with_all_its_parts():
    entry = entry_of(
        "<p>Mở đầu.</p><multiplechoiceresponse><label>Thủ đô là \\(x^2\\)?</label><description>Chọn một.</description>"
        "<choicegroup><choice correct='false'>Huế<choicehint>Cố đô.</choicehint></choice>"
        "<choice correct='true' fixed='true'><b>Hà Nội</b></choice></choicegroup><solution><div><p>Explanation</p>"
        "<p>Từ năm 1010.</p></div></solution></multiplechoiceresponse><demandhint><hint>Nghĩ kỹ</hint></demandhint>",
        'display_name="Thủ đô" weight="2" max_attempts="3" markdown="x" showanswer="finished" url_name="abc"',
    )
    draft = entry.draft
    assert draft.kind == "single_choice"
    assert draft.stem == '<p>Mở đầu.</p><p>Thủ đô là <span data-tex="x^2"></span>?</p><p>Chọn một.</p>'
    assert (keys_of(draft), draft.name, draft.points, draft.identifier) == (["<b>Hà Nội</b>"], "Thủ đô", "2", "abc")
    assert [row["is_locked"] for row in draft.content["options"]] == [False, True]
    assert draft.explanation == "Từ năm 1010.<ul><li>A. Huế: Cố đô.</li><li>Nghĩ kỹ</li></ul>"
    assert codes_of(entry) == ["feedback_joined", "hints_joined", "attempts_ignored"]


def test_check_boxes_have_several_keys_and_partial_credit_is_told():
    body = choice("*1", "2", "*3", group="checkboxgroup")
    draft = entry_of(f"<p>Chọn</p><choiceresponse>{body}</choiceresponse>").draft
    assert (draft.kind, keys_of(draft)) == ("multiple_choice", ["1", "3"])
    entry = entry_of(f'<p>Chọn</p><choiceresponse partial_credit="EDC">{body}</choiceresponse>')
    assert codes_of(entry) == ["weights_simplified"]


def test_true_and_false_are_a_true_false_question():
    entry = entry_of(f"<p>Đúng?</p><multiplechoiceresponse>{choice('*True', 'False')}</multiplechoiceresponse>")
    assert (entry.draft.kind, keys_of(entry.draft)) == ("true_false", ["True"])


def test_a_drop_down_under_its_text_is_a_choice_and_one_in_a_text_is_a_gap():
    alone = "<p>Chọn</p><optionresponse><optioninput options=\"('A','B')\" correct=\"B\"/></optionresponse>"
    assert (entry_of(alone).draft.kind, keys_of(entry_of(alone).draft)) == ("single_choice", ["B"])
    inside = (
        "<optionresponse><p>Trời <optioninput options=\"('xanh','đỏ')\" correct='xanh'/> và lá <optioninput>"
        "<option correct='False'>đỏ</option><option correct='True'>lục</option></optioninput>.</p></optionresponse>"
    )
    draft = entry_of(inside).draft
    first, second = draft.content["gaps"]
    assert draft.stem == (
        f'Trời <span data-gap="{first["token"]}"></span> và lá <span data-gap="{second["token"]}"></span>.'
    )
    assert [[row["text"] for row in gap["choices"] if row["is_key"]] for gap in (first, second)] == [["xanh"], ["lục"]]


def test_a_text_minds_capitals_unless_the_problem_says_otherwise():
    body = '<additional_answer answer="Thăng Long"/><textline size="30"/>'
    draft = entry_of(f'<p>Tên?</p><stringresponse answer="Hà Nội" type="ci">{body}</stringresponse>').draft
    assert [row["text"] for row in draft.content["accepted"]] == ["Hà Nội", "Thăng Long"]
    assert (draft.content["scoring"]["ignore_case"], draft.content["width"]) == (True, 30)
    draft = entry_of('<p>Tên?</p><stringresponse answer="Hà Nội"><textline/></stringresponse>').draft
    assert not draft.content["scoring"]["ignore_case"]


def test_old_courses_write_several_right_texts_in_one_attribute():
    draft = entry_of('<p>Tên?</p><stringresponse answer="Hà Nội_or_Thăng Long"><textline/></stringresponse>').draft
    assert [row["text"] for row in draft.content["accepted"]] == ["Hà Nội", "Thăng Long"]


def test_a_pattern_is_told_unless_it_is_plain_words():
    plain = entry_of('<p>?</p><stringresponse answer="^mèo$" type="ci regexp"><textline/></stringresponse>')
    assert (plain.draft.content["accepted"][0]["text"], codes_of(plain)) == ("mèo", [])
    entry = entry_of('<p>?</p><stringresponse answer="m.o|ch.*" type="regexp"><textline/></stringresponse>')
    assert codes_of(entry) == ["pattern_answer", "no_right_answer"]


@pytest.mark.parametrize(
    ("answer", "param", "expected"),
    [
        ("3.14", "", ("3.14", "0", False)),
        ("3.14", '<responseparam type="tolerance" default=".02"/>', ("3.14", "0.02", False)),
        ("4518", '<responseparam type="tolerance" default="15%"/>', ("4518", "0.15", True)),
        ("1e3", "", ("1000", "0", False)),
        ("[5,7]", "", ("6", "1", False)),
        ("-1/4", '<responseparam type="tolerance" default="0.01"/>', ("-0.25", "0.01", False)),
        ("1/3", '<responseparam type="tolerance" default="0.01"/>', ("0.333333333333", "0.01", False)),
    ],
)
def test_numbers_have_their_tolerance(answer, param, expected):
    draft = entry_of(f'<p>n?</p><numericalresponse answer="{answer}">{param}<textline/></numericalresponse>').draft
    (row,) = draft.content["answers"]
    assert (row["value"], row["tolerance"], row["is_relative"]) == expected


def test_the_open_end_of_a_range_is_told():
    entry = entry_of('<p>n?</p><numericalresponse answer="[5,7)"><textline/></numericalresponse>')
    assert codes_of(entry) == ["border_counts"]


def test_several_responses_are_a_case_each_with_the_text_before_it():
    entry = entry_of(
        "<p>Chung.</p><p>Số pi:</p><numericalresponse answer='3.14'><textline/></numericalresponse><p>Thủ đô:</p>"
        "<stringresponse answer='Hà Nội'><textline/></stringresponse><solution><p>Vì thế.</p></solution>"
    )
    draft = entry.draft
    assert (draft.kind, draft.stem, draft.explanation) == ("case", "Chung.", "Vì thế.")
    assert [(row["kind"], row["stem"]) for row in draft.content["questions"]] == [
        ("numeric", "Số pi:"),
        ("short_text", "Thủ đô:"),
    ]


def test_labels_make_the_text_before_them_what_all_share():
    one = f"<multiplechoiceresponse><label>Một?</label>{choice('*a', 'b')}</multiplechoiceresponse>"
    draft = entry_of(f"<p>Chung.</p>{one}<p>Nữa.</p>{one.replace('Một', 'Hai')}").draft
    assert draft.stem == "Chung."
    assert [row["stem"] for row in draft.content["questions"]] == ["Một?", "<p>Nữa.</p><p>Hai?</p>"]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<script type='loncapa/python'>import os</script><numericalresponse answer='$x'/>", "script_question"),
        ("<customresponse cfn='f'><textline/></customresponse>", "script_question"),
        ("<formularesponse answer='x^2'><textline/></formularesponse>", "formula_answer"),
        ("<numericalresponse answer='2*pi'><textline/></numericalresponse>", "formula_answer"),
        ("<numericalresponse answer='$x'><textline/></numericalresponse>", "script_question"),
        ("<imageresponse><imageinput/></imageresponse>", "hotspot_question"),
        ("<mysteryresponse/>", "other_interaction"),
        ("<p>Chỉ đọc</p>", "no_question"),
    ],
)
def test_what_is_not_played_keeps_its_own_bytes(inner, code):
    entry = entry_of(inner)
    assert (entry.status, codes_of(entry)) == (RAW, [code])
    assert entry.raw.body.decode() == f"<problem >{inner}</problem>"


COURSE = {
    "course/course.xml": '<course url_name="r" org="O" course="C"/>',
    "course/course/r.xml": '<course display_name="Khoá"><chapter url_name="c1"/></course>',
    "course/chapter/c1.xml": '<chapter display_name="Chương 1"><sequential url_name="s1"/></chapter>',
    "course/sequential/s1.xml": '<sequential display_name="Bài 1"><vertical url_name="v1"/></sequential>',
    "course/vertical/v1.xml": '<vertical display_name="Trang"><html url_name="h"/><problem url_name="p1"/><video/></vertical>',
    "course/html/h.xml": '<html filename="h"/>',
    "course/problem/p1.xml": f'<problem display_name="P"><p><img src="/static/h.png" alt="H"/>?</p><multiplechoiceresponse>'
    f"{choice('*a', 'b')}</multiplechoiceresponse></problem>",
    "course/problem/p2.xml": "<problem><p>x</problem>",
    "course/static/h.png": SMALL_PNG,
}  # fmt: skip


@pytest.mark.parametrize(("pack", "name"), [(tarred, "c.tar.gz"), (zipped, "c.zip")])
def test_a_course_gives_its_problems_with_their_chapter_and_pictures(pack, name):
    source = Source(pack(COURSE), name)
    assert detect(source) == "olx"
    reading = olx.read(source)
    first, second = reading.entries
    assert first.draft.stem == f'<img data-media="{media_id(SMALL_PNG)}" alt="H">?'
    assert (first.draft.topic_names, first.draft.identifier, reading.title) == (("Bài 1", "Chương 1"), "p1", "Khoá")
    assert (second.status, codes_of(second)) == (RAW, ["problem_broken"])
    assert second.raw.body == b"<problem><p>x</problem>"
    assert ("html_components_left_out", {"count": 1}) in reading.notices
    assert ("blocks_left_out", {"names": "video"}) in reading.notices


def test_a_library_and_problems_inside_a_unit_are_read():
    inner = f"<problem url_name='i'><p>Hỏi</p><multiplechoiceresponse>{choice('*a', 'b')}</multiplechoiceresponse></problem>"
    reading = olx.read(
        Source(f"<library display_name='Kho'>{inner}<problem url_name='z'/></library>".encode(), "l.xml")
    )
    (entry,) = reading.entries
    assert (entry.draft.topic_names, entry.draft.identifier) == (("Kho",), "i")


def test_a_broken_file_alone_is_kept_and_told():
    (entry,) = olx.read(Source(b"<problem><p>a</problem>", "p.xml")).entries
    assert (entry.status, codes_of(entry)) == (RAW, ["problem_broken"])


def test_a_course_without_problems_is_no_question_file():
    with pytest.raises(UnreadableFile) as caught:
        olx.read(Source(tarred({"course/course.xml": "<course/>"}), "c.tar.gz"))
    assert caught.value.code == "no_questions"
