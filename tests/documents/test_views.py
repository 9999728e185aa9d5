"""Documents through HTTP."""

import pytest

from tests.documents.factories import make_held_exam


@pytest.fixture
def exam(people):
    return make_held_exam(people)


def test_the_list_leads_to_the_exam_and_its_documents(exam, people, sign_in):
    client = sign_in(people.officer)
    assert exam.public_id in client.get("/documents/").text
    page = client.get(f"/documents/exams/{exam.public_id}")
    assert page.status_code == 200
    assert page.text.count('<form class="eb-inline-form" method="post" data-repeat') == 6


def test_a_result_list_comes_as_a_pdf_to_keep(exam, people, sign_in):
    client = sign_in(people.officer)
    answer = client.post(f"/documents/rooms/{exam.rooms[0].public_id}/result_list")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "danh-sach-ket-qua-thi" in answer.headers["Content-Disposition"]
    assert people.officer.full_name in client.get(f"/documents/exams/{exam.public_id}").text


def test_what_is_not_ready_is_a_conflict_and_says_why(exam, people, sign_in):
    answer = sign_in(people.officer).post(f"/documents/exams/{exam.public_id}/mark_sheet")
    assert answer.status_code == 409
    assert answer.mimetype == "text/html"


def test_printing_is_not_for_a_get(exam, people, sign_in):
    assert sign_in(people.officer).get(f"/documents/rooms/{exam.rooms[0].public_id}/minutes").status_code == 405


def test_an_invigilator_prints_the_own_room_and_nothing_else(exam, people, sign_in):
    client = sign_in(people.invigilator)
    assert client.post(f"/documents/rooms/{exam.rooms[0].public_id}/minutes").status_code == 200
    assert client.post(f"/documents/rooms/{exam.rooms[1].public_id}/minutes").status_code == 404
    assert client.post(f"/documents/exams/{exam.public_id}/mark_sheet").status_code == 404
    page = client.get(f"/documents/exams/{exam.public_id}").text
    assert "Phòng máy 1" in page
    assert "Phòng máy 2" not in page


@pytest.mark.parametrize("role", ["lecturer", "marker", "technician", "inspector", "learner"])
def test_others_find_nothing(exam, people, sign_in, role):
    client = sign_in(getattr(people, role))
    assert client.get("/documents/").status_code == 404
    assert client.get(f"/documents/exams/{exam.public_id}").status_code == 404
    assert client.post(f"/documents/rooms/{exam.rooms[0].public_id}/candidate_list").status_code == 404


def test_an_unknown_kind_or_one_of_the_other_place_is_not_found(exam, people, sign_in):
    client = sign_in(people.officer)
    assert client.post(f"/documents/rooms/{exam.rooms[0].public_id}/mark_sheet").status_code == 404
    assert client.post(f"/documents/exams/{exam.public_id}/secret").status_code == 404
    assert client.post("/documents/exams/nobody/mark_sheet").status_code == 404
