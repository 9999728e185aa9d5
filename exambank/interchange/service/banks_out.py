"""A bank, or some of its items, as the lossless JSON file. Keys leave the house: every export is recorded by hash."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from exambank import audit
from exambank.bank.models import Item, ItemVersion, Media
from exambank.bank.rules import pictures_in
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.interchange.bank_json import texts_in, write_bank
from exambank.permissions import SYSTEM, Actor, Permission, allows


@dataclass(frozen=True)
class JsonFile:
    """What was written."""

    body: bytes
    count: int


def export_json(
    *, actor: Actor, now: datetime, course_module: CourseModule, item_ids: Sequence[int] | None = None
) -> JsonFile:
    """Write these items (all that are not retired when none are named) of one bank; each must be open to ``actor``.

    NotFound when one is not: who exports what is decided in the preview, not here.
    """
    items = _load(course_module, item_ids)
    if not items:
        raise InvalidInput(_("There is nothing to export."))
    if actor is not SYSTEM and not all(allows(actor, Permission.ITEM_EXPORT, item) for item in items):
        raise NotFound()
    versions = _versions(items)
    pictures = _pictures(versions.values())
    body = write_bank(
        module={"code": course_module.code, "name": course_module.name},
        made_at=now,
        items=[_as_data(item, versions, pictures) for item in items],
        pictures=[_picture(media) for media in pictures.values()],
    )
    with unit_of_work():
        audit.record(
            actor, "bank.exported", course_module, format="json", items=len(items),
            sha256=hashlib.sha256(body).hexdigest(),
            hashes=[[item.public_id, versions[item.current_version_id].content_hash] for item in items],
        )  # fmt: skip
    return JsonFile(body, len(items))


def _load(course_module: CourseModule, item_ids: Sequence[int] | None) -> list[Item]:
    query = (
        select(Item)
        .where(Item.course_module_id == course_module.id)
        .options(
            joinedload(Item.course_module), joinedload(Item.topic), joinedload(Item.level), joinedload(Item.outcome),
            joinedload(Item.author), selectinload(Item.tags),
        )
        .order_by(Item.code)
    )  # fmt: skip
    if item_ids is None:
        return list(db.session.scalars(query.where(Item.state != "retired")).unique())
    found: list[Item] = []
    for start in range(0, len(item_ids), 500):
        found += db.session.scalars(query.where(Item.id.in_(item_ids[start : start + 500]))).unique()
    return found


def _versions(items: Sequence[Item]) -> dict[int, ItemVersion]:
    ids = sorted({one for item in items for one in (item.current_version_id, item.accepted_version_id) if one})
    found = {}
    for start in range(0, len(ids), 500):
        query = select(ItemVersion).where(ItemVersion.id.in_(ids[start : start + 500]))
        found.update({row.id: row for row in db.session.scalars(query.options(joinedload(ItemVersion.author)))})
    return found


def _pictures(versions) -> dict[int, Media]:
    """The pictures of these texts by their id: beside them, and within them by their public id."""
    ids, named = set(), set()
    for version in versions:
        ids |= {version.media_id} - {None}
        named.update(*(pictures_in(one) for one in [version.stem, *texts_in(version.content)]))
    query = select(Media).where(Media.id.in_(ids) | Media.public_id.in_(named)).options(undefer(Media.body))
    return {media.id: media for media in db.session.scalars(query)}


def _as_data(item: Item, versions: dict[int, ItemVersion], pictures: dict[int, Media]) -> dict[str, Any]:
    newest, in_force = versions[item.current_version_id], versions.get(item.accepted_version_id)
    return {
        "id": item.public_id,
        "code": item.code,
        "kind": item.kind,
        "state": item.state,
        "topic": item.topic.name if item.topic else None,
        "level": item.level.name if item.level else None,
        "outcome": {"code": item.outcome.code, "text": item.outcome.text} if item.outcome else None,
        "tags": [tag.tag for tag in item.tags],
        "author": item.author.full_name,
        "contributors": item.contributors,
        "source": item.source,
        "source_chapter": item.source_chapter,
        "source_page": item.source_page,
        "licence": item.licence,
        "expected_seconds": item.expected_seconds,
        "text": _text(newest, pictures),
        "text_in_force": _text(in_force, pictures) if in_force and in_force.id != newest.id else None,
    }


def _text(version: ItemVersion, pictures: dict[int, Media]) -> dict[str, Any]:
    media = pictures.get(version.media_id)
    return {
        "version": version.number,
        "state": version.state,
        "stem": version.stem,
        "content": version.content,
        "media": media.public_id if media else None,
        "picture_name": version.picture_name,
        "author": version.author.full_name,
        "created_at": version.created_at.isoformat(),
        "content_hash": version.content_hash,
    }


def _picture(media: Media) -> dict[str, Any]:
    names = ("public_id", "name", "alt", "media_type", "sha256", "width", "height", "body")
    return {name: getattr(media, name) for name in names}
