"""Helpers of the tests that walk through all packages: a school with one of everything, browsers, a bank file."""

import pytest

pytest.register_assert_rewrite("tests.road.said", "tests.road.room")
