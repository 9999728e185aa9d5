"""Oral exams on paper: the slips of a set, and the list of who drew which."""

import pytest
from sqlalchemy import select

from exambank import clock
from exambank.audit import AuditEvent
from exambank.db import db, unit_of_work
from exambank.documents import service
from exambank.documents.service.contents import contents_of
from exambank.documents.service.slips import content_of
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.exams.models import Candidacy, ExamRoom
from exambank.marking import service as marking
from tests.marking.factories import make_essay, make_exam, make_learner, make_paper_set, make_sitting, make_version
from tests.people import THEN, actor_of


@pytest.fixture
def oral(people):
    versions = [make_essay(people, f"VD{at}", points=("1", "1"), kind="oral") for at in (1, 2, 3)]
    paper_set = make_paper_set(people, [[version] for version in versions], points="10")
    exam = make_exam(people, paper_set)
    for at in range(3):
        make_sitting(exam, make_learner(at), paper_set.papers[at], {}, number=f"00{at + 1}", entered=False)
    with unit_of_work() as session:
        room = ExamRoom(exam_id=exam.id, name="Phòng hỏi")
        session.add(room)
        session.flush()
        session.query(Candidacy).filter_by(exam_id=exam.id).update({"room_id": room.id})
        session.get(type(exam), exam.id).paper_seed = "3f9a2c7b"
    db.session.expire_all()
    return {"exam": exam, "set": paper_set, "room": exam.rooms[0]}


def test_slips_are_printed_for_who_may_see_papers_and_the_act_is_recorded(people, oral, sign_in):
    url = f"/documents/papers/{oral['set'].public_id}/slips"
    assert sign_in(people.officer).post(url).status_code == 404
    assert sign_in(people.lecturer).post(url).status_code == 404
    assert sign_in(people.head).post(url).data.startswith(b"%PDF")
    last = db.session.execute(select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1)).scalar_one()
    assert (last.verb, last.thing) == ("document.printed", f"paper_set:{oral['set'].public_id}")
    assert "phieu" not in sign_in(people.officer).get("/documents/").text


def test_a_slip_holds_the_question_and_nothing_that_helps_to_answer_it(people, oral):
    content = content_of(oral["set"])
    assert [slip["questions"][0]["lines"] for slip in content["slips"]] == [["VD1?"], ["VD2?"], ["VD3?"]]
    assert "Nội dung" not in str(content)  # the guide
    assert "Bài mẫu" not in str(content)


@pytest.mark.parametrize("value", ['#read("x")', "$x^2$", "*đậm*", "]#{", "@ref", "<nhãn>"])
def test_text_of_a_question_is_only_ever_text(people, oral, value):
    content = content_of(oral["set"])
    content["slips"][0]["questions"][0]["lines"] = [value] * 60  # longer than half a page, too
    assert typeset("slips", {**content, "printed": value, "code": value}, THEN).startswith(b"%PDF")


def test_papers_without_an_oral_question_have_no_slips(people):
    paper_set = make_paper_set(people, [[make_version(people, "Q1")]])
    with pytest.raises(StateConflict):
        service.print_slips(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    assert service.list_slip_sets(actor_of(people.head)) == []


def test_the_draw_list_names_slip_and_code_and_the_seed(people, oral):
    printed = service.print_document(
        actor=actor_of(people.officer), now=clock.now(), kind="draw_list", exam=oral["exam"], room=oral["room"]
    )
    assert printed.body.startswith(b"%PDF")
    content = contents_of("draw_list", oral["exam"], oral["room"])
    assert [row["slip"] for row in content["rows"]] == ["101", "102", "103"]
    codes = [row["codes"] for row in content["rows"]]
    assert all(marking.find_script(oral["exam"], code) for code in codes)
    assert len(set(codes)) == 3
    assert "3f9a2c7b" in str(content["facts"])


def test_the_draw_list_is_offered_where_somebody_answers_aloud_only(people, oral):
    kinds = {entry.kind for entry in service.get_folder(actor_of(people.officer), oral["exam"]).entries()}
    assert "draw_list" in kinds
    other = make_exam(people, make_paper_set(people, [[make_version(people, "Q9")]]))
    with unit_of_work() as session:
        session.add(ExamRoom(exam_id=other.id, name="Phòng máy"))
    db.session.expire_all()
    kinds = {entry.kind for entry in service.get_folder(actor_of(people.officer), other).entries()}
    assert "draw_list" not in kinds
