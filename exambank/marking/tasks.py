"""A closed sitting is marked at once: somebody waits for it; what fails then is repeated by the worker."""

from exambank import jobs
from exambank.marking import service


@jobs.on("sitting.closed", at_once=True)
def mark_closed_sitting(sitting: str) -> None:
    service.mark_sitting(sitting)


@jobs.on("sitting.changed", at_once=True)
def take_accepted_late_answers(sitting: str) -> None:
    service.take_late_answers(sitting)
