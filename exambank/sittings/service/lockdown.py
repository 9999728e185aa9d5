"""How a sitting's machine is locked, and how its seat stands, for the gate."""

from sqlalchemy import select

from exambank.db import db
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from exambank.sittings.models import Sitting
from exambank.sittings.papers import Place
from exambank.sittings.rules import State
from exambank.sittings.service.settled import recent


def lockdown_of(place: Place) -> Conduct:
    """The conduct of this sitting's exam, at most ten seconds old."""
    return recent(("conduct", place.exam_id), lambda: _conduct(place.exam_id))


def _conduct(exam_id: int) -> Conduct:
    return Conduct.parse(db.session.execute(select(Exam.conduct).where(Exam.id == exam_id)).scalar_one())


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
