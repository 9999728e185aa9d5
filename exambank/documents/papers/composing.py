"""The papers of a set as data for ``paper.typ``: header, parts, questions in the order of each paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from exambank.bank.interactions import REGISTRY
from exambank.documents.papers import questions
from exambank.documents.papers.collecting import Collector

HEADING = "ĐỀ THI KẾT THÚC {module}"
TIME = "Thời gian làm bài: {minutes}\u00a0phút (Không kể thời gian phát đề)"
NO_MATERIALS = "Thí sinh không được sử dụng tài liệu."
MATERIALS = "Thí sinh được sử dụng tài liệu."
NO_HELP = "Cán bộ coi thi không giải thích gì thêm."
WATERMARK = "BẢN KIỂM TRA"

_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_PART_NAMES = {
    frozenset({"single_choice"}): "CÂU TRẮC NGHIỆM NHIỀU LỰA CHỌN",
    frozenset({"true_false_cluster"}): "CÂU TRẮC NGHIỆM ĐÚNG SAI",
    frozenset({"short_text"}): "CÂU TRẮC NGHIỆM TRẢ LỜI NGẮN",
    frozenset({"numeric"}): "CÂU TRẮC NGHIỆM TRẢ LỜI NGẮN",
    frozenset({"short_text", "numeric"}): "CÂU TRẮC NGHIỆM TRẢ LỜI NGẮN",
    frozenset({"essay"}): "TỰ LUẬN",
    frozenset({"oral"}): "VẤN ĐÁP",
    frozenset({"case"}): "TÌNH HUỐNG",
}
_CHOOSE_ONE = "Mỗi câu hỏi chỉ chọn một phương án."


@dataclass(frozen=True)
class Head:
    """What stands above every paper and below it."""

    title: str
    school: str
    governing_body: str = ""
    department: str = ""
    heading: str = ""
    lines: tuple[str, ...] = ()
    minutes: int | None = None
    notes: tuple[str, ...] = (NO_MATERIALS, NO_HELP)
    footer: str = ""


@dataclass(frozen=True)
class Text:
    """An item version as papers carry it."""

    id: int
    kind: str
    stem: str
    content: dict[str, Any]
    media: Any = None


@dataclass(frozen=True)
class Layout:
    """How pages are set: ``columns`` 1 or 2; a proof carries a watermark."""

    columns: int = 1
    is_proof: bool = False


@dataclass(frozen=True)
class Sheets:
    """Papers ready for the typesetter."""

    data: dict[str, Any]
    collector: Collector = field(repr=False)


def compose_papers(
    head: Head, papers: Mapping[str, Sequence[dict]], texts: Mapping[int, Text], layout: Layout, collector: Collector
) -> Sheets:
    """``papers``: code -> the questions of its layout, as assembly keeps them."""
    data = {
        "title": head.title,
        "school": head.school,
        "header": {
            "governing_body": head.governing_body.upper(), "school": head.school.upper(),
            "department": head.department,
        },
        "heading": head.heading,
        "lines": list(head.lines),
        "time": TIME.format(minutes=head.minutes) if head.minutes else "",
        "notes": list(head.notes),
        "footer": head.footer,
        "columns": layout.columns,
        "watermark": WATERMARK if layout.is_proof else "",
        "papers": [
            {"code": code, "parts": parts_of(entries, texts, collector)} for code, entries in papers.items()
        ],
        "formulas": collector.formulas,
        "broken": {"formulas": [], "pictures": []},
    }  # fmt: skip
    return Sheets(data, collector)


def parts_of(entries: Sequence[dict], texts: Mapping[int, Text], collector: Collector) -> list[dict[str, Any]]:
    """The parts of a paper in their order, each with its questions; numbers run on through all parts."""
    numbered = list(enumerate(entries, start=1))
    groups = [(part, list(group)) for part, group in groupby(numbered, key=lambda pair: pair[1].get("part", 1))]
    parts = []
    for place, (_part, group) in enumerate(groups, start=1):
        is_even = len({entry["points"] for _number, entry in group}) == 1 and len(group) > 1
        kinds = frozenset(texts[entry["version"]].kind for _number, entry in group)
        title, note = _part_words(place if len(groups) > 1 else 0, group, kinds, is_even)
        found = [_question(number, entry, texts[entry["version"]], is_even, collector) for number, entry in group]
        parts.append({"title": title, "note": note, "questions": found})
    return parts


def _question(number: int, entry: dict, version: Text, is_even: bool, collector: Collector) -> dict[str, Any]:
    fragment = questions.arranged(version.kind, version.stem, version.content, entry["options"], version.media)
    # essays and cases always say what they are worth: candidates share their time by it
    says_points = not is_even or REGISTRY[version.kind].family in {"written", "spoken", "composite"}
    points = Decimal(entry["points"]) if says_points else None
    return questions.compose(str(number), points, version.id, version.content, fragment, collector)


def _part_words(place: int, group: list[tuple[int, dict]], kinds: frozenset[str], is_even: bool) -> tuple[str, str]:
    """Heading and note of a part; a paper of one part has only the note on points."""
    first, last = group[0][0], group[-1][0]
    total = sum((Decimal(entry["points"]) for _number, entry in group), Decimal("0"))
    each = f" Mỗi câu {questions.points_words(Decimal(group[0][1]['points']))}\u00a0điểm." if is_even else ""
    if not place:
        return "", f"Đề thi có {last}\u00a0câu hỏi.{each}"
    name = _PART_NAMES.get(kinds, "CÂU HỎI")
    roman = _ROMAN[place] if place < len(_ROMAN) else str(place)
    span = f"từ câu {first} đến câu {last}" if last > first else f"câu {first}"
    choose = f" {_CHOOSE_ONE}" if kinds == {"single_choice"} else ""
    title = f"PHẦN {roman}. {name} ({questions.points_words(total)}\u00a0điểm)."
    return title, f"Thí sinh trả lời {span}.{choose}{each}"
