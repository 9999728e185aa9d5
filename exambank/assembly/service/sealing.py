"""Sealing: at approval the content is closed under a new key that the desk does not have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from exambank.assembly import rules
from exambank.assembly import seal as crypto
from exambank.assembly.models import HolderKey, PaperSeal, PaperSet, SealHolder, SealShare
from exambank.assembly.seal import Context, Shares
from exambank.assembly.service.content import Body, SetContent, closed, wrap
from exambank.assembly.service.holders import list_possible_holders
from exambank.errors import InvalidInput


@dataclass(frozen=True)
class SealChoice:
    """What the approving person chose. ``mode``: "holders" (``holders``: public ids of people), "clock" or "none".

    ``opens_at``: when no exam tells the time yet; an exam that uses the set sets it anew.
    """

    mode: str = "none"
    holders: tuple[str, ...] = ()
    opens_at: datetime | None = None


@dataclass(frozen=True)
class Closed:
    """A sealed content, ready to be written: computed before the transaction, so that it stays short."""

    mode: str
    key: bytes
    body: Body
    stored_body: bytes
    server_wrap: bytes | None = None
    shares: Shares | None = None
    holders: tuple[HolderKey, ...] = ()
    opens_at: datetime | None = None


def close_content(paper_set: PaperSet, content: SetContent, choice: SealChoice) -> Closed:
    """Close ``content`` as chosen, under a new key and a new pair. InvalidInput when the holders will not do."""
    if choice.mode not in rules.SEAL_MODES:
        raise InvalidInput(_("Choose how these papers are sealed."), field="mode")
    holders = _chosen(paper_set, choice.holders) if choice.mode == "holders" else ()
    key, body, owner = crypto.new_key(), Body(content, crypto.new_pair()), paper_set.public_id
    return Closed(
        choice.mode,
        key,
        body,
        closed(owner, choice.mode, key, body),
        wrap(key, owner, "clock") if choice.mode == "clock" else None,
        crypto.share_among(key, [one.public_key for one in holders], share_context(owner)) if holders else None,
        holders,
        choice.opens_at,
    )


def share_context(owner: str) -> Context:
    """What a share is: the key of this set, for two holders."""
    return Context(owner, "key", "holders")


def _chosen(paper_set: PaperSet, wanted: Sequence[str]) -> tuple[HolderKey, ...]:
    possible = {one.user.public_id: one.key for one in list_possible_holders(paper_set)}
    chosen = tuple(dict.fromkeys(wanted))
    if any(one not in possible for one in chosen):
        raise InvalidInput(_("One of those named cannot hold these papers any more. Choose again."), field="holders")
    if not crypto.FEWEST_HOLDERS <= len(chosen) <= crypto.MOST_HOLDERS:
        raise InvalidInput(
            _(
                "Name from %(least)s to %(most)s holders: any two of them open, so one may fall ill.",
                least=crypto.FEWEST_HOLDERS,
                most=crypto.MOST_HOLDERS,
            ),
            field="holders",
        )
    return tuple(possible[one] for one in chosen)


def write_seal(session, paper_set: PaperSet, made: Closed, *, sealed_by_id: int | None, now: datetime) -> PaperSeal:
    """Put the closed content in the place of what stood at the desk; inside the caller's unit of work."""
    stored = paper_set.seal or PaperSeal(paper_set=paper_set)
    stored.mode, stored.body, stored.public_key = made.mode, made.stored_body, made.body.pair.public
    stored.server_wrap = made.server_wrap
    stored.ephemeral = made.shares.ephemeral if made.shares else None
    stored.sealed_by_id, stored.sealed_at, stored.opens_at = sealed_by_id, now, made.opens_at
    stored.holders = [SealHolder(holder_key_id=key.id, position=at) for at, key in enumerate(made.holders, start=1)]
    stored.shares = [
        SealShare(first=one.first, second=one.second, body=one.body)
        for one in (made.shares.shares if made.shares else ())
    ]
    session.add(stored)
    session.flush()
    for paper in paper_set.papers:  # a set of the time before seals stood plain while it waited
        paper.layout = []
    paper_set.seed = None
    return stored
