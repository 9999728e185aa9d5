"""Phiếu dự thi: who sits where and when, and the code that opens this exam together with the session code."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank import audit, text
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.documents import rules
from exambank.documents.papers.answer_sheets import qr_drawing
from exambank.documents.service import wording
from exambank.documents.service.printing import Printed
from exambank.documents.typesetting import typeset
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules as exam_rules
from exambank.exams import service as exams
from exambank.exams.models import Candidacy, Exam
from exambank.permissions import Actor

SIGN_IN_PATH = "/sit/card"
_LONGEST_ADDRESS = 80


def print_cards(
    *, actor: Actor, now: datetime, exam: Exam, address: str, candidacies: Sequence[Candidacy] | None = None
) -> Printed:
    """The cards of everybody who may sit, by room and number, or of these alone. The act is recorded, no code is.

    ``address``: where the machines of the room find this server, such as "https://thi.lan:8000".
    """
    if exam.state in {"closed", "cancelled"}:
        raise StateConflict(_("This exam is over: its cards open nothing any more."))
    address = _tidy_address(address)
    shown = _everybody(exam) if candidacies is None else [one for one in candidacies if _may_have_card(one)]
    if not shown:
        raise StateConflict(_("Nobody who may sit is listed yet."))
    printed = f"exambank, in lúc {wording.local(now):%H:%M} ngày {wording.local(now):%d/%m/%Y}."
    body = typeset("exam_cards", {**content_of(exam, shown, address), "printed": printed}, now)
    with unit_of_work():
        audit.record(
            actor, "exam.cards_printed", exam, people=[one.public_id for one in shown], address=address, at=now
        )
    return Printed(body, rules.file_name("phieu du thi", text.search_key(exam.title)), "")


def content_of(exam: Exam, candidacies: Sequence[Candidacy], address: str) -> dict:
    """What stands on the cards."""
    school = courses.school()
    return {
        "school": school.name,
        "title": "PHIẾU DỰ THI",
        "exam": rules.soften(exam.title),
        "at": f"{wording.time_of(exam.opens_at)}, {wording.date_of(exam.opens_at)}",
        "duration": wording.minutes_of(exam.duration_seconds),
        "address": address + SIGN_IN_PATH,
        "qr": qr_drawing(address + SIGN_IN_PATH),
        "needs_code": exam_rules.Conduct.parse(exam.conduct).needs_code,
        "cards": [_card(one) for one in candidacies],
    }


def _card(candidacy: Candidacy) -> dict[str, str]:
    return {
        "name": rules.soften(candidacy.user.full_name),
        "learner": candidacy.user.code,
        "birth_date": candidacy.user.birth_date or "",
        "number": candidacy.number or "",
        "room": rules.soften(candidacy.room.name) if candidacy.room else "",
        "seat": candidacy.seat or "",
        "code": exam_rules.show_card(exams.card_of(candidacy)),
    }


def _may_have_card(candidacy: Candidacy) -> bool:
    return candidacy.is_eligible and bool(candidacy.number)


def _everybody(exam: Exam) -> list[Candidacy]:
    query = (
        select(Candidacy)
        .where(Candidacy.exam_id == exam.id, Candidacy.is_eligible, Candidacy.number.is_not(None))
        .options(joinedload(Candidacy.user), joinedload(Candidacy.room))
    )
    found = db.session.execute(query).scalars()
    return sorted(found, key=lambda one: (one.room_id or 0, len(one.number), one.number))


def _tidy_address(typed: str) -> str:
    """Scheme, name and port of what was typed; InvalidInput for what no browser would open."""
    parts = urlsplit(typed.strip() if "://" in typed else f"https://{typed.strip()}")
    is_plain = all(letter.isalnum() or letter in ".-:[]" for letter in parts.netloc)
    if parts.scheme not in {"http", "https"} or not parts.netloc or not is_plain or len(typed) > _LONGEST_ADDRESS:
        raise InvalidInput(
            _("Write the address as the machines of the room open it, such as https://192.168.1.10:8000.")
        )
    return f"{parts.scheme}://{parts.netloc}"
