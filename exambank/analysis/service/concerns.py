"""What a run means for the bank: a suspicion opens a review there with its evidence, sound figures withdraw it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import clock
from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.rules import Pooled
from exambank.analysis.service.flags import reviews_in
from exambank.analysis.service.pooled import pool_versions
from exambank.analysis.service.reading import latest_run, newest_runs
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.db import db
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.marking.models import Correction
from exambank.permissions import SYSTEM

CODES = {"miskey": "key_suspect", "negative": "negative_discrimination"}
"""A flag that asks for a review -> its name in the bank."""

CORRECTED = {"accept_option": "option_accepted", "accept_answer": "answer_accepted", "credit_all": "credited"}
"""How the marks of an exam were corrected -> the name of that evidence in the bank."""


def tell_concerns(run_public_id: str, *, now: datetime | None = None) -> int:
    """Tell the bank which items in force this run, or all exams together, put in doubt; how many were told.

    A correction of the exam's marks is evidence too: it mends the marks, and sound figures after it, but not the text
    that the next exam will use. A version that nothing speaks against any more loses the concern that statistics had
    raised; marks corrected in another exam, or the figures of a later one, still speak against it. Told twice, nothing
    changes; a run that a newer one of its exam has replaced says nothing. Each item is a small act of its own.
    """
    run = db.session.execute(
        select(AnalysisRun).where(AnalysisRun.public_id == run_public_id).options(joinedload(AnalysisRun.exam))
    ).scalar_one_or_none()
    newest = latest_run(run.exam) if run else None
    if newest is None or newest.id != run.id:
        return 0
    now = now or clock.now()
    items = _in_force(run)
    pooled = pool_versions([item.item_version_id for item in items], run.course_module_id)
    known = bank.find_concerned([item.item_version_id for item in items])
    corrected = _corrections(run)
    told = 0
    for version_id, flags in [(item.item_version_id, item.figures["flags"]) for item in items]:
        evidence = corrected.get(version_id, []) + _evidence(run, flags, pooled.get(version_id))
        if evidence:
            codes = list(dict.fromkeys(one["code"] for one in evidence))
            bank.raise_concern(actor=SYSTEM, now=now, version_id=version_id, codes=codes, evidence=evidence)
            told += 1
        elif version_id in known and not _is_doubted_elsewhere(run, version_id):
            bank.withdraw_concern(now=now, version_id=version_id, reason=_borne_out_no_more(run))
    return told


def _in_force(run: AnalysisRun) -> list[AnalysisItem]:
    """The run's items whose version papers may use now."""
    query = (
        select(AnalysisItem)
        .join(Item, Item.accepted_version_id == AnalysisItem.item_version_id)
        .where(AnalysisItem.run_id == run.id, Item.state == "accepted")
        .order_by(AnalysisItem.id)
    )
    return list(db.session.execute(query).scalars())


def _corrections(run: AnalysisRun) -> dict[int, list[dict[str, Any]]]:
    """By version, what stands corrected in this exam's marks."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in marking.list_corrections(run.exam):
        if one.undone_at is None:
            evidence = {"code": CORRECTED[one.kind], "options": one.options, "at": one.made_at}
            found[one.item_version_id].append({**evidence, "exam": run.exam.public_id, "run": run.public_id})
    return dict(found)


def _is_doubted_elsewhere(run: AnalysisRun, version_id: int) -> bool:
    """Whether another exam's marks stand corrected for this text, or the newest run of a later exam suspects it.

    This run is read alone otherwise: an old exam counted anew must not take back what a later one found.
    """
    corrected = select(Correction.id).where(
        Correction.item_version_id == version_id, Correction.exam_id != run.exam_id, Correction.undone_at.is_(None)
    )
    if db.session.execute(corrected.limit(1)).first() is not None:
        return True
    later = (
        select(AnalysisItem.figures)
        .join(AnalysisRun, AnalysisRun.id == AnalysisItem.run_id)
        .join(Exam, Exam.id == AnalysisRun.exam_id)
        .where(
            AnalysisItem.item_version_id == version_id, AnalysisItem.run_id.in_(newest_runs()),
            Exam.opens_at > run.exam.opens_at,
        )
    )  # fmt: skip
    return any(reviews_in(figures) for figures in db.session.scalars(later))


def _evidence(run: AnalysisRun, flags: Sequence[Mapping[str, Any]], pooled: Pooled | None) -> list[dict[str, Any]]:
    own = [rules.read_flag(flag) for flag in flags]
    found = [_record(run, one) for one in own if one["kind"] == rules.REVIEW]
    if pooled is not None and pooled.exams > 1:
        found += [_record(run, flag.as_dict(), is_pooled=True) for flag in pooled.flags]
    return found


def _record(run: AnalysisRun, flag: Mapping[str, Any], *, is_pooled: bool = False) -> dict[str, Any]:
    evidence = flag["evidence"]
    return {
        "code": CODES[flag["code"]],
        "options": flag["options"],
        "n": evidence.get("n"),
        "value": evidence.get("value"),
        "low": evidence.get("low"),
        "high": evidence.get("high"),
        "confidence": evidence.get("confidence"),
        "exam": run.exam.public_id,
        "run": run.public_id,
        "at": run.finished_at,
        "is_pooled": is_pooled,
    }


def _borne_out_no_more(run: AnalysisRun) -> str:
    """Kept as text beside the concern: the worker writes it in the school's language, whoever reads it later."""
    return _(
        "The newest figures (%(exam)s, and all exams together) no longer bear the suspicion out.", exam=run.exam.title
    )
