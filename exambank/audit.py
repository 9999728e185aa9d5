"""The audit chain: one record a command, written as the last statement before COMMIT, each bound to the one before.

The chain covers ids, verb, time and H(salt || details). The details and their salt are a row of their own, so that
personal data can be erased later and the chain still verifies. Heads are printed in minutes, result lists and backup
manifests; ``verify`` compares them with the chain, and so finds a chain that was altered, cut or written anew.
"""

import functools
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Insert, LargeBinary, Select, String, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from exambank import clock
from exambank.db import Base, PrimaryKey, before_commit, db, is_sqlite, to_milliseconds
from exambank.permissions import Actor

_GENESIS = "0" * 64
_LOCK_NUMBER = 7_263_001  # PostgreSQL advisory lock of the chain: one writer at a time, until its commit


class AuditEvent(Base):
    __tablename__ = "audit_event"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(36), index=True)
    verb: Mapped[str] = mapped_column(String(80), index=True)
    thing: Mapped[str] = mapped_column(String(120), index=True)
    details_hash: Mapped[str] = mapped_column(String(64))
    chain_hash: Mapped[str] = mapped_column(String(64))


class AuditDetail(Base):
    __tablename__ = "audit_detail"

    id: Mapped[PrimaryKey]
    number: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_event.number"), unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    details: Mapped[str] = mapped_column(String)


@dataclass(frozen=True)
class Head:
    """Where the chain stands: what minutes and manifests print."""

    number: int
    chain_hash: str

    @property
    def short(self) -> str:
        return f"{self.number}-{self.chain_hash[:12]}"


def record(actor: Actor, verb: str, thing: Any, **details: Any) -> None:
    """Put this act into the chain when the unit of work commits.

    ``verb`` like "item.accepted"; ``thing`` is a row with a ``public_id`` (its table name is kept too) or a text.
    ``details`` must be plain data; what is personal belongs there and nowhere else.
    """
    before_commit(lambda session: _append(session, actor.public_id, verb, _name(thing), details))


def _name(thing: Any) -> str:
    public_id = getattr(thing, "public_id", None)
    return f"{thing.__tablename__}:{public_id}" if public_id else str(thing)


def _append(session: Session, actor: str, verb: str, thing: str, details: dict) -> None:
    if not is_sqlite():
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK_NUMBER})
    session.flush()
    last, at = _head_and_time(session)
    salt, body = os.urandom(16), canonical(details)
    event = {
        "number": last.number + 1, "at": at, "actor": actor, "verb": verb, "thing": thing,
        "details_hash": hashlib.sha256(salt + body.encode()).hexdigest(),
    }  # fmt: skip
    # plain inserts: two rows that nobody looks at again in this unit of work are not worth the ORM's bookkeeping
    connection = session.connection()
    chain_hash = _link(last.chain_hash, AuditEvent(**event))
    into_events, into_details = _inserts()
    connection.execute(into_events, {**event, "chain_hash": chain_hash})
    connection.execute(into_details, {"number": event["number"], "salt": salt, "details": body})


def _head_and_time(session: Session) -> tuple["Head", datetime]:
    """The last link and the present moment, by one question; a chain that begins now asks for the time apart."""
    row = session.execute(_newest()).first()
    return (Head(row.number, row.chain_hash), row.now) if row else (Head(0, _GENESIS), clock.now())


# made once: every command asks these, and making a statement takes longer than running it
@functools.cache
def _newest() -> Select:
    columns = (AuditEvent.number, AuditEvent.chain_hash, clock.now_sql().label("now"))
    return select(*columns).order_by(AuditEvent.number.desc()).limit(1)


@functools.cache
def _inserts() -> tuple[Insert, Insert]:
    return AuditEvent.__table__.insert(), AuditDetail.__table__.insert()


@functools.cache
def _of_thing() -> Select:
    query = select(AuditEvent).where(AuditEvent.thing == bindparam("thing"))
    return query.order_by(AuditEvent.number.desc()).limit(bindparam("limit"))


def canonical(value: Any) -> str:
    """One text for one value, whatever the order of its keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _link(previous: str, event: AuditEvent) -> str:
    body = canonical(
        [
            previous,
            event.number,
            to_milliseconds(event.at),
            event.actor,
            event.verb,
            event.thing,
            event.details_hash,
        ]
    )
    return hashlib.sha256(body.encode()).hexdigest()


def head() -> Head:
    """Where the chain stands now."""
    return _head_and_time(db.session())[0]


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found: ``problems`` is empty when the chain is whole."""

    length: int
    head: Head
    problems: tuple[str, ...]


def verify(anchors: tuple[Head, ...] = ()) -> Verdict:
    """Walk the whole chain; ``anchors`` are heads noted outside (minutes, backup manifests)."""
    problems: list[str] = []
    wanted = {anchor.number: anchor.chain_hash for anchor in anchors if anchor.number}
    details = {row.number: row for row in db.session.execute(select(AuditDetail)).scalars()}
    previous, expected = _GENESIS, 1
    for event in db.session.execute(select(AuditEvent).order_by(AuditEvent.number)).scalars():
        if event.number != expected:
            problems.append(f"record {expected} is missing")
        if _link(previous, event) != event.chain_hash:
            problems.append(f"record {event.number} was altered")
        if event.number in wanted and not event.chain_hash.startswith(wanted.pop(event.number)):
            problems.append(f"record {event.number} differs from the head noted outside: the chain was written anew")
        problems += _check_details(event, details.get(event.number))
        previous, expected = event.chain_hash, event.number + 1
    problems += [f"record {number} was noted outside and is not in the chain: it was cut" for number in wanted]
    return Verdict(expected - 1, Head(expected - 1, previous), tuple(problems))


def _check_details(event: AuditEvent, detail: AuditDetail | None) -> list[str]:
    """Erased details (the row is gone) are lawful; altered ones are not."""
    if detail is None:
        return []
    found = hashlib.sha256(detail.salt + detail.details.encode()).hexdigest()
    return [] if found == event.details_hash else [f"the details of record {event.number} were altered"]


def list_for(thing: Any, limit: int = 100) -> list[AuditEvent]:
    """The records about a thing, the newest first."""
    return list(db.session.execute(_of_thing(), {"thing": _name(thing), "limit": limit}).scalars())
