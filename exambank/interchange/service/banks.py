"""Bank files: handed in, read, shown as a batch, read again, put aside. ``taking`` brings them into the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from exambank import audit, jobs
from exambank.courses.models import CourseModule
from exambank.db import is_sqlite, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.interchange import messages, rules
from exambank.interchange.formats import READABLE, read_file
from exambank.interchange.models import ImportBatch, ImportEntry, ImportPicture
from exambank.interchange.neutral import Reading, Source, UnreadableFile
from exambank.interchange.service.files import refusal, tidy_file_name
from exambank.interchange.service.finding import get_batch
from exambank.interchange.service.reading import fingerprint, keep_reading, prepare_reading
from exambank.interchange.service.report import entries_as_data
from exambank.permissions import Actor

UPLOADED = "import.uploaded"


@dataclass(frozen=True)
class BankFile:
    """A file that was read for a bank and not stored; ``report`` as ``report_for_people`` takes it."""

    reading: Reading
    report: dict


def read_bank_file(
    course_module: CourseModule, file_name: str, body: bytes, *, wanted: str | None = None, key_body: bytes = b"",
    key_name: str = "", choices: dict | None = None,
) -> BankFile:  # fmt: skip
    """Read a file as a bank for this module, here and now; nothing is stored. InvalidInput when it cannot be used."""
    _refuse_size(body)
    source = Source(body, file_name, choices=choices or {}, key_body=key_body, key_name=key_name)
    try:
        prepared = prepare_reading(read_file(source, wanted), course_module)
    except UnreadableFile as error:
        raise refusal(error) from None
    return BankFile(prepared.reading, {**prepared.report, "entries": entries_as_data(prepared.reading.entries)})


def preview_import(
    *, actor: Actor, now: datetime, course_module: CourseModule, file_name: str, body: bytes, wanted: str | None = None,
    key_body: bytes = b"", key_name: str = "", choices: dict | None = None,
) -> ImportBatch:  # fmt: skip
    """Read a file at once, in this process, and keep it as a batch that waits for a decision: for the command line.

    InvalidInput when it cannot be used; then nothing is kept.
    """
    _refuse_bytes_while_open(len(body) + len(key_body))
    _refuse_size(body)
    source = Source(body, file_name, choices=choices or {}, key_body=key_body, key_name=key_name)
    try:
        prepared = prepare_reading(read_file(source, wanted), course_module)
    except UnreadableFile as error:
        raise refusal(error) from None
    refuse_while_open(len(prepared.reading.entries))
    with unit_of_work() as session:
        batch = _new_batch(actor, now, course_module, source, wanted)
        batch.attempts = batch.tries = 1
        batch.started_at = now
        session.add(batch)
    keep_reading(batch.id, 1, prepared, actor)
    return get_batch(batch.public_id)


def upload_import(
    *, actor: Actor, now: datetime, course_module: CourseModule, file_name: str, body: bytes, wanted: str | None = None,
    key_body: bytes = b"", key_name: str = "",
) -> ImportBatch:  # fmt: skip
    """Keep a file to be read by the worker; the batch's page tells how far it is."""
    _refuse_bytes_while_open(len(body) + len(key_body))
    for one in (body, key_body):
        _refuse_size(one)
    if not body.strip(b"\0 \t\r\n"):
        raise refusal(UnreadableFile("empty_file"))
    with unit_of_work() as session:
        batch = _new_batch(
            actor, now, course_module, Source(body, file_name, key_body=key_body, key_name=key_name), wanted
        )
        session.add(batch)
        session.flush()
        jobs.publish(UPLOADED, batch.public_id)
        audit.record(actor, UPLOADED, batch, file=batch.file_name, sha256=batch.sha256, size=batch.size)
    return batch


def _new_batch(
    actor: Actor, now: datetime, course_module: CourseModule, source: Source, wanted: str | None
) -> ImportBatch:
    choices = {**source.choices, **({"format": wanted} if wanted in READABLE else {})}
    return ImportBatch(
        course_module_id=course_module.id, file_name=tidy_file_name(source.name), sha256=fingerprint(source.body),
        state="reading", drafts=[], report={}, author_id=actor.user_id, created_at=now, choices=choices,
        key_name=tidy_file_name(source.key_name) if source.key_body else "", upload=source.body,
        key_upload=source.key_body or None, size=len(source.body) + len(source.key_body), format=wanted or "",
    )  # fmt: skip


def _refuse_size(body: bytes) -> None:
    if len(body) > rules.UPLOAD_LIMIT:
        raise refusal(
            UnreadableFile(
                "upload_too_large", megabytes=len(body) / 1024 / 1024, limit=rules.UPLOAD_LIMIT // 1024 // 1024
            )
        )


def refuse_while_open(items: int) -> None:
    """On SQLite a large import waits until no exam is open: it would hold up the room's answers."""
    if words := why_to_wait(items):
        raise StateConflict(words)


def why_to_wait(items: int) -> str:
    """Why so many items cannot be taken over now; empty when they can."""
    if rules.is_refused_while_open(items) and is_sqlite() and exams.is_any_exam_open():
        return messages.too_large_while_open(rules.ITEMS_WHILE_EXAM_OPEN)
    return ""


def _refuse_bytes_while_open(size: int) -> None:
    """Reading a large file would already slow the exam room of a one-machine server."""
    if size > rules.BYTES_WHILE_EXAM_OPEN and is_sqlite() and exams.is_any_exam_open():
        raise StateConflict(messages.file_too_large_while_open(rules.BYTES_WHILE_EXAM_OPEN // 1000))


# --- another reading ---


def read_again(*, actor: Actor, now: datetime, batch: ImportBatch, choices: dict[str, str]) -> None:
    """Have the file read anew with other choices ("key", "format"); what was mended is kept where it is found again."""
    _refuse_bytes_while_open(batch.size)
    known = {name: value for name, value in choices.items() if value}
    if known.get("format", READABLE[0]) not in READABLE:
        raise InvalidInput(_("Choose one of the list."))
    with unit_of_work():
        lock(batch)
        if batch.state not in rules.RE_READABLE:
            raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))
        if not batch.size:
            raise refusal(UnreadableFile("upload_gone"))
        batch.state, batch.tries, batch.started_at, batch.failure = "reading", 0, None, None
        batch.progress_done = batch.progress_total = 0
        batch.choices = known
        jobs.publish(UPLOADED, batch.public_id)
        audit.record(actor, "import.reread", batch, choices=known)


def cancel_reading(*, actor: Actor, now: datetime, batch: ImportBatch) -> None:
    """Stop the reading: the process ends by itself. What an earlier reading found stays."""
    with unit_of_work():
        lock(batch)
        if batch.state != "reading":
            raise StateConflict(_("This file is not being read any more."))
        batch.state = "previewed" if batch.shown else "cancelled"
        batch.attempts += 1  # the reading that runs now may not end well any more
        audit.record(actor, "import.cancelled", batch, file=batch.file_name)


def discard_import(*, actor: Actor, now: datetime, batch: ImportBatch) -> None:
    """Put the batch aside; nothing of it was in the bank."""
    with unit_of_work() as session:
        lock(batch)
        refuse_decided(batch, rules.UNDECIDED)
        batch.state = "discarded"
        empty_batch(session, batch)
        audit.record(actor, "import.discarded", batch, sha256=batch.sha256)


def refuse_decided(batch: ImportBatch, states: Sequence[str] = ("previewed",)) -> None:
    """Whoever comes second is told."""
    if batch.state == "reading" and "reading" not in states:
        raise StateConflict(_("The file is still being read. Wait until it is shown."))
    if batch.state not in states:
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))


def empty_batch(session, batch: ImportBatch) -> None:
    """A batch that is decided forgets the file, its pictures and the drafts; what became of each entry stays."""
    batch.upload = batch.key_upload = None
    batch.size = 0
    batch.drafts = []
    own = ImportEntry.batch_id == batch.id
    session.execute(delete(ImportPicture).where(ImportPicture.batch_id == batch.id))
    session.execute(update(ImportEntry).where(own).values(draft=None, raw=None, raw_body=None, evidence=[]))
    session.execute(update(ImportEntry).where(own, ImportEntry.item_id.is_not(None)).values(source=[]))


def move_batch(*, actor: Actor, now: datetime, batch: ImportBatch, course_module: CourseModule) -> None:
    """Take the file for the bank of another module; it is read anew, because other items may look alike there."""
    with unit_of_work() as session:
        lock(batch)
        refuse_decided(batch)
        before = batch.course_module.code
        _forget_kin(session, batch)
        batch.course_module = course_module
        batch.course_module_id = course_module.id
        audit.record(actor, "import.moved", batch, before=before, after=course_module.code)
        read_again(actor=actor, now=now, batch=batch, choices=batch.choices)


def _forget_kin(session, batch: ImportBatch) -> None:
    """Warnings that quote the bank left behind: nobody may read them in the other one if the new reading fails."""
    query = select(ImportEntry.id, ImportEntry.problems).where(ImportEntry.batch_id == batch.id)
    rows = [
        {"id": entry, "problems": [one for one in problems if one["code"] != "kin_in_bank"]}
        for entry, problems in session.execute(query)
        if any(one["code"] == "kin_in_bank" for one in problems)
    ]
    if rows:
        session.execute(update(ImportEntry), rows)
