"""Who is listed, may sit, under which number, with how much extra time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, jobs
from exambank.accounts.models import User
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.courses.models import Cohort
from exambank.courses.rules import RegulationRules, exam_eligibility
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.exams.rules import ListedCode
from exambank.exams.service.papers import give_paper, plan_opening
from exambank.exams.service.queries import list_candidates
from exambank.exams.service.rooms import place_evenly, place_newcomers, refuse_unless_draft
from exambank.permissions import Actor

Reasons = list[dict[str, Any]]


@dataclass(frozen=True)
class Added:
    """What adding did: who is new and may sit, who is new and may not, how many were listed before."""

    eligible: tuple[Candidacy, ...]
    ineligible: tuple[Candidacy, ...]
    known: int


def add_candidates(
    *,
    actor: Actor,
    now: datetime,
    exam: Exam,
    users: Sequence[User] | None = None,
    cohort: Cohort | None = None,
    numbering: Mapping[int, str] | None = None,
) -> Added:
    """List learners: numbers in the order of their names, or as ``numbering`` (user id: number) says.

    Who does not meet the Regulation is listed with the reasons and gets no number and no paper.
    """
    users = list(users or []) or (courses.list_learners(cohort) if cohort else [])
    if not users:
        raise InvalidInput(_("There is nobody to add: choose a class with learners, or type their codes."))
    given = dict(numbering or {}) if not isinstance(numbering, str) else {}
    reasons = _judge(exam, users)
    with unit_of_work() as session:
        lock(exam)
        _refuse_late(exam)
        known = {one.user_id for one in exam.candidacies}
        attempts = _attempts_before(exam, [user.id for user in users])
        new = [
            Candidacy(
                exam=exam, user=user, attempt_no=attempts.get(user.id, 0) + 1, is_eligible=not reasons[user.id],
                ineligible_reasons=reasons[user.id],
            )
            for user in sorted({user.id: user for user in users}.values(), key=lambda one: (one.sort_key, one.id))
            if user.id not in known
        ]  # fmt: skip
        session.add_all(new)
        eligible = [one for one in new if one.is_eligible]
        _number(exam, eligible, given)
        session.flush()
        _settle(exam, eligible)
        audit.record(
            actor, "exam.candidates_added", exam, at=now, people=[one.user.public_id for one in new],
            barred=[one.user.public_id for one in new if not one.is_eligible],
        )  # fmt: skip
    return Added(tuple(eligible), tuple(one for one in new if not one.is_eligible), len(users) - len(new))


def import_candidates(*, actor: Actor, now: datetime, exam: Exam, rows: Iterable[ListedCode]) -> Added:
    """List learners by their codes, with a number where the list gives one. Nothing is added when a line is wrong."""
    rows = list(rows)
    people = {
        user.username: user
        for user in db.session.execute(
            select(User).where(User.username.in_([row.code.lower() for row in rows]), User.is_active)
        ).scalars()
    }
    problems = [
        _("Line %(line)s: nobody has the code %(code)s.", line=row.line, code=row.code)
        for row in rows
        if row.code.lower() not in people
    ]
    problems += [
        _(
            "Line %(line)s: %(number)s cannot be a candidate number; use letters and digits.",
            line=row.line,
            number=row.number,
        )
        for row in rows
        if row.number is not None and not rules.is_number(row.number)
    ]
    problems += [
        _("The code %(code)s is in the list twice.", code=code)
        for code in rules.find_duplicates(row.code.upper() for row in rows)
    ]
    if problems:
        raise InvalidInput(_("Nobody was added.") + " " + " ".join(problems[:10]))
    users = [people[row.code.lower()] for row in rows]
    numbering = {people[row.code.lower()].id: row.number for row in rows if row.number}
    return add_candidates(actor=actor, now=now, exam=exam, users=users, numbering=numbering)


def _judge(exam: Exam, users: Iterable[User]) -> dict[int, Reasons]:
    """Why each may not sit; whoever may read the bank knows the items, and only a person's decision admits him."""
    users = list(users)
    insiders = bank.find_insiders(exam.course_module, users)
    found = _judge_by_regulation(exam, users)
    return {
        user.id: [*found[user.id], *([{"code": "knows_items", "values": {}}] if user.id in insiders else [])]
        for user in users
    }


def _judge_by_regulation(exam: Exam, users: list[User]) -> dict[int, Reasons]:
    """By the class's own Regulation; an exam without a class has no list of absences to judge by."""
    if exam.offering is None:
        return {user.id: [] for user in users}
    offering = exam.offering
    regulation = RegulationRules.parse(offering.cohort.regulation.rules)
    absences, marks = courses.absences(offering), courses.component_marks(offering)
    attempts = _attempts_before(exam, [user.id for user in users])
    found: dict[int, Reasons] = {}
    for user in users:
        reasons = exam_eligibility(regulation, offering.periods, absences.get(user.id), marks.get(user.id, {}))
        found[user.id] = [
            {"code": reason.code, "values": {name: str(value) for name, value in reason.values.items()}}
            for reason in reasons
        ]
        if attempts.get(user.id, 0) >= regulation.attempts:
            found[user.id].append({"code": "attempts_used", "values": {"allowed": str(regulation.attempts)}})
    return found


def _attempts_before(exam: Exam, user_ids: list[int]) -> dict[int, int]:
    if exam.offering_id is None:
        return {}
    query = (
        select(Candidacy.user_id, func.count())
        .join(Candidacy.exam)
        .where(Exam.offering_id == exam.offering_id, Exam.id != exam.id, Exam.state != "cancelled")
        .where(Exam.opens_at < exam.opens_at, Candidacy.is_eligible, Candidacy.user_id.in_(user_ids))
        .group_by(Candidacy.user_id)
    )
    return dict(db.session.execute(query).all())


def _refuse_late(exam: Exam) -> None:
    if exam.state not in {"draft", "ready"}:
        raise StateConflict(_("This exam was opened already: nobody can be added."))


def _number(exam: Exam, newcomers: Sequence[Candidacy], given: Mapping[int, str]) -> None:
    taken = {one.number: one for one in exam.candidacies if one.number and one not in newcomers}
    for candidacy in newcomers:
        number = given.get(candidacy.user_id or candidacy.user.id)
        if number is not None:
            _refuse_taken(number, taken.get(number), candidacy)
            candidacy.number = number
            taken[number] = candidacy
    rest = [one for one in newcomers if one.number is None]
    for candidacy, number in zip(rest, rules.next_numbers(len(rest), taken), strict=True):
        candidacy.number = number


def _refuse_taken(number: str, holder: Candidacy | None, candidacy: Candidacy) -> None:
    if not rules.is_number(number):
        raise InvalidInput(_("%(number)s cannot be a candidate number; use letters and digits.", number=number))
    if holder is not None and holder is not candidacy:
        raise InvalidInput(
            _(
                "The candidate number %(number)s is given twice: to %(one)s and to %(other)s. Nothing was changed.",
                number=number,
                one=holder.user.full_name,
                other=candidacy.user.full_name,
            )
        )


def _settle(exam: Exam, newcomers: Sequence[Candidacy]) -> None:
    """Rooms at once; papers too when the exam is ready, and sittings is told again (it prepares who is new)."""
    db.session.refresh(exam, ["candidacies"])
    place_newcomers(exam, newcomers)
    if exam.state == "ready" and newcomers and exam.sealed_seed is None:  # sealed papers: handed out at the opening
        for candidacy in newcomers:
            give_paper(exam, candidacy)
        jobs.publish("exam.ready", exam.public_id)


def number_candidates(*, actor: Actor, now: datetime, exam: Exam) -> None:
    """Number everybody anew in the order of names and split the rooms again; papers must then be dealt again."""
    with unit_of_work() as session:
        lock(exam)
        refuse_unless_draft(exam)
        candidates = sorted(
            (one for one in list_candidates(exam) if one.is_eligible), key=lambda one: (one.user.sort_key, one.user_id)
        )
        for one in candidates:
            one.number = one.paper_id = None
        session.flush()
        for one, number in zip(candidates, rules.next_numbers(len(candidates), []), strict=True):
            one.number = number
        was_waiting = exam.sealed_seed is not None
        exam.paper_seed = exam.sealed_seed = None
        session.flush()
        if was_waiting:  # else the clock would open the papers at a time that this exam may leave
            plan_opening(exam.paper_set)
        if exam.rooms:
            place_evenly(exam)
        audit.record(actor, "exam.candidates_numbered", exam, count=len(candidates), at=now)


def set_number(*, actor: Actor, now: datetime, candidacy: Candidacy, number: str) -> None:
    """Give one candidate another number."""
    exam = candidacy.exam
    with unit_of_work():
        lock(exam)
        refuse_unless_draft(exam)
        if not candidacy.is_eligible:
            raise StateConflict(_("Who may not sit has no number."))
        holder = next((one for one in exam.candidacies if one.number == number), None)
        _refuse_taken(number, holder, candidacy)
        before, candidacy.number = candidacy.number, number
        audit.record(actor, "candidacy.numbered", candidacy, before=before, after=number, at=now)


def judge_again(*, actor: Actor, now: datetime, exam: Exam) -> int:
    """Compare the list with attendance and marks as they are now; returns how many changed sides."""
    reasons = _judge(exam, [one.user for one in list_candidates(exam)])
    with unit_of_work() as session:
        lock(exam)
        refuse_unless_draft(exam)
        changed, newcomers = [], []
        for one in list_candidates(exam):
            found = reasons.get(one.user_id, one.ineligible_reasons)
            one.ineligible_reasons = found
            if one.admitted_reason is None and one.is_eligible == bool(found):
                changed.append(one)
                one.is_eligible = not found
                one.number = one.room_id = one.paper_id = None
                newcomers += [] if found else [one]
        _number(exam, newcomers, {})
        session.flush()
        _settle(exam, newcomers)
        audit.record(
            actor, "exam.eligibility_judged", exam, at=now,
            changed={one.user.public_id: one.is_eligible for one in changed},
        )  # fmt: skip
    return len(changed)


def admit_candidate(*, actor: Actor, now: datetime, candidacy: Candidacy, reason: str) -> None:
    """Let somebody sit in spite of the reasons against it: a person's decision, with its reason."""
    if not reason.strip():
        raise InvalidInput(_("Say why, and by whose decision, this learner is admitted."))
    exam = candidacy.exam
    with unit_of_work() as session:
        lock(exam)
        _refuse_late(exam)
        if candidacy.is_eligible:
            raise StateConflict(_("This learner may sit already."))
        candidacy.is_eligible, candidacy.admitted_reason = True, reason.strip()
        _number(exam, [candidacy], {})
        session.flush()
        _settle(exam, [candidacy])
        audit.record(
            actor, "candidacy.admitted", candidacy, reason=reason.strip(), against=candidacy.ineligible_reasons, at=now
        )


def remove_candidate(*, actor: Actor, now: datetime, candidacy: Candidacy) -> None:
    """Take a learner off the list, before the exam is ready only."""
    exam = candidacy.exam
    with unit_of_work() as session:
        lock(exam)
        refuse_unless_draft(exam)
        audit.record(actor, "candidacy.removed", exam, person=candidacy.user.public_id, number=candidacy.number, at=now)
        session.delete(candidacy)


def set_extra_time(*, actor: Actor, now: datetime, candidacy: Candidacy, seconds: int, reason: str) -> None:
    """Give one candidate more time for a stated reason: more than nothing, at most the exam's own duration."""
    exam = candidacy.exam
    if not reason.strip():
        raise InvalidInput(_("Say why this candidate gets extra time."))
    with unit_of_work():
        lock(exam)
        _refuse_started(exam)
        if not rules.check_extra(seconds, exam.duration_seconds):
            raise InvalidInput(
                _("Extra time must be from 1 to %(most)s minutes.", most=max(1, exam.duration_seconds // 60))
            )
        before, candidacy.extra_seconds = candidacy.extra_seconds, seconds
        candidacy.extra_reason = reason.strip()[:300]
        audit.record(
            actor, "candidacy.extra_time", candidacy, before=before, seconds=seconds, reason=reason.strip(), at=now
        )


def remove_extra_time(*, actor: Actor, now: datetime, candidacy: Candidacy) -> None:
    """Take back extra time that was given by mistake."""
    with unit_of_work():
        lock(candidacy.exam)
        _refuse_started(candidacy.exam)
        before, candidacy.extra_seconds, candidacy.extra_reason = candidacy.extra_seconds, 0, ""
        audit.record(actor, "candidacy.extra_time", candidacy, before=before, seconds=0, at=now)


def _refuse_started(exam: Exam) -> None:
    if exam.state not in {"draft", "ready"}:
        raise StateConflict(_("The exam has started: time is now given in the room."))
