"""The hot path: what a save, a poll and a flag do to the database, without ORM, session or user row.

An *operation* is a function that gets ``run(statement, parameters) -> rows`` and returns plain values. On SQLite one
request at a time writes what all waiting requests want in one transaction, answered after its commit; on PostgreSQL
each runs on an autocommit connection of a pool and is one statement. Every operation may be repeated without harm.
"""

import atexit
import weakref
from typing import Any, Protocol

from flask import Flask, current_app

from exambank.sittings.store.operations import (
    Answer,
    Clock,
    Outcome,
    Seat,
    flag,
    save,
    touch,
)
from exambank.sittings.store.postgresql import PostgresqlStore
from exambank.sittings.store.run import Busy, Operation
from exambank.sittings.store.sqlite import SqliteStore

_KEY = "exambank_sittings_store"
_open_stores: weakref.WeakSet = weakref.WeakSet()


class Store(Protocol):
    """Runs operations; ``counters`` tells tests and the bench how many statements they took."""

    counters: dict[str, int]

    def perform(self, operation: Operation, is_light: bool = False) -> Any: ...

    def close(self) -> None: ...


def store() -> Store:
    """This application's store, opened at the first use."""
    app = current_app._get_current_object()
    found = app.extensions.get(_KEY)
    if found is None:
        found = app.extensions.setdefault(_KEY, _open(app))
    return found


def _open(app: Flask) -> Store:
    kind = SqliteStore if app.config["IS_SQLITE"] else PostgresqlStore
    opened = kind(app.config["DATABASE_URL"])
    _open_stores.add(opened)
    return opened


def close_store(app: Flask) -> None:
    """Answer everybody who waits, then let go of the database."""
    opened = app.extensions.pop(_KEY, None)
    if opened is not None:
        opened.close()


@atexit.register
def _close_all() -> None:
    for opened in list(_open_stores):
        opened.close()


__all__ = [
    "Answer",
    "Busy",
    "Clock",
    "Outcome",
    "Seat",
    "Store",
    "close_store",
    "flag",
    "save",
    "store",
    "touch",
]
