"""Which papers an exam uses, and which candidate gets which."""

import secrets
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, jobs
from exambank.assembly import rules as assembly_rules
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperLot, PaperSet
from exambank.courses import service as courses
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.exams.service.queries import list_candidates
from exambank.permissions import SYSTEM, Actor


def check_paper_set(paper_set: PaperSet, course_module_id: int, lot: PaperLot | None = None) -> None:
    """Only approved papers of the exam's own course module can be used; of those in a ``lot`` the one drawn."""
    if paper_set.course_module_id != course_module_id:
        raise InvalidInput(_("These papers belong to another course module."))
    if paper_set.state != "approved":
        raise InvalidInput(_("These papers are not approved. Choose an approved set."))
    assembly.refuse_for_exam(paper_set, lot)


def attach_papers(*, actor: Actor, now: datetime, exam: Exam, paper_set: PaperSet, lot: PaperLot | None = None) -> None:
    """Choose the set of papers, by the ``lot`` where it was drawn; what candidates had from another is taken back."""
    with unit_of_work():
        lock(exam)
        _refuse_unless_draft(exam)
        check_paper_set(paper_set, exam.course_module_id, lot)
        waited_for = exam.paper_set if exam.sealed_seed is not None else None
        exam.paper_set_id, exam.paper_lot_id = paper_set.id, lot.id if lot else None
        take_papers_back(exam)
        if waited_for is not None:
            plan_opening(waited_for)
        audit.record(actor, "exam.papers_attached", exam, paper_set=paper_set.public_id, at=now)


def bind_papers(
    *, actor: Actor, now: datetime, exam: Exam, paper_set: PaperSet | None = None, seed: str | None = None,
    lot: PaperLot | None = None,
) -> None:  # fmt: skip
    """Give each candidate a paper by a recorded seed; neighbours by number get different ones.

    Of sealed papers nobody may know who gets which: the seed is written to the seal, and the opening hands them out.
    """
    if paper_set is not None:
        attach_papers(actor=actor, now=now, exam=exam, paper_set=paper_set, lot=lot)
    seed = seed or secrets.token_hex(16)
    with unit_of_work():
        lock(exam)
        _refuse_unless_draft(exam)
        if exam.paper_set is None:
            raise StateConflict(_("Choose an approved set of papers first."))
        check_paper_set(exam.paper_set, exam.course_module_id, exam.paper_lot)
        candidates = [one for one in list_candidates(exam) if one.is_eligible and one.number]
        if not candidates:
            raise StateConflict(_("No candidate has a number yet: list the candidates first."))
        drawn = draw_papers(exam, candidates, seed, now)
        audit.record(
            actor, "exam.papers_bound", exam, candidates=len(candidates), paper_set=exam.paper_set.public_id,
            hash=exam.paper_set.snapshot_hash, **drawn,
        )  # fmt: skip


def draw_papers(exam: Exam, candidates: list[Candidacy], seed: str, now: datetime) -> dict[str, str]:
    """Bind the exam's set by this seed, inside the caller's act; returns what the record may say of the seed."""
    lock(exam.paper_set)  # first the set, then its seal, as the opening does: is it closed or open at this moment?
    if exam.paper_set.seal is not None:
        lock(exam.paper_set.seal)
    if assembly.is_sealed(exam.paper_set):
        take_papers_back(exam)
        exam.sealed_seed = assembly.write_letter(exam.paper_set, seed, _purpose(exam))
        drawn = {"seed_hash": assembly.seed_pledge(seed)}
    else:
        _hand_out(exam, candidates, seed)
        exam.paper_seed, exam.sealed_seed = seed, None
        drawn = {"seed": seed}
    assembly.record_binding(exam.paper_set, now=now)
    plan_opening(exam.paper_set)
    return drawn


def _purpose(exam: Exam) -> str:
    return f"papers of exam {exam.public_id}"


def take_papers_back(exam: Exam) -> None:
    """Nobody has a paper any more and no draw waits; inside the act of somebody who changes set or numbers."""
    exam.paper_seed = exam.sealed_seed = None
    for candidacy in exam.candidacies:
        candidacy.paper_id = None


def plan_opening(paper_set: PaperSet) -> None:
    """Tell the seal when its set is needed first: by the exams that wait for it, so long before as the school says."""
    db.session.flush()
    starts = db.session.execute(
        select(Exam.opens_at).where(
            Exam.paper_set_id == paper_set.id, Exam.state.in_(["draft", "ready"]), Exam.sealed_seed.is_not(None)
        )
    ).scalars()
    assembly.set_opening_time(paper_set, assembly_rules.opening_time(starts, courses.school_settings().opening_lead))


def hand_out_opened(paper_set_public_id: str | None = None) -> int:
    """The seal was opened: each exam that waited deals its papers by the seed drawn then. Returns how many did; again
    is harmless. Without a set: of every set that is open, should the process that opened it have died then and there.
    """
    query = (
        select(Exam)
        .join(Exam.paper_set)
        .where(PaperSet.opened_at.is_not(None), Exam.sealed_seed.is_not(None), Exam.state.in_(["draft", "ready"]))
    )
    if paper_set_public_id is not None:
        query = query.where(PaperSet.public_id == paper_set_public_id)
    return sum(_hand_out_one(exam) for exam in db.session.execute(query.order_by(Exam.id)).scalars().all())


def _seed_of(exam: Exam) -> tuple[str, str]:
    """The seed drawn when the papers were bound. A letter that somebody changed keeps no candidate from the exam: a new
    one is drawn, and the record says so (second value, else empty).
    """
    try:
        return assembly.read_letter(exam.paper_set, exam.sealed_seed, _purpose(exam)), ""
    except StateConflict as refused:
        return secrets.token_hex(16), refused.message


def _hand_out_one(exam: Exam) -> bool:
    with unit_of_work():
        lock(exam)
        if exam.sealed_seed is None or exam.state not in ("draft", "ready") or assembly.is_sealed(exam.paper_set):
            return False
        seed, broken = _seed_of(exam)
        candidates = [one for one in list_candidates(exam) if one.is_eligible and one.number]
        _hand_out(exam, candidates, seed)
        exam.paper_seed, exam.sealed_seed = seed, None
        if exam.state == "ready":
            jobs.publish("exam.ready", exam.public_id)  # sittings prepares who has a paper now
        audit.record(
            SYSTEM, "exam.papers_handed_out", exam, seed=seed, candidates=len(candidates),
            paper_set=exam.paper_set.public_id, hash=exam.paper_set.snapshot_hash, drawn_anew=broken,
        )  # fmt: skip
    return True


def tell_uses(exam: Exam) -> None:
    """An exam was closed: when no other one still waits for the same papers, the bank learns what they held."""
    if exam.paper_set is None:
        return
    others = select(Exam.id).where(Exam.paper_set_id == exam.paper_set_id, Exam.state.not_in(["closed", "cancelled"]))
    if db.session.execute(others.limit(1)).first() is None:
        assembly.record_uses(exam.paper_set)


def _hand_out(exam: Exam, candidates: list[Candidacy], seed: str) -> None:
    papers = exam.paper_set.papers
    dealt = rules.distribute_papers(len(candidates), len(papers), assembly.generator(seed))
    for candidacy, at in zip(candidates, dealt, strict=True):
        candidacy.paper_id = papers[at].id


def give_paper(exam: Exam, candidacy: Candidacy) -> None:
    """A candidate added after the papers were bound: another paper than both neighbours', by the exam's own seed."""
    listed = [one for one in list_candidates(exam) if one.number]
    at = listed.index(candidacy)
    near = {one.paper_id for one in listed[max(0, at - 1) : at + 2] if one is not candidacy}
    papers = list(exam.paper_set.papers)
    assembly.generator(exam.paper_seed, candidacy.number).shuffle(papers)
    candidacy.paper_id = next((paper.id for paper in papers if paper.id not in near), papers[0].id)


def _refuse_unless_draft(exam: Exam) -> None:
    if exam.state != "draft":
        raise StateConflict(_("This exam is ready already: its papers stay as they are."))
