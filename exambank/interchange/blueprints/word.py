"""PURE. A plan as a Word document: ma trận đề and bảng đặc tả in the form of schools, A4 lying."""

from collections.abc import Sequence

from exambank.interchange.blueprints.layout import (
    Cross,
    cross_of,
    specification_heads,
    specification_row,
    total_points,
)
from exambank.interchange.blueprints.plan import Plan
from exambank.interchange.blueprints.rules_table import HEADERS as RULE_HEADERS
from exambank.interchange.blueprints.rules_table import rules_rows
from exambank.interchange.blueprints.sheet_head import ANY, Heading, points_words
from exambank.interchange.formats.word.writing.official import WIDE, centred, head_cell, two_columns, word_cell
from exambank.interchange.formats.word.writing.package import pack
from exambank.interchange.formats.word.writing.xml import paragraph, row, run, table

_NARROW = {"STT": 4, "Mức độ": 9, "Loại câu hỏi": 12, "Có nhãn": 9, "Không có nhãn": 9, "Phần": 5, "Tính điểm": 6,
           "Số câu": 6, "Điểm mỗi câu": 7, "Chủ đề": 20}  # fmt: skip
_CENTRED = {"STT", "Mức độ", "Phần", "Tính điểm", "Số câu", "Điểm mỗi câu"}


def write_docx(plan: Plan, heading: Heading, level_order: Sequence[str] = ()) -> bytes:
    """The document. The list under "Bảng đặc tả" and the table of rules hold everything that is read back."""
    blocks = [
        *_head(heading, "MA TRẬN ĐỀ THI", plan),
        _matrix(plan, cross_of(plan, level_order)),
        paragraph("EbText", run("Trong ngoặc là số điểm. TN: câu máy chấm được; TL: tự luận.", marks=frozenset({"i"}))),
        _signatures(),
        paragraph("EbDocTitle", run("BẢNG ĐẶC TẢ ĐỀ THI"), starts_page=True),
        *([centred(heading.module)] if heading.module else []),
        _specification(plan),
        paragraph("EbText", run(f"Cộng: {plan.count} câu; {points_words(total_points(plan))} điểm.")),
        paragraph("EbPart", run("Quy tắc ra đề")),
        _rules(plan),
    ]
    return pack(plan.name or "Ma trận đề", blocks, {}, 0, footer="Trang ", is_wide=True)


def _head(heading: Heading, title: str, plan: Plan) -> list:
    left = [centred(heading.governing_body.upper()), centred(heading.school.upper(), bold=True)]
    left += [centred(heading.department, bold=True)] if heading.department else []
    facts = [f"Thời gian làm bài: {plan.duration_minutes} phút"] if plan.duration_minutes else []
    facts += [f"Số câu: {plan.count}", f"Tổng điểm: {points_words(total_points(plan))}"]
    right = [centred(title, bold=True), centred(heading.module), centred("; ".join(facts))]
    named = [centred(plan.name, bold=True), paragraph("EbGap1")] if plan.name else []
    return [two_columns(left, right, WIDE), paragraph("EbGap1"), *named]


def _matrix(plan: Plan, cross: Cross):
    """Topics down, levels and families across: "3 (0,75)" is three questions worth 0.75 together."""
    many = len(cross.columns)
    each = min(1500, int(WIDE * 0.55) // max(many, 1))
    widths = [700, WIDE - 700 - each * many - 3 * 1100, *[each] * many, 1100, 1100, 1100]
    rows = _matrix_heads(cross, widths, each)
    whole = total_points(plan)
    for number, topic in enumerate(cross.topics, start=1):
        found = [(cross.counts.get((topic, one), 0), cross.points.get((topic, one), 0)) for one in cross.columns]
        rows.append(_matrix_row([str(number), topic or ANY], found, whole, widths))
    sums = [
        (sum(cross.counts.get((topic, one), 0) for topic in cross.topics),
         sum(cross.points.get((topic, one), 0) for topic in cross.topics))
        for one in cross.columns
    ]  # fmt: skip
    rows.append(_matrix_row(["", "Tổng"], sums, whole, widths, bold=True))
    shares = [f"{_share(points, whole)}%" for _count, points in sums]
    cells = ["", "Tỉ lệ %", *shares, "", "", ""]
    rows.append(
        row([word_cell(one, width, centre=at != 1) for at, (one, width) in enumerate(zip(cells, widths, strict=True))])
    )
    return table("EbTable", rows, widths)


def _matrix_heads(cross: Cross, widths: list[int], each: int) -> list:
    merge = "restart" if cross.has_families else ""
    first = [head_cell(words, width, merge=merge) for words, width in zip(("TT", "Chủ đề"), widths, strict=False)]
    first += [head_cell(level or ANY, each * many, span=many) for level, many in cross.levels]
    first += [head_cell(words, 1100, merge=merge) for words in ("Tổng số câu", "Tổng điểm", "Tỉ lệ %")]
    if not cross.has_families:
        return [row(first, is_head=True)]
    second = [head_cell("", width, merge="continue") for width in widths[:2]]
    second += [head_cell(family, each) for _level, family in cross.columns]
    second += [head_cell("", 1100, merge="continue") for _place in range(3)]
    return [row(first, is_head=True), row(second, is_head=True)]


def _matrix_row(lead: list[str], found: list, whole, widths: list[int], *, bold: bool = False):
    count, points = sum(one for one, _points in found), sum(one for _count, one in found)
    words = [f"{one} ({points_words(worth)})" if worth else str(one) if one else "" for one, worth in found]
    cells = [*lead, *words, str(count), points_words(points), f"{_share(points, whole)}"]
    pairs = enumerate(zip(cells, widths, strict=True))
    return row([word_cell(one, width, centre=at != 1, bold=bold) for at, (one, width) in pairs])


def _share(points, whole) -> str:
    return f"{points * 100 / whole:.1f}".replace(".", ",").removesuffix(",0") if whole else "0"


def _specification(plan: Plan):
    heads = specification_heads(plan)
    shares = [_NARROW.get(head, 0) for head in heads]
    widths = [int(WIDE * (share or 100 - sum(shares)) / 100) for share in shares]
    rows = [row([head_cell(head, width) for head, width in zip(heads, widths, strict=True)], is_head=True)]
    for number, one in enumerate(plan.cells, start=1):
        words = specification_row(number, one, heads)
        rows.append(row([
            word_cell(word, width, centre=head in _CENTRED)
            for word, width, head in zip(words, widths, heads, strict=True)
        ]))  # fmt: skip
    return table("EbTable", rows, widths)


def _rules(plan: Plan):
    widths = [int(WIDE * share) for share in (0.45, 0.35, 0.2)]
    rows = [row([head_cell(head, width) for head, width in zip(RULE_HEADERS, widths, strict=True)], is_head=True)]
    rows += [row([word_cell(word, width) for word, width in zip(one, widths, strict=True)]) for one in rules_rows(plan)]
    return table("EbTable", rows, widths)


def _signatures():
    left = [centred("NGƯỜI LẬP", bold=True), centred("(Ký, ghi rõ họ tên)", italic=True)]
    right = [centred("......, ngày ...... tháng ...... năm ......", italic=True), centred("TRƯỞNG KHOA", bold=True),
             centred("(Ký, ghi rõ họ tên)", italic=True)]  # fmt: skip
    return two_columns(left, [*right, *[paragraph("EbCentre") for _line in range(3)]], WIDE, 0.5)
