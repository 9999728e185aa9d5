"""The two official acts: publish, and freeze with a signature."""

from datetime import datetime

from flask_babel import gettext as _

from exambank import audit, jobs, text
from exambank.courses import service as courses
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.grades import rules
from exambank.grades.service.computing import find_differences, refuse_unless
from exambank.grades.service.reading import fingerprint_of, list_grades
from exambank.marking import service as marking
from exambank.permissions import Actor


def publish(*, actor: Actor, now: datetime, exam: Exam, seen: str | None = None) -> None:
    """Show the grades to their learners; ``seen`` is the fingerprint of the list that was shown for confirmation."""
    with unit_of_work():
        refuse_unless(lock(exam), frozenset({"draft"}))
        digest, counts = _check(exam, seen)
        exams.set_result_state(actor=actor, now=now, exam=exam, state="published")
        jobs.publish("results.published", exam.public_id)
        audit.record(actor, "grades.published", exam, at=now, fingerprint=digest, **counts)


def freeze(*, actor: Actor, now: datetime, exam: Exam, signature: str, seen: str | None = None) -> str:
    """Make published grades final; ``signature`` is the actor's full name as typed. Returns the list's fingerprint.

    The mark sheet of the exam's class is closed with it: a component mark changed later would contradict the list.
    """
    if text.search_key(signature) != text.search_key(actor.full_name):
        raise InvalidInput(
            _('To sign, type your full name as it stands in your profile: "%(name)s".', name=actor.full_name),
            field="signature",
        )
    with unit_of_work():
        refuse_unless(lock(exam), frozenset({"published"}))
        digest, counts = _check(exam, seen)
        exams.set_result_state(actor=actor, now=now, exam=exam, state="frozen")
        if exam.offering is not None:
            courses.close_marks(actor=actor, now=now, offering=exam.offering)
        jobs.publish("results.frozen", exam.public_id)
        audit.record(actor, "grades.frozen", exam, at=now, fingerprint=digest, signed_by=actor.full_name, **counts)
    return digest


def refuse_being_marked(exam: Exam) -> None:
    """Official acts wait for the last marker."""
    waiting = marking.open_scripts(exam)
    if waiting.scripts:
        raise StateConflict(
            _(
                "%(count)s answers of %(people)s candidates are still being marked. Results are published when all of "
                "them are finished.",
                count=waiting.scripts,
                people=waiting.sittings,
            )
        )


def _check(exam: Exam, seen: str | None) -> tuple[str, dict[str, int]]:
    refuse_being_marked(exam)
    grades = list_grades(exam)
    if not grades:
        raise StateConflict(_("There are no grades yet. Compute them in the gradebook first."))
    if find_differences(exam):
        raise StateConflict(_("Some grades no longer match the marks. Compute the grades again, then come back."))
    digest = fingerprint_of(grades)
    if seen is not None and seen != digest:
        raise StateConflict(
            _("Grades changed after you opened the page, and nothing was done. Look at the counts again, then confirm.")
        )
    count = rules.tally(grades)
    return digest, {"passed": count.passed, "failed": count.failed, "without": count.waiting}
