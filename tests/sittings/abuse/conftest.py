"""One room for all cases: open, two candidates, an invigilator, one candidate at work."""

import pytest

from tests.people import actor_of
from tests.sittings.factories import Candidate


@pytest.fixture
def invigilator(exam, people):
    return actor_of(people.invigilator)


@pytest.fixture
def officer(exam, people):
    return actor_of(people.officer)


@pytest.fixture
def at_work(candidate):
    """The first learner's browser, entered."""
    return candidate.entered()


@pytest.fixture
def neighbour(exam, people, sign_in):
    """The second learner's browser, at the door."""
    return Candidate(sign_in(people.second_learner), exam, people.second_learner)
