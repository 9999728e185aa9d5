"""The rehearsal: the real room for anybody, again and again, and no trace of it where exams are counted."""

import pytest

from exambank import clock
from exambank.accounts.service import list_departments
from exambank.bank.interactions import REGISTRY
from exambank.courses import service as courses
from exambank.courses.models import School
from exambank.db import db, unit_of_work
from exambank.exams import service as exams
from exambank.exams.models import Candidacy
from exambank.grades import service as grades
from exambank.jobs import Job
from exambank.marking import service as marking
from exambank.permissions import Permission
from exambank.sittings import papers, rehearsal, service, sweeper
from exambank.sittings.models import Sitting
from tests.people import actor_of
from tests.sittings.factories import HEADERS, make_room, move_to


def test_the_paper_asks_one_question_of_every_kind_with_the_same_names_after_a_restart(app):
    assert {kind for kind, _stem, _content in rehearsal.BUILT_IN.values()} == set(REGISTRY)
    for kind, _stem, content in rehearsal.BUILT_IN.values():
        assert REGISTRY[kind].check(REGISTRY[kind].normalise(content)) == []
    assert [papers._built_in(entry) for entry in rehearsal.layout()] == [
        papers._built_in(entry) for entry in rehearsal.layout()
    ]


class Visitor:
    """Somebody who rehearses with the room's own protocol."""

    def __init__(self, client):
        self.client = client

    def start(self) -> str:
        answer = self.client.post("/sit/rehearsal")
        assert answer.status_code == 302
        self.url = answer.location
        return self.url

    def post(self, path, **body):
        answer = self.client.post(f"{self.url}/{path}", json=body, headers=HEADERS)
        db.session.rollback()
        return answer

    def enter(self):
        entered = self.post("enter")
        assert entered.status_code == 200, entered.text
        self.epoch = entered.json["epoch"]
        return entered

    def save(self, question: int, payload: dict):
        saves = [{"q": question, "n": question, "payload": payload}]
        return self.post("save", epoch=self.epoch, generation="", saves=saves)


@pytest.mark.usefixtures("any_app")
def test_a_lecturer_rehearses_twice_by_the_real_protocol_and_nothing_of_it_is_counted(people, sign_in, room_closer):
    visitor = Visitor(sign_in(people.lecturer))
    assert "/sit/rehearsal" in visitor.client.get("/").text  # in the menu
    assert visitor.client.get("/sit/rehearsal").status_code == 200
    first = visitor.start()
    assert visitor.client.get(first).status_code == 200  # the cover
    assert visitor.enter().json["questions"] == len(rehearsal.BUILT_IN)
    for path in ("", *(f"/q/{number}" for number in range(1, len(rehearsal.BUILT_IN) + 1)), "/review"):
        assert visitor.client.get(first + path).status_code == 200, path
    kinds = [kind for kind, _stem, _content in rehearsal.BUILT_IN.values()]
    assert visitor.save(kinds.index("single_choice") + 1, {"choice": "a1aaaa"}).status_code == 200
    assert visitor.save(kinds.index("numeric") + 1, {"value": "20", "unit": ""}).status_code == 200
    done = visitor.post("submit", epoch=visitor.epoch, saves=[])
    assert (done.status_code, done.json["answered"]) == (200, 2)
    assert visitor.client.get(first).status_code == 200

    second = visitor.start()
    assert second != first
    assert second in visitor.client.get("/sit/rehearsal").text  # may be gone on with
    for other in (people.invigilator, people.officer):  # a rehearsal has no room: nothing of it among the rooms
        assert sign_in(other).get("/room/").status_code == 200
    third = visitor.start()  # the one left unended is ended
    states = {row.public_id: row.state for row in db.session.query(Sitting)}
    assert [states[url.rsplit("/", 1)[1]] for url in (first, second, third)] == ["closed", "closed", "ready"]
    tries = db.session.query(Candidacy.attempt_no).filter_by(user_id=people.lecturer.id).order_by(Candidacy.id)
    assert [row.attempt_no for row in tries] == [1, 2, 3]

    for person in (people.officer, people.quality, people.head, people.leader, people.lecturer, people.inspector):
        actor = actor_of(person)
        assert exams.list_exams_for(actor) == []
        assert marking.list_exams_for(actor) == []
        assert grades.list_exams_for(actor) == []
        assert [module.code for module in courses.list_modules_for(actor, Permission.EXAM_SEE)
                if module.code.startswith("~")] == []  # fmt: skip
    hidden = [*courses.list_modules(with_inactive=True), *courses.list_programmes(), *courses.list_departments()]
    assert [one.code for one in [*hidden, *list_departments()] if one.code.startswith("~")] == []
    assert all(one.programme.code != "~rehearsal" for one in courses.list_adopted_regulations())
    assert not exams.is_any_exam_open()
    assert exams.list_for_learner(people.lecturer.id, clock.now()) == []
    assert service.list_own(actor_of(people.lecturer)) == []
    assert db.session.query(Job).filter(Job.subject.in_(list(states))).count() == 0  # nobody is told to mark it
    exam = exams.find_rehearsal()
    assert sign_in(people.officer).get(f"/exams/{exam.public_id}").status_code == 404


def test_a_rehearsal_is_its_owners_alone_ends_by_the_clock_and_the_exam_room_stays_open(people, sign_in, room_closer):
    visitor = Visitor(sign_in(people.learner))
    visitor.start()
    visitor.enter()
    assert visitor.save(1, {"choice": "a2aaaa"}).status_code == 200
    for other in (people.lecturer, people.officer, people.second_learner):
        assert sign_in(other).get(visitor.url).status_code == 404
    assert visitor.client.get("/sit/").text.count("Thi thử phòng máy") == 0
    sitting = service.get_sitting(visitor.url.rsplit("/", 1)[1])
    move_to(sitting.deadline_at, minutes=5)
    sweeper.sweep()
    sweeper.settle()
    db.session.expire_all()
    assert (sitting.state, sitting.closed_by) == ("closed", "deadline")
    assert exams.find_rehearsal().state == "open"
    visitor.start()
    visitor.enter()


def test_the_office_switches_it_off_while_exams_run(people, sign_in, room_closer):
    def choose(rehearsal):
        with unit_of_work() as session:
            school = session.query(School).first() or School(name="Trường", governing_body="", place="", labels={})
            school.settings = {"rehearsal": rehearsal}
            session.add(school)

    client = sign_in(people.second_learner)
    choose("quiet")
    assert client.post("/sit/rehearsal").location.startswith("/sit/0")
    make_room(people)
    assert client.post("/sit/rehearsal").location == "/sit/rehearsal"
    assert client.get("/sit/rehearsal").status_code == 200
    choose("never")
    assert client.post("/sit/rehearsal").location == "/sit/rehearsal"
    choose("always")
    assert client.post("/sit/rehearsal").location.startswith("/sit/0")
