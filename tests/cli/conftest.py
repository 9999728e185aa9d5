"""A prepared school as the command line finds it: schema by name, a filled database, the room's machinery closed after."""

import flask_migrate
import pytest
from flask import current_app

from exambank.sittings import store
from tests.sittings.factories import Candidate, make_room


@pytest.fixture
def stamped(any_app):
    """The test's database says which schema it has, as one made by migrations does."""
    flask_migrate.stamp()
    return any_app


@pytest.fixture
def exam(stamped, people):
    """An exam that has just begun in a filled school."""
    yield make_room(people)
    store.close_store(current_app._get_current_object())


@pytest.fixture
def candidate(exam, people, sign_in):
    """The first learner's browser, at the door."""
    return Candidate(sign_in(people.learner), exam, people.learner)


@pytest.fixture
def cheap_seal(monkeypatch):
    """The cost of argon2id is its purpose, and not what is tested here."""
    monkeypatch.setattr("exambank.cli.sealed._COST", {"memory_kib": 64, "passes": 1, "lanes": 1})
