"""From a file to a batch that waits: read in a process of its own, kept in small writes, stopped when unwanted."""

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import undefer

from exambank import audit, clock
from exambank.bank import rules as bank_rules
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.interchange import rules, wire
from exambank.interchange.formats import read_file
from exambank.interchange.models import ImportBatch, ImportEntry, ImportPicture
from exambank.interchange.neutral import RAW, Entry, Raw, Reading, Source, UnreadableFile
from exambank.interchange.service.apart import ReadingStopped, read_apart
from exambank.interchange.service.kinship import warn_of_kin
from exambank.permissions import SYSTEM, Actor

log = logging.getLogger("exambank.interchange")

ENTRIES_A_WRITE = 25
BYTES_A_WRITE = 1_000_000
FILES_OF_RAW = "files/"  # in the zip of an item kept as it came: what lay beside the item itself


@dataclass(frozen=True)
class Prepared:
    """A reading made ready to be kept: compared with the bank, its rows as the tables have them."""

    reading: Reading
    report: dict


def prepare_reading(reading: Reading, course_module: CourseModule) -> Prepared:
    """Compare what was read with the school's levels, the bank's topics and its items; nothing is stored."""
    entries = rules.check_levels(reading.entries, [level.name for level in courses.list_levels()])
    entries = rules.check_pictures(entries, _unfit(reading))
    entries = rules.check_outcomes(entries, [one.code for one in courses.list_outcomes(course_module)])
    entries = warn_of_kin(entries, course_module)
    reading = replace(reading, entries=tuple(entries))
    drafts = [entry.draft for entry in entries if entry.draft]
    notices = [[code, values] for code, values in reading.notices]
    if any(draft.note for draft in drafts):
        notices.append(["notes_not_kept", {}])
    if any(draft.points for draft in drafts):
        notices.append(["points_not_kept", {}])
    known = [topic.name for topic in courses.list_topics(course_module, with_retired=True)]
    report = {
        "format": reading.format,
        "title": reading.title[:300],
        "facts": dict(reading.facts),
        "notices": notices,
        "counts": reading.counts(),
        "new_topics": rules.missing_topics((draft.topic_names for draft in drafts), known),
        "conventions": [[one.code, one.items, one.conflicts] for one in reading.conventions],
        "convention": reading.convention,
    }
    return Prepared(reading, report)


def _unfit(reading: Reading) -> dict[str, str]:
    """Pictures that the bank itself would refuse, by their names."""
    found = {}
    for key, one in reading.media.items():
        try:
            bank_rules.read_picture(one.body)
        except bank_rules.PictureProblem:
            found[key] = one.name or "?"
    return found


# --- the job ---


def read_batch(public_id: str) -> None:
    """Read the file of a batch that waits for it; what goes wrong is said on the batch itself."""
    begun = _begin(public_id)
    if begun is None:
        return
    batch_id, attempt = begun
    try:
        reading = _read(batch_id, attempt)
        course_module = db.session.get(ImportBatch, batch_id).course_module
        keep_reading(batch_id, attempt, prepare_reading(reading, course_module))
    except ReadingStopped:
        db.session.rollback()
    except UnreadableFile as error:
        fail_reading(batch_id, attempt, error)
    except OSError:  # no room for the file beside us, no process to be had: none of the file's doing
        db.session.rollback()
        log.exception("the server could not read a batch", extra={"batch": public_id})
        fail_reading(batch_id, attempt, UnreadableFile("server_trouble"))
    except Exception:  # whatever it is, the batch must not stay "being read" for ever
        db.session.rollback()
        log.exception("a batch could not be read", extra={"batch": public_id})
        fail_reading(batch_id, attempt, UnreadableFile("reading_crashed"))


def _begin(public_id: str) -> tuple[int, int] | None:
    """Take the batch; None when it does not wait any more. A file that stopped its reader too often is given up."""
    with unit_of_work() as session:
        batch = session.scalar(select(ImportBatch).filter_by(public_id=public_id, state="reading").with_for_update())
        if batch is None:
            return None
        batch.attempts, batch.tries = batch.attempts + 1, batch.tries + 1
        batch.started_at, batch.progress_done, batch.progress_total = clock.now(), 0, 0
        attempt, tries = batch.attempts, batch.tries
    if tries > rules.TRIES_ALLOWED:
        fail_reading(batch.id, attempt, UnreadableFile("reading_gave_up"))
        return None
    return batch.id, attempt


def _read(batch_id: int, attempt: int) -> Reading:
    query = select(ImportBatch).where(ImportBatch.id == batch_id)
    batch = db.session.scalar(query.options(undefer(ImportBatch.upload), undefer(ImportBatch.key_upload)))
    source = source_of(batch)
    wanted = batch.choices.get("format") or None
    db.session.rollback()  # no transaction stands open while the file is read
    watch = _watch(batch_id, attempt)
    if current_app.config["READ_FILES_APART"]:
        return read_apart(source, wanted, is_wanted=watch)
    return read_file(replace(source, progress=_stop_unless(watch)), wanted)


def _stop_unless(watch: Callable[[int, int], bool]) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if not watch(done, total):
            raise ReadingStopped()

    return progress


def source_of(batch: ImportBatch) -> Source:
    """The file as its reader takes it."""
    if batch.upload is None:
        raise UnreadableFile("upload_gone")
    choices = {name: value for name, value in batch.choices.items() if name != "format"}
    return Source(
        batch.upload, batch.file_name, choices=choices, key_body=batch.key_upload or b"", key_name=batch.key_name
    )


def _watch(batch_id: int, attempt: int) -> Callable[[int, int], bool]:
    """Tells the page how far the reading is, at most once a second, and whether anybody still wants it."""
    told = {"at": None}

    def watch(done: int, total: int) -> bool:
        now = clock.now()
        if told["at"] is not None and (now - told["at"]).total_seconds() < 1:
            return True
        told["at"] = now
        return _update(batch_id, attempt, progress_done=min(done, 10**9), progress_total=min(total, 10**9))

    return watch


def _update(batch_id: int, attempt: int, **values) -> bool:
    """Write to the batch as long as this very reading is the one it waits for."""
    with unit_of_work() as session:
        done = session.execute(
            update(ImportBatch)
            .where(ImportBatch.id == batch_id, ImportBatch.state == "reading", ImportBatch.attempts == attempt)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    return done.rowcount == 1


def fail_reading(batch_id: int, attempt: int, error: UnreadableFile) -> None:
    """Say why there is nothing to see. A file that was read before keeps what was read then."""
    failure = {"code": error.code, "values": error.values}
    db.session.rollback()
    with unit_of_work() as session:
        batch = session.get(ImportBatch, batch_id, with_for_update={"of": ImportBatch})
        if batch is None or batch.state != "reading" or batch.attempts != attempt:
            return
        batch.state, batch.failure = ("previewed" if batch.shown else "failed"), failure
        audit.record(SYSTEM, "import.failed", batch, file=batch.file_name, code=error.code)


# --- keeping ---


def keep_reading(batch_id: int, attempt: int, prepared: Prepared, actor: Actor = SYSTEM) -> None:
    """Keep what was read in small writes; only the last one shows it. ReadingStopped when nobody wants it any more."""
    edits = _edits(batch_id)
    rows = [_entry_values(batch_id, attempt, place, one) for place, one in enumerate(prepared.reading.entries, start=1)]
    lost = _take_over_edits(rows, edits)
    _delete_entries(batch_id, ImportEntry.reading == attempt)  # a reading that was interrupted here
    for some in _portions(rows, _size_of_entry):
        _insert(ImportEntry, some, batch_id, attempt)
    for some in _portions(_new_pictures(batch_id, prepared.reading), lambda row: row["size"]):
        _insert(ImportPicture, some, batch_id, attempt)
    report = {**prepared.report, "counts": rules.count_statuses(row["status"] for row in rows)}
    if lost:
        report["notices"] = [*report["notices"], ["edits_lost", {"names": "; ".join(lost)[:500]}]]
    _show(batch_id, attempt, report, actor)
    _delete_entries(batch_id, ImportEntry.reading != attempt)


def _show(batch_id: int, attempt: int, report: dict, actor: Actor) -> None:
    with unit_of_work() as session:
        batch = session.get(ImportBatch, batch_id, with_for_update={"of": ImportBatch})
        if batch is None or batch.state != "reading" or batch.attempts != attempt:
            raise ReadingStopped()
        batch.state, batch.shown, batch.failure = "previewed", attempt, None
        batch.format, batch.report = report["format"], report
        audit.record(
            actor, "import.previewed", batch, file=batch.file_name, sha256=batch.sha256, counts=report["counts"]
        )  # fmt: skip


def _entry_values(batch_id: int, attempt: int, position: int, entry: Entry) -> dict:
    raw = entry.raw if entry.status == RAW else None
    return {
        "batch_id": batch_id,
        "reading": attempt,
        "position": position,
        "name": entry.name[:300],
        "place": wire.place_as_data(entry.place),
        "status": entry.status,
        "problems": [wire.problem_as_data(problem) for problem in entry.problems],
        "source": [list(pair) for pair in entry.source],
        "evidence": wire.evidence_as_data(entry.evidence),
        "draft": entry.draft.as_dict() if entry.draft else None,
        "raw": raw and {
            "format": raw.format, "suffix": raw.suffix, "name": raw.name, "identifier": raw.identifier,
            "has_files": bool(raw.files),
        },
        "raw_body": raw and body_of_raw(raw),
        "is_left_out": False,
        "edited_at": None,
        "editor_id": None,
        "editors": [],
    }  # fmt: skip


def body_of_raw(raw: Raw) -> bytes:
    """The item's own bytes, or a zip of them and of the files that belong to it, always the same zip."""
    if not raw.files:
        return raw.body
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        beside = {f"{FILES_OF_RAW}{_inside(path)}": body for path, body in raw.files}
        for path, body in ((f"item{raw.suffix}", raw.body), *beside.items()):
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), body)
    return target.getvalue()


def _inside(path: str) -> str:
    """A path that leaves no folder, whoever unpacks it."""
    return "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _edits(batch_id: int) -> list[ImportEntry]:
    """What people did to the entries that are shown now."""
    touched = ImportEntry.edited_at.is_not(None) | ImportEntry.is_left_out
    query = select(ImportEntry).join(ImportBatch).where(
        ImportEntry.batch_id == batch_id, ImportEntry.reading == ImportBatch.shown, touched
    )  # fmt: skip
    return list(db.session.scalars(query))


_MENDED = ("draft", "status", "problems", "edited_at", "editor_id", "editors")


def _take_over_edits(rows: list[dict], edits: Sequence[ImportEntry]) -> list[str]:
    """Put what people mended into the new reading; returns the names of what is no longer found there."""
    if not edits:
        return []
    found = [rules.Kept(row["position"], row["name"], _place_key(row["place"])) for row in rows]
    kept = [rules.Kept(one.position, one.name, _place_key(one.place)) for one in edits]
    matched, lost = rules.match_edits(kept, found)
    by_position = {one.position: one for one in edits}
    for row in rows:
        old = by_position.get(matched.get(row["position"]))
        if old is None:
            continue
        row["is_left_out"] = old.is_left_out
        if old.edited_at is not None:
            row |= {name: getattr(old, name) for name in _MENDED}
            row |= {"raw": None, "raw_body": None}
    return lost


def _place_key(place: dict) -> str:
    return repr(sorted(place["values"].items())) + place["code"] if place.get("code") else ""


def _new_pictures(batch_id: int, reading: Reading) -> list[dict]:
    known = set(db.session.scalars(select(ImportPicture.media_id).where(ImportPicture.batch_id == batch_id)))
    return [
        {
            "batch_id": batch_id, "media_id": key, "name": one.name[:300], "media_type": one.media_type,
            "size": len(one.body), "body": one.body,
        }
        for key, one in reading.media.items()
        if key not in known
    ]  # fmt: skip


def _size_of_entry(row: dict) -> int:
    return len(row["raw_body"] or b"") + BYTES_A_WRITE // ENTRIES_A_WRITE


def _portions(rows: Iterable[dict], size_of: Callable[[dict], int]) -> Iterator[list[dict]]:
    """Rows cut so that no write holds the database for long."""
    some, size = [], 0
    for row in rows:
        if some and size + size_of(row) > BYTES_A_WRITE:
            yield some
            some, size = [], 0
        some.append(row)
        size += size_of(row)
    if some:
        yield some


def _insert(table, rows: list[dict], batch_id: int, attempt: int) -> None:
    """Insert a portion, unless the reading was stopped meanwhile."""
    if not _update(batch_id, attempt, attempts=attempt):
        raise ReadingStopped()
    with unit_of_work() as session:
        session.execute(insert(table), rows)


def _delete_entries(batch_id: int, condition) -> None:
    while True:
        query = select(ImportEntry.id).where(ImportEntry.batch_id == batch_id, condition).limit(200)
        ids = list(db.session.scalars(query))
        if not ids:
            return
        with unit_of_work() as session:
            session.execute(delete(ImportEntry).where(ImportEntry.id.in_(ids)))


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fail_abandoned(before: datetime) -> None:
    """Readings that began before this moment and never ended, nor were taken up again: say so on the batch."""
    query = select(ImportBatch.id, ImportBatch.attempts).where(
        ImportBatch.state == "reading", ImportBatch.started_at < before
    )
    for batch_id, attempt in db.session.execute(query).all():
        fail_reading(batch_id, attempt, UnreadableFile("reading_gave_up"))


def forget_uploads(before: datetime) -> None:
    """Files that could not be read, or that nobody wanted read, are not kept for ever."""
    query = select(ImportBatch.id).where(
        ImportBatch.state.in_(("failed", "cancelled")), ImportBatch.created_at < before, ImportBatch.upload.is_not(None)
    )
    for batch_id in db.session.scalars(query).all():
        with unit_of_work() as session:
            session.execute(
                update(ImportBatch).where(ImportBatch.id == batch_id).values(upload=None, key_upload=None, size=0)
            )
