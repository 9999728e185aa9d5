"""The record of an offence as a document to be signed: candidate, two invigilators, witnesses where he refuses."""

from datetime import datetime
from typing import Any

from exambank import audit
from exambank.courses import service as courses
from exambank.db import unit_of_work
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.documents.service.printing import Printed, stamp_of
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.permissions import Actor
from exambank.sittings import service as sittings
from exambank.sittings.models import Offence

KIND = "offence"


def offence_contents(offence: Offence) -> dict[str, Any]:
    """Everything the check code covers."""
    sitting, school = offence.sitting, courses.school()
    exam, room, person = sitting.exam, sitting.candidacy.room, sitting.user
    names = sittings.list_invigilators(room) if room else []
    names += [""] * (2 - len(names))
    return {
        "kind": KIND,
        "title": "BIÊN BẢN VI PHẠM QUY CHẾ THI",
        "subtitle": [rules.soften(exam.title)],
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
        "opening": f"Hồi {wording.time_of(offence.happened_at)} ngày {wording.date_of(offence.happened_at)}, tại "
        f"{rules.soften(room.name) if room else 'phòng thi'}, chúng tôi lập biên bản về việc sau đây.",
        "staff": [[f"Giám thị {number}", name] for number, name in enumerate(names[:2], start=1)],
        "person": [
            ["Thí sinh", person.full_name], ["Số báo danh", sitting.candidacy.number or ""],
            ["Ngày sinh", person.birth_date or ""], ["Đơn vị", rules.soften(person.unit_name or "")],
        ],
        "offence": [
            ["Lỗi vi phạm", rules.soften(offence.name)],
            ["Diễn biến", rules.soften(offence.text)],
            ["Tang vật, bằng chứng", rules.soften(offence.evidence)],
            ["Người làm chứng", rules.soften(offence.witnesses)],
            ["Mức trừ theo quy chế", _cost(offence)],
        ],
        "rule": f"{exam.regulation.title}, phiên bản {exam.regulation.version}",
        "has_refused": offence.is_signed is False,
    }  # fmt: skip


def _cost(offence: Offence) -> str:
    share = sittings.share_of(offence)
    if share == 1:
        return "toàn bộ điểm bài thi"
    percent = f"{float(share * 100):.1f}".removesuffix(".0").replace(".", ",")
    return f"tối đa {percent} % điểm bài thi" if share else "không trừ điểm"


def print_offence(*, actor: Actor, now: datetime, offence: Offence) -> Printed:
    """Set the record and note the printing. A withdrawn one is not printed any more."""
    if offence.withdrawn_at is not None:
        raise StateConflict(wording.offence_withdrawn())
    content = offence_contents(offence)
    code = rules.check_code(content)
    body = typeset(KIND, {**content, **stamp_of(content, now, code, 1)}, now)
    with unit_of_work():
        audit.record(actor, "document.printed", offence, kind=KIND, code=code)
    return Printed(body, rules.file_name("bien-ban-vi-pham", offence.sitting.candidacy.number or ""), code)
