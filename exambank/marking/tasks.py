"""A closed sitting is marked at once: somebody waits for it; what fails then is repeated by the worker."""

from exambank import jobs
from exambank.exams import service as exams
from exambank.marking import service


@jobs.on("exam.ready")
def prepare_oral_scripts(exam: str) -> None:
    """Sittings are there from then on, and examiners need the codes of oral questions before anybody speaks."""
    service.prepare_scripts(exams.get_exam(exam))


@jobs.on("sitting.closed", at_once=True)
def mark_closed_sitting(sitting: str) -> None:
    service.mark_sitting(sitting, at_end=jobs.finish_here)


@jobs.on("sitting.changed", at_once=True)
def take_accepted_late_answers(sitting: str) -> None:
    service.take_late_answers(sitting)
