"""The act of printing, and the record of what was printed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, text
from exambank.accounts.models import User
from exambank.audit import AuditDetail, AuditEvent
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.documents.service.availability import facts_of
from exambank.documents.service.contents import contents_of
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.exams.models import Exam, ExamRoom
from exambank.marking import service as marking
from exambank.permissions import Actor

VERB = "document.printed"


@dataclass(frozen=True)
class Printed:
    """A finished document."""

    body: bytes
    file_name: str
    code: str


def print_document(*, actor: Actor, now: datetime, kind: str, exam: Exam, room: ExamRoom | None = None) -> Printed:
    """Set the document as it stands now and record the printing; what cannot be printed yet is refused and says why."""
    decision = rules.may_print(kind, facts_of(exam)[room.id if room else None])
    if not decision.may:
        raise StateConflict(wording.reason_text(decision))
    if kind == "draw_list":
        marking.prepare_scripts(exam)  # a candidate admitted late has a code too
    content = contents_of(kind, exam, room)
    code = rules.check_code(content)
    copy = 1 + sum(one.kind == kind for one in list_printings(exam, [room] if room else [], with_exam=room is None))
    body = typeset(kind, {**content, **stamp_of(content, now, code, copy)}, now)
    with unit_of_work():
        audit.record(actor, VERB, room or exam, kind=kind, code=code, copy=copy, exam=exam.public_id)
    return Printed(body, _file_name(content, exam, room), code)


def stamp_of(content: dict, now: datetime, code: str, copy: int) -> dict:
    """What belongs to this printing alone and is not covered by the check code."""
    at = wording.local(now)
    return {
        "header": {**content["header"], "place_date": rules.place_date(courses.school().place, at)},
        "foot": {
            "printed": f"exambank, in lúc {at:%H:%M} ngày {at:%d/%m/%Y}, bản in {copy}.",
            "code": rules.show_code(code),
            "head": audit.head().short,
        },
    }


def count_printings(thing: Any, kind: str, **details: str) -> int:
    """How often this kind of document was printed of it already; ``details`` as they were recorded."""
    query = (
        select(AuditDetail.details)
        .join(AuditEvent, AuditEvent.number == AuditDetail.number)
        .where(AuditEvent.verb == VERB, AuditEvent.thing == f"{thing.__tablename__}:{thing.public_id}")
    )
    wanted = {"kind": kind, **details}.items()
    return sum(wanted <= json.loads(told).items() for told in db.session.scalars(query))


def _file_name(content: dict, exam: Exam, room: ExamRoom | None) -> str:
    parts = [content["title"], exam.course_module.code, exam.offering.cohort.code if exam.offering else ""]
    return rules.file_name(*(text.search_key(part) for part in [*parts, room.name if room else ""]))


@dataclass(frozen=True)
class Printing:
    """One printing, as the audit chain has it. ``is_current``: the document would come out the same now."""

    at: datetime
    who: str
    kind: str
    room: str | None
    code: str
    copy: int
    is_current: bool


def list_printings(
    exam: Exam, rooms: list[ExamRoom], *, with_exam: bool = True, compare: bool = False, limit: int = 200
) -> list[Printing]:
    """What was printed of these rooms (and of the exam as a whole), newest first."""
    things = {f"exam_room:{room.public_id}": room for room in rooms}
    if with_exam:
        things[f"exam:{exam.public_id}"] = None
    query = (
        select(AuditEvent.at, AuditEvent.thing, AuditDetail.details, User.full_name)
        .join(AuditDetail, AuditDetail.number == AuditEvent.number)
        .outerjoin(User, User.public_id == AuditEvent.actor)
        .where(AuditEvent.verb == VERB, AuditEvent.thing.in_(things))
        .order_by(AuditEvent.number.desc())
        .limit(limit)
    )
    current: dict[tuple, str] = {}
    found = []
    for row in db.session.execute(query):
        details, room = json.loads(row.details), things[row.thing]
        key = (details["kind"], room.id if room else None)
        if compare and key not in current:
            current[key] = rules.check_code(contents_of(details["kind"], exam, room))
        found.append(
            Printing(
                row.at, row.full_name or _("the server itself"), details["kind"], room.name if room else None,
                rules.show_code(details["code"]), details["copy"], current.get(key) == details["code"],
            )
        )  # fmt: skip
    return found
