"""Work of assembly that happens in the worker: papers are dealt there, a request must not wait for the engine."""

from exambank import clock, jobs
from exambank.assembly import service


@jobs.on("papers.asked")
def deal_asked(paper_set_id: str) -> None:
    service.deal_asked(paper_set_id)


@jobs.every(300)
def record_late_uses() -> None:
    """The bank learns of papers without an exam here a day after they were opened."""
    service.record_late_uses(clock.now())


@jobs.every(300)
def fail_abandoned() -> None:
    """A worker that died in the middle of a draw; its job would have been taken up again long before."""
    service.fail_abandoned(clock.now() - 3 * jobs.LEASE)
