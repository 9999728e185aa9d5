"""Pages of grades through HTTP."""

import pytest

from exambank import clock
from exambank.exams import service as exams
from exambank.grades import service
from tests.grades.factories import make_exam_of, set_component
from tests.people import actor_of


@pytest.fixture
def exam(people):
    set_component(people.offering, people.learner, "8")
    set_component(people.offering, people.second_learner, "8")
    exam = make_exam_of(people, {people.learner: "7.5", people.second_learner: "5.6"})
    service.compute_grades(exam)
    return exam


def page(client, url: str, **options) -> str:
    answer = client.get(url, **options)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def url_of(exam, act: str = "") -> str:
    return f"/grades/exams/{exam.public_id}{act}"


def test_the_gradebook_explains_every_number(exam, people, sign_in):
    shown = page(sign_in(people.officer), url_of(exam))
    assert "0,4 × 8,0 + 0,6 × 7,5 = 7,7" in shown
    assert "6,56" in shown
    assert shown.index("Hường") < shown.index("Ưởng")


def test_the_gradebook_is_told_to_machines(exam, people, sign_in):
    told = sign_in(people.officer).get(url_of(exam), headers={"Accept": "application/json"}).get_json()
    assert (told["passed"], told["failed"], told["outdated"]) == (2, 0, 0)
    assert {row["code"]: row["value"] for row in told["grades"]} == {"HV001": "7.7", "HV002": "6.6"}


def test_the_list_names_the_exam(exam, people, sign_in):
    assert exam.title in page(sign_in(people.officer), "/grades/")
    assert exam.title not in page(sign_in(people.stranger), "/grades/?q=x&state=frozen")


def test_an_exam_still_on_says_when_grades_come(people, sign_in):
    exam = make_exam_of(people, {}, state="open")
    assert page(sign_in(people.officer), url_of(exam))


def test_who_may_not_see_grades_finds_no_page(exam, people, sign_in):
    for user in (people.stranger, people.learner, people.technician, people.invigilator):
        assert sign_in(user).get(url_of(exam)).status_code == 404
    for act in ("/publish", "/freeze"):
        assert sign_in(people.lecturer).get(url_of(exam, act)).status_code == 404
    assert sign_in(people.lecturer).post(url_of(exam, "/recompute")).status_code == 404
    assert sign_in(people.quality).get(url_of(exam, "/freeze")).status_code == 404


def seen_in(shown: str) -> str:
    return shown.split('name="seen" value="')[1].split('"')[0]


def test_publish_then_sign_from_page_to_page(exam, people, sign_in):
    client = sign_in(people.officer)
    shown = page(client, url_of(exam, "/publish"))
    answer = client.post(url_of(exam, "/publish"), data={"seen": seen_in(shown)})
    assert answer.status_code == 302
    assert "0,4 × 8,0 + 0,6 × 7,5 = 7,7" in page(sign_in(people.learner), "/grades/mine")
    shown = page(client, url_of(exam, "/freeze"))
    refused = client.post(url_of(exam, "/freeze"), data={"seen": seen_in(shown), "signature": "Ai Đó"})
    assert refused.status_code == 200
    assert "Ai Đó" in refused.get_data(as_text=True)
    signed = client.post(url_of(exam, "/freeze"), data={"seen": seen_in(shown), "signature": "Phạm Thị Lan"})
    assert signed.status_code == 302
    assert exams.get_exam(exam.public_id).result_state == "frozen"
    assert client.get(url_of(exam, "/freeze")).status_code == 409
    assert client.get(url_of(exam, "/publish")).status_code == 409
    assert client.post(url_of(exam, "/recompute")).status_code == 409


def test_a_changed_component_is_shown_and_taken_over(exam, people, sign_in):
    set_component(people.offering, people.learner, "1")
    client = sign_in(people.officer)
    shown = page(client, url_of(exam))
    assert "4,9" in shown
    assert page(client, url_of(exam, "/publish")).count('name="seen"') == 0
    assert client.post(url_of(exam, "/recompute"), data={"seen": seen_in(shown)}).status_code == 302
    assert "4,9" in page(client, url_of(exam))


def test_a_learner_without_grades_is_told_what_to_wait_for(people, sign_in):
    assert page(sign_in(people.learner), "/grades/mine")
    assert sign_in(people.officer).get("/grades/mine").status_code == 404


def test_a_learner_never_sees_others(exam, people, sign_in):
    service.publish(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    assert "Ưởng" not in page(sign_in(people.learner), "/grades/mine").replace("Lò Văn Ưởng</a>", "")
