"""Ready, open, closed, cancelled; and what sittings and grades tell an exam."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from exambank import audit, jobs
from exambank.assembly import service as assembly
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Exam
from exambank.exams.service.conduct import check_sections
from exambank.exams.service.papers import plan_opening
from exambank.exams.service.queries import room_rules, tally
from exambank.exams.service.wording import closing_text, opening_text
from exambank.permissions import Actor


def find_obstacles(exam: Exam, now: datetime) -> list[str]:
    """What still stands between this exam and being ready, each as a sentence with what to do."""
    count = tally(exam)
    found = []
    if not count.eligible:
        found.append(_("Nobody is listed who may sit: add the candidates."))
    if count.numbered < count.eligible:
        found.append(_("%(count)s candidates have no number: number the list.", count=count.eligible - count.numbered))
    if not exam.rooms:
        found.append(_("There is no room yet: add one."))
    elif count.placed < count.eligible:
        found.append(_("%(count)s candidates have no room: split the list.", count=count.eligible - count.placed))
    if exam.paper_set is None:
        found.append(_("No papers are chosen yet: choose an approved set."))
    elif exam.paper_set.state != "approved":
        found.append(_("The chosen papers are not approved any more: choose another set."))
    elif assembly.is_sealed(exam.paper_set) and exam.sealed_seed is None:
        found.append(_("The papers are sealed and not dealt to this exam yet: deal them."))
    elif count.bound < count.eligible:
        found.append(_("%(count)s candidates have no paper: deal the papers.", count=count.eligible - count.bound))
    if check_sections(exam):
        found.append(check_sections(exam))
    if exam.closes_at <= now:
        found.append(_("The window of this exam is over already. Choose a later time."))
    return found


def make_ready(*, actor: Actor, now: datetime, exam: Exam) -> None:
    """Fix list, rooms and papers; from now on sittings are prepared and the exam can be opened."""
    with unit_of_work():
        lock(exam)
        if "ready" not in rules.STATES[exam.state]:
            raise StateConflict(_("This exam is past its preparation."))
        obstacles = find_obstacles(exam, now)
        if obstacles:
            raise StateConflict(" ".join(obstacles))
        _move(exam, "ready")
        jobs.publish("exam.ready", exam.public_id)
        audit.record(
            actor, "exam.ready", exam, at=now, candidates=tally(exam).eligible, hash=exam.paper_set.snapshot_hash
        )


def open_exam(*, actor: Actor, now: datetime, exam: Exam, code: str | None = None) -> None:
    """Open the room: an act of a person there, who types the session code (``code``; the pages always ask for it)."""
    with unit_of_work():
        lock(exam)
        decision = rules.may_open(exam, now)
        if not decision.may:
            raise StateConflict(opening_text(decision))
        _refuse_sealed(exam)
        if check_sections(exam):
            raise StateConflict(check_sections(exam))
        if code is not None and not rules.same_code(code, exam.session_code):
            raise InvalidInput(
                _("This is not the session code of this exam. Look at the sealed slip and type it again.")
            )
        _move(exam, "open", opened_at=now)
        jobs.publish("exam.opened", exam.public_id)
        audit.record(actor, "exam.opened", exam, at=now, with_code=code is not None)


def seal_notice(exam: Exam) -> str:
    """Why an exam cannot be opened yet: its papers are sealed, and who opens them. Empty when they are not."""
    if exam.paper_set is None or not assembly.is_sealed(exam.paper_set):
        return ""
    return _("The papers of this exam are still sealed. %(how)s", how=assembly.how_to_open(exam.paper_set))


def _refuse_sealed(exam: Exam) -> None:
    """Without its papers nobody could answer anything."""
    notice = seal_notice(exam)
    if notice:
        raise StateConflict(notice)
    if exam.sealed_seed is not None:
        raise StateConflict(_("The papers are being handed out at this moment. Try again in a few seconds."))


def close_exam(*, actor: Actor, now: datetime, exam: Exam, early: bool = False) -> None:
    """Close when every sitting is closed; ``early``: a person closes although somebody might still come."""
    with unit_of_work():
        lock(exam)
        decision = rules.may_close(exam, room_rules(exam), exam.sitting_counts, now, early)
        if not decision.may:
            raise StateConflict(closing_text(decision))
        _move(exam, "closed", closed_at=now)
        jobs.publish("exam.closed", exam.public_id)
        audit.record(actor, "exam.closed", exam, at=now, early=early, counts=dict(exam.sitting_counts))


def reopen_exam(*, actor: Actor, now: datetime, exam: Exam, reason: str) -> None:
    """Told by sittings: a candidate's paper is opened again, so the exam is not over and nothing can be published."""
    with unit_of_work():
        lock(exam)
        if exam.state != "closed" or exam.result_state != "draft":
            raise StateConflict(_("The results are published. This can only be dealt with by an appeal now."))
        _move(exam, "open", closed_at=None)
        audit.record(actor, "exam.reopened", exam, at=now, reason=reason)


def cancel(*, actor: Actor, now: datetime, exam: Exam, reason: str) -> None:
    """Call an exam off before it is opened; its list stays readable."""
    if not reason.strip():
        raise InvalidInput(_("Say why the exam is cancelled."))
    with unit_of_work():
        lock(exam)
        if "cancelled" not in rules.STATES[exam.state]:
            raise StateConflict(
                _("An exam that was opened cannot be cancelled: close it, then decide about its results.")
            )
        _move(exam, "cancelled", cancelled_reason=reason.strip()[:500], closed_at=now)
        if exam.sealed_seed is not None:
            plan_opening(exam.paper_set)
        audit.record(actor, "exam.cancelled", exam, reason=reason.strip(), at=now)


def _move(exam: Exam, state: str, **values) -> None:
    """One guarded statement: of two people who press at once, one is told that it was done already."""
    allowed = [known for known, targets in rules.STATES.items() if state in targets]
    moved = db.session.execute(
        update(Exam).where(Exam.id == exam.id, Exam.state.in_(allowed)).values(state=state, **values)
    )
    if moved.rowcount != 1:
        raise StateConflict(_("Somebody else changed this exam a moment ago. Reload the page."))
    db.session.refresh(exam)


def record_sitting_counts(exam_id: int, counts: Mapping[str, int]) -> None:
    """Told by sittings: how many are ready, open, collecting, closed. A figure, not an act: no audit record."""
    with unit_of_work() as session:
        session.execute(update(Exam).where(Exam.id == exam_id).values(sitting_counts=dict(counts)))


def set_result_state(*, actor: Actor, now: datetime, exam: Exam, state: str) -> None:
    """Told by grades: the results are published, then frozen; marking and grades read it here."""
    with unit_of_work():
        lock(exam)
        if exam.state != "closed":
            raise StateConflict(_("The exam is not closed yet: its results cannot be published."))
        if state not in rules.RESULT_STATES.get(exam.result_state, frozenset()):
            raise StateConflict(_("The results are not in a state that allows this. Reload the page."))
        exam.result_state = state
        audit.record(actor, f"exam.results_{state}", exam, at=now)
