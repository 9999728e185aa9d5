"""A candidate reports a question while sitting: the room answers, the office examines it after the exam.

Invigilators see a number and the candidate's words, never the question. The office's list names the item, because
only the office and the bank may know it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exambank import audit, db
from exambank.assembly.models import ExamPaper
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.errors import InvalidInput, StateConflict, TooManyAttempts
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings import papers
from exambank.sittings.models import Objection, RoomMessage, Sitting
from exambank.sittings.rules import AT_WORK, State
from exambank.sittings.service.locking import lock_sitting, room_event
from exambank.sittings.service.messages import TEXT_LIMIT, raise_notice

unit_of_work = db.unit_of_work

WITHIN = timedelta(minutes=10)
ALLOWED_WITHIN = 5
ALLOWED_IN_ALL = 30


def raise_objection(*, actor: Actor, now: datetime, sitting: Sitting, question: int, text: str) -> Objection:
    """Report a question as faulty; the same words to the same question give the report that is there already.

    InvalidInput: no such question, nothing or too much said; StateConflict: not at work; TooManyAttempts: more than 5
    in 10 minutes or 30 in all.
    """
    text = text.strip()
    if not 1 <= question <= sitting.question_count:
        raise InvalidInput(_("There is no such question on this paper."))
    if not text or len(text) > TEXT_LIMIT:
        raise InvalidInput(_("Say what is wrong with the question, in at most %(count)s characters.", count=TEXT_LIMIT))
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        earlier = list(session.execute(select(Objection).where(Objection.sitting_id == row.id)).scalars())
        same = next((one for one in earlier if (one.question, one.text) == (question, text)), None)
        if same is not None:
            return same
        _refuse(row, earlier, now)
        objection = Objection(sitting_id=row.id, question=question, text=text, raised_at=now)
        session.add(objection)
        session.add(room_event(row, "objected", now, actor, question=question))
        session.flush()
        audit.record(actor, "objection.raised", objection, question=question, text=text)
    return objection


def _refuse(row: Sitting, earlier: list[Objection], now: datetime) -> None:
    if row.state not in AT_WORK:
        raise StateConflict(_("A question can be reported only while you are working on the paper."))
    recent = [one for one in earlier if one.raised_at > now - WITHIN]
    if len(recent) >= ALLOWED_WITHIN or len(earlier) >= ALLOWED_IN_ALL:
        raise TooManyAttempts(_("You have reported many questions. Wait a little, or tell the invigilator."))


def find_objection(public_id: str) -> Objection | None:
    """One report."""
    query = select(Objection).where(Objection.public_id == public_id).options(joinedload(Objection.sitting))
    return db.db.session.execute(query).scalar_one_or_none()


def list_objections(room: ExamRoom) -> list[Objection]:
    """The reports of a room: those that wait first, oldest first."""
    query = (
        select(Objection)
        .join(Sitting, Sitting.id == Objection.sitting_id)
        .where(Sitting.room_id == room.id)
        .options(joinedload(Objection.sitting).joinedload(Sitting.candidacy).joinedload(Candidacy.user))
        .order_by(Objection.state == "answered", Objection.id)
    )
    return list(db.db.session.execute(query).scalars())


def answer_objection(
    *, actor: Actor, now: datetime, objection: Objection, reply: str, to_all: bool = False
) -> tuple[Objection, int]:
    """Answer a report: to its candidate, or to everybody in the room whose paper has the same question.

    Each of those reads the number the question has on the own paper, and nothing of the question itself. Returns the
    report and how many were told. InvalidInput: no words; StateConflict: answered already.
    """
    reply = reply.strip()
    if not reply or len(reply) > TEXT_LIMIT - 100:
        raise InvalidInput(_("Type the answer, in at most %(count)s characters.", count=TEXT_LIMIT - 100))
    told = _who_has_it(objection) if to_all else {}
    told[objection.sitting_id] = objection.question
    with unit_of_work() as session:
        row = session.execute(select(Objection).where(Objection.id == objection.id).with_for_update()).scalar_one()
        if row.state != "open":
            raise StateConflict(_("This report has been answered already."))
        row.state, row.reply, row.answered_by_id, row.answered_at = "answered", reply, actor.user_id, now
        sitting = session.get(Sitting, row.sitting_id)
        for sitting_id, number in sorted(told.items()):
            session.add(_reply(sitting, sitting_id, number, reply, actor, now))
        raise_notice(session, Sitting.id.in_(told))
        session.add(room_event(sitting, "objection_answered", now, actor, question=row.question, told=len(told)))
        audit.record(actor, "objection.answered", row, reply=reply, told=len(told))
    return row, len(told)


def _reply(asked: Sitting, sitting_id: int, number: int, reply: str, actor: Actor, now: datetime) -> RoomMessage:
    return RoomMessage(
        exam_id=asked.exam_id, room_id=asked.room_id, sitting_id=sitting_id, kind="reply",
        text=_("On question %(number)s: %(reply)s", number=number, reply=reply), sent_at=now,
        sent_by_id=actor.user_id,
    )  # fmt: skip


def _who_has_it(objection: Objection) -> dict[int, int]:
    """Sitting -> number, of those in the room who are not done and whose paper has the reported question."""
    rows = db.db.session.execute(
        select(Sitting.id, ExamPaper.public_id)
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .where(Sitting.room_id == objection.sitting.room_id, Sitting.state != State.CLOSED)
    ).all()
    version = papers.questions_of(objection.sitting.paper.public_id)[objection.question - 1].version_id
    found = {}
    for sitting_id, paper in rows:
        number = next((one.number for one in papers.questions_of(paper) if one.version_id == version), None)
        if number is not None:
            found[sitting_id] = number
    return found


@dataclass(frozen=True)
class ReportedItem:
    """A question that candidates reported, for the office: the item, its number on each paper, what was said."""

    version: ItemVersion
    numbers: tuple[tuple[str, int], ...]  # (paper code, number there)
    objections: tuple[Objection, ...]


def list_reported_items(exam: Exam) -> list[ReportedItem]:
    """The reported questions of an exam, the most reported first."""
    rows = db.db.session.execute(
        select(Objection)
        .join(Sitting, Sitting.id == Objection.sitting_id)
        .where(Sitting.exam_id == exam.id)
        .options(joinedload(Objection.sitting).joinedload(Sitting.candidacy).joinedload(Candidacy.user),
                 joinedload(Objection.sitting).joinedload(Sitting.paper))
        .order_by(Objection.id)
    ).scalars()  # fmt: skip
    by_version: dict[int, list[Objection]] = defaultdict(list)
    for one in rows:
        layout = one.sitting.paper.layout
        by_version[layout[one.question - 1]["version"]].append(one)
    versions = bank.get_versions(by_version)
    used = _papers_of(exam) if by_version else []
    found = [
        ReportedItem(versions[version], _numbers(used, version), tuple(said)) for version, said in by_version.items()
    ]
    return sorted(found, key=lambda item: (-len(item.objections), item.objections[0].id))


def _papers_of(exam: Exam) -> list[ExamPaper]:
    used = select(Sitting.paper_id).where(Sitting.exam_id == exam.id)
    query = select(ExamPaper).where(ExamPaper.id.in_(used)).order_by(ExamPaper.code)
    return list(db.db.session.execute(query).scalars())


def _numbers(used: Iterable[ExamPaper], version: int) -> tuple[tuple[str, int], ...]:
    return tuple(
        (paper.code, number)
        for paper in used
        for number, entry in enumerate(paper.layout, start=1)
        if entry["version"] == version
    )


def count_open_objections(exam: Exam) -> int:
    """Reports of an exam that nobody has answered."""
    query = (
        select(func.count())
        .select_from(Objection)
        .join(Sitting, Sitting.id == Objection.sitting_id)
        .where(Sitting.exam_id == exam.id, Objection.state == "open")
    )
    return db.db.session.execute(query).scalar_one()
