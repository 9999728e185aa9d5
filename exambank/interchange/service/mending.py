"""What a person changes in the preview: an entry mended, entries left out or taken in, places set for many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from exambank import audit
from exambank.bank import rules as bank_rules
from exambank.courses import service as courses
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import rules, wire
from exambank.interchange.models import ImportBatch, ImportEntry
from exambank.interchange.neutral import STATUSES, Draft
from exambank.interchange.service.banks import refuse_decided
from exambank.interchange.service.finding import list_entries
from exambank.interchange.service.reading import ENTRIES_A_WRITE
from exambank.permissions import Actor


def mend_entry(*, actor: Actor, now: datetime, entry: ImportEntry, draft: Draft) -> ImportEntry:
    """Keep what somebody made of an entry; its status is judged anew."""
    levels = [level.name for level in courses.list_levels()]
    before = [wire.problem_of(one) for one in entry.problems]
    status, problems = rules.judge_mended(draft, levels, before)
    batch, entry_id = entry.batch, entry.id
    topics = _topic_names(batch) | {entry.position: draft.topic_names}
    with unit_of_work() as session:
        lock(batch)
        refuse_decided(batch)
        row = session.get(ImportEntry, entry_id)
        if row is None or row.reading != batch.shown:
            raise StateConflict(_("The file was read anew meanwhile. Go back to it and open the question again."))
        was = row.status
        row.draft, row.status = draft.as_dict(), status
        row.problems = [wire.problem_as_data(one) for one in problems]
        row.edited_at, row.editor_id = now, actor.user_id
        row.editors = sorted({*row.editors, actor.user_id})
        session.flush()
        _count_again(session, batch, topics)
        audit.record(actor, "import.mended", batch, position=row.position, before=was, after=status)
    return row


def set_left_out(
    *, actor: Actor, now: datetime, batch: ImportBatch, positions: Collection[int], is_left_out: bool
) -> int:
    """Leave entries out of what is taken over, or take them in again; returns how many changed."""
    with unit_of_work() as session:
        lock(batch)
        refuse_decided(batch)
        done = session.execute(
            update(ImportEntry)
            .where(
                ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown,
                ImportEntry.position.in_(positions), ImportEntry.is_left_out.is_not(is_left_out),
            )
            .values(is_left_out=is_left_out)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        verb = "import.left_out" if is_left_out else "import.taken_in"
        audit.record(actor, verb, batch, count=done.rowcount, positions=sorted(positions)[:500])
    return done.rowcount


@dataclass(frozen=True)
class PlacesForMany:
    """What is given to every chosen entry; None leaves it as the file has it."""

    topic_name: str | None = None
    level: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.topic_name is None and self.level is None and not self.tags


def place_entries(
    *, actor: Actor, now: datetime, batch: ImportBatch, positions: Collection[int], places: PlacesForMany
) -> int:
    """Give many entries the same topic, level or tags; returns how many there were."""
    if places.is_empty:
        raise InvalidInput(_("Choose a topic, a level or tags to give to the chosen questions."))
    refuse_decided(batch)
    levels = [level.name for level in courses.list_levels()]
    rows = [
        {"id": one.id, "position": one.position, **_placed(one, places, levels)}
        for one in list_entries(batch)
        if one.position in positions and one.draft is not None
    ]
    if not rows:
        raise InvalidInput(_("Tick the questions that you mean first."))
    topics = _topic_names(batch) | {row["position"]: tuple(row["draft"]["topic_names"]) for row in rows}
    for start in range(0, len(rows), ENTRIES_A_WRITE):  # in small writes: a room may be writing its answers
        some = rows[start : start + ENTRIES_A_WRITE]
        with unit_of_work() as session:
            lock(batch)
            refuse_decided(batch)
            session.execute(update(ImportEntry), some)
            _count_again(session, batch, topics)
            audit.record(
                actor, "import.placed", batch, count=len(some), topic=places.topic_name, level=places.level,
                tags=list(places.tags),
            )  # fmt: skip
    return len(rows)


def _placed(entry: ImportEntry, places: PlacesForMany, levels: Sequence[str]) -> dict:
    draft = Draft.from_dict(entry.draft)
    if places.topic_name is not None:
        draft = replace(draft, topic_names=(places.topic_name,) if places.topic_name else ())
    if places.level is not None:
        draft = replace(draft, level=places.level)
    if places.tags:
        draft = replace(draft, tags=bank_rules.tidy_tags((*draft.tags, *places.tags)))
    known = rules.match_level(draft.level, levels) is not None
    kept = [one for one in entry.problems if one["code"] != "level_unknown" or not (known or not draft.level)]
    status = rules.status_of(wire.problem_of(one) for one in kept)
    return {"draft": draft.as_dict(), "problems": kept, "status": status}


def _topic_names(batch: ImportBatch) -> dict[int, tuple[str, ...]]:
    """The topics that each entry names, by its place; read before anything is locked."""
    query = select(ImportEntry.position, ImportEntry.draft).where(
        ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown
    )
    return {at: tuple(draft.get("topic_names") or ()) for at, draft in db.session.execute(query) if draft}


def _count_again(session, batch: ImportBatch, topics: Mapping[int, Sequence[str]]) -> None:
    """The report's counts and new topics after a change; inside a unit of work, so nothing large is read here."""
    own = (ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown)
    query = select(ImportEntry.status, func.count()).where(*own).group_by(ImportEntry.status)
    found = [tuple(row) for row in session.execute(query)]
    known = [topic.name for topic in courses.list_topics(batch.course_module, with_retired=True)]
    batch.report = {
        **batch.report,
        "counts": {**dict.fromkeys(STATUSES, 0), **dict(found)},
        "new_topics": rules.missing_topics((topics[at] for at in sorted(topics)), known),
    }


def all_positions(batch: ImportBatch, status: str = "") -> list[int]:
    """The places of all entries, or of those in one status."""
    query = select(ImportEntry.position).where(ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown)
    if status:
        query = query.where(ImportEntry.status == status)
    return list(db.session.scalars(query))
