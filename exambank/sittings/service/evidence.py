"""What a person decides on: a candidate's late answers with what the server itself saw, and what the machine claims."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank.db import db
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.sittings.models import (
    ContactGap,
    FocusEvent,
    QuarantinedSave,
    RescueFile,
    Response,
    ResponseEvent,
    RoomEvent,
    Sitting,
)
from exambank.sittings.papers import Question
from exambank.sittings.rules import State
from exambank.sittings.service.answers import describe_answer
from exambank.sittings.service.quarantine import is_stored
from exambank.sittings.service.reading import questions_of

_TOLD = ("taken_over", "re_entered", "locked", "unlocked", "closed_deadline", "closed_invigilator", "submitted")


@dataclass(frozen=True)
class LateAnswer:
    """One late value of one question; the same value that came several times is one line."""

    kept: QuarantinedSave
    repeats: int
    question: Question
    late: str
    stored: str
    stored_at: datetime | None
    versions: int
    is_settled: bool  # it was stored after all: nothing is to be decided

    @property
    def is_waiting(self) -> bool:
        return self.kept.decision is None and not self.is_settled


@dataclass(frozen=True)
class LateSeat:
    """A candidate whose answers came late, and the evidence."""

    sitting: Sitting
    lines: tuple[LateAnswer, ...]
    gaps: tuple[ContactGap, ...]
    files: tuple[RescueFile, ...]
    events: tuple[RoomEvent, ...]
    focus: tuple[int, int]  # how many times the page was left, and for how many milliseconds in all

    @property
    def waiting(self) -> list[LateAnswer]:
        return [line for line in self.lines if line.is_waiting]

    @property
    def settled(self) -> list[LateAnswer]:
        return [line for line in self.lines if line.is_settled and line.kept.decision is None]

    @property
    def decided(self) -> list[LateAnswer]:
        return [line for line in self.lines if line.kept.decision is not None]

    @property
    def is_closed(self) -> bool:
        return self.sitting.state == State.CLOSED


def list_late(exam: Exam, room: ExamRoom | None = None) -> list[LateSeat]:
    """Every candidate with late answers, those who wait for a decision first; of one room, or of all."""
    query = (
        select(QuarantinedSave, is_stored().label("is_stored"))
        .join(Sitting, Sitting.id == QuarantinedSave.sitting_id)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .where(Sitting.exam_id == exam.id)
        .options(
            joinedload(QuarantinedSave.sitting).joinedload(Sitting.candidacy).joinedload(Candidacy.room),
            joinedload(QuarantinedSave.sitting).joinedload(Sitting.user),
        )
        .order_by(Candidacy.number, QuarantinedSave.question, QuarantinedSave.seq)
    )
    if room is not None:
        query = query.where(Sitting.room_id == room.id)
    by_sitting: dict[int, list] = defaultdict(list)
    for kept, stored in db.session.execute(query):
        by_sitting[kept.sitting_id].append((kept, bool(stored)))
    facts = _Facts(exam, by_sitting)
    seats = [_seat(rows, facts) for rows in by_sitting.values()]
    return sorted(seats, key=lambda seat: not seat.waiting)


class _Facts:
    """Everything else about these sittings, a query a kind."""

    def __init__(self, exam: Exam, sitting_ids: Iterable[int]) -> None:
        ids = list(sitting_ids)
        self.responses = {(row.sitting_id, row.question): row for row in _rows(Response, ids)}
        told = RoomEvent.kind.in_(_TOLD)
        self.gaps, self.files, self.events = (
            _grouped(_rows(table, ids, *more))
            for table, *more in ((ContactGap,), (RescueFile,), (RoomEvent, RoomEvent.exam_id == exam.id, told))
        )
        self.versions = {
            (sitting, question): count
            for sitting, question, count in db.session.execute(
                select(ResponseEvent.sitting_id, ResponseEvent.question, func.count())
                .where(ResponseEvent.sitting_id.in_(ids))
                .group_by(ResponseEvent.sitting_id, ResponseEvent.question)
            )
        }
        self.focus = {
            sitting: (count, milliseconds)
            for sitting, count, milliseconds in db.session.execute(
                select(FocusEvent.sitting_id, func.sum(FocusEvent.count), func.sum(FocusEvent.milliseconds))
                .where(FocusEvent.sitting_id.in_(ids))
                .group_by(FocusEvent.sitting_id)
            )
        }


def _rows(table, ids: list[int], *conditions) -> list:
    key = table.id if hasattr(table, "id") else table.question
    return list(db.session.execute(select(table).where(table.sitting_id.in_(ids), *conditions).order_by(key)).scalars())


def _grouped(rows: list) -> dict[int, tuple]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:
        found[row.sitting_id].append(row)
    return {sitting: tuple(group) for sitting, group in found.items()}


def _seat(rows: list[tuple[QuarantinedSave, bool]], facts: _Facts) -> LateSeat:
    sitting = rows[0][0].sitting
    questions = questions_of(sitting)
    groups: dict[tuple, list[tuple[QuarantinedSave, bool]]] = defaultdict(list)
    for kept, stored in rows:
        groups[kept.question, kept.payload, kept.decision].append((kept, stored))
    lines = tuple(_line(group, questions, facts) for group in groups.values())
    key = sitting.id
    return LateSeat(
        sitting, lines, facts.gaps.get(key, ()), facts.files.get(key, ()), facts.events.get(key, ()),
        facts.focus.get(key, (sitting.focus_losses, 0)),
    )  # fmt: skip


def _line(group: list[tuple[QuarantinedSave, bool]], questions, facts: _Facts) -> LateAnswer:
    kept = group[-1][0]
    question = questions[kept.question - 1]
    stored = facts.responses.get((kept.sitting_id, kept.question))
    return LateAnswer(
        kept=kept, repeats=len(group), question=question, late=describe_answer(question, kept.payload),
        stored=describe_answer(question, stored.payload if stored else None),
        stored_at=stored.received_at if stored else None,
        versions=facts.versions.get((kept.sitting_id, kept.question), 0),
        is_settled=any(is_stored for _kept, is_stored in group),
    )  # fmt: skip
