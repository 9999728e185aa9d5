"""The signatures under the result list: who has signed beside the own mark (whoever does not gets none)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, db
from exambank.exams.models import Candidacy, ExamRoom
from exambank.permissions import Actor
from exambank.sittings.models import RoomEvent, Sitting
from exambank.sittings.rules import State

unit_of_work = db.unit_of_work


def list_to_sign(room: ExamRoom) -> list[Sitting]:
    """Those of the room whose papers are in, by number: they sign the printed list."""
    query = (
        select(Sitting)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .where(Sitting.room_id == room.id, Sitting.state == State.CLOSED, Sitting.closed_by != "absent")
        .options(joinedload(Sitting.candidacy).joinedload(Candidacy.user))
        .order_by(Candidacy.number)
    )
    return list(db.db.session.execute(query).scalars())


def tick_signatures(*, actor: Actor, now: datetime, room: ExamRoom, signed: Iterable[str]) -> int:
    """These candidates (public ids of their sittings) have signed, the others of the room have not.

    Returns how many have. A tick that stays keeps its time; one that is taken away is in the audit record.
    """
    wanted = set(signed)
    with unit_of_work() as session:
        rows = list_to_sign(room)
        changed = [row for row in rows if (row.public_id in wanted) != (row.result_signed_at is not None)]
        for row in changed:
            is_signed = row.public_id in wanted
            row.result_signed_at = now if is_signed else None
            row.result_signed_by_id = actor.user_id if is_signed else None
        count = sum(row.result_signed_at is not None for row in rows)
        if changed:
            session.add(
                RoomEvent(exam_id=room.exam_id, room_id=room.id, kind="signatures", at=now, actor=actor.public_id,
                          details={"signed": count, "of": len(rows)})
            )  # fmt: skip
            audit.record(
                actor, "room.signatures_ticked", room,
                signed=sorted(row.public_id for row in changed if row.result_signed_at is not None),
                taken_away=sorted(row.public_id for row in changed if row.result_signed_at is None),
            )  # fmt: skip
    return count
