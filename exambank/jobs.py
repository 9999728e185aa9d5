"""News and background work: an event is published in the transaction that caused it and handled after its commit.

The durable record is our own row, one for each subscriber (the outbox). huey only wakes the worker: it runs a task at
most once, so a row whose lease ran out is taken up again. Subscribers are therefore idempotent.
"""

import functools
import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from huey import PostgresHuey, SqliteHuey
from sqlalchemy import Index, String, Update, bindparam, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from exambank import clock
from exambank.db import Base, Identified, after_commit, db, unit_of_work

log = logging.getLogger("exambank.jobs")

LEASE = timedelta(minutes=10)
AT_ONCE_LEASE = timedelta(minutes=3)  # should the process die before it has done it, the worker does
ATTEMPTS_ALLOWED = 8


class Job(Identified, Base):
    """One piece of work owed to one subscriber."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_run_at", "state", "run_at"),)

    event: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(60))
    subscriber: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(12), default="queued")  # queued, running, done, failed
    attempts: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime]
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(2000))


class Lease(Base):
    """Periodic work that only one process may do at a time."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime]


@dataclass(frozen=True)
class Subscriber:
    name: str
    handle: Callable[[str], Any]
    at_once: bool


_subscribers: dict[str, list[Subscriber]] = defaultdict(list)
_periodic: list[tuple[str, timedelta, Callable[[], Any]]] = []


def on(event: str, *, at_once: bool = False) -> Callable:
    """Subscribe the decorated function (it gets the subject's public id) to ``event``.

    ``at_once`` runs it right after the commit, in the process that published, because a person waits; should that fail,
    the worker repeats it.
    """

    def subscribe(handle: Callable[[str], Any]) -> Callable[[str], Any]:
        name = f"{handle.__module__}.{handle.__qualname__}"
        if name not in {known.name for known in _subscribers[event]}:
            _subscribers[event].append(Subscriber(name, handle, at_once))
        return handle

    return subscribe


def every(seconds: float) -> Callable:
    """Run the decorated function in the worker about this often, in one process at a time."""

    def register(handle: Callable[[], Any]) -> Callable[[], Any]:
        _periodic.append((f"{handle.__module__}.{handle.__qualname__}", timedelta(seconds=seconds), handle))
        return handle

    return register


def publish(event: str, subject: str) -> None:
    """Owe this event to its subscribers; inside a unit of work."""
    now = clock.now()
    for subscriber in _subscribers[event]:
        job = Job(event=event, subject=subject, subscriber=subscriber.name, published_at=now, run_at=now)
        if subscriber.at_once:  # taken as it is written: one commit less while a person waits
            job.state, job.attempts, job.lease_until = "running", 1, now + AT_ONCE_LEASE
            after_commit(lambda job=job, subscriber=subscriber: _handle(job.id, subscriber, event, subject))
        db.session.add(job)
    if any(not subscriber.at_once for subscriber in _subscribers[event]):
        after_commit(_nudge)


def run(job_id: int) -> bool:
    """Take one job and run it; False when somebody else has it or it failed (then it is due again later)."""
    if not _take(job_id):
        return False
    job = db.session.get(Job, job_id)
    subscriber = next((known for known in _subscribers[job.event] if known.name == job.subscriber), None)
    return _handle(job_id, subscriber, job.event, job.subject)


class _Running:
    """The job that this thread works on, and whether its own last commit has told that it is done."""

    def __init__(self, job_id: int):
        self.job_id, self.is_told = job_id, False

    def tell(self) -> None:
        self.is_told = True


_running: ContextVar[_Running | None] = ContextVar("running", default=None)


def finish_here() -> None:
    """Inside a subscriber's last unit of work: the job is done with that very commit and needs none of its own.

    Harmless where no job is running. What fails after it is repeated all the same.
    """
    running = _running.get()
    if running is not None:
        db.session.connection().execute(_done(), {"job_id": running.job_id, "now": clock.now()})
        after_commit(running.tell)


def _handle(job_id: int, subscriber: Subscriber | None, event: str, subject: str) -> bool:
    running = _Running(job_id)
    before = _running.set(running)
    try:
        if subscriber is not None:
            subscriber.handle(subject)
    except Exception as error:  # a subscriber may fail in any way; the job row tells it and is tried again
        db.session.rollback()
        log.exception("job failed", extra={"job": job_id, "event": event, "subject": subject})
        _note_failure(job_id, error)
        return False
    finally:
        _running.reset(before)
    if not running.is_told:
        _finish(job_id, None)
    return True


def _note_failure(job_id: int, error: Exception) -> None:
    """What was published is committed: who published it must not fail because the database is away just now."""
    try:
        _finish(job_id, error)
    except SQLAlchemyError:  # the job's lease ends, and the worker repeats it
        db.session.rollback()
        log.exception("a failed job could not be noted", extra={"job": job_id})


def _take(job_id: int) -> bool:
    with unit_of_work() as session:
        taken = session.execute(
            update(Job)
            .where(Job.id == job_id, _is_due())
            .values(state="running", attempts=Job.attempts + 1, lease_until=clock.now() + LEASE)
        )
    return taken.rowcount == 1


def _is_due():
    waiting = (Job.state == "queued") & (Job.run_at <= clock.now_sql())
    abandoned = (Job.state == "running") & (Job.lease_until < clock.now_sql())
    return or_(waiting, abandoned)


def _finish(job_id: int, error: Exception | None) -> None:
    with unit_of_work() as session:
        now = clock.now()
        if error is None:
            session.connection().execute(_done(), {"job_id": job_id, "now": now})
            return
        job = session.get(Job, job_id)
        job.lease_until = None
        job.last_error = repr(error)[:2000]
        job.state = "failed" if job.attempts >= ATTEMPTS_ALLOWED else "queued"
        job.run_at = now + timedelta(seconds=min(2**job.attempts, 900))


@functools.cache  # after every job: making the statement takes longer than running it
def _done() -> Update:
    values = {"state": "done", "finished_at": bindparam("now"), "last_error": None, "lease_until": None}
    return Job.__table__.update().where(Job.__table__.c.id == bindparam("job_id")).values(values)


def run_due(limit: int = 100) -> int:
    """Run what is due, oldest first, including what its events publish; returns how many ran well."""
    done = 0
    for _round in range(limit):
        ids = db.session.execute(select(Job.id).where(_is_due()).order_by(Job.id).limit(20)).scalars().all()
        ran = [job_id for job_id in ids if run(job_id)]
        done += len(ran)
        if not ran:
            break
    return done


def run_periodic() -> None:
    """Run the periodic functions whose lease is free; each holds its lease for its own interval."""
    for name, interval, handle in _periodic:
        if take_lease(name, interval):
            try:
                handle()
            except Exception:  # one periodic task must not keep the others from running
                db.session.rollback()
                log.exception("periodic task failed", extra={"task": name})


LEASE_SLACK = timedelta(minutes=1)  # another holder of the same name may ask for longer


def take_lease(name: str, duration: timedelta, holder: str = "worker") -> bool:
    """Hold ``name`` for ``duration`` if nobody holds it now; ``holder`` may renew its own."""
    with unit_of_work() as session:
        now = clock.now()
        lease = session.get(Lease, name)
        if lease is None:
            session.add(Lease(name=name, holder=holder, until=now + duration))
            return True
        # one that ends much further ahead than it is long was taken before the clock was set back: nobody renews it
        is_held = now < lease.until <= now + duration + LEASE_SLACK
        if is_held and (holder == "worker" or lease.holder != holder):
            return False
        lease.holder, lease.until = holder, now + duration
        return True


class _Waker:
    """The huey instance, opened at the first use: assembling the application does no I/O."""

    def __init__(self, app: Flask):
        self._app, self._lock, self._huey = app, threading.Lock(), None

    @property
    def huey(self):
        with self._lock:
            if self._huey is None:
                self._huey = _open_huey(self._app)
                self._app.extensions["exambank_drain"] = self._huey.task()(_drain_in(self._app))
        return self._huey

    def nudge(self) -> None:
        _ = self.huey
        self._app.extensions["exambank_drain"]()


def _open_huey(app: Flask):
    if app.config["IS_SQLITE"]:
        # its storage takes exclusive locks, hence a file of its own
        return SqliteHuey("exambank", filename=str(Path(app.instance_path) / "jobs.sqlite"), fsync=True)
    return PostgresHuey("exambank", dsn=app.config["DATABASE_URL"].replace("postgresql+psycopg://", "postgresql://"))


def _drain_in(app: Flask) -> Callable[[], None]:
    def drain() -> None:
        with app.app_context():
            run_due()

    return drain


def init_app(app: Flask) -> None:
    app.extensions["exambank_waker"] = _Waker(app)


def waker() -> _Waker:
    return current_app.extensions["exambank_waker"]


def _nudge() -> None:
    """Waking the worker early is a comfort: without it the periodic round finds the row."""
    if not current_app.config["NUDGE_WORKER"]:
        return
    try:
        waker().nudge()
    except Exception:  # a full disk or a locked queue must not fail a command that is already committed
        log.warning("the worker could not be woken", exc_info=True)


__all__ = [
    "Job", "Lease", "every", "finish_here", "on", "publish", "run", "run_due", "run_periodic", "take_lease", "waker",
]  # fmt: skip
