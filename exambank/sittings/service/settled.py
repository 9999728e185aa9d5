"""What the gate asks at every request and the office may mend while a room waits: read anew every ten seconds."""

import time
from collections.abc import Callable
from typing import Any

from flask import current_app

LIFE_SECONDS = 10
KEY = "exambank_sittings_settled"
_LIMIT = 5_000


def recent(name: tuple, read: Callable[[], Any]) -> Any:
    """What ``read`` gave under this name, at most ten seconds ago."""
    known: dict[tuple, tuple[float, Any]] = current_app.extensions.setdefault(KEY, {})
    found = known.get(name)
    if found is None or time.monotonic() - found[0] >= LIFE_SECONDS:
        if len(known) > _LIMIT:
            known.clear()
        found = known[name] = time.monotonic(), read()
    return found[1]
