"""Rescue files: opened with the exam's key, and put where everything late lies, for a person to decide on."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, db
from exambank.errors import DomainError, InvalidInput
from exambank.exams import service as exams
from exambank.exams.models import ExamRoom
from exambank.permissions import Actor
from exambank.sittings import papers, rescue, rules
from exambank.sittings.models import (
    QuarantinedSave,
    RescueFile,
    Response,
    ResponseEvent,
    Sitting,
)
from exambank.sittings.service.locking import lock_sitting, room_event
from exambank.sittings.service.reading import find_sitting
from exambank.sittings.service.saving import parse_answers
from exambank.sittings.store import Answer

unit_of_work = db.unit_of_work


@dataclass(frozen=True)
class Brought:
    """What became of a file: the record of it, and how many of its answers nobody could read."""

    file: RescueFile
    is_repeated: bool
    unreadable: int = 0

    @property
    def is_late(self) -> bool:
        """Whether even by the machine's own word it was sealed after the deadline."""
        deadline, claimed = self.file.sitting.deadline_at, self.file.claimed_at
        return deadline is not None and claimed is not None and claimed > deadline


def bring_rescue_file(
    *, actor: Actor, now: datetime, room: ExamRoom, body: bytes, noted: str = ""
) -> Brought:  # fmt: skip
    """Take a file up for a candidate of this room, once; the same file again changes nothing.

    ``noted``: the check code that was written down in the room, if it was. InvalidInput says what is wrong with a file;
    nothing of it is kept then.
    """
    header = _read_header(body)
    sitting = _sitting_in(room, header)
    code = rescue.check_code(body)
    if noted.strip() and not rescue.same_check_code(noted, code):
        raise InvalidInput(
            _(
                "This file has the check code %(code)s, not the one that was noted. It is another file, or it was "
                "changed. Nothing was taken up.",
                code=code,
            )
        )  # fmt: skip
    digest = hashlib.sha256(body).hexdigest()
    known = _find(sitting, digest)
    if known is not None:
        return Brought(known, is_repeated=True)
    entries, unreadable = _open(sitting, header)
    file = RescueFile(
        sitting_id=sitting.id, sha256=digest, check_code=code, body=body.decode(), received_at=now,
        claimed_at=db.from_milliseconds(header.sealed_ms), received_by_id=actor.user_id, answers=len(entries),
    )  # fmt: skip
    return _keep(actor, now, sitting, file, entries, unreadable)


def _read_header(body: bytes) -> rescue.Header:
    try:
        return rescue.read_header(body)
    except rescue.BadFile:
        raise InvalidInput(
            _("This is no rescue file, or only a part of one. Its name ends in .exambank; bring it as it was saved.")
        ) from None


def _sitting_in(room: ExamRoom, header: rescue.Header) -> Sitting:
    sitting = find_sitting(header.sitting)
    if sitting is None or sitting.room_id != room.id or room.exam.public_id != header.exam:
        raise InvalidInput(
            _("This file is not of a candidate of this room and this exam. Nothing was taken up.")
        )  # fmt: skip
    return sitting


def _find(sitting: Sitting, digest: str) -> RescueFile | None:
    query = select(RescueFile).where(RescueFile.sitting_id == sitting.id, RescueFile.sha256 == digest)
    return db.db.session.execute(query).scalar_one_or_none()


def _open(sitting: Sitting, header: rescue.Header) -> tuple[list[tuple[int, Answer]], int]:
    """``(seq, answer)`` of everything that fits this candidate's paper, and how many do not."""
    private = _private_key(sitting)
    try:
        content = rescue.open_file(private, header)
        found = list(rescue.read_entries(content, base64.b64decode(sitting.journal_key)))
    except ValueError:
        raise InvalidInput(
            _(
                "The seal of this file does not open: it was changed on its way, or belongs to another exam. Nothing "
                "was taken up."
            )
        ) from None
    fit = list(_fitting(sitting, found))
    return fit, len(found) - len(fit)


def _private_key(sitting: Sitting) -> bytes:
    try:
        private = exams.rescue_key_of(sitting.exam)
    except ValueError:
        private = None
    if private is None:
        raise InvalidInput(
            _(
                "This server does not have the key for this exam's rescue files. Nothing was taken up; keep the file. "
                "Ask the technician to restore the secrets part of the backup."
            )
        )
    return private


def _fitting(sitting: Sitting, entries: Iterable) -> Iterable[tuple[int, Answer]]:
    """Through the same door as every save: a question of this paper, an answer of its kind."""
    place = papers.find_place(sitting.public_id)
    for entry in entries:
        if isinstance(entry, rescue.UnreadableEntry):
            continue
        _epoch, n = rules.split_seq(entry.seq)
        try:
            (answer,) = parse_answers(
                place, [{"q": entry.question, "n": n, "payload": entry.payload, "at": entry.claimed_ms}]
            )
        except DomainError:
            continue
        yield entry.seq, answer


def _keep(actor, now, sitting: Sitting, file: RescueFile, entries, unreadable: int) -> Brought:
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        known = _find(row, file.sha256)
        if known is not None:  # brought twice at the same moment
            return Brought(known, is_repeated=True)
        there = _known_seqs(session, row.id)
        fresh = [(seq, answer) for seq, answer in entries if (answer.question, seq) not in there]
        file.new_answers = len(fresh)
        session.add(file)
        session.add_all(_quarantined(row, seq, answer, now) for seq, answer in fresh)
        session.add(room_event(row, "rescue_brought", now, actor, code=file.check_code, count=len(fresh)))
        session.flush()
        audit.record(
            actor, "rescue.brought", file, sitting=row.public_id, code=file.check_code, sha256=file.sha256,
            answers=file.answers, fresh=len(fresh), unreadable=unreadable, claimed=file.claimed_at,
        )  # fmt: skip
    return Brought(file, is_repeated=False, unreadable=unreadable)


def _known_seqs(session, sitting_id: int) -> set[tuple[int, int]]:
    """What the server holds already: as an answer, in its history, or waiting for a decision."""
    return {
        tuple(row)
        for table in (Response, ResponseEvent, QuarantinedSave)
        for row in session.execute(select(table.question, table.seq).where(table.sitting_id == sitting_id))
    }


def _quarantined(row: Sitting, seq: int, answer: Answer, now: datetime) -> QuarantinedSave:
    claimed = answer.claimed_ms
    return QuarantinedSave(
        sitting_id=row.id, question=answer.question, seq=seq, payload=answer.payload, reason="rescue_file",
        contact_at=row.last_contact_at, claimed_at=None if claimed is None else db.from_milliseconds(claimed),
        received_at=now,
    )  # fmt: skip


def list_rescue_files(room: ExamRoom) -> list[RescueFile]:
    """What was brought for the candidates of a room, newest first."""
    query = (
        select(RescueFile)
        .join(Sitting, Sitting.id == RescueFile.sitting_id)
        .where(Sitting.room_id == room.id)
        .order_by(RescueFile.id.desc())
    )
    return list(db.db.session.execute(query).scalars())
