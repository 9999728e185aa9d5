"""All items of a bank on one scale, over all its exams: what assembly deals papers of like information by."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from exambank import audit, clock
from exambank.analysis import rules
from exambank.analysis.models import AnalysisCalibration, AnalysisItem, AnalysisRun
from exambank.analysis.rules import BankScale
from exambank.analysis.service.context import added_by_keys
from exambank.analysis.service.reading import newest_runs
from exambank.bank.models import Item
from exambank.bank.service import calibrations as bank
from exambank.courses.models import CourseModule
from exambank.db import db, in_batches, lock, unit_of_work
from exambank.exams.models import Exam
from exambank.marking.models import ResponseMark
from exambank.permissions import SYSTEM, Actor
from exambank.sittings.models import Sitting

BATCH = 50


def latest_calibration(course_module_id: int) -> AnalysisCalibration | None:
    """The newest calibration of a bank; its summary says how many items, or why there is none."""
    query = (
        select(AnalysisCalibration)
        .where(AnalysisCalibration.course_module_id == course_module_id)
        .order_by(AnalysisCalibration.id.desc())
        .limit(1)
    )
    return db.session.execute(query).scalar_one_or_none()


def calibrate_bank(
    course_module_id: int, *, actor: Actor = SYSTEM, now: datetime | None = None
) -> AnalysisCalibration | None:
    """Calibrate the items in force of a bank and hand them to it; the same data give the calibration there is already.

    The data are the responses of all exams with a finished run. None while there is no such exam. Where they are too
    few, that is kept with its reason, and what the bank has of an earlier calibration stays.
    """
    sources = _sources(course_module_id)
    if not sources.runs:
        return None
    digest = sources.digest()
    known = latest_calibration(course_module_id)
    if known is not None and (known.data_hash, known.formulas) == (digest, rules.SCALE_FORMULAS):
        return known
    scores, exams = _responses(sources)
    scale = rules.scale_bank(sources.version_ids, scores, exams)
    return _keep(course_module_id, scale, digest, actor, now or clock.now())


def calibrate_bank_of(run_public_id: str) -> AnalysisCalibration | None:
    """Calibrate the bank whose exam a run is about."""
    run = db.session.execute(select(AnalysisRun).where(AnalysisRun.public_id == run_public_id)).scalar_one_or_none()
    return calibrate_bank(run.course_module_id) if run else None


@dataclass(frozen=True)
class _Sources:
    """Where the data come from: runs (data, exam) and the versions in force that they met."""

    runs: tuple[tuple[str, int], ...]
    version_ids: tuple[int, ...]

    def digest(self) -> str:
        told = [sorted(data for data, _exam in self.runs), self.version_ids]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _sources(course_module_id: int) -> _Sources:
    of_module = (
        select(AnalysisRun.id)
        .join(Exam, Exam.id == AnalysisRun.exam_id)
        .where(AnalysisRun.id.in_(newest_runs()), Exam.course_module_id == course_module_id)
    )
    runs = select(AnalysisRun.data_hash, AnalysisRun.exam_id).where(AnalysisRun.id.in_(of_module))
    in_force = (
        select(AnalysisItem.item_version_id)
        .join(Item, Item.accepted_version_id == AnalysisItem.item_version_id)
        .where(
            AnalysisItem.run_id.in_(of_module), Item.state == "accepted", Item.course_module_id == course_module_id
        )
        .distinct()
        .order_by(AnalysisItem.item_version_id)
    )  # fmt: skip
    found = tuple((data, exam_id) for data, exam_id in db.session.execute(runs.order_by(AnalysisRun.id)))
    return _Sources(found, tuple(db.session.scalars(in_force)))


def _responses(sources: _Sources) -> tuple[NDArray[np.float64], list[int]]:
    """Shares of the points, a row for each sitting and a column for each version in force; and the exam of each row."""
    exam_ids = [exam_id for _data, exam_id in sources.runs]
    added = added_by_keys(exam_ids)
    columns = {version_id: at for at, version_id in enumerate(sources.version_ids)}
    rows: dict[int, int] = {}
    exams: list[int] = []
    cells: list[tuple[int, int, float]] = []
    for exam_id in exam_ids:
        for sitting_id, question, version_id, points, most in _marks(exam_id):
            if version_id in columns and most > 0:
                if sitting_id not in rows:
                    rows[sitting_id] = len(rows)
                    exams.append(exam_id)
                share = float((points + added.get((sitting_id, question), 0)) / most)
                cells.append((rows[sitting_id], columns[version_id], min(max(share, 0.0), 1.0)))
    scores = np.full((len(rows), len(columns)), np.nan)
    for row, column, share in cells:
        scores[row, column] = share
    return scores, exams


def _marks(exam_id: int):
    query = (
        select(
            ResponseMark.sitting_id, ResponseMark.question, ResponseMark.item_version_id, ResponseMark.points,
            ResponseMark.max_points,
        )
        .join(Sitting, Sitting.id == ResponseMark.sitting_id)
        .where(Sitting.exam_id == exam_id)
        .order_by(ResponseMark.sitting_id, ResponseMark.question)
    )  # fmt: skip
    return db.session.execute(query).all()


def _keep(course_module_id: int, scale: BankScale, digest: str, actor: Actor, now: datetime) -> AnalysisCalibration:
    """Hand the items over in small acts, then tell that it is done; cut off half way, the next call does it again."""
    rows = [{"item_version_id": item.version_id, "a": item.a, "b": item.b, "c": item.c} for item in scale.items]
    if rows:
        calibrated = {item.version_id for item in scale.items}
        gone = [one for one in bank.list_calibrated(course_module_id) if one not in calibrated]
        rows += [{"item_version_id": one, "a": None, "b": None, "c": None} for one in gone]
    changed = sum(bank.record_calibration(rows=batch) for batch in in_batches(rows, BATCH))
    with unit_of_work() as session:
        module = lock(session.get_one(CourseModule, course_module_id))
        calibration = AnalysisCalibration(
            course_module_id=course_module_id, formulas=rules.SCALE_FORMULAS, data_hash=digest, n=scale.n,
            summary=scale.summary(), finished_at=now,
        )  # fmt: skip
        session.add(calibration)
        session.flush()
        audit.record(
            actor, "analysis.calibrated", module, calibration=calibration.public_id, data=digest, changed=changed,
            **scale.summary(),
        )  # fmt: skip
    return calibration
