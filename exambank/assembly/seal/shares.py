"""PURE. One key for any two of several holders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from exambank.assembly.seal.boxes import Context, WrongKey, close_box, open_box, subkey
from exambank.assembly.seal.pairs import agree, new_pair

FEWEST_HOLDERS, MOST_HOLDERS = 3, 9
"""Three, so that one may fall ill; nine make 36 shares, more than any school has named."""


@dataclass(frozen=True)
class Share:
    """The key, closed for the holders at these positions (from 1, first < second) together."""

    first: int
    second: int
    body: bytes


@dataclass(frozen=True)
class Shares:
    """All shares of a key; ``ephemeral`` is the public half that each holder's half is agreed with."""

    ephemeral: bytes
    shares: tuple[Share, ...]


def share_among(key: bytes, holders: Sequence[bytes], context: Context) -> Shares:
    """Close ``key`` for every two of ``holders`` (their public keys, position 1 first).

    The ephemeral private half lives in this call only: afterwards a half can be made by its holder alone.
    """
    if not FEWEST_HOLDERS <= len(holders) <= MOST_HOLDERS or len(set(holders)) < len(holders):
        raise ValueError(f"from {FEWEST_HOLDERS} to {MOST_HOLDERS} different holders, not {len(holders)}")
    once = new_pair()
    halves = {position: agree(once.private, public) for position, public in enumerate(holders, start=1)}
    return Shares(
        once.public,
        tuple(
            Share(first, second, close_box(_joint(halves, first, second, once.public, context), key, context))
            for first, second in combinations(halves, 2)
        ),
    )


def open_together(shares: Shares, halves: Mapping[int, bytes], context: Context) -> bytes:
    """The key, from the halves of two holders by position, each ``agree(own private key, shares.ephemeral)``.

    WrongKey when a half is not this position's, or there is no share for the two.
    """
    if len(halves) != 2:
        raise WrongKey()
    first, second = sorted(halves)
    share = next((one for one in shares.shares if (one.first, one.second) == (first, second)), None)
    if share is None:
        raise WrongKey()
    return open_box(_joint(halves, first, second, shares.ephemeral, context), share.body, context)


def _joint(halves: Mapping[int, bytes], first: int, second: int, ephemeral: bytes, context: Context) -> bytes:
    places = f"{first},{second}".encode()
    return subkey(halves[first] + halves[second], b"two holders", context.as_bytes(), places, ephemeral)
