"""Files out: a bank in the layout the importer reads, the result list of an exam, the gradebook of an offering."""

import itertools
import re
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from exambank import audit, text
from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Offering
from exambank.db import db, unit_of_work
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.grades.models import Grade
from exambank.interchange import bank_sheet, messages
from exambank.interchange.workbook import Table
from exambank.marking import service as marking
from exambank.permissions import SYSTEM, Actor, Permission, allows

# The bank's file is written with Vietnamese headers in every language: a file must not depend on who clicked.
_BANK_FIELDS = ("number", "topic", "level", "kind", "stem")
_BANK_TAIL = ("key", "scoring", "locked", "tags", "source", "picture", "note")
LEAST_OPTION_COLUMNS = 4
_SIMPLE_KINDS = {bank_sheet.SINGLE, bank_sheet.MULTIPLE, bank_sheet.TRUE_FALSE, bank_sheet.CLUSTER}
_FURTHER_KINDS = {
    "short_text": "Trả lời ngắn", "numeric": "Điền số", "matching": "Ghép đôi", "ordering": "Sắp xếp",
    "fill_in": "Điền khuyết", "essay": "Tự luận", "oral": "Vấn đáp", "case": "Tình huống",
}  # fmt: skip
"""Kinds that a row of a sheet shows but cannot carry: the importer says so of each, and takes the others."""


def export_items(*, actor: Actor, now: datetime, course_module: CourseModule) -> Table:
    """All items of a module that this person may export and that are not retired, each in its newest version.

    A lecturer exports own items, the head and the quality office all. The act is recorded with hashes: keys leave.
    """
    found = [
        (item, version)
        for item, version in _list_newest(course_module)
        if actor is SYSTEM or allows(actor, Permission.ITEM_EXPORT, item)
    ]
    rows = [_item_row(item, version) for item, version in found]
    most = max([LEAST_OPTION_COLUMNS, *(len(options) for _row, options, _tail in rows)])
    cells = [
        [at, *row, *options, *[""] * (most - len(options)), *tail]
        for at, (row, options, tail) in enumerate(rows, start=1)
    ]
    with unit_of_work():
        hashes = [[item.public_id, version.content_hash] for item, version in found]
        audit.record(actor, "bank.exported", course_module, format="sheet", items=len(cells), hashes=hashes)
    headers = _bank_headers(bank_sheet.LABELS[:most])
    return Table(course_module.code, headers, cells, (), [6, 24, 14, 20, 60, *[32] * most, 12, 18, 10, 20, 20, 20, 24])


def _list_newest(course_module: CourseModule) -> Iterable[tuple[Item, ItemVersion]]:
    query = (
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.course_module_id == course_module.id, Item.state != "retired")
        .options(joinedload(Item.topic), joinedload(Item.level), selectinload(Item.tags), joinedload(ItemVersion.media))
        .order_by(Item.code)
    )
    return db.session.execute(query).unique().all()


def _item_row(item: Item, version: ItemVersion) -> tuple[list, list[str], list]:
    is_simple = item.kind in _SIMPLE_KINDS
    texts = [_plain(_stem(version)), *(_plain(option) for option in _option_texts(item.kind, version.content))]
    stem, options = texts[0][0], [plain for plain, _is_whole in texts[1:]]
    picture = version.media.name if version.media else version.picture_name
    head = [item.topic.name if item.topic else "", item.level.name if item.level else "", _kind(item.kind), stem]
    tail = [
        _key(item.kind, version.content["options"]) if is_simple else _key_in_words(item.kind, version.content),
        _scoring(item.kind, version.content.get("scoring") or {}),
        _locked(item.kind, version.content["options"]) if is_simple else "",
        _tags([tag.tag for tag in item.tags]),
        item.source,
        picture or "",
        _note(item.kind, version.content, all(is_whole for _plain_text, is_whole in texts)),
    ]
    return head, options, tail


def _kind(kind: str) -> str:
    return bank_sheet.KIND_WORDS[kind][0] if kind in _SIMPLE_KINDS else _FURTHER_KINDS.get(kind, kind)


def _stem(version: ItemVersion) -> str:
    """A gap shows as its number in brackets, the one that its key has."""
    numbers = itertools.count(1)
    return re.sub(r"<span data-gap=[^>]*></span>", lambda _gap: f"[{next(numbers)}]", version.stem)


def _option_texts(kind: str, content: dict) -> list[str]:
    """What fills the columns of options: of a matching what is to be paired, of an essay its parts, of a case its
    questions."""
    if kind == "case":
        return [row["stem"] for row in content["questions"]]
    return [row["html"] for row in content["options"] or content.get("prompts") or ()]


def _key_in_words(kind: str, content: dict) -> str:
    with force_locale("vi"):
        return "; ".join(
            f"{label}: {words}" if label else words for label, words in REGISTRY[kind].describe_key(content)
        )


def _note(kind: str, content: dict, is_whole: bool) -> str:
    """What a cell cannot hold, said where the reader looks for it."""
    said = []
    if kind not in _SIMPLE_KINDS:
        said.append("Dạng này không nhập lại được từ bảng tính; dùng tệp JSON để chuyển trọn vẹn")
    elif kind == bank_sheet.MULTIPLE and content["scoring"].get("rule") in {"false2", "true", "all", "none"}:
        said.append("Cách tính điểm của câu này không ghi được vào ô")
    if not is_whole:
        said.append("Có định dạng không ghi được vào ô")
    return ". ".join(said)


def _plain(html: str) -> tuple[str, bool]:
    """The text of stored HTML as a cell holds it, and whether nothing is lost by it."""
    for plain in (bank_rules.editable_text(html), bank_rules.plain_text(html)):
        if bank_rules.sanitize_html(bank_rules.html_from_text(plain)) == html:
            return plain, True
    return bank_rules.plain_text(html), False


def _key(kind: str, options: list[dict]) -> str:
    if kind == bank_sheet.CLUSTER:
        return ", ".join("Đ" if option["is_key"] else "S" for option in options)
    return ", ".join(label for label, option in zip(bank_sheet.LABELS, options, strict=False) if option["is_key"])


def _scoring(kind: str, scoring: dict) -> str:
    if kind == bank_sheet.CLUSTER:
        return "; ".join(share.replace(".", ",") for share in scoring.get("table", ()))
    return "Từng phương án" if scoring.get("rule") == "false" else ""


def _locked(kind: str, options: list[dict]) -> str:
    if kind == bank_sheet.TRUE_FALSE:
        return ""
    return ", ".join(label for label, option in zip(bank_sheet.LABELS, options, strict=False) if option["is_locked"])


def _tags(tags: list[str]) -> str:
    """Tags between semicolons; one that holds a comma gets a semicolon even when it is alone."""
    joined = "; ".join(tags)
    return f"{joined};" if len(tags) == 1 and "," in joined else joined


def example_table() -> Table:
    """One item of each kind in the layout that the importer reads and the export writes."""
    labels = bank_sheet.LABELS[:LEAST_OPTION_COLUMNS]
    kinds = {kind: words[0] for kind, words in bank_sheet.KIND_WORDS.items()}
    rows = [
        [1, "Chương 1", "Nhận biết", kinds[bank_sheet.SINGLE], "Thủ đô của Việt Nam là thành phố nào?",
         "Hà Nội", "Huế", "Đà Nẵng", "Cần Thơ", "A", "", "", "địa lý", "Giáo trình, trang 5", "", ""],
        [2, "Chương 1", "Thông hiểu", kinds[bank_sheet.MULTIPLE], "Những số nào là số chẵn?",
         "2", "3", "4", "5", "A, C", "", "", "", "", "", ""],
        [3, "Chương 2", "Nhận biết", kinds[bank_sheet.TRUE_FALSE], "Một năm có 12 tháng.",
         "Đúng", "Sai", "", "", "A", "", "", "", "", "", ""],
        [4, "Chương 2", "Vận dụng", kinds[bank_sheet.CLUSTER], "Xét các phát biểu về số 6:",
         "6 là số chẵn", "6 là số nguyên tố", "6 chia hết cho 3", "6 lớn hơn 7", "Đ, S, Đ, S", "0; 0,1; 0,25; 0,5; 1",
         "", "", "", "", ""],
        [5, "Chương 2", "Vận dụng", kinds[bank_sheet.SINGLE], "Khi có cháy cần làm gì trước hết?",
         "Báo động", "Ngắt điện", "Gọi 114", "Cả ba việc trên", "D", "", "D", "điểm liệt", "", "", ""],
    ]  # fmt: skip
    return Table("Ví dụ", _bank_headers(labels), rows, (), [6, 14, 14, 20, 40, *[20] * len(labels), 12, 22, 10, 16, 20])


def _bank_headers(labels: str) -> list[str]:
    return [
        *(bank_sheet.SYNONYMS[name][0] for name in _BANK_FIELDS),
        *(f"Phương án {label}" for label in labels),
        *(bank_sheet.SYNONYMS[name][0] for name in _BANK_TAIL),
    ]


# --- results ---


def results_table(exam: Exam) -> Table:
    """The result list of an exam as it stands, by candidate number; marks stay numbers."""
    people = {one.user_id: one.user for one in exams.list_candidates(exam)}
    rows = []
    for at, row in enumerate(marking.sheet_of(exam), start=1):
        user = people[row.user_id]
        rows.append([
            at, row.number, user.code, user.full_name, user.birth_date or "", user.unit_name or "", row.total,
            row.max_points, row.scaled, _in_words(row.scaled), messages.sitting_label(row.state),
        ])  # fmt: skip
    headers = [
        _("Serial no."), _("Candidate number"), _("Code"), _("Full name"), _("Date of birth"), _("Workplace"),
        _("Raw points"), _("Out of"), _("Exam mark"), _("In words"), _("Remark"),
    ]  # fmt: skip
    titles = [courses.school().name, exam.title, messages.result_title(exam.result_state)]
    return Table(_("Results"), headers, rows, titles, [6, 14, 14, 30, 14, 30, 10, 10, 12, 20, 20])


def _in_words(mark) -> str:
    return "" if mark is None else text.points_in_words(mark)


def gradebook_table(offering: Offering) -> Table:
    """Components, exam mark and module grade of everybody in the class, in the order of names."""
    rules = courses.rules_for(offering)
    marks, missed = courses.component_marks(offering), courses.absences(offering)
    query = select(Grade).where(Grade.offering_id == offering.id).order_by(Grade.attempt_no, Grade.id)
    latest = {grade.user_id: grade for grade in db.session.execute(query).scalars()}
    rows = []
    for at, user in enumerate(courses.list_learners(offering.cohort), start=1):
        grade = latest.get(user.id)
        own = [marks.get(user.id, {}).get(component.code) for component in rules.components]
        rows.append(
            [at, user.code, user.full_name, user.birth_date or "", *own, missed.get(user.id, 0), *_grade(grade)]
        )
    headers = [
        _("Serial no."), _("Code"), _("Full name"), _("Date of birth"),
        *(component.name for component in rules.components),
        _("Periods absent"), _("Exam mark"), _("Module grade"), _("Letter"), _("Classification"), _("Result"),
        _("Attempt"),
    ]  # fmt: skip
    of_what = f"{offering.course_module.name} ({offering.course_module.code})"
    titles = [courses.school().name, f"{of_what}, {offering.cohort.name}, {offering.term.name}"]
    widths = [6, 14, 30, 14, *[14] * len(rules.components), 14, 12, 14, 10, 16, 16, 10]
    return Table(offering.cohort.code, headers, rows, titles, widths)


def _grade(grade: Grade | None) -> list:
    if grade is None:
        return [None, None, "", "", "", None]
    result = messages.pass_label(grade.is_pass)
    return [grade.exam_mark, grade.value, grade.letter or "", grade.classification or "", result, grade.attempt_no]
