"""The Word file itself: sound, the same every time, in the layout that a lecturer would type."""

import io
import zipfile

import docx
import pytest
from lxml import etree

from exambank.interchange.formats import read_file, write_file
from exambank.interchange.formats.word.writing.own_reading import read_own
from exambank.interchange.neutral import REFUSED, Bundle, Gallery, MediaFile, Raw, Source, draft_of
from tests.interchange.drafts import ALL, SMALL_PNG, alike, example

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def written(*drafts, media=None, raws=(), **choices):
    return write_file(Bundle("Đề thử", drafts, media or {}, raws, choices), "docx")


def lines(*drafts, **choices) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(written(*drafts, **choices).body)).paragraphs]


def document(body: bytes):
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml"))


def test_equal_items_give_equal_bytes():
    assert written(*ALL).body == written(*ALL).body


def test_it_is_laid_out_as_a_lecturer_types():
    draft = draft_of(
        "single_choice", "Thủ đô?", {"options": [{"html": "Hà Nội", "is_key": True}, {"html": "Huế"}], "explanation": "Vì"},
        topic_names=("Chương 1",), level="Nhận biết",
    )  # fmt: skip
    expected = ["Đề thử", "Chương 1", "Câu 1. Thủ đô?", "A. Hà Nội\tB. Huế", "Lời giải: Vì", "// mức độ: Nhận biết"]
    assert lines(draft) == expected


def test_the_label_of_the_key_is_underlined_and_red():
    marked = [
        one
        for one in document(written(example("single_choice")).body).iter(W + "r")
        if one.find(f"{W}rPr/{W}u") is not None
    ]
    assert ["".join(one.itertext()) for one in marked] == ["A."]
    assert marked[0].find(f"{W}rPr/{W}color").get(W + "val") == "C00000"


@pytest.mark.parametrize(("length", "per_line"), [(3, 4), (30, 2), (80, 1)])
def test_short_options_share_a_line(length, per_line):
    options = [{"html": letter * length, "is_key": letter == "a"} for letter in "abcd"]
    found = [
        line
        for line in lines(draft_of("single_choice", "?", {"options": options}))
        if line[:2] in ("A.", "B.", "C.", "D.")
    ]
    assert len(found) == 4 // per_line


def test_without_keys_nothing_tells_them():
    secrets = ("Lời giải", "Đáp án", "Hướng dẫn chấm", "//", "Bài mẫu", "hòa bình", "0,75")
    body = written(*ALL, draft_of("true_false", "?", {"explanation": "Lời giải mật"}), keys="none").body
    words = "".join(document(body).itertext())
    assert not [secret for secret in secrets if secret in words]
    assert not list(document(body).iter(W + "u"))


def test_keys_apart_stand_in_a_table_on_a_page_of_their_own():
    body = written(*ALL, keys="separate").body
    assert not list(document(body).iter(W + "u"))
    found = docx.Document(io.BytesIO(body))
    keys = next(table for table in found.tables if table.rows[0].cells[0].text == "Câu")
    cells = [cell.text for row in keys.rows[1:] for cell in row.cells]
    assert ("1", "A") in zip(cells[::2], cells[1::2], strict=True)
    title = next(one for one in found.paragraphs if one.text.startswith("BẢNG ĐÁP ÁN"))
    assert title.paragraph_format.page_break_before
    assert read_own(Source(body, "de.docx")) is None


def test_keys_apart_are_read_back_as_in_any_other_file():
    drafts = [
        example(kind, topic_names=("Chương 1",)) for kind in ("single_choice", "true_false", "true_false_cluster")
    ]
    drafts = [draft_of(one.kind, f"Câu {at}?", {**one.content, "scoring": {}}) for at, one in enumerate(drafts)]
    back = [entry.draft for entry in read_file(Source(written(*drafts, keys="separate").body, "de.docx")).entries]
    assert [one.kind for one in back] == [one.kind for one in drafts]
    for one, other in zip(back, drafts, strict=True):
        assert [row["is_key"] for row in one.content["options"]] == [row["is_key"] for row in other.content["options"]]


def test_a_file_with_paragraphs_of_other_styles_is_read_as_any_other():
    opened = docx.Document(io.BytesIO(written(example("single_choice")).body))
    opened.add_paragraph("Câu 2. Mới?")
    opened.add_paragraph("A. x")
    opened.add_paragraph("B. y")
    stream = io.BytesIO()
    opened.save(stream)
    assert read_own(Source(stream.getvalue(), "de.docx")) is None
    assert len(read_file(Source(stream.getvalue(), "de.docx")).entries) == 2


def test_a_key_that_was_moved_in_word_is_read_as_it_stands():
    opened = docx.Document(io.BytesIO(written(example("single_choice")).body))
    labels = [run for one in opened.paragraphs for run in one.runs if run.text in ("A.", "B.")]
    labels[0].font.underline, labels[1].font.underline = None, True
    stream = io.BytesIO()
    opened.save(stream)
    [entry] = read_file(Source(stream.getvalue(), "de.docx")).entries
    assert [row["is_key"] for row in entry.draft.content["options"]] == [False, True, False]


def test_formulas_are_formulas_of_word():
    found = document(written(draft_of("essay", '<span data-tex="\\frac{1}{2}"></span>', {})).body)
    assert found.find(f".//{W}p/{M}oMath/{M}f") is not None


def test_what_word_cannot_hold_is_told():
    gallery = Gallery()
    png = gallery.add("a.png", SMALL_PNG)
    vector = "1" * 8 + "-0000-0000-0000-" + "0" * 12
    media = {**gallery.files, vector: MediaFile("b.svg", "image/svg+xml", b"<svg/>")}
    gone = "2" * 8 + "-0000-0000-0000-" + "0" * 12
    stems = [
        '<span data-tex="\\unknown"></span>', f'<img data-media="{vector}" alt="Sơ đồ">', f'<img data-media="{gone}" alt="">',
        "<ul><li>a<ul><li>b</li></ul></li></ul>", f'<img data-media="{png}" alt="">',
    ]  # fmt: skip
    raw = Raw("moodle", b"<question/>", ".xml", name="STACK")
    done = written(*[draft_of("essay", stem, {}) for stem in stems], media=media, raws=(raw,))
    told = [(loss.index, loss.is_raw, loss.problem.code) for loss in done.losses]
    assert told == [
        (0, False, "word_formula_as_text"), (1, False, "word_picture_kind"), (2, False, "word_picture_missing"),
        (3, False, "word_lists_flattened"), (0, True, "word_raw"),
    ]  # fmt: skip
    assert done.losses[-1].problem.severity == REFUSED


# --- sound OOXML ---

ORDER = {
    "pPr": [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "numPr",
        "pBdr",
        "shd",
        "tabs",
        "spacing",
        "ind",
        "jc",
        "outlineLvl",
        "rPr",
    ],
    "rPr": [
        "rStyle",
        "rFonts",
        "b",
        "bCs",
        "i",
        "iCs",
        "strike",
        "color",
        "sz",
        "szCs",
        "highlight",
        "u",
        "vertAlign",
        "lang",
    ],
    "tblPr": ["tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar"],
    "tcPr": ["tcW", "gridSpan", "vMerge"],
    "style": ["name", "basedOn", "next", "qFormat", "pPr", "rPr", "tblPr"],
    "lvl": ["start", "numFmt", "lvlText", "lvlJc", "pPr"],
}


def parts_of(body: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(body))
    return {name: archive.read(name) for name in archive.namelist()}


def full_file() -> bytes:
    gallery = Gallery()
    picture = gallery.add("a.png", SMALL_PNG)
    stem = (
        f'<p>x <b><i>y</i></b></p><table><tbody><tr><td rowspan="2">1</td><td>2</td></tr><tr><td>3</td></tr></tbody></table>'
        f'<table><tbody><tr><td></td></tr></tbody></table><img data-media="{picture}" alt=""><ol><li>a</li></ol>'
    )
    return written(
        draft_of("essay", stem, {"explanation": "<table><tr><td>z</td></tr></table>"}), *ALL, media=gallery.files
    ).body


@pytest.mark.parametrize("keys", ["marked", "separate", "none"])
def test_children_stand_in_the_order_that_word_wants(keys):
    for name, part in {**parts_of(full_file()), **parts_of(written(*ALL, keys=keys).body)}.items():
        if not name.endswith(".xml"):
            continue
        for element in etree.fromstring(part).iter():
            known = ORDER.get(etree.QName(element).localname) if element.tag.startswith(W) else None
            names = [etree.QName(child).localname for child in element]
            if known:
                assert names == sorted(names, key=known.index), (name, element.tag)


def test_every_relationship_and_type_leads_somewhere():
    parts = parts_of(full_file())
    found = document(full_file())
    targets = {one.get("Id"): one.get("Target") for one in etree.fromstring(parts["word/_rels/document.xml.rels"])}
    used = {value for one in found.iter() for name, value in one.attrib.items() if "relationships" in name}
    assert used <= set(targets)
    assert all(f"word/{target}" in parts for target in targets.values())
    types = etree.fromstring(parts["[Content_Types].xml"])
    assert all(one.get("PartName")[1:] in parts for one in types if one.get("PartName"))
    suffixes = {one.get("Extension") for one in types if one.get("Extension")}
    assert {name.rpartition(".")[2] for name in parts} <= suffixes


def test_styles_and_lists_that_are_used_exist():
    parts = parts_of(full_file())
    styles = {one.get(W + "styleId") for one in etree.fromstring(parts["word/styles.xml"]).iter(W + "style")}
    lists = {one.get(W + "numId") for one in etree.fromstring(parts["word/numbering.xml"]).iter(W + "num")}
    found = document(full_file())
    assert {one.get(W + "val") for name in ("pStyle", "rStyle", "tblStyle") for one in found.iter(W + name)} <= styles
    assert {one.get(W + "val") for one in found.iter(W + "numId")} <= lists


def test_tables_are_whole_and_never_touch():
    found = document(full_file())
    for table in found.iter(W + "tbl"):
        width = len(table.find(W + "tblGrid"))
        for row in table.findall(W + "tr"):
            spans = [cell.find(f"{W}tcPr/{W}gridSpan") for cell in row.findall(W + "tc")]
            assert sum(1 if one is None else int(one.get(W + "val")) for one in spans) == width
        assert all(cell[-1].tag == W + "p" for cell in table.iter(W + "tc"))
        assert table.getnext().tag != W + "tbl"
    assert found[0][-1].tag == W + "sectPr"


def test_python_docx_opens_it_and_finds_the_pictures():
    opened = docx.Document(io.BytesIO(full_file()))
    assert len(opened.inline_shapes) == 1
    assert alike(read_file(Source(full_file(), "de.docx")).entries[1].draft, ALL[0])
