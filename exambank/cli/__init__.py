"""The command line: ``exambank init | demo | serve | worker | doctor | backup | restore | audit verify | ...``.

Each package's ``commands.py`` adds its own. Exit status: 0 done, 1 refused with a reason on standard error, 2 wrong
usage.
"""

import copy
import importlib
import importlib.util
import os
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import DatabaseError, OperationalError

from exambank import PACKAGES, create_app
from exambank.cli import backup, chain, doctor, locks, restore, schema, serve, setup, worker
from exambank.cli.language import _, language
from exambank.config import ConfigError
from exambank.db import write_beside_server
from exambank.errors import DomainError

# these work without a database, make it, or look after it themselves
_WITHOUT_DATABASE = {
    "init", "demo", "migrate", "doctor", "backup", "restore", "convert", "analyse", "assemble",
}  # fmt: skip


class _Main(click.Group):
    """Turns a refusal into its reason and exit status 1; refuses what needs a database when there is none."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (DomainError, ConfigError) as refusal:
            reason = getattr(refusal, "message", None) or str(refusal)
        except DatabaseError as error:
            if type(error) not in {DatabaseError, OperationalError}:  # the others are mistakes of ours
                raise
            reason = _("The database does not answer: %(reason)s", reason=str(error.orig).strip())
        click.echo(reason, err=True)
        ctx.exit(1)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        super().add_command(cmd if cmd.name in _WITHOUT_DATABASE else _guarded(cmd), name)


def _guarded(cmd: click.Command) -> click.Command:
    """A copy of the command that asks for the database first; the package's own stays as it is."""
    copied = copy.copy(cmd)
    if isinstance(copied, click.Group):
        copied.commands = {name: _guarded(one) for name, one in cmd.commands.items()}
    else:
        copied.callback = schema.guarded(cmd.callback)
    return copied


@click.group(cls=_Main, help=_("Online examinations and question banks."))
@click.pass_context
def main(ctx: click.Context) -> None:
    before = os.umask(0o077)  # database, keys and backups are their owner's alone
    ctx.call_on_close(lambda: os.umask(before))
    ctx.with_resource(create_app().app_context())
    ctx.with_resource(force_locale(language()))
    write_beside_server(locks.is_held(Path(current_app.instance_path), locks.WEB))
    ctx.call_on_close(lambda: write_beside_server(False))


for _command in (
    setup.init, serve.serve, worker.worker, doctor.doctor, backup.backup, restore.restore, chain.audit_group,
    schema.migrate,
):  # fmt: skip
    main.add_command(_command)
for _package in (*PACKAGES, "cli.demo"):
    if importlib.util.find_spec(f"exambank.{_package}.commands") is not None:
        for _command in importlib.import_module(f"exambank.{_package}.commands").commands:
            main.add_command(_command)
