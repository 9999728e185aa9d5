"""What stands in a package: structure, names, sections, weights, pictures, raw items, and what is told as lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from exambank.interchange.formats import read_file
from exambank.interchange.formats.qti_write.names import Register
from exambank.interchange.messages import problem_message
from exambank.interchange.neutral import Raw, Source, draft_of
from tests.bank.kinds import EXAMPLES, KINDS, stem_of
from tests.interchange.drafts import ALL, choices, phrases
from tests.interchange.qti_write.packages import PICTURE, VERSIONS, files_of, item_of, read_back, single, write
from tests.interchange.qti_write.structure import complaints

PICTURED = single(
    f'<p>Xem <img data-media="{PICTURE}" alt="Sơ đồ"></p><p>H<sub>2</sub><u>O</u> <s>x</s></p>', picture=PICTURE,
    picture_alt="Bản đồ",
)  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_makes_a_sound_package(version):
    drafts = [
        draft_of(kind, stem_of(kind), {**EXAMPLES[kind], "explanation": "<p>Vì <b>thế</b></p>"}) for kind in KINDS
    ]
    body = write(version, *ALL, *drafts, PICTURED).body
    assert complaints(files_of(body), version) == []


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=10, deadline=None)
@given(drafts=st.lists(st.one_of(choices(), choices("multiple_choice")), max_size=3), name=phrases)
def test_whatever_the_texts_and_names_the_package_is_sound(version, drafts, name):
    named = single(name=name, identifier=name, topic_names=(name,), tags=(name,), source=name, licence=name, level=name)
    assert complaints(files_of(write(version, *drafts, named).body), version) == []


def test_identifiers_are_xml_names_and_differ_by_more_than_capitals():
    register = Register()
    wanted = ["Câu 5", "câu 5", "001", "", "Đáp án/Đề", "a" * 200, "x_1.b-2", "日本", "日本"]
    names = [register.identifier(one, f"Q{number}") for number, one in enumerate(wanted)]
    assert names[:5] == ["Cau-5", "cau-5-2", "Q001", "Q3", "Dap-an-De"]
    assert names[6] == "x_1.b-2"
    assert names[7:] == ["Q7", "Q8"]
    assert len({name.lower() for name in names}) == len(names)
    assert all(len(name) <= 70 and name.isascii() for name in names)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_name_that_is_no_xml_name_comes_back_as_it_was(version):
    drafts = [single(name="Câu 1", identifier="001/Đ"), single(identifier="CTXH-1.02"), single(name="Câu 1")]
    back = read_back(write(version, *drafts).body)
    assert [(one.name, one.identifier) for one in back] == [("Câu 1", "001/Đ"), ("", "CTXH-1.02"), ("Câu 1", "")]


@pytest.mark.parametrize(("choice", "mode"), [({}, "nonlinear"), ({"navigation": "linear"}, "linear")])
def test_the_test_has_a_section_for_each_topic_and_keeps_the_order(choice, mode):
    drafts = [single(topic_names=names, points=points) for names, points in [
        (("Chương 1", "1"), "0.25"), (("Chương 1", "1"), ""), (("Chương 2",), "2"), ((), "x"), (("Chương 1",), "")
    ]]  # fmt: skip
    test = etree.fromstring(files_of(write("qti21", *drafts, **choice).body)["assessment.xml"])
    assert test.find("{*}testPart").get("navigationMode") == mode
    sections = test.findall(".//{*}assessmentSection")
    assert [one.get("title") for one in sections] == ["Chương 1", "Chương 2", "Đề thi thử", "Chương 1"]
    references = test.findall(".//{*}assessmentItemRef")
    assert [one.get("identifier") for one in references] == ["Q0001", "Q0002", "Q0003", "Q0004", "Q0005"]
    weights = [[weight.get("value") for weight in one] for one in references]
    assert weights == [["0.25"], [], ["2"], [], []]


def test_the_weight_of_an_essay_counts_in_its_own_points():
    essay = draft_of(
        "essay", "Nêu", {"rubric": [{"html": "Ý 1", "points": "2"}, {"html": "Ý 2", "points": "2"}]}, points="3"
    )
    files = files_of(write("qti22", essay).body)
    assert etree.fromstring(files["assessment.xml"]).find(".//{*}weight").get("value") == "0.75"
    score = etree.fromstring(files["items/Q0001.xml"]).find("{*}outcomeDeclaration")
    assert (score.get("normalMaximum"), score.get("externalScored")) == ("4", "human")


@pytest.mark.parametrize("version", VERSIONS)
def test_pictures_go_along_once_and_come_back(version):
    written = write(version, PICTURED, PICTURED, single())
    paths = [path for path in files_of(written.body) if path.startswith("media/")]
    assert paths == ["media/So-do-1.png"]
    reading = read_file(Source(written.body, "x.zip"))
    assert list(reading.media) == [PICTURE]
    assert reading.entries[0].draft.picture == PICTURE
    assert written.losses == ()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_picture_that_is_not_there_is_told_and_leaves_its_words(version):
    other = "0" * 8 + PICTURE[8:]
    written = write(version, single(f'Xem <img data-media="{other}" alt="Sơ đồ">', picture=other, picture_alt="Bản đồ"))
    assert {loss.problem.code for loss in written.losses} == {"picture_missing"}
    assert read_back(written.body)[0].stem == "Xem [Sơ đồ]"


RAW = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_{}" identifier="R1" title="Vẽ" adaptive="true" '
    'timeDependent="false"><itemBody><p><img src="../pics/a%20b.png" alt=""/></p></itemBody></assessmentItem>'
)


def test_an_item_kept_raw_goes_out_unchanged_with_its_files():
    body = RAW.format("v2p1").encode()
    raw = Raw("qti21", body, ".xml", "Vẽ", "R1", (("../pics/a%20b.png", b"1"), ("/etc/x", b"2")))
    written = write("qti21", single(), raws=(raw,))
    files = files_of(written.body)
    path = next(path for path, content in files.items() if content == body)
    assert files["raw/R1/pics/a b.png"] == b"1"
    assert [(loss.problem.code, loss.is_raw) for loss in written.losses] == [("qti_raw_file_left_out", True)]
    assert complaints(files, "qti21") == []
    back = [entry.raw for entry in read_file(Source(written.body, "x.zip")).entries if entry.raw]
    assert [(one.body, one.format) for one in back] == [(body, "qti21")]
    assert path == "raw/R1/in/item.xml"


@pytest.mark.parametrize("version", ["qti22", "qti30"])
def test_an_item_kept_raw_does_not_go_into_another_version(version):
    written = write(version, raws=(Raw("qti21", b"<x/>", ".xml"), Raw("moodle", b"<y/>", ".xml")))
    assert [(loss.index, loss.problem.severity, loss.is_raw) for loss in written.losses] == [
        (0, "refused", True), (1, "refused", True)
    ]  # fmt: skip


LOST = {
    "qti_units": draft_of("numeric", "?", EXAMPLES["numeric"]),
    "qti_oral": draft_of("oral", "?", EXAMPLES["oral"]),
    "qti_text_rule": draft_of(
        "short_text", "?", {"accepted": [{"text": "a*"}], "scoring": {"wildcards": True, "ignore_diacritics": True}}
    ),
    "qti_number_left_out": draft_of("numeric", "?", {"answers": [{"value": "ba phẩy năm"}, {"value": "3.5"}]}),
    "qti_gap_left_out": draft_of("fill_in", "Không có chỗ trống", EXAMPLES["fill_in"]),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", sorted(LOST))
def test_what_qti_cannot_hold_is_told(version, code, app):
    losses = write(version, single(), LOST[code]).losses
    assert [(loss.index, loss.problem.code) for loss in losses] == [(1, code)]
    assert problem_message(losses[0].problem)


def test_the_standard_templates_stand_where_they_hold():
    costly = draft_of("single_choice", "?", {**single().content, "scoring": {"wrong": "0.25"}})
    templates = [
        item_of(write("qti30", draft).body).find("{*}qti-response-processing").get("template")
        for draft in (single(), costly)
    ]
    assert [one.rpartition("/")[2] for one in templates] == ["match_correct.xml", "map_response.xml"]


def test_the_lines_of_an_ordering_do_not_stand_in_their_right_order():
    lines = [{"html": f"Bước {number}"} for number in range(1, 9)]
    item = item_of(write("qti22", draft_of("ordering", "?", {"options": lines})).body)
    shown = [one.text for one in item.iter("{*}simpleChoice")]
    assert sorted(shown) == [line["html"] for line in lines] != shown
    assert [one.get("identifier") for one in item.iter("{*}simpleChoice")] == list("ABCDEFGH")


def test_the_same_items_give_the_same_bytes():
    assert write("qti30", *ALL, PICTURED).body == write("qti30", *ALL, PICTURED).body
