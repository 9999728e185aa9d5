"""The play: six weeks of a school in their order, each act at its date."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from exambank import clock, jobs
from exambank.accounts import rules as account_rules
from exambank.accounts.models import User
from exambank.accounts.service import weakness_message
from exambank.assembly.models import PaperSet
from exambank.bank.models import ItemVersion
from exambank.cli.demo import bank, care, content, exams, kinds, room, school
from exambank.cli.demo.school import LECTURER, OFFICER, THIRD_LECTURER, School
from exambank.cli.demo.stage import Stage, time_of_our_own
from exambank.cli.language import _
from exambank.cli.setup import prepare
from exambank.courses import service as courses
from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exam_service
from exambank.exams.models import Exam
from exambank.grades import service as grades
from exambank.marking import service as marking
from exambank.marking.rules import ACCEPT_OPTION

ABSENT = (27, 48)  # places in the list of learners
OPEN_SECONDS, OPEN_WINDOW = 7200, timedelta(hours=12)
OPENED_AGO = timedelta(minutes=5)
ALREADY_IN = 6
SOME_MARKS = 10


def count_users() -> int:
    """How many people this database knows."""
    return db.session.execute(select(func.count(User.id))).scalar_one()


def fill(password: str, tell: Callable[[str], None]) -> None:
    """Prepare the machine and play everything; refused for a password that people may not choose either."""
    _check_password(password)
    Path(current_app.instance_path).mkdir(parents=True, exist_ok=True)  # SQLite makes the file, not the folder
    with time_of_our_own():
        stage = Stage(clock.now(), tell)
        stage.go_to(stage.before_exam(28))
        texts = content.texts()
        prepare(texts["school"]["name"], texts["school"]["governing_body"], texts["school"]["place"])
        if count_users():
            raise StateConflict(
                _("This database already has people in it. The demonstration is only put into an empty one.")
            )
        built = _school(stage, password)
        _bank(stage, built)
        finished = _finished_exam(stage, built)
        waiting = _papers_to_come(stage, built)
        _every_kind(stage, built)
        care.keep(stage, built.module)
        jobs.run_due()
        _exams_to_come(stage, built, finished, waiting)


def _check_password(password: str) -> None:
    for code, name in content.people():
        weakness = account_rules.password_weakness(password, code=code, full_name=name)
        if weakness:
            raise InvalidInput(weakness_message(weakness))


def _school(stage: Stage, password: str) -> School:
    school.add_people(stage, password)
    stage.tell(_("People: %(count)s, each with the demonstration password.", count=len(content.people())))
    stage.go_to(stage.before_exam(27))
    built = school.add_courses(stage)
    stage.tell(_("Programme, course modules and two classes are there."))
    return built


def _bank(stage: Stage, built: School) -> None:
    stage.go_to(stage.before_exam(25))
    count = bank.import_bank(stage, built.module)
    stage.go_to(stage.before_exam(22))
    accepted = bank.review_bank(stage, built.module)
    stage.tell(
        _("Questions: %(count)s imported, %(accepted)s accepted by a second person.", count=count, accepted=accepted)
    )


# --- the exam of two weeks ago ---


def _finished_exam(stage: Stage, built: School) -> Exam:
    stage.go_to(stage.before_exam(18))
    blueprint = exams.write_blueprint(stage, built.module, "master")
    papers = exams.deal(stage, blueprint, papers=4)
    stage.go_to(stage.before_exam(17))
    exams.approve(stage, papers)
    stage.go_to(stage.before_exam(14))
    opens_at = stage.moment(stage.exam_day, 8)
    exam = exams.schedule(
        stage, built.first, "finished", opens_at=opens_at, closes_at=opens_at + timedelta(hours=2), rooms=2,
        paper_set=papers,
    )  # fmt: skip
    stage.go_to(stage.before_exam(6))
    school.enter_component_marks(stage, built.first, LECTURER, with_absent=True)
    stage.go_to(stage.before_exam(5))
    exams.list_class(stage, exam)
    stage.go_to(stage.before_exam(2))
    exams.make_ready(stage, exam, [("CT01", "CT02"), ("CT03", "GV04")])
    stage.go_to(opens_at - timedelta(minutes=5))
    room.open_room(stage, exam.rooms[0], "CT01")
    stored = room.hold(stage, exam, [school.learner_codes()[place - 1] for place in ABSENT])
    stage.tell(_("The exam of two weeks ago: %(count)s answers saved, every paper handed in.", count=stored))
    jobs.run_due()
    _results(stage, built, exam)
    return exam


def _results(stage: Stage, built: School, exam: Exam) -> None:
    """The next day a wrong key is found and corrected, then the grades are published; the author mends the key."""
    stage.go_to(stage.before_exam(-1))
    slip, item = content.texts()["slips"][0], bank.find_slips(built.module)[0]
    version = db.session.get(ItemVersion, item.accepted_version_id)
    marking.correct(
        actor=stage.actor(bank.REVIEWER), now=stage.now, exam=exam, version=version, kind=ACCEPT_OPTION,
        options=[version.content["options"][slip["meant"]]["token"]], reason=content.texts()["correction"],
    )  # fmt: skip
    jobs.run_due()
    stage.go_to(stage.before_exam(-2))
    grades.publish(actor=stage.actor(OFFICER), now=stage.now, exam=exam)
    jobs.run_due()
    bank.mend_slip(stage, item, slip)
    stage.tell(_("Marks, statistics and grades: a wrong key was corrected, the grades are published."))


# --- what is on and to come ---


def _papers_to_come(stage: Stage, built: School) -> dict[str, PaperSet]:
    """Two sets approved, one of them sealed until tomorrow; one that waits for its second person."""
    stage.go_to(stage.before_exam(-5))
    blueprint = exams.write_blueprint(stage, built.module, "open")
    found = {which: exams.deal(stage, blueprint, papers) for which, papers in (("open", 6), ("resit", 4))}
    exams.approve(stage, found["open"])
    exams.approve(stage, found["resit"], seal="clock")
    exams.deal(stage, blueprint, papers=5)
    stage.tell(
        _(
            "Papers: %(holders)s can hold their key; the passphrase of each is: %(passphrase)s",
            holders=", ".join(exams.HOLDERS), passphrase=exams.name_holders(stage),
        )
    )  # fmt: skip
    return found


def _every_kind(stage: Stage, built: School) -> None:
    """Another module: every kind of question, a short exam from them, essays that wait for their marker."""
    stage.go_to(stage.before_exam(-5, hour=15))
    module = built.other.course_module
    count = kinds.write_bank(stage, module)
    written, oral = kinds.deal(stage, module)
    for paper_set in (written, oral):
        exams.approve(stage, paper_set)
    exam = kinds.schedule(stage, built.other, written)
    kinds.hold(stage, exam)
    jobs.run_due()
    marking.name_markers(
        actor=stage.actor(OFFICER), now=stage.now, exam=exam, users=[stage.user(code) for code in kinds.MARKERS]
    )
    stage.tell(_("Questions of every kind: %(count)s accepted; an exam with essays waits for its marker.", count=count))


def _exams_to_come(stage: Stage, built: School, finished: Exam, papers: dict[str, PaperSet]) -> None:
    stage.go_to(stage.before_exam(-6))
    school.enter_component_marks(stage, built.second, LECTURER, with_absent=False)
    began = _round_down(stage.present - OPENED_AGO)
    running = exams.schedule(
        stage, built.second, "open", opens_at=began, closes_at=began + OPEN_WINDOW, rooms=1,
        duration_seconds=OPEN_SECONDS, start_mode="personal", paper_set=papers["open"],
    )  # fmt: skip
    exams.list_class(stage, running)
    resit = _resit(stage, built, finished, papers["resit"])
    _draft(stage, built)
    stage.go_to(stage.moment(stage.today - timedelta(days=1), 0, 30))
    exams.make_ready(stage, running, [("CT01", "CT03")])
    exams.make_ready(stage, resit, [("CT02",)])
    stage.go_to(began)
    room.open_room(stage, running.rooms[0], "CT01")
    stage.go_to(began + timedelta(minutes=3))
    room.begin(stage, running, ALREADY_IN)
    jobs.run_due()
    stage.tell(_("An exam is open now with %(count)s candidates at work; the next one is tomorrow.", count=ALREADY_IN))


def _round_down(moment: datetime) -> datetime:
    """To five minutes, as timetables have it."""
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _resit(stage: Stage, built: School, finished: Exam, papers: PaperSet) -> Exam:
    """Tomorrow, for whoever did not pass and may sit again."""
    opens_at = stage.moment(stage.today + timedelta(days=1), 8)
    exam = exams.schedule(
        stage, built.first, "resit", opens_at=opens_at, closes_at=opens_at + timedelta(hours=2), rooms=1,
        paper_set=papers,
    )  # fmt: skip
    again = [grade.user for grade in grades.list_grades(finished) if grade.is_pass is False or grade.remark == "absent"]
    exam_service.add_candidates(actor=stage.actor(OFFICER), now=stage.now, exam=exam, users=again)
    return exam


def _draft(stage: Stage, built: School) -> None:
    """Of another module: most component marks are missing yet, and so are candidates and papers."""
    opens_at = stage.moment(stage.today + timedelta(days=9), 14)
    exams.schedule(stage, built.other, "draft", opens_at=opens_at, closes_at=opens_at + timedelta(hours=2), rooms=1)
    some = courses.list_learners(built.other.cohort)[:SOME_MARKS]
    school.enter_component_marks(stage, built.other, THIRD_LECTURER, with_absent=False, learners=some)
