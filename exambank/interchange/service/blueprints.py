"""Blueprints as files: what goes out, and what a file of a lecturer says before it becomes a draft."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from exambank.assembly import service as assembly
from exambank.assembly.models import ExamBlueprint
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands, check_demands
from exambank.bank.interactions import REGISTRY
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.errors import InvalidInput
from exambank.interchange.blueprints import (
    MATRIX,
    Heading,
    Known,
    Plan,
    PlanCell,
    match_levels,
    match_topics,
    read_matrix,
    write_docx,
    write_xlsx,
)
from exambank.interchange.blueprints.plan import LONGEST_NAME, tidy_points
from exambank.interchange.blueprints.rules_table import sound_demands
from exambank.interchange.neutral import Source, UnreadableFile
from exambank.interchange.service.apart import read_apart
from exambank.interchange.service.files import refusal, tidy_file_name
from exambank.permissions import Actor

MATRIX_LIMIT = 5 * 1024 * 1024
_WALL_SECONDS = 30
_SAME_CLICK = timedelta(minutes=2)
ANY, DROP = "any", "drop"


@dataclass(frozen=True)
class Choices:
    """What a person decided about the words of a file: topic, level and kind by these words, ``ANY`` and ``DROP``
    besides; ``points`` for questions to which the file gives none.
    """

    topics: Mapping[str, str]
    levels: Mapping[str, str]
    kinds: Mapping[str, str]
    points: Decimal


# --- out ---


def blueprint_file(blueprint: ExamBlueprint, to: str) -> bytes:
    """The blueprint as a file, ``to``: xlsx or docx."""
    write = {"xlsx": write_xlsx, "docx": write_docx}[to]
    levels = [level.name for level in courses.list_levels(with_retired=True)]
    return write(plan_of(blueprint), heading_of(blueprint.course_module), levels)


def plan_of(blueprint: ExamBlueprint) -> Plan:
    """The blueprint by its words."""
    levels = {level.public_id: level.name for level in courses.list_levels(with_retired=True)}
    frame = assembly.frame_of(blueprint)
    return Plan(
        tuple(
            PlanCell(
                cell.count, cell.topic.name if cell.topic else "", cell.level.name if cell.level else "",
                cell.kind or "", cell.tag or "", cell.not_tag or "", tidy_points(cell.points), cell.part,
                cell.is_scored, cell.requirement,
            )
            for cell in blueprint.cells
        ),
        blueprint.name,
        frame.duration_minutes,
        frame.target_points,
        assembly.demands_of(blueprint).as_dict(),
        {levels[key]: share for key, share in frame.level_targets.items() if key in levels and share > 0},
    )  # fmt: skip


def heading_of(course_module: CourseModule) -> Heading:
    """The school's printed header; official files are Vietnamese whoever asks for them."""
    school = courses.school()
    with force_locale("vi"):
        word = courses.label("course_module").capitalize()
    credits = f", {course_module.credits} tín chỉ" if course_module.credits else ""
    return Heading(
        school.governing_body, school.name, course_module.department.name,
        f"{word}: {course_module.name} ({course_module.code}{credits})", school.place,
    )  # fmt: skip


# --- in ---


def read_plan(*, course_module: CourseModule, file_name: str, body: bytes) -> Plan:
    """What the file says, read in a process of its own; nothing is stored. InvalidInput tells why it cannot be used."""
    choices = {
        "levels": "\n".join(level.name for level in courses.list_levels()),
        "topics": "\n".join(topic.name for topic in courses.list_topics(course_module)),
    }
    source = Source(body, file_name, choices=choices)
    try:
        if len(body) > MATRIX_LIMIT:
            raise UnreadableFile("file_too_large", limit=MATRIX_LIMIT // 1024 // 1024)
        plan = Plan.from_data(_read(source).facts["plan"])
    except UnreadableFile as error:
        raise refusal(error) from None
    return plan if plan.name else replace(plan, name=tidy_file_name(file_name).rpartition(".")[0][:LONGEST_NAME])


def _read(source: Source):
    if not current_app.config["READ_FILES_APART"]:
        return read_matrix(source)
    return read_apart(source, MATRIX, is_wanted=lambda done, total: True, wall_seconds=_WALL_SECONDS)


def propose(course_module: CourseModule, plan: Plan) -> Choices:
    """What the words of the file most likely mean; a word that means nothing certain is left out."""
    topics = [Known(topic.public_id, topic.name) for topic in courses.list_topics(course_module)]
    levels = [Known(level.public_id, level.name) for level in courses.list_levels()]
    return Choices(
        match_topics(words_of(plan, "topic"), topics),
        match_levels(words_of(plan, "level"), levels),
        {kind: kind for kind in words_of(plan, "kind") if kind in REGISTRY},
        _likely_points(plan),
    )


def words_of(plan: Plan, name: str) -> list[str]:
    """The words that the cells have for topic, level or kind, each once, in their order."""
    return list(dict.fromkeys(word for cell in plan.cells if (word := getattr(cell, name))))


def _likely_points(plan: Plan) -> Decimal:
    """What is left of the paper's points, shared by the questions without any; 1 where that is no even share."""
    lacking = sum(cell.count for cell in plan.cells if cell.points is None)
    told = sum((cell.points * cell.count for cell in plan.cells if cell.points is not None), Decimal(0))
    left = (plan.target_points or Decimal(0)) - told
    each = tidy_points(left / lacking) if lacking and left > 0 else Decimal(0)
    return each if each and each * lacking == left else Decimal(1)


def take_plan(
    *, actor: Actor, now: datetime, course_module: CourseModule, plan: Plan, name: str, choices: Choices
) -> ExamBlueprint:
    """Write the plan as a new draft. The same again within two minutes (a second click) gives the draft of the first.

    InvalidInput when a word was given no meaning, or the cells are none that a blueprint can have.
    """
    cells = cells_of(course_module, plan, choices)
    twin = _written_already(actor, now, course_module, name, cells)
    if twin is not None:
        return twin
    levels = {level.name: level.public_id for level in courses.list_levels()}
    targets = {levels[level]: share for level, share in plan.level_targets.items() if level in levels}
    return assembly.write_blueprint(
        actor=actor, now=now, course_module=course_module, name=name, cells=cells,
        frame=assembly.Frame(plan.duration_minutes, plan.target_points, targets), demands=_demands(plan.demands),
    )  # fmt: skip


def _demands(stored: Mapping[str, Any] | None) -> Demands | None:
    """What the file demands; InvalidInput where it is nothing that can be kept."""
    if stored is None:
        return None
    demands = Demands.parse(sound_demands(stored))
    problems = check_demands(demands)
    if problems:
        raise InvalidInput(" ".join(assembly.demand_problem(one.field, one.code) for one in problems))
    return demands


def cells_of(course_module: CourseModule, plan: Plan, choices: Choices) -> list[CellSpec]:
    """The cells that ``choices`` make of the plan; InvalidInput names the words without a meaning."""
    topics = {topic.public_id: topic.id for topic in courses.list_topics(course_module)}
    levels = {level.public_id: level.id for level in courses.list_levels()}
    open_words = [
        *(word for word in words_of(plan, "topic") if choices.topics.get(word) not in {ANY, DROP, *topics}),
        *(word for word in words_of(plan, "level") if choices.levels.get(word) not in {ANY, DROP, *levels}),
        *(word for word in words_of(plan, "kind") if choices.kinds.get(word) not in {ANY, DROP, *REGISTRY}),
    ]
    if open_words:
        raise InvalidInput(_("Say what is meant by: %(words)s.", words=", ".join(open_words)[:500]))
    chosen = (
        (cell, choices.topics.get(cell.topic), choices.levels.get(cell.level), choices.kinds.get(cell.kind))
        for cell in plan.cells
    )
    cells = [
        CellSpec(
            count=cell.count, points=choices.points if cell.points is None else cell.points,
            topic_id=topics.get(topic), level_id=levels.get(level), kind=kind if kind in REGISTRY else None,
            tag=cell.tag or None, not_tag=cell.not_tag or None, requirement=cell.requirement, part=cell.part,
            is_scored=cell.is_scored,
        )
        for cell, topic, level, kind in chosen
        if DROP not in (topic, level, kind)
    ]  # fmt: skip
    return _joined(cells)


def _joined(cells: list[CellSpec]) -> list[CellSpec]:
    """Cells that ask for the same of the same learners as one: two words of the file may mean one topic."""
    counts: dict[CellSpec, int] = {}
    for cell in cells:
        alike = replace(cell, count=0)
        counts[alike] = counts.get(alike, 0) + cell.count
    return [replace(cell, count=count) for cell, count in counts.items()]


def _written_already(actor, now, course_module, name: str, cells: list[CellSpec]) -> ExamBlueprint | None:
    return next(
        (
            one
            for one in assembly.list_blueprints(actor, course_module=course_module, state="draft")
            if one.author_id == actor.user_id and one.name == name and one.created_at > now - _SAME_CLICK
            and [_plain(cell) for cell in assembly.specs_of(one)] == [_plain(cell) for cell in cells]
        ),
        None,
    )  # fmt: skip


def _plain(cell: CellSpec) -> CellSpec:
    return replace(cell, points=tidy_points(cell.points))
