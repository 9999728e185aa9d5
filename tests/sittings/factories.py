"""A room for tests: an exam of the class, open, with its sittings; and a candidate who speaks the room's protocol."""

import json
from datetime import timedelta
from functools import cached_property
from itertools import count

from exambank import clock
from exambank.db import db, unit_of_work
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.sittings import service
from exambank.sittings.models import Sitting
from tests.exams.factories import make_ready_exam
from tests.people import actor_of

HEADERS = {"X-Exambank": "1", "Accept": "application/json"}


def make_room(people, duration_seconds=3600, conduct=None, parts=(), **values) -> Exam:
    """An exam that has just started, its sittings prepared; the room is at its first second.

    ``parts``: how many questions each part of the papers has.
    """
    exam = make_ready_exam(people, room_names=["Phòng máy 1"], duration_seconds=duration_seconds, **values)
    if conduct:
        with unit_of_work() as session:
            session.get(Exam, exam.id).conduct = conduct
    _cut(exam, parts)
    service.prepare(exam.public_id)
    exams.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    clock.shift(exam.opens_at - clock.now() + timedelta(milliseconds=500))
    return exam


def _cut(exam, parts) -> None:
    of_question = [part for part, count in enumerate(parts, start=1) for _question in range(count)]
    if of_question:
        with unit_of_work() as session:
            for paper in session.get(Exam, exam.id).paper_set.papers:
                paper.layout = [{**entry, "part": part} for entry, part in zip(paper.layout, of_question, strict=True)]


def pass_time(**span) -> None:
    """Let the database's clock run on."""
    clock.shift(timedelta(milliseconds=clock._shift_milliseconds) + timedelta(**span))


def move_to(moment, **span) -> None:
    """Set the clock to a moment, plus a span."""
    clock.shift(timedelta(milliseconds=clock._shift_milliseconds) + moment + timedelta(**span) - clock.now())


def sitting_of(exam, user) -> Sitting:
    db.session.rollback()
    return db.session.query(Sitting).filter_by(exam_id=exam.id, user_id=user.id).one()


def fresh(row):
    """The row as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(type(row), row.id)


class Candidate:
    """A browser of one learner."""

    def __init__(self, client, exam, user):
        self.client, self.exam, self.user = client, exam, user
        self.public_id = sitting_of(exam, user).public_id
        self.url = f"/sit/{self.public_id}"
        self.epoch, self.counter = 0, count(1)

    @cached_property
    def questions(self):
        return service.questions_of(service.get_sitting(self.public_id))

    def sitting(self) -> Sitting:
        db.session.rollback()
        db.session.expire_all()
        return service.get_sitting(self.public_id)

    def post(self, path, body, **headers):
        response = self.client.post(f"{self.url}/{path}", json=body, headers={**HEADERS, **headers})
        db.session.rollback()  # the store writes on its own connection: the test reads what is there now
        return response

    def enter(self, code=None):
        code = self.exam.session_code if code is None else code
        response = self.post("enter", {"code": code})
        if response.status_code == 200:
            self.epoch, self.counter = response.json["epoch"], count(1)
        return response

    def entered(self):
        assert self.enter().status_code == 200
        return self

    def answer(self, question, option, n=None) -> dict:
        token = None if option is None else self.questions[question - 1].tokens[option]
        return {"q": question, "n": n or next(self.counter), "payload": {"choice": token}, "at": 1}

    def save(self, *answers, epoch=None, **extra):
        return self.post("save", {"epoch": epoch or self.epoch, "generation": "", "saves": list(answers), **extra})

    def save_one(self, question=1, option=0, n=None, epoch=None):
        return self.save(self.answer(question, option, n), epoch=epoch)

    def state(self):
        return self.client.get(f"{self.url}/state", headers=HEADERS)

    def go(self, to, *answers):
        return self.post("go", {"epoch": self.epoch, "generation": "", "saves": list(answers), "to": to})

    def submit(self, *answers, epoch=None):
        return self.post("submit", {"epoch": epoch or self.epoch, "saves": list(answers)})

    def stored(self) -> dict[int, int | None]:
        """Which option each question has now."""
        found = {}
        for number, row in service.stored_of(self.sitting()).items():
            token = json.loads(row.payload)["choice"]
            found[number] = None if token is None else self.questions[number - 1].tokens.index(token)
        return found


def close_all(exam) -> None:
    """The invigilators have collected everything."""
    with unit_of_work() as session:
        for row in session.query(Sitting).filter_by(exam_id=exam.id):
            row.state, row.closed_by = "closed", row.closed_by or "invigilator"
