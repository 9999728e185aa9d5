"""Work of interchange that happens in the worker: files are read there, each in a process of its own."""

from datetime import timedelta

from exambank import clock, jobs
from exambank.interchange import service


@jobs.on("import.uploaded")
def read_batch(batch_id: str) -> None:
    service.read_batch(batch_id)


@jobs.every(300)
def fail_abandoned() -> None:
    """A worker that died in the middle of a reading; its job would have been taken up again long before."""
    service.fail_abandoned(clock.now() - 3 * jobs.LEASE)


@jobs.every(24 * 3600)
def forget_uploads() -> None:
    service.forget_uploads(clock.now() - timedelta(days=30))
