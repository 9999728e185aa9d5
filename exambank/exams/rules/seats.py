"""PURE. Places in a room: by candidate number, or by a lot that anybody can draw again from its seed."""

import re
from collections.abc import Sequence
from hashlib import sha256

SEAT_LENGTH = 12


def seats_in_order(count: int) -> list[str]:
    """The places 1 to ``count``, padded so that they sort: "01", "02", ... ("001" from a hundred on)."""
    width = max(2, len(str(count)))
    return [f"{at:0{width}d}" for at in range(1, count + 1)]


def seats_by_lot(candidates: Sequence[str], seed: str) -> dict[str, str]:
    """Candidate -> place. ``candidates``: their public ids; their order does not matter.

    Everybody gets the SHA-256 of "seed:id"; the places go by the order of these. Whoever knows the seed can check it
    with any tool, without our program.
    """
    drawn = sorted(candidates, key=lambda one: sha256(f"{seed}:{one}".encode()).hexdigest())
    return dict(zip(drawn, seats_in_order(len(drawn)), strict=True))


def is_seat(text: str) -> bool:
    """A place is short and plain: letters, digits, hyphen, such as "07" or "B-12"."""
    return re.fullmatch(r"[0-9A-Za-z-]{1,12}", text) is not None
