"""The history of a sitting: the values that the hot path skipped, and the hash chain over all of it."""

from sqlalchemy import insert, select, update

from exambank import db
from exambank.sittings import rules
from exambank.sittings.models import Response, ResponseEvent, Sitting


def log_last_values(session, row: Sitting) -> None:
    """Typed text is logged now and then only: what stands now goes into the history in any case.

    Unequal, not earlier: where the clock was set back, the last value that was logged has the later time.
    """
    is_behind = (Response.sitting_id == row.id) & (Response.logged_at != Response.received_at)
    columns = ("sitting_id", "question", "seq", "payload", "received_at")
    present = select(*(getattr(Response, name) for name in columns)).where(is_behind).order_by(Response.question)
    session.execute(insert(ResponseEvent).from_select(columns, present, include_defaults=False))
    session.execute(
        update(Response)
        .where(is_behind)
        .values(logged_at=Response.received_at)
        .execution_options(synchronize_session=False)
    )


def chain_sitting(session, row: Sitting) -> None:
    """Carry the hash chain of a sitting's history up to its last event."""
    plain = links_of(session, row, ResponseEvent.id > row.chained_to)
    if plain or row.chain_head is None:
        row.chain_head = rules.chain(row.chain_head, plain)
        row.chained_to = plain[-1][0] if plain else row.chained_to


def verify_history(sitting: Sitting) -> bool:
    """Whether the history, chained anew from its beginning, gives the head that the receipt shows."""
    plain = links_of(db.db.session, sitting, ResponseEvent.id <= sitting.chained_to)
    return rules.chain(None, plain) == sitting.chain_head


def links_of(session, sitting: Sitting, *which) -> list[tuple]:
    """A sitting's events as the chain takes them: (id, question, seq, payload, received milliseconds), oldest first."""
    columns = (ResponseEvent.id, ResponseEvent.question, ResponseEvent.seq, ResponseEvent.payload)
    events = session.execute(
        select(*columns, ResponseEvent.received_at)
        .where(ResponseEvent.sitting_id == sitting.id, *which)
        .order_by(ResponseEvent.id)
    )
    return [(*link, db.to_milliseconds(received_at)) for *link, received_at in events]
