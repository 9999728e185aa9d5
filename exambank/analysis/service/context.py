"""What a run knows beyond the marks of its exam: groups of candidates, earlier exams, how often items are given.

All of it belongs to the data that a run is named by.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, func, select, type_coerce

from exambank.accounts.models import User
from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.rules import Context, Earlier, Exposure, Saves
from exambank.analysis.service.reading import newest_runs
from exambank.assembly.models import ExamPaper
from exambank.bank.models import ItemVersion
from exambank.courses.models import Cohort, Enrolment
from exambank.db import db
from exambank.exams.models import Exam
from exambank.marking.models import MarkLine, ResponseMark
from exambank.marking.rules import ACCEPT_ANSWER, ACCEPT_OPTION, LATE_ANSWER, REMARKED
from exambank.sittings.models import ResponseEvent, Sitting

EXPOSURE_MONTHS = 24
_OF_THE_ITEM = (ACCEPT_OPTION, ACCEPT_ANSWER, LATE_ANSWER, REMARKED)
"""Lines that say how good an answer is; a credit says only that the item was faulty."""


def added_by_keys(exam_ids: Sequence[int]) -> dict[tuple[int, int], Decimal]:
    """Points that a corrected key or a marker's second look gave; what was credited to everybody is left out."""
    query = (
        select(MarkLine.sitting_id, MarkLine.question, func.sum(MarkLine.points))
        .join(Sitting, Sitting.id == MarkLine.sitting_id)
        .where(Sitting.exam_id.in_(exam_ids), MarkLine.kind.in_(_OF_THE_ITEM), MarkLine.undone_at.is_(None))
        .group_by(MarkLine.sitting_id, MarkLine.question)
    )
    return {(sitting_id, question): points for sitting_id, question, points in db.session.execute(query)}


def context_of(exam: Exam, sitting_ids: Sequence[int], kinds: Mapping[int, str]) -> Context:
    """Everything but the times (see ``times_of``); ``sitting_ids``: the rows of the matrix, ``kinds``: by version."""
    return Context(
        parts=_parts_of(exam, [version_id for version_id, kind in kinds.items() if kind == "case"]),
        groupings=_groupings(exam, sitting_ids),
        earlier=_earlier(exam, list(kinds)),
        exposures=_exposures(exam, list(kinds)),
    )


def named(context: Context) -> list[Any]:
    """What of the context belongs into the name of the data, as plain values."""
    earlier = {version_id: [[one.n, one.difficulty] for one in rows] for version_id, rows in context.earlier.items()}
    exposures = {version_id: [one.exams, one.of] for version_id, one in context.exposures.items()}
    return [{kind: list(labels) for kind, labels in context.groupings.items()}, earlier, exposures]


def _parts_of(exam: Exam, cases: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Of each item made of questions (a case): how many points each question earned, by raw marks."""
    if not cases:
        return {}
    query = (
        select(ResponseMark.item_version_id, ResponseMark.rule)
        .join(Sitting, Sitting.id == ResponseMark.sitting_id)
        .where(Sitting.exam_id == exam.id, ResponseMark.item_version_id.in_(cases))
    )
    rows = db.session.execute(query).all()
    return rules.parts_table([(row.item_version_id, row.rule.get("parts") or []) for row in rows])


def _groupings(exam: Exam, sitting_ids: Sequence[int]) -> dict[str, list[str | None]]:
    """Class, sending unit, paper and gender of each candidate; one of several classes counts to the exam's own."""
    query = (
        select(Sitting.id, Sitting.user_id, User.unit_name, User.gender, ExamPaper.code)
        .join(User, User.id == Sitting.user_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .where(Sitting.exam_id == exam.id)
    )
    rows = {row.id: row for row in db.session.execute(query)}
    classes = _classes(exam)
    own = [rows[sitting_id] for sitting_id in sitting_ids]
    groupings = {
        "class": [classes.get(row.user_id) for row in own],
        "unit": [row.unit_name for row in own],
        "paper": [row.code for row in own],
    }
    genders = [row.gender for row in own]
    if any(genders):  # where none is recorded the data are those of the runs made before it could be
        groupings["gender"] = genders
    return groupings


def _classes(exam: Exam) -> dict[int, str]:
    query = (
        select(Enrolment.user_id, Cohort.id, Cohort.code)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Sitting, Sitting.user_id == Enrolment.user_id)
        .where(Sitting.exam_id == exam.id, Enrolment.state == "active")
        .order_by(Cohort.code.desc())
    )
    rows = db.session.execute(query).all()
    of_exam = [row for row in rows if row.id == exam.cohort_id]
    return {row.user_id: row.code for row in [*rows, *of_exam]}


def _earlier(exam: Exam, version_ids: Sequence[int]) -> dict[int, list[Earlier]]:
    """What the exams before this one found of these versions, the earliest first."""
    query = (
        select(AnalysisItem.item_version_id, AnalysisItem.n, AnalysisItem.figures["difficulty"].as_float())
        .join(AnalysisRun, AnalysisRun.id == AnalysisItem.run_id)
        .join(Exam, Exam.id == AnalysisRun.exam_id)
        .where(AnalysisItem.run_id.in_(newest_runs()), _is_before(exam), AnalysisItem.item_version_id.in_(version_ids))
        .order_by(Exam.opens_at, Exam.id)
    )
    found: dict[int, list[Earlier]] = defaultdict(list)
    for version_id, n, difficulty in db.session.execute(query):
        if difficulty is not None:
            found[version_id].append(Earlier(n, difficulty))
    return dict(found)


def _is_before(exam: Exam):
    return (Exam.opens_at < exam.opens_at) | ((Exam.opens_at == exam.opens_at) & (Exam.id < exam.id))


def _exposures(exam: Exam, version_ids: Sequence[int]) -> dict[int, Exposure]:
    """How many of the module's analysed exams of two years, up to this one, gave each item in any version."""
    begin = exam.opens_at - timedelta(days=round(EXPOSURE_MONTHS * 30.44))
    of_module = (
        select(AnalysisRun.id)
        .join(Exam, Exam.id == AnalysisRun.exam_id)
        .where(
            AnalysisRun.id.in_(newest_runs()), Exam.course_module_id == exam.course_module_id, Exam.opens_at > begin,
            _is_before(exam),
        )
    )  # fmt: skip
    count = db.session.execute(select(func.count()).select_from(of_module.subquery())).scalar_one()
    if not count:
        return {}
    item_of = dict(
        db.session.execute(select(ItemVersion.id, ItemVersion.item_id).where(ItemVersion.id.in_(version_ids))).all()
    )
    query = (
        select(ItemVersion.item_id, func.count(func.distinct(AnalysisItem.run_id)))
        .join(AnalysisItem, AnalysisItem.item_version_id == ItemVersion.id)
        .where(AnalysisItem.run_id.in_(of_module), ItemVersion.item_id.in_(set(item_of.values())))
        .group_by(ItemVersion.item_id)
    )
    known = dict(db.session.execute(query).all())
    return {
        version_id: Exposure(known.get(item_id, 0) + 1, count + 1, EXPOSURE_MONTHS)
        for version_id, item_id in item_of.items()
    }


def times_of(exam: Exam) -> tuple[Saves, dict[int, int]]:
    """When the answers of an exam reached the server, and when each sitting was entered, in milliseconds."""
    query = (
        select(ResponseEvent.sitting_id, ResponseEvent.question, type_coerce(ResponseEvent.received_at, BigInteger))
        .join(Sitting, Sitting.id == ResponseEvent.sitting_id)
        .where(Sitting.exam_id == exam.id)
        .order_by(ResponseEvent.sitting_id, ResponseEvent.id)
    )
    table = np.array([tuple(row) for row in db.session.execute(query)], dtype=np.int64).reshape(-1, 3)
    sittings = select(Sitting.id, type_coerce(Sitting.entered_at, BigInteger)).where(
        Sitting.exam_id == exam.id, Sitting.entered_at.isnot(None)
    )
    return Saves(table[:, 0], table[:, 1], table[:, 2]), dict(db.session.execute(sittings).all())
