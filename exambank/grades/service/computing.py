"""Grades from marks: planned without writing, compared with what is stored, written in small batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, clock
from exambank.accounts.models import User
from exambank.courses import service as courses
from exambank.courses.rules import RegulationRules
from exambank.db import db, in_batches, lock, unit_of_work
from exambank.errors import StateConflict
from exambank.exams.models import Candidacy, Exam
from exambank.grades import rules
from exambank.grades.models import Grade
from exambank.grades.rules import Outcome
from exambank.grades.service.homes import homes_of
from exambank.marking import service as marking
from exambank.marking.rules import scaled_mark
from exambank.permissions import SYSTEM, Actor

BATCH = 15  # rows written at once: well within the 20 ms that a writer beside the server has


@dataclass(frozen=True)
class Planned:
    """A grade as it would be now."""

    user_id: int
    person: str  # public id
    full_name: str
    offering_id: int
    regulation_id: int
    attempt_no: int
    outcome: Outcome


@dataclass(frozen=True)
class Difference:
    """A learner whose stored grade is not what the marks give now."""

    person: str
    full_name: str
    before: Outcome | None
    after: Outcome

    @property
    def crosses_pass(self) -> bool:
        return self.before is not None and self.before.is_pass != self.after.is_pass


def outcome_of(grade: Grade) -> Outcome:
    """The outcome that a stored grade holds."""
    return Outcome(
        exam_mark=grade.exam_mark,
        components=tuple(grade.components.items()),
        value=grade.value,
        letter=grade.letter,
        classification=grade.classification,
        is_pass=grade.is_pass,
        remark=grade.remark,
    )


def plan(exam: Exam) -> list[Planned]:
    """Everybody's grade by the marks and rules of this moment; nothing is written."""
    homes = homes_of(exam)
    parsed = {home.regulation.id: RegulationRules.parse(home.regulation.rules) for home in homes.values()}
    offerings = {home.offering.id: home.offering for home in homes.values()}
    components = {key: courses.component_marks(offering) for key, offering in offerings.items()}
    people = _people(exam)
    found = []
    for row in marking.sheet_of(exam):
        home = homes.get(row.user_id)
        if home is None:
            continue
        person, full_name, attempt_no = people[row.user_id]
        own_rules = parsed[home.regulation.id]
        own_marks = components[home.offering.id].get(row.user_id, {})
        outcome = rules.decide(own_rules, row.state, _exam_mark(own_rules, row.total, row.max_points), own_marks)
        found.append(Planned(row.user_id, person, full_name, home.offering.id, home.regulation.id, attempt_no, outcome))
    return found


def _people(exam: Exam) -> dict[int, tuple[str, str, int]]:
    query = (
        select(Candidacy.user_id, User.public_id, User.full_name, Candidacy.attempt_no)
        .join(User, User.id == Candidacy.user_id)
        .where(Candidacy.exam_id == exam.id)
    )
    return {row.user_id: (row.public_id, row.full_name, row.attempt_no) for row in db.session.execute(query)}


def _exam_mark(own_rules: RegulationRules, total: Decimal | None, max_points: Decimal | None) -> Decimal | None:
    """From the points themselves: a mark rounded by the exam's class and again by the learner's would be wrong."""
    if total is None or max_points is None:
        return None
    return scaled_mark(total, max_points, own_rules.scale_max, own_rules.rounding.exam)


def stored(exam: Exam) -> dict[int, Grade]:
    """The grades of this exam by learner."""
    query = select(Grade).where(Grade.exam_id == exam.id)
    return {grade.user_id: grade for grade in db.session.execute(query).scalars()}


def _values(planned: Planned) -> dict[str, Any]:
    outcome = planned.outcome
    return {
        "offering_id": planned.offering_id,
        "regulation_id": planned.regulation_id,
        "attempt_no": planned.attempt_no,
        "exam_mark": outcome.exam_mark,
        "components": dict(outcome.components),
        "value": outcome.value,
        "letter": outcome.letter,
        "classification": outcome.classification,
        "is_pass": outcome.is_pass,
        "remark": outcome.remark,
    }


def _is_same(grade: Grade | None, planned: Planned) -> bool:
    return grade is not None and all(getattr(grade, name) == value for name, value in _values(planned).items())


def changed_rows(planned: list[Planned], grades: Mapping[int, Grade]) -> list[Planned]:
    """Those whose stored grade is missing or not what the marks give."""
    return [one for one in planned if not _is_same(grades.get(one.user_id), one)]


def find_differences(exam: Exam, planned: list[Planned] | None = None) -> list[Difference]:
    """Whose grade would change if it were computed now; empty: the gradebook is up to date."""
    grades = stored(exam)
    return [
        Difference(
            one.person,
            one.full_name,
            outcome_of(grades[one.user_id]) if one.user_id in grades else None,
            one.outcome,
        )
        for one in changed_rows(plan(exam) if planned is None else planned, grades)
    ]


def compute_grades(exam: Exam, *, actor: Actor = SYSTEM, now: datetime | None = None) -> int:
    """Bring the draft grades to what marks and Regulations give; returns how many changed. Again: nothing changes.

    Published grades do not move by themselves: ``recompute`` takes changes over when a person asks for it.
    """
    return _write(exam, actor, now or clock.now(), plan(exam), frozenset({"draft"}))


def recompute(*, actor: Actor, now: datetime, exam: Exam, seen: str | None = None) -> int:
    """Take over what changed, at a person's word, also after publication; ``seen``: fingerprint of what was shown."""
    planned = plan(exam)
    if seen is not None and fingerprint_of_plan(planned) != seen:
        raise StateConflict(
            _("Marks changed after you opened the page, and nothing was stored. Look at the list again, then confirm.")
        )
    return _write(exam, actor, now, planned, frozenset({"draft", "published"}))


def fingerprint_of_plan(planned: list[Planned]) -> str:
    return rules.fingerprint([(one.person, one.outcome) for one in planned])


def _write(exam: Exam, actor: Actor, now: datetime, planned: list[Planned], states: frozenset[str]) -> int:
    refuse_unless(exam, states)
    changed = changed_rows(planned, stored(exam))
    batches = list(in_batches(changed, BATCH))
    details = [[one.person, str(one.outcome.value), one.outcome.remark] for one in changed]
    for number, batch in enumerate(batches, start=1):
        with unit_of_work() as session:
            refuse_unless(lock(exam), states)
            ids = [one.user_id for one in batch]
            query = select(Grade).where(Grade.exam_id == exam.id, Grade.user_id.in_(ids))
            known = {grade.user_id: grade for grade in session.execute(query).scalars()}
            for one in batch:
                grade = known.get(one.user_id)
                if grade is None:
                    session.add(Grade(exam_id=exam.id, user_id=one.user_id, computed_at=now, **_values(one)))
                    continue
                for name, value in _values(one).items():
                    setattr(grade, name, value)
                grade.computed_at = now
            if number == len(batches):
                audit.record(actor, "grades.computed", exam, at=now, changed=details)
    return len(changed)


def refuse_unless(exam: Exam, states: frozenset[str]) -> None:
    """Stop with the reason unless the exam is closed and its results are in one of these states."""
    if exam.state != "closed":
        raise StateConflict(_("The exam is not over yet: grades are computed after it is closed."))
    if exam.result_state in states:
        return
    if exam.result_state == "frozen":
        raise StateConflict(_("These results are final and signed. Nothing can change them here any more."))
    if exam.result_state == "published":
        raise StateConflict(_("These results are published. Look at what changed and take it over in the gradebook."))
    raise StateConflict(_("These results are not published yet. Publish them first."))
