"""Marking through HTTP: who sees what, and the two steps of a correction."""

import pytest

from exambank.db import unit_of_work
from exambank.marking import service
from tests.marking.test_service import REASON, correct, marked, totals  # noqa: F401 (a fixture)


def test_the_sheet_shows_marks_with_a_decimal_comma(people, sign_in, marked):  # noqa: F811
    page = sign_in(people.officer).get(f"/marking/{marked['exam'].public_id}")
    assert page.status_code == 200
    assert "10,0" in page.text
    assert "Nguyễn Văn 0" in page.text


@pytest.mark.parametrize("role", ["stranger", "learner", "technician", "marker", "invigilator"])
def test_who_has_no_right_gets_the_same_answer_as_for_an_unknown_exam(people, sign_in, marked, role):  # noqa: F811
    client = sign_in(getattr(people, role))
    found = client.get(f"/marking/{marked['exam'].public_id}")
    unknown = client.get("/marking/00000000-0000-7000-8000-000000000000")
    assert (found.status_code, unknown.status_code) == (404, 404)


def test_a_correction_is_previewed_then_made(people, sign_in, marked):  # noqa: F811
    client = sign_in(people.quality)
    url = f"/marking/{marked['exam'].public_id}/items/{marked['versions'][1].public_id}"
    assert client.get(url).status_code == 200
    fields = {"kind": "credit_all", "reason": REASON}
    preview = client.post(url, data=fields)
    assert preview.status_code == 200
    assert "Nguyễn Văn 1" in preview.text
    assert [str(one) for one in totals(marked["exam"])] == ["10.0000", "5.0000", "0.0000"]
    made = client.post(url, data={**fields, "step": "make"}, follow_redirects=True)
    assert REASON in made.text
    assert [str(one) for one in totals(marked["exam"])] == ["10.0000", "7.5000", "2.5000"]


def test_a_form_without_a_reason_keeps_what_was_chosen(people, sign_in, marked):  # noqa: F811
    url = f"/marking/{marked['exam'].public_id}/items/{marked['versions'][1].public_id}"
    page = sign_in(people.quality).post(url, data={"kind": "accept_option", "options": ["q2b"], "reason": ""})
    assert page.status_code == 200
    assert 'value="q2b" ' in page.text or "checked" in page.text
    assert service.list_corrections(marked["exam"]) == []


def test_a_correction_is_undone_through_its_page(people, sign_in, marked):  # noqa: F811
    correction = correct(people, marked)
    client = sign_in(people.head)
    url = f"/marking/corrections/{correction.public_id}/undo"
    assert client.get(url).status_code == 200
    client.post(url, data={"reason": "Nhầm câu hỏi"})
    assert [str(one) for one in totals(marked["exam"])] == ["10.0000", "5.0000", "0.0000"]
    assert client.post(url, data={"reason": "Nhầm câu hỏi"}).status_code == 409


def test_a_lecturer_sees_marks_of_own_class_and_corrects_nothing(people, sign_in, marked):  # noqa: F811
    client = sign_in(people.lecturer)
    assert client.get(f"/marking/{marked['exam'].public_id}").status_code == 200
    assert client.get(f"/marking/{marked['exam'].public_id}/items").status_code == 404


def test_learners_see_their_own_mark_when_it_is_released_and_nobody_elses(people, sign_in, marked):  # noqa: F811
    own, other = marked["sittings"][1].public_id, marked["sittings"][0].public_id
    client = sign_in(marked["learners"][1])
    before = client.get(f"/marking/my/{own}")
    assert before.status_code == 200
    assert "5,0" not in before.text
    with unit_of_work():
        marked["exam"].result_state = "published"
    assert "5,0" in client.get(f"/marking/my/{own}").text
    assert client.get(f"/marking/my/{other}").status_code == 404
    assert client.get(f"/marking/sittings/{own}").status_code == 404


def test_keys_are_shown_to_learners_only_when_the_review_is_open(people, sign_in, marked):  # noqa: F811
    with unit_of_work():
        marked["exam"].result_state, marked["exam"].release = "published", {"mark": "published", "review": "never"}
    client = sign_in(marked["learners"][1])
    assert "is-key" not in client.get(f"/marking/my/{marked['sittings'][1].public_id}").text
    with unit_of_work():
        marked["exam"].release = {"mark": "at_once", "review": "at_once"}
        marked["exam"].state = "open"
    assert "is-key" not in client.get(f"/marking/my/{marked['sittings'][1].public_id}").text
    with unit_of_work():
        marked["exam"].state = "closed"
    assert "is-key" in client.get(f"/marking/my/{marked['sittings'][1].public_id}").text
