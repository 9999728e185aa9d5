"""Random numbers that can be drawn again before witnesses."""

import random
from typing import Any

from exambank.assembly import rules


def generator(*parts: Any) -> random.Random:
    """The random numbers that belong to these words: the same words give the same numbers on every machine."""
    return random.Random(rules.seed_number(*parts))
