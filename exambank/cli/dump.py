"""The database into a folder of files and back, consistent while it is in use, on SQLite and PostgreSQL."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import flask_migrate
import psycopg
from flask import current_app
from sqlalchemy import text
from sqlalchemy.engine import make_url

from exambank.db import Base, db, is_sqlite

SQLITE_FILE = "database.sqlite"


def write(folder: Path) -> None:
    """One snapshot: neither way makes a writer wait."""
    if is_sqlite():
        with closing(sqlite3.connect(_sqlite_path())) as source, closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    with psycopg.connect(_postgresql_address()) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in Base.metadata.sorted_tables:
            with (folder / f"{table.name}.copy").open("wb") as file:
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                with connection.cursor().copy(f'COPY (SELECT {columns} FROM "{table.name}") TO STDOUT') as rows:
                    for block in rows:
                        file.write(block)


def read(folder: Path, revision: str) -> None:
    """Replace the whole database by the folder's; ``revision`` is the schema it was written with."""
    if is_sqlite():
        db.session.remove()
        db.engine.dispose()
        path = Path(_sqlite_path())
        for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            leftover.unlink(missing_ok=True)
        with closing(sqlite3.connect(folder / SQLITE_FILE)) as source, closing(sqlite3.connect(path)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
        return
    _read_postgresql(folder, revision)


def _read_postgresql(folder: Path, revision: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    db.engine.dispose()
    flask_migrate.upgrade(revision=revision)
    with psycopg.connect(_postgresql_address()) as connection:
        for table in Base.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            with connection.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as rows:
                rows.write((folder / f"{table.name}.copy").read_bytes())
            _set_sequence(connection, table)


def _set_sequence(connection, table) -> None:
    """New rows must be numbered after the restored ones."""
    if "id" in table.columns and re.fullmatch(r"\w+", table.name):
        name = f'"{table.name}"'
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), greatest((SELECT max(id) FROM {name}), 1)) "
            f"WHERE pg_get_serial_sequence('{name}', 'id') IS NOT NULL"
        )


def revision() -> str:
    return db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def check(folder: Path) -> list[str]:
    """What is wrong with a dump before anything is replaced by it."""
    if is_sqlite():
        if not (folder / SQLITE_FILE).exists():
            return ["this backup is of a PostgreSQL database"]
        with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
            found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found[:5]
    missing = [table.name for table in Base.metadata.sorted_tables if not (folder / f"{table.name}.copy").exists()]
    return [f"table {name} is missing" for name in missing]


def _sqlite_path() -> str:
    return make_url(current_app.config["SQLALCHEMY_DATABASE_URI"]).database


def _postgresql_address() -> str:
    return re.sub(r"^postgresql\+psycopg:", "postgresql:", current_app.config["SQLALCHEMY_DATABASE_URI"])
