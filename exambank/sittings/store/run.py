"""What both databases share: how an operation is run and what it may raise."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from exambank import clock


class Busy(Exception):
    """The database could not take the operation now; nothing of it was acknowledged, the browser sends it again."""


class Run(Protocol):
    """Sends one statement (named parameters ``:name``, ``{now}`` for the present) and returns its rows."""

    dialect: str

    def __call__(self, statement: str, parameters: dict) -> list[Sequence]: ...


Operation = Callable[[Run], Any]

_NAMED = re.compile(r":([a-z_]+)")


@lru_cache(maxsize=128)
def _for_psycopg(statement: str) -> str:
    return _NAMED.sub(r"%(\1)s", statement)


def prepare(statement: str, dialect: str) -> str:
    """The statement as the driver takes it; the clock's text is put in late because tests move the clock."""
    if dialect == "postgresql":
        statement = _for_psycopg(statement)
    return statement.replace("{now}", clock.now_sql_text(dialect))
