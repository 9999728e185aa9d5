"""From where a sitting may be worked on."""

from sqlalchemy import select

from exambank.db import db
from exambank.exams import rules as exam_rules
from exambank.exams.models import ExamRoom
from exambank.sittings.papers import Place
from exambank.sittings.service.lockdown import lockdown_of
from exambank.sittings.service.settled import recent


def is_outside(place: Place, address: str | None) -> bool:
    """Whether this address is outside what the sitting's room (or else its exam) allows."""
    blocks = recent(("networks", place.exam_id, place.room_id), lambda: _blocks(place))
    return not exam_rules.is_inside(address, blocks)


def _blocks(place: Place) -> tuple[str, ...]:
    of_room = db.session.execute(select(ExamRoom.networks).where(ExamRoom.id == place.room_id)).scalar_one_or_none()
    return exam_rules.networks_for(of_room or (), lockdown_of(place).networks)
