"""Commands that write texts of items: one item, a draft's next save, many drafts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select, update

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY, Problem
from exambank.bank.models import Item, ItemTag, ItemVersion, Media
from exambank.courses.models import CognitiveLevel, CourseModule, Topic
from exambank.db import lock, new_public_id, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor


class EditConflict(StateConflict):
    """Somebody saved the item while it was being edited; ``theirs`` is what stands now."""

    def __init__(self, theirs: ItemVersion):
        super().__init__(_("Somebody else saved this item while you were editing. Nothing of theirs was overwritten."))
        self.theirs = theirs


@dataclass(frozen=True)
class _Text:
    """A text ready to be stored: sanitised, complete, with its keys."""

    stem: str
    content: dict[str, Any]
    search: str
    picture_name: str | None
    media_id: int | None
    content_hash: str

    def values(self) -> dict[str, Any]:
        return {
            "stem": self.stem,
            "content": self.content,
            "picture_name": self.picture_name,
            "media_id": self.media_id,
            "content_hash": self.content_hash,
        }


def _prepare(kind: str, stem: str, content: dict, picture_name: str | None, media_id: int | None) -> _Text:
    if kind not in REGISTRY:
        raise InvalidInput(_("There is no kind of item called %(kind)s.", kind=str(kind)[:40]))
    stem = rules.sanitize_html(stem)
    content = REGISTRY[kind].normalise(content)
    words = [stem, *(row["html"] for row in content["options"])]
    search = text.search_key(" ".join(rules.plain_text(one) for one in words))
    name = text.nfc(picture_name).strip()[:300] or None if picture_name and media_id is None else None
    fingerprint = rules.content_hash(stem, content, f"media:{media_id}" if media_id else name)
    return _Text(stem, content, search, name, media_id, fingerprint)


def write_item(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    kind: str,
    stem: str,
    content: dict,
    topic: Topic | None = None,
    level: CognitiveLevel | None = None,
    tags: Sequence[str] = (),
    source: str = "",
    picture_name: str | None = None,
    media: Media | None = None,
) -> Item:
    """Write a new item as a draft. ``stem`` and the options are HTML (plain text: ``rules.html_from_text`` first)."""
    draft = rules.ItemDraft(
        kind=kind,
        stem=stem,
        content=content,
        topic_id=topic.id if topic else None,
        level_id=level.id if level else None,
        tags=tuple(tags),
        source=source,
        picture_name=picture_name,
        media_id=media.id if media else None,
    )
    prepared = _prepare(kind, stem, content, picture_name, draft.media_id)
    with unit_of_work() as session:
        _check_places(session, course_module.id, [draft])
        item = session.get(Item, _insert_drafts(session, actor, now, course_module, [(draft, prepared)])[0])
        audit.record(actor, "item.written", item, code=item.code, content_hash=prepared.content_hash)
    return item


def add_drafts(
    *, actor: Actor, now: datetime, course_module: CourseModule, drafts: Sequence[rules.ItemDraft]
) -> list[int]:
    """Write many new items in one transaction, all or none; returns their ids in the order given."""
    if not drafts:
        raise InvalidInput(_("There is nothing to add."))
    rows = [
        (draft, _prepare(draft.kind, draft.stem, draft.content, draft.picture_name, draft.media_id)) for draft in drafts
    ]
    with unit_of_work() as session:
        _check_places(session, course_module.id, drafts)
        ids = _insert_drafts(session, actor, now, course_module, rows)
        audit.record(
            actor, "items.imported", course_module, count=len(ids), hashes=[row.content_hash for _, row in rows]
        )
    return ids


def _check_places(session, module_id: int, drafts: Sequence[rules.ItemDraft]) -> None:
    """Topics belong to this module, levels exist, pictures are this bank's own."""
    known_topics = set(session.scalars(select(Topic.id).where(Topic.course_module_id == module_id)))
    known_levels = set(session.scalars(select(CognitiveLevel.id)))
    pictures = {draft.media_id for draft in drafts} - {None}
    query = select(Media.id).where(Media.id.in_(pictures), Media.course_module_id == module_id)
    if (
        {draft.topic_id for draft in drafts} - known_topics - {None}
        or {draft.level_id for draft in drafts} - known_levels - {None}
        or (pictures and pictures - set(session.scalars(query)))
    ):
        raise InvalidInput(_("A topic, level or picture does not belong to this bank. Nothing was saved."))


def _insert_drafts(session, actor: Actor, now: datetime, course_module: CourseModule, rows: list) -> list[int]:
    prefix, number = _next_number(session, course_module)
    items = [
        {
            "public_id": new_public_id(),
            "course_module_id": course_module.id,
            "code": rules.format_code(prefix, number + place),
            "kind": draft.kind,
            "state": "draft",
            "topic_id": draft.topic_id,
            "level_id": draft.level_id,
            "author_id": actor.user_id,
            "source": text.nfc(draft.source).strip()[:300],
            "created_at": now,
        }
        for place, (draft, _prepared) in enumerate(rows)
    ]
    ids = list(session.scalars(insert(Item).returning(Item.id, sort_by_parameter_order=True), items))
    versions = [
        {
            **prepared.values(),
            "public_id": new_public_id(),
            "item_id": item_id,
            "number": 1,
            "state": "draft",
            "search_key": f"{text.search_key(item['code'])} {prepared.search}",
            "author_id": actor.user_id,
            "created_at": now,
        }
        for item_id, item, (_draft, prepared) in zip(ids, items, rows, strict=True)
    ]
    session.execute(insert(ItemVersion), versions)
    tags = [
        {"item_id": item_id, "tag": tag}
        for item_id, (draft, _prepared) in zip(ids, rows, strict=True)
        for tag in rules.tidy_tags(draft.tags)
    ]
    if tags:
        session.execute(insert(ItemTag), tags)
    newest = select(ItemVersion.id).where(ItemVersion.item_id == Item.id, ItemVersion.number == 1).scalar_subquery()
    session.execute(
        update(Item)
        .where(Item.id.between(min(ids), max(ids)), Item.current_version_id.is_(None))
        .values(current_version_id=newest)
        .execution_options(synchronize_session=False)
    )
    return ids


def _next_number(session, course_module: CourseModule) -> tuple[str, int]:
    """The prefix and the first free number; the module's row is held, so that two writers do not take the same."""
    lock(course_module)
    prefix = rules.code_prefix(course_module.code)
    last = session.scalar(
        select(Item.code)
        .where(Item.course_module_id == course_module.id, Item.code.startswith(prefix, autoescape=True))
        .order_by(func.length(Item.code).desc(), Item.code.desc())
        .limit(1)
    )
    return prefix, rules.code_number(prefix, last) + 1


def revise_item(
    *,
    actor: Actor,
    now: datetime,
    item: Item,
    base: str,
    revision: int,
    stem: str,
    content: dict,
    topic: Topic | None = None,
    level: CognitiveLevel | None = None,
    tags: Sequence[str] = (),
    source: str = "",
    picture_name: str | None = None,
    media: Media | None = None,
) -> ItemVersion:
    """Save an edit that began from version ``base`` (public id) at ``revision``; EditConflict if others saved since.

    A draft is saved in place. Beside an accepted version a new draft is made, and the accepted stays in force. Topic,
    level, tags and source belong to the item and change at once.
    """
    prepared = _prepare(item.kind, stem, content, picture_name, media.id if media else None)
    draft = rules.ItemDraft(
        item.kind, stem, content, topic.id if topic else None, level.id if level else None, tuple(tags), source,
        picture_name, prepared.media_id,
    )  # fmt: skip
    with unit_of_work() as session:
        lock(item)
        version = lock(session.get(ItemVersion, item.current_version_id))
        if version.public_id != base or version.revision != revision:
            raise EditConflict(version)
        if version.state == "review":
            raise StateConflict(_("This item is in review. Take it back from review first, then edit it."))
        if item.state == "retired":
            raise StateConflict(_("This item is retired and is not edited any more."))
        _check_places(session, item.course_module_id, [draft])
        _set_places(item, draft)
        if version.content_hash == prepared.content_hash:
            version.revision += 1
        elif version.state == "draft":
            _save_draft(actor, version, prepared)
        else:
            version = _next_version(session, actor, now, item, version, prepared)
        version.search_key = f"{text.search_key(item.code)} {prepared.search}"
        audit.record(
            actor, "item.revised", item, code=item.code, version=version.number, content_hash=prepared.content_hash
        )
    return version


def _set_places(item: Item, draft: rules.ItemDraft) -> None:
    item.topic_id, item.level_id = draft.topic_id, draft.level_id
    item.source = text.nfc(draft.source).strip()[:300]
    wanted = rules.tidy_tags(draft.tags)
    item.tags = [tag for tag in item.tags if tag.tag in wanted] + [
        ItemTag(tag=tag) for tag in wanted if tag not in {known.tag for known in item.tags}
    ]


def _save_draft(actor: Actor, version: ItemVersion, prepared: _Text) -> None:
    for name, value in prepared.values().items():
        setattr(version, name, value)
    version.revision += 1
    if actor.user_id != version.author_id and actor.user_id not in version.editor_ids:
        version.editor_ids = [*version.editor_ids, actor.user_id]


def _next_version(session, actor: Actor, now: datetime, item: Item, old: ItemVersion, prepared: _Text) -> ItemVersion:
    version = ItemVersion(
        **prepared.values(),
        item_id=item.id,
        number=old.number + 1,
        state="draft",
        search_key=prepared.search,
        author_id=actor.user_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    item.current_version_id = version.id
    return version


def check_item(version: ItemVersion, kind: str | None = None) -> list[Problem]:
    """What is wrong with a version, blocking problems first; a picture that never came is a warning."""
    problems = list(REGISTRY[kind or version.item.kind].check(version.content))
    if not rules.plain_text(version.stem):
        problems.insert(0, Problem("empty_stem", _("The question itself is empty.")))
    if version.picture_name and version.media_id is None:
        problems.append(
            Problem(
                "picture_absent",
                _("The picture %(name)s is named but was not delivered. Add it, or say that none is needed.",
                  name=version.picture_name),
                is_blocking=False,
            )
        )  # fmt: skip
    return sorted(problems, key=lambda problem: not problem.is_blocking)
