"""A paper as Word: every kind in the order that was dealt, no key in it, and read back it says the same."""

import io
import random
import zipfile
from decimal import Decimal

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.bank.interactions import REGISTRY
from exambank.bank.rules import plain_text
from exambank.interchange.formats import read_file
from exambank.interchange.neutral import MediaFile, Source, draft_of
from exambank.interchange.papers import (
    Entry,
    Paper,
    PrintHead,
    arranged,
    write_key,
    write_key_table,
    write_map,
    write_paper,
)
from tests.interchange.drafts import ALL, SMALL_PNG, example

HEAD = PrintHead(
    "Tỉnh ủy A", "Trường Chính trị B", "Khoa C", "Đề thi kết thúc học phần", "Học phần: Triết học (TH01, 3 tín chỉ)",
    ("Lớp K75",), 60,
)  # fmt: skip


def dealt(draft, seed: int = 1, points: str = "0.5", **values) -> Entry:
    tokens = REGISTRY[draft.kind].deal_order(draft.content, random.Random(seed))
    return Entry(draft.kind, draft.stem, arranged(draft.kind, draft.content, tokens), Decimal(points), **values)


def paper_of(*entries: Entry, code: str = "104") -> Paper:
    return Paper(code, entries)


def body_of(paper: Paper, head: PrintHead = HEAD, media=None) -> bytes:
    body, losses = write_paper(paper, head, media or {})
    assert losses == []
    return body


def lines(body: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(body)).paragraphs if one.text]


def grid(body: bytes, number: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(body)).tables[number].rows]


def parts_of(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_header_the_end_and_the_foot_of_a_page():
    body = body_of(paper_of(dealt(example("single_choice"))))
    left, right = grid(body, 0)[0]
    assert left.split("\n") == ["TỈNH ỦY A", "TRƯỜNG CHÍNH TRỊ B", "Khoa C"]
    assert right.split("\n") == [
        "ĐỀ THI KẾT THÚC HỌC PHẦN", "Học phần: Triết học (TH01, 3 tín chỉ)", "Lớp K75", "Thời gian: 60 phút",
        "(Không kể thời gian phát đề)",
    ]  # fmt: skip
    assert grid(body, 1) == [["Mã đề: 104"]]
    told = lines(body)
    assert told[0].startswith("Họ, tên thí sinh: ...")
    assert "Số báo danh: ..." in told[0]
    assert told[1] == "(Đề thi có 1 câu; mỗi câu 0,5 điểm.)"
    assert told[-3:] == ["---Hết---", "- Thí sinh không được sử dụng tài liệu.", "- Giám thị không giải thích gì thêm."]
    footer = zipfile.ZipFile(io.BytesIO(body)).read("word/footer1.xml").decode()
    assert (
        footer.index("Mã đề 104 - Trang ")
        < footer.index(" PAGE ")
        < footer.index("/</w:t>")
        < footer.index(" NUMPAGES ")
    )


def test_parts_say_what_their_questions_are_worth():
    entries = [
        dealt(example("single_choice")),
        dealt(example("essay"), points="3", part=2),
        dealt(example("essay"), points="2", part=2),
    ]
    told = lines(body_of(paper_of(*entries)))
    assert "PHẦN I. TRẮC NGHIỆM. (mỗi câu 0,5 điểm)" in told
    assert "PHẦN II. TỰ LUẬN." in told
    assert [line.partition(".")[0] for line in told if line.startswith("Câu ")] == [
        "Câu 1",
        "Câu 2 (3 điểm)",
        "Câu 3 (2 điểm)",
    ]


@pytest.mark.parametrize("draft", ALL, ids=lambda one: one.kind)
def test_every_kind_is_printed_whole_and_without_its_key(draft):
    entry = dealt(draft)
    body = body_of(paper_of(entry))
    said = parts_of(body)
    told = "\n".join(
        [
            *lines(body),
            *(
                cell
                for number in range(len(docx.Document(io.BytesIO(body)).tables))
                for row in grid(body, number)
                for cell in row
            ),
        ]
    )
    rows = [*draft.content.get("options", ()), *draft.content.get("targets", ()), *draft.content.get("prompts", ())]
    assert all(plain_text(row["html"]) in told for row in rows)
    for name in ("explanation", "model_answer", "follow_ups"):
        assert not draft.content.get(name) or plain_text(draft.content[name]) not in told
    for secret in ("Đáp án", "Lời giải", "C00000", "Hướng dẫn chấm", "hòa bình", "Trình bày rõ"):
        assert secret not in said.replace('w:name w:val="Đáp án', "").split("<w:styles")[0]


def test_options_stand_in_the_order_that_was_dealt():
    draft = draft_of(
        "single_choice", "?", {"options": [{"html": one, "is_key": one == "ba"} for one in ("một", "hai", "ba", "bốn")]}
    )
    tokens = [draft.content["options"][place]["token"] for place in (2, 0, 3, 1)]
    paper = paper_of(Entry("single_choice", draft.stem, arranged("single_choice", draft.content, tokens), Decimal(1)))
    assert "A. ba\tB. một\tC. bốn\tD. hai" in lines(body_of(paper))
    assert grid(write_key(paper, HEAD, {}), 1)[1][:2] == ["1", "A"]


def test_lines_are_put_in_order_as_they_were_dealt_and_the_key_follows():
    draft = draft_of("ordering", "?", {"options": [{"html": one} for one in ("một", "hai", "ba")]})
    tokens = [draft.content["options"][place]["token"] for place in (1, 2, 0)]
    paper = paper_of(Entry("ordering", draft.stem, arranged("ordering", draft.content, tokens), Decimal(1)))
    assert lines(body_of(paper))[3:7] == ["a) hai", "b) ba", "c) một", "Thứ tự: ..... - ..... - ....."]
    assert "Câu 1: c - a - b" in lines(write_key(paper, HEAD, {}))


def test_statements_have_boxes_for_right_and_wrong():
    body = body_of(paper_of(dealt(example("true_false_cluster"))))
    rows = grid(body, 2)
    assert rows[0] == ["Phát biểu", "Đúng", "Sai"]
    assert [(row[0][:2], *row[1:]) for row in rows[1:]] == [(f"{letter})", "", "") for letter in "abcd"]


def test_a_case_counts_once_and_its_questions_are_numbered_within():
    paper = paper_of(dealt(example("short_text")), dealt(example("case")))
    found = [line.split(". ")[0] for line in lines(body_of(paper)) if line.startswith("Câu ")]
    assert found == ["Câu 1", "Câu 2", *(f"Câu 2.{place}" for place in range(1, 11))]
    assert any(line.startswith("Câu 2.5: ") for line in lines(write_key(paper, HEAD, {})))


def test_formulas_are_formulas_and_pictures_are_in_their_place():
    name = "01890a5d-ac96-774b-bcce-b302099a8057"
    stem = f'Cho <span data-tex="\\frac{{1}}{{2}}"></span> <img data-media="{name}" alt="đồ thị">'
    draft = draft_of("essay", stem, {})
    entry = Entry("essay", draft.stem, draft.content, Decimal(1), picture=name)
    body = body_of(paper_of(entry), media={name: MediaFile("a.png", "image/png", SMALL_PNG, 1, 1)})
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        document = archive.read("word/document.xml").decode()
        assert archive.read("word/media/image1.png") == SMALL_PNG
    assert "<m:f>" in document
    assert document.count("<w:drawing>") == 2


def test_essays_get_lines_where_candidates_write_on_the_paper():
    with_lines = PrintHead(**{**vars(HEAD), "has_lines": True})
    paper = paper_of(dealt(example("essay")))
    assert parts_of(body_of(paper, with_lines)).count('w:leader="dot"') == 8
    assert parts_of(body_of(paper)).count('w:leader="dot"') == 0


words = st.lists(st.sampled_from(["Đảng", "nhân", "dân", "cách", "mạng", "hòa", "bình", "1930", "lượng", "chất", "đổi", "mới", "phép", "biện", "chứng"]), min_size=2,
                 max_size=12).map(" ".join)  # fmt: skip


@st.composite
def questions(draw):
    """A choice as people write it, with one key; the last option may hold a formula."""
    options = draw(st.lists(words, min_size=3, max_size=5, unique=True))
    key = draw(st.integers(0, len(options) - 1))
    formula = ' <span data-tex="\\frac{1}{2}"></span>' if draw(st.booleans()) else ""
    rows = [{"html": one + formula * (place == 1), "is_key": place == key} for place, one in enumerate(options)]
    return draft_of("single_choice", draw(words) + formula + "?", {"options": rows})


@settings(max_examples=15)
@given(st.lists(questions(), min_size=2, max_size=5), st.integers(0, 1000))
def test_a_paper_and_its_key_read_back_say_the_same(drafts, seed):
    paper = paper_of(*(dealt(draft, seed) for draft in drafts))
    reading = read_file(Source(body_of(paper), "p.docx", key_body=write_key(paper, HEAD, {}), key_name="k.docx"))
    assert reading.facts["code"] == "104"
    found = [
        (one.draft.stem, [(row["html"], row["is_key"]) for row in one.draft.content["options"]])
        for one in reading.entries
    ]
    assert found == [
        (one.stem, [(row["html"], row["is_key"]) for row in one.content["options"]]) for one in paper.entries
    ]


def test_keys_and_places_of_all_codes_side_by_side():
    drafts = [example("single_choice"), example("true_false_cluster"), example("numeric")]
    first = paper_of(*(dealt(one, item=f"I{at}") for at, one in enumerate(drafts)), code="101")
    second = paper_of(*(dealt(one, 7, item=f"I{at}") for at, one in reversed(list(enumerate(drafts)))), code="102")
    table = grid(write_key_table([first, second], HEAD), 1)
    assert table[0] == ["Câu", "101", "102"]
    assert (table[1][0], table[1][2]) == ("1", "3,5 ± 0,1")
    assert table[3][1] == "3,5 ± 0,1"
    assert grid(write_map([first, second], HEAD), 1)[1:] == [["I0", "1", "3"], ["I1", "2", "2"], ["I2", "3", "1"]]
    many = [paper_of(dealt(drafts[0]), code=str(101 + at)) for at in range(13)]
    assert [len(grid(write_key_table(many, HEAD), number)[0]) for number in (1, 2)] == [13, 2]
