"""Runs the migrations inside the application, on whatever database it is configured for."""

from alembic import context
from flask import current_app

from exambank.db import Base, Points, UtcTime


def render_item(kind, item, autogen_context):
    """Migrations stand on their own: our column types are written as what they store."""
    if kind == "type" and isinstance(item, Points | UtcTime):
        return "sa.BigInteger()"
    return False


def compare_type(_context, _inspected, _metadata_column, inspected_type, metadata_type):
    """JSON and big integers read back under other names on SQLite; only real differences count."""
    if isinstance(metadata_type, Points | UtcTime):
        return False
    return None


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            # a batch operation rebuilds a table; with foreign keys on, that would empty the tables that point at it
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=compare_type,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        if engine.dialect.name == "sqlite":
            connection.commit()
            connection.invalidate()  # the next user gets a connection with foreign keys on


run()
