"""What the invigilators recorded and the server saw in a room, as the minutes tell it."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from exambank.accounts.models import User
from exambank.db import db
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.sittings import service as sittings
from exambank.sittings.models import (
    QuarantinedSave,
    RescueFile,
    RoomEvent,
    RoomMessage,
    Sitting,
    TimeGrant,
)


def incident_rows(room: ExamRoom) -> list[list[str]]:
    """From when to when, whom, what; in the order they began."""
    found = sorted(sittings.list_incidents(room), key=lambda one: (one.began_at, one.id))
    return [
        [
            _from_to(one.began_at, one.ended_at),
            one.sitting.candidacy.number if one.sitting else "cả phòng",
            rules.soften("; ".join(filter(None, [wording.INCIDENTS.get(one.kind, "việc khác"), one.text]))),
        ]
        for one in found
    ]


def _from_to(began, ended) -> str:
    return f"{wording.time_of(began)} – {wording.time_of(ended) or '…'}"


def offence_rows(exam: Exam, room: ExamRoom) -> list[list[str]]:
    """When, who, which offence and what happened, whether signed; withdrawn records as such."""
    return [
        [
            wording.time_of(one.happened_at),
            f"{one.sitting.candidacy.number} {one.sitting.user.full_name}",
            rules.soften(f"{one.name}: {one.text}")
            + (f" (đã rút: {rules.soften(one.withdrawn_reason)})" if one.withdrawn_at else ""),
            wording.SIGNED[one.is_signed],
        ]
        for one in sittings.list_offences(exam, room)
    ]


def objection_rows(room: ExamRoom) -> list[list[str]]:
    """When, who, which question, what was said and answered; the question itself never."""
    found = sorted(sittings.list_objections(room), key=lambda one: one.id)
    return [
        [
            wording.time_of(one.raised_at), one.sitting.candidacy.number, str(one.question), rules.soften(one.text),
            rules.soften(one.reply or "chưa trả lời"),
        ]
        for one in found
    ]  # fmt: skip


def time_rows(exam: Exam, room: ExamRoom) -> list[list[str]]:
    """Time given back: when, to whom, how much, why, by whom and with whose agreement. Who got the same, in a line."""
    second = aliased(User)
    rows = db.session.execute(
        select(TimeGrant, Candidacy.number, User.full_name, second.full_name)
        .join(Sitting, Sitting.id == TimeGrant.sitting_id)
        .join(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .join(User, User.id == TimeGrant.granted_by_id)
        .outerjoin(second, second.id == TimeGrant.decided_by_id)
        .where(Sitting.exam_id == exam.id, Sitting.room_id == room.id)
        .order_by(TimeGrant.id)
    )
    grouped: dict[tuple, list[str]] = {}
    for grant, number, giver, agreed in rows:
        note = wording.GRANTS[grant.state] + (" (đo được)" if grant.kind == "measured" else "")
        people = giver if not agreed else f"{giver}; duyệt: {agreed}"
        key = (grant.granted_at, grant.seconds, grant.reason, people, note)
        grouped.setdefault(key, []).append(number or "")
    return [
        [wording.time_of(at), ", ".join(numbers), wording.seconds_of(seconds),
         rules.soften(reason) + (f"; {note}" if note else ""), people]
        for (at, seconds, reason, people, note), numbers in grouped.items()
    ]  # fmt: skip


def record_facts(exam: Exam, room: ExamRoom, found: Sequence[Sitting]) -> list[list[str]]:
    """Counts of what the server did or kept, and one fingerprint over the records of all papers of the room."""
    kinds = _count_events(exam, room)
    late = _count_late(room)
    pairs = [
        ["Chuyển sang máy khác", kinds.get("taken_over", 0)],
        ["Lần tạm dừng", kinds.get("paused", 0)],
        ["Thông báo đã gửi", _count_messages(exam, room)],
        ["Tệp cứu hộ đã nhận", _count(select(func.count(RescueFile.id)), RescueFile.sitting_id, room)],
        ["Câu trả lời đến muộn: chấp nhận, không chấp nhận, chờ xét",
         f"{late.get('accepted', 0)}, {late.get('refused', 0)}, {late.get(None, 0)}"],
        ["Cảnh báo đồng hồ máy chủ", kinds.get("clock_alarm", 0)],
        ["Đã ký danh sách kết quả", _signed(found)],
        ["Dấu kiểm tra bài làm của phòng", fingerprint(found)],
    ]  # fmt: skip
    return [[label, str(value)] for label, value in pairs]


def fingerprint(found: Iterable[Sitting]) -> str:
    """Twelve characters of the SHA-256 over the heads of all closed papers' histories, by sitting; "" while none is."""
    heads = sorted(f"{one.public_id} {one.chain_head}" for one in found if one.chain_head and one.closed_at)
    digest = hashlib.sha256("\n".join(heads).encode()).hexdigest()
    return rules.show_code(digest[: rules.CODE_LENGTH].upper()) if heads else ""


def _signed(found: Sequence[Sitting]) -> str:
    there = [one for one in found if one.entered_at is not None]
    return f"{sum(one.result_signed_at is not None for one in there)} trên {len(there)} thí sinh"


def unsigned_numbers(candidates: Iterable[Candidacy], found: dict[int, Sitting]) -> list[str]:
    """Who was there and has not signed; nobody while no signature was ticked at all."""
    there = [(one, found[one.id]) for one in candidates if one.id in found and found[one.id].entered_at is not None]
    if not any(sitting.result_signed_at for _one, sitting in there):
        return []
    return [one.number for one, sitting in there if sitting.result_signed_at is None]


def _count_events(exam: Exam, room: ExamRoom) -> dict[str, int]:
    rows = db.session.execute(
        select(RoomEvent.kind, func.count())
        .where(RoomEvent.exam_id == exam.id, or_(RoomEvent.room_id == room.id, RoomEvent.room_id.is_(None)))
        .group_by(RoomEvent.kind)
    )
    return dict(rows.all())


def _count_late(room: ExamRoom) -> dict[str | None, int]:
    rows = db.session.execute(
        select(QuarantinedSave.decision, func.count())
        .join(Sitting, Sitting.id == QuarantinedSave.sitting_id)
        .where(Sitting.room_id == room.id)
        .group_by(QuarantinedSave.decision)
    )
    return dict(rows.all())


def _count_messages(exam: Exam, room: ExamRoom) -> int:
    of_room = or_(RoomMessage.room_id == room.id, RoomMessage.room_id.is_(None))
    query = select(func.count(RoomMessage.id)).where(RoomMessage.exam_id == exam.id, of_room)
    return db.session.execute(query).scalar_one()


def _count(query, key, room: ExamRoom) -> int:
    return db.session.execute(query.join(Sitting, Sitting.id == key).where(Sitting.room_id == room.id)).scalar_one()
