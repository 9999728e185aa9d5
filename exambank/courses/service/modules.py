"""Course modules, their topics, and the school's cognitive levels. Nothing here is deleted: it is retired."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, text
from exambank.accounts.models import Department
from exambank.accounts.rules import REHEARSAL_CODE
from exambank.courses.models import CognitiveLevel, CourseModule, Programme, Topic
from exambank.courses.service.storing import find_by, flush_unique, get_by_public_id, move, required
from exambank.db import db, lock, unit_of_work
from exambank.permissions import Actor, Permission, allows


def list_departments() -> list[Department]:
    """The school's departments in Vietnamese order."""
    query = select(Department).where(Department.code != REHEARSAL_CODE).order_by(Department.sort_key)
    return list(db.session.execute(query).scalars())


def list_modules(*, search: str = "", with_inactive: bool = False) -> list[CourseModule]:
    """Course modules in Vietnamese order; ``search`` matches name or code without marks."""
    query = select(CourseModule).where(CourseModule.code != REHEARSAL_CODE)
    query = query.order_by(CourseModule.sort_key, CourseModule.code)
    if not with_inactive:
        query = query.where(CourseModule.is_active)
    wanted = text.search_key(search)
    rows = db.session.execute(query).scalars()
    return [row for row in rows if wanted in row.search_key or wanted in text.search_key(row.code)]


def list_modules_for(actor: Actor, permission: Permission) -> list[CourseModule]:
    """The active course modules to which ``actor`` may do ``permission``, in Vietnamese order."""
    return [module for module in list_modules() if allows(actor, permission, module)]


def get_module(public_id: str) -> CourseModule:
    """The course module of this public id."""
    return get_by_public_id(CourseModule, public_id)


def find_module(code: str) -> CourseModule | None:
    """The course module of this code, if there is one."""
    return find_by(CourseModule, code=code)


def create_module(
    *, actor: Actor, now: datetime, code: str, name: str, credits: int, programme: Programme, department: Department
) -> CourseModule:
    """A course module of a programme, for which a department answers."""
    code, name = required(code, "code", 60), required(name, "name")
    with unit_of_work() as session:
        module = CourseModule(
            code=code, name=name, sort_key=text.sort_key(name)[:600], search_key=text.search_key(name)[:400],
            credits=credits, programme_id=programme.id, department_id=department.id,
        )  # fmt: skip
        session.add(module)
        flush_unique(session, _("The code %(code)s is already taken.", code=code), "code")
        audit.record(actor, "course_module.created", module, code=code, name=name, credits=credits,
                     programme=programme.code, department=department.code)  # fmt: skip
    return module


def edit_module(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, credits: int, programme: Programme,
    department: Department, is_active: bool,
) -> CourseModule:  # fmt: skip
    """Change what is said of the module; its code stays, for files and papers name it."""
    name = required(name, "name")
    with unit_of_work():
        course_module.name, course_module.credits = name, credits
        course_module.sort_key, course_module.search_key = text.sort_key(name)[:600], text.search_key(name)[:400]
        course_module.programme_id, course_module.department_id = programme.id, department.id
        course_module.is_active = is_active
        audit.record(actor, "course_module.edited", course_module, name=name, credits=credits, is_active=is_active,
                     programme=programme.code, department=department.code)  # fmt: skip
    return course_module


# --- topics ---


def list_topics(course_module: CourseModule, *, with_retired: bool = False) -> list[Topic]:
    """The topics of a module in the order of its syllabus."""
    query = select(Topic).filter_by(course_module_id=course_module.id).order_by(Topic.position, Topic.id)
    return [one for one in db.session.execute(query).scalars() if with_retired or one.retired_at is None]


def get_topic(public_id: str) -> Topic:
    """The topic of this public id."""
    return get_by_public_id(Topic, public_id)


def add_topic(*, actor: Actor, now: datetime, course_module: CourseModule, name: str) -> Topic:
    """A new topic at the end of the module's list."""
    name = required(name, "name")
    with unit_of_work() as session:
        lock(course_module)
        last = select(func.max(Topic.position)).filter_by(course_module_id=course_module.id)
        topic = Topic(course_module_id=course_module.id, name=name, position=(session.execute(last).scalar() or 0) + 1)
        session.add(topic)
        flush_unique(session, _("There is already a topic of this name (perhaps a retired one)."), "name")
        audit.record(actor, "topic.added", topic, name=name, course_module=course_module.public_id)
    return topic


def rename_topic(*, actor: Actor, now: datetime, topic: Topic, name: str) -> Topic:
    """Another name for the same topic; everything that points at it follows."""
    name = required(name, "name")
    with unit_of_work() as session:
        before, topic.name = topic.name, name
        flush_unique(session, _("There is already a topic of this name (perhaps a retired one)."), "name")
        audit.record(actor, "topic.renamed", topic, before=before, after=name)
    return topic


def move_topic(*, actor: Actor, now: datetime, topic: Topic, step: int) -> None:
    """One place up (-1) or down (+1) in the syllabus."""
    with unit_of_work():
        lock(topic.course_module)
        move(list_topics(topic.course_module, with_retired=True), topic, step)
        audit.record(actor, "topic.moved", topic, step=step)


def retire_topic(*, actor: Actor, now: datetime, topic: Topic) -> None:
    """No longer offered for new items; what points at it stays."""
    with unit_of_work():
        topic.retired_at = topic.retired_at or now
        audit.record(actor, "topic.retired", topic, name=topic.name)


def restore_topic(*, actor: Actor, now: datetime, topic: Topic) -> None:
    """Offered again."""
    with unit_of_work():
        topic.retired_at = None
        audit.record(actor, "topic.restored", topic, name=topic.name)


# --- cognitive levels: one list for the school ---


def list_levels(*, with_retired: bool = False) -> list[CognitiveLevel]:
    """The school's cognitive levels from the lowest to the highest."""
    rows = db.session.execute(select(CognitiveLevel).order_by(CognitiveLevel.position, CognitiveLevel.id)).scalars()
    return [one for one in rows if with_retired or one.retired_at is None]


def get_level(public_id: str) -> CognitiveLevel:
    """The level of this public id."""
    return get_by_public_id(CognitiveLevel, public_id)


def add_level(*, actor: Actor, now: datetime, name: str) -> CognitiveLevel:
    """A new level above the others."""
    name = required(name, "name")
    with unit_of_work() as session:
        last = session.execute(select(func.max(CognitiveLevel.position))).scalar() or 0
        level = CognitiveLevel(name=name, position=last + 1)
        session.add(level)
        flush_unique(session, _("There is already a level of this name (perhaps a retired one)."), "name")
        audit.record(actor, "level.added", level, name=name)
    return level


def rename_level(*, actor: Actor, now: datetime, level: CognitiveLevel, name: str) -> CognitiveLevel:
    """Another name for the same level."""
    name = required(name, "name")
    with unit_of_work() as session:
        before, level.name = level.name, name
        flush_unique(session, _("There is already a level of this name (perhaps a retired one)."), "name")
        audit.record(actor, "level.renamed", level, before=before, after=name)
    return level


def move_level(*, actor: Actor, now: datetime, level: CognitiveLevel, step: int) -> None:
    """One place down (-1) or up (+1) in the list."""
    with unit_of_work():
        move(list_levels(with_retired=True), level, step)
        audit.record(actor, "level.moved", level, step=step)


def retire_level(*, actor: Actor, now: datetime, level: CognitiveLevel) -> None:
    """No longer offered for new items; what points at it stays."""
    with unit_of_work():
        level.retired_at = level.retired_at or now
        audit.record(actor, "level.retired", level, name=level.name)


def restore_level(*, actor: Actor, now: datetime, level: CognitiveLevel) -> None:
    """Offered again."""
    with unit_of_work():
        level.retired_at = None
        audit.record(actor, "level.restored", level, name=level.name)
