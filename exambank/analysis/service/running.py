"""A run: read and compute first, then write in batches small enough for a writer beside the server."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray
from sqlalchemy import insert, select

from exambank import audit, clock, jobs
from exambank.analysis import rules
from exambank.analysis.models import AnalysisCandidate, AnalysisItem, AnalysisRun
from exambank.analysis.rules import Advice, ExamScale, Found, ItemFound, ItemText, Matrix
from exambank.analysis.service.context import added_by_keys, context_of, named, times_of
from exambank.analysis.service.freshness import name_marks
from exambank.analysis.service.reading import is_run_waiting, latest_run
from exambank.assembly.models import ExamPaper
from exambank.bank import service as bank
from exambank.courses.rules import RegulationRules
from exambank.db import db, in_batches, lock, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.marking.rules import ACCEPT_OPTION
from exambank.permissions import SYSTEM, Actor
from exambank.sittings.models import Sitting

BATCH, CANDIDATES_AT_ONCE = 8, 150


def run_analysis(exam_public_id: str, *, actor: Actor = SYSTEM, now: datetime | None = None) -> AnalysisRun | None:
    """Compute an exam's statistics and keep them; the same data again give the run that is there already.

    None where nothing is marked. Interrupted half way, the next call goes on with the same run.
    """
    exam = exams.get_exam(exam_public_id)
    _refuse_running(exam)
    rows = marking.marks_of(exam)
    if not rows:
        return None
    extra, regulation = added_by_keys([exam.id]), _regulation(exam)
    texts = _item_texts(exam, {row.version_id for row in rows})
    marks = [row.scaled for row in marking.sheet_of(exam) if row.scaled is not None]
    scale = [f"{mark:.4f}" for mark in sorted(marks)], f"{regulation.scale_max:f}", f"{regulation.pass_mark:f}"
    matrix = rules.build_matrix(rows, extra)
    context = context_of(exam, matrix.sitting_ids, {version_id: text.kind for version_id, text in texts.items()})
    digest = rules.data_hash(rows, extra, texts.values(), [*scale, *named(context)])
    known = latest_run(exam)
    if known is not None and _is_same(known, digest):
        return known
    context = replace(context, seconds=rules.seconds_on(matrix, *times_of(exam)))
    found = rules.compute(matrix, texts, marks, regulation.scale_max, regulation.pass_mark, context)
    scale = rules.scale_exam(matrix, _scored(exam, matrix))
    found.summary.update(scale=scale.summary(), marks=name_marks(marks, extra))
    return _keep(exam, found, scale, digest, actor, now or clock.now())


def _scored(exam: Exam, matrix: Matrix) -> NDArray[np.bool_]:
    """Which columns count for the mark: questions that are only tried out do not."""
    papers = select(Sitting.paper_id).where(Sitting.exam_id == exam.id)
    layouts = db.session.scalars(select(ExamPaper.layout).where(ExamPaper.id.in_(papers)))
    tried = {entry["version"] for layout in layouts for entry in layout if not entry.get("scored", True)}
    return np.array([version_id not in tried for version_id in matrix.version_ids])


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


def _keep(exam: Exam, found: Found, scale: ExamScale, digest: str, actor: Actor, now: datetime) -> AnalysisRun:
    run_id, run_name = _begin(exam, found, digest, now)
    for batch in in_batches(list(found.items), BATCH):
        with unit_of_work():  # one act: each would pause for the exam room's writers after it
            _write_items(run_id, batch)
            bank.record_statistics(run_name, exam.public_id, [_for_bank(item) for item in batch], now)
    for batch in in_batches(list(scale.candidates), CANDIDATES_AT_ONCE):
        _write_candidates(run_id, batch, float(found.summary["scale_max"]))
    with unit_of_work() as session:
        run = lock(session.get_one(AnalysisRun, run_id))
        if run.state != "finished":
            run.state, run.finished_at = "finished", now
            jobs.publish("analysis.finished", run_name)
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


def _write_candidates(run_id: int, batch: Sequence[Advice], scale_max: float) -> None:
    with unit_of_work() as session:
        ids = [one.sitting_id for one in batch]
        query = select(AnalysisCandidate.sitting_id).where(
            AnalysisCandidate.run_id == run_id, AnalysisCandidate.sitting_id.in_(ids)
        )
        known = set(session.scalars(query))
        values = [
            asdict(one) | {"run_id": run_id} | _in_points(one, scale_max)
            for one in batch
            if one.sitting_id not in known
        ]
        if values:
            session.execute(insert(AnalysisCandidate), values)


def _in_points(one: Advice, scale_max: float) -> dict[str, float | None]:
    error = one.advised_se
    return {"advised_mark": one.advised_share * scale_max, "advised_se": None if error is None else error * scale_max}


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
            {
                "token": row["token"], "chosen": row["count"], "share": row["share"], "rest": row["rest"],
                "key": item.figures.get("key") if row["is_key"] else None, "rivalry": row.get("rivalry"),
            }
            for row in item.options
        ],
    }  # fmt: skip


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
