"""Blueprints: written, revised while a draft, copied, put away; checked against the bank."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import BlueprintCell, ExamBlueprint
from exambank.assembly.rules import CellProblem, CellSpec, Feasibility
from exambank.assembly.service.wording import in_words, problem_text
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Topic
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission
from exambank.text import sort_key


def write_blueprint(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, cells: Sequence[CellSpec]
) -> ExamBlueprint:
    """Write a new blueprint; it is a draft until papers are dealt from it. A cell may be short of questions yet."""
    _check(course_module.id, name, cells)
    with unit_of_work() as session:
        blueprint = ExamBlueprint(
            course_module_id=course_module.id, name=name, author_id=actor.user_id, created_at=now, changed_at=now
        )
        blueprint.cells = _rows(cells)
        session.add(blueprint)
        session.flush()
        audit.record(actor, "blueprint.written", blueprint, name=name, cells=_plain(cells))
    return blueprint


def revise_blueprint(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, name: str, cells: Sequence[CellSpec]
) -> None:
    """Replace name and cells of a draft. Once papers were dealt from it, a blueprint is copied, never changed."""
    _check(blueprint.course_module_id, name, cells)
    with unit_of_work() as session:
        lock(blueprint)
        if blueprint.state != "draft":
            raise StateConflict(
                _("Papers were dealt from this blueprint, so it stays as it is. Copy it and change the copy.")
            )
        blueprint.name, blueprint.changed_at = name, now
        blueprint.cells = []
        session.flush()
        blueprint.cells = _rows(cells)
        audit.record(actor, "blueprint.revised", blueprint, name=name, cells=_plain(cells))


def copy_blueprint(*, actor: Actor, now: datetime, blueprint: ExamBlueprint, name: str | None = None) -> ExamBlueprint:
    """A new draft with the same cells."""
    cells = specs_of(blueprint)
    with unit_of_work() as session:
        copy = ExamBlueprint(
            course_module_id=blueprint.course_module_id,
            name=name or _("%(name)s (copy)", name=blueprint.name)[:300],
            author_id=actor.user_id,
            created_at=now,
            changed_at=now,
        )
        copy.cells = _rows(cells)
        session.add(copy)
        session.flush()
        audit.record(actor, "blueprint.copied", copy, source=blueprint.public_id)
    return copy


def retire_blueprint(*, actor: Actor, now: datetime, blueprint: ExamBlueprint) -> None:
    """Put a blueprint away: it leaves the list, its papers stay as they are."""
    with unit_of_work():
        lock(blueprint)
        if blueprint.state == "retired":
            raise StateConflict(_("This blueprint was put away already."))
        blueprint.state, blueprint.changed_at = "retired", now
        audit.record(actor, "blueprint.retired", blueprint)


def _check(course_module_id: int, name: str, cells: Sequence[CellSpec]) -> None:
    if not name.strip():
        raise InvalidInput(_("Give the blueprint a name."))
    problems = rules.check_cells(cells) + _unknown_words(course_module_id, cells)
    if problems:
        raise InvalidInput(" ".join(problem_text(problem) for problem in problems))


def _unknown_words(course_module_id: int, cells: Sequence[CellSpec]) -> list[CellProblem]:
    topics = set(db.session.execute(select(Topic.id).where(Topic.course_module_id == course_module_id)).scalars())
    wrong = []
    for row, cell in enumerate(cells, start=1):
        if cell.topic_id is not None and cell.topic_id not in topics:
            wrong.append(CellProblem(row, "topic", "unknown_topic"))
        if cell.kind is not None and cell.kind not in REGISTRY:
            wrong.append(CellProblem(row, "kind", "unknown_kind"))
    return wrong


def _rows(cells: Sequence[CellSpec]) -> list[BlueprintCell]:
    return [
        BlueprintCell(
            position=at, topic_id=cell.topic_id, level_id=cell.level_id, kind=cell.kind, tag=cell.tag,
            not_tag=cell.not_tag, count=cell.count, points=cell.points,
        )
        for at, cell in enumerate(cells, start=1)
    ]  # fmt: skip


def _plain(cells: Sequence[CellSpec]) -> list[dict[str, Any]]:
    return [{name: str(value) for name, value in vars(cell).items() if value is not None} for cell in cells]


def specs_of(blueprint: ExamBlueprint) -> list[CellSpec]:
    """The blueprint's cells as plain values, in their order."""
    return [
        CellSpec(
            count=cell.count, points=cell.points, topic_id=cell.topic_id, level_id=cell.level_id, kind=cell.kind,
            tag=cell.tag, not_tag=cell.not_tag,
        )
        for cell in blueprint.cells
    ]  # fmt: skip


def check_feasibility(blueprint: ExamBlueprint) -> Feasibility:
    """Whether the bank's accepted questions make a paper of this blueprint; names short and competing cells."""
    return check_cells(blueprint.course_module_id, specs_of(blueprint))


def check_cells(course_module_id: int, cells: Sequence[CellSpec]) -> Feasibility:
    """The same for cells that are not stored (yet)."""
    pool = bank.list_pool(course_module_id)
    return in_words(rules.check_feasibility(pool, cells, rules.kept_apart(pool)))


def tags_in_bank(course_module_id: int) -> list[str]:
    """Tags of accepted questions, to choose from while writing cells."""
    return sorted({tag for item in bank.list_pool(course_module_id) for tag in item.tags}, key=sort_key)


def get_blueprint(public_id: str) -> ExamBlueprint:
    """The blueprint, or NotFound."""
    found = db.session.execute(select(ExamBlueprint).where(ExamBlueprint.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_blueprints(actor: Actor, with_retired: bool = False) -> list[ExamBlueprint]:
    """Blueprints of the course modules that ``actor`` may see, the newest change first."""
    modules = [module.id for module in courses.list_modules_for(actor, Permission.BLUEPRINT_SEE)]
    query = (
        select(ExamBlueprint)
        .where(ExamBlueprint.course_module_id.in_(modules))
        .options(selectinload(ExamBlueprint.cells), selectinload(ExamBlueprint.course_module))
        .order_by(ExamBlueprint.changed_at.desc(), ExamBlueprint.id.desc())
    )
    if not with_retired:
        query = query.where(ExamBlueprint.state != "retired")
    return list(db.session.execute(query).scalars())
