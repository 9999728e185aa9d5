"""An exam that uses a lot: the paper drawn, the reserve in its place, and the end of the secret."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperLot, PaperSet
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Exam
from exambank.exams.service.papers import bind_papers, draw_papers, plan_opening, take_papers_back
from exambank.exams.service.queries import list_candidates
from exambank.permissions import Actor

BEFORE = ("draft", "ready")


def bind_lot(*, actor: Actor, now: datetime, exam: Exam, lot: PaperLot, seed: str | None = None) -> None:
    """Give every candidate a paper of the set that was drawn in this lot."""
    used = assembly.current_entry(lot)
    if lot.state != "drawn" or used is None:
        raise StateConflict(_("Nothing is drawn in this lot yet: draw it before witnesses first."))
    with unit_of_work():
        bind_papers(actor=actor, now=now, exam=exam, paper_set=used.paper_set, lot=lot, seed=seed)


def use_reserve(*, actor: Actor, now: datetime, exam: Exam, reason: str) -> None:
    """Set the drawn paper aside and take the lot's next reserve, for every exam that uses this lot.

    Only while no such exam was opened: nobody has seen a question then, and whoever had a paper gets another one.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the reserve is used."))
    with unit_of_work():
        lock(exam)
        if exam.paper_lot is None:
            raise StateConflict(_("The papers of this exam do not come from a lot: there is no reserve."))
        sharing = [lock(one) for one in exams_of(exam.paper_lot)]
        if any(one.state not in BEFORE for one in sharing):
            raise StateConflict(
                _("An exam with this paper was opened already. A reserve is used only before candidates can enter.")
            )
        before = exam.paper_set
        taken = assembly.use_reserve(actor=actor, now=now, lot=exam.paper_lot, reason=reason, for_exam=True)
        for one in sharing:
            _rebind(one, taken, now)
        plan_opening(before)
        audit.record(
            actor, "exam.reserve_used", exam, at=now, reason=reason.strip()[:500], hash=taken.snapshot_hash,
            exams=[one.public_id for one in sharing],
        )  # fmt: skip


def _rebind(exam: Exam, taken: PaperSet, now: datetime) -> None:
    """The reserve takes the place of the paper: a new draw for the candidates, by a new seed."""
    assembly.refuse_for_exam(taken, exam.paper_lot)
    was_bound = exam.paper_seed is not None or exam.sealed_seed is not None
    take_papers_back(exam)
    exam.paper_set = taken
    db.session.flush()
    candidates = [one for one in list_candidates(exam) if one.is_eligible and one.number]
    if was_bound and candidates:
        draw_papers(exam, candidates, secrets.token_hex(16), now)


def end_lot(*, actor: Actor, now: datetime, exam: Exam) -> None:
    """An exam was closed: when no other exam still waits for the same lot, what was used is no secret any more."""
    if exam.paper_lot is None or exam.state != "closed":
        return
    if all(one.state == "closed" for one in exams_of(exam.paper_lot)):
        assembly.close_lot(actor=actor, now=now, lot=exam.paper_lot, for_exam=True)


def exams_of(lot: PaperLot) -> list[Exam]:
    """Exams that use this lot, those called off left out."""
    query = select(Exam).where(Exam.paper_lot_id == lot.id, Exam.state != "cancelled")
    return list(db.session.scalars(query.order_by(Exam.id)))


def list_usable_sets(exam: Exam) -> list[PaperSet]:
    """Approved sets that this exam may use directly, the newest first: no files, none that lies in a lot."""
    return [one for one in assembly.list_approved_sets(exam.course_module_id) if _is_usable(one)]


def _is_usable(paper_set: PaperSet) -> bool:
    return paper_set.source != "file" and assembly.find_lot_of(paper_set) is None


def list_usable_lots(exam: Exam) -> list[PaperLot]:
    """Lots that were drawn and whose paper an exam on computers may use, the newest first."""
    lots = assembly.list_lots(exam.course_module_id, state="drawn")
    used = [(lot, assembly.current_entry(lot)) for lot in lots]
    return [lot for lot, entry in used if entry is not None and entry.paper_set.source != "file"]
