"""Housekeeping runs with the worker's periodic round."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from exambank import clock, jobs
from exambank.accounts.models import SignInThrottle
from exambank.db import db
from exambank.errors import InvalidInput
from tests.accounts.factories import try_sign_in


def test_old_failures_are_forgotten_by_the_periodic_round(app):
    with pytest.raises(InvalidInput):
        try_sign_in("ai", "sai")
    clock.shift(timedelta(days=3))
    jobs.run_periodic()
    assert db.session.execute(select(SignInThrottle)).first() is None
