"""A bank over time: how its items did in exam after exam, and which of them make trouble again and again."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from exambank.analysis import rules
from exambank.analysis.groups import Ends, mean_interval
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service.flags import reviews_in
from exambank.analysis.service.reading import newest_runs
from exambank.bank.models import Item, ItemVersion
from exambank.courses.models import CourseModule, Offering
from exambank.db import db
from exambank.exams.models import Exam
from exambank.psychometrics.intervals import wilson

MOST_TROUBLED = 10


@dataclass(frozen=True)
class Mean:
    """A mean over items with its interval; both None below two items."""

    value: float | None
    interval: Ends | None


@dataclass(frozen=True)
class TrendRow:
    """One exam of the bank: items given to enough candidates, and how they did."""

    exam: Exam
    run: AnalysisRun
    judged: int
    sound_share: float | None
    sound_ci: Ends | None
    difficulty: Mean
    discrimination: Mean  # D by 27 % groups
    correlation: Mean  # with the rest
    reviews: int  # items that ask for a review


@dataclass(frozen=True)
class Troubled:
    """An item that exams put under suspicion; ``latest`` is what the last of them found."""

    item: Item
    exams: int
    suspected: int
    latest: AnalysisItem


@dataclass(frozen=True)
class Trend:
    """What the page of a bank shows; exams the earliest first."""

    rows: list[TrendRow]
    items_by_state: dict[str, int]
    troubled: list[Troubled]


def trend_of(module: CourseModule) -> Trend:
    """All analysed exams of a course module, and its items in trouble."""
    runs = _runs_of(module)
    found: dict[int, list[AnalysisItem]] = defaultdict(list)
    for item in _items_of([run.id for run in runs]):
        found[item.run_id].append(item)
    rows = [_row(run, found[run.id]) for run in runs]
    return Trend(rows, _items_by_state(module), _troubled([item for run in runs for item in found[run.id]]))


def _runs_of(module: CourseModule) -> list[AnalysisRun]:
    query = (
        select(AnalysisRun)
        .join(AnalysisRun.exam)
        .where(AnalysisRun.id.in_(newest_runs()), Exam.course_module_id == module.id)
        .options(contains_eager(AnalysisRun.exam).joinedload(Exam.offering).joinedload(Offering.cohort))
        .order_by(Exam.opens_at, Exam.id)
    )
    return list(db.session.execute(query).scalars())


def _items_of(run_ids: Sequence[int]) -> list[AnalysisItem]:
    query = (
        select(AnalysisItem)
        .where(AnalysisItem.run_id.in_(run_ids))
        .options(
            joinedload(AnalysisItem.item_version).joinedload(ItemVersion.item),
            joinedload(AnalysisItem.run).joinedload(AnalysisRun.exam),
        )
    )
    return list(db.session.execute(query).scalars())


def _row(run: AnalysisRun, items: Sequence[AnalysisItem]) -> TrendRow:
    judged = [item for item in items if item.n >= rules.MINIMUM_N]
    sound = sum(rules.is_sound(item.figures["difficulty"], item.figures["d27"]) for item in judged)
    interval = wilson(sound / len(judged), len(judged)) if judged else None
    return TrendRow(
        run.exam, run, len(judged),
        sound_share=sound / len(judged) if judged else None,
        sound_ci=(interval.low, interval.high) if interval else None,
        difficulty=_mean(judged, "difficulty"), discrimination=_mean(judged, "d27"),
        correlation=_mean(judged, "item_rest"), reviews=sum(bool(reviews_in(item.figures)) for item in items),
    )  # fmt: skip


def _mean(items: Sequence[AnalysisItem], figure: str) -> Mean:
    values = [item.figures[figure] for item in items if item.figures[figure] is not None]
    if len(values) < 2:
        return Mean(None, None)
    return Mean(fmean(values), mean_interval(len(values), fmean(values), stdev(values)))


def _items_by_state(module: CourseModule) -> dict[str, int]:
    query = select(Item.state, func.count()).where(Item.course_module_id == module.id).group_by(Item.state)
    return dict(db.session.execute(query).all())


def _troubled(items: Sequence[AnalysisItem]) -> list[Troubled]:
    """Items still in use, by how many exams suspect the version that stands: what was mended is not held against it."""
    own: dict[int, list[AnalysisItem]] = defaultdict(list)
    suspected: Counter[int] = Counter()
    for one in items:
        item = one.item_version.item
        if item.state == "retired" or (item.accepted_version_id or one.item_version_id) != one.item_version_id:
            continue
        own[item.id].append(one)
        suspected[item.id] += bool(reviews_in(one.figures))
    found = [
        Troubled(rows[-1].item_version.item, len(rows), suspected[item_id], rows[-1])
        for item_id, rows in own.items()
        if suspected[item_id]
    ]
    found.sort(key=lambda one: (-one.suspected, -one.suspected / one.exams, one.item.code))
    return found[:MOST_TROUBLED]
