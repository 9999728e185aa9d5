"""Migrations run up and down on both databases, with data in them, and end where the models are."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from exambank import create_app
from exambank.analysis.models import AnalysisCandidate, AnalysisRun
from exambank.assembly.rules import CellSpec
from exambank.db import Base, db, unit_of_work
from exambank.sittings.models import Sitting
from tests.analysis.factories import make_sat_exam
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint
from tests.conftest import TEST_CONFIG
from tests.people import THEN, People


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_app(request, instance):
    """An application on a database without any table."""
    config, server = dict(TEST_CONFIG), None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        config["DATABASE_URL"] = server.create("migrated")
    app = create_app(config)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server:
        server.drop("migrated")


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def differences() -> list:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return compare_metadata(context, Base.metadata)


def count(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()


def test_there_is_one_head(empty_app):
    assert len(scripts().get_heads()) == 1


def test_migrations_end_where_the_models_are(empty_app):
    flask_migrate.upgrade()
    assert differences() == []


def test_every_step_runs_down_and_up_again_with_data_in_it(empty_app):
    flask_migrate.upgrade()
    People.build()
    people = count("user")
    revisions = [script.revision for script in scripts().walk_revisions()]
    for _revision in revisions[:-1]:
        db.session.remove()
        flask_migrate.downgrade(revision="-1")
        flask_migrate.upgrade(revision="+1")
        flask_migrate.downgrade(revision="-1")
    flask_migrate.upgrade()
    assert count("user") == people
    assert differences() == []


def test_the_bank_keeps_what_it_knows_of_its_items_when_the_second_migration_is_undone_and_done_again(empty_app):
    flask_migrate.upgrade()
    people = People.build()
    ids = fill_bank(people, 12)
    make_approved_set(people, count=2, blueprint=make_blueprint(people, cells=[CellSpec(count=3)]))
    items = "SELECT id, state, accepted_at, use_count, last_used_at FROM item ORDER BY id"
    hashes = "SELECT decision, content_hash FROM review ORDER BY id"
    before = rows(items), rows(hashes)
    assert {row.use_count for row in before[0]} > {0}
    suspend(ids[0])
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    assert [row.state for row in rows("SELECT state FROM item ORDER BY id")] == ["retired"] + ["accepted"] * 11
    flask_migrate.upgrade()
    assert (rows(items)[1:], rows(hashes)) == (before[0][1:], before[1])


def test_undoing_the_seventh_migration_forgets_genders_and_nothing_else(empty_app):
    flask_migrate.upgrade()
    people = People.build()
    make_candidate_on_scale(people)
    set_gender(people.learner.id, "female")
    with pytest.raises(IntegrityError, match="gender_known"):
        set_gender(people.learner.id, "f")
    persons = 'SELECT id, username, full_name, birth_date, created_at FROM "user" ORDER BY id'
    candidates = "SELECT run_id, sitting_id, theta, se, advised_mark FROM analysis_candidate"
    before = rows(persons), rows(candidates)
    assert len(before[1]) == 1
    db.session.remove()
    flask_migrate.downgrade(revision="0006")
    assert not {"gender", "advised_se"} & {*columns("user"), *columns("analysis_candidate")}
    assert (rows(persons), rows(candidates)) == before
    flask_migrate.upgrade()
    assert (rows(persons), rows(candidates)) == before
    assert rows('SELECT DISTINCT gender FROM "user"') == [(None,)]
    assert rows("SELECT advised_se FROM analysis_candidate") == [(None,)]
    grants = inspect(db.engine).get_foreign_keys("role_grant")
    assert {key["referred_table"] for key in grants} == {"user", "department"}


def make_candidate_on_scale(people: People) -> None:
    exam = make_sat_exam(people, candidates=1, items=2)
    sitting = db.session.scalars(select(Sitting).where(Sitting.exam_id == exam.id)).one()
    with unit_of_work() as session:
        run = AnalysisRun(
            exam_id=exam.id, state="finished", formulas="6", data_hash="0" * 64, n=1, summary={}, finished_at=THEN
        )
        run.candidates = [
            AnalysisCandidate(
                sitting_id=sitting.id, raw_share=0.5, theta=0.25, se=0.5, advised_share=0.625, advised_mark=6.25
            )
        ]
        session.add(run)


def set_gender(user_id: int, gender: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text('UPDATE "user" SET gender = :gender WHERE id = :id'), {"gender": gender, "id": user_id})


def columns(table: str) -> list[str]:
    return [column["name"] for column in inspect(db.engine).get_columns(table)]


def rows(query: str) -> list:
    with db.engine.connect() as connection:
        return connection.execute(text(query)).all()


def suspend(item_id: int) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE item SET state = 'suspended' WHERE id = :id"), {"id": item_id})


def test_the_first_migration_can_be_undone(empty_app):
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
