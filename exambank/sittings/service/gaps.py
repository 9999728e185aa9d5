"""Lost time: the sweeper writes down which seats the server did not hear from; a person decides what is given back.

Nothing is asked of the saves: a round compares the last contacts that they leave behind anyway. A round remembers the
contacts of the one before, so that a silence that ended between two rounds (the database was away) is seen too; one
that ended with a restart of the server is written down at its start, before the first request.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from exambank import audit, db
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import ContactGap, Incident, RoomEvent, Sitting, TimeGrant
from exambank.sittings.rules import AT_WORK, State, lost_time
from exambank.sittings.rules.lost_time import SeatGap, Span
from exambank.sittings.service.granting import grant_time
from exambank.sittings.service.locking import lock_sitting, room_event

unit_of_work = db.unit_of_work

# --- measuring ---


class GapWatch:
    """Remembers the last contacts between two rounds of the one process that sweeps."""

    def __init__(self) -> None:
        self.contacts: dict[int, datetime] = {}

    def forget(self) -> None:
        """The clock jumped: what was remembered cannot be compared with what comes."""
        self.contacts = {}

    def round(self, now: datetime) -> int:
        """Write down the silences that began or ended since the last round; returns how many rows it wrote."""
        contacts = _contacts()
        waiting = _open_gaps()
        known = {gap.sitting_id for gap, *_rest in waiting}
        began = {seat: at for seat, at in lost_time.silent(contacts, now).items() if seat not in known}
        passed = {seat: span for seat, span in lost_time.missed(self.contacts, contacts).items() if seat not in known}
        ended = [(gap.id, end) for gap, *facts in waiting if (end := _end_of(gap, *facts)) is not None]
        self.contacts = contacts
        if began or passed or ended:
            _write(began, passed, ended)
        return len(began) + len(passed) + len(ended)


def _contacts() -> dict[int, datetime]:
    """The last contact of everybody at work; whoever is paused loses nothing."""
    rows = db.db.session.execute(
        select(Sitting.id, Sitting.last_contact_at).where(
            Sitting.state == State.OPEN, Sitting.paused_at.is_(None), Sitting.last_contact_at.is_not(None)
        )
    )
    return dict(rows.all())


def _open_gaps() -> list[tuple]:
    query = (
        select(ContactGap, Sitting.state, Sitting.last_contact_at, Sitting.closed_at)
        .join(Sitting, Sitting.id == ContactGap.sitting_id)
        .where(ContactGap.ended_at.is_(None))
    )
    return [tuple(row) for row in db.db.session.execute(query)]


def _end_of(gap: ContactGap, state: str, contact: datetime | None, closed: datetime | None) -> datetime | None:
    """The first contact after the silence; who never came back: the end of the sitting."""
    if contact is not None and contact > gap.began_at:
        return contact
    return None if state in AT_WORK else closed or gap.began_at


def _write(began: dict[int, datetime], passed: dict[int, Span], ended: list[tuple[int, datetime]]) -> None:
    """No audit record: a measurement, not an act; what a person makes of it has one."""
    with unit_of_work() as session:
        session.add_all(ContactGap(sitting_id=seat, began_at=at) for seat, at in began.items())
        session.add_all(
            ContactGap(sitting_id=seat, began_at=span.began_at, ended_at=span.ended_at) for seat, span in passed.items()
        )
        for key, at in ended:
            session.get(ContactGap, key).ended_at = at


# --- proposing ---


@dataclass(frozen=True)
class Proposal:
    """What one candidate lost in one gap, for a person to decide on; ``seconds`` is None while the gap goes on."""

    key: int
    sitting: Sitting
    span: Span
    seconds: int | None
    given: int  # seconds given back before, for whatever reason
    incidents: tuple[Incident, ...]
    state: str  # waiting, granted, second_person, dismissed
    grant: TimeGrant | None

    @property
    def is_decidable(self) -> bool:
        return self.state == "waiting" and self.seconds is not None and self.sitting.state != State.CLOSED


@dataclass(frozen=True)
class Outage:
    """Gaps that hang together: one candidate's cable, or the power of a whole room."""

    proposals: tuple[Proposal, ...]
    began_at: datetime
    ended_at: datetime | None

    @property
    def seats(self) -> int:
        return len({one.sitting.id for one in self.proposals})

    @property
    def decidable(self) -> list[Proposal]:
        return [one for one in self.proposals if one.is_decidable]

    @property
    def median_seconds(self) -> int:
        return lost_time.median_seconds([one.seconds for one in self.decidable])


def list_outages(room: ExamRoom) -> list[Outage]:
    """Everything measured in this room, the latest first."""
    gaps = list(
        db.db.session.execute(
            select(ContactGap)
            .join(Sitting, Sitting.id == ContactGap.sitting_id)
            .where(Sitting.room_id == room.id)
            .options(
                joinedload(ContactGap.grant),
                joinedload(ContactGap.sitting).joinedload(Sitting.candidacy).joinedload(Candidacy.user),
            )
        ).scalars()
    )
    pauses = _pauses({gap.sitting_id for gap in gaps})
    incidents = _incidents(room.exam, room.id) if gaps else []
    by_key = {gap.id: _proposal(gap, pauses.get(gap.sitting_id, ()), incidents) for gap in gaps}
    grouped = lost_time.clusters(SeatGap(gap.id, gap.sitting_id, Span(gap.began_at, gap.ended_at)) for gap in gaps)
    found = [_outage([by_key[one.key] for one in cluster]) for cluster in grouped]
    return sorted(found, key=lambda one: one.began_at, reverse=True)


def _outage(proposals: Sequence[Proposal]) -> Outage:
    ends = [one.span.ended_at for one in proposals]
    lined = sorted(proposals, key=lambda one: one.sitting.candidacy.number)
    return Outage(tuple(lined), min(one.span.began_at for one in proposals), None if None in ends else max(ends))


def _proposal(gap: ContactGap, pauses: Iterable[Span], incidents: Iterable[Incident]) -> Proposal:
    span = Span(gap.began_at, gap.ended_at)
    near = tuple(
        one for one in incidents
        if one.sitting_id in {None, gap.sitting_id} and Span(one.began_at, one.ended_at).overlaps(span)
    )  # fmt: skip
    return Proposal(
        gap.id, gap.sitting, span, None if gap.ended_at is None else _measure(gap, pauses),
        gap.sitting.incident_seconds, near, _state(gap), gap.grant,
    )  # fmt: skip


def _measure(gap: ContactGap, pauses: Iterable[Span]) -> int:
    return lost_time.lost_seconds(Span(gap.began_at, gap.ended_at), pauses, gap.sitting.deadline_at)


def _state(gap: ContactGap) -> str:
    """A grant that the second person refused leaves the gap to be decided again."""
    if gap.dismissed_at is not None:
        return "dismissed"
    if gap.grant is None or gap.grant.state == "refused":
        return "waiting"
    return "second_person" if gap.grant.state == "waiting" else "granted"


def _pauses(sitting_ids: Iterable[int]) -> dict[int, list[Span]]:
    """The pauses of these sittings as the room's log has them; the last may go on."""
    rows = db.db.session.execute(
        select(RoomEvent.sitting_id, RoomEvent.kind, RoomEvent.at)
        .where(RoomEvent.sitting_id.in_(sorted(sitting_ids)), RoomEvent.kind.in_(("paused", "resumed")))
        .order_by(RoomEvent.id)
    )
    found: dict[int, list[Span]] = {}
    for seat, kind, at in rows:
        own = found.setdefault(seat, [])
        if kind == "paused":
            own.append(Span(at, None))
        elif own and own[-1].ended_at is None:
            own[-1] = Span(own[-1].began_at, at)
    return found


def _incidents(exam: Exam, room_id: int) -> list[Incident]:
    query = select(Incident).where(
        Incident.exam_id == exam.id, or_(Incident.room_id == room_id, Incident.room_id.is_(None))
    )
    return list(db.db.session.execute(query.order_by(Incident.began_at)).scalars())


# --- deciding ---


def give_back(
    *, actor: Actor, now: datetime, room: ExamRoom, keys: Iterable[int], reason: str, seconds: int | None = None
) -> list[TimeGrant]:
    """Give back what these gaps measured, or the same ``seconds`` for each; one grant a gap, never twice.

    A grant above the Regulation's cap waits for a second person. InvalidInput: no reason, nothing chosen.
    StateConflict: one of them was decided meanwhile, goes on, or its paper is closed; then nobody is given anything.
    """
    if not reason.strip():
        raise InvalidInput(_("Give the reason, for example: power cut in the room."))
    wanted = sorted(set(keys))
    if not wanted:
        raise InvalidInput(_("Choose at least one candidate."))
    measured = {one.key: one.seconds for outage in list_outages(room) for one in outage.proposals}
    with unit_of_work() as session:
        grants = [
            _give(session, actor, now, row, gap, seconds if seconds is not None else measured.get(gap.id), reason)
            for gap, row in _lock(session, room, wanted)
        ]
        audit.record(
            actor, "room.lost_time_given", room, reason=reason.strip(), gaps=len(grants),
            seconds=sum(grant.seconds for grant in grants),
        )  # fmt: skip
    return grants


def _give(session, actor: Actor, now: datetime, row: Sitting, gap: ContactGap, seconds: int | None, reason: str):
    if not seconds or seconds < 0:
        raise StateConflict(_("This gap still goes on, or no working time was lost in it."))
    if row.state == State.CLOSED:
        raise StateConflict(_("This exam paper is closed; no time can be added."))
    grant = grant_time(session, actor, now, row, seconds, reason.strip(), kind="measured")
    session.flush()
    gap.grant_id = grant.id
    return grant


def _lock(session, room: ExamRoom, keys: list[int]) -> list[tuple[ContactGap, Sitting]]:
    """The gaps and their sittings, held in the order of all who hold several; each waits for a decision."""
    ordered = select(ContactGap).where(ContactGap.id.in_(keys)).order_by(ContactGap.sitting_id, ContactGap.id)
    found = []
    for gap in session.execute(ordered).scalars().all():
        row = lock_sitting(gap.sitting_id)
        session.refresh(gap)
        if row.room_id != room.id or gap.ended_at is None or _state(gap) != "waiting":
            raise StateConflict(_("Somebody else has decided on this lost time already. Look at the page again."))
        found.append((gap, row))
    if len(found) != len(keys):
        raise StateConflict(_("There is no such gap in this room."))
    return found


def dismiss(*, actor: Actor, now: datetime, room: ExamRoom, keys: Iterable[int]) -> int:
    """A person looked: no time was lost (the candidate went on working offline). Returns how many."""
    wanted = sorted(set(keys))
    if not wanted:
        raise InvalidInput(_("Choose at least one candidate."))
    with unit_of_work() as session:
        for gap, row in _lock(session, room, wanted):
            gap.dismissed_by_id, gap.dismissed_at = actor.user_id, now
            session.add(room_event(row, "lost_time_dismissed", now, actor))
        audit.record(actor, "room.lost_time_dismissed", room, gaps=len(wanted))
    return len(wanted)
