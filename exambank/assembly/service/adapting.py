"""A blueprint begun from another one: a template, or one of another module."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from exambank import text
from exambank.assembly.models import ExamBlueprint
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.matrix import map_cells, match_topics
from exambank.assembly.service.blueprints import frame_of, specs_of, write_blueprint
from exambank.assembly.service.demands import demands_of
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Topic
from exambank.db import db
from exambank.permissions import Actor, Permission

WAYS = ("name", "order")


@dataclass(frozen=True)
class Adaptation:
    """What would become of a blueprint in another module: topic by topic, and the cells that fit nowhere."""

    source: ExamBlueprint
    by: str
    pairs: list[tuple[Topic, Topic | None]]
    cells: tuple[CellSpec, ...]
    left_out: list[CellSpec]

    @property
    def questions(self) -> int:
        return sum(cell.count for cell in self.cells)

    @property
    def lost(self) -> int:
        return sum(cell.count for cell in self.left_out)


def preview_adaptation(source: ExamBlueprint, course_module: CourseModule, by: str = "name") -> Adaptation:
    """How the topics of ``source`` meet those of ``course_module``; ``by``: "name" or "order"."""
    cells = specs_of(source)
    used = {cell.topic_id for cell in cells} - {None}
    sources = [one for one in courses.list_topics(source.course_module, with_retired=True) if one.id in used]
    targets = courses.list_topics(course_module)
    if source.course_module_id == course_module.id:
        found = {one.id: one.id for one in sources}
    else:
        found = match_topics(
            {one.id: text.search_key(one.name) for one in sources},
            {one.id: text.search_key(one.name) for one in targets},
            by,
        )
    named = {one.id: one for one in (*targets, *sources)}
    mapped = map_cells(cells, found)
    return Adaptation(
        source, by, [(one, named.get(found.get(one.id))) for one in sources], mapped.cells,
        [cells[at] for at in mapped.left_out],
    )  # fmt: skip


def adapt_blueprint(
    *, actor: Actor, now: datetime, source: ExamBlueprint, course_module: CourseModule, by: str = "name"
) -> ExamBlueprint:
    """A new draft in ``course_module`` after ``source``: what fits of its cells, its demands, no fixed items.

    Raises InvalidInput when no cell fits.
    """
    found = preview_adaptation(source, course_module, by)
    return write_blueprint(
        actor=actor, now=now, course_module=course_module, name=source.name, cells=found.cells,
        frame=frame_of(source), demands=demands_of(source), source=source,
    )  # fmt: skip


def list_patterns(actor: Actor, course_module: CourseModule) -> list[ExamBlueprint]:
    """What a new blueprint may begin from: templates first, then the module's own, then those of other modules."""
    modules = [module.id for module in courses.list_modules_for(actor, Permission.BLUEPRINT_SEE)]
    query = (
        select(ExamBlueprint)
        .where(
            ExamBlueprint.course_module_id.in_(modules),
            or_(ExamBlueprint.state != "retired", ExamBlueprint.is_template),
        )
        .options(selectinload(ExamBlueprint.cells), selectinload(ExamBlueprint.course_module))
        .order_by(ExamBlueprint.changed_at.desc(), ExamBlueprint.id.desc())
    )
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda one: (not one.is_template, one.course_module_id != course_module.id))
