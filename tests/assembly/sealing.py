"""Holders and sealed sets for tests. Keys are written with a cheap argon2 cost, which stands with each key."""

from exambank import clock
from exambank.assembly import seal as crypto
from exambank.assembly import service
from exambank.assembly.models import HolderKey
from exambank.assembly.service import SealChoice
from exambank.db import new_public_id, unit_of_work
from tests.assembly.factories import make_paper_set
from tests.people import THEN, actor_of

CHEAP = {"memory_kib": 64, "passes": 1, "lanes": 1}


def phrase(user) -> str:
    """The passphrase of this holder in tests."""
    return f"câu bí mật của {user.username}"


def make_holders(*users) -> None:
    """Each of these people gets a key."""
    with unit_of_work() as session:
        for user in users:
            public_id, pair = new_public_id(), crypto.new_pair()
            kept = crypto.protect(pair, phrase(user), public_id, CHEAP)
            session.add(
                HolderKey(
                    public_id=public_id,
                    user_id=user.id,
                    public_key=pair.public,
                    private_key=kept.body,
                    salt=kept.salt,
                    cost=kept.cost,
                    made_at=THEN,
                    rehearsed_at=THEN,
                )
            )


def holders_of(people) -> list:
    """Three people of three offices."""
    return [people.quality, people.leader, people.officer]


def make_sealed_set(people, count: int = 4, mode: str = "holders", **values):
    """A set dealt by the quality office, approved and sealed by the head; fill the bank first."""
    paper_set = make_paper_set(people, count, **values)
    return seal_set(people, paper_set, mode)


def seal_set(people, paper_set, mode: str = "holders", opens_at=None):
    """Approve and seal a set that waits."""
    names = tuple(user.public_id for user in holders_of(people)) if mode == "holders" else ()
    service.approve_papers(
        actor=actor_of(people.head), now=clock.now(), paper_set=paper_set, seal=SealChoice(mode, names, opens_at)
    )
    return paper_set


def turn(paper_set, user, second=None, purpose="open", reason="diễn tập", passphrase=None, now=None):
    """``user`` types the passphrase, ``second`` beside him if given."""
    return service.turn_key(
        actor=actor_of(user), now=now or clock.now(), seal=paper_set.seal, purpose=purpose,
        passphrase=passphrase or phrase(user), reason=reason,
        second=service.Second(second.public_id, phrase(second)) if second else None,
    )  # fmt: skip
