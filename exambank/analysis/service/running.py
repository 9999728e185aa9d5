"""A run: read and compute first, then write in batches small enough for a writer beside the server."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select

from exambank import audit, clock, jobs
from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.rules import Found, ItemFound, ItemText
from exambank.analysis.service.reading import is_run_waiting, latest_run
from exambank.bank import service as bank
from exambank.courses.rules import RegulationRules
from exambank.db import db, in_batches, lock, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.marking.models import MarkLine, ResponseMark
from exambank.marking.rules import ACCEPT_ANSWER, ACCEPT_OPTION, LATE_ANSWER, REMARKED
from exambank.permissions import SYSTEM, Actor
from exambank.sittings.models import Sitting

BATCH = 10
_OF_THE_ITEM = (ACCEPT_OPTION, ACCEPT_ANSWER, LATE_ANSWER, REMARKED)
"""Lines that say how good an answer is; a credit says only that the item was faulty."""


def run_analysis(exam_public_id: str, *, actor: Actor = SYSTEM, now: datetime | None = None) -> AnalysisRun | None:
    """Compute an exam's statistics and keep them; the same data again give the run that is there already.

    None where nothing is marked. Interrupted half way, the next call goes on with the same run.
    """
    exam = exams.get_exam(exam_public_id)
    _refuse_running(exam)
    rows = marking.marks_of(exam)
    if not rows:
        return None
    extra, regulation = _added_by_keys(exam), _regulation(exam)
    texts = _item_texts(exam, {row.version_id for row in rows})
    marks = [row.scaled for row in marking.sheet_of(exam) if row.scaled is not None]
    scale = [f"{mark:.4f}" for mark in sorted(marks)], f"{regulation.scale_max:f}", f"{regulation.pass_mark:f}"
    digest = rules.data_hash(rows, extra, texts.values(), scale)
    known = latest_run(exam)
    if known is not None and _is_same(known, digest):
        return known
    matrix = rules.build_matrix(rows, extra)
    found = rules.compute(matrix, texts, marks, regulation.scale_max, regulation.pass_mark, _parts_of(exam, texts))
    return _keep(exam, found, digest, actor, now or clock.now())


def _refuse_running(exam: Exam) -> None:
    if exam.state != "closed":
        raise StateConflict(_("The exam is not over yet: its items are analysed after it is closed."))


def _refuse_being_marked(exam: Exam) -> None:
    waiting = marking.open_scripts(exam)
    if waiting.scripts:
        raise StateConflict(
            _(
                "%(count)s answers are still being marked. The analysis runs by itself when the last one is finished.",
                count=waiting.scripts,
            )
        )


def _is_same(run: AnalysisRun, digest: str) -> bool:
    return run.data_hash == digest and run.formulas == rules.FORMULAS


def _regulation(exam: Exam) -> RegulationRules:
    regulation = exam.offering.cohort.regulation if exam.offering else exam.regulation
    return RegulationRules.parse(regulation.rules)


def _added_by_keys(exam: Exam) -> dict[tuple[int, int], Decimal]:
    """Points that a corrected key or a marker's second look gave; what was credited to everybody is left out."""
    query = (
        select(MarkLine.sitting_id, MarkLine.question, func.sum(MarkLine.points))
        .join(Sitting, Sitting.id == MarkLine.sitting_id)
        .where(Sitting.exam_id == exam.id, MarkLine.kind.in_(_OF_THE_ITEM), MarkLine.undone_at.is_(None))
        .group_by(MarkLine.sitting_id, MarkLine.question)
    )
    return {(sitting_id, question): points for sitting_id, question, points in db.session.execute(query)}


def _item_texts(exam: Exam, version_ids: set[int]) -> dict[int, ItemText]:
    further: dict[int, set[str]] = {}
    for correction in marking.list_corrections(exam):
        if correction.kind == ACCEPT_OPTION and correction.undone_at is None:
            further.setdefault(correction.item_version_id, set()).update(correction.options)
    return {
        version_id: ItemText(
            version_id,
            version.item.kind,
            tuple(
                (row["token"], bool(row["is_key"] or row["token"] in further.get(version_id, ())))
                for row in version.content["options"]
            ),
        )
        for version_id, version in bank.get_versions(version_ids).items()
    }


def _parts_of(exam: Exam, texts: dict[int, ItemText]) -> dict[int, list[dict[str, Any]]]:
    """Of each item made of questions (a case): how many points each question earned, by raw marks."""
    cases = [version_id for version_id, text in texts.items() if text.kind == "case"]
    query = (
        select(ResponseMark.item_version_id, ResponseMark.rule)
        .join(Sitting, Sitting.id == ResponseMark.sitting_id)
        .where(Sitting.exam_id == exam.id, ResponseMark.item_version_id.in_(cases))
    )
    rows = db.session.execute(query).all() if cases else []
    return rules.parts_table([(row.item_version_id, row.rule.get("parts") or []) for row in rows])


def _keep(exam: Exam, found: Found, digest: str, actor: Actor, now: datetime) -> AnalysisRun:
    run_id, run_name = _begin(exam, found, digest, now)
    for batch in in_batches(list(found.items), BATCH):
        _write_items(run_id, batch)
        bank.record_statistics(run_name, exam.public_id, [_for_bank(item) for item in batch], now)
    with unit_of_work() as session:
        run = lock(session.get_one(AnalysisRun, run_id))
        if run.state != "finished":
            run.state, run.finished_at = "finished", now
            audit.record(actor, "analysis.finished", exam, run=run_name, n=found.n, items=len(found.items), data=digest)
    return run


def _begin(exam: Exam, found: Found, digest: str, now: datetime) -> tuple[int, str]:
    """A new run, or the one with the same data that was begun and not finished."""
    with unit_of_work() as session:
        lock(exam)
        query = select(AnalysisRun).where(AnalysisRun.exam_id == exam.id).order_by(AnalysisRun.id.desc()).limit(1)
        run = session.execute(query).scalar_one_or_none()
        if run is None or not _is_same(run, digest):
            run = AnalysisRun(
                exam_id=exam.id, state="writing", formulas=rules.FORMULAS, data_hash=digest, n=found.n,
                summary=found.summary, finished_at=now,
            )  # fmt: skip
            session.add(run)
            session.flush()
    return run.id, run.public_id


def _write_items(run_id: int, batch: Sequence[ItemFound]) -> None:
    with unit_of_work() as session:
        ids = [item.version_id for item in batch]
        query = select(AnalysisItem.item_version_id).where(
            AnalysisItem.run_id == run_id, AnalysisItem.item_version_id.in_(ids)
        )
        known = set(session.scalars(query))
        values = [
            {
                "run_id": run_id,
                "item_version_id": item.version_id,
                "n": item.n,
                "figures": item.figures,
                "options": item.options,
            }
            for item in batch
            if item.version_id not in known
        ]
        if values:
            session.execute(insert(AnalysisItem), values)


def _for_bank(item: ItemFound) -> dict[str, Any]:
    low, high = item.figures["item_rest_ci"] or (None, None)
    return {
        "item_version_id": item.version_id,
        "n": item.n,
        "difficulty": item.figures["difficulty"],
        "item_rest": item.figures["item_rest"],
        "item_rest_low": low,
        "item_rest_high": high,
        "options": [
            {"token": row["token"], "chosen": row["count"], "share": row["share"], "rest": row["rest"]}
            for row in item.options
        ],
    }


def request_run(*, actor: Actor, now: datetime, exam: Exam) -> bool:
    """Ask the worker for a run; False when one is waiting already."""
    with unit_of_work():
        _refuse_running(lock(exam))
        _refuse_being_marked(exam)
        if is_run_waiting(exam):
            return False
        jobs.publish("analysis.requested", exam.public_id)
        audit.record(actor, "analysis.requested", exam, at=now)
    return True
