"""Is there a database, and has it this version's schema? Asked before a command touches it."""

from pathlib import Path

import click
import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.engine import make_url

from exambank.cli.language import _
from exambank.config import ConfigError
from exambank.db import db, is_sqlite
from exambank.errors import StateConflict
from exambank.exams import service as exams

MISSING, OLDER, CURRENT, NEWER = "missing", "older", "current", "newer"


def sqlite_path() -> Path:
    """The database's file."""
    return Path(make_url(current_app.config["DATABASE_URL"]).database)


def revision() -> str | None:
    """What the database says of itself; None for none. Asking makes no empty file."""
    if is_sqlite() and not sqlite_path().exists():
        return None
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def standing(found: str | None) -> str:
    """How a revision stands to this version's schema."""
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    if found is None:
        return MISSING
    if found == scripts.get_current_head():
        return CURRENT
    return OLDER if found in {script.revision for script in scripts.walk_revisions()} else NEWER


def require(*, may_be_older: bool = False) -> None:
    """Refuse, with what to do, unless the database is there and fits."""
    found = standing(revision())
    if found == MISSING:
        raise ConfigError(_("There is no database yet. Prepare this machine with: exambank init"))
    if found == NEWER:
        raise ConfigError(_("A newer version of exambank wrote this database. Install that version or a later one."))
    if found == OLDER and not may_be_older:
        raise ConfigError(_("The database has an older schema. Make a backup, then run: exambank migrate"))


@click.command("migrate", help=_("Bring the database to this version's schema (refused while an exam is open)."))
def migrate() -> None:
    require(may_be_older=True)
    upgrade()
    click.echo(_("The database is up to date."))


def upgrade() -> None:
    """Make the schema, or bring it up to this version's."""
    found = standing(revision())
    if found == NEWER:
        require()
    if found == OLDER and exams.is_any_exam_open():
        raise StateConflict(_("An exam is open. Migrate after it is closed."))
    if found != CURRENT:
        db.session.remove()
        flask_migrate.upgrade()


commands = [migrate]
