"""What marking tells: the sheet of an exam, the story of one mark, the items of an exam with their answers."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank.accounts.models import User
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.errors import NotFound
from exambank.exams.models import Candidacy, Exam
from exambank.marking.models import Correction, MarkLine, ResponseMark, Script, SittingMark
from exambank.marking.rules import AnswerLine, Criterion, answer_lines, asked_in, criteria_of
from exambank.marking.service.progress import script_counts
from exambank.marking.service.scoring import scripts_of
from exambank.permissions import Actor, Permission, allows
from exambank.sittings.models import Response, Sitting


@dataclass(frozen=True)
class SheetRow:
    """One candidate on the mark sheet; marks are None for who did not sit or is still awaited."""

    user_id: int
    number: str
    full_name: str
    sitting: str | None
    state: str  # absent, awaited, marking, marked, not_eligible
    raw: Decimal | None = None
    total: Decimal | None = None
    max_points: Decimal | None = None
    scaled: Decimal | None = None
    scripts: tuple[int, int] | None = None  # finished, of all: where people mark a part of it

    @property
    def is_being_marked(self) -> bool:
        """Whether a person has still to finish something of it, for the first time or again."""
        return self.scripts is not None and self.scripts[0] < self.scripts[1]


def sheet_of(exam: Exam) -> list[SheetRow]:
    """Everybody listed for the exam, by candidate number."""
    query = (
        select(Candidacy, User.full_name, Sitting, SittingMark)
        .join(User, User.id == Candidacy.user_id)
        .outerjoin(Sitting, Sitting.candidacy_id == Candidacy.id)
        .outerjoin(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(Candidacy.exam_id == exam.id)
        .order_by(Candidacy.number)
    )
    counts = script_counts(exam)
    return [
        _row(*found, counts.get(found[2].id) if found[2] else None) for found in db.session.execute(query).all()
    ]  # fmt: skip


def _row(
    candidacy: Candidacy, full_name: str, sitting: Sitting | None, mark: SittingMark | None,
    scripts: tuple[int, int] | None,
) -> SheetRow:  # fmt: skip
    base = (candidacy.user_id, candidacy.number, full_name, sitting.public_id if sitting else None)
    if mark is not None:
        return SheetRow(*base, "marked", mark.raw_points, mark.total_points, mark.max_points, mark.scaled, scripts)
    if not candidacy.is_eligible:
        return SheetRow(*base, "not_eligible")
    if scripts is not None and sitting.state == "closed":
        return SheetRow(*base, "marking", scripts=scripts)
    is_absent = sitting is None or (sitting.state == "closed" and sitting.entered_at is None)
    return SheetRow(*base, "absent" if is_absent else "awaited")


def blinded(rows: list[SheetRow]) -> list[SheetRow]:
    """The sheet as a marker of the exam sees it while anything is open: nothing that moves with an answer."""
    return [
        SheetRow(row.user_id, row.number, row.full_name, row.sitting, "marking") if row.scripts else row
        for row in rows
    ]  # fmt: skip


def exam_marks(exam: Exam) -> dict[int, Decimal | None]:
    """Mark on the Regulation's scale by user id; None for who has none."""
    return {row.user_id: row.scaled for row in sheet_of(exam)}


@dataclass(frozen=True)
class MarkRow:
    """One marked response: what statistics are computed from. ``choice`` is the canonical payload, None when blank."""

    sitting_id: int
    user_id: int
    question: int
    version_id: int
    points: Decimal
    max_points: Decimal
    outcome: str
    payload: str | None


def marks_of(exam: Exam) -> list[MarkRow]:
    """Every raw mark of the exam with the response behind it, by sitting and question.

    Columns, not rows of the model: two thousand sittings would bring their rules along for nothing.
    """
    mark = ResponseMark
    columns = (
        mark.sitting_id, Sitting.user_id, mark.question, mark.item_version_id, mark.points, mark.max_points,
        mark.outcome, Response.payload,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(Sitting, Sitting.id == mark.sitting_id)
        .outerjoin(Response, (Response.sitting_id == mark.sitting_id) & (Response.question == mark.question))
        .where(Sitting.exam_id == exam.id)
        .order_by(mark.sitting_id, mark.question)
    )
    return [MarkRow(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class StoryQuestion:
    number: int
    version: ItemVersion
    payload: str | None
    points: Decimal
    max_points: Decimal
    outcome: str
    rule: dict[str, Any]
    scripts: dict[str, Script]  # by part: what a marker gave and said

    @property
    def is_scored(self) -> bool:
        """False for a pretest question."""
        return not self.rule.get("pretest", False)

    @property
    def lines(self) -> list[AnswerLine]:
        """The response beside its key."""
        return answer_lines(self.version.item.kind, self.version.content, self.payload)

    @property
    def rubrics(self) -> list[tuple[Script, list[tuple[Criterion, Decimal | None]]]]:
        """A marker's points row by row, script by script."""
        return [(script, _rows_of(self.version, script)) for _part, script in sorted(self.scripts.items())]


def _rows_of(version: ItemVersion, script: Script) -> list[tuple[Criterion, Decimal | None]]:
    asked = asked_in(version.item.kind, version.stem, version.content, script.part)
    given = {token: Decimal(points) for token, points in script.rubric.items()}
    return [(row, given.get(row.token)) for row in criteria_of(asked.content, script.max_points)]


@dataclass(frozen=True)
class Story:
    """How one mark came about: raw points, the lines beside them, the total, the scaled mark."""

    sitting: Sitting
    mark: SittingMark | None
    lines: list[MarkLine] = field(default_factory=list)
    questions: list[StoryQuestion] = field(default_factory=list)
    scripts: tuple[int, int] | None = None  # finished, of all

    @property
    def is_being_marked(self) -> bool:
        return self.scripts is not None and self.scripts[0] < self.scripts[1]


def result_of(sitting: Sitting) -> Story:
    """The whole story of one sitting's mark."""
    mark = db.session.execute(select(SittingMark).where(SittingMark.sitting_id == sitting.id)).scalar_one_or_none()
    scripts = scripts_of([sitting.id])[sitting.id]
    is_done = [script.state == "finished" for script in scripts.values()]
    count = (sum(is_done), len(is_done)) if is_done and (mark or sitting.entered_at) else None
    if mark is None:
        return Story(sitting, None, scripts=count)
    lines = select(MarkLine).where(MarkLine.sitting_id == sitting.id).order_by(MarkLine.id)
    return Story(sitting, mark, list(db.session.execute(lines).scalars()), _questions(sitting, scripts), count)


def _questions(sitting: Sitting, scripts: dict[tuple[int, str], Script]) -> list[StoryQuestion]:
    marks = db.session.execute(
        select(ResponseMark).where(ResponseMark.sitting_id == sitting.id).order_by(ResponseMark.question)
    ).scalars()
    given = dict(
        db.session.execute(select(Response.question, Response.payload).where(Response.sitting_id == sitting.id)).all()
    )
    versions = bank.get_versions([entry["version"] for entry in sitting.paper.layout])
    return [
        StoryQuestion(
            mark.question, versions[mark.item_version_id], given.get(mark.question), mark.points, mark.max_points,
            mark.outcome, mark.rule,
            {part: script for (number, part), script in scripts.items() if number == mark.question},
        )
        for mark in marks
    ]  # fmt: skip


def list_exams_for(actor: Actor, permission: Permission = Permission.MARKS_SEE) -> list[Exam]:
    """Exams with sittings whose marks the actor may see, newest first."""
    query = (
        select(Exam)
        .join(CourseModule)
        .where(Exam.state.in_(("open", "closed")), ~Exam.is_rehearsal)
        .options(joinedload(Exam.course_module), joinedload(Exam.offering))
        .order_by(Exam.opens_at.desc())
    )
    return [exam for exam in db.session.execute(query).scalars() if allows(actor, permission, exam)]


@dataclass(frozen=True)
class ItemRow:
    """An item of an exam with how it was answered."""

    version: ItemVersion
    n: int
    right: int
    blank: int
    choices: Counter


def list_items(exam: Exam) -> list[ItemRow]:
    """The items that candidates of the exam were given, the least often right first."""
    rows = marks_of(exam)
    versions = bank.get_versions({row.version_id for row in rows})
    found = []
    for version_id, version in versions.items():
        own = [row for row in rows if row.version_id == version_id]
        outcomes = Counter(row.outcome for row in own)
        found.append(
            ItemRow(version, len(own), outcomes["right"], outcomes["blank"], Counter(row.payload for row in own))
        )
    return sorted(found, key=lambda row: (row.right / row.n, row.version.item.code))


def list_corrections(exam: Exam) -> list[Correction]:
    query = (
        select(Correction)
        .where(Correction.exam_id == exam.id)
        .options(joinedload(Correction.made_by), joinedload(Correction.item_version).selectinload(ItemVersion.item))
        .order_by(Correction.id.desc())
    )
    return list(db.session.execute(query).scalars())


def get_correction(public_id: str) -> Correction:
    found = db.session.execute(select(Correction).where(Correction.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found
