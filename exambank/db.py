"""The database: typed base, column types, and the one way to write (``unit_of_work``).

SQLite is written under four rules that keep the exam room's saves fast (DESIGN section 5): every unit of work begins
with BEGIN IMMEDIATE, so it never fails half way for a lock; everything is read, parsed and computed before it; outside
the web process it lasts at most 20 ms and a pause at least as long follows. The last rule is kept here, for all.
"""

import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, Engine, Integer, MetaData, Select, String, bindparam, event, inspect, select
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

POINTS_UNIT = Decimal("0.0001")
WRITE_LIMIT_SECONDS = 0.020
PLANNED_BEFORE = 2  # uses of a statement on one connection
PLANS_KEPT = 300  # on one connection
TRUSTED_SECONDS = 1.0  # a connection that answered a moment ago is not asked whether it lives
TURN_SECONDS = 20.0

_turn = threading.Lock()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Points(TypeDecorator):
    """Decimal points kept as whole 1/10,000: SQLite would make a float of a Numeric."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        scaled = Decimal(value) / POINTS_UNIT
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than four decimal places")
        return int(scaled)

    def process_result_value(self, value, dialect):
        return None if value is None else Decimal(value) * POINTS_UNIT


class UtcTime(TypeDecorator):
    """An aware UTC datetime kept as whole milliseconds since 1970, so that SQL compares and adds alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else to_milliseconds(value)

    def process_result_value(self, value, dialect):
        return None if value is None else from_milliseconds(value)


def to_milliseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_milliseconds(value: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(value))


def new_public_id() -> str:
    """A UUIDv7 (RFC 9562): what appears in URLs; ordered by time, unguessable by its 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


PrimaryKey = Annotated[int, mapped_column(primary_key=True, autoincrement=True)]
PublicId = Annotated[str, mapped_column(String(36), unique=True, default=new_public_id)]
Name = Annotated[str, mapped_column(String(300))]
Code = Annotated[str, mapped_column(String(60))]


# Constraints get stable names, so that migrations can name them on both databases.
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
_COLUMN_TYPES = {
    int: BigInteger().with_variant(Integer, "sqlite"),  # SQLite numbers rows by itself only for INTEGER
    datetime: UtcTime,
    Decimal: Points,
    dict[str, Any]: JSON,
    list[Any]: JSON,
}


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(metadata=MetaData(naming_convention=_NAMING), type_annotation_map=_COLUMN_TYPES)


class Identified:
    """A row that is known outside the database by its public id."""

    id: Mapped[PrimaryKey]
    public_id: Mapped[PublicId]


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection, _record) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # SQLAlchemy's begin event below decides, not the driver
        # secure_delete: what is overwritten or deleted (a replaced key, a half of a seal) leaves no bytes behind
        wanted = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON")
        for pragma in wanted:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection, _record) -> None:
    if type(connection).__module__.startswith("psycopg"):
        keep_plans(connection, PLANNED_BEFORE)
        connection.rollback()


def keep_plans(connection: Any, uses: int) -> None:
    """Have PostgreSQL keep the plan of a statement that comes for more than so many times, but not behind a pooler.

    Planning takes the server longer than most of our statements. Behind a pooler (PgBouncer) a name given to a plan
    here may mean somebody else's on the next connection of the server; it shows by the number of the server's process,
    which a pooler makes up for its clients. ``connection``: psycopg's, made with ``prepare_threshold=None``.
    """
    ((backend,),) = connection.execute("SELECT pg_backend_pid()").fetchall()
    if backend == connection.info.backend_pid:
        connection.prepare_threshold = uses
        connection.prepared_max = PLANS_KEPT


@event.listens_for(Engine, "checkin")
def _note_use(_connection, record) -> None:
    record.info["used"] = time.monotonic()


@event.listens_for(Engine, "checkout")
def _ask_whether_it_lives(connection, record, _proxy) -> None:
    """After a restart of PostgreSQL nobody meets a dead connection; asking at every use would cost a tenth of it."""
    is_trusted = time.monotonic() - record.info.get("used", 0.0) < TRUSTED_SECONDS
    if is_trusted or not type(connection).__module__.startswith("psycopg"):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise InvalidatePoolError() from error


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get("begin_immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


_is_beside_server = False


def write_beside_server(flag: bool = True) -> None:
    """From now on this process (worker, command line) pauses after each unit of work at least as long as it took."""
    global _is_beside_server
    _is_beside_server = flag


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One command, one transaction. An inner unit of work joins the outer one; only the outermost commits.

    On entry everything read before is forgotten, so that a decision inside rests on rows read under the write lock
    (SQLite) or freshly (PostgreSQL; take ``lock()`` on the row that the decision depends on).
    """
    session = db.session()
    if session.info.get("unit_depth"):
        session.info["unit_depth"] += 1
        try:
            yield session
            session.flush()
        finally:
            session.info["unit_depth"] -= 1
        return
    _refuse_stray_changes(session)
    session.rollback()
    session.expire_all()
    session.info.update(unit_depth=1, before_commit=[], after_commit=[])
    started = None
    try:
        with _turn_to_write():
            session.connection(execution_options={"begin_immediate": True})
            started = time.perf_counter()
            yield session
            session.flush()
            for act in session.info["before_commit"]:
                act(session)
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["unit_depth"] = 0
        _make_room(started)
    for act in session.info.pop("after_commit"):
        act()


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """SQLite lets one write at a time; who waits there sleeps up to 100 ms a try, and may starve for ten seconds when a
    whole room signs in or enters. The writers of one process queue here instead, and SQLite meets one of them.
    """
    is_held = is_sqlite() and _turn.acquire(timeout=TURN_SECONDS)
    try:
        yield
    finally:
        if is_held:
            _turn.release()


def _refuse_stray_changes(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a unit of work")


def _make_room(started: float | None) -> None:
    if started is not None and _is_beside_server and is_sqlite():
        time.sleep(max(WRITE_LIMIT_SECONDS, time.perf_counter() - started))


def before_commit(act: Callable[[Session], None]) -> None:
    """Do this as the last statements of the unit of work (the audit record)."""
    _inside_unit(db.session()).info["before_commit"].append(act)


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the unit of work is durable: mail, files, waking the worker."""
    _inside_unit(db.session()).info["after_commit"].append(act)


def _inside_unit(session: Session) -> Session:
    if not session.info.get("unit_depth"):
        raise RuntimeError("this belongs inside a unit of work")
    return session


def lock(row: Any) -> Any:
    """Read the row again and hold it until the commit (SQLite already holds its write lock)."""
    known = inspect(row)
    if known.session is not db.session():
        raise RuntimeError("a row of another session cannot be held")
    return db.session.execute(_held(type(row)), {"key": known.identity[0]}).scalar_one()


@functools.cache  # most commands ask it: making the statement takes longer than running it
def _held(kind: type) -> Select:
    """The row alone is held, not what its loader joins."""
    of_row = select(kind).where(inspect(kind).primary_key[0] == bindparam("key"))
    return of_row.with_for_update(of=kind).execution_options(populate_existing=True)


def in_batches(rows: list, size: int) -> Iterator[list]:
    """Cut a large act into units of work small enough for the 20 ms rule."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
