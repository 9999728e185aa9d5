"""Pages of seals through HTTP: the choice at approval, two holders, the own key, who is let in, what is told."""

import re
from datetime import timedelta

import pytest

from exambank import clock
from exambank.assembly import service
from exambank.courses import service as courses
from exambank.courses.rules import SchoolSettings
from exambank.exams import service as exams
from tests.assembly.factories import fill_bank, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, make_sealed_set, phrase, seal_set
from tests.exams.factories import make_listed_exam
from tests.people import actor_of


@pytest.fixture
def filled(people):
    fill_bank(people, 40)
    return people


def choice(*users, mode="holders"):
    return {"mode": mode, "holders": [user.public_id for user in users]}


def test_the_head_approves_and_seals_and_the_page_proposes_what_is_usual(filled, sign_in):
    paper_set = make_paper_set(filled)
    url, head = f"/assembly/sets/{paper_set.public_id}/approve", sign_in(filled.head)
    page = head.get(url).text
    assert 'value="holders"' not in page  # nobody has a key yet: that way is not offered
    assert re.search(r'checked[^>]*value="clock"|value="clock"[^>]*checked', page) is None
    assert head.post(url, data={}).status_code == 422
    make_holders(*holders_of(filled))
    assert re.search(r'checked[^>]*value="holders"|value="holders"[^>]*checked', head.get(url).text)
    refused = head.post(url, data=choice(filled.quality, filled.leader))
    assert refused.status_code == 422
    assert 'id="holders"' in refused.text
    assert service.get_paper_set(paper_set.public_id).state == "dealt"
    assert head.post(url, data=choice(*holders_of(filled))).status_code == 302
    assert service.is_sealed(service.get_paper_set(paper_set.public_id))


def test_the_school_chooses_what_is_usual_and_only_the_training_office_who_sees_own_papers(filled, sign_in):
    sent = {"name": "Trường", "course_module_word": "course_module", "learner_word": "learner", "cohort_word": "cohort",
            "default_seal": "clock", "lead_minutes": "60", "own_lecturer_sees_papers": "y"}  # fmt: skip
    assert sign_in(filled.technician).post("/courses/school", data=sent).status_code == 302
    assert courses.school_settings() == SchoolSettings("clock", 60, own_lecturer_sees_papers=False)
    assert sign_in(filled.officer).post("/courses/school", data=sent).status_code == 302
    assert courses.school_settings().own_lecturer_sees_papers
    too_late = sign_in(filled.officer).post("/courses/school", data={**sent, "lead_minutes": "5"})
    assert 'id="lead_minutes-error"' in too_late.text


def test_two_holders_at_two_machines_open_and_the_exam_page_says_how_far_it_is(filled, sign_in):
    make_holders(*holders_of(filled))
    exam, paper_set = make_listed_exam(filled, starts_in=timedelta(hours=1)), make_sealed_set(filled)
    exams.bind_papers(actor=actor_of(filled.officer), now=clock.now(), exam=exam, paper_set=paper_set)
    seal, exam_url = f"/assembly/seals/{paper_set.seal.public_id}", f"/exams/{exam.public_id}"
    officer, leader = sign_in(filled.officer), sign_in(filled.leader)
    assert seal in officer.get(exam_url).text
    assert seal in officer.get("/").text  # the desk: to be opened within a day
    wrong = officer.post(f"{seal}/open", data={"passphrase": "không phải câu ấy"})
    assert (wrong.status_code, 'id="passphrase-error"' in wrong.text) == (422, True)
    assert officer.post(f"{seal}/open", data={"passphrase": phrase(filled.officer)}).status_code == 302
    assert f"{seal}/take-back" in officer.get(seal).text
    assert f"{seal}/open" in leader.get("/").text
    assert 'name="second"' not in leader.get(f"{seal}/open").text
    assert leader.post(f"{seal}/open", data={"passphrase": phrase(filled.leader)}).status_code == 302
    assert service.is_open(service.get_paper_set(paper_set.public_id))
    assert filled.leader.full_name in officer.get(seal).text
    assert officer.post(f"{seal}/open", data={"passphrase": phrase(filled.officer)}).status_code == 409


def test_both_holders_at_one_machine_and_a_half_taken_back(filled, sign_in):
    make_holders(*holders_of(filled))
    paper_set = make_sealed_set(filled)
    seal, quality = f"/assembly/seals/{paper_set.seal.public_id}", sign_in(filled.quality)
    both = {
        "passphrase": phrase(filled.quality), "second": filled.leader.public_id,
        "second_passphrase": phrase(filled.leader),
    }  # fmt: skip
    assert 'id="reason"' in quality.get(f"{seal}/open").text
    early = quality.post(f"{seal}/open", data=both)
    assert (early.status_code, 'id="reason-error"' in early.text) == (422, True)
    assert phrase(filled.leader) not in early.text
    assert quality.post(f"{seal}/rehearse", data={"passphrase": phrase(filled.quality)}).status_code == 302
    assert quality.post(f"{seal}/take-back").status_code == 302
    assert quality.post(f"{seal}/rehearse", data=both).status_code == 302
    wrong = quality.post(f"{seal}/open", data={**both, "second_passphrase": "một câu sai bét", "reason": "thi sớm"})
    assert 'id="second_passphrase-error"' in wrong.text
    assert 'id="passphrase-error"' not in wrong.text
    assert quality.post(f"{seal}/open", data={**both, "reason": "thi sớm"}).status_code == 302
    opened = service.get_paper_set(paper_set.public_id)
    assert (opened.seal.reason, opened.seal.rehearsed_at is not None) == ("thi sớm", True)


def test_the_clock_is_rehearsed_and_opened_by_hand_only_when_its_time_has_come(filled, sign_in):
    paper_set = seal_set(filled, make_paper_set(filled), "clock", opens_at=clock.now() + timedelta(minutes=1))
    seal, head = f"/assembly/seals/{paper_set.seal.public_id}", sign_in(filled.head)
    assert f"{seal}/open-by-clock" not in head.get(seal).text
    head.post(f"{seal}/open-by-clock")
    assert service.is_sealed(service.get_paper_set(paper_set.public_id))
    head.post(f"{seal}/rehearse-clock")
    assert service.get_seal(paper_set.seal.public_id).rehearsed_at is not None
    clock.shift(timedelta(minutes=2))
    try:
        assert f"{seal}/open-by-clock" in head.get(seal).text
        head.post(f"{seal}/open-by-clock")
    finally:
        clock.shift(timedelta())
    assert service.is_open(service.get_paper_set(paper_set.public_id))


def test_a_person_makes_a_key_of_his_own_and_proves_the_passphrase(people, sign_in):
    url, leader = "/assembly/holder-key", sign_in(people.leader)
    assert url in leader.get("/accounts/profile").text
    typed = {"passphrase": "bốn chữ dễ nhớ", "again": "bốn chữ dễ nhớ"}
    differs = leader.post(url, data={**typed, "again": "bốn chữ khác hẳn"})
    assert (differs.status_code, 'id="again-error"' in differs.text) == (422, True)
    assert leader.post(url, data={"passphrase": "ngắn", "again": "ngắn"}).status_code == 422
    assert service.find_holder_key(people.leader.id) is None
    assert leader.post(url, data=typed).status_code == 302
    assert leader.post(f"{url}/rehearse", data={"proof-passphrase": "bốn chữ khác hẳn"}).status_code == 422
    assert leader.post(f"{url}/rehearse", data={"proof-passphrase": "bốn chữ dễ nhớ"}).status_code == 302
    for user in (people.technician, people.lecturer, people.learner):
        assert sign_in(user).get(url).status_code == 404
        assert url not in sign_in(user).get("/accounts/profile").text
