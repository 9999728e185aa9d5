"""Items kept as they came: listed, handed out unchanged, deleted with a reason."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from exambank import audit, text
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.interchange.models import RawItem
from exambank.interchange.neutral import Raw
from exambank.interchange.service.reading import FILES_OF_RAW
from exambank.permissions import Actor

LONGEST_REASON = 500


def list_raws(course_module: CourseModule, limit: int = 1000) -> list[RawItem]:
    """The items of a bank that are kept as they came, newest first, without their bytes."""
    query = select(RawItem).where(RawItem.course_module_id == course_module.id).options(joinedload(RawItem.author))
    return list(db.session.scalars(query.order_by(RawItem.id.desc()).limit(limit)))


def count_raws(course_module: CourseModule) -> int:
    """How many there are."""
    query = select(func.count()).select_from(RawItem).where(RawItem.course_module_id == course_module.id)
    return db.session.scalar(query)


def get_raw(public_id: str) -> RawItem:
    """The kept item with its bytes."""
    query = select(RawItem).where(RawItem.public_id == public_id)
    raw = db.session.scalar(query.options(undefer(RawItem.body), joinedload(RawItem.course_module)))
    if raw is None:
        raise NotFound()
    return raw


def delete_raw(*, actor: Actor, now: datetime, raw: RawItem, reason: str) -> None:
    """Throw a kept item away; nobody's exam can reach it, but who did it and why stays."""
    words = text.nfc(text.strip_control(reason)).strip()[:LONGEST_REASON]
    if not words:
        raise InvalidInput(_("Say why it may be thrown away."))
    with unit_of_work() as session:
        lock(raw)
        audit.record(
            actor, "raw.deleted", raw, reason=words, name=raw.name, format=raw.format, size=raw.size
        )  # fmt: skip
        session.delete(raw)


def export_raws(*, actor: Actor, now: datetime, course_module: CourseModule) -> bytes:
    """All of a bank's kept items as one zip, each as it came."""
    query = select(RawItem).where(RawItem.course_module_id == course_module.id).options(undefer(RawItem.body))
    found = list(db.session.scalars(query.order_by(RawItem.id)))
    if not found:
        raise NotFound()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, raw in enumerate(found, start=1):
            archive.writestr(f"{number:04d}-{file_name(raw)}", raw.body)
    with unit_of_work():
        audit.record(actor, "raw.exported", course_module, count=len(found))
    return target.getvalue()


def raws_as_they_came(raws: Sequence[RawItem]) -> list[Raw]:
    """Kept items as a writer takes them: the item's own bytes and the files that belong to it."""
    return [_as_it_came(raw) for raw in raws]


def list_raws_to_export(course_module: CourseModule) -> list[Raw]:
    """All of a bank's kept items as a writer takes them."""
    query = select(RawItem).where(RawItem.course_module_id == course_module.id).options(undefer(RawItem.body))
    return raws_as_they_came(list(db.session.scalars(query.order_by(RawItem.id))))


def _as_it_came(raw: RawItem) -> Raw:
    if not raw.has_files:
        return Raw(raw.format, raw.body, raw.suffix, raw.name, raw.identifier)
    with zipfile.ZipFile(io.BytesIO(raw.body)) as archive:  # made here, see ``reading.body_of_raw``
        beside = [path for path in archive.namelist() if path.startswith(FILES_OF_RAW)]
        files = tuple((path.removeprefix(FILES_OF_RAW), archive.read(path)) for path in beside)
        body = archive.read(f"item{raw.suffix}")
    return Raw(raw.format, body, raw.suffix, raw.name, raw.identifier, files)


def file_name(raw: RawItem) -> str:
    """What its download is called: plain letters, and an ending that says what it is."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text.search_key(raw.name or raw.identifier)).strip("-.")[:60]
    return f"{plain or 'item'}{'.zip' if raw.has_files else raw.suffix or '.txt'}"
