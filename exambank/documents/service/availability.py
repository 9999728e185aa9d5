"""What can be printed of an exam, for this person, and why something cannot yet."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from exambank.accounts.models import User
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.db import db
from exambank.documents import rules
from exambank.documents.rules import Decision, Facts
from exambank.exams import service as exams
from exambank.exams.models import Candidacy, Exam, ExamRoom
from exambank.grades.models import Grade
from exambank.marking import service as marking
from exambank.marking.models import SittingMark
from exambank.permissions import Actor, Permission, allows
from exambank.sittings.models import RoomEvent, Sitting

AT_WORK = ("open", "collecting")


@dataclass(frozen=True)
class Entry:
    """One document of one room, or of the exam (``room`` is None)."""

    kind: str
    room: ExamRoom | None
    decision: Decision
    rows: int


@dataclass(frozen=True)
class Folder:
    """The documents of one exam, as far as this person may print them; carries what the permission clauses ask for."""

    exam: Exam
    rooms: tuple[ExamRoom, ...]
    sees_exam: bool
    room_id: int | None  # a room of the exam that this person watches

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id

    def entries(self) -> list[Entry]:
        """Every document with the decision on it: room after room, then those of the whole exam."""
        facts = facts_of(self.exam)
        found = [
            Entry(kind, room, rules.may_print(kind, facts[room.id]), facts[room.id].listed)
            for room in self.rooms
            for kind in rules.kinds_for_room(facts[room.id])
        ]
        if self.sees_exam:
            found += [
                Entry(kind, None, rules.may_print(kind, facts[None]), facts[None].listed) for kind in rules.EXAM_KINDS
            ]
        return found


def get_folder(actor: Actor, exam: Exam) -> Folder:
    """The exam with the rooms whose documents this person may print."""
    rooms = tuple(room for room in exam.rooms if allows(actor, Permission.DOCUMENTS_PRINT, room))
    watched = next((room.id for room in rooms if room.id in actor.room_ids), None)
    return Folder(exam, rooms, allows(actor, Permission.DOCUMENTS_PRINT, exam), watched)


def list_exams_for(actor: Actor) -> list[Folder]:
    """Exams of which this person may print something, the latest first; cancelled ones are left out."""
    folders = [get_folder(actor, exam) for exam in exams.list_exams_for(actor) if exam.state != "cancelled"]
    return [folder for folder in folders if folder.sees_exam or folder.rooms]


def facts_of(exam: Exam) -> dict[int | None, Facts]:
    """The facts of each room, and under None those of the exam."""
    listed = Counter(
        dict(
            db.session.execute(
                select(Candidacy.room_id, func.count())
                .where(Candidacy.exam_id == exam.id, Candidacy.is_eligible, Candidacy.number.is_not(None))
                .group_by(Candidacy.room_id)
            ).all()
        )
    )
    states: dict[int | None, Counter] = defaultdict(Counter)
    for room_id, state, count in db.session.execute(
        select(Sitting.room_id, Sitting.state, func.count())
        .where(Sitting.exam_id == exam.id)
        .group_by(Sitting.room_id, Sitting.state)
    ):
        states[room_id][state] = count
    closed_rooms = set(
        db.session.execute(
            select(RoomEvent.room_id).where(RoomEvent.exam_id == exam.id, RoomEvent.kind == "room_closed")
        ).scalars()
    )
    is_oral = "spoken" in families_of(exam)
    found = {
        room.id: replace(_facts(exam, listed[room.id], states[room.id], room.id in closed_rooms), is_oral=is_oral)
        for room in exam.rooms
    }
    whole = _facts(exam, sum(listed.values()), sum(states.values(), Counter()), False)
    return {**found, None: replace(whole, unmarked=_unmarked(exam), graded=_graded(exam),
                                   being_marked=marking.open_scripts(exam).scripts)}  # fmt: skip


def _facts(exam: Exam, listed: int, states: Counter, is_closed: bool) -> Facts:
    return Facts(
        exam.state, listed, working=sum(states[state] for state in AT_WORK), waiting=states["ready"],
        closed=states["closed"], is_room_closed=is_closed,
    )  # fmt: skip


def _unmarked(exam: Exam) -> int:
    query = (
        select(func.count(Sitting.id))
        .outerjoin(SittingMark, SittingMark.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam.id, Sitting.entered_at.is_not(None), SittingMark.id.is_(None))
    )
    return db.session.execute(query).scalar_one()


def _graded(exam: Exam) -> int:
    return db.session.execute(select(func.count(Grade.id)).where(Grade.exam_id == exam.id)).scalar_one()


def families_of(exam: Exam) -> set[str]:
    """What candidates of an exam do: choose (objective), write, speak; a case counts as what stands in it."""
    versions = {entry["version"] for paper in exam.paper_set.papers for entry in paper.layout} if exam.paper_set else ()
    return {
        REGISTRY[inner].family
        for version in bank.get_versions(versions).values()
        for inner in _kinds_in(version.item.kind, version.content)
    }


def _kinds_in(kind: str, content: dict) -> list[str]:
    return [row["kind"] for row in content["questions"]] if kind == "case" else [kind]


def names_of(public_ids: set[str]) -> dict[str, str]:
    """The names of people by their public ids."""
    query = select(User.public_id, User.full_name).where(User.public_id.in_(public_ids))
    return dict(db.session.execute(query).all())
