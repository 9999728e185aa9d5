"""The bank's plan: who writes how many items for which cell by when, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.accounts.models import User
from exambank.assembly import rules
from exambank.assembly.models import WritingTask
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import BankRight, Item
from exambank.courses.models import CognitiveLevel, CourseModule, Offering, Teaching, Topic
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor

MOST_ITEMS = 1000


@dataclass(frozen=True)
class TaskState:
    """A line of the plan and how far it is today."""

    task: WritingTask
    progress: rules.TaskProgress


def set_writing_task(
    *, actor: Actor, now: datetime, today: date, course_module: CourseModule, writer: User, count: int, due_on: date,
    topic: Topic | None = None, level: CognitiveLevel | None = None, kind: str | None = None, note: str = "",
) -> WritingTask:  # fmt: skip
    """Ask a writer of this bank for so many items by a day; items written from now on count for it."""
    if writer.id not in {one.id for one in list_writers(course_module)}:
        raise InvalidInput(_("This person does not write for this bank. Give the right to write first."))
    if not 0 < count <= MOST_ITEMS:
        raise InvalidInput(_("The number of items must be from 1 to %(most)s.", most=MOST_ITEMS))
    if due_on < today:
        raise InvalidInput(_("The day has passed already. Choose today or a later day."))
    if topic is not None and topic.course_module_id != course_module.id:
        raise InvalidInput(_("This topic does not belong to the course module."))
    if kind is not None and kind not in REGISTRY:
        raise InvalidInput(_("There is no such kind of question."))
    with unit_of_work() as session:
        task = WritingTask(
            course_module_id=course_module.id, writer_id=writer.id, count=count, due_on=due_on, kind=kind,
            topic_id=topic.id if topic else None, level_id=level.id if level else None, note=note.strip()[:300],
            set_by_id=actor.user_id, set_at=now,
        )  # fmt: skip
        session.add(task)
        session.flush()
        audit.record(actor, "writing_task.set", task, writer=writer.public_id, count=count, due_on=str(due_on))
    return task


def withdraw_writing_task(*, actor: Actor, now: datetime, task: WritingTask) -> None:
    """Take a line out of the plan; what was written stays."""
    with unit_of_work():
        lock(task)
        if task.withdrawn_at is not None:
            raise StateConflict(_("This line was taken out of the plan already."))
        task.withdrawn_at = now
        audit.record(actor, "writing_task.withdrawn", task)


def get_writing_task(public_id: str) -> WritingTask:
    """A line of a plan, or NotFound."""
    task = db.session.scalar(select(WritingTask).where(WritingTask.public_id == public_id))
    if task is None:
        raise NotFound()
    return task


def list_plan(course_module: CourseModule, today: date) -> list[TaskState]:
    """The plan of a bank with its progress, by day due."""
    return _states(select(WritingTask).where(WritingTask.course_module_id == course_module.id), today)


def list_own_tasks(actor: Actor, today: date) -> list[TaskState]:
    """What this person was asked to write and has not written yet."""
    found = _states(select(WritingTask).where(WritingTask.writer_id == actor.user_id), today)
    return [one for one in found if one.progress.state != "done"]


def _states(query, today: date) -> list[TaskState]:
    query = query.where(WritingTask.withdrawn_at.is_(None)).order_by(WritingTask.due_on, WritingTask.id)
    tasks = db.session.scalars(
        query.options(
            joinedload(WritingTask.writer),
            joinedload(WritingTask.topic),
            joinedload(WritingTask.level),
            joinedload(WritingTask.course_module),
        )
    )
    return [
        TaskState(task, rules.progress_of(wanted=task.count, written=_written(task), due_on=task.due_on, today=today))
        for task in tasks
    ]


def _written(task: WritingTask) -> int:
    """Items of the writer for this place, begun since the task was set and handed to review at least."""
    conditions = [
        Item.course_module_id == task.course_module_id, Item.author_id == task.writer_id,
        Item.created_at >= task.set_at, Item.state.in_(("review", "accepted", "suspended")),
    ]  # fmt: skip
    for column, wanted in ((Item.topic_id, task.topic_id), (Item.level_id, task.level_id), (Item.kind, task.kind)):
        if wanted is not None:
            conditions.append(column == wanted)
    return db.session.scalar(select(func.count()).select_from(Item).where(*conditions)) or 0


def list_writers(course_module: CourseModule) -> list[User]:
    """Who may be asked to write for a bank: its lecturers and whoever was given the right to write, by name."""
    taught = (
        select(Teaching.user_id).join(Offering).where(Offering.course_module_id == course_module.id)
    )  # fmt: skip
    given = select(BankRight.user_id).where(BankRight.course_module_id == course_module.id, BankRight.right == "write")
    query = select(User).where(User.id.in_(taught.union(given)), User.is_active).order_by(User.sort_key)
    return list(db.session.scalars(query))
