"""PURE. The paper of one code as a Word document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from exambank import text
from exambank.interchange.formats.word.writing.official import boxed, centred, two_columns
from exambank.interchange.formats.word.writing.package import pack
from exambank.interchange.formats.word.writing.questions import Question
from exambank.interchange.formats.word.writing.sheet import Sheet, label_runs
from exambank.interchange.formats.word.writing.xml import paragraph, run
from exambank.interchange.neutral import Loss, MediaFile
from exambank.interchange.papers.questions import PrintedQuestion

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_WRITTEN = {"essay", "oral"}


@dataclass(frozen=True)
class Entry:
    """A question of a paper; ``content`` is arranged as the paper deals it. ``item`` names it for the map of codes."""

    kind: str
    stem: str
    content: Mapping[str, Any]
    points: Decimal
    part: int = 1
    item: str = ""
    picture: str = ""  # id of a picture beside the text
    picture_alt: str = ""


@dataclass(frozen=True)
class Paper:
    code: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class PrintHead:
    """What stands around the questions. ``occasion`` are further lines on the right (class, term, date, room)."""

    governing_body: str
    school: str
    department: str
    title: str
    module: str
    occasion: tuple[str, ...] = ()
    minutes: int | None = None
    may_use_materials: bool = False
    has_lines: bool = False


def write_paper(paper: Paper, head: PrintHead, media: Mapping[str, MediaFile]) -> tuple[bytes, list[Loss]]:
    """The .docx of this code without any key, and what of it could not be written (pictures of odd kinds)."""
    sheet = Sheet(media)
    sheet.add(*_head(paper, head), *_facts(paper))
    parts = [list(group) for _part, group in groupby(paper.entries, key=lambda one: one.part)]
    number = 0
    for entries in parts:
        same = entries[0].points if len({one.points for one in entries}) == 1 else None
        if len(parts) > 1:
            sheet.line("EbPart", _part_words(entries, same))
        for entry in entries:
            number += 1
            sheet.index = number - 1
            _write(sheet, entry, number, head, entry.points if same is None else None)
    sheet.add(*_end(head))
    title = f"{head.title} {paper.code}".strip()
    body = pack(title, sheet.blocks, sheet.files, sheet.lists, footer=f"Mã đề {paper.code} - Trang ")
    return body, sheet.losses


def _head(paper: Paper, head: PrintHead) -> list:
    left = [centred(head.governing_body.upper()), centred(head.school.upper(), bold=True)]
    left += [centred(head.department, bold=True)] if head.department else []
    right = [centred(head.title.upper(), bold=True), centred(head.module)]
    right += [centred(line) for line in head.occasion if line]
    if head.minutes:
        right += [centred(f"Thời gian: {head.minutes} phút", bold=True),
                  centred("(Không kể thời gian phát đề)", italic=True)]  # fmt: skip
    person = "Họ, tên thí sinh: " + "." * 62 + " Số báo danh: " + "." * 24
    return [
        two_columns(left, right), paragraph("EbGap1"), boxed(f"Mã đề: {paper.code}", 2400),
        paragraph("EbGap1"), paragraph("EbText", run(person)),
    ]  # fmt: skip


def _facts(paper: Paper) -> list:
    """How many questions, and what each is worth where all of the paper are worth the same."""
    points = {one.points for one in paper.entries}
    words = f"Đề thi có {len(paper.entries)} câu"
    if len(points) == 1 and len({one.part for one in paper.entries}) == 1:
        words += f"; mỗi câu {_points(points.pop())} điểm"
    return [paragraph("EbText", run(f"({words}.)", marks=frozenset({"i"})))]


def _part_words(entries: Sequence[Entry], same: Decimal | None) -> str:
    kinds = {one.kind for one in entries}
    name = " TỰ LUẬN." if kinds <= _WRITTEN else " TRẮC NGHIỆM." if not kinds & {*_WRITTEN, "case"} else ""
    part = entries[0].part
    number = _ROMAN[part] if part < len(_ROMAN) else str(part)
    each = f" (mỗi câu {_points(same)} điểm)" if same is not None else ""
    return f"PHẦN {number}.{name}{each}"


def _points(points: Decimal) -> str:
    return text.format_points(points, "vi")


def _write(sheet: Sheet, entry: Entry, number: int, head: PrintHead, points: Decimal | None) -> None:
    picture = sheet.picture(entry.picture, entry.picture_alt) if entry.picture else None
    if entry.kind != "case":
        one = PrintedQuestion(sheet, str(number), entry.kind, entry.stem, entry.content, has_lines=head.has_lines)
        one.print(points, picture)
        return
    label = f"Câu {number}" + (f" ({_points(points)} điểm)." if points is not None else ".")
    sheet.text("EbQuestion", entry.stem, label_runs(label))
    if picture is not None:
        sheet.add(paragraph("EbPicture", picture))
    for inner in inner_questions(sheet, entry, number, has_lines=head.has_lines):
        inner.print()


def inner_questions(sheet: Sheet, entry: Entry, number: int, *, has_lines: bool = False) -> list[PrintedQuestion]:
    """The questions of a case as 5.1, 5.2; the paper and its key number them alike."""
    return [
        PrintedQuestion(sheet, f"{number}.{place}", one["kind"], one["stem"], one["content"], has_lines=has_lines)
        for place, one in enumerate(entry.content["questions"], start=1)
    ]


def questions_of(sheet: Sheet, paper: Paper) -> list[Question]:
    """All questions of a paper with their numbers, those of cases one by one: what a key is written from."""
    found: list[Question] = []
    for number, entry in enumerate(paper.entries, start=1):
        if entry.kind == "case":
            found += inner_questions(sheet, entry, number)
        else:
            found.append(PrintedQuestion(sheet, str(number), entry.kind, entry.stem, entry.content, has_lines=False))
    return found


def _end(head: PrintHead) -> list:
    allowed = "Thí sinh được sử dụng tài liệu." if head.may_use_materials else "Thí sinh không được sử dụng tài liệu."
    lines = (allowed, "Giám thị không giải thích gì thêm.")
    return [centred("---Hết---", bold=True),
            *(paragraph("EbText", run(f"- {line}", marks=frozenset({"i"}))) for line in lines)]  # fmt: skip
