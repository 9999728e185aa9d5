"""Which papers an exam uses, and which candidate gets which."""

import secrets
from datetime import datetime

from flask_babel import gettext as _

from exambank import audit
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.exams.service.queries import list_candidates
from exambank.permissions import Actor


def check_paper_set(paper_set: PaperSet, course_module_id: int) -> None:
    """Only approved papers of the exam's own course module can be used."""
    if paper_set.course_module_id != course_module_id:
        raise InvalidInput(_("These papers belong to another course module."))
    if paper_set.state != "approved":
        raise InvalidInput(_("These papers are not approved. Choose an approved set."))


def attach_papers(*, actor: Actor, now: datetime, exam: Exam, paper_set: PaperSet) -> None:
    """Choose the set of papers; what candidates had from another set is taken back."""
    with unit_of_work():
        lock(exam)
        _refuse_unless_draft(exam)
        check_paper_set(paper_set, exam.course_module_id)
        exam.paper_set_id, exam.paper_seed = paper_set.id, None
        for candidacy in exam.candidacies:
            candidacy.paper_id = None
        audit.record(actor, "exam.papers_attached", exam, paper_set=paper_set.public_id, at=now)


def bind_papers(
    *, actor: Actor, now: datetime, exam: Exam, paper_set: PaperSet | None = None, seed: str | None = None
) -> None:
    """Give each candidate a paper by a recorded seed; neighbours by number get different ones."""
    if paper_set is not None:
        attach_papers(actor=actor, now=now, exam=exam, paper_set=paper_set)
    seed = seed or secrets.token_hex(16)
    with unit_of_work():
        lock(exam)
        _refuse_unless_draft(exam)
        if exam.paper_set is None:
            raise StateConflict(_("Choose an approved set of papers first."))
        check_paper_set(exam.paper_set, exam.course_module_id)
        candidates = [one for one in list_candidates(exam) if one.is_eligible and one.number]
        if not candidates:
            raise StateConflict(_("No candidate has a number yet: list the candidates first."))
        _hand_out(exam, candidates, seed)
        exam.paper_seed = seed
        assembly.record_binding(exam.paper_set, now=now)
        audit.record(
            actor, "exam.papers_bound", exam, seed=seed, candidates=len(candidates),
            paper_set=exam.paper_set.public_id, hash=exam.paper_set.snapshot_hash,
        )  # fmt: skip


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
