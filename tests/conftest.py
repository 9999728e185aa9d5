"""Fixtures shared by all tests: a real database each (a copied template), an application, signed-in clients."""

import os
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from werkzeug.routing import Rule

from exambank import clock, create_app
from exambank.db import db
from tests import postgres
from tests.people import People
from tests.shared_app import SharedApp

# The same examples every time and no clock: a busy machine must not decide. HYPOTHESIS_PROFILE=long searches further.
# Hypothesis also draws constants that stand in our modules, which would give other examples with every change elsewhere
# and with every order of import; the long search keeps them.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
HYPOTHESIS_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "steady")
settings.load_profile(HYPOTHESIS_PROFILE)
if HYPOTHESIS_PROFILE == "steady":
    providers.is_local_module_file = lambda _path: False

TEST_CONFIG = {
    "TESTING": True,
    "SECRET_KEY": "only for tests",
    "WTF_CSRF_ENABLED": False,
    "NUDGE_WORKER": False,
    "READ_FILES_APART": False,
    "RUN_SWEEPER": False,
    "SERVER_NAME": None,
}


@pytest.fixture(scope="session", autouse=True)
def _routes_compiled_once():
    """Werkzeug makes two functions a route for every application (100 ms); they are the same in all of ours."""
    compiled, compile_builder = {}, Rule._compile_builder

    def known(rule, append_unknown=True):
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", known)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """An SQLite file with the schema in it; each test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    app = _app_in(folder)
    with app.app_context():
        db.create_all()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return folder / "exambank.sqlite"


def _app_in(folder: Path, **config):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(folder))
        return create_app({**TEST_CONFIG, **config})


@pytest.fixture
def instance(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setenv("EXAMBANK_INSTANCE", str(folder))
    return folder


@pytest.fixture(scope="session")
def furnished():
    """Assembles an application once a run and hands it out anew for each test; see tests/shared_app.py."""
    return SharedApp(TEST_CONFIG)


@pytest.fixture
def app(instance, sqlite_template, furnished):
    """The application on SQLite, inside an application context."""
    shutil.copy(sqlite_template, instance / "exambank.sqlite")
    yield from _running(furnished.app_in(instance))


@pytest.fixture(scope="session")
def postgresql_server():
    with postgres.running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server, tmp_path_factory):
    name = f"template_{uuid.uuid4().hex[:8]}"
    url = postgresql_server.create(name)
    app = _app_in(tmp_path_factory.mktemp("postgresql"), DATABASE_URL=url)
    with app.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    return name


@pytest.fixture
def postgresql_url(postgresql_server, postgresql_template):
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgresql_server.create(name, template=postgresql_template)
    postgresql_server.drop(name)


@pytest.fixture
def postgresql_app(instance, postgresql_url, furnished):
    yield from _running(furnished.app_in(instance, DATABASE_URL=postgresql_url))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_app(request):
    """The same test on both databases."""
    return request.getfixturevalue("app" if request.param == "sqlite" else "postgresql_app")


class _Browser(FlaskClient):
    """The fixtures hold an application context open, whose ``g`` each request would share: every request starts clean."""

    def open(self, *args, **kwargs):
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


def _running(app):
    app.test_client_class = _Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def _straight_clock():
    yield
    clock.shift(timedelta())


@pytest.fixture
def people(request) -> People:
    """A small school's people and things: lecturer Nguyệt, head Huy, officer Lan, ... (see tests/people.py)."""
    if "any_app" in request.fixturenames:
        request.getfixturevalue("any_app")
    else:
        request.getfixturevalue("postgresql_app" if "postgresql_app" in request.fixturenames else "app")
    return People.build()


@pytest.fixture
def sign_in(people):
    """A client signed in as a person: ``sign_in(people.lecturer).get("/...")``."""

    def signed_in(user):
        client = current_app._get_current_object().test_client()
        with client.session_transaction() as session:
            session["user_id"], session["version"] = user.id, user.session_version
        return client

    return signed_in
