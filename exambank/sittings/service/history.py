"""The history of a sitting: the values that the hot path skipped, and the hash chain over all of it."""

import functools

from sqlalchemy import Insert, Select, Update, bindparam, select

from exambank import db
from exambank.sittings import rules
from exambank.sittings.models import Response, ResponseEvent, Sitting

LAST = 2**63 - 1  # no event's number is greater


def log_last_values(session, row: Sitting) -> None:
    """Typed text is logged now and then only: what stands now goes into the history in any case.

    Unequal, not earlier: where the clock was set back, the last value that was logged has the later time.
    """
    for statement in _log_what_is_behind():
        session.execute(statement, {"sitting": row.id})


@functools.cache  # every entry and every close: making the statements takes longer than running them
def _log_what_is_behind() -> tuple[Insert, Update]:
    stored, events = Response.__table__, ResponseEvent.__table__
    is_behind = (stored.c.sitting_id == bindparam("sitting")) & (stored.c.logged_at != stored.c.received_at)
    columns = ("sitting_id", "question", "seq", "payload", "received_at")
    present = select(*(stored.c[name] for name in columns)).where(is_behind).order_by(stored.c.question)
    return (
        events.insert().from_select(columns, present, include_defaults=False),
        stored.update().where(is_behind).values(logged_at=stored.c.received_at),
    )


def chain_sitting(session, row: Sitting) -> None:
    """Carry the hash chain of a sitting's history up to its last event."""
    plain = links_of(session, row, after=row.chained_to)
    if plain or row.chain_head is None:
        row.chain_head = rules.chain(row.chain_head, plain)
        row.chained_to = plain[-1][0] if plain else row.chained_to


def verify_history(sitting: Sitting) -> bool:
    """Whether the history, chained anew from its beginning, gives the head that the receipt shows."""
    plain = links_of(db.db.session, sitting, until=sitting.chained_to)
    return rules.chain(None, plain) == sitting.chain_head


def links_of(session, sitting: Sitting, after: int = 0, until: int = LAST) -> list[tuple]:
    """A sitting's events as the chain takes them: (id, question, seq, payload, received milliseconds), oldest first."""
    events = session.execute(_links(), {"sitting_id": sitting.id, "after": after, "until": until})
    return [(*link, db.to_milliseconds(received_at)) for *link, received_at in events]


@functools.cache
def _links() -> Select:
    columns = (ResponseEvent.id, ResponseEvent.question, ResponseEvent.seq, ResponseEvent.payload)
    return (
        select(*columns, ResponseEvent.received_at)
        .where(
            ResponseEvent.sitting_id == bindparam("sitting_id"),
            ResponseEvent.id > bindparam("after"), ResponseEvent.id <= bindparam("until"),
        )
        .order_by(ResponseEvent.id)
    )  # fmt: skip
