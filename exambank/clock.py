"""One source of time for all nodes: the database's clock, through one expression, in UTC."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, bindparam, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from exambank.db import UtcTime, db, from_milliseconds

_shift_milliseconds = 0

_NOW = {
    # julianday keeps 0.04 ms at today's dates; unixepoch('subsec') needs a newer SQLite than Debian 12's
    "sqlite": "CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)",
    # clock_timestamp, not now(): a long transaction must not stop the clock
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
}


class _DatabaseNow(FunctionElement):
    type = BigInteger()
    inherit_cache = True
    name = "database_now"


@compiles(_DatabaseNow, "sqlite")
def _now_on_sqlite(_element, _compiler, **_options) -> str:
    return _NOW["sqlite"]


@compiles(_DatabaseNow, "postgresql")
def _now_on_postgresql(_element, _compiler, **_options) -> str:
    return _NOW["postgresql"]


def now_sql() -> ColumnElement[datetime]:
    """The present moment as SQL, to be used wherever a statement compares or records time."""
    shift = bindparam("clock_shift", callable_=lambda: _shift_milliseconds, type_=BigInteger)
    return type_coerce(_DatabaseNow() + shift, UtcTime)


def now_sql_text(dialect: str) -> str:
    """The same expression as text in whole milliseconds, for statements that the exam room sends to the driver."""
    return f"({_NOW[dialect]} + {_shift_milliseconds})"


def now() -> datetime:
    """Ask the database what time it is (aware, UTC): through the driver, since a command asks several times."""
    connection = db.session.connection()
    return from_milliseconds(connection.exec_driver_sql(f"SELECT {now_sql_text(connection.dialect.name)}").scalar_one())


def shift(by: timedelta) -> None:
    """Move this process's clock away from the database's: for tests, and nowhere else."""
    global _shift_milliseconds
    _shift_milliseconds = by // timedelta(milliseconds=1)
