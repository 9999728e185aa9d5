"""Lists of people: read, shown, taken over through accounts, enrolled through courses."""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.accounts import service as accounts
from exambank.accounts.rules import PersonRow, RowFault, RowProblem, Slip
from exambank.courses import service as courses
from exambank.courses.models import Cohort
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.interchange import bank_sheet, messages, people_sheet
from exambank.interchange.models import PeopleBatch
from exambank.interchange.service.files import decide, fingerprint, read_sheets, refusal, tidy_file_name
from exambank.interchange.sheet import UnreadableSheet
from exambank.permissions import Actor, Permission, Role, allows


@dataclass(frozen=True)
class Welcome:
    """What an accepted list gave: first passwords, shown once and stored nowhere, and how many were enrolled."""

    slips: list[Slip]
    people: int
    enrolled: int
    trouble: str = ""  # why somebody could not be enrolled; the people themselves are there


def may_enrol(actor: Actor) -> bool:
    """Whether this person may also put people into classes."""
    return allows(actor, Permission.COURSES_MANAGE)


def preview_people(
    *, actor: Actor, now: datetime, file_name: str, body: bytes, cohort: Cohort | None = None
) -> PeopleBatch:
    """Read a list and keep it until somebody decides; nobody is created."""
    sheets = read_sheets(body, file_name)
    departments = {name: one.code for one in accounts.list_departments() for name in (one.name, one.code)}
    cohorts = {name: one.code for one in courses.list_cohorts() for name in (one.name, one.code)}
    try:
        reading = people_sheet.read_people(sheets, departments, cohorts)
    except UnreadableSheet as error:
        raise refusal(error) from None
    plans = accounts.plan_import([row.person for row in reading.rows])
    fallback = cohort.code if cohort else ""
    people = [_as_data(row, plan, fallback) for row, plan in zip(reading.rows, plans, strict=True)]
    report = {
        "sheet": reading.sheet_name,
        "notices": [[code, values] for code, values in reading.notices],
        "total": len(people),
        "refused": sum(bool(one["problems"]) for one in people),
        "new": sum(one["is_new"] and not one["problems"] for one in people),
    }
    with unit_of_work() as session:
        batch = PeopleBatch(
            cohort_id=cohort.id if cohort else None, file_name=tidy_file_name(file_name), sha256=fingerprint(body),
            state="previewed", people=people, report=report, author_id=actor.user_id, created_at=now,
        )  # fmt: skip
        session.add(batch)
        session.flush()
        audit.record(actor, "people.previewed", batch, sha256=batch.sha256, rows=len(people))
    return batch


def _as_data(row: people_sheet.PersonReading, plan, fallback: str) -> dict:
    is_learner = Role.LEARNER in row.person.roles
    own = [{"code": one.code, "column": one.column, "values": one.values} for one in row.problems]
    theirs = [{"fault": one.fault.value, "value": one.value} for one in plan.problems]
    if any(one.code == "unknown_role" for one in row.problems):  # said already, and better
        theirs = [one for one in theirs if one["fault"] != RowFault.NO_ROLE.value]
    return {
        "row": row.row,
        "person": {**asdict(row.person), "roles": [role.value for role in row.person.roles]},
        "cohort": row.cohort_code or (fallback if is_learner else ""),
        "is_new": plan.is_new,
        "known_name": plan.known_name,
        "problems": [*own, *theirs],
    }


def person_problems(one: dict) -> list[str]:
    """The sentences for one person of a batch."""
    return [
        accounts.row_problem_message(RowProblem(0, RowFault(problem["fault"]), problem["value"]))
        if "fault" in problem
        else messages.problem_message(
            bank_sheet.Problem(problem["code"], bank_sheet.REFUSED, problem["column"], problem["values"])
        )
        for problem in one["problems"]
    ]


def accept_people(*, actor: Actor, now: datetime, batch: PeopleBatch) -> Welcome:
    """Create or correct everybody without a problem and enrol the learners. The slips exist only in the answer.

    Passwords are hashed before any transaction (it takes seconds); a second click finds everybody known already.
    """
    if batch.state != "previewed":
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))
    good = [one for one in batch.people if not one["problems"]]
    if not good:
        raise InvalidInput(_("There is nobody to take over. Mend the file and choose it again."))
    slips = accounts.import_people(actor=actor, now=now, rows=[_person(one["person"]) for one in good])
    wanted: dict[str, list[str]] = {}
    for one in good:
        if one["cohort"]:
            wanted.setdefault(one["cohort"], []).append(one["person"]["code"])
    enrolled, trouble = 0, ""
    with unit_of_work():
        decide(batch, "accepted", accepted_at=now, people=[])
        audit.record(actor, "people.accepted", batch, people=len(good), new=len(slips), sha256=batch.sha256)
    if wanted and may_enrol(actor):
        try:
            enrolled = _enrol(actor, now, wanted)
        except InvalidInput as error:
            trouble = error.message
    return Welcome(slips, len(good), enrolled, trouble)


def _person(values: dict) -> PersonRow:
    roles = tuple(Role(role) for role in values["roles"])
    return PersonRow(**{**values, "roles": roles, "department_codes": tuple(values["department_codes"])})


def _enrol(actor: Actor, now: datetime, wanted: dict[str, list[str]]) -> int:
    cohorts = {code: courses.find_cohort(code) for code in wanted}
    with unit_of_work():
        return sum(
            len(courses.enrol_learners(actor=actor, now=now, cohort=cohort, codes=wanted[code]))
            for code, cohort in cohorts.items()
            if cohort is not None
        )


def discard_people(*, actor: Actor, now: datetime, batch: PeopleBatch) -> None:
    """Forget the list; nobody was created."""
    with unit_of_work():
        decide(batch, "discarded", people=[])
        audit.record(actor, "people.discarded", batch, sha256=batch.sha256)


def get_people_batch(public_id: str) -> PeopleBatch:
    """The batch of this public id."""
    batch = db.session.execute(select(PeopleBatch).filter_by(public_id=public_id)).scalar_one_or_none()
    if batch is None:
        raise NotFound()
    return batch


def list_people_batches(limit: int = 20) -> list[PeopleBatch]:
    """The newest lists."""
    return list(db.session.execute(select(PeopleBatch).order_by(PeopleBatch.id.desc()).limit(limit)).scalars())
