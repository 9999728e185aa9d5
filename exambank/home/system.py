"""How the system stands, in words a page can have: worker, jobs, backup, disk, certificate. No item content."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import web
from exambank.audit import AuditEvent
from exambank.db import db, is_sqlite
from exambank.home import certificates
from exambank.home.rules import Finding
from exambank.jobs import Job, Lease

HEARTBEAT = "worker-heartbeat"
ALIVE = timedelta(seconds=60)
BACKUP_AGE = timedelta(hours=26)
CERTIFICATE_LEFT = timedelta(days=30)
GIGABYTE = 2**30


def examine(now: datetime) -> list[Finding]:
    """Every finding, good or bad, in the order a technician would look."""
    return [_database(), _worker(now), _jobs(), _backup(now), _disk(), _certificate(now)]


def answers() -> None:
    """Raises when the database does not answer."""
    db.session.execute(select(1)).scalar_one()


def _database() -> Finding:
    answers()
    kind = "SQLite" if is_sqlite() else "PostgreSQL"
    return Finding("ok", _("Database"), _("%(kind)s answers.", kind=kind))


def _worker(now: datetime) -> Finding:
    title, beat = _("Worker"), db.session.get(Lease, HEARTBEAT, populate_existing=True)
    if beat is not None and now - beat.until < ALIVE:
        return Finding("ok", title, _("The worker is alive."))
    return Finding(
        "warning", title,
        _("The worker is not running: statistics and grades wait for it. Exams, saving and handing in go on. "
          "Start it with: exambank worker"),
    )  # fmt: skip


def _jobs() -> Finding:
    title = _("Background work")
    failed = db.session.execute(select(func.count(Job.id)).where(Job.state == "failed")).scalar_one()
    if not failed:
        return Finding("ok", title, _("No background work has failed."))
    return Finding("warning", title, _("%(count)s pieces of background work failed for good. The log says why.",
                                       count=failed))  # fmt: skip


def list_failed_jobs(limit: int = 20) -> list[Job]:
    """Background work that was given up, newest first."""
    query = select(Job).where(Job.state == "failed").order_by(Job.id.desc()).limit(limit)
    return list(db.session.execute(query).scalars())


def _backup(now: datetime) -> Finding:
    title = _("Backup")
    query = select(AuditEvent.at).where(AuditEvent.verb == "backup.made").order_by(AuditEvent.number.desc()).limit(1)
    last = db.session.execute(query).scalar()
    if last is None:
        return Finding("warning", title, _("No backup has been made yet. Make one with: exambank backup FILE"))
    if now - last > BACKUP_AGE:
        return Finding("warning", title, _("The last backup is of %(time)s. Make one with: exambank backup FILE",
                                           time=web.show_moment(last)))  # fmt: skip
    return Finding("ok", title, _("The last backup is of %(time)s.", time=web.show_moment(last)))


def _disk() -> Finding:
    title, free = _("Disk"), shutil.disk_usage(current_app.instance_path).free
    level = "ok" if free > 5 * GIGABYTE else "warning" if free > GIGABYTE else "failure"
    text = _("%(free)s GB are free.", free=f"{free / GIGABYTE:.0f}" if free >= GIGABYTE else "< 1")
    return Finding(level, title, text if level == "ok" else f"{text} " + _("Make room before the next exam."))


def _certificate(now: datetime) -> Finding:
    title, ends = _("Certificate"), certificates.server_ends_at(Path(current_app.instance_path))
    if ends is None:
        return Finding("warning", title, _("There is none: other machines cannot be served by HTTPS. "
                                           "Make one with: exambank init"))  # fmt: skip
    shown = web.show_moment(ends, "date")
    if ends <= now:
        return Finding("failure", title, _("It ended on %(date)s: browsers refuse the server. Renew it with: "
                                           "exambank init", date=shown))  # fmt: skip
    if ends - now < CERTIFICATE_LEFT:
        return Finding("warning", title, _("It ends on %(date)s. Renew it with: exambank init", date=shown))
    return Finding("ok", title, _("It is valid until %(date)s.", date=shown))
