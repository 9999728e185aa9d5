"""What others ask of exams."""

import functools
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from exambank.accounts.models import RoleGrant, User
from exambank.courses import service as courses
from exambank.courses.models import Offering
from exambank.courses.rules import RoomRules
from exambank.db import db
from exambank.errors import NotFound
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam, ExamRoom, Invigilation
from exambank.permissions import Actor, Permission, Role


def _get(model, public_id: str):
    found = db.session.execute(select(model).where(model.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_exam(public_id: str) -> Exam:
    """The exam, or NotFound."""
    return _get(Exam, public_id)


def get_room(public_id: str) -> ExamRoom:
    """The exam's room, or NotFound."""
    return _get(ExamRoom, public_id)


def get_candidacy(public_id: str) -> Candidacy:
    """The candidacy, or NotFound."""
    return _get(Candidacy, public_id)


def find_candidacy(exam_id: int, user_id: int) -> Candidacy | None:
    """This learner's candidacy for this exam."""
    query = select(Candidacy).where(Candidacy.exam_id == exam_id, Candidacy.user_id == user_id)
    return db.session.execute(query).scalar_one_or_none()


def room_rules(exam: Exam) -> RoomRules:
    """The rules of the room that were frozen with this exam."""
    return RoomRules.parse(exam.rules)


def is_any_exam_open() -> bool:
    """Whether an exam is open now: migrations and large imports are refused then."""
    query = select(Exam.id).where(Exam.state == "open", ~Exam.is_rehearsal).limit(1)
    return db.session.execute(query).first() is not None


def list_exams_for(actor: Actor) -> list[Exam]:
    """Exams that ``actor`` may see: of own modules or department, or with a room to watch; the latest first."""
    modules = [module.id for module in courses.list_modules_for(actor, Permission.EXAM_SEE)]
    watched = select(ExamRoom.exam_id).where(ExamRoom.id.in_(actor.room_ids))
    query = (
        select(Exam)
        .where(or_(Exam.course_module_id.in_(modules), Exam.id.in_(watched)), ~Exam.is_rehearsal)
        .options(joinedload(Exam.course_module), joinedload(Exam.offering).joinedload(Offering.cohort))
        .options(selectinload(Exam.rooms))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )
    return list(db.session.execute(query).scalars())


def list_candidates(exam: Exam) -> list[Candidacy]:
    """All candidacies by number; who may not sit comes last, by name."""
    query = select(Candidacy).where(Candidacy.exam_id == exam.id).options(joinedload(Candidacy.user))
    return sorted(
        db.session.execute(query).scalars(),
        key=lambda one: (one.number is None, len(one.number or ""), one.number or "", one.user.sort_key),
    )


@dataclass(frozen=True)
class Tally:
    """How many candidates are listed, may sit, have a number, a room, a paper.

    While the papers are sealed ``bound`` counts those who get one at the opening, by a draw made and sealed already.
    """

    listed: int
    eligible: int
    numbered: int
    placed: int
    bound: int
    by_room: dict[int | None, int]

    @property
    def barred(self) -> int:
        return self.listed - self.eligible


def tally(exam: Exam) -> Tally:
    """Count the candidates of an exam by what they have."""
    rows = db.session.execute(
        select(Candidacy.is_eligible, Candidacy.number, Candidacy.room_id, Candidacy.paper_id).where(
            Candidacy.exam_id == exam.id
        )
    ).all()
    eligible = [row for row in rows if row.is_eligible]
    return Tally(
        listed=len(rows),
        eligible=len(eligible),
        numbered=sum(row.number is not None for row in eligible),
        placed=sum(row.room_id is not None for row in eligible),
        bound=sum((row.number if exam.sealed_seed is not None else row.paper_id) is not None for row in eligible),
        by_room=dict(Counter(row.room_id for row in eligible)),
    )


def list_rooms_of(actor: Actor, exam: Exam) -> list[ExamRoom]:
    """The rooms of this exam that ``actor`` watches."""
    return [room for room in exam.rooms if room.id in actor.room_ids]


def list_invigilators() -> list[User]:
    """Active people who hold the role, by name."""
    query = (
        select(User)
        .where(User.is_active, User.id.in_(select(RoleGrant.user_id).where(RoleGrant.role == Role.INVIGILATOR)))
        .order_by(User.sort_key)
    )
    return list(db.session.execute(query).scalars())


@dataclass(frozen=True)
class LearnerExam:
    """An exam as its learner sees it on the desk: no paper, no code."""

    exam_id: str
    candidacy_id: str
    title: str
    course_module: str
    state: str
    result_state: str
    opens_at: datetime
    closes_at: datetime
    duration_seconds: int
    extra_seconds: int
    start_mode: str
    number: str | None
    room: str | None
    is_eligible: bool
    reasons: tuple[dict, ...]
    release: dict[str, str]
    when: str  # upcoming, open, past


def list_for_learner(user_id: int, now: datetime) -> list[LearnerExam]:
    """The exams this learner is listed for, as soon as they are ready; the next one first, then the past ones."""
    listed = db.session.execute(_candidacies_of_user(), {"user_id": user_id}).scalars()
    found = [_for_learner(candidacy, now) for candidacy in listed]
    past = [one for one in found if one.when == "past"]
    return [one for one in found if one.when != "past"] + past[::-1]


@functools.cache  # a whole class comes in together: making the statement takes longer than running it
def _candidacies_of_user() -> Select:
    return (
        select(Candidacy)
        .join(Candidacy.exam)
        .where(Candidacy.user_id == bindparam("user_id"), Exam.state != "draft", ~Exam.is_rehearsal)
        .options(joinedload(Candidacy.exam).joinedload(Exam.course_module), joinedload(Candidacy.room))
        .order_by(Exam.opens_at, Exam.id)
    )


def _for_learner(candidacy: Candidacy, now: datetime) -> LearnerExam:
    exam = candidacy.exam
    return LearnerExam(
        exam_id=exam.public_id, candidacy_id=candidacy.public_id, title=exam.title,
        course_module=exam.course_module.name, state=exam.state, result_state=exam.result_state,
        opens_at=exam.opens_at, closes_at=exam.closes_at, duration_seconds=exam.duration_seconds,
        extra_seconds=candidacy.extra_seconds, start_mode=exam.start_mode, number=candidacy.number,
        room=candidacy.room.name if candidacy.room else None, is_eligible=candidacy.is_eligible,
        reasons=tuple(candidacy.ineligible_reasons), release=dict(exam.release),
        when=rules.when_is(exam, now),
    )  # fmt: skip


def invigilations_at(exam: Exam, user_ids: set[int]) -> list[Invigilation]:
    """Rooms that these people watch in other exams at the same time."""
    query = (
        select(Invigilation)
        .join(Invigilation.room)
        .join(ExamRoom.exam)
        .where(Invigilation.user_id.in_(user_ids), Exam.id != exam.id, Exam.state.in_(["draft", "ready", "open"]))
        .where(Exam.opens_at < exam.closes_at, Exam.closes_at > exam.opens_at)
    )
    return list(db.session.execute(query).scalars())
