"""What stands in each document, as plain data: the same rows in the database give the same data."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import text
from exambank.accounts.models import User
from exambank.courses import service as courses
from exambank.courses.models import School
from exambank.courses.rules import RegulationRules
from exambank.db import db
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.documents.service.availability import families_of
from exambank.documents.service.minutes import minutes_of_room
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.grades import service as grades
from exambank.marking import service as marking

Content = dict[str, Any]


def contents_of(kind: str, exam: Exam, room: ExamRoom | None) -> Content:
    """Everything the check code covers: the document without the time of its printing."""
    school = courses.school()
    return {
        "kind": kind,
        "title": wording.TITLES.get(kind) or f"BẢNG ĐIỂM {module_word(school).upper()}",
        "subtitle": _subtitle(school, exam),
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
        "office": wording.OFFICE,
        **_WRITERS[kind](exam, room),
    }


def module_word(school: School) -> str:
    """The school's own word for a course module, on Vietnamese paper."""
    chosen = (school.labels or {}).get("course_module") or "course_module"
    return wording.MODULE_WORDS.get(chosen, chosen)


def _learner_word(school: School) -> str:
    chosen = (school.labels or {}).get("learner") or "learner"
    return wording.LEARNER_WORDS.get(chosen, chosen)


def _subtitle(school: School, exam: Exam) -> list[str]:
    module = f"{module_word(school).capitalize()}: {exam.course_module.name} ({exam.course_module.code})"
    cohort = f", {exam.offering.cohort.name}" if exam.offering else ""
    return [rules.soften(exam.title), rules.soften(module + cohort)]


def _facts(exam: Exam, room: ExamRoom | None) -> list[list[str]]:
    pairs = [
        ["Ngày thi", f"{wording.date_of(exam.opens_at)}, {wording.time_of(exam.opens_at)}"],
        ["Thời gian làm bài", wording.minutes_of(exam.duration_seconds)],
    ]
    if room is not None:
        pairs.append(["Phòng thi", rules.soften(room.name)])
    return [*pairs, ["Hình thức", wording.form_of(families_of(exam))]]


def _person(user: User) -> dict[str, str]:
    family, given = rules.split_name(user.full_name)
    return {
        "family": rules.soften(family), "given": rules.soften(given), "birth_date": user.birth_date or "",
        "unit": rules.soften(user.unit_name or ""),
    }  # fmt: skip


def candidates_of(exam: Exam, room: ExamRoom | None) -> list[Candidacy]:
    """Who may sit, by candidate number; of one room, or of the exam."""
    query = (
        select(Candidacy)
        .where(Candidacy.exam_id == exam.id, Candidacy.is_eligible, Candidacy.number.is_not(None))
        .options(joinedload(Candidacy.user), joinedload(Candidacy.paper))
    )
    if room is not None:
        query = query.where(Candidacy.room_id == room.id)
    return sorted(db.session.execute(query).scalars(), key=lambda one: (len(one.number), one.number))


def _candidate_list(exam: Exam, room: ExamRoom | None) -> Content:
    people = candidates_of(exam, room)
    has_seats = any(one.seat for one in people)
    rows = [
        {
            **_person(one.user),
            "number": one.number,
            **({"seat": one.seat or ""} if has_seats else {}),
            "paper": one.paper.code if one.paper else "",
            "note": f"thêm {wording.minutes_of(one.extra_seconds)}" if one.extra_seconds else "",
        }
        for one in people
    ]
    return {
        "facts": _facts(exam, room),
        "rows": rows,
        "closing": f"Danh sách có {len(rows)} thí sinh. Có mặt: .......... Vắng: .......... (số báo danh: "
        "..............................)",
    }  # fmt: skip


def _result_list(exam: Exam, room: ExamRoom | None) -> Content:
    sheet = {row.user_id: row for row in marking.sheet_of(exam)}
    people = candidates_of(exam, room)
    rows = [
        {
            **_person(one.user),
            "number": one.number,
            "paper": one.paper.code if one.paper else "",
            **_mark_cell(sheet[one.user_id].scaled, sheet[one.user_id].state),
        }
        for one in people
    ]
    count = Counter(sheet[one.user_id].state for one in people)
    present = len(rows) - count["absent"]
    awaited = f", đang chờ bài {count['awaited']}" if count["awaited"] else ""
    awaited += f", đang chấm {count['marking']}" if count["marking"] else ""
    return {
        "facts": _facts(exam, room),
        "rows": rows,
        "closing": f"Danh sách có {len(rows)} thí sinh: có mặt {present}, vắng {count['absent']}{awaited}. "
        "Không ký: .......... Vi phạm quy chế: ..........",
    }


def _draw_list(exam: Exam, room: ExamRoom | None) -> Content:
    """Who drew which slip, by the recorded seed; the codes are for the examiners at the table."""
    codes = marking.oral_codes(exam)
    rows = [
        {
            **_person(one.user),
            "number": one.number,
            "slip": one.paper.code if one.paper else "",
            "codes": ", ".join(codes.get(one.id, ())),
        }
        for one in candidates_of(exam, room)
    ]
    return {
        "facts": [*_facts(exam, room), ["Mã bốc thăm", exam.paper_seed or ""]],
        "rows": rows,
        "closing": f"Danh sách có {len(rows)} thí sinh. Phiếu thi do máy bốc ngẫu nhiên theo mã bốc thăm ghi ở trên; "
        "ai cũng có thể bốc lại bằng mã đó và được đúng kết quả này. Mã bài dùng để giám khảo mở bài khi chấm.",
    }


def _mark_cell(scaled: Decimal | None, state: str) -> dict[str, Any]:
    if scaled is not None:
        return {"mark": _mark(scaled), "is_mark": True}
    return {"mark": _without_mark(state), "is_mark": False}


def _without_mark(state: str) -> str:
    return {"absent": wording.ABSENT, "marking": wording.BEING_MARKED}.get(state, wording.AWAITED)


def _mark(points: Decimal) -> str:
    return text.format_points(points, "vi", 1)


def _mark_sheet(exam: Exam, room: ExamRoom | None) -> Content:
    sheet = {row.user_id: row for row in marking.sheet_of(exam)}
    rows = []
    for order, one in enumerate(candidates_of(exam, None), start=1):
        row = sheet[one.user_id]
        rows.append({
            **_person(one.user), "order": str(order), "number": one.number,
            "mark": "" if row.scaled is None else _mark(row.scaled),
            "words": "" if row.scaled is None else text.points_in_words(row.scaled),
            "note": "" if row.scaled is not None else _without_mark(row.state),
        })  # fmt: skip
    marked = sum(bool(row["mark"]) for row in rows)
    return {
        "facts": _facts(exam, None),
        "rows": rows,
        "closing": f"Bảng điểm có {len(rows)} thí sinh, {marked} bài thi được chấm, {len(rows) - marked} thí sinh "
        "không có bài thi.",
    }


def _grade_sheet(exam: Exam, room: ExamRoom | None) -> Content:
    school, found = courses.school(), grades.list_grades(exam)
    parsed = {grade.regulation_id: RegulationRules.parse(grade.regulation.rules) for grade in found}
    columns = {one.code: one.name for regulation in parsed.values() for one in regulation.components}
    rows = [
        {
            **_person(grade.user),
            "order": str(order),
            "code": grade.user.code,
            "components": [_given(grade.components.get(code)) for code in columns],
            "exam_mark": _given(grade.exam_mark),
            "mark": _given(grade.value),
            "words": "" if grade.value is None else text.points_in_words(grade.value),
            "classification": grade.classification or grade.letter or "",
            "note": wording.REMARKS.get(grade.remark, ""),
        }
        for order, grade in enumerate(found, start=1)
    ]
    passed = sum(grade.is_pass is True for grade in found)
    failed = sum(grade.is_pass is False for grade in found)
    return {
        "facts": [
            *_facts(exam, None)[:1],
            ["Quy chế", "; ".join(dict.fromkeys(grade.regulation.title for grade in found))],
        ],
        "components": list(columns.values()),
        "learner_code": f"Mã {_learner_word(school)}",
        "grade_name": f"Điểm {module_word(school)}",
        "rows": rows,
        "closing": f"Bảng điểm có {len(rows)} {_learner_word(school)}: đạt {passed}, không đạt {failed}, "
        f"chưa có kết quả {len(rows) - passed - failed}.",
    }  # fmt: skip


def _given(mark: Decimal | str | None) -> str:
    return "" if mark is None else _mark(Decimal(mark))


def _minutes(exam: Exam, room: ExamRoom | None) -> Content:
    return minutes_of_room(exam, room, candidates_of(exam, room))


_WRITERS: dict[str, Callable[[Exam, ExamRoom | None], Content]] = {
    "candidate_list": _candidate_list,
    "draw_list": _draw_list,
    "result_list": _result_list,
    "minutes": _minutes,
    "mark_sheet": _mark_sheet,
    "grade_sheet": _grade_sheet,
}
