"""Offerings: which module is given to which class in which term, by whom, in how many periods."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from exambank import audit, text
from exambank.accounts.models import RoleGrant, User
from exambank.courses.models import Cohort, CourseModule, Offering, Teaching, Term
from exambank.courses.rules import RegulationRules
from exambank.courses.service.storing import flush_unique, get_by_public_id
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import Actor, Permission, Role, allows

MOST_PERIODS = 2000


def list_offerings_for(
    actor: Actor, permission: Permission = Permission.COMPONENTS_SEE, *, term: Term | None = None, search: str = ""
) -> list[Offering]:
    """The offerings to which ``actor`` may do ``permission``: latest term first, then by module and class."""
    query = select(Offering).options(
        joinedload(Offering.cohort), joinedload(Offering.course_module), joinedload(Offering.term),
        selectinload(Offering.teachings).joinedload(Teaching.user),
    )  # fmt: skip
    if term is not None:
        query = query.where(Offering.term_id == term.id)
    wanted = text.search_key(search)
    rows = [
        row for row in db.session.execute(query).scalars() if allows(actor, permission, row) and wanted in _search(row)
    ]
    rows.sort(key=lambda one: (one.course_module.sort_key, text.sort_key(one.cohort.code)))
    return sorted(rows, key=lambda one: (str(one.term.starts_on or ""), one.term.code), reverse=True)


def _search(offering: Offering) -> str:
    module, cohort = offering.course_module, offering.cohort
    names = " ".join(teaching.user.full_name for teaching in offering.teachings)
    return text.search_key(f"{module.code} {module.name} {cohort.code} {cohort.name} {names}")


def list_offerings_of(cohort: Cohort) -> list[Offering]:
    """Everything given to this class, in Vietnamese order of the modules."""
    rows = db.session.execute(select(Offering).filter_by(cohort_id=cohort.id)).scalars()
    return sorted(rows, key=lambda one: one.course_module.sort_key)


def get_offering(public_id: str) -> Offering:
    """The offering of this public id."""
    return get_by_public_id(Offering, public_id)


def find_offering(cohort: Cohort, course_module: CourseModule, term: Term) -> Offering | None:
    """The offering of this module to this class in this term, if there is one."""
    query = select(Offering).filter_by(cohort_id=cohort.id, course_module_id=course_module.id, term_id=term.id)
    return db.session.execute(query).scalar_one_or_none()


def rules_for(offering: Offering) -> RegulationRules:
    """The rules of the version that the offering's class follows."""
    return RegulationRules.parse(offering.cohort.regulation.rules)


def list_lecturers() -> list[User]:
    """Who may be named to teach, in the order of Vietnamese names."""
    teaching = select(RoleGrant.user_id).where(RoleGrant.role == Role.LECTURER.value)
    query = select(User).where(User.id.in_(teaching), User.is_active).order_by(User.sort_key, User.code)
    return list(db.session.execute(query).scalars())


def create_offering(
    *, actor: Actor, now: datetime, course_module: CourseModule, cohort: Cohort, term: Term, periods: int = 0,
    lecturers: Sequence[User] = (),
) -> Offering:  # fmt: skip
    """Give a module to a class in a term."""
    lecturer_ids = _check(periods, lecturers)
    with unit_of_work() as session:
        offering = Offering(
            cohort_id=cohort.id, course_module_id=course_module.id, term_id=term.id, periods=periods,
            teachings=[Teaching(user_id=user_id) for user_id in lecturer_ids],
        )  # fmt: skip
        session.add(offering)
        flush_unique(session, _("This class already has this module in this term."), "course_module")
        audit.record(actor, "offering.created", offering, course_module=course_module.code, cohort=cohort.code,
                     term=term.code, periods=periods, lecturers=[user.public_id for user in lecturers])  # fmt: skip
    return offering


def edit_offering(
    *, actor: Actor, now: datetime, offering: Offering, periods: int, lecturers: Sequence[User]
) -> Offering:
    """Change the periods and who teaches."""
    wanted = _check(periods, lecturers)
    with unit_of_work():
        lock(offering)
        offering.periods = periods
        offering.teachings = [one for one in offering.teachings if one.user_id in wanted] + [
            Teaching(user_id=user_id)
            for user_id in wanted
            if user_id not in {one.user_id for one in offering.teachings}
        ]
        audit.record(actor, "offering.edited", offering, periods=periods,
                     lecturers=[user.public_id for user in lecturers])  # fmt: skip
    return offering


def _check(periods: int, lecturers: Sequence[User]) -> list[int]:
    if not 0 <= periods <= MOST_PERIODS:
        raise InvalidInput(_("Periods are a whole number from 0 to %(most)s.", most=MOST_PERIODS), field="periods")
    known = {user.id for user in list_lecturers()}
    if any(user.id not in known for user in lecturers):
        raise InvalidInput(_("Only a lecturer can be named to teach."), field="lecturers")
    return list(dict.fromkeys(user.id for user in lecturers))
