"""Learning outcomes of a module: what items and blueprints may be tagged with. Nothing is deleted: it is retired."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit
from exambank.courses.models import CourseModule, LearningOutcome
from exambank.courses.service.storing import flush_unique, get_by_public_id, move, required
from exambank.db import db, lock, unit_of_work
from exambank.permissions import Actor


def list_outcomes(course_module: CourseModule, with_retired: bool = False) -> list[LearningOutcome]:
    """The outcomes of a module in the order of its syllabus."""
    query = select(LearningOutcome).where(LearningOutcome.course_module_id == course_module.id)
    rows = db.session.scalars(query.order_by(LearningOutcome.position, LearningOutcome.id))
    return [one for one in rows if with_retired or one.retired_at is None]


def get_outcome(public_id: str) -> LearningOutcome:
    """The outcome of this public id."""
    return get_by_public_id(LearningOutcome, public_id)


def add_outcome(*, actor: Actor, now: datetime, course_module: CourseModule, code: str, text: str) -> LearningOutcome:
    """A new outcome at the end of the module's list."""
    code, text = required(code, "code", 60), required(text, "text", 1000)
    with unit_of_work() as session:
        lock(course_module)
        last = select(func.max(LearningOutcome.position)).filter_by(course_module_id=course_module.id)
        outcome = LearningOutcome(
            course_module_id=course_module.id, code=code, text=text, position=(session.scalar(last) or 0) + 1
        )
        session.add(outcome)
        flush_unique(session, _taken(code), "code")
        audit.record(actor, "outcome.added", outcome, code=code, text=text, course_module=course_module.public_id)
    return outcome


def edit_outcome(*, actor: Actor, now: datetime, outcome: LearningOutcome, code: str, text: str) -> LearningOutcome:
    """Another code or wording of the same outcome; everything that points at it follows."""
    code, text = required(code, "code", 60), required(text, "text", 1000)
    with unit_of_work() as session:
        before = [outcome.code, outcome.text]
        outcome.code, outcome.text = code, text
        flush_unique(session, _taken(code), "code")
        audit.record(actor, "outcome.edited", outcome, before=before, after=[code, text])
    return outcome


def _taken(code: str) -> str:
    return _("The code %(code)s is already taken.", code=code)


def move_outcome(*, actor: Actor, now: datetime, outcome: LearningOutcome, step: int) -> None:
    """One place up (-1) or down (+1) in the list."""
    with unit_of_work():
        lock(outcome.course_module)
        move(list_outcomes(outcome.course_module, with_retired=True), outcome, step)
        audit.record(actor, "outcome.moved", outcome, step=step)


def retire_outcome(*, actor: Actor, now: datetime, outcome: LearningOutcome) -> None:
    """No longer offered; items that point at it keep it."""
    with unit_of_work():
        outcome.retired_at = outcome.retired_at or now
        audit.record(actor, "outcome.retired", outcome, code=outcome.code)


def restore_outcome(*, actor: Actor, now: datetime, outcome: LearningOutcome) -> None:
    """Offered again."""
    with unit_of_work():
        outcome.retired_at = None
        audit.record(actor, "outcome.restored", outcome, code=outcome.code)
