"""The places in the rooms: by number, by a lot with a recorded seed, or one by one."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.exams.service.queries import list_candidates
from exambank.permissions import Actor


def assign_seats(*, actor: Actor, now: datetime, exam: Exam, seed: str | None = None) -> int:
    """Give everybody who is placed in a room a place there: by number, or by lot with ``seed``. Returns how many."""
    with unit_of_work():
        lock(exam)
        _refuse_started(exam)
        placed = [one for one in list_candidates(exam) if one.number and one.room_id]
        if not placed:
            raise StateConflict(_("Nobody is placed in a room yet. Split the list over the rooms first."))
        for room in exam.rooms:
            _seat([one for one in placed if one.room_id == room.id], _by_number if seed is None else _by_lot(seed))
        exam.seat_seed = seed
        audit.record(
            actor, "exam.seats_assigned", exam, by="number" if seed is None else "lot", seed=seed, count=len(placed),
            at=now,
        )  # fmt: skip
    return len(placed)


def new_seat_seed() -> str:
    """A seed nobody could choose."""
    return secrets.token_hex(8)


def _seat(candidates: Sequence[Candidacy], places: Callable[[Sequence[Candidacy]], dict[str, str]]) -> None:
    given = places(candidates)
    for one in candidates:
        one.seat = given[one.public_id]


def _by_number(candidates: Sequence[Candidacy]) -> dict[str, str]:
    return dict(zip([one.public_id for one in candidates], rules.seats_in_order(len(candidates)), strict=True))


def _by_lot(seed: str) -> Callable[[Sequence[Candidacy]], dict[str, str]]:
    return lambda candidates: rules.seats_by_lot([one.public_id for one in candidates], seed)


def set_seat(*, actor: Actor, now: datetime, candidacy: Candidacy, seat: str) -> None:
    """Give one candidate another place, or none; also while the exam runs, when a machine had to be changed."""
    seat = seat.strip().upper()
    if seat and not rules.is_seat(seat):
        raise InvalidInput(_("A seat is a short number or name, such as 07 or B-12."))
    with unit_of_work():
        lock(candidacy.exam)
        if candidacy.exam.state in {"closed", "cancelled"}:
            raise StateConflict(_("This exam is over."))
        _refuse_taken(candidacy, seat)
        before, candidacy.seat = candidacy.seat, seat or None
        audit.record(actor, "candidacy.seated", candidacy, before=before, seat=candidacy.seat, at=now)


def _refuse_taken(candidacy: Candidacy, seat: str) -> None:
    query = select(Candidacy).where(
        Candidacy.exam_id == candidacy.exam_id, Candidacy.room_id == candidacy.room_id, Candidacy.seat == seat,
        Candidacy.id != candidacy.id,
    )  # fmt: skip
    holder = db.session.execute(query).scalars().first() if seat else None
    if holder is not None:
        raise InvalidInput(_("Seat %(seat)s is given to candidate %(number)s.", seat=seat, number=holder.number))


def _refuse_started(exam: Exam) -> None:
    if exam.state not in {"draft", "ready"}:
        raise StateConflict(_("The exam has started: seats are changed one by one now."))
