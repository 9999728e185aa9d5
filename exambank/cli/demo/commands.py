"""``exambank demo``: fill an empty database with a small school, and say who may sign in."""

import os

import click

from exambank.cli import schema
from exambank.cli.demo import play, signins
from exambank.cli.demo.signins import DEFAULT_PASSWORD, SignIn
from exambank.cli.language import _
from exambank.errors import StateConflict


@click.command("demo", help=_("Fill an empty database with a small demonstration school and list its sign-ins."))
@click.option("--if-empty", is_flag=True, help=_("With people in the database already, only list the sign-ins."))
@click.option(
    "--password", default=DEFAULT_PASSWORD, show_default=True, metavar="TEXT",
    help=_("The one password of all demonstration accounts."),
)  # fmt: skip
def demo(if_empty: bool, password: str) -> None:
    is_there = schema.revision() is not None and play.count_users() > 0
    if is_there and not if_empty:
        raise StateConflict(
            _("This database already has people in it. The demonstration is only put into an empty one.")
        )
    if is_there:
        schema.upgrade()
    else:
        click.echo(_("Filling the demonstration school; this takes about a minute."))
        play.fill(password, lambda line: click.echo(f"  {line}"))
    _show(signins.list_signins())


def _show(found: list[SignIn]) -> None:
    port = os.environ.get("PORT", "8000")
    click.echo(_("Address: %(url)s", url=f"http://127.0.0.1:{port}"))
    if not found:
        return  # a school's own database
    click.echo(_("Sign-ins of the demonstration:"))
    for one in found:
        password = DEFAULT_PASSWORD if one.has_default else _("(its own password)")
        click.echo(f"  {one.code:<6} {password:<16} {one.full_name} - {one.what}")
    running = signins.find_exam("open")
    if running is not None:
        click.echo(_("Session code of the open exam: %(code)s", code=running.session_code))
    click.secho(
        _("WARNING: everybody knows these passwords. Never hold a real exam in this database."),
        fg="yellow", bold=True, err=True,
    )  # fmt: skip


commands = [demo]
