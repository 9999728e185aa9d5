"""The rehearsal: one exam, always open, for anybody and any number of times; no list, mark or statistic knows it."""

import random
from datetime import UTC, datetime

from sqlalchemy import func, select

from exambank import audit
from exambank.assembly.models import ExamPaper
from exambank.courses.models import CourseModule, Regulation
from exambank.courses.rules import RoomRules
from exambank.db import db, unit_of_work
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.permissions import Actor

_ENDS_AT = datetime(2999, 12, 31, tzinfo=UTC)  # its window is as good as endless; each try has its own time


def find_rehearsal() -> Exam | None:
    """The rehearsal, once somebody has begun one."""
    query = select(Exam).where(Exam.is_rehearsal, Exam.state == "open").order_by(Exam.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def open_rehearsal(
    *, actor: Actor, now: datetime, ground: tuple[CourseModule, Regulation], paper: ExamPaper, title: str, seconds: int
) -> Exam:
    """Make it, open: everybody starts by himself, needs no code and may hand in at once."""
    module, regulation = ground
    room = RoomRules.parse({"late_entry_seconds": 0, "earliest_leave_share": "0", "flush_window_seconds": 10,
                            "grace_seconds": 60}).as_dict()  # fmt: skip
    with unit_of_work() as session:
        exam = Exam(
            course_module_id=module.id, regulation_id=regulation.id, paper_set_id=paper.paper_set_id, title=title,
            state="open", start_mode="personal", opens_at=now, opened_at=now, closes_at=_ENDS_AT,
            duration_seconds=seconds, session_code=rules.session_code(random.SystemRandom()), rules=room,
            release={"mark": "never", "review": "never"}, conduct=rules.Conduct(needs_code=False).as_dict(),
            is_rehearsal=True, created_by_id=actor.user_id, created_at=now,
        )  # fmt: skip
        session.add(exam)
        session.flush()
        audit.record(actor, "rehearsal.opened", exam, at=now)
    return exam


def list_for_rehearsal(*, actor: Actor, exam: Exam, paper: ExamPaper) -> Candidacy:
    """This person's next try; inside the unit of work of whoever prepares the sitting."""
    with unit_of_work() as session:
        tries = session.execute(
            select(func.coalesce(func.max(Candidacy.attempt_no), 0)).where(
                Candidacy.exam_id == exam.id, Candidacy.user_id == actor.user_id
            )
        ).scalar_one()
        candidacy = Candidacy(
            exam_id=exam.id, user_id=actor.user_id, number=f"TT{actor.user_id}-{tries + 1}", paper_id=paper.id,
            attempt_no=tries + 1,
        )  # fmt: skip
        session.add(candidacy)
        session.flush()
    return candidacy
