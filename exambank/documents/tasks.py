"""Work of documents that happens in the worker: printed papers are made there, and forgotten in time."""

from exambank import clock, jobs
from exambank.documents import service


@jobs.on("paper_print.asked")
def make_print(print_id: str) -> None:
    service.make_print(print_id)


@jobs.on("papers.sealed", at_once=True)
def forget_proofs(paper_set_id: str) -> None:
    service.forget_proofs(paper_set_id)


@jobs.every(300)
def forget_prints() -> None:
    service.forget_prints(clock.now())


@jobs.every(300)
def fail_abandoned() -> None:
    """A worker that died in the middle; its job would have been taken up again long before."""
    service.fail_abandoned(clock.now() - 3 * jobs.LEASE)
