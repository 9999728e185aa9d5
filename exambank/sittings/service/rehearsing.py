"""Trying the room: the real page, the real protocol, questions about the room itself. Anybody may, any time."""

import base64
import secrets
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exambank import audit
from exambank.assembly import service as assembly
from exambank.assembly.models import ExamPaper
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.permissions import Actor
from exambank.sittings import rehearsal, rules
from exambank.sittings.models import Sitting
from exambank.sittings.rules import AT_WORK, Act, State
from exambank.sittings.service.closing import close_sitting
from exambank.sittings.service.preparing import begin_generation

TITLE = "Thi thử phòng máy"  # stored once for all; pages show it in the reader's language


class Rehearsing(StrEnum):
    """Whether a rehearsal may be started now."""

    OPEN = "open"
    EXAM_RUNS = "exam_runs"
    OFF = "off"


def rehearsing() -> Rehearsing:
    """What the school chose, and whether an exam is open now."""
    chosen = courses.school_settings().rehearsal
    if chosen == "never":
        return Rehearsing.OFF
    return Rehearsing.EXAM_RUNS if chosen == "quiet" and exams.is_any_exam_open() else Rehearsing.OPEN


def find_own_rehearsal(actor: Actor) -> Sitting | None:
    """The try that this person has not ended."""
    query = (
        select(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.user_id == actor.user_id, Exam.is_rehearsal, Sitting.state != State.CLOSED)
        .order_by(Sitting.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def start_rehearsal(*, actor: Actor, now: datetime) -> Sitting:
    """A new try; one that was left unended is ended by it. The first one ever lays the ground."""
    if rehearsing() is not Rehearsing.OPEN:
        raise StateConflict(_("The rehearsal is switched off now. Try again after the exam."))
    try:
        return _start(actor, now)
    except IntegrityError:  # two laid the ground at once, or one pressed twice: what is there now is enough
        return find_own_rehearsal(actor) or _start(actor, now)


def _start(actor: Actor, now: datetime) -> Sitting:
    with unit_of_work() as session:
        exam = exams.find_rehearsal() or _open(actor, now)
        paper = session.execute(select(ExamPaper).where(ExamPaper.paper_set_id == exam.paper_set_id)).scalar_one()
        begin_generation()
        _end_others(session, actor, exam, now)
        candidacy = exams.list_for_rehearsal(actor=actor, exam=exam, paper=paper)
        sitting = Sitting(
            candidacy_id=candidacy.id, exam_id=exam.id, user_id=actor.user_id, paper_id=paper.id,
            question_count=len(paper.layout), journal_key=base64.b64encode(secrets.token_bytes(32)).decode(),
        )  # fmt: skip
        session.add(sitting)
        session.flush()
        audit.record(actor, "rehearsal.started", sitting, attempt=candidacy.attempt_no)
    return sitting


def _open(actor: Actor, now: datetime) -> Exam:
    ground = courses.find_rehearsal_ground() or courses.lay_rehearsal_ground(actor=actor, now=now)
    paper = assembly.make_rehearsal_paper(
        actor=actor, now=now, course_module=ground[0], name=TITLE, layout=rehearsal.layout()
    )
    return exams.open_rehearsal(
        actor=actor, now=now, ground=ground, paper=paper, title=TITLE, seconds=rehearsal.MINUTES * 60
    )


def _end_others(session, actor: Actor, exam: Exam, now: datetime) -> None:
    unended = select(Sitting).where(
        Sitting.user_id == actor.user_id, Sitting.exam_id == exam.id, Sitting.state != State.CLOSED
    )
    for row in session.execute(unended.with_for_update(of=Sitting)).scalars():
        if row.state in AT_WORK:
            close_sitting(actor=actor, now=now, sitting=row, reason=_("A new rehearsal was started."))
        else:
            row.state = rules.target(row.state, Act.RECORD_ABSENT)
            row.closed_at, row.closed_by = now, "absent"
