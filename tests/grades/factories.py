"""A closed, marked exam of a class, with component marks, written as rows: grades are what is tested."""

from decimal import Decimal

from exambank.courses.models import Cohort, ComponentMark, Enrolment, Offering, Regulation
from exambank.db import unit_of_work
from exambank.exams.models import Candidacy, Exam
from exambank.marking import service as marking
from exambank.marking.models import SittingMark
from exambank.sittings.models import Sitting
from tests.marking.factories import choice, make_exam, make_paper_set, make_sitting, make_version
from tests.people import RULES, THEN, People


def make_exam_of(people: People, marks: dict, *, state: str = "closed", release: dict | None = None) -> Exam:
    """An exam whose candidates have these marks out of ten points (tenths of the paper); None: absent."""
    versions = [make_version(people, "A")]
    paper_set = make_paper_set(people, [versions], points="10")
    exam = make_exam(people, paper_set, state=state, release=release)
    paper = paper_set.papers[0]
    for user, mark in marks.items():
        sitting = make_sitting(exam, user, paper, {1: choice("aa")}, entered=mark is not None)
        if mark is not None:
            marking.mark_sitting(sitting.public_id)
            set_total(exam, user, mark)
    return exam


def set_total(exam: Exam, user, mark: str) -> None:
    """Give a sitting this total out of ten, whatever was answered."""
    with unit_of_work() as session:
        sitting = session.query(Sitting).filter_by(exam_id=exam.id, user_id=user.id).one()
        row = session.query(SittingMark).filter_by(sitting_id=sitting.id).one()
        row.total_points = row.scaled = Decimal(mark)


def list_ineligible(exam: Exam, user) -> Candidacy:
    with unit_of_work() as session:
        candidacy = Candidacy(
            exam_id=exam.id, user_id=user.id, number=None, is_eligible=False,
            ineligible_reasons=[{"code": "attempts_used", "values": {"allowed": 2}}],
        )  # fmt: skip
        session.add(candidacy)
    return candidacy


def set_component(offering: Offering, user, points: str, component: str = "process") -> None:
    with unit_of_work() as session:
        row = (
            session.query(ComponentMark)
            .filter_by(offering_id=offering.id, user_id=user.id, component=component)
            .one_or_none()
        )
        if row is None:
            row = ComponentMark(offering_id=offering.id, user_id=user.id, component=component, entered_at=THEN)
            session.add(row)
        row.points = Decimal(points)


def make_other_class(people: People, **rules) -> tuple[Cohort, Offering]:
    """A class of another intake with a Regulation of its own, given the same module."""
    with unit_of_work() as session:
        regulation = Regulation(
            programme_id=people.programme.id, version=2, title="Quy chế 2020", rules={**RULES, **rules},
            adopted_at=THEN,
        )  # fmt: skip
        session.add(regulation)
        session.flush()
        cohort = Cohort(code="K70", name="Lớp K70", programme_id=people.programme.id, regulation_id=regulation.id)
        session.add(cohort)
        session.flush()
        offering = Offering(cohort_id=cohort.id, course_module_id=people.module.id, term_id=people.term.id, periods=45)
        session.add(offering)
    return cohort, offering


def enrol(cohort: Cohort, user, state: str = "active") -> None:
    with unit_of_work() as session:
        session.query(Enrolment).filter_by(user_id=user.id).update({"state": "left"})
        session.add(Enrolment(cohort_id=cohort.id, user_id=user.id, state=state, enrolled_at=THEN))
