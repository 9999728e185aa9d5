"""Pages of exams through HTTP: who may, what they say, what is kept when something is wrong."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from exambank import clock
from exambank.assembly import service as assembly
from exambank.courses.models import Attendance
from exambank.db import unit_of_work
from exambank.exams import service
from tests.assembly.factories import fill_bank, make_approved_set
from tests.exams.factories import make_exam, make_listed_exam, make_open_exam, make_ready_exam
from tests.people import actor_of

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def schedule(people, **values):
    return {
        "offering": people.offering.public_id, "title": "Thi kết thúc học phần", "opens_at": "2040-11-24T08:00",
        "minutes": "60", "closes_at": "", "start_mode": "uniform", "mark": "published", "review": "never",
        "rooms": "Phòng máy 1\nPhòng máy 2", **values,
    }  # fmt: skip


def exams_of(people):
    return service.list_exams_for(actor_of(people.officer))


def test_the_office_schedules_an_exam_in_vietnam_time(people, sign_in):
    client = sign_in(people.officer)
    assert client.get("/exams/new").status_code == 200
    answer = client.post("/exams/new", data=schedule(people))
    assert answer.status_code == 302
    (exam,) = exams_of(people)
    assert exam.opens_at == datetime(2040, 11, 24, 8, 0, tzinfo=HANOI)
    assert exam.closes_at - exam.opens_at == timedelta(minutes=60)
    assert [room.name for room in exam.rooms] == ["Phòng máy 1", "Phòng máy 2"]
    page = client.get(answer.location).text
    assert "08:00" in page
    assert exam.session_code in page
    assert "2040-11-24T08:00" in client.get(f"/exams/{exam.public_id}/schedule").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"opens_at": "mai"},
        {"opens_at": ""},
        {"minutes": "một giờ"},
        {"minutes": "0"},
        {"closes_at": "2040-11-24T08:30"},
        {"opens_at": "2001-01-01T08:00"},
        {"offering": "nobody"},
        {"mark": "tomorrow"},
        {"review": "at_once"},
        {"rooms": "Phòng 1\nPhòng 1"},
    ],
)
def test_a_wrong_schedule_keeps_what_was_typed_and_stores_nothing(people, sign_in, wrong):
    answer = sign_in(people.officer).post("/exams/new", data=schedule(people, **{"title": "Ca đặc biệt", **wrong}))
    assert answer.status_code == 200
    assert "eb-error-summary" in answer.text
    assert ("Ca đặc biệt" in answer.text) == ("title" not in wrong)
    assert exams_of(people) == []


def test_the_schedule_changes_until_the_exam_is_open_and_takes_parts_of_minutes(people, sign_in):
    exam = make_exam(people, duration_seconds=100)
    client = sign_in(people.officer)
    assert 'value="1,6667"' in client.get(f"/exams/{exam.public_id}/schedule").text
    data = schedule(people, title="Ca 2", minutes="1,5", opens_at="2040-01-02T09:00", closes_at="2040-01-02T10:00")
    assert client.post(f"/exams/{exam.public_id}/schedule", data=data).status_code == 302
    changed = service.get_exam(exam.public_id)
    assert (changed.title, changed.duration_seconds) == ("Ca 2", 90)
    running = make_open_exam(people)
    assert client.post(f"/exams/{running.public_id}/schedule", data=data).status_code == 409


def test_the_class_is_listed_with_numbers_and_who_may_not_sit_with_reasons(people, sign_in):
    with unit_of_work() as session:
        session.add(Attendance(offering_id=people.offering.id, user_id=people.learner.id, periods_absent=20))
    exam = make_exam(people)
    client = sign_in(people.officer)
    base = f"/exams/{exam.public_id}/candidates"
    assert client.get(base).status_code == 200
    assert client.post(f"{base}/class").status_code == 302
    page = client.get(base).text
    assert "001" in page
    assert "45" in page
    barred = service.find_candidacy(exam.id, people.learner.id)
    url = f"/exams/candidates/{barred.public_id}"
    assert client.get(url).status_code == 200
    assert client.post(f"{url}/admit", data={"reason": ""}).status_code == 200
    assert client.post(f"{url}/admit", data={"reason": "Quyết định 12"}).status_code == 302
    assert "Quyết định 12" in client.get(base).text
    assert client.post(f"{base}/judge").status_code == 302
    assert client.post(f"{base}/number").status_code == 302


def test_a_pasted_list_with_a_duplicate_number_comes_back_with_the_text(people, sign_in):
    exam = make_exam(people)
    client = sign_in(people.officer)
    url = f"/exams/{exam.public_id}/candidates/import"
    typed = "HV001, 007\nHV002, 007"
    answer = client.post(url, data={"codes": typed})
    assert answer.status_code == 200
    assert "HV001, 007" in answer.text
    assert "Lò Văn Ưởng" in answer.text
    assert service.tally(exam).listed == 0
    assert client.post(url, data={"codes": ""}).status_code == 200
    assert client.post(url, data={"codes": "HV001, 007\nHV002"}).status_code == 302
    assert service.tally(exam).listed == 2


def test_one_candidate_gets_extra_time_another_number_and_room_and_is_removed(people, sign_in):
    exam = make_listed_exam(people)
    client = sign_in(people.officer)
    one = service.find_candidacy(exam.id, people.learner.id)
    url = f"/exams/candidates/{one.public_id}"
    for minutes in ("0", "-5", "61", "1000000", "nhiều", ""):
        answer = client.post(f"{url}/extra-time", data={"minutes": minutes, "reason": "khuyết tật"})
        assert answer.status_code == 200, minutes
    assert client.post(f"{url}/extra-time", data={"minutes": "30", "reason": "Tay bị thương"}).status_code == 302
    assert "Tay bị thương" in client.get(url).text
    assert client.post(f"{url}/extra-time/remove").status_code == 302
    assert client.post(f"{url}/number", data={"number": "002"}).status_code == 200
    assert client.post(f"{url}/number", data={"number": "050"}).status_code == 302
    assert client.post(f"{url}/room", data={"room": exam.rooms[1].public_id}).status_code == 302
    assert client.post(f"{url}/room", data={"room": "nowhere"}).status_code == 200
    changed = service.get_candidacy(one.public_id)
    assert (changed.number, changed.room_id, changed.extra_seconds) == ("050", exam.rooms[1].id, 0)
    assert client.post(f"{url}/remove").status_code == 302
    assert client.get(url).status_code == 404


def test_rooms_are_added_split_watched_and_removed(people, sign_in):
    exam = make_listed_exam(people)
    client = sign_in(people.officer)
    base = f"/exams/{exam.public_id}/rooms"
    assert client.get(base).status_code == 200
    client.post(f"{base}/add", data={"names": "Phòng 3"})
    client.post(f"{base}/add", data={"names": "Phòng 3"})
    rooms = service.get_exam(exam.public_id).rooms
    assert [room.name for room in rooms] == ["Phòng máy 1", "Phòng máy 2", "Phòng 3"]
    client.post(f"{base}/split", data={f"seats-{rooms[2].public_id}": "5"})
    assert service.tally(exam).by_room == {rooms[2].id: 2}
    client.post(f"{base}/split", data={f"seats-{rooms[2].public_id}": "nhiều"})
    client.post(f"{base}/split", data={f"seats-{rooms[2].public_id}": "1"})
    assert service.tally(exam).by_room == {rooms[2].id: 2}
    client.post(f"/exams/rooms/{rooms[0].public_id}/remove")
    client.post(f"/exams/rooms/{rooms[2].public_id}/remove")
    assert len(service.get_exam(exam.public_id).rooms) == 2
    url = f"/exams/rooms/{rooms[1].public_id}/invigilators"
    assert "Vũ Thị Hằng" in client.get(url).text
    assert client.post(url, data={"people": [people.invigilator.public_id]}).status_code == 302
    assert "Vũ Thị Hằng" in client.get(base).text
    assert client.post(url, data={"people": [people.lecturer.public_id]}).status_code == 200
    assert client.post(url, data={}).status_code == 302
    assert actor_of(people.invigilator).room_ids == frozenset()


def test_the_road_from_list_to_ready(people, sign_in):
    fill_bank(people)
    exam = make_exam(people)
    client = sign_in(people.officer)
    url = f"/exams/{exam.public_id}"
    assert f"{url}/candidates" in client.get(url).text
    assert client.get(f"{url}/papers").status_code == 200
    client.post(f"{url}/candidates/class")
    assert client.get(f"{url}/papers").status_code == 200
    assert client.post(f"{url}/ready").status_code == 409
    paper_set = make_approved_set(people)
    assert client.post(f"{url}/papers", data={"paper_set": "nothing"}).status_code == 200
    assert client.post(f"{url}/papers", data={"paper_set": paper_set.public_id}).status_code == 302
    assert f"{url}/ready" in client.get(url).text
    assert client.post(f"{url}/ready").status_code == 302
    assert client.post(f"{url}/ready").status_code == 409
    assert client.post(f"{url}/papers", data={"paper_set": paper_set.public_id}).status_code == 409
    assert service.get_exam(exam.public_id).state == "ready"
    assert client.get(url).status_code == 200
    assert assembly.get_paper_set(paper_set.public_id).bound_at is not None


def test_cancelling_asks_for_a_reason_and_shows_it(people, sign_in):
    exam = make_exam(people)
    client = sign_in(people.officer)
    client.post(f"/exams/{exam.public_id}/cancel", data={"reason": ""})
    assert service.get_exam(exam.public_id).state == "draft"
    client.post(f"/exams/{exam.public_id}/cancel", data={"reason": "Bão số 5"})
    assert "Bão số 5" in client.get(f"/exams/{exam.public_id}").text


def test_the_leadership_changes_the_release(people, sign_in):
    exam = make_exam(people)
    client = sign_in(people.leader)
    client.post(f"/exams/{exam.public_id}/release", data={"mark": "at_once", "review": "published"})
    assert service.get_exam(exam.public_id).release == {"mark": "at_once", "review": "published"}
    client.post(f"/exams/{exam.public_id}/release", data={"mark": "at_once", "review": "at_once"})
    assert service.get_exam(exam.public_id).release["review"] == "published"


def test_every_state_of_an_exam_has_its_page(people, sign_in):
    exam = make_ready_exam(people)
    officer = sign_in(people.officer)
    url = f"/exams/{exam.public_id}"
    service.open_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    assert officer.get(url).status_code == 200
    assert exam.title in officer.get("/exams/").text
    service.record_sitting_counts(exam.id, {"closed": 2})
    service.close_exam(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    assert officer.get(url).status_code == 200
    assert officer.get("/exams/").status_code == 200
    assert officer.get(f"{url}/rooms").status_code == 200
    assert officer.get(f"{url}/candidates").status_code == 200


def test_the_session_code_is_shown_to_the_office_only(people, sign_in):
    exam = make_ready_exam(people)
    for name in ("quality", "leader", "head", "lecturer", "inspector"):
        page = sign_in(getattr(people, name)).get(f"/exams/{exam.public_id}")
        assert page.status_code == 200, name
        assert exam.session_code not in page.text, name


EVERYBODY = (
    "lecturer other_lecturer stranger head officer quality invigilator marker leader technician inspector learner"
)
SEE = "lecturer other_lecturer head officer quality leader inspector"
ALLOWED = {
    "/exams/": f"{SEE} stranger invigilator",
    "/exams/new": "officer",
    "/exams/{exam}": SEE,
    "/exams/{exam}/schedule": "officer",
    "/exams/{exam}/papers": "officer",
    "/exams/{exam}/candidates": SEE,
    "/exams/{exam}/rooms": SEE,
    "/exams/candidates/{candidacy}": "officer",
    "/exams/rooms/{room}/invigilators": "officer",
}


@pytest.mark.parametrize("page", list(ALLOWED))
def test_each_page_is_open_to_its_roles_and_unknown_to_all_others(people, sign_in, page):
    exam = make_listed_exam(people)
    url = page.format(
        exam=exam.public_id, room=exam.rooms[0].public_id, candidacy=service.list_candidates(exam)[0].public_id
    )
    found = {name: sign_in(getattr(people, name)).get(url).status_code for name in EVERYBODY.split()}
    allowed = ALLOWED[page].split()
    assert found == {name: 200 if name in allowed else 404 for name in EVERYBODY.split()}


ACTS = [
    "/exams/{exam}/ready", "/exams/{exam}/cancel", "/exams/{exam}/candidates/class", "/exams/{exam}/candidates/import",
    "/exams/{exam}/candidates/number", "/exams/{exam}/candidates/judge", "/exams/{exam}/rooms/add",
    "/exams/{exam}/rooms/split", "/exams/rooms/{room}/remove", "/exams/rooms/{room}/invigilators",
    "/exams/candidates/{candidacy}/admit", "/exams/candidates/{candidacy}/extra-time",
    "/exams/candidates/{candidacy}/extra-time/remove", "/exams/candidates/{candidacy}/number",
    "/exams/candidates/{candidacy}/room", "/exams/candidates/{candidacy}/remove",
]  # fmt: skip


def test_acts_of_the_office_are_unknown_to_all_others(people, sign_in):
    exam = make_listed_exam(people)
    ids = {
        "exam": exam.public_id, "room": exam.rooms[0].public_id,
        "candidacy": service.list_candidates(exam)[0].public_id,
    }  # fmt: skip
    for name in set(EVERYBODY.split()) - {"officer"}:
        client = sign_in(getattr(people, name))
        for act in ACTS:
            assert client.post(act.format(**ids), data={"reason": "x"}).status_code == 404, (name, act)
    assert service.tally(service.get_exam(exam.public_id)).listed == 2


def test_an_invigilator_finds_the_own_room_on_the_desk(people, sign_in):
    exam = make_ready_exam(people)
    client = sign_in(people.invigilator)
    page = client.get("/exams/").text
    assert exam.title in page
    assert f"/exams/{exam.public_id}" not in page
    assert client.get(f"/exams/{exam.public_id}").status_code == 404
