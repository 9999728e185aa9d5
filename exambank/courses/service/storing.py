"""Small steps that every command here takes: find or refuse, add or say that the name is taken."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exambank.db import db
from exambank.errors import InvalidInput, NotFound


def get_by_public_id(table: type, public_id: str) -> Any:
    row = find_by(table, public_id=public_id) if "\0" not in public_id else None  # PostgreSQL takes no NUL
    if row is None:
        raise NotFound()
    return row


def find_by(table: type, **values: Any) -> Any:
    return db.session.execute(select(table).filter_by(**values)).scalar_one_or_none()


def flush_unique(session: Session, message: str, field: str) -> None:
    """The database knows whether a code or name is taken, also when two people type it at once."""
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidInput(message, field=field) from error


def required(value: str, field: str, longest: int = 300) -> str:
    """A text that must be there and fit its column."""
    value = (value or "").strip()
    if not value:
        raise InvalidInput(_("This must not be empty."), field=field)
    if len(value) > longest:
        raise InvalidInput(_("This is too long: at most %(count)s characters.", count=longest), field=field)
    return value


def move(rows: list, row: Any, step: int) -> None:
    """Put ``row`` one place up (-1) or down (+1) and number all anew; at the end it stays."""
    at = next(index for index, known in enumerate(rows) if known.id == row.id)
    rows.insert(min(max(at + step, 0), len(rows) - 1), rows.pop(at))
    for position, known in enumerate(rows, start=1):
        known.position = position
