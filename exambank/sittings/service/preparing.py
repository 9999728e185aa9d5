"""Before the bell, and after a restore: the rows of a room's sittings and the database's generation."""

import base64
import functools
import secrets

from sqlalchemy import Select, select, update

from exambank import audit
from exambank.assembly.models import ExamPaper
from exambank.db import db, new_public_id, unit_of_work
from exambank.exams import service as exams
from exambank.exams.models import Candidacy, Exam
from exambank.permissions import SYSTEM
from exambank.sittings import rules
from exambank.sittings.models import Generation, Sitting


def prepare(exam_public_id: str) -> int:
    """One sitting for each eligible candidacy that has its paper; again is harmless. Returns how many are new.

    Whoever was prepared with another paper before (a reserve took its place) gets the present one.
    """
    exam = exams.get_exam(exam_public_id)
    exams.ensure_rescue_keys(exam)
    with unit_of_work() as session:
        _ensure_generation(session)
        changed = _follow_papers(session, exam)
        there = select(Sitting.candidacy_id).where(Sitting.exam_id == exam.id)
        rows = session.execute(
            select(Candidacy.id, Candidacy.user_id, Candidacy.room_id, Candidacy.paper_id, ExamPaper.layout)
            .join(ExamPaper, ExamPaper.id == Candidacy.paper_id)
            .where(Candidacy.exam_id == exam.id, Candidacy.is_eligible, Candidacy.id.not_in(there))
            .order_by(Candidacy.id)
        ).all()
        session.add_all(
            Sitting(
                candidacy_id=row.id, exam_id=exam.id, room_id=row.room_id, user_id=row.user_id, paper_id=row.paper_id,
                question_count=len(row.layout), journal_key=_new_key(),
            )
            for row in rows
        )  # fmt: skip
        audit.record(SYSTEM, "sittings.prepared", exam, count=len(rows), changed=changed)
    return len(rows)


def _follow_papers(session, exam: Exam) -> int:
    """Sittings that nobody has entered follow their candidacy to another paper; returns how many did."""
    rows = session.execute(
        select(Sitting, ExamPaper)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(ExamPaper, ExamPaper.id == Candidacy.paper_id)
        .where(
            Sitting.exam_id == exam.id, Sitting.state == "ready", Sitting.entered_at.is_(None),
            Sitting.paper_id != Candidacy.paper_id,
        )
    ).all()  # fmt: skip
    for sitting, paper in rows:
        sitting.paper_id, sitting.question_count = paper.id, len(paper.layout)
    return len(rows)


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _ensure_generation(session) -> Generation:
    found = session.execute(select(Generation).order_by(Generation.id).limit(1)).scalar_one_or_none()
    if found is None:
        found = Generation(value=new_public_id())
        session.add(found)
        session.flush()
    return found


def generation() -> str | None:
    """The name of the database's present life; None before the first room was prepared."""
    return db.session.execute(_present_generation()).scalar_one_or_none()


@functools.cache  # asked whenever a clock is told
def _present_generation() -> Select:
    return select(Generation.value).order_by(Generation.id).limit(1)


def begin_generation() -> str:
    """Name the database's first life, at set-up; again is harmless."""
    with unit_of_work() as session:
        return _ensure_generation(session).value


def raise_epochs_after_restore() -> str:
    """Begin a new generation: no browser's epoch is current, each enters again and sends what the server lacks."""
    with unit_of_work() as session:
        row = _ensure_generation(session)
        row.value = new_public_id()
        session.execute(
            update(Sitting)
            .values(epoch=Sitting.epoch + rules.RESTORE_STEP)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        audit.record(SYSTEM, "sittings.restored", f"generation:{row.value}")
        return row.value
