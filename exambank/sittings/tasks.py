"""News the exam room listens to, and the fallback when no web process sweeps."""

from datetime import timedelta

from exambank import jobs
from exambank.sittings import service, sweeper


@jobs.on("exam.ready", at_once=True)
def prepare_sittings(exam: str) -> None:
    """Papers are bound: every candidate gets a sitting before the bell."""
    service.prepare(exam)


@jobs.every(30)
def sweep_when_no_server_does() -> None:
    """The web process holds the lease while it lives; only without one the worker closes sittings."""
    if jobs.take_lease("sweeper", timedelta(seconds=20), "worker-fallback"):
        sweeper.sweep()
        sweeper.settle()
        sweeper.open_papers()
