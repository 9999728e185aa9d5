"""What runs found: exams with their runs, the report of an exam, of an item, and what asks for a review."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from exambank import text
from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.bank.models import Item, ItemVersion
from exambank.courses.models import Offering
from exambank.db import db
from exambank.errors import NotFound
from exambank.exams.models import Exam
from exambank.jobs import Job
from exambank.permissions import Actor, Permission, allows

FINISHED = "finished"
SUBSCRIBERS = "exambank.analysis."


def latest_run(exam: Exam) -> AnalysisRun | None:
    """The newest finished run of an exam: the one that is shown."""
    query = (
        select(AnalysisRun)
        .where(AnalysisRun.exam_id == exam.id, AnalysisRun.state == FINISHED)
        .order_by(AnalysisRun.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def is_run_waiting(exam: Exam) -> bool:
    """Whether the worker owes this exam a run, or is at it."""
    query = select(Job.id).where(
        Job.subject == exam.public_id,
        Job.state.in_(("queued", "running")),
        Job.subscriber.startswith(SUBSCRIBERS, autoescape=True),
    )
    return db.session.execute(query.limit(1)).first() is not None


@dataclass(frozen=True)
class Report:
    """One exam's report: the run and its items, those in trouble first."""

    run: AnalysisRun
    items: list[AnalysisItem]

    def having(self, *codes: str) -> list[AnalysisItem]:
        """Items that carry one of these flags."""
        return [item for item in self.items if any(flag["code"] in codes for flag in item.figures["flags"])]


def get_report(exam: Exam) -> Report | None:
    """The report of the newest run; None while there is none."""
    run = latest_run(exam)
    return Report(run, sorted(_items_of(run.id), key=_trouble)) if run else None


def _trouble(item: AnalysisItem) -> tuple:
    figures = item.figures
    return *rules.trouble_rank(
        figures["flags"], figures["difficulty"], figures["item_rest"]
    ), item.item_version.item.code


def _items_of(run_id: int) -> list[AnalysisItem]:
    query = (
        select(AnalysisItem)
        .join(AnalysisItem.item_version)
        .join(ItemVersion.item)
        .where(AnalysisItem.run_id == run_id)
        .options(contains_eager(AnalysisItem.item_version).contains_eager(ItemVersion.item))
    )
    return list(db.session.execute(query).scalars())


def get_item(exam_public_id: str, version_public_id: str) -> AnalysisItem:
    """What the newest run of an exam found of one item version."""
    newest = (
        select(func.max(AnalysisRun.id))
        .join(Exam, Exam.id == AnalysisRun.exam_id)
        .where(Exam.public_id == exam_public_id, AnalysisRun.state == FINISHED)
        .scalar_subquery()
    )
    query = (
        select(AnalysisItem)
        .join(AnalysisItem.item_version)
        .where(AnalysisItem.run_id == newest, ItemVersion.public_id == version_public_id)
        .options(
            contains_eager(AnalysisItem.item_version).joinedload(ItemVersion.item),
            joinedload(AnalysisItem.run).joinedload(AnalysisRun.exam).joinedload(Exam.course_module),
        )
    )
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True)
class ItemReport:
    """One item version in one exam, among its neighbours there and through all its exams."""

    item: AnalysisItem
    neighbours: list[AnalysisItem]
    exams: list[AnalysisItem]  # newest run of each exam with this version, the earliest exam first


def get_item_report(item: AnalysisItem) -> ItemReport:
    """Everything the page of one item shows."""
    return ItemReport(item, _items_of(item.run_id), _through_exams(item.item_version_id))


def newest_runs():
    """The ids of the newest finished run of each exam, to be selected from."""
    return select(func.max(AnalysisRun.id)).where(AnalysisRun.state == FINISHED).group_by(AnalysisRun.exam_id)


def _through_exams(version_id: int) -> list[AnalysisItem]:
    query = (
        select(AnalysisItem)
        .join(AnalysisItem.run)
        .join(AnalysisRun.exam)
        .where(AnalysisItem.item_version_id == version_id, AnalysisItem.run_id.in_(newest_runs()))
        .options(contains_eager(AnalysisItem.run).contains_eager(AnalysisRun.exam))
        .order_by(Exam.opens_at, Exam.id)
    )
    return list(db.session.execute(query).scalars())


@dataclass(frozen=True)
class ExamRow:
    """An exam in the list, with its newest run if there is one."""

    exam: Exam
    run: AnalysisRun | None
    is_waiting: bool


def list_exams_for(actor: Actor, *, search: str = "") -> list[ExamRow]:
    """Exams that are over and whose statistics the actor may see, newest first."""
    query = (
        select(Exam)
        .where(Exam.state == "closed")
        .options(joinedload(Exam.course_module), joinedload(Exam.offering).joinedload(Offering.cohort))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )
    wanted = text.search_key(search)
    found = [
        exam
        for exam in db.session.execute(query).scalars()
        if allows(actor, Permission.STATISTICS_SEE, exam) and wanted in _search(exam)
    ]
    runs = {
        run.exam_id: run
        for run in db.session.execute(select(AnalysisRun).where(AnalysisRun.id.in_(newest_runs()))).scalars()
    }
    waiting = set(
        db.session.execute(
            select(Job.subject).where(
                Job.state.in_(("queued", "running")), Job.subscriber.startswith(SUBSCRIBERS, autoescape=True)
            )
        ).scalars()
    )
    return [ExamRow(exam, runs.get(exam.id), exam.public_id in waiting) for exam in found]


def _search(exam: Exam) -> str:
    cohort = f"{exam.offering.cohort.code} {exam.offering.cohort.name}" if exam.offering else ""
    return text.search_key(f"{exam.title} {exam.course_module.code} {exam.course_module.name} {cohort}")


def list_notices_for(actor: Actor) -> list[AnalysisItem]:
    """Items still in use that the newest run of an exam puts under suspicion; for the desk of who may see them."""
    query = (
        select(AnalysisItem)
        .join(AnalysisItem.run)
        .join(AnalysisRun.exam)
        .join(AnalysisItem.item_version)
        .join(ItemVersion.item)
        .where(
            AnalysisItem.run_id.in_(newest_runs()),
            AnalysisItem.n >= rules.MINIMUM_N,
            Item.state == "accepted",
            Item.accepted_version_id == AnalysisItem.item_version_id,
        )
        .options(
            contains_eager(AnalysisItem.run).contains_eager(AnalysisRun.exam).joinedload(Exam.course_module),
            contains_eager(AnalysisItem.item_version).contains_eager(ItemVersion.item),
        )
        .order_by(Exam.opens_at.desc(), Item.code)
    )
    return [
        item
        for item in db.session.execute(query).scalars()
        if any(flag["code"] in rules.SERIOUS for flag in item.figures["flags"])
        and allows(actor, Permission.STATISTICS_SEE, item)
    ]
