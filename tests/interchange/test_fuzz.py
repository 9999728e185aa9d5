"""A small seeded share of ``bench.fuzz``: no broken file of any format brings a reader down."""

import random
from functools import cache

import pytest

from bench.fuzz import seeds, try_one
from bench.mutants import mutant

PARTS, EACH = 8, 25


@cache
def known_seeds():
    return seeds(None)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_broken_file_is_read_or_refused_with_a_reason(app, part):
    known = known_seeds()
    for number in range(part * EACH, (part + 1) * EACH):
        name, body = known[number % len(known)]
        assert try_one(name, mutant(body, random.Random(f"test-{number}")))
