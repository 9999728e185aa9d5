"""Blueprints: written, revised while a draft, copied, put away; checked against the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import BlueprintCell, BlueprintItem, ExamBlueprint
from exambank.assembly.rules import CellProblem, CellSpec, Feasibility
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.wording import in_words, problem_text
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemTag
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Topic
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Permission
from exambank.text import sort_key


class ChangedMeanwhile(StateConflict):
    """Somebody saved the thing since this person read it."""

    code = "changed_meanwhile"


@dataclass(frozen=True)
class Frame:
    """What a blueprint says beside its cells: minutes, points a paper should be worth, and the share that each level
    should have of the questions (level's public id -> per cent)."""

    duration_minutes: int | None = None
    target_points: Decimal | None = None
    level_targets: Mapping[str, int] = field(default_factory=dict)


def write_blueprint(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    name: str,
    cells: Sequence[CellSpec],
    frame: Frame = Frame(),
    demands: Demands | None = None,
    is_template: bool = False,
    source: ExamBlueprint | None = None,
) -> ExamBlueprint:
    """Write a new blueprint; it is a draft until papers are dealt from it. A cell may be short of questions yet.

    ``source``: the blueprint it was begun from, for the record. Raises InvalidInput for cells that mean nothing,
    whatever the bank holds.
    """
    _check(course_module.id, name, cells)
    with unit_of_work() as session:
        blueprint = ExamBlueprint(
            course_module_id=course_module.id, name=name, author_id=actor.user_id, created_at=now, changed_at=now,
            is_template=is_template, rules=demands.as_dict() if demands else {},
        )  # fmt: skip
        _put(blueprint, cells, frame)
        session.add(blueprint)
        session.flush()
        audit.record(
            actor, "blueprint.written", blueprint, name=name, cells=_plain(cells), frame=_plain_frame(frame),
            source=source and source.public_id,
        )  # fmt: skip
    return blueprint


def revise_blueprint(
    *,
    actor: Actor,
    now: datetime,
    blueprint: ExamBlueprint,
    name: str,
    cells: Sequence[CellSpec],
    frame: Frame | None = None,
    seen: datetime | None = None,
) -> None:
    """Replace name and cells of a draft; ``frame``: None leaves it as it is.

    ``seen``: the ``changed_at`` that the person had before the eyes; ChangedMeanwhile when somebody saved since. Once
    papers were dealt from it, a blueprint is copied, never changed (StateConflict).
    """
    _check(blueprint.course_module_id, name, cells)
    with unit_of_work() as session:
        hold_draft(blueprint, seen)
        blueprint.name, blueprint.changed_at = name, now
        blueprint.cells = []
        session.flush()
        _put(blueprint, cells, frame or frame_of(blueprint))
        audit.record(
            actor, "blueprint.revised", blueprint, name=name, cells=_plain(cells),
            frame=_plain_frame(frame_of(blueprint)),
        )  # fmt: skip


def hold_draft(blueprint: ExamBlueprint, seen: datetime | None = None) -> None:
    """Inside a unit of work: lock a blueprint that is still a draft, and as ``seen``."""
    lock(blueprint)
    if blueprint.state != "draft":
        raise StateConflict(
            _("Papers were dealt from this blueprint, so it stays as it is. Copy it and change the copy.")
        )
    if seen is not None and blueprint.changed_at != seen:
        raise ChangedMeanwhile(
            _("Somebody saved this blueprint meanwhile, perhaps you in another tab. What you typed is still here.")
        )


def copy_blueprint(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, name: str | None = None, as_template: bool = False
) -> ExamBlueprint:
    """A new draft (or template) with the same cells, demands and fixed items."""
    cells, frame = specs_of(blueprint), frame_of(blueprint)
    with unit_of_work() as session:
        copy = ExamBlueprint(
            course_module_id=blueprint.course_module_id, name=name or _("%(name)s (copy)", name=blueprint.name)[:300],
            author_id=actor.user_id, created_at=now, changed_at=now, is_template=as_template, rules=blueprint.rules,
        )  # fmt: skip
        _put(copy, cells, frame)
        copy.fixed_items = [BlueprintItem(item_id=one.item_id, place=one.place) for one in blueprint.fixed_items]
        session.add(copy)
        session.flush()
        audit.record(actor, "blueprint.copied", copy, source=blueprint.public_id)
    return copy


def mark_template(*, actor: Actor, now: datetime, blueprint: ExamBlueprint, is_template: bool) -> None:
    """Make a draft a template, of which nothing is dealt, or a plain blueprint again."""
    with unit_of_work():
        hold_draft(blueprint)
        blueprint.is_template, blueprint.changed_at = is_template, now
        audit.record(actor, "blueprint.template_marked", blueprint, is_template=is_template)


def require(
    *,
    actor: Actor,
    now: datetime,
    blueprint: ExamBlueprint,
    requirements: Mapping[int, str],
    seen: datetime | None = None,
) -> None:
    """Write the requirements (yêu cầu cần đạt) of a draft's cells: position -> text; others stay as they are.

    ``seen`` as in ``revise_blueprint``: the positions are those of the cells that the person saw.
    """
    with unit_of_work():
        hold_draft(blueprint, seen)
        for cell in blueprint.cells:
            cell.requirement = requirements.get(cell.position, cell.requirement)
        blueprint.changed_at = now
        audit.record(actor, "blueprint.requirements_written", blueprint, cells=_plain(specs_of(blueprint)))


def retire_blueprint(*, actor: Actor, now: datetime, blueprint: ExamBlueprint) -> None:
    """Put a blueprint away: it leaves the list, its papers stay as they are."""
    with unit_of_work():
        lock(blueprint)
        if blueprint.state == "retired":
            raise StateConflict(_("This blueprint was put away already."))
        blueprint.state, blueprint.changed_at = "retired", now
        audit.record(actor, "blueprint.retired", blueprint)


def _put(blueprint: ExamBlueprint, cells: Sequence[CellSpec], frame: Frame) -> None:
    blueprint.cells = _rows(cells)
    blueprint.duration_minutes, blueprint.target_points = frame.duration_minutes, frame.target_points
    blueprint.rules = {**(blueprint.rules or {}), "level_targets": dict(frame.level_targets)}


def frame_of(blueprint: ExamBlueprint) -> Frame:
    """What the blueprint says beside its cells."""
    targets = blueprint.rules.get("level_targets") or {}
    return Frame(blueprint.duration_minutes, blueprint.target_points, {str(key): int(targets[key]) for key in targets})


def _plain_frame(frame: Frame) -> dict[str, Any]:
    return {
        "minutes": frame.duration_minutes, "points": None if frame.target_points is None else str(frame.target_points),
        "level_targets": dict(frame.level_targets),
    }  # fmt: skip


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
            not_tag=cell.not_tag, count=cell.count, points=cell.points, requirement=cell.requirement, part=cell.part,
            is_scored=cell.is_scored,
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
            tag=cell.tag, not_tag=cell.not_tag, requirement=cell.requirement, part=cell.part,
            is_scored=cell.is_scored,
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
    query = (
        select(ItemTag.tag)
        .join(Item, Item.id == ItemTag.item_id)
        .where(Item.course_module_id == course_module_id, Item.state == "accepted")
        .distinct()
    )
    return sorted(db.session.scalars(query), key=sort_key)


def get_blueprint(public_id: str) -> ExamBlueprint:
    """The blueprint, or NotFound."""
    found = db.session.execute(select(ExamBlueprint).where(ExamBlueprint.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_blueprints(
    actor: Actor,
    with_retired: bool = False,
    *,
    course_module: CourseModule | None = None,
    state: str = "",
    templates: bool | None = None,
) -> list[ExamBlueprint]:
    """Blueprints of the course modules that ``actor`` may see, the newest change first.

    ``state``: only of this state; ``templates``: only templates, or none.
    """
    modules = [module.id for module in courses.list_modules_for(actor, Permission.BLUEPRINT_SEE)]
    if course_module is not None:
        modules = [module_id for module_id in modules if module_id == course_module.id]
    query = (
        select(ExamBlueprint)
        .where(ExamBlueprint.course_module_id.in_(modules))
        .options(selectinload(ExamBlueprint.cells), selectinload(ExamBlueprint.course_module))
        .order_by(ExamBlueprint.changed_at.desc(), ExamBlueprint.id.desc())
    )
    if state:
        query = query.where(ExamBlueprint.state == state)
    elif not with_retired:
        query = query.where(ExamBlueprint.state != "retired")
    if templates is not None:
        query = query.where(ExamBlueprint.is_template.is_(templates))
    return list(db.session.execute(query).scalars())
