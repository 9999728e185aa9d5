"""A batch taken over into the bank: drafts, pictures and items kept raw, all in one transaction, once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import undefer

from exambank import audit
from exambank.bank import rules as bank_rules
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, Topic
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import rules
from exambank.interchange.models import ImportBatch, ImportEntry, ImportPicture, RawItem
from exambank.interchange.neutral import RAW, Draft
from exambank.interchange.service.banks import empty_batch, refuse_decided, refuse_while_open
from exambank.interchange.service.finding import list_entries
from exambank.permissions import Actor, Permission, allows


@dataclass(frozen=True)
class Choices:
    """How to take a batch over: what is given to items that name nothing themselves, and what is added to all."""

    create_topics: bool = True
    default_topic: Topic | None = None
    default_level: CognitiveLevel | None = None
    tags: tuple[str, ...] = ()


def accept_import(
    *, actor: Actor, now: datetime, batch: ImportBatch, create_topics: bool = True,
    default_level: CognitiveLevel | None = None, default_topic: Topic | None = None, tags: Sequence[str] = (),
    only_clean: bool = False, chosen: Collection[int] | None = None, reading: int | None = None,
) -> int:  # fmt: skip
    """Take the batch over as this actor's drafts, all in one transaction, once. Returns how many items it made.

    Whoever handed the file in or mended an entry counts as a writer of its text. Topics are created only by whoever may
    manage them. ``chosen``: positions of the entries that are wanted, otherwise all that are not left out. ``reading``:
    the one that this person saw; another has other keys, so it is refused.
    """
    refuse_decided(batch)
    refuse_other_reading(batch, reading)
    choices = Choices(create_topics and may_create_topics(actor, batch), default_topic, default_level, tuple(tags))
    before = _as_it_stands(batch)
    entries = list_entries(batch)
    taken = rules.to_take(entries, only_clean=only_clean, chosen=chosen)
    raws = rules.raws_to_keep(entries, chosen)
    if not taken and not raws:
        raise InvalidInput(_("There is nothing to take over. Mend the file and choose it again."))
    refuse_while_open(len(taken) + len(raws))
    drafts, kept = [Draft.from_dict(one.draft) for one in taken], _raw_items(actor, now, batch, raws)
    ids = [one.id for one in taken]
    writers = [tuple(sorted({batch.author_id, one.editor_id, *one.editors} - {actor.user_id, None})) for one in taken]
    left = len(entries) - len(taken) - len(raws)
    pictures = _pictures(batch, drafts)
    course_module = batch.course_module
    with unit_of_work() as session:
        lock(batch)
        refuse_decided(batch)
        _refuse_changed(_as_it_stands(batch) != before)
        names = _add_pictures(actor, now, course_module, drafts, pictures)
        made = _add_items(actor, now, batch, choices, drafts, writers, names)
        session.add_all(kept)
        if made:
            session.execute(
                update(ImportEntry), [{"id": one, "item_id": item} for one, item in zip(ids, made, strict=True)]
            )
        batch.state, batch.accepted_at, batch.imported = "accepted", now, len(ids)
        batch.report = {**batch.report, "taken": {"items": len(ids), "raws": len(kept), "left_out": left}}
        session.flush()
        empty_batch(session, batch)
        audit.record(
            actor, "import.accepted", batch, items=len(ids), raws=len(kept), left_out=left, sha256=batch.sha256
        )
    return len(ids)


def _as_it_stands(batch: ImportBatch) -> tuple:
    """Changes with each reading, mended entry and entry left out: what was prepared must be what is taken over."""
    own = (ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown)
    left_out = func.count().filter(ImportEntry.is_left_out)
    query = select(func.count(), left_out, func.max(ImportEntry.edited_at), func.count(ImportEntry.edited_at))
    return batch.course_module_id, batch.shown, *db.session.execute(query.where(*own)).one()


def refuse_other_reading(batch: ImportBatch, reading: int | None) -> None:
    """A page that shows another reading of the file has other keys and other places: nothing is decided on it."""
    _refuse_changed(reading is not None and reading != batch.shown)


def _refuse_changed(is_changed: bool) -> None:
    if is_changed:
        raise StateConflict(
            _("Somebody, or another window of yours, changed this file meanwhile. Look at it as it stands now.")
        )


def may_create_topics(actor: Actor, batch: ImportBatch) -> bool:
    """Whether this person may add topics to the batch's module: a right to write items is none to its syllabus."""
    return allows(actor, Permission.TOPICS_MANAGE, batch.course_module)


# --- pictures ---


def _pictures(batch: ImportBatch, drafts: Sequence[Draft]) -> dict[str, ImportPicture]:
    """The pictures that these drafts show, with their bytes; one that the bank would refuse is not among them."""
    wanted = {one for draft in drafts for one in rules.pictures_of(draft)}
    query = select(ImportPicture).where(ImportPicture.batch_id == batch.id).options(undefer(ImportPicture.body))
    found = {one.media_id: one for one in db.session.scalars(query) if one.media_id in wanted}
    return {key: one for key, one in found.items() if _is_fit(one.body)}


def _is_fit(body: bytes) -> bool:
    try:
        bank_rules.read_picture(body)
    except bank_rules.PictureProblem:
        return False
    return True


def _add_pictures(actor: Actor, now: datetime, course_module, drafts: Sequence[Draft], pictures: dict) -> dict:
    """The bank's pictures by the ids that the drafts name them by."""
    described = {draft.picture: draft.picture_alt for draft in drafts if draft.picture}
    return {
        key: bank.add_picture(
            actor=actor, now=now, course_module=course_module, name=one.name, body=one.body, alt=described.get(key, "")
        )
        for key, one in pictures.items()
    }


# --- items ---


def _add_items(
    actor: Actor, now: datetime, batch: ImportBatch, choices: Choices, drafts: Sequence[Draft],
    writers: Sequence[tuple[int, ...]], pictures: dict,
) -> list[int]:  # fmt: skip
    if not drafts:
        return []
    course_module = batch.course_module
    topics = _find_topics(actor, now, course_module, drafts, choices.create_topics)
    levels = {level.name: level.id for level in courses.list_levels()}
    outcomes = {one.code: one.id for one in courses.list_outcomes(course_module)}
    names = {key: media.public_id for key, media in pictures.items()}
    topic_id = choices.default_topic.id if choices.default_topic else None
    level_id = choices.default_level.id if choices.default_level else None
    ready = []
    for draft, wrote in zip(drafts, writers, strict=True):
        beside = pictures.get(draft.picture)
        shown = rules.with_new_pictures(draft, names)
        ready.append(
            bank_rules.ItemDraft(
                kind=shown.kind,
                stem=shown.stem,
                content=shown.content,
                topic_id=topics.get(shown.topic_names, topic_id),
                level_id=levels.get(rules.match_level(shown.level, levels) or "", level_id),
                outcome_id=outcomes.get(rules.match_outcome(shown.outcome, outcomes) or ""),
                tags=(*shown.tags, *choices.tags),
                source=shown.source,
                source_chapter=shown.source_chapter,
                source_page=shown.source_page,
                contributors=shown.contributors,
                licence=shown.licence,
                expected_seconds=shown.expected_seconds,
                picture_name=shown.picture_name or None,
                media_id=beside.id if beside else None,
                writers=wrote,
            )
        )
    return bank.add_drafts(actor=actor, now=now, course_module=course_module, drafts=ready)


def _find_topics(actor: Actor, now: datetime, course_module, drafts: Sequence[Draft], create: bool) -> dict:
    """The topic's id for each tuple of names; missing ones are created (or brought back) when that is wanted."""
    known = {topic.name: topic for topic in courses.list_topics(course_module, with_retired=True)}
    if create:
        for name in rules.missing_topics((draft.topic_names for draft in drafts), list(known)):
            known[name] = courses.add_topic(actor=actor, now=now, course_module=course_module, name=name)
    found: dict[tuple[str, ...], int] = {}
    for names in {draft.topic_names for draft in drafts}:
        topic: Topic | None = known.get(rules.match_topic(names, known) or "")
        if topic is None or (topic.retired_at is not None and not create):
            continue
        if topic.retired_at is not None:
            courses.restore_topic(actor=actor, now=now, topic=topic)
        found[names] = topic.id
    return found


# --- what is kept as it came ---


def _raw_items(actor: Actor, now: datetime, batch: ImportBatch, raws: Sequence[ImportEntry]) -> list[RawItem]:
    query = select(ImportEntry.id, ImportEntry.raw_body).where(ImportEntry.id.in_([one.id for one in raws]))
    bodies = {entry: body or b"" for entry, body in db.session.execute(query)}
    return [_raw_item(actor, now, batch, one, bodies[one.id]) for one in raws]


def _raw_item(actor: Actor, now: datetime, batch: ImportBatch, entry: ImportEntry, body: bytes) -> RawItem:
    raw = entry.raw
    reason = next((one for one in entry.problems if one["severity"] == RAW), None) or next(iter(entry.problems), {})
    return RawItem(
        course_module_id=batch.course_module_id, batch_id=batch.id, format=raw["format"][:20],
        name=(raw["name"] or entry.name)[:300], identifier=raw["identifier"][:300], reason=reason,
        suffix=raw["suffix"][:20], has_files=raw["has_files"], size=len(body), body=body, author_id=actor.user_id,
        created_at=now,
    )  # fmt: skip
