"""The gradebook and what learners see of it."""

import functools
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from exambank import text
from exambank.accounts.models import User
from exambank.courses.models import Offering
from exambank.courses.rules import RegulationRules
from exambank.db import db
from exambank.exams.models import Candidacy, Exam
from exambank.exams.rules import is_review_open
from exambank.grades import rules
from exambank.grades.models import Grade
from exambank.grades.rules import Tally, WeightedSum
from exambank.grades.service.computing import (
    Difference,
    Planned,
    find_differences,
    fingerprint_of_plan,
    outcome_of,
    plan,
)
from exambank.marking import service as marking
from exambank.permissions import Actor, Permission, allows
from exambank.sittings.models import Sitting

VISIBLE = ("published", "frozen")


def list_grades(of: Exam | Offering) -> list[Grade]:
    """The grades of an exam, or of an offering through all its exams, in the order of Vietnamese names."""
    place = Grade.exam_id == of.id if isinstance(of, Exam) else Grade.offering_id == of.id
    query = (
        select(Grade)
        .join(Grade.user)
        .where(place)
        .options(contains_eager(Grade.user), joinedload(Grade.regulation), joinedload(Grade.exam))
        .order_by(User.sort_key, User.code, Grade.attempt_no)
    )
    return list(db.session.execute(query).scalars())


def fingerprint_of(grades: list[Grade]) -> str:
    """The fingerprint of a list of grades, as a confirmation shows and a signature keeps it."""
    return rules.fingerprint([(grade.user.public_id, outcome_of(grade)) for grade in grades])


def explain(grade: Grade) -> WeightedSum | None:
    """The weighted sum behind one grade; None where there is none."""
    parsed = RegulationRules.parse(grade.regulation.rules)
    return rules.spell_out(parsed, grade.exam_mark, grade.components, grade.value)


@dataclass(frozen=True)
class GradeLine:
    """One learner's line with the sum behind it."""

    grade: Grade
    number: str | None
    sum: WeightedSum | None
    sitting: str | None  # public id: where the exam mark is explained


@dataclass(frozen=True)
class Gradebook:
    """Everything the page of one exam's grades shows."""

    exam: Exam
    columns: list[tuple[str, str]]  # code and name of each component
    lines: list[GradeLine]
    tally: Tally
    differences: list[Difference]
    planned: str  # fingerprint of what the marks give now
    digest: str  # fingerprint of what is stored
    homeless: list[str]  # names of candidates who are in no class
    has_letters: bool
    being_marked: marking.OpenScripts

    @property
    def without_grade(self) -> list[GradeLine]:
        return [line for line in self.lines if line.grade.value is None]


def get_gradebook(exam: Exam) -> Gradebook:
    """The gradebook of an exam; what would change by computing again is told as long as results are not final."""
    grades = list_grades(exam)
    is_open = exam.state == "closed" and exam.result_state != "frozen"
    planned = plan(exam) if is_open else []
    parsed = {grade.regulation_id: RegulationRules.parse(grade.regulation.rules) for grade in grades}
    columns = {one.code: one.name for regulation in parsed.values() for one in regulation.components}
    candidates = _candidates(exam)
    lines = [
        GradeLine(
            grade,
            candidates[grade.user_id].number,
            rules.spell_out(parsed[grade.regulation_id], grade.exam_mark, grade.components, grade.value),
            candidates[grade.user_id].public_id,
        )
        for grade in grades
    ]
    return Gradebook(
        exam=exam,
        columns=list(columns.items()),
        lines=lines,
        tally=rules.tally(grades),
        differences=find_differences(exam, planned),
        planned=fingerprint_of_plan(planned),
        digest=fingerprint_of(grades),
        homeless=_homeless(exam, planned) if is_open else [],
        has_letters=any(grade.letter for grade in grades),
        being_marked=marking.open_scripts(exam),
    )


def _candidates(exam: Exam) -> dict:
    """Number and sitting of each candidate."""
    query = (
        select(Candidacy.user_id, Candidacy.number, Sitting.public_id)
        .outerjoin(Sitting, Sitting.candidacy_id == Candidacy.id)
        .where(Candidacy.exam_id == exam.id)
    )
    return {row.user_id: row for row in db.session.execute(query)}


def _homeless(exam: Exam, planned: list[Planned]) -> list[str]:
    """Candidates whom no class and so no Regulation can give a grade."""
    placed = {one.user_id for one in planned}
    query = (
        select(User.id, User.full_name)
        .join(Candidacy, Candidacy.user_id == User.id)
        .where(Candidacy.exam_id == exam.id)
        .order_by(User.sort_key)
    )
    return [row.full_name for row in db.session.execute(query) if row.id not in placed]


@dataclass(frozen=True)
class ResultRow:
    """An exam in the list of gradebooks."""

    exam: Exam
    listed: int
    graded: int
    passed: int


def list_exams_for(actor: Actor, *, search: str = "", result_state: str = "") -> list[ResultRow]:
    """Exams that are over (or on) and whose grades the actor may see, newest first."""
    query = (
        select(Exam)
        .where(Exam.state.in_(("open", "closed")), ~Exam.is_rehearsal)
        .options(joinedload(Exam.course_module), joinedload(Exam.offering).joinedload(Offering.cohort))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )
    if result_state:
        query = query.where(Exam.result_state == result_state)
    wanted = text.search_key(search)
    exams = [
        exam
        for exam in db.session.execute(query).scalars()
        if allows(actor, Permission.GRADES_SEE, exam) and wanted in _search(exam)
    ]
    listed, graded, passed = _counts()
    return [ResultRow(exam, listed[exam.id], graded[exam.id], passed[exam.id]) for exam in exams]


def _search(exam: Exam) -> str:
    cohort = f"{exam.offering.cohort.code} {exam.offering.cohort.name}" if exam.offering else ""
    return text.search_key(f"{exam.title} {exam.course_module.code} {exam.course_module.name} {cohort}")


def _counts() -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    listed, graded, passed = defaultdict(int), defaultdict(int), defaultdict(int)
    for exam_id, count in db.session.execute(select(Candidacy.exam_id, func.count()).group_by(Candidacy.exam_id)):
        listed[exam_id] = count
    query = select(Grade.exam_id, Grade.is_pass, func.count()).where(Grade.value.is_not(None))
    for exam_id, is_pass, count in db.session.execute(query.group_by(Grade.exam_id, Grade.is_pass)):
        graded[exam_id] += count
        passed[exam_id] += count if is_pass else 0
    return listed, graded, passed


@dataclass(frozen=True)
class OwnGrade:
    """A learner's own grade; ``sum`` only where the exam's release rules show the mark of the exam."""

    grade: Grade
    sum: WeightedSum | None
    shows_mark: bool
    sitting: str | None


def list_for_learner(user_id: int) -> list[OwnGrade]:
    """A learner's own grades, as far as they are published; newest exam first."""
    found = db.session.execute(_grades_of_user(), {"user_id": user_id})
    return [_own(grade, sitting) for grade, sitting in found]


@functools.cache  # a whole class comes in together: making the statement takes longer than running it
def _grades_of_user() -> Select:
    return (
        select(Grade, Sitting.public_id)
        .join(Grade.exam)
        .outerjoin(Sitting, (Sitting.exam_id == Grade.exam_id) & (Sitting.user_id == Grade.user_id))
        .where(Grade.user_id == bindparam("user_id"), Exam.result_state.in_(VISIBLE))
        .options(
            contains_eager(Grade.exam).joinedload(Exam.course_module),
            joinedload(Grade.regulation),
            joinedload(Grade.offering).joinedload(Offering.term),
        )
        .order_by(Exam.opens_at.desc(), Grade.id.desc())
    )


def _own(grade: Grade, sitting: str | None) -> OwnGrade:
    exam = grade.exam
    shows_mark = is_review_open(exam.release, "mark", exam.state, exam.result_state)
    return OwnGrade(grade, explain(grade) if shows_mark else None, shows_mark, sitting)
