"""What several parts of a desk look at, read once."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from exambank.analysis import service as analysis
from exambank.analysis.models import AnalysisItem
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.bank import service as bank
from exambank.bank.models import Item, ItemVersion, Review
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.exams import service as exams
from exambank.exams.models import Candidacy, Exam, ExamRoom, Invigilation
from exambank.marking import service as marking
from exambank.permissions import Actor, Permission, allows

AHEAD = timedelta(days=14)
LATELY = timedelta(days=30)


def link(endpoint: str, **values) -> str:
    """The address of a page of a package below."""
    return url_for(endpoint, **values)


@dataclass
class Look:
    """One person's look at the house at one moment; what two roles ask for is asked once."""

    actor: Actor
    now: datetime

    @cached_property
    def exams(self) -> list[Exam]:
        """Exams this person may see that are on, ahead or not long past, the earliest first."""
        found = [exam for exam in exams.list_exams_for(self.actor) if exam.state != "cancelled"]
        return sorted((exam for exam in found if self._is_near(exam)), key=lambda exam: (exam.opens_at, exam.id))

    def _is_near(self, exam: Exam) -> bool:
        if exam.state == "open" or (exam.state == "closed" and exam.result_state != "frozen"):
            return True
        return self.now - LATELY <= exam.closes_at and exam.opens_at <= self.now + AHEAD

    def is_today(self, moment: datetime) -> bool:
        """Whether a time is of today, in the school's zone."""
        zone = ZoneInfo(current_app.config["TIMEZONE"])
        return moment.astimezone(zone).date() == self.now.astimezone(zone).date()

    @cached_property
    def drafts(self) -> dict[bool, Counter]:
        """This person's drafts by module, apart by whether a reviewer sent them back (True) or not."""
        was_returned = exists().where(Review.item_version_id == ItemVersion.id, Review.decision == "returned")
        query = (
            select(CourseModule, was_returned)
            .join(Item, Item.course_module_id == CourseModule.id)
            .join(ItemVersion, ItemVersion.id == Item.current_version_id)
            .where(Item.author_id == self.actor.user_id, ItemVersion.state == "draft", Item.state != "retired")
            .order_by(CourseModule.sort_key)
        )
        found = {True: Counter(), False: Counter()}
        for module, is_returned in db.session.execute(query):
            if allows(self.actor, Permission.BANK_SEE, module):
                found[bool(is_returned)][module] += 1
        return found

    @cached_property
    def reviews(self) -> list[ItemVersion]:
        """Items that wait for this person's decision."""
        return bank.list_review_tasks(self.actor)

    @cached_property
    def waiting_sets(self) -> list[PaperSet]:
        """Papers that wait for this person's approval."""
        return assembly.list_waiting_sets(self.actor)

    @cached_property
    def concerns(self) -> list[bank.WaitingConcern]:
        """Items in use that are in doubt: to be decided on by this person, or written by this person."""
        return bank.list_waiting_concerns(self.actor)

    @cached_property
    def notices(self) -> list[AnalysisItem]:
        """Items under suspicion by the newest statistics that nobody was asked to look at."""
        found = analysis.list_notices_for(self.actor)
        asked = bank.find_concerned([one.item_version_id for one in found]) if found else set()
        return [one for one in found if one.item_version_id not in asked]

    @cached_property
    def candidates(self) -> dict[int, int]:
        """How many candidates may sit, by exam."""
        query = (
            select(Candidacy.exam_id, func.count())
            .where(Candidacy.exam_id.in_([exam.id for exam in self.exams]), Candidacy.is_eligible)
            .group_by(Candidacy.exam_id)
        )
        return defaultdict(int, db.session.execute(query).all())

    @cached_property
    def watched_rooms(self) -> set[int]:
        """Rooms that have an invigilator."""
        query = (
            select(Invigilation.room_id)
            .join(ExamRoom, ExamRoom.id == Invigilation.room_id)
            .where(ExamRoom.exam_id.in_([exam.id for exam in self.exams]))
        )
        return set(db.session.execute(query).scalars())

    @cached_property
    def work(self) -> list:
        """The exams whose written answers this person marks, with how far they are."""
        return marking.list_work(self.actor) if self.actor.marked_exam_ids else []

    @cached_property
    def being_marked(self) -> dict[int, marking.OpenScripts]:
        """Of exams that are over and not published: what people have still to mark."""
        waiting = {exam.id: marking.open_scripts(exam) for exam in self.exams if _is_unpublished(exam)}
        return {exam_id: found for exam_id, found in waiting.items() if found.scripts}

    @cached_property
    def own_rooms(self) -> list[ExamRoom]:
        """Rooms this invigilator watches."""
        query = (
            select(ExamRoom)
            .where(ExamRoom.id.in_(self.actor.room_ids))
            .options(joinedload(ExamRoom.exam).joinedload(Exam.course_module))
        )
        return list(db.session.execute(query).scalars())


def _is_unpublished(exam: Exam) -> bool:
    return exam.state == "closed" and exam.result_state == "draft"
