"""Commands that write texts of items: one item, a draft's next save, a copy, many drafts at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, insert, select, update

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.models import Item, ItemTag, ItemVersion, Media
from exambank.bank.service.kinship.prints import remember_fingerprints
from exambank.bank.service.preparing import Places, PreparedText, check_places, line_values, prepare, set_places
from exambank.bank.service.reading import get_newest_version
from exambank.bank.service.reviewing import writers_of
from exambank.courses.models import CourseModule
from exambank.db import lock, new_public_id, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor


class EditConflict(StateConflict):
    """Somebody saved the item while it was being edited; ``theirs`` is what stands now."""

    def __init__(self, theirs: ItemVersion):
        super().__init__(_("Somebody else saved this item while you were editing. Nothing of theirs was overwritten."))
        self.theirs = theirs


def write_item(
    *,
    actor: Actor,
    now: datetime,
    course_module: CourseModule,
    kind: str,
    stem: str,
    content: dict,
    picture_name: str | None = None,
    media: Media | None = None,
    **places: Any,
) -> Item:
    """Write a new item as a draft. ``stem`` and the options are HTML (plain text: ``rules.html_from_text`` first).

    ``places``: topic, level, outcome, tags, source, source_chapter, source_page, contributors, licence,
    expected_seconds (see ``preparing.Places``).
    """
    draft = Places(**places).draft(kind, stem, content, picture_name, media)
    prepared = prepare(draft)
    with unit_of_work() as session:
        check_places(session, course_module.id, [draft], [prepared])
        item = session.get(Item, _insert_drafts(session, actor, now, course_module, [(draft, prepared)])[0])
        audit.record(actor, "item.written", item, code=item.code, content_hash=prepared.content_hash)
    return item


def add_drafts(
    *, actor: Actor, now: datetime, course_module: CourseModule, drafts: Sequence[rules.ItemDraft]
) -> list[int]:
    """Write many new items in one transaction, all or none; returns their ids in the order given."""
    if not drafts:
        raise InvalidInput(_("There is nothing to add."))
    rows = [(draft, prepare(draft)) for draft in drafts]
    with unit_of_work() as session:
        check_places(session, course_module.id, drafts, [prepared for _draft, prepared in rows])
        ids = _insert_drafts(session, actor, now, course_module, rows)
        audit.record(
            actor, "items.imported", course_module, count=len(ids), hashes=[row.content_hash for _draft, row in rows]
        )
    return ids


def copy_item(*, actor: Actor, now: datetime, item: Item) -> Item:
    """Begin a new draft with an item's newest text; it says of which item it is a copy, and who wrote that."""
    version, course_module = get_newest_version(item), item.course_module
    writers = writers_of(version) - {actor.user_id}
    others = [one for one in (item.author_id, item.copied_author_id) if one not in (None, actor.user_id)]
    draft = rules.ItemDraft(
        item.kind, version.stem, version.content, topic_id=item.topic_id, level_id=item.level_id,
        outcome_id=item.outcome_id, tags=tuple(tag.tag for tag in item.tags),
        source=" ".join(filter(None, (item.source, _("(copy of %(code)s)", code=item.code)))),
        source_chapter=item.source_chapter, source_page=item.source_page, licence=item.licence,
        contributors="; ".join(dict.fromkeys(filter(None, (item.author.full_name, item.contributors)))),
        expected_seconds=item.expected_seconds, picture_name=version.picture_name, media_id=version.media_id,
        writers=tuple(sorted(writers)), copied_author_id=others[0] if others else None,
    )  # fmt: skip
    prepared, origin, code = prepare(draft), item.public_id, item.code
    with unit_of_work() as session:
        check_places(session, course_module.id, [draft], [prepared])
        copy = session.get(Item, _insert_drafts(session, actor, now, course_module, [(draft, prepared)])[0])
        audit.record(
            actor, "item.copied", copy, code=copy.code, origin=origin, origin_code=code,
            content_hash=prepared.content_hash,
        )  # fmt: skip
    return copy


def _insert_drafts(session, actor: Actor, now: datetime, course_module: CourseModule, rows: list) -> list[int]:
    prefix, number = _next_number(session, course_module)
    items = [
        {
            "public_id": new_public_id(),
            "course_module_id": course_module.id,
            "code": rules.format_code(prefix, number + place),
            "kind": draft.kind,
            "state": "draft",
            "author_id": actor.user_id,
            "copied_author_id": draft.copied_author_id,
            "created_at": now,
            **line_values(draft),
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
            "editor_ids": list(draft.writers),
            "created_at": now,
        }
        for item_id, item, (draft, prepared) in zip(ids, items, rows, strict=True)
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
    prints = [row.fingerprint(item_id, course_module.id) for item_id, (_, row) in zip(ids, rows, strict=True)]
    remember_fingerprints(session, prints)
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
    picture_name: str | None = None,
    media: Media | None = None,
    **places: Any,
) -> ItemVersion:
    """Save an edit that began from version ``base`` (public id) at ``revision``; EditConflict if others saved since.

    A draft is saved in place. Beside an accepted version a new draft is made, and the accepted stays in force; a draft
    that a reviewer sent back stays as it was read, and the edit becomes the next version.
    ``places`` (as for ``write_item``) belong to the item and change at once.
    """
    draft = Places(**places).draft(item.kind, stem, content, picture_name, media)
    prepared = prepare(draft)
    with unit_of_work() as session:
        lock(item)
        version = lock(session.get(ItemVersion, item.current_version_id))
        if version.public_id != base or version.revision != revision:
            raise EditConflict(version)
        if version.state == "review":
            raise StateConflict(_("This item is in review. Take it back from review first, then edit it."))
        if item.state == "retired":
            raise StateConflict(_("This item is retired and is not edited any more."))
        check_places(session, item.course_module_id, [draft], [prepared])
        changed = set_places(item, draft)
        if version.content_hash == prepared.content_hash:
            version.revision += 1
        elif version.state == "draft" and version.decided_at is None:
            _save_draft(actor, version, prepared)
        else:
            version = _next_version(session, actor, now, item, version, prepared)
        version.search_key = f"{text.search_key(item.code)} {prepared.search}"
        remember_fingerprints(session, [prepared.fingerprint(item.id, item.course_module_id)])
        audit.record(
            actor, "item.revised", item, code=item.code, version=version.number, content_hash=prepared.content_hash,
            changed=changed,
        )  # fmt: skip
    return version


def _save_draft(actor: Actor, version: ItemVersion, prepared: PreparedText) -> None:
    for name, value in prepared.values().items():
        setattr(version, name, value)
    version.revision += 1
    if actor.user_id != version.author_id and actor.user_id not in version.editor_ids:
        version.editor_ids = [*version.editor_ids, actor.user_id]


def _next_version(
    session, actor: Actor, now: datetime, item: Item, old: ItemVersion, prepared: PreparedText
) -> ItemVersion:
    version = ItemVersion(
        **prepared.values(),
        item_id=item.id,
        number=1 + session.scalar(select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)),
        state="draft",
        search_key=prepared.search,
        author_id=actor.user_id,
        editor_ids=_writers_before(actor, old) if old.state == "draft" else [],
        created_at=now,
    )
    if old.state == "draft":  # sent back: what was returned stays as it was read
        old.state = "returned"
    session.add(version)
    session.flush()
    item.current_version_id = version.id
    return version


def _writers_before(actor: Actor, old: ItemVersion) -> list[int]:
    """Nobody accepted the older text yet, so whoever wrote it is a writer of the new one too."""
    return sorted({old.author_id, *old.editor_ids} - {actor.user_id})
