"""``exambank doctor``: is this machine fit to hold an exam? Each finding is a line; any failure gives exit status 1."""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import select

from exambank import audit, clock
from exambank.cli import certificates, serve
from exambank.cli.language import _
from exambank.db import db, is_sqlite
from exambank.jobs import Job, Lease

OK, WARNING, FAILURE = "ok", "warning", "failure"


@dataclass(frozen=True)
class Finding:
    level: str
    text: str


@click.command(help=_("Check this machine: database, disk, clock, worker, backup, certificate."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    worst = OK
    for finding in examine(Path(current_app.instance_path)):
        sign = {OK: "✓", WARNING: "!", FAILURE: "✗"}[finding.level]
        click.echo(f"{sign} {finding.text}")
        worst = FAILURE if FAILURE in (worst, finding.level) else finding.level if worst == OK else worst
    if worst == FAILURE:
        ctx.exit(1)


def examine(instance: Path) -> Iterator[Finding]:
    checks: list[Callable[[Path], Finding]] = [
        _database,
        _schema,
        _disk,
        _fsync,
        _clock,
        _worker,
        _jobs,
        _backup,
        _certificate,
    ]
    for check in checks:
        try:
            yield check(instance)
        except Exception as error:  # a check that cannot run is a finding, not the end of the examination
            yield Finding(
                FAILURE,
                _("%(check)s: cannot be checked (%(error)s)", check=check.__name__.strip("_"), error=repr(error)[:160]),
            )


def _database(_instance: Path) -> Finding:
    db.session.execute(select(1)).scalar_one()
    return Finding(OK, _("Database: %(kind)s answers", kind="SQLite" if is_sqlite() else "PostgreSQL"))


def _schema(_instance: Path) -> Finding:
    directory = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == directory.get_current_head():
        return Finding(OK, _("Schema: up to date"))
    return Finding(FAILURE, _("Schema: not up to date. Run: exambank migrate"))


def _disk(instance: Path) -> Finding:
    free = shutil.disk_usage(instance).free / 2**30
    level = OK if free > 5 else WARNING if free > 1 else FAILURE
    return Finding(level, _("Disk: %(free)s GB free", free=f"{free:.1f}"))


def _fsync(instance: Path) -> Finding:
    """How long the disk takes to promise 8 kB: every acknowledged answer waits for it."""
    path, times = instance / "fsync-probe", []
    with path.open("wb") as file:
        for _round in range(30):
            file.write(os.urandom(8192))
            start = time.perf_counter()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    path.unlink()
    median, worst = statistics.median(times), max(times)
    level = OK if median < 20 else WARNING
    return Finding(
        level, _("Disk write: %(median)s ms (worst of 30: %(worst)s ms)", median=f"{median:.1f}", worst=f"{worst:.1f}")
    )


def _clock(_instance: Path) -> Finding:
    gap = abs((clock.now() - datetime.now(UTC)).total_seconds())
    level = OK if gap < 2 else FAILURE
    return Finding(level, _("Clock: the database's and this machine's differ by %(gap)s s", gap=f"{gap:.2f}"))


def _worker(_instance: Path) -> Finding:
    beat = db.session.get(Lease, serve.HEARTBEAT)
    if beat is not None and clock.now() - beat.until < timedelta(seconds=60):
        return Finding(OK, _("Worker: alive"))
    return Finding(WARNING, _("Worker: not running (marks of closed sittings and statistics wait for it)"))


def _jobs(_instance: Path) -> Finding:
    failed = len(db.session.execute(select(Job.id).where(Job.state == "failed")).all())
    return Finding(WARNING if failed else OK, _("Background work: %(n)s failed for good", n=failed))


def _backup(_instance: Path) -> Finding:
    query = (
        select(audit.AuditEvent.at)
        .where(audit.AuditEvent.verb == "backup.made")
        .order_by(audit.AuditEvent.number.desc())
    )
    last = db.session.execute(query.limit(1)).scalar()
    if last is None:
        return Finding(WARNING, _("Backup: none yet. Run: exambank backup FILE"))
    hours = (clock.now() - last).total_seconds() / 3600
    return Finding(OK if hours < 26 else WARNING, _("Backup: %(hours)s hours old", hours=f"{hours:.0f}"))


def _certificate(instance: Path) -> Finding:
    ends = certificates.ends_at(instance / "certificates")
    if ends is None:
        return Finding(WARNING, _("Certificate: none; other machines cannot be served by HTTPS. Run: exambank init"))
    days = (ends - datetime.now(UTC)).days
    return Finding(OK if days > 30 else WARNING, _("Certificate: valid for %(days)s more days", days=days))
