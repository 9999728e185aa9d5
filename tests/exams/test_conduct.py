"""How the room is run: settled by the office on its page, judged against the papers, frozen once the exam is open."""

import pytest

from exambank import clock
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import service
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from tests.exams.factories import make_ready_exam
from tests.people import actor_of

WISH = {"start_mode": "admitted", "needs_identity": "y", "navigation": "forward", "minutes": "20 + 40"}


def now_of(exam) -> tuple[str, Conduct]:
    db.session.rollback()
    db.session.expire_all()
    row = db.session.get_one(Exam, exam.id)
    return row.start_mode, Conduct.parse(row.conduct)


def test_the_office_settles_it_on_its_page_until_the_exam_is_open(people, sign_in):
    exam = make_ready_exam(people)
    office, url = sign_in(people.officer), f"/exams/{exam.public_id}/conduct"
    with unit_of_work() as session:
        session.get(Exam, exam.id).conduct = {"lockdown": "watch", "networks": ["10.0.0.0/8"]}
    refused = office.post(url, data=WISH)  # the papers have one part
    assert refused.status_code == 422
    assert "20 + 40" in refused.get_data(as_text=True)  # what was typed is kept
    for minutes in ("59", "0 60", "x"):
        assert office.post(url, data={**WISH, "minutes": minutes}).status_code == 422, minutes
    assert now_of(exam)[0] == "uniform"

    with unit_of_work() as session:
        for paper in session.get(Exam, exam.id).paper_set.papers:
            paper.layout = [{**one, "part": 1 if at < 4 else 2} for at, one in enumerate(paper.layout)]
    assert office.post(url, data={**WISH, "minutes": "60"}).status_code == 422  # now they have two
    assert office.post(url, data=WISH).status_code == 302
    mode, conduct = now_of(exam)
    assert (mode, conduct.section_minutes, conduct.navigation) == ("admitted", (20, 40), "forward")
    assert (conduct.needs_code, conduct.needs_identity) == (False, True)
    assert (conduct.lockdown, conduct.networks) == ("watch", ("10.0.0.0/8",))  # these have pages of their own
    assert "4 + 6" in office.get(url).get_data(as_text=True)
    assert url in office.get(f"/exams/{exam.public_id}").get_data(as_text=True)

    with unit_of_work() as session:
        session.get(Exam, exam.id).duration_seconds = 3000  # changed elsewhere: the parts no longer add up
    officer = actor_of(people.officer)
    with pytest.raises(StateConflict):
        service.open_exam(actor=officer, now=clock.now(), exam=exam)
    with unit_of_work() as session:
        session.get(Exam, exam.id).duration_seconds = 3600
    service.open_exam(actor=officer, now=clock.now(), exam=exam)
    assert office.post(url, data={**WISH, "navigation": "free"}).status_code == 422
    assert now_of(exam)[1].navigation == "forward"
    assert "20 + 40" in office.get(url).get_data(as_text=True)
    assert sign_in(people.invigilator).get(url).status_code == 404
