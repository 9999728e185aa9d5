"""PURE. Keys of papers as Word documents: of one code, of all codes side by side, and which question is where."""

from collections.abc import Mapping, Sequence

from exambank.interchange.formats.word.writing.keys import write_keys, write_solutions
from exambank.interchange.formats.word.writing.official import WIDE, centred, head_cell, two_columns, word_cell
from exambank.interchange.formats.word.writing.package import pack
from exambank.interchange.formats.word.writing.questions import key_words
from exambank.interchange.formats.word.writing.sheet import Sheet
from exambank.interchange.formats.word.writing.xml import paragraph, row, run, table
from exambank.interchange.neutral import MediaFile
from exambank.interchange.papers.paper import Paper, PrintHead, questions_of

_CODES_PER_TABLE = 12


def write_key(paper: Paper, head: PrintHead, media: Mapping[str, MediaFile]) -> bytes:
    """ "ĐÁP ÁN MÃ ĐỀ 104": letters in a table, other keys in lines, then solutions and guides for marking."""
    sheet = Sheet(media)
    sheet.add(*_head(head, f"ĐÁP ÁN MÃ ĐỀ {paper.code}"))
    found = questions_of(sheet, paper)
    write_keys(sheet, found)
    write_solutions(sheet, found)
    return pack(
        f"Đáp án {paper.code}", sheet.blocks, sheet.files, sheet.lists, footer=f"Đáp án mã đề {paper.code} - Trang "
    )


def write_key_table(papers: Sequence[Paper], head: PrintHead) -> bytes:
    """All codes side by side: a row for each question number."""
    keys = {paper.code: {one.number: key_words(one.kind, one.content) for one in questions_of(Sheet({}), paper)}
            for paper in papers}  # fmt: skip
    numbers = sorted({number for told in keys.values() for number in told}, key=_by_number)
    rows = {number: [keys[paper.code].get(number, "") for paper in papers] for number in numbers}
    return _side_by_side("BẢNG ĐÁP ÁN CÁC MÃ ĐỀ", [paper.code for paper in papers], rows, "Câu", head)


def write_map(papers: Sequence[Paper], head: PrintHead) -> bytes:
    """Where each item stands in every code: the same question has another number in another code."""
    places = {paper.code: {one.item: number for number, one in enumerate(paper.entries, start=1)} for paper in papers}
    items = dict.fromkeys(one.item for paper in papers for one in paper.entries)
    rows = {item: [str(places[paper.code].get(item, "")) for paper in papers] for item in items}
    return _side_by_side(
        "BẢNG ĐỐI CHIẾU CÂU HỎI GIỮA CÁC MÃ ĐỀ", [paper.code for paper in papers], rows, "Câu hỏi", head
    )


def _by_number(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(number).split("."))


def _head(head: PrintHead, title: str, width: int | None = None) -> list:
    left = [centred(head.governing_body.upper()), centred(head.school.upper(), bold=True)]
    right = [centred(title, bold=True), centred(head.module), *(centred(line) for line in head.occasion if line)]
    columns = two_columns(left, right) if width is None else two_columns(left, right, width)
    return [columns, paragraph("EbGap1")]


def _side_by_side(title: str, codes: Sequence[str], rows: Mapping[str, list[str]], lead: str, head: PrintHead) -> bytes:
    """A table of codes, twelve to a table, on paper lying."""
    blocks = _head(head, title, WIDE)
    for start in range(0, len(codes), _CODES_PER_TABLE):
        part = list(codes[start : start + _CODES_PER_TABLE])
        first = 1700
        width = (WIDE - first) // max(len(part), 6)
        widths = [first, *[width] * len(part)]
        lines = [row([head_cell(words, one) for words, one in zip([lead, *part], widths, strict=True)], is_head=True)]
        lines += [
            row([word_cell(words, one, centre=True) for words, one in zip(
                [name, *found[start : start + _CODES_PER_TABLE]], widths, strict=True
            )])
            for name, found in rows.items()
        ]  # fmt: skip
        blocks.append(
            paragraph("EbPart", run(f"Mã đề {part[0]} - {part[-1]}" if len(part) > 1 else f"Mã đề {part[0]}"))
        )
        blocks.append(table("EbTable", lines, widths))
    return pack(title, blocks, {}, 0, footer="Trang ", is_wide=True)
