"""The minutes of a room, filled from what the server recorded."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from exambank.db import db
from exambank.documents import rules
from exambank.documents.service import room_records, wording
from exambank.documents.service.availability import names_of
from exambank.exams import rules as exam_rules
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.sittings import service as sittings
from exambank.sittings.models import RoomEvent, Sitting

LOG_LIMIT = 400


def minutes_of_room(exam: Exam, room: ExamRoom, candidates: Sequence[Candidacy]) -> dict[str, Any]:
    """Who, when, how many, which papers, what happened; what the server cannot know is left to the hand."""
    query = select(Sitting).where(Sitting.exam_id == exam.id, Sitting.room_id == room.id)
    found = {one.candidacy_id: one for one in db.session.execute(query).scalars()}
    present = [one for one in candidates if _was_there(found.get(one.id))]
    start = exam_rules.start_of(exam)
    return {
        "opening": f"Hôm nay, ngày {wording.date_of(exam.opens_at)}, tại {rules.soften(room.name)}, chúng tôi lập biên "
        f"bản coi thi với nội dung sau đây.",
        "staff": _staff(room),
        "times": [
            ["Giờ thi theo lịch", wording.time_of(exam.opens_at)],
            ["Giờ mở ca thi", wording.time_of(exam.opened_at)],
            ["Giờ bắt đầu tính thời gian", wording.time_of(start)],
            ["Thời gian làm bài", wording.minutes_of(exam.duration_seconds)],
            ["Bài thu cuối cùng lúc", wording.time_of(_last_closing(found.values()))],
            ["Cách tính giờ", wording.START_MODES.get(exam.start_mode, "")],
        ],
        "counts": [
            ["Số thí sinh dự thi", str(len(candidates))],
            ["Có mặt", str(len(present))],
            ["Vắng mặt", str(len(candidates) - len(present))],
            ["Còn chờ thu bài", str(sum(_is_awaited(one) for one in found.values()))],
        ],
        "people": _people(candidates, found, start),
        "papers": _papers(exam, present),
        "incidents": room_records.incident_rows(room),
        "offences": room_records.offence_rows(exam, room),
        "objections": room_records.objection_rows(room),
        "given": room_records.time_rows(exam, room),
        "records": room_records.record_facts(exam, room, list(found.values())),
        "log": _log(exam, room),
    }


def _was_there(sitting: Sitting | None) -> bool:
    return sitting is not None and sitting.entered_at is not None


def _is_awaited(sitting: Sitting) -> bool:
    return sitting.state in {"open", "collecting"}


def _last_closing(found):
    return max((one.closed_at for one in found if one.closed_at and one.closed_by != "absent"), default=None)


def _staff(room: ExamRoom) -> list[list[str]]:
    """Two lines for invigilators at least; the technician and the supervisor are not in the system."""
    names = sittings.list_invigilators(room)
    names += [""] * (2 - len(names))
    lines = [[f"Giám thị {number}", name] for number, name in enumerate(names, start=1)]
    return [*lines, ["Kỹ thuật viên", ""], ["Cán bộ giám sát", ""]]


def _people(candidates: Sequence[Candidacy], found: dict[int, Sitting], start) -> list[list[str]]:
    groups: dict[str, list[str]] = {
        "Vắng mặt": [], "Vào phòng sau giờ bắt đầu": [], "Được vào muộn theo quyết định": [],
        "Không xác nhận được danh tính": [], "Nộp bài trước giờ": [], "Giám thị thu bài": [], "Được bù giờ": [],
        "Chưa ký danh sách kết quả": room_records.unsigned_numbers(candidates, found),
    }  # fmt: skip
    for one in candidates:
        sitting = found.get(one.id)
        if sitting is not None and sitting.identity == "rejected":
            groups["Không xác nhận được danh tính"].append(f"{one.number} {one.user.full_name}")
        if not _was_there(sitting):
            groups["Vắng mặt"].append(f"{one.number} {one.user.full_name}")
            continue
        if sitting.entered_at > start:
            groups["Vào phòng sau giờ bắt đầu"].append(f"{one.number} ({wording.time_of(sitting.entered_at)})")
        if sitting.admitted_reason:
            groups["Được vào muộn theo quyết định"].append(f"{one.number} ({rules.soften(sitting.admitted_reason)})")
        if sitting.closed_by == "invigilator":
            groups["Giám thị thu bài"].append(f"{one.number} ({wording.time_of(sitting.closed_at)})")
        if sitting.closed_by == "candidate" and sitting.deadline_at and sitting.closed_at < sitting.deadline_at:
            groups["Nộp bài trước giờ"].append(one.number)
        if sitting.incident_seconds:
            groups["Được bù giờ"].append(f"{one.number} ({wording.seconds_of(sitting.incident_seconds)})")
    early = groups["Nộp bài trước giờ"]
    groups["Nộp bài trước giờ"] = [f"{len(early)} thí sinh"] if early else []
    late = groups["Vào phòng sau giờ bắt đầu"]
    if len(late) > len(candidates) // 2:  # the room was opened after its time: no list of everybody
        groups["Vào phòng sau giờ bắt đầu"] = [f"{len(late)} thí sinh"]
    return [[label, "; ".join(names)] for label, names in groups.items() if names]


def _papers(exam: Exam, present: Sequence[Candidacy]) -> list[str]:
    used = Counter(one.paper.code for one in present if one.paper)
    codes = ", ".join(f"{code} ({count} thí sinh)" for code, count in sorted(used.items()))
    lines = [f"Mã đề đã dùng: {codes}." if codes else "Chưa có mã đề nào được dùng."]
    if exam.paper_set is not None:
        seal = rules.show_code(exam.paper_set.snapshot_hash[: rules.CODE_LENGTH].upper())
        lines.append(f"Bộ đề đã duyệt, mã kiểm tra: {seal}.")
    return lines


def _log(exam: Exam, room: ExamRoom) -> list[dict[str, str]]:
    query = (
        select(RoomEvent, Candidacy.number)
        .outerjoin(Sitting, Sitting.id == RoomEvent.sitting_id)
        .outerjoin(Candidacy, Candidacy.id == Sitting.candidacy_id)
        .where(RoomEvent.exam_id == exam.id, or_(RoomEvent.room_id == room.id, RoomEvent.room_id.is_(None)))
        .where(RoomEvent.kind.in_(wording.LOGGED))
        .order_by(RoomEvent.id)
        .limit(LOG_LIMIT)
    )
    rows = db.session.execute(query).all()
    names = names_of({event.actor for event, _number in rows})
    lines: dict[tuple[str, str, str], list[str]] = {}
    for event, number in rows:
        what = rules.soften(wording.event_words(event.kind, event.details))
        key = (f"{wording.local(event.at):%H:%M:%S}", what, names.get(event.actor, "máy chủ"))
        lines.setdefault(key, []).append(number or "")
    return [
        {"time": time, "number": ", ".join(filter(None, numbers)), "what": what, "who": who}
        for (time, what, who), numbers in lines.items()
    ]
