"""Items of a bank as a bundle: what every writer takes, with pictures and what stands around each text."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.bank.rules import pictures_in
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.errors import NotFound
from exambank.interchange.neutral import Bundle, Draft, MediaFile, Raw
from exambank.permissions import SYSTEM, Actor, Permission, allows

_PORTION = 500


def list_exportable(actor: Actor, course_module: CourseModule, item_ids: Sequence[int] | None = None) -> list[Item]:
    """The items of a bank that this person may export: of all that are not retired, or exactly the ones named.

    NotFound when one of those named is not open to the person: who exports what is decided in the preview before.
    """
    items = _load(course_module, item_ids)
    if actor is SYSTEM:
        return items
    allowed = [item for item in items if allows(actor, Permission.ITEM_EXPORT, item)]
    if item_ids is not None and len(allowed) < len(items):
        raise NotFound()
    return allowed


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
    for portion in _portions(item_ids):
        found += db.session.scalars(query.where(Item.id.in_(portion))).unique()
    return found


def _portions(ids: Iterable[Any]) -> Iterable[list]:
    rows = list(ids)
    return (rows[start : start + _PORTION] for start in range(0, len(rows), _PORTION))


def content_hashes(items: Sequence[Item]) -> list[list[str]]:
    """[public id, hash of the newest text] of each item: what the record of an export keeps."""
    versions = _versions(items)
    return [[item.public_id, versions[item.current_version_id].content_hash] for item in items]


def bundle_of(
    course_module: CourseModule, items: Sequence[Item], *, raws: Sequence[Raw] = (),
    choices: Mapping[str, str] | None = None,
) -> Bundle:  # fmt: skip
    """The newest text of each item; a text that is in force beside it, state and author go along for our own file."""
    versions = _versions(items)
    media = media_of(versions.values())
    named = {"module_code": course_module.code, "module_name": course_module.name}
    return Bundle(
        course_module.name,
        tuple(_draft(item, versions, media) for item in items),
        files_of(media.values()),
        tuple(raws),
        {**named, **(choices or {})},
    )


def files_of(media: Iterable[Media]) -> dict[str, MediaFile]:
    """Pictures as writers take them, by public id."""
    return {one.public_id: MediaFile(one.name, one.media_type, one.body, one.width, one.height) for one in media}


def _versions(items: Sequence[Item]) -> dict[int, ItemVersion]:
    ids = sorted({one for item in items for one in (item.current_version_id, item.accepted_version_id) if one})
    found = {}
    for portion in _portions(ids):
        query = select(ItemVersion).where(ItemVersion.id.in_(portion)).options(joinedload(ItemVersion.author))
        found.update({row.id: row for row in db.session.scalars(query)})
    return found


def media_of(versions: Iterable[ItemVersion]) -> dict[int, Media]:
    """The pictures of these texts by their id: beside them, and within them by their public id."""
    ids, named = set(), set()
    for version in versions:
        ids |= {version.media_id} - {None}
        named.update(*(pictures_in(one) for one in [version.stem, *_texts_in(version.content)]))
    found = {}
    for column, wanted in ((Media.id, ids), (Media.public_id, named)):
        for portion in _portions(sorted(wanted)):
            query = select(Media).where(column.in_(portion)).options(undefer(Media.body))
            found.update({media.id: media for media in db.session.scalars(query)})
    return found


def _texts_in(content: Any) -> Iterable[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping | list):
        for value in content.values() if isinstance(content, Mapping) else content:
            yield from _texts_in(value)


def _draft(item: Item, versions: Mapping[int, ItemVersion], media: Mapping[int, Media]) -> Draft:
    newest, in_force = versions[item.current_version_id], versions.get(item.accepted_version_id)
    beside = media.get(newest.media_id)
    extra = {
        "state": item.state, "author": item.author.full_name, "history": _history(newest),
        "outcome_text": item.outcome.text if item.outcome else "",
        "text_in_force": _text(item, in_force) if in_force and in_force.id != newest.id else None,
    }  # fmt: skip
    return Draft(
        item.kind, newest.stem, REGISTRY[item.kind].normalise(newest.content), name=item.code,
        identifier=item.public_id, topic_names=(item.topic.name,) if item.topic else (),
        level=item.level.name if item.level else "", outcome=item.outcome.code if item.outcome else "",
        tags=tuple(tag.tag for tag in item.tags), source=item.source or "", source_chapter=item.source_chapter or "",
        source_page=item.source_page or "", contributors=item.contributors or "", licence=item.licence or "",
        expected_seconds=item.expected_seconds, picture=beside.public_id if beside else "",
        picture_alt=beside.alt if beside else "", picture_name=newest.picture_name or "",
        extra={name: value for name, value in extra.items() if value},
    )  # fmt: skip


def _text(item: Item, version: ItemVersion) -> dict[str, Any]:
    content = REGISTRY[item.kind].normalise(version.content)
    return {"stem": version.stem, "content": content, **_history(version)}


def _history(version: ItemVersion) -> dict[str, Any]:
    return {
        "version": version.number, "state": version.state, "author": version.author.full_name,
        "created_at": version.created_at.isoformat(), "content_hash": version.content_hash,
    }  # fmt: skip
