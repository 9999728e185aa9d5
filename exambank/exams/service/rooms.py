"""Rooms and who watches them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.accounts.models import RoleGrant, User
from exambank.courses.models import Offering, Teaching
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam, ExamRoom, Invigilation
from exambank.exams.service.queries import invigilations_at, list_candidates
from exambank.permissions import Actor, Role

ROOMS_ALLOWED = 50


def clean_room_names(names: Sequence[str]) -> list[str]:
    """Trimmed names, refused when two are the same."""
    cleaned = [name.strip()[:300] for name in names if name.strip()]
    repeated = rules.find_duplicates(cleaned)
    if repeated:
        raise InvalidInput(_('There are two rooms named "%(name)s". Give each its own name.', name=repeated[0]))
    if len(cleaned) > ROOMS_ALLOWED:
        raise InvalidInput(_("An exam has at most %(most)s rooms.", most=ROOMS_ALLOWED))
    return cleaned


def refuse_unless_draft(exam: Exam) -> None:
    """Lists and rooms are fixed once the exam is ready."""
    if exam.state != "draft":
        raise StateConflict(_("This exam is ready already: its list and rooms stay as they are."))


def add_rooms(*, actor: Actor, now: datetime, exam: Exam, names: Sequence[str]) -> None:
    """Add rooms; whoever was placed stays in place."""
    with unit_of_work() as session:
        lock(exam)
        refuse_unless_draft(exam)
        wanted = clean_room_names([*(room.name for room in exam.rooms), *names])[len(exam.rooms) :]
        if not wanted:
            raise InvalidInput(_("Give the room a name."))
        session.add_all(ExamRoom(exam=exam, name=name) for name in wanted)
        session.flush()
        if len(exam.rooms) == len(wanted):
            place_evenly(exam)
        audit.record(actor, "exam.rooms_added", exam, rooms=wanted, at=now)


def remove_room(*, actor: Actor, now: datetime, room: ExamRoom) -> None:
    """Remove a room that holds no candidate."""
    exam = room.exam
    with unit_of_work() as session:
        lock(exam)
        refuse_unless_draft(exam)
        if db.session.execute(select(Candidacy.id).where(Candidacy.room_id == room.id).limit(1)).first():
            raise StateConflict(_("Candidates are placed in this room. Move them first, or split the list again."))
        audit.record(actor, "exam.room_removed", exam, room=room.name, at=now)
        session.delete(room)


def split_rooms(*, actor: Actor, now: datetime, exam: Exam, capacities: dict[int, int] | None = None) -> None:
    """Place the candidates by number: evenly, or filling room after room up to ``capacities`` (room id: seats)."""
    with unit_of_work():
        lock(exam)
        refuse_unless_draft(exam)
        if not exam.rooms:
            raise StateConflict(_("This exam has no room yet. Add one first."))
        place_evenly(exam) if capacities is None else _place_by_capacity(exam, capacities)
        audit.record(actor, "exam.rooms_split", exam, capacities=capacities and list(capacities.values()), at=now)


def place_evenly(exam: Exam) -> None:
    """Everybody with a number, in its order, over all rooms."""
    candidates = [one for one in list_candidates(exam) if one.number]
    _place(candidates, exam.rooms, rules.split_evenly(len(candidates), len(exam.rooms)))


def _place_by_capacity(exam: Exam, capacities: dict[int, int]) -> None:
    candidates = [one for one in list_candidates(exam) if one.number]
    sizes = rules.split_by_capacity(len(candidates), [capacities.get(room.id, 0) for room in exam.rooms])
    if sizes is None:
        raise InvalidInput(
            _(
                "The rooms hold %(seats)s candidates, but %(count)s are listed.",
                seats=sum(capacities.values()),
                count=len(candidates),
            )
        )
    _place(candidates, exam.rooms, sizes)


def _place(candidates: list[Candidacy], rooms: Sequence[ExamRoom], sizes: Sequence[int]) -> None:
    queue = iter(candidates)
    for room, size in zip(rooms, sizes, strict=True):
        for one in islice(queue, size):
            _move(one, room)


def _move(candidacy: Candidacy, room: ExamRoom) -> None:
    """Into a room; a place in another room is none in this one."""
    if candidacy.room_id != room.id:
        candidacy.room_id, candidacy.seat = room.id, None


def place_newcomers(exam: Exam, newcomers: Sequence[Candidacy]) -> None:
    """The first list is split evenly; later ones go where fewest sit, so that nobody placed before moves."""
    others = [one for one in list_candidates(exam) if one.room_id is not None]
    if not exam.rooms:
        return
    if not others:
        place_evenly(exam)
        return
    sizes = {room.id: 0 for room in exam.rooms}
    for one in others:
        sizes[one.room_id] += 1
    for one in newcomers:
        one.room_id = min(sizes, key=lambda room_id: (sizes[room_id], room_id))
        sizes[one.room_id] += 1


def move_candidate(*, actor: Actor, now: datetime, candidacy: Candidacy, room: ExamRoom) -> None:
    """Place one candidate in another room of the same exam."""
    with unit_of_work():
        lock(candidacy.exam)
        refuse_unless_draft(candidacy.exam)
        if room.exam_id != candidacy.exam_id or not candidacy.is_eligible:
            raise InvalidInput(_("Choose a room of this exam."))
        _move(candidacy, room)
        audit.record(actor, "candidacy.moved", candidacy, room=room.public_id, at=now)


def assign_invigilators(*, actor: Actor, now: datetime, room: ExamRoom, users: Sequence[User]) -> list[str]:
    """Name everybody who watches this room (replacing whoever did); returns warnings to show.

    Refused: a lecturer of this very class and module, a candidate, somebody who watches another room of this exam.
    """
    exam, wanted = room.exam, {user.id: user for user in users}
    with unit_of_work() as session:
        lock(exam)
        if exam.state in {"closed", "cancelled"}:
            raise StateConflict(_("This exam is over."))
        _refuse_conflicts(exam, room, wanted)
        warnings = _warnings(exam, wanted)
        room.invigilations = [one for one in room.invigilations if one.user_id in wanted]
        known = {one.user_id for one in room.invigilations}
        session.flush()
        room.invigilations += [Invigilation(user_id=user_id) for user_id in wanted if user_id not in known]
        audit.record(
            actor, "exam.invigilators_assigned", exam, room=room.public_id, at=now,
            people=[user.public_id for user in wanted.values()],
        )  # fmt: skip
    return warnings


def _refuse_conflicts(exam: Exam, room: ExamRoom, wanted: dict[int, User]) -> None:
    problems = []
    holders = _ids(select(RoleGrant.user_id).where(RoleGrant.role == Role.INVIGILATOR))
    teaching = _ids(select(Teaching.user_id).where(Teaching.offering_id == exam.offering_id))
    sitting = _ids(select(Candidacy.user_id).where(Candidacy.exam_id == exam.id))
    elsewhere = _ids(
        select(Invigilation.user_id).join(Invigilation.room).where(ExamRoom.exam_id == exam.id, ExamRoom.id != room.id)
    )
    for user_id, user in wanted.items():
        if user_id not in holders:
            problems.append(_("%(name)s does not hold the role of invigilator.", name=user.full_name))
        if user_id in teaching:
            problems.append(_("%(name)s teaches this class and may not watch its exam.", name=user.full_name))
        if user_id in sitting:
            problems.append(_("%(name)s is a candidate of this exam.", name=user.full_name))
        if user_id in elsewhere:
            problems.append(_("%(name)s watches another room of this exam.", name=user.full_name))
    if problems:
        raise InvalidInput(" ".join(problems))


def _ids(query) -> set[int]:
    return set(db.session.execute(query).scalars())


def _warnings(exam: Exam, wanted: dict[int, User]) -> list[str]:
    same_class = set()
    if exam.offering is not None:
        same_class = _ids(
            select(Teaching.user_id)
            .join(Teaching.offering)
            .where(Offering.cohort_id == exam.offering.cohort_id, Teaching.user_id.in_(wanted))
        )
    warnings = [
        _("%(name)s teaches this class another course module.", name=wanted[user_id].full_name)
        for user_id in sorted(same_class)
    ]
    warnings += [
        _(
            '%(name)s watches another exam at that time: "%(title)s".',
            name=wanted[one.user_id].full_name,
            title=one.room.exam.title,
        )
        for one in invigilations_at(exam, set(wanted))
    ]
    return warnings
