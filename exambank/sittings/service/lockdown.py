"""How a sitting's machine is locked. Read anew every ten seconds, for the office may loosen it while a room waits."""

import time

from flask import current_app
from sqlalchemy import select

from exambank.db import db
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from exambank.sittings.models import Sitting
from exambank.sittings.papers import Place
from exambank.sittings.rules import State

LIFE_SECONDS = 10
_KEY = "exambank_sittings_lockdown"
_LIMIT = 5_000

Known = dict[int, tuple[float, Conduct]]  # by exam: when it was read, and what


def lockdown_of(place: Place) -> Conduct:
    """The conduct of this sitting's exam, at most ten seconds old."""
    known: Known = current_app.extensions.setdefault(_KEY, {})
    read_at, conduct = known.get(place.exam_id, (0.0, None))
    if conduct is None or time.monotonic() - read_at >= LIFE_SECONDS:
        if len(known) > _LIMIT:
            known.clear()
        stored = db.session.execute(select(Exam.conduct).where(Exam.id == place.exam_id)).scalar_one()
        conduct = Conduct.parse(stored)
        known[place.exam_id] = time.monotonic(), conduct
    return conduct


def forget_lockdown() -> None:
    """After it was changed this process reads it at once; others within ten seconds."""
    current_app.extensions.pop(_KEY, None)


def is_seat_at_work(place: Place, browser: str | None) -> bool:
    """Whether this very browser holds the seat and the sitting is not over."""
    row = db.session.execute(select(Sitting.state, Sitting.browser).where(Sitting.id == place.sitting_id)).one()
    return row.state in {State.OPEN, State.COLLECTING} and browser is not None and row.browser == browser


def is_locked(place: Place) -> bool:
    """Whether the sitting waits for a person already."""
    row = db.session.execute(select(Sitting.locked_at).where(Sitting.id == place.sitting_id)).one()
    return row.locked_at is not None


def is_over(place: Place) -> bool:
    """Whether the sitting is closed: its receipt may be looked at from anywhere."""
    state = db.session.execute(select(Sitting.state).where(Sitting.id == place.sitting_id)).scalar_one()
    return state == State.CLOSED
