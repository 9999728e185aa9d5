"""Housekeeping of accounts."""

from exambank import clock, jobs
from exambank.accounts import service


@jobs.every(3600)
def forget_old_failures() -> None:
    service.forget_old_failures(now=clock.now())
