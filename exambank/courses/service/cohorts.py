"""Terms, classes and the learners in them."""

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, text
from exambank.accounts.models import RoleGrant, User
from exambank.courses.models import Cohort, ComponentMark, Enrolment, Offering, Regulation, Term
from exambank.courses.service.storing import find_by, flush_unique, get_by_public_id, required
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor, Role

ACTIVE, LEFT = "active", "left"


# --- terms ---


def list_terms() -> list[Term]:
    """All terms, the latest first."""
    rows = db.session.execute(select(Term)).scalars()
    return sorted(rows, key=lambda one: (one.starts_on or date.min, one.code), reverse=True)


def get_term(public_id: str) -> Term:
    """The term of this public id."""
    return get_by_public_id(Term, public_id)


def find_term(code: str) -> Term | None:
    """The term of this code, if there is one."""
    return find_by(Term, code=code)


def create_term(
    *, actor: Actor, now: datetime, code: str, name: str, starts_on: date | None = None, ends_on: date | None = None
) -> Term:
    """A term; its dates may be left open."""
    code, name = required(code, "code", 60), required(name, "name")
    _check_dates(starts_on, ends_on)
    with unit_of_work() as session:
        term = Term(code=code, name=name, starts_on=starts_on, ends_on=ends_on)
        session.add(term)
        flush_unique(session, _("The code %(code)s is already taken.", code=code), "code")
        audit.record(actor, "term.created", term, code=code, name=name)
    return term


def edit_term(
    *, actor: Actor, now: datetime, term: Term, name: str, starts_on: date | None, ends_on: date | None
) -> Term:
    """Change a term's name and dates; its code stays."""
    name = required(name, "name")
    _check_dates(starts_on, ends_on)
    with unit_of_work():
        term.name, term.starts_on, term.ends_on = name, starts_on, ends_on
        audit.record(actor, "term.edited", term, name=name, starts_on=starts_on, ends_on=ends_on)
    return term


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise InvalidInput(_("The last day lies before the first day."), field="ends_on")


# --- classes ---


def list_cohorts(*, search: str = "") -> list[Cohort]:
    """The classes in Vietnamese order of their codes; ``search`` matches code, name or intake without marks."""
    wanted = text.search_key(search)
    rows = db.session.execute(select(Cohort)).scalars()
    found = [row for row in rows if wanted in text.search_key(f"{row.code} {row.name} {row.intake}")]
    return sorted(found, key=lambda one: text.sort_key(one.code))


def count_learners() -> dict[int, int]:
    """How many learners are in each class now, by the class's id."""
    query = select(Enrolment.cohort_id, func.count()).filter_by(state=ACTIVE).group_by(Enrolment.cohort_id)
    return dict(db.session.execute(query).all())


def get_cohort(public_id: str) -> Cohort:
    """The class of this public id."""
    return get_by_public_id(Cohort, public_id)


def find_cohort(code: str) -> Cohort | None:
    """The class of this code, if there is one."""
    return find_by(Cohort, code=code)


def create_cohort(
    *, actor: Actor, now: datetime, code: str, name: str, regulation: Regulation, intake: str = ""
) -> Cohort:
    """A class of the Regulation's programme; it follows this version to the end."""
    code, name = required(code, "code", 60), required(name, "name")
    _refuse_draft(regulation)
    with unit_of_work() as session:
        cohort = Cohort(
            code=code, name=name, intake=intake.strip()[:60], programme_id=regulation.programme_id,
            regulation_id=regulation.id,
        )  # fmt: skip
        session.add(cohort)
        flush_unique(session, _("The code %(code)s is already taken.", code=code), "code")
        audit.record(actor, "cohort.created", cohort, code=code, name=name, regulation=regulation.public_id)
    return cohort


def edit_cohort(
    *, actor: Actor, now: datetime, cohort: Cohort, name: str, intake: str, regulation: Regulation
) -> Cohort:
    """Change a class; its Regulation only as long as nobody has a component mark by the old one."""
    name = required(name, "name")
    _refuse_draft(regulation)
    with unit_of_work():
        lock(cohort)
        if cohort.regulation_id != regulation.id and _has_marks(cohort):
            raise StateConflict(_("This class already has marks by its regulation and follows it to the end."))
        cohort.name, cohort.intake = name, intake.strip()[:60]
        cohort.regulation_id, cohort.programme_id = regulation.id, regulation.programme_id
        audit.record(actor, "cohort.edited", cohort, name=name, intake=cohort.intake, regulation=regulation.public_id)
    return cohort


def _refuse_draft(regulation: Regulation) -> None:
    if regulation.adopted_at is None:
        raise InvalidInput(_("A class can only follow an adopted regulation."), field="regulation")


def _has_marks(cohort: Cohort) -> bool:
    query = select(ComponentMark.id).join(Offering, Offering.id == ComponentMark.offering_id)
    return db.session.execute(query.where(Offering.cohort_id == cohort.id).limit(1)).first() is not None


# --- learners ---


def list_learners(cohort: Cohort) -> list[User]:
    """Who is in the class now, in the order of Vietnamese names."""
    query = select(User).join(Enrolment, Enrolment.user_id == User.id).order_by(User.sort_key, User.code)
    return list(db.session.execute(query.where(Enrolment.cohort_id == cohort.id, Enrolment.state == ACTIVE)).scalars())


def list_enrolments(cohort: Cohort) -> list[Enrolment]:
    """Everybody ever enrolled, those who left last, each group in the order of names."""
    query = select(Enrolment).join(User).where(Enrolment.cohort_id == cohort.id).order_by(User.sort_key, User.code)
    return sorted(db.session.execute(query).scalars(), key=lambda one: one.state == LEFT)


def find_enrolment(cohort_public_id: str, user_public_id: str) -> Enrolment | None:
    """This person's place in this class, if there is one."""
    query = (
        select(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Cohort.public_id == cohort_public_id, User.public_id == user_public_id)
    )
    return db.session.execute(query).scalar_one_or_none()


def enrol_learners(*, actor: Actor, now: datetime, cohort: Cohort, codes: Sequence[str]) -> list[User]:
    """Add people by their codes, all or nobody; who is in the class already stays, who left comes back.

    Returns those who are new or back. InvalidInput names every code that is unknown or not a learner's.
    """
    wanted = list(dict.fromkeys(text.nfc(code).strip().lower() for code in codes if code.strip()))
    if not wanted:
        raise InvalidInput(_("Type at least one code."), field="codes")
    people = _find_learners(wanted)
    with unit_of_work() as session:
        lock(cohort)
        query = select(Enrolment).filter_by(cohort_id=cohort.id)
        known = {row.user_id: row for row in session.execute(query).scalars()}
        added = [user for user in people if user.id not in known or known[user.id].state == LEFT]
        for user in added:
            if user.id in known:
                known[user.id].state, known[user.id].enrolled_at = ACTIVE, now
            else:
                session.add(Enrolment(cohort_id=cohort.id, user_id=user.id, state=ACTIVE, enrolled_at=now))
        if added:
            audit.record(actor, "cohort.learners_added", cohort, learners=[user.public_id for user in added])
    return added


def _find_learners(usernames: list[str]) -> list[User]:
    query = select(User).where(User.username.in_(usernames), User.is_active)
    found = {user.username: user for user in db.session.execute(query).scalars()}
    learners = set(
        db.session.execute(
            select(RoleGrant.user_id).where(
                RoleGrant.role == Role.LEARNER.value, RoleGrant.user_id.in_([user.id for user in found.values()])
            )
        ).scalars()
    )
    unknown = [code for code in usernames if code not in found]
    others = [found[code].code for code in usernames if code in found and found[code].id not in learners]
    problems = []
    if unknown:
        problems.append(_("Nobody has the code %(codes)s.", codes=", ".join(unknown)))
    if others:
        problems.append(_("Not a learner: %(codes)s.", codes=", ".join(others)))
    if problems:
        raise InvalidInput(" ".join([*problems, _("Nobody was added.")]), field="codes", unknown=unknown, others=others)
    return [found[code] for code in usernames]


def leave_cohort(*, actor: Actor, now: datetime, enrolment: Enrolment) -> None:
    """This learner leaves the class; marks and absences stay where they are."""
    with unit_of_work():
        if lock(enrolment).state == LEFT:
            raise StateConflict(_("%(name)s has already left this class.", name=enrolment.user.full_name))
        enrolment.state = LEFT
        audit.record(actor, "cohort.learner_left", enrolment.cohort, learner=enrolment.user.public_id)


def get_enrolment(cohort_public_id: str, user_public_id: str) -> Enrolment:
    """This person's place in this class."""
    enrolment = find_enrolment(cohort_public_id, user_public_id)
    if enrolment is None:
        raise NotFound()
    return enrolment
