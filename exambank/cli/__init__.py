"""The command line: ``exambank init | demo | serve | worker | doctor | backup | restore | audit verify | ...``.

Each package's ``commands.py`` adds its own. Exit status: 0 done, 1 refused with a reason on standard error, 2 wrong usage.
"""

import importlib
import importlib.util

import click
from flask_babel import force_locale

from exambank import PACKAGES, create_app
from exambank.cli import backup, chain, doctor, serve, setup
from exambank.cli.language import _, language
from exambank.config import ConfigError
from exambank.errors import DomainError


class _Main(click.Group):
    """Turns a refusal into its reason and exit status 1."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (DomainError, ConfigError) as refusal:
            click.echo(getattr(refusal, "message", str(refusal)), err=True)
            ctx.exit(1)


@click.group(cls=_Main, help=_("Online examinations and question banks."))
@click.pass_context
def main(ctx: click.Context) -> None:
    ctx.with_resource(create_app().app_context())
    ctx.with_resource(force_locale(language()))


for _command in (
    setup.init, serve.serve, serve.worker, doctor.doctor, backup.backup, backup.restore, chain.audit_group, setup.migrate,
):  # fmt: skip
    main.add_command(_command)
for _package in (*PACKAGES, "cli.demo"):
    if importlib.util.find_spec(f"exambank.{_package}.commands") is not None:
        for _command in importlib.import_module(f"exambank.{_package}.commands").commands:
            main.add_command(_command)
