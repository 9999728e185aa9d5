"""``exambank init``: secrets, certificates, database, school, first account. Running it again harms nothing."""

import os
import secrets
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import func, select

from exambank import clock, config
from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.assembly import service as assembly
from exambank.cli import certificates, schema
from exambank.cli.language import _
from exambank.courses import service as courses
from exambank.db import db
from exambank.permissions import SYSTEM, Role
from exambank.sittings import service as sittings


@click.command(help=_("Prepare this machine: secrets, certificates, database, the school and the first account."))
@click.option("--school", default="Trường Chính trị", help=_("The school's name."))
@click.option("--governing-body", default="", help=_("First line of the printed header."))
@click.option("--place", default="", help=_("Place named before the date on documents."))
@click.option("--name", "names", multiple=True, help=_("A host name or address of this machine (repeat as needed)."))
def init(school: str, governing_body: str, place: str, names: tuple[str, ...]) -> None:
    prepare(school, governing_body, place, names)
    if db.session.execute(select(func.count(User.id))).scalar_one() == 0:
        _user, password = accounts.create_user(
            actor=SYSTEM, now=clock.now(), code="admin", full_name=_("Administrator"),
            roles=[Role.IT, Role.TRAINING_OFFICE],
        )  # fmt: skip
        click.echo(
            _("First account: admin, password %(password)s (shown once; it must be changed).", password=password)
        )
    click.echo(_("Ready. Start with: exambank serve"))


def prepare(school: str, governing_body: str, place: str, names: tuple[str, ...] = ()) -> None:
    """Everything but people: what ``init`` and ``demo`` share."""
    instance = Path(current_app.instance_path)
    write_secret(instance)
    if not current_app.config["PAPERS_KEY"]:
        assembly.ensure_key_file(instance)
    certificates.ensure(instance / "certificates", school, names)
    schema.upgrade()
    sittings.begin_generation()
    courses.set_up_school(actor=SYSTEM, now=clock.now(), name=school, governing_body=governing_body, place=place)


def write_secret(instance: Path) -> None:
    """The key that signs cookies: made once, readable by its owner only."""
    folder = instance / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
    current_app.config["SECRET_KEY"] = current_app.config["SECRET_KEY"] or path.read_text(encoding="ascii").strip()
    config.require_secret(current_app)


commands = [init]
