"""The whole database into a folder of files and back, on SQLite and PostgreSQL.

Writing is one snapshot and makes no writer wait. Reading fills a database apart (a file, a schema), which is brought up
to date there and takes the place of the live one in one transaction: a restore is done wholly or not at all.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psycopg
from flask import current_app
from psycopg.sql import SQL, Identifier
from sqlalchemy import MetaData, text

from exambank.cli import schema
from exambank.cli.language import _
from exambank.db import db, is_sqlite
from exambank.errors import StateConflict

SQLITE_FILE = "database.sqlite"
APART = "exambank_restore"  # the schema in which PostgreSQL's restore is prepared

_NOT_OURS = ("alembic_version", "huey_")


@dataclass(frozen=True)
class Facts:
    """What a dump says of itself; read from the snapshot, not from the live database."""

    revision: str
    audit_head: str
    generation: str | None
    tables: dict[str, list[str]]


def kind() -> str:
    return "sqlite" if is_sqlite() else "postgresql"


def write(folder: Path) -> Facts:
    """Dump everything that is committed now."""
    return _write_sqlite(folder / SQLITE_FILE) if is_sqlite() else _write_postgresql(folder)


def _write_sqlite(path: Path) -> Facts:
    with closing(sqlite3.connect(schema.sqlite_path())) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        return _facts(copy, {})


def _write_postgresql(folder: Path) -> Facts:
    tables = _tables_in_order()
    with psycopg.connect(_address()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, columns in tables.items():
            statement = _copy("COPY {} ({}) TO STDOUT", table, columns)
            with (folder / f"{table}.copy").open("wb") as file, connection.cursor().copy(statement) as rows:
                for block in rows:
                    file.write(block)
        return _facts(connection, tables)


def _facts(connection, tables: dict[str, list[str]]) -> Facts:
    def one(query: str):
        return connection.execute(query).fetchone()

    number, chain_hash = one("SELECT number, chain_hash FROM audit_event ORDER BY number DESC LIMIT 1") or (0, "0" * 64)
    generation = one("SELECT value FROM generation ORDER BY id LIMIT 1")
    revision = one("SELECT version_num FROM alembic_version")[0]
    return Facts(revision, f"{number}-{chain_hash}", generation and generation[0], tables)


def _tables_in_order() -> dict[str, list[str]]:
    """Our tables with their columns, as this database has them; what others point at comes first."""
    found = MetaData()
    found.reflect(db.engine)
    return {
        table.name: [column.name for column in table.columns]
        for table in found.sorted_tables
        if not table.name.startswith(_NOT_OURS)
    }


def _copy(statement: str, table: str, columns: list[str]):
    return SQL(statement).format(Identifier(table), SQL(", ").join(map(Identifier, columns)))


def _address(**options: str) -> str:
    given = current_app.config["DATABASE_URL"].replace("postgresql+psycopg:", "postgresql:", 1)
    return psycopg.conninfo.make_conninfo(given, **options)


def find_problem(folder: Path, tables: dict[str, list[str]]) -> str | None:
    """Why a dump whose checksums agree still cannot be read, if so."""
    if is_sqlite():
        try:
            with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
                found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
        return None if found == "ok" else found
    missing = [table for table in tables if not (folder / f"{table}.copy").exists()]
    return _("table %(name)s is missing", name=missing[0]) if missing else None


@contextmanager
def apart(folder: Path) -> Iterator[str]:
    """The address of a database apart: the dump's own file, or an empty schema that is gone afterwards."""
    if is_sqlite():
        yield f"sqlite:///{folder / SQLITE_FILE}"
        return
    url = current_app.config["DATABASE_URL"]
    _drop_apart()
    with psycopg.connect(_address(), autocommit=True) as connection:
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(APART)))
    try:
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{APART}"
    finally:
        _drop_apart()


def _drop_apart() -> None:
    with psycopg.connect(_address(), autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(APART)))


def fill(folder: Path, revision: str, tables: dict[str, list[str]]) -> None:
    """Bring the dump's rows into the current application's database (the one apart), under the schema of their time."""
    if is_sqlite():
        return
    flask_migrate.upgrade(revision=revision)
    with psycopg.connect(_address()) as connection:
        for table in tables:
            connection.execute(SQL("TRUNCATE {} CASCADE").format(Identifier(table)))
        for table, columns in tables.items():
            statement = _copy("COPY {} ({}) FROM STDIN", table, columns)
            with (folder / f"{table}.copy").open("rb") as file, connection.cursor().copy(statement) as rows:
                while block := file.read(1 << 20):
                    rows.write(block)
            if "id" in columns:
                _number_on(connection, table)


def _number_on(connection: psycopg.Connection, table: str) -> None:
    """New rows are numbered after the restored ones."""
    statement = SQL("SELECT setval(found, (SELECT coalesce(max(id), 0) + 1 FROM {}), false) "
                    "FROM pg_get_serial_sequence(%s, 'id') AS found WHERE found IS NOT NULL")  # fmt: skip
    connection.execute(statement.format(Identifier(table)), [f'"{table}"'])


def take_over(folder: Path) -> None:
    """Put the database apart in the place of the live one: one transaction."""
    db.session.remove()
    db.engine.dispose()
    if is_sqlite():
        _take_over_sqlite(folder / SQLITE_FILE, schema.sqlite_path())
    else:
        _take_over_postgresql()


def _take_over_sqlite(path: Path, live: Path) -> None:
    try:
        _copy_sqlite(path, live)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # the disk is full, say: nothing has changed
            raise
        _set_aside(live)
        _copy_sqlite(path, live)


def _copy_sqlite(path: Path, live: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(live)) as target:
        target.execute("PRAGMA journal_mode=WAL").fetchall()
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target)
        target.execute("PRAGMA journal_mode=WAL").fetchall()
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _set_aside(live: Path) -> None:
    """A file that is no database any more is kept under another name, for whoever wants to look into it."""
    mark = f".damaged-{int(time.time())}"
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(f"{live}{ending}"):
            os.replace(f"{live}{ending}", f"{live}{mark}{ending}")


def _take_over_postgresql() -> None:
    with psycopg.connect(_address()) as connection:
        connection.execute("SET LOCAL lock_timeout = '10s'")
        connection.execute("SET LOCAL client_min_messages = warning")
        (place,) = connection.execute("SELECT current_schema()").fetchone()
        for name in [*_names_in(connection, place), "alembic_version"]:
            connection.execute(SQL("DROP TABLE IF EXISTS {} CASCADE").format(Identifier(place, name)))
        for name in [*_names_in(connection, APART), "alembic_version"]:
            connection.execute(SQL("ALTER TABLE {} SET SCHEMA {}").format(Identifier(APART, name), Identifier(place)))


def _names_in(connection: psycopg.Connection, place: str) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [place]).fetchall()
    return [name for (name,) in rows if not name.startswith(_NOT_OURS)]


def refuse_others() -> None:
    """PostgreSQL: other nodes and workers hold no lock of this machine, but their connections are seen."""
    if is_sqlite():
        return
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    db.session.remove()
    db.engine.dispose()
    with db.engine.connect() as connection:
        others = connection.execute(text(query)).scalar_one()
    if others:
        raise StateConflict(
            _("%(n)s other connections use this database. Stop every server and worker, then restore.", n=others)
        )
