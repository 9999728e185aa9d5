"""What a command finds around it: the application, its language, a database that fits, a way to refuse."""

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import DatabaseError, OperationalError

from exambank import create_app
from exambank.cli import locks, schema
from exambank.cli.language import _, language
from exambank.config import ConfigError
from exambank.db import write_beside_server
from exambank.errors import DomainError


def given(command: click.Command, *, needs_database: bool) -> click.Command:
    """A copy of the command with the application around it; the package's own stays as it is."""
    copied = copy.copy(command)
    if isinstance(copied, click.Group):
        copied.commands = {name: given(one, needs_database=needs_database) for name, one in command.commands.items()}
    else:
        copied.callback = _surrounded(command.callback, needs_database)
    return copied


def _surrounded(callback: Callable, needs_database: bool) -> Callable:
    @functools.wraps(callback)
    def called(*args, **values):
        with _refusals_told(), _in_application(), _refusals_told():
            if needs_database:
                schema.require()
            return callback(*args, **values)

    return called


@contextmanager
def _in_application() -> Iterator[None]:
    with create_app().app_context(), force_locale(language()):
        write_beside_server(locks.is_held(Path(current_app.instance_path), locks.WEB))
        try:
            yield
        finally:
            write_beside_server(False)


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Turns a refusal into its reason and exit status 1. Within the application it is worded in its language; what the
    settings forbid is refused before there is one."""
    try:
        yield
        return
    except (DomainError, ConfigError) as refusal:
        reason = getattr(refusal, "message", None) or str(refusal)
    except DatabaseError as error:
        if type(error) not in {DatabaseError, OperationalError}:  # the others are mistakes of ours
            raise
        reason = _("The database does not answer: %(reason)s", reason=str(error.orig).strip())
    click.echo(reason, err=True)
    raise click.exceptions.Exit(1)
