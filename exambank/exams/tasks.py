"""News that exams listen to."""

from exambank import clock, jobs
from exambank.exams import service
from exambank.permissions import SYSTEM


@jobs.on("papers.opened", at_once=True)
def hand_out_papers(paper_set: str) -> None:
    """A seal was opened: exams that waited for these papers give each candidate one."""
    service.hand_out_opened(paper_set)


@jobs.on("exam.closed")
def end_secret_of_drawn_paper(exam: str) -> None:
    """The exam is over: the bank learns what was asked, and the paper drawn for it in a lot is no secret any more."""
    over = service.get_exam(exam)
    service.tell_uses(over)
    service.end_lot(actor=SYSTEM, now=clock.now(), exam=over)
