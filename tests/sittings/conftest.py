"""The room of these tests, and its candidates."""

import pytest
from flask import current_app

from exambank.sittings import store
from tests.sittings.factories import Candidate, make_room


@pytest.fixture
def exam(people, room_closer):
    """The class's exam, open; one question an item, ten of them."""
    return make_room(people)


@pytest.fixture
def room_closer(people):
    """Close the writer or the pool when a test is over."""
    yield
    store.close_store(current_app._get_current_object())


@pytest.fixture
def candidate(exam, people, sign_in):
    """The first learner's browser, at the door."""
    return Candidate(sign_in(people.learner), exam, people.learner)


@pytest.fixture
def second_machine(exam, people, sign_in):
    """Another browser of the same learner."""
    return lambda: Candidate(sign_in(people.learner), exam, people.learner)
