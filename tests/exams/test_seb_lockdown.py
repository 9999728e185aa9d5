"""The exam's lockdown page: what the office sets, what the machines fetch, what stays secret."""

import io

from exambank import audit
from exambank.exams import rules, seb
from tests.exams.factories import make_exam, make_open_exam
from tests.sittings.factories import fresh

WISH = {"lockdown": "seb", "address": "https://Thi.Example:443/", "quit_password": "đóng 1"}
BUILD = "AB" * 32


def conduct_of(exam) -> rules.Conduct:
    return rules.Conduct.parse(fresh(exam).conduct)


def test_the_office_makes_settings_hands_them_out_and_locks_the_file(people, sign_in):
    exam, client = make_exam(people), sign_in(people.officer)
    page = f"/exams/{exam.public_id}/lockdown"
    assert client.get(page).status_code == 200
    assert client.post(page, data={**WISH, "address": "thi.example"}).status_code == 422
    assert client.post(page, data={**WISH, "browser_exam_keys": "abc"}).status_code == 422
    assert client.post(page, data={**WISH, "lockdown": "chains"}).status_code == 422
    assert conduct_of(exam).lockdown == "none"
    assert client.post(page, data={**WISH, "browser_exam_keys": f"{BUILD}\n{BUILD.lower()}"}).status_code == 302

    conduct = conduct_of(exam)
    assert (conduct.lockdown, conduct.address, conduct.browser_exam_keys) == (
        "seb", "https://thi.example", (BUILD.lower(),),
    )  # fmt: skip
    plain = client.post(f"{page}/file", data={"kind": "plain"})
    settings = seb.read_settings(plain.data)
    assert plain.mimetype == "application/seb"
    assert seb.config_key(settings) == conduct.config_key
    assert settings["hashedQuitPassword"] == seb.password_hash("đóng 1")
    locked = client.post(f"{page}/file", data={"kind": "locked", "password": "mở"}).data
    assert seb.config_key(seb.read_settings(locked, "mở")) == conduct.config_key
    assert client.post(f"{page}/file", data={"kind": "locked", "password": ""}).status_code == 302
    shown = client.get(page).text
    assert f"sebs://thi.example/exams/start.seb?exam={exam.public_id}" in shown
    assert conduct.config_key in shown
    assert "đóng 1" not in shown

    # saving again without a new password changes nothing: files handed out stay right
    client.post(page, data={**WISH, "quit_password": ""})
    assert conduct_of(exam).config_key == conduct.config_key
    client.post(page, data={**WISH, "quit_password": "khác"})
    assert conduct_of(exam).config_key != conduct.config_key
    assert [one.verb for one in audit.list_for(exam)].count("exam.lockdown_set") == 3


def test_the_file_for_the_machines_is_there_while_it_is_needed_and_tells_nothing_of_the_exam(app, people, sign_in):
    exam = make_exam(people, title="Đề bí mật")
    office, client, address = sign_in(people.officer), app.test_client(), f"/exams/start.seb?exam={exam.public_id}"
    office.post(f"/exams/{exam.public_id}/lockdown", data=WISH)
    assert client.get(address).status_code == 404  # a draft
    exam = make_open_exam(people)
    address, page = f"/exams/start.seb?exam={exam.public_id}", f"/exams/{exam.public_id}/lockdown"
    assert client.get(address).status_code == 404  # not locked
    assert office.post(page, data=WISH).status_code == 422  # open: it takes a reason
    assert office.post(page, data={**WISH, "reason": "Máy trạm mở nhầm trình duyệt"}).status_code == 302
    body = client.get(address).data
    for secret in (exam.title, exam.session_code, exam.course_module.name, "đóng 1", people.learner.full_name):
        assert secret.encode() not in body
    assert office.post(page, data={**WISH, "is_sealed": "y", "reason": "x"}).status_code == 422  # no password typed
    office.post(page, data={**WISH, "quit_password": "", "is_sealed": "y", "file_password": "mở", "reason": "x"})
    assert seb.config_key(seb.read_settings(client.get(address).data, "mở")) == conduct_of(exam).config_key


def test_the_school_may_bring_settings_of_its_own(people, sign_in):
    exam, client = make_exam(people), sign_in(people.officer)
    page = f"/exams/{exam.public_id}/lockdown"
    own = {"startURL": "https://thi.example/sit/", "sendBrowserExamKey": True, "examKeySalt": b"own"}
    locked = seb.seal(seb.pack(own), "mở", b"r" * 32)

    def bring(body, **values):
        data = {"lockdown": "seb", "file": (io.BytesIO(body), "own.seb"), **values}
        return client.post(page, data=data, content_type="multipart/form-data").status_code

    assert bring(b"not a file") == 422
    assert bring(locked) == 422
    assert bring(seb.pack({**own, "sendBrowserExamKey": False})) == 422
    assert bring(locked, own_password="mở") == 302
    assert conduct_of(exam).config_key == seb.config_key(own)
    assert conduct_of(exam).address == "https://thi.example"
