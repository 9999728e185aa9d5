"""The command line: ``exambank init | demo | serve | worker | doctor | backup | restore | audit verify | ...``.

The commands are listed here by the modules that hold them, each in its ``commands``: a module is loaded when its
command is called, and with it only what the command needs. Exit status: 0 done, 1 refused with a reason on standard
error, 2 wrong usage.
"""

import importlib
import os
from dataclasses import dataclass
from enum import Enum, auto

import click

from exambank.cli.language import _


class Needs(Enum):
    """What a command finds around it."""

    NOTHING = auto()
    APPLICATION = auto()  # it works without a database, makes it, or looks after it itself
    DATABASE = auto()


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a command is, and the first sentences of its help."""

    module: str
    needs: Needs
    told: str


COMMANDS = {
    "analyse": Listed(
        "analysis.commands", Needs.NOTHING,
        _("Statistics of a test from a CSV file: the test, every item, every option; no database is needed."),
    ),
    "assemble": Listed(
        "assembly.commands", Needs.APPLICATION,
        _("Make papers from a pool of items by a specification; no database is needed."),
    ),
    "audit": Listed("cli.chain", Needs.DATABASE, _("The audit chain.")),
    "backup": Listed(
        "cli.backup", Needs.APPLICATION, _("Write a backup of the whole database; the server may go on working.")
    ),
    "convert": Listed(
        "interchange.commands", Needs.APPLICATION,
        _("Convert a file of questions into another format; no database is needed."),
    ),
    "demo": Listed(
        "cli.demo.commands", Needs.APPLICATION,
        _("Fill an empty database with a small demonstration school and list its sign-ins."),
    ),
    "doctor": Listed(
        "cli.doctor", Needs.APPLICATION,
        _("Check this machine: database, disk, clock, worker, backup, certificate."),
    ),
    "export": Listed(
        "interchange.commands", Needs.DATABASE,
        _("Write a bank into a file; its format follows the name (.xlsx, .docx, .json ...) or --to."),
    ),
    "import": Listed(
        "interchange.commands", Needs.DATABASE,
        _("Import questions from a file of any format into a bank, as drafts."),
    ),
    "init": Listed(
        "cli.setup", Needs.APPLICATION,
        _("Prepare this machine: secrets, certificates, database, the school and the first account."),
    ),
    "migrate": Listed(
        "cli.schema", Needs.APPLICATION,
        _("Bring the database to this version's schema (refused while an exam is open)."),
    ),
    "restore": Listed(
        "cli.restore", Needs.APPLICATION, _("Replace the whole database by a backup. Stop the server first.")
    ),
    "serve": Listed("cli.serve", Needs.DATABASE, _("Serve the web pages, with a worker beside them.")),
    "worker": Listed("cli.worker", Needs.DATABASE, _("Run the background work: marking, statistics, documents.")),
}  # fmt: skip


def load(name: str) -> click.Command:
    """The command itself, with what it needs around it."""
    listed = COMMANDS[name]
    commands = importlib.import_module(f"exambank.{listed.module}").commands
    command = next(one for one in commands if one.name == name)
    if listed.needs is Needs.NOTHING:
        return command
    surroundings = importlib.import_module("exambank.cli.surroundings")
    return surroundings.given(command, needs_database=listed.needs is Needs.DATABASE)


class _Main(click.Group):
    """Knows every command by its name and its help, and loads the one that is called."""

    def resolve_command(self, ctx: click.Context, args: list[str]):
        name, listed, rest = super().resolve_command(ctx, args)
        return name, listed and load(name), rest


@click.group(
    cls=_Main, help=_("Online examinations and question banks."),
    commands=[click.Command(name, help=listed.told) for name, listed in COMMANDS.items()],
)  # fmt: skip
@click.pass_context
def main(ctx: click.Context) -> None:
    before = os.umask(0o077)  # database, keys and backups are their owner's alone
    ctx.call_on_close(lambda: os.umask(before))
