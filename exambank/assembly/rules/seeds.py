"""PURE. From words to the number that a generator is seeded with."""

import hashlib
from typing import Any


def seed_number(*parts: Any) -> int:
    """The number that belongs to these words: the same on every machine."""
    return int.from_bytes(hashlib.sha256("/".join(str(part) for part in parts).encode()).digest(), "big")
