"""The audit chain as a page shows it: records by verb or thing, with names, newest first."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, func, select

from exambank.accounts.models import User
from exambank.audit import AuditDetail, AuditEvent
from exambank.db import db

PER_PAGE = 50
DETAIL_LENGTH = 300
PAGES_MOST = 100_000


@dataclass(frozen=True)
class Record:
    """One line of the chain. ``details`` is None when they were erased."""

    number: int
    at: datetime
    who: str | None  # None: the system
    verb: str
    thing: str
    details: list[tuple[str, str]] | None


class RecordPage(Pagination):
    """One page of the chain, counted by its own statement."""

    def _query_items(self) -> list[Record]:
        query = (
            select(AuditEvent, AuditDetail.details, User.full_name)
            .outerjoin(AuditDetail, AuditDetail.number == AuditEvent.number)
            .outerjoin(User, User.public_id == AuditEvent.actor)
            .where(*self._query_args["conditions"])
            .order_by(AuditEvent.number.desc())
            .limit(self.per_page)
            .offset(self._query_offset)
        )
        return [_record(*row) for row in db.session.execute(query)]

    def _query_count(self) -> int:
        query = select(func.count()).select_from(AuditEvent).where(*self._query_args["conditions"])
        return db.session.execute(query).scalar_one()


def _record(event: AuditEvent, details: str | None, name: str | None) -> Record:
    pairs = None if details is None else [(key, _shown(value)) for key, value in json.loads(details).items()]
    return Record(event.number, event.at, name, event.verb, event.thing, pairs)


def _shown(value) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= DETAIL_LENGTH else f"{text[:DETAIL_LENGTH]}…"


def list_records(*, verb: str = "", thing: str = "", page: int = 1) -> RecordPage:
    """A page of the chain; ``thing`` is the beginning of a kind of thing, or contains an id."""
    return RecordPage(
        conditions=_conditions(verb, thing), page=min(max(page, 1), PAGES_MOST), per_page=PER_PAGE, error_out=False
    )


def _conditions(verb: str, thing: str) -> list[ColumnElement[bool]]:
    found = []
    if verb:
        found.append(AuditEvent.verb == verb)
    if thing:
        found.append(AuditEvent.thing.contains(thing, autoescape=True))
    return found


def list_verbs() -> list[str]:
    """The verbs that occur."""
    return list(db.session.execute(select(AuditEvent.verb).distinct().order_by(AuditEvent.verb)).scalars())
