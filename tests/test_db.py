"""Units of work, column types and public ids, on both databases."""

import time
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from exambank import clock, db
from exambank.accounts.models import Department
from exambank.db import Points, UtcTime, new_public_id, unit_of_work
from exambank.db import db as database


def make_department(code: str) -> Department:
    return Department(code=code, name=code, sort_key=code)


def codes() -> set[str]:
    return set(database.session.execute(select(Department.code)).scalars())


def test_a_unit_of_work_commits_at_its_end(any_app):
    with unit_of_work() as session:
        session.add(make_department("A"))
    database.session.rollback()
    assert codes() == {"A"}


def test_a_failed_unit_of_work_leaves_nothing(any_app):
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        session.add(make_department("A"))
        session.flush()
        raise ZeroDivisionError
    assert codes() == set()


def test_an_inner_unit_of_work_is_undone_with_the_outer_one(any_app):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        with unit_of_work() as session:
            session.add(make_department("inner"))
        raise ZeroDivisionError
    assert codes() == set()


def test_what_is_done_after_the_commit_is_not_done_when_it_fails(any_app):
    done = []
    with pytest.raises(ZeroDivisionError), unit_of_work():
        db.after_commit(lambda: done.append(1))
        raise ZeroDivisionError
    with unit_of_work():
        db.after_commit(lambda: done.append(2))
        assert done == []
    assert done == [2]


def test_changes_outside_a_unit_of_work_are_refused(app):
    database.session.add(make_department("stray"))
    with pytest.raises(RuntimeError, match="outside"), unit_of_work():
        pass
    database.session.rollback()


def test_after_commit_outside_a_unit_of_work_is_refused(app):
    with pytest.raises(RuntimeError):
        db.after_commit(lambda: None)


def test_a_unit_of_work_reads_what_others_committed_before_it_began(any_app):
    with unit_of_work() as session:
        department = make_department("A")
        session.add(department)
    assert department.name == "A"
    with database.engine.begin() as other:
        other.execute(text("UPDATE department SET name = 'changed'"))
    with unit_of_work():
        assert department.name == "changed"


def test_writers_outside_the_server_pause_as_long_as_they_wrote(app):
    db.write_beside_server()
    try:
        start = time.perf_counter()
        for _ in range(3):
            with unit_of_work() as session:
                session.execute(select(1))
        assert time.perf_counter() - start >= 3 * db.WRITE_LIMIT_SECONDS
    finally:
        db.write_beside_server(False)


@given(st.decimals(-1_000_000, 1_000_000, places=4))
def test_points_come_back_exactly(points):
    column = Points()
    assert column.process_result_value(column.process_bind_param(points, None), None) == points


def test_points_with_more_than_four_places_are_refused():
    with pytest.raises(ValueError, match="four"):
        Points().process_bind_param(Decimal("0.00001"), None)


FIRST, LAST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 (the strategy adds the zone)


@given(st.datetimes(FIRST, LAST, timezones=st.just(timezone(timedelta(hours=7)))))
def test_times_come_back_to_the_millisecond_in_utc(moment):
    column = UtcTime()
    back = column.process_result_value(column.process_bind_param(moment, None), None)
    assert back.tzinfo is UTC
    assert timedelta() <= moment - back < timedelta(milliseconds=1)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        UtcTime().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001 (that is what is tested)


def test_public_ids_are_version_7_and_grow_with_time():
    first = new_public_id()
    time.sleep(0.002)
    second = new_public_id()
    assert uuid.UUID(first).version == 7
    assert first < second


def test_the_clock_is_the_databases_and_can_be_shifted(any_app):
    start = clock.now()
    assert abs((start - datetime.now(UTC)).total_seconds()) < 1
    clock.shift(timedelta(hours=3))
    assert timedelta(hours=3) <= clock.now() - start < timedelta(hours=3, seconds=5)
    shown = database.session.execute(text(f"SELECT {clock.now_sql_text(database.engine.dialect.name)}")).scalar_one()
    assert abs(int(shown) - db.to_milliseconds(clock.now())) < 2000


def test_the_writers_of_one_process_queue_before_sqlite_and_a_failed_one_lets_the_next_in(any_app):
    with unit_of_work():
        with unit_of_work():  # joins the outer one
            assert db._turn.locked() is db.is_sqlite()
        assert db._turn.locked() is db.is_sqlite()
    with pytest.raises(ZeroDivisionError), unit_of_work():
        raise ZeroDivisionError
    assert not db._turn.locked()
    with unit_of_work() as session:
        session.add(make_department("A"))
    assert codes() == {"A"}


@pytest.mark.postgresql
def test_plans_are_kept_on_a_direct_connection_and_never_behind_a_pooler(postgresql_app):
    class Pooled:
        """A connection as PgBouncer gives it: the number of its process is made up."""

        prepare_threshold = None

        def __init__(self, direct):
            self.execute, self.info = direct.execute, SimpleNamespace(backend_pid=direct.info.backend_pid + 1)

    with database.engine.connect() as connection:
        direct = connection.connection.dbapi_connection
        assert direct.prepare_threshold == db.PLANNED_BEFORE
        pooled = Pooled(direct)
        db.keep_plans(pooled, 1)
        assert pooled.prepare_threshold is None
