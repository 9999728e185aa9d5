"""Canvas exports and cartridges: pictures under all their addresses, banks, copies, broken parts."""

import pytest

from exambank.interchange.formats import canvas, detect
from exambank.interchange.neutral import Source, UnreadableFile, media_id
from tests.interchange.drafts import SMALL_PNG
from tests.interchange.other.samples import choices, codes_of, earns, equal, item, quiz, zipped

MANIFEST = (
    '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><resources><resource type="imsqti_xmlv1p2" '
    'href="a.xml"/></resources></manifest>'
)


def asked(stem: str = "Hỏi", **fields: str) -> str:
    return item(stem, choices("1", "2"), earns(equal("a")), **fields)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("$IMS-CC-FILEBASE$/Uploaded Media/hình.png", "web_resources/Uploaded Media/hình.png"),
        ("%24IMS-CC-FILEBASE%24/Uploaded%20Media/h.png?canvas_download=1", "web_resources/Uploaded Media/h.png"),
        ("$IMS_CC_FILE_BASE$org1/images/x.png", "exam1/my_files/org1/images/x.png"),
        ("images/x.png", "quiz/images/x.png"),
        ("../x.png", "x.png"),
    ],
)
def test_a_picture_is_found_under_its_address(address, path):
    other = {"exam1/my_files/org0/images/x.png": b"no"} if "org1" in address else {}
    body = zipped({"imsmanifest.xml": MANIFEST, "quiz/a.xml": quiz(asked(f'<img src="{address}" alt="H">')),
                   path: SMALL_PNG, **other})  # fmt: skip
    reading = canvas.read(Source(body, "q.zip"))
    assert reading.entries[0].draft.stem == f'<img data-media="{media_id(SMALL_PNG)}" alt="H">'
    assert list(reading.media) == [media_id(SMALL_PNG)]


def test_a_picture_that_is_not_there_is_told_and_its_words_stay():
    (entry,) = canvas.read(Source(quiz(asked('<img src="x.png" alt="Sơ đồ"> nào?')), "q.xml")).entries
    assert (entry.draft.stem, codes_of(entry)) == ("[Sơ đồ] nào?", ["picture_missing"])


def test_a_quiz_that_stands_there_twice_is_read_once_in_its_fuller_form():
    body = zipped({"imsmanifest.xml": MANIFEST, "q1/assessment_qti.xml": quiz(asked()),
                   "non_cc_assessments/q1.xml.qti": quiz(asked(), asked("Nữa", ident="i2"))})  # fmt: skip
    reading = canvas.read(Source(body, "q.imscc"))
    assert [entry.draft.stem for entry in reading.entries] == ["Hỏi", "Nữa"]
    assert ("copies_left_out", {"count": 1}) in reading.notices


def test_a_bank_gives_its_title_as_the_topic():
    bank = (
        '<questestinterop><objectbank ident="b1"><qtimetadata><qtimetadatafield><fieldlabel>bank_title</fieldlabel>'
        f"<fieldentry>Chương 1</fieldentry></qtimetadatafield></qtimetadata>{asked()}</objectbank></questestinterop>"
    )
    (entry,) = canvas.read(Source(bank.encode(), "b.xml.qti")).entries
    assert entry.draft.topic_names == ("Chương 1",)


def test_a_broken_file_in_a_package_is_told_and_the_others_are_read():
    entity = '<!DOCTYPE x [<!ENTITY a "b">]><questestinterop/>'
    body = zipped({"imsmanifest.xml": MANIFEST, "a.xml": quiz(asked()), "b.xml": entity})
    reading = canvas.read(Source(body, "q.zip"))
    assert len(reading.entries) == 1
    assert ("file_unread", {"path": "b.xml", "line": 1}) in reading.notices


def test_items_say_in_which_file_and_line_they_stand():
    body = zipped({"imsmanifest.xml": MANIFEST, "a.xml": quiz("\n\n" + asked())})
    (entry,) = canvas.read(Source(body, "q.zip")).entries
    assert (entry.place.code, dict(entry.place.values)) == ("file_line", {"path": "a.xml", "line": 3})


def test_an_empty_package_is_no_question_file():
    with pytest.raises(UnreadableFile) as caught:
        canvas.read(Source(zipped({"imsmanifest.xml": MANIFEST, "a.xml": quiz()}), "q.zip"))
    assert caught.value.code == "no_questions"


def test_progress_is_told_while_many_items_are_read():
    told = []
    canvas.read(Source(quiz(*(asked(ident=f"i{n}") for n in range(45))), "q.xml", progress=lambda *at: told.append(at)))
    assert told == [(20, 45), (40, 45)]


def test_the_file_is_known_for_what_it_is():
    assert detect(Source(quiz(asked()), "x")) == "qti12"
    assert detect(Source(zipped({"imsmanifest.xml": MANIFEST, "a.xml": quiz(asked())}), "x")) == "qti12"
