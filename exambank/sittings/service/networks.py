"""From where a sitting may be worked on. Read anew every ten seconds: a wrong list is mended while a room waits."""

import time

from flask import current_app
from sqlalchemy import select

from exambank.db import db
from exambank.exams import rules as exam_rules
from exambank.exams.models import Exam, ExamRoom
from exambank.sittings.papers import Place

LIFE_SECONDS = 10
_KEY = "exambank_sittings_networks"
_LIMIT = 2_000  # rooms


def is_outside(place: Place, address: str | None) -> bool:
    """Whether this address is outside what the sitting's room (or else its exam) allows."""
    return not exam_rules.is_inside(address, _blocks(place.exam_id, place.room_id))


def _blocks(exam_id: int, room_id: int | None) -> tuple[str, ...]:
    cache = current_app.extensions.setdefault(_KEY, {})
    read_at, blocks = cache.get((exam_id, room_id), (None, ()))
    if read_at is None or time.monotonic() - read_at >= LIFE_SECONDS:
        if len(cache) > _LIMIT:
            cache.clear()
        blocks = _read(exam_id, room_id)
        cache[exam_id, room_id] = time.monotonic(), blocks
    return blocks


def _read(exam_id: int, room_id: int | None) -> tuple[str, ...]:
    conduct = db.session.execute(select(Exam.conduct).where(Exam.id == exam_id)).scalar_one()
    of_room = db.session.execute(select(ExamRoom.networks).where(ExamRoom.id == room_id)).scalar_one_or_none()
    return exam_rules.networks_for(of_room or (), exam_rules.Conduct.parse(conduct).networks)


def forget_networks() -> None:
    """After the lists were changed this process reads them at once; others within ten seconds."""
    current_app.extensions.pop(_KEY, None)
