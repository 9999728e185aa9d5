"""Whose rules a learner follows: the own class's Regulation, and the offering where the component marks stand."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from exambank.courses.models import Cohort, Enrolment, Offering, Regulation
from exambank.db import db
from exambank.exams.models import Candidacy, Exam

ACTIVE = "active"


@dataclass(frozen=True)
class Home:
    """Where a candidate belongs for this course module."""

    offering: Offering
    regulation: Regulation


def homes_of(exam: Exam) -> dict[int, Home]:
    """For each candidate the offering and the Regulation that make the grade; who has no class at all is left out."""
    places: dict[int, list[tuple[Enrolment, Offering | None]]] = {}
    for enrolment, offering in db.session.execute(_places(exam)).unique().all():
        places.setdefault(enrolment.user_id, []).append((enrolment, offering))
    candidates = db.session.execute(select(Candidacy.user_id).where(Candidacy.exam_id == exam.id)).scalars()
    found = {user_id: _home(exam, places.get(user_id, [])) for user_id in candidates}
    return {user_id: home for user_id, home in found.items() if home is not None}


def _places(exam: Exam):
    candidates = select(Candidacy.user_id).where(Candidacy.exam_id == exam.id)
    is_this_module = (Offering.cohort_id == Enrolment.cohort_id) & (Offering.course_module_id == exam.course_module_id)
    return (
        select(Enrolment, Offering)
        .outerjoin(Offering, is_this_module)
        .where(Enrolment.user_id.in_(candidates))
        .options(joinedload(Enrolment.cohort).joinedload(Cohort.regulation))
        .order_by(Enrolment.id, Offering.id)
    )


def _home(exam: Exam, places: list[tuple[Enrolment, Offering | None]]) -> Home | None:
    """The present class's offering, the exam's own first, then one of the same term; its Regulation, or the class's."""

    def rank(place: tuple[Enrolment, Offering | None]) -> tuple[bool, bool, bool]:
        enrolment, offering = place
        is_same_term = exam.offering is not None and offering.term_id == exam.offering.term_id
        return enrolment.state == ACTIVE, offering.id == exam.offering_id, is_same_term

    with_offering = [place for place in places if place[1] is not None]
    best = max(with_offering, key=rank, default=None)
    offering = best[1] if best else exam.offering
    if offering is None:
        return None
    if best and best[0].state == ACTIVE:
        return Home(offering, best[0].cohort.regulation)
    present = [enrolment.cohort for enrolment, _offering in places if enrolment.state == ACTIVE]
    own = [cohort for cohort in present if cohort.programme_id == exam.course_module.programme_id] or present
    return Home(offering, (own[-1] if own else offering.cohort).regulation)
