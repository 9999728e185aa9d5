"""What is being typed: kept for whoever types, told to whoever edits the same item. No act, so no audit record.

A saved item takes its buffer away by emptying it: a late message of the same page (sent while it was closing) meets the
empty row and changes nothing. Such rows, and what nobody came back to, are pruned after a month.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from exambank import text
from exambank.accounts.models import User
from exambank.audit import AuditEvent
from exambank.bank.models import EditBuffer, Item, ItemVersion
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Actor

MOST_LETTERS = 200_000
MOST_FIELDS = 1_000
MOST_BUFFERS = 60  # of one person, over all banks: the oldest gives way
TYPING_NOW = timedelta(minutes=2)
KEPT = timedelta(days=30)
_NOT_KEPT = {"csrf_token", "go", "buffer"}
_PUBLIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Overtaken:
    """Somebody saved the item after the edit began: who and when (None when the record does not tell)."""

    version: ItemVersion
    who: str | None
    at: datetime | None


def keep_buffer(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    fields: Fields,
    item: Item | None = None,
    public_id: str | None = None,
    base: str = "",
    revision: int = 0,
) -> EditBuffer:
    """Keep a form as it stands; the buffer of this person and item, or of the new item called ``public_id``."""
    form = _tidy(fields)
    if item is None and not (public_id and _PUBLIC_ID.fullmatch(public_id)):
        raise InvalidInput(_("This page has no number of its own. Reload it; what you typed is still in it."))
    base = _clean(base)[:36]
    given = {"actor": actor, "now": now, "course_module": course_module, "item": item, "public_id": public_id}
    try:
        return _keep(form, base, revision, **given)
    except IntegrityError:  # two tabs of one person began at the same moment: the row is there now
        return _keep(form, base, revision, **given)


def _keep(form: list, base: str, revision: int, *, actor: Actor, now: datetime, course_module, item, public_id):
    with unit_of_work() as session:
        buffer = session.scalar(_query(actor, item, public_id))
        if buffer is None:
            buffer = EditBuffer(user_id=actor.user_id, course_module_id=course_module.id, form=form, saved_at=now)
            if item is None:
                _refuse_a_taken_id(session, public_id)
                buffer.public_id = public_id
            else:
                buffer.item_id = item.id
            _make_room(session, actor)
            session.add(buffer)
        elif _was_saved(buffer, item, base, revision):
            return buffer
        buffer.form, buffer.base, buffer.revision, buffer.saved_at = form, base, revision, now
    return buffer


def _make_room(session, actor: Actor) -> None:
    """So that a page that went wrong, or somebody who means it, does not fill the disk."""
    mine = select(EditBuffer.id).where(EditBuffer.user_id == actor.user_id)
    older = session.scalars(mine.order_by(EditBuffer.saved_at.desc(), EditBuffer.id.desc()).offset(MOST_BUFFERS - 1))
    gone = older.all()
    if gone:
        session.execute(delete(EditBuffer).where(EditBuffer.id.in_(gone)))


def _was_saved(buffer: EditBuffer, item: Item | None, base: str, revision: int) -> bool:
    return not buffer.form and (item is None or (buffer.base, buffer.revision) == (base, revision))


def _refuse_a_taken_id(session, public_id: str | None) -> None:
    if session.scalar(select(EditBuffer.id).where(EditBuffer.public_id == public_id)) is not None:
        raise NotFound()


def _tidy(fields: Fields) -> list[list[str]]:
    form = [[_clean(name), _clean(value)] for name, value in fields if name not in _NOT_KEPT]
    if len(form) > MOST_FIELDS or sum(len(name) + len(value) for name, value in form) > MOST_LETTERS:
        raise InvalidInput(_("This text is too long to be kept while you type. Save it as a draft."))
    return form


def _clean(typed: str) -> str:
    return text.nfc(text.strip_control(typed))


def _query(actor: Actor, item: Item | None, public_id: str | None):
    mine = select(EditBuffer).where(EditBuffer.user_id == actor.user_id)
    if item is not None:
        return mine.where(EditBuffer.item_id == item.id)
    return mine.where(EditBuffer.item_id.is_(None), EditBuffer.public_id == public_id)


def find_buffer(
    *, actor: Actor, item: Item | None = None, course_module: CourseModule | None = None, public_id: str | None = None
) -> EditBuffer | None:
    """What this person typed and has not saved: of an item, or of the new item called ``public_id`` (in a module)."""
    if item is None and not _PUBLIC_ID.fullmatch(public_id or ""):
        return None
    buffer = db.session.scalar(_query(actor, item, public_id))
    if buffer is None or not buffer.form:
        return None
    return buffer if course_module is None or buffer.course_module_id == course_module.id else None


def find_own_buffer(actor: Actor, public_id: str) -> EditBuffer | None:
    """This person's buffer by its public id, whatever it belongs to."""
    query = select(EditBuffer).where(EditBuffer.user_id == actor.user_id, EditBuffer.public_id == public_id)
    buffer = db.session.scalar(query.options(joinedload(EditBuffer.course_module)))
    return buffer if buffer is not None and buffer.form else None


def list_buffers(actor: Actor, course_module: CourseModule) -> list[EditBuffer]:
    """What this person typed in a bank and has not saved, newest first."""
    query = (
        select(EditBuffer)
        .where(EditBuffer.user_id == actor.user_id, EditBuffer.course_module_id == course_module.id)
        .order_by(EditBuffer.saved_at.desc(), EditBuffer.id.desc())
    )
    return [buffer for buffer in db.session.scalars(query) if buffer.form]


def drop_buffer(*, actor: Actor, item: Item | None = None, public_id: str | None = None) -> None:
    """Forget what was typed, because it is saved now; also what this page still sends of it."""
    with unit_of_work() as session:
        buffer = session.scalar(_query(actor, item, public_id))
        if buffer is not None:
            buffer.form = []


def discard_buffer(*, actor: Actor, buffer: EditBuffer) -> None:
    """Throw away what was typed, because its writer does not want it."""
    with unit_of_work() as session:
        session.execute(
            delete(EditBuffer).where(EditBuffer.public_id == buffer.public_id, EditBuffer.user_id == actor.user_id)
        )


def others_typing(item: Item, actor: Actor, now: datetime) -> list[str]:
    """The names of the others whose text of this item was kept within the last two minutes."""
    query = (
        select(User.full_name, EditBuffer.form)
        .join(User, User.id == EditBuffer.user_id)
        .where(EditBuffer.item_id == item.id, EditBuffer.user_id != actor.user_id)
        .where(EditBuffer.saved_at > now - TYPING_NOW)
        .order_by(User.sort_key)
    )
    return [row.full_name for row in db.session.execute(query) if row.form]


def find_overtaken(item: Item, base: str, revision: int) -> Overtaken | None:
    """Whether the item was saved since the edit began from version ``base`` at ``revision``."""
    newest = db.session.get(ItemVersion, item.current_version_id)
    if newest.public_id == base and newest.revision == revision:
        return None
    act = (
        select(AuditEvent.at, User.full_name)
        .join(User, User.public_id == AuditEvent.actor)
        .where(AuditEvent.thing == f"item:{item.public_id}", AuditEvent.verb.in_(_TEXT_VERBS))
        .order_by(AuditEvent.number.desc())
        .limit(1)
    )
    row = db.session.execute(act).first()
    return Overtaken(newest, row.full_name if row else None, row.at if row else None)


_TEXT_VERBS = ("item.written", "item.revised", "item.restored", "item.merged")


def prune_buffers(now: datetime) -> int:
    """Forget what nobody came back to for a month; returns how much."""
    with unit_of_work() as session:
        return session.execute(delete(EditBuffer).where(EditBuffer.saved_at < now - KEPT)).rowcount
