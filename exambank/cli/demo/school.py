"""First act: departments, people with their passwords, programme, modules, classes, teaching, component marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.cli.demo import content, simulate
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Offering, Programme, Regulation, Term
from exambank.interchange import service as interchange
from exambank.permissions import SYSTEM, Role

FIRST_CLASS = 64  # learners; the others of the list are the second class
PERIODS = 45
OFFICER = "DT01"
LECTURER, SECOND_LECTURER, THIRD_LECTURER = "GV01", "GV02", "GV03"
OFTEN_ABSENT = (8, 21, 33, 45, 57)  # places in the list; more than a fifth of the periods
ADMITTED = 33  # the one of them whom the leadership lets sit


@dataclass(frozen=True)
class School:
    """What the later acts need."""

    module: CourseModule
    first: Offering
    second: Offering
    other: Offering


def learner_codes() -> list[str]:
    return [code for code, _name in content.people() if code.startswith("HV")]


def add_people(stage: Stage, password: str) -> None:
    """The training office's account, then the list of people by it; all with the demonstration's one password."""
    accounts.create_user(
        actor=SYSTEM,
        now=stage.now,
        code=OFFICER,
        full_name=dict(content.people())[OFFICER],
        roles=[Role.TRAINING_OFFICE],
    )
    officer = stage.actor(OFFICER)
    for code, name in content.texts()["departments"]:
        accounts.create_department(actor=officer, now=stage.now, code=code, name=name)
    batch = interchange.preview_people(
        actor=officer, now=stage.now, file_name=content.texts()["people_file"], body=content.people_file()
    )
    interchange.accept_people(actor=officer, now=stage.now, batch=batch)
    for code, _name in content.people():  # everybody changes the first password, as people do
        accounts.change_password(actor=stage.actor(code), now=stage.now, new_password=password)


def add_courses(stage: Stage) -> School:
    """Programme, adopted Regulation, modules with topics and levels, two classes and what they are taught."""
    texts, officer = content.texts(), stage.actor(OFFICER)
    code, name = texts["programme"]
    programme = courses.create_programme(actor=officer, now=stage.now, code=code, name=name)
    regulation = courses.adopt_regulation(
        actor=officer, now=stage.now, regulation=courses.list_regulations(programme)[0]
    )
    for level in texts["levels"]:
        courses.add_level(actor=officer, now=stage.now, name=level)
    digital = _module(stage, "digital", programme, texts["topics"])
    administration = _module(stage, "administration", programme, texts["other_topics"])
    term = _term(stage)
    codes = learner_codes()
    first = _cohort(stage, "first", regulation, codes[:FIRST_CLASS])
    second = _cohort(stage, "second", regulation, codes[FIRST_CLASS:])
    lecturers = [stage.user(LECTURER), stage.user(SECOND_LECTURER)]

    def offer(module: CourseModule, cohort, teachers) -> Offering:
        return courses.create_offering(
            actor=officer, now=stage.now, course_module=module, cohort=cohort, term=term, periods=PERIODS,
            lecturers=teachers,
        )  # fmt: skip

    return School(
        module=digital,
        first=offer(digital, first, lecturers),
        second=offer(digital, second, lecturers),
        other=offer(administration, second, [stage.user(THIRD_LECTURER)]),
    )


def _module(stage: Stage, which: str, programme: Programme, topics: list[str]) -> CourseModule:
    officer = stage.actor(OFFICER)
    code, name = content.texts()["modules"][which]
    department = next(one for one in accounts.list_departments() if one.code == "NNPL")
    module = courses.create_module(
        actor=officer, now=stage.now, code=code, name=name, credits=3, programme=programme, department=department
    )
    for topic in topics:
        courses.add_topic(actor=officer, now=stage.now, course_module=module, name=topic)
    return module


def _term(stage: Stage) -> Term:
    begin = stage.before_exam(28).date()
    number = 1 if begin.month <= 6 else 2
    name = content.texts()["terms"]["name"].format(number=number, year=begin.year)
    return courses.create_term(
        actor=stage.actor(OFFICER), now=stage.now, code=f"{begin.year}-{number}", name=name, starts_on=begin
    )


def _cohort(stage: Stage, which: str, regulation: Regulation, codes: list[str]):
    officer = stage.actor(OFFICER)
    code, name, intake = content.texts()["cohorts"][which]
    cohort = courses.create_cohort(
        actor=officer, now=stage.now, code=code, name=name, intake=intake, regulation=regulation
    )
    courses.enrol_learners(actor=officer, now=stage.now, cohort=cohort, codes=codes)
    return cohort


def enter_component_marks(
    stage: Stage, offering: Offering, lecturer: str, *, with_absent: bool, learners: Sequence[User] = ()
) -> None:
    """Marks and absences by the lecturer: of the whole class, or of these ``learners`` only."""
    marks, absences = {}, {}
    for user in learners or courses.list_learners(offering.cohort):
        place = learner_codes().index(user.code) + 1
        is_away = with_absent and place in OFTEN_ABSENT
        marks[user.id] = {
            component.code: Decimal(simulate.process_mark(user.code))
            for component in courses.rules_for(offering).components
        }
        absences[user.id] = 11 if is_away else simulate.periods_missed(user.code)
    courses.set_component_marks(
        actor=stage.actor(lecturer), now=stage.now, offering=offering, marks=marks, absences=absences
    )
