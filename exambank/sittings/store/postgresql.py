"""PostgreSQL: each operation on an autocommit connection of a small pool; group commit happens in the server."""

import threading
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from exambank.db import keep_plans
from exambank.sittings.store.run import Busy, Operation, prepare

POOL_SIZE = 12
WAIT_SECONDS = 5.0

# What a fail-over or a restart of the server looks like from here.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


class _Connection:
    dialect = "postgresql"

    def __init__(self, raw: psycopg.Connection, counters: dict[str, int]):
        self._raw, self._counters = raw, counters

    def __call__(self, statement: str, parameters: dict) -> list:
        self._counters["statements"] += 1
        cursor = self._raw.execute(prepare(statement, "postgresql"), parameters)
        return cursor.fetchall() if cursor.description else []


class PostgresqlStore:
    """Opens its pool at the first use. PgBouncer may stand between: see ``db.keep_plans``."""

    def __init__(self, url: str):
        self._conninfo = url.replace("postgresql+psycopg://", "postgresql://")
        self._lock = threading.Lock()
        self._pool: ConnectionPool | None = None
        self.counters = {"statements": 0, "operations": 0, "batches": 0}

    def _opened(self) -> ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._conninfo, min_size=0, max_size=POOL_SIZE, timeout=WAIT_SECONDS, open=True,
                    kwargs={"autocommit": True, "prepare_threshold": None, "connect_timeout": 3},
                    configure=lambda raw: keep_plans(raw, 1),
                )  # fmt: skip
            return self._pool

    def perform(self, operation: Operation, is_light: bool = False) -> Any:
        """Run it; once more when the connection had died, since every operation may be repeated.

        Here a statement that need not outlast a power cut says so itself.
        """
        for is_last in (False, True):
            try:
                with self._opened().connection() as raw:
                    result = operation(_Connection(raw, self.counters))
                self.counters["operations"] += 1
                return result
            except PoolTimeout as error:
                raise Busy(repr(error)) from error
            except _PASSING as error:
                if is_last:
                    raise Busy(repr(error)) from error
        raise AssertionError("not reached")

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()
