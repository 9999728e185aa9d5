"""Commands on versions as such: bring an older text back, give up a draft that stands beside an accepted text."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit
from exambank.bank import rules
from exambank.bank.labels import refusal_label
from exambank.bank.models import Item, ItemVersion
from exambank.bank.service.kinship.prints import FingerprintRow, read_words, remember_fingerprints
from exambank.db import lock, unit_of_work
from exambank.errors import NotFound, StateConflict
from exambank.permissions import Actor


def restore_version(*, actor: Actor, now: datetime, item: Item, number: int) -> ItemVersion:
    """Bring the text of an older version back as a new draft; it goes through review like any other text.

    A draft in hand is set aside as discarded: its text stays in the history.
    """
    with unit_of_work() as session:
        lock(item)
        newest = lock(session.get_one(ItemVersion, item.current_version_id))
        wanted = session.scalar(select(ItemVersion).where(ItemVersion.item_id == item.id, ItemVersion.number == number))
        if wanted is None or wanted.id == newest.id:
            raise NotFound()
        if item.state == "retired":
            raise StateConflict(_("This item is retired and is not edited any more."))
        if newest.state == "review":
            raise StateConflict(_("This item is in review. Take it back from review first, then edit it."))
        if newest.content_hash == wanted.content_hash:
            raise StateConflict(_("The newest version has this very text already."))
        if newest.state == "draft":
            newest.state = rules.TRANSITIONS["discard"].target
        version = _copy(wanted, actor, now, 1 + _last_number(session, item))
        session.add(version)
        session.flush()
        item.current_version_id = version.id
        if item.accepted_version_id is None:
            item.state = rules.item_state("draft", False, False, item.state == "suspended")
        remember_fingerprints(session, [_fingerprint(item, version)])
        audit.record(
            actor, "item.restored", item, code=item.code, version=version.number, of=wanted.number,
            content_hash=version.content_hash,
        )  # fmt: skip
    return version


def _last_number(session, item: Item) -> int:
    return session.scalar(select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)) or 0


def _copy(old: ItemVersion, actor: Actor, now: datetime, number: int) -> ItemVersion:
    return ItemVersion(
        item_id=old.item_id, number=number, state="draft", stem=old.stem, content=old.content,
        search_key=old.search_key, picture_name=old.picture_name, media_id=old.media_id, author_id=actor.user_id,
        created_at=now, content_hash=old.content_hash, restored_from=old.number,
        editor_ids=sorted({old.author_id, *old.editor_ids} - {actor.user_id}),  # they wrote it: none of them accepts it
    )  # fmt: skip


def _fingerprint(item: Item, version: ItemVersion) -> FingerprintRow:
    """What the search for kin compares this item by from now on."""
    words = read_words(item.kind, version.stem, version.content)
    return FingerprintRow(item.id, item.course_module_id, words, version.media_id, version.picture_name)


def discard_draft(*, actor: Actor, now: datetime, item: Item) -> ItemVersion:
    """Give up the draft beside an accepted version, which stays in force; returns that version."""
    with unit_of_work() as session:
        lock(item)
        draft = lock(session.get_one(ItemVersion, item.current_version_id))
        if draft.state != "draft" or item.accepted_version_id is None:
            raise StateConflict(refusal_label("wrong_state"))
        draft.state = rules.TRANSITIONS["discard"].target
        item.current_version_id = item.accepted_version_id
        in_force = session.get_one(ItemVersion, item.accepted_version_id)
        remember_fingerprints(session, [_fingerprint(item, in_force)])
        audit.record(actor, "item.draft_discarded", item, code=item.code, version=draft.number)
    return in_force
