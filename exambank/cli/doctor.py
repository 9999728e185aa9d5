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
from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from exambank import audit, clock
from exambank.assembly import service as assembly
from exambank.cli import certificates, schema, worker
from exambank.cli.language import _
from exambank.config import ConfigError
from exambank.db import db, is_sqlite
from exambank.jobs import Job, Lease

OK, WARNING, FAILURE = "ok", "warning", "failure"

_SIGNS = {OK: "✓", WARNING: "!", FAILURE: "✗"}


@dataclass(frozen=True)
class Finding:
    level: str
    text: str


@click.command(help=_("Check this machine: database, disk, clock, worker, backup, certificate."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    instance = Path(current_app.instance_path)
    instance.mkdir(parents=True, exist_ok=True)
    findings = []
    for finding in examine(instance):
        findings.append(finding)
        click.echo(f"{_SIGNS[finding.level]} {finding.text}")
    if any(finding.level == FAILURE for finding in findings):
        ctx.exit(1)


def examine(instance: Path) -> Iterator[Finding]:
    """Every finding, in the order a technician would look."""
    yield from _checked(instance, [_secrets, _disk, _fsync, _certificate])
    (database,) = _checked(instance, [_database])
    yield database
    if database.level != FAILURE:  # the others look into it
        yield from _checked(instance, [_clock, _worker, _jobs, _backup, _papers_key])


def _checked(instance: Path, checks: list[Callable[[Path], Finding]]) -> Iterator[Finding]:
    for check in checks:
        try:
            yield check(instance)
        except Exception as error:  # a check that cannot run is a finding, not the end of the examination
            name = check.__name__.strip("_")
            yield Finding(FAILURE, _("%(check)s: cannot be checked (%(error)s)", check=name, error=repr(error)[:160]))


def _secrets(instance: Path) -> Finding:
    paths = [*instance.glob("secrets/*"), *instance.glob("certificates/*.key"), *instance.glob("exambank.sqlite")]
    open_to_others = [path.name for path in paths if path.stat().st_mode & 0o077]
    if not current_app.config["SECRET_KEY"]:
        return Finding(FAILURE, _("Secrets: none. Run: exambank init"))
    if open_to_others:
        return Finding(WARNING, _("Secrets: other accounts of this machine can read %(names)s. Run: chmod 600 on them",
                                  names=", ".join(open_to_others)))  # fmt: skip
    return Finding(OK, _("Secrets: readable by their owner only"))


def _database(_instance: Path) -> Finding:
    try:
        schema.require()
    except (ConfigError, DatabaseError) as error:
        return Finding(FAILURE, _("Database: %(reason)s", reason=getattr(error, "orig", error)))
    kind = "SQLite" if is_sqlite() else "PostgreSQL"
    if is_sqlite():
        found = db.session.execute(text("PRAGMA quick_check(1)")).scalar_one()
        if found != "ok":
            return Finding(FAILURE, _("Database: damaged (%(what)s). Restore the last backup.", what=found))
    db.session.execute(select(1)).scalar_one()
    return Finding(OK, _("Database: %(kind)s answers, schema up to date", kind=kind))


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
    beat = db.session.get(Lease, worker.HEARTBEAT)
    if beat is not None and clock.now() - beat.until < timedelta(seconds=60):
        return Finding(OK, _("Worker: alive"))
    return Finding(WARNING, _("Worker: not running (marks of closed sittings and statistics wait for it)"))


def _jobs(_instance: Path) -> Finding:
    failed = db.session.execute(select(func.count(Job.id)).where(Job.state == "failed")).scalar_one()
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


def _papers_key(instance: Path) -> Finding:
    """Papers not opened yet rest on this key: it must be here, and be the one they were closed with."""
    closed, unreadable = assembly.count_unreadable()
    if unreadable:
        return Finding(FAILURE, _("Key of papers: it does not open %(n)s of %(all)s closed sets. Bring back "
                                  "instance/secrets/papers_key (or PAPERS_KEY) from the secrets part of a backup.",
                                  n=unreadable, all=closed))  # fmt: skip
    if not current_app.config["PAPERS_KEY"] and not assembly.key_file(instance).exists():
        return Finding(WARNING, _("Key of papers: none yet. Run: exambank init"))
    return Finding(OK, _("Key of papers: there; %(n)s closed sets rest on it", n=closed))


def _certificate(instance: Path) -> Finding:
    folder = instance / "certificates"
    ends = certificates.ends_at(folder)
    if ends is None:
        return Finding(WARNING, _("Certificate: none; other machines cannot be served by HTTPS. Run: exambank init"))
    days = (ends - datetime.now(UTC)).days
    if lacking := certificates.find_lacking(folder):
        return Finding(WARNING, _("Certificate: not for this machine's address %(names)s. Run: exambank init",
                                  names=", ".join(lacking)))  # fmt: skip
    return Finding(OK if days > 30 else WARNING, _("Certificate: valid for %(days)s more days", days=days))


commands = [doctor]
