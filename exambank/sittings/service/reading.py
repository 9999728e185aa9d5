"""Queries: a candidate's own sittings, the rows marking and analysis work on, the invigilator's summary."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from exambank.accounts.models import User
from exambank.assembly.models import ExamPaper
from exambank.bank.models import ItemVersion, Media
from exambank.db import db, to_milliseconds
from exambank.errors import NotFound
from exambank.exams import rules as exam_rules
from exambank.exams.models import Candidacy, Exam, ExamRoom, Invigilation
from exambank.permissions import Actor, Permission, Role, allows
from exambank.sittings import papers
from exambank.sittings.models import Response, Sitting
from exambank.sittings.papers import Question
from exambank.sittings.rules import State

SUMMARY_LIFE = timedelta(seconds=2)
_SUMMARIES = "exambank_sittings_summaries"


def find_sitting(public_id: str) -> Sitting | None:
    """A sitting with its exam, candidate and paper."""
    return db.session.execute(_sitting_and_all(), {"public_id": public_id}).scalar_one_or_none()


@functools.cache  # every page of the room asks it: making the statement takes longer than running it
def _sitting_and_all() -> Select:
    return (
        select(Sitting)
        .where(Sitting.public_id == bindparam("public_id"))
        .options(
            joinedload(Sitting.candidacy).joinedload(Candidacy.room), joinedload(Sitting.exam),
            joinedload(Sitting.user), joinedload(Sitting.paper),
        )
    )  # fmt: skip


def get_sitting(public_id: str) -> Sitting:
    """A sitting, or NotFound."""
    found = find_sitting(public_id)
    if found is None:
        raise NotFound()
    return found


def list_own(actor: Actor) -> list[Sitting]:
    """A learner's own sittings: what is on or to come first, then the newest."""
    return list(db.session.execute(_sittings_of_user(), {"user_id": actor.user_id}).scalars())


@functools.cache
def _sittings_of_user() -> Select:
    return (
        select(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.user_id == bindparam("user_id"), Exam.state != "cancelled", ~Exam.is_rehearsal)
        .options(joinedload(Sitting.exam), joinedload(Sitting.candidacy).joinedload(Candidacy.room))
        .order_by(Sitting.state == State.CLOSED, Exam.opens_at.desc())
    )


def questions_of(sitting: Sitting) -> tuple[Question, ...]:
    """The questions of this sitting's paper, as its candidate meets them."""
    return papers.questions_of(sitting.paper.public_id)


def stored_of(sitting: Sitting) -> dict[int, Response]:
    """What is stored for each question."""
    rows = db.session.execute(select(Response).where(Response.sitting_id == sitting.id)).scalars()
    return {row.question: row for row in rows}


def answered_of(sitting: Sitting) -> set[int]:
    """The questions that have an answer, blanks not counted."""
    return set(db.session.execute(_answered(), {"sitting_id": sitting.id}).scalars())


@functools.cache
def _answered() -> Select:
    return select(Response.question).where(Response.sitting_id == bindparam("sitting_id"), ~Response.is_blank)


def count_answered(sitting: Sitting) -> int:
    """How many questions have an answer."""
    return len(answered_of(sitting))


def find_media(sitting: Sitting, number: int) -> Media | None:
    """The picture of a question of this sitting."""
    questions = questions_of(sitting)
    if not 1 <= number <= len(questions):
        return None
    query = (
        select(Media)
        .join(ItemVersion, ItemVersion.media_id == Media.id)
        .where(ItemVersion.id == questions[number - 1].version_id)
    )
    return db.session.execute(query).scalar_one_or_none()


def find_picture(sitting: Sitting, number: int, name: str) -> Media | None:
    """A picture that stands in this question of this sitting's paper: no other, whoever knows its name."""
    questions = questions_of(sitting)
    if not 1 <= number <= len(questions) or name not in questions[number - 1].pictures:
        return None
    query = select(Media).where(Media.public_id == questions[number - 1].pictures[name])
    return db.session.execute(query).scalar_one_or_none()


def start_of(exam: Exam) -> datetime:
    """When the room's clock starts."""
    return exam_rules.start_of(exam)


def started_ms(sitting: Sitting) -> int:
    """From when this candidate's time runs, in milliseconds: the start for all, or the own entry."""
    started = exam_rules.start_of(sitting.exam)
    if sitting.exam.start_mode != "uniform" and sitting.entered_at:
        started = max(started, sitting.entered_at)
    return to_milliseconds(started)


def is_mark_open(exam: Exam) -> bool:
    """Whether the release rules show the candidate the mark now."""
    return exam_rules.is_review_open(exam.release, "mark", exam.state, exam.result_state)


# --- for marking and analysis ---


@dataclass(frozen=True)
class ResponseRow:
    """One question of one sitting; ``payload`` is None when nothing was ever given to it."""

    sitting_id: int
    sitting: str
    user_id: int
    question: int
    payload: str | None
    item_version_id: int
    points: Decimal
    options: tuple[str, ...]
    entry: dict[str, Any]


def list_closed(exam: Exam) -> list[Sitting]:
    """Closed sittings of candidates who were there, by candidate number."""
    query = (
        select(Sitting)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .where(Sitting.exam_id == exam.id, Sitting.state == State.CLOSED, Sitting.closed_by != "absent")
        .options(joinedload(Sitting.candidacy), joinedload(Sitting.user), joinedload(Sitting.paper))
        .order_by(Candidacy.number)
    )
    return list(db.session.execute(query).scalars())


def list_sittings(exam: Exam) -> list[Sitting]:
    """All sittings of an exam, by candidate number."""
    query = (
        select(Sitting)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .where(Sitting.exam_id == exam.id)
        .options(joinedload(Sitting.candidacy), joinedload(Sitting.user))
        .order_by(Candidacy.number)
    )
    return list(db.session.execute(query).scalars())


def responses_of(exam: Exam) -> list[ResponseRow]:
    """Every question of every closed sitting of an exam (the absent left out), unanswered ones with payload None."""
    return list(_response_rows(Sitting.exam_id == exam.id))


def responses_of_sitting(sitting: Sitting) -> list[ResponseRow]:
    """The same for one closed sitting."""
    return list(_response_rows(Sitting.id == sitting.id))


def _response_rows(condition) -> Iterator[ResponseRow]:
    is_in = (Sitting.state == State.CLOSED) & (Sitting.closed_by != "absent") & condition
    given = {
        (row.sitting_id, row.question): row.payload
        for row in db.session.execute(
            select(Response.sitting_id, Response.question, Response.payload)
            .join(Sitting, Sitting.id == Response.sitting_id)
            .where(is_in)
        )
    }
    sittings = db.session.execute(
        select(Sitting.id, Sitting.public_id, Sitting.user_id, ExamPaper.layout)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .where(is_in)
        .order_by(Sitting.id)
    ).all()
    for one in sittings:
        for number, entry in enumerate(one.layout, start=1):
            yield ResponseRow(
                one.id, one.public_id, one.user_id, number, given.get((one.id, number)), entry["version"],
                Decimal(str(entry["points"])), tuple(entry.get("options") or ()), entry,
            )  # fmt: skip


# --- the invigilator's room ---


def find_room(public_id: str) -> ExamRoom | None:
    """A room of an exam."""
    return db.session.execute(select(ExamRoom).where(ExamRoom.public_id == public_id)).scalar_one_or_none()


def list_rooms(actor: Actor) -> list[ExamRoom]:
    """Rooms this person may watch: the running first, then the coming, the closed last."""
    query = (
        select(ExamRoom)
        .join(Exam, Exam.id == ExamRoom.exam_id)
        .where(Exam.state.in_(("ready", "open", "closed")))
        .options(joinedload(ExamRoom.exam))
        .order_by(Exam.state == "closed", Exam.state == "ready", Exam.opens_at.desc(), ExamRoom.id)
        .limit(200)
    )
    if not actor.has(Role.TRAINING_OFFICE, Role.QUALITY_OFFICE, Role.LEADERSHIP, Role.INSPECTOR):
        query = query.where(ExamRoom.id.in_(actor.room_ids))
    return [room for room in db.session.execute(query).scalars() if allows(actor, Permission.ROOM_WATCH, room)]


def list_invigilators(room: ExamRoom) -> list[str]:
    """The names of a room's invigilators."""
    query = (
        select(User.full_name)
        .join(Invigilation, Invigilation.user_id == User.id)
        .where(Invigilation.room_id == room.id)
        .order_by(User.sort_key)
    )
    return list(db.session.execute(query).scalars())
