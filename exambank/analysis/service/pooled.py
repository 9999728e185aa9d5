"""Item versions over all their exams, with what few answers borrow from the rest of their bank."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem
from exambank.analysis.rules import ExamOfItem, Pooled, Prior
from exambank.analysis.service.reading import newest_runs
from exambank.bank.models import Item
from exambank.db import db


@dataclass(frozen=True)
class BankPriors:
    """What the items of one bank are like: their difficulties and their correlations with the rest of the paper."""

    difficulty: Prior | None
    discrimination: Prior | None


def priors_of(course_module_id: int) -> BankPriors:
    """From the figures that the bank keeps of its items; None of what too few of them have."""
    query = select(Item.pooled_n, Item.pooled_difficulty, Item.pooled_discrimination).where(
        Item.course_module_id == course_module_id, Item.pooled_n >= rules.MINIMUM_N
    )
    rows = db.session.execute(query.order_by(Item.id)).all()
    return BankPriors(
        rules.difficulty_prior((n, share) for n, share, _r in rows if share is not None),
        rules.discrimination_prior((n, r) for n, _share, r in rows if r is not None),
    )


def pool_versions(version_ids: Iterable[int], course_module_id: int) -> dict[int, Pooled]:
    """Each of these versions over the newest run of every exam that gave it; none for a version never analysed."""
    query = (
        select(AnalysisItem.item_version_id, AnalysisItem.n, AnalysisItem.figures, AnalysisItem.options)
        .where(AnalysisItem.item_version_id.in_(list(version_ids)), AnalysisItem.run_id.in_(newest_runs()))
        .order_by(AnalysisItem.run_id)
    )
    found: dict[int, list[ExamOfItem]] = defaultdict(list)
    for version_id, n, figures, options in db.session.execute(query):
        suspicion = rules.read_suspicion(figures, options)
        found[version_id].append(ExamOfItem(n, figures["difficulty"], figures["item_rest"], suspicion))
    priors = priors_of(course_module_id)
    return {
        version_id: rules.pool_item(rows, priors.difficulty, priors.discrimination)
        for version_id, rows in found.items()
    }


def pool_reported(item: AnalysisItem) -> Pooled:
    """The version that an item's page is about, over all its exams."""
    return pool_versions([item.item_version_id], item.course_module_id)[item.item_version_id]
