"""Writers outside the server keep the room's saves quick: short transactions, pauses, and the saver first in line.

Nothing here looks at a clock. Both processes write into one table, so that its row numbers are the order of commits:
it tells how many of the other's transactions a save had to let pass.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from exambank.db import db
from exambank.sittings.store.sqlite import SqliteStore
from tests.cli.processes import _environment, wait_until

OTHER = """
import time

from sqlalchemy import text

from exambank import create_app
from exambank.db import unit_of_work, write_beside_server

app = create_app({"SECRET_KEY": "x"})
with app.app_context():
    write_beside_server()
    for _act in range(60):
        with unit_of_work() as session:
            session.execute(text("INSERT INTO turn (who) VALUES ('other')"))
            time.sleep(0.015)
"""
ACTS = 60


@pytest.fixture
def turns(app, instance):
    """The table of turns."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("CREATE TABLE turn (id INTEGER PRIMARY KEY, who TEXT)")
    db.session.remove()
    return instance / "exambank.sqlite"


def test_a_save_lets_pass_the_transaction_in_hand_and_hardly_another(turns, instance):
    store = SqliteStore(f"sqlite:///{turns}")
    process = subprocess.Popen([sys.executable, "-c", OTHER], env=_environment(instance, {}))
    waited = []
    try:
        with closing(sqlite3.connect(turns, isolation_level=None)) as reader:
            wait_until(lambda: count(reader) > 0)
            while process.poll() is None:
                before = count(reader)
                waited.append(store.perform(save) - before)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
        store.close()
    waited.sort()
    assert len(waited) > ACTS  # the saver had more turns than the one who pauses
    assert waited[len(waited) * 9 // 10] <= 1
    assert waited[-1] <= 3  # never behind a row of the other's


def count(connection) -> int:
    return connection.execute("SELECT count(*) FROM turn WHERE who = 'other'").fetchone()[0]


def save(run) -> int:
    run("INSERT INTO turn (who) VALUES ('save')", {})
    return run("SELECT count(*) FROM turn WHERE who = 'other'", {})[0][0]
