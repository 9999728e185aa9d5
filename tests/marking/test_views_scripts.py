"""The marker's pages through HTTP: nothing that tells whose answer it is, drafts, two tabs, who gets in."""

import re

import pytest
from sqlalchemy import update

from exambank import clock
from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.marking import service
from exambank.marking.models import Script
from exambank.web import show_moment
from tests.bank.factories import png
from tests.marking.test_scripts import FULL, finish, make_written, reopen, script_of, take
from tests.people import THEN, actor_of


@pytest.fixture
def written(people):
    return make_written(people)


@pytest.fixture
def marker(people, written, sign_in):
    return sign_in(people.marker)


def begin(marker, written) -> str:
    """Take the first answer; its address."""
    answer = marker.post(f"/marking/scripts/{written['exam'].public_id}/next")
    assert answer.status_code == 302
    return answer.location


def typed(page, go="finish", **points) -> dict:
    revision = re.search(r'name="revision" value="(\d+)"', page.text)[1]
    return {f"p-{token}": value for token, value in points.items()} | {"revision": revision, "go": go, "comment": ""}


def test_no_byte_that_a_marker_gets_says_whose_answer_it_is(people, written, marker):
    """Name, number, code, class, room, any time, the ids of sitting, person and script (a UUIDv7 tells its time)."""
    exam = written["exam"].public_id
    with unit_of_work():
        for at, sitting in enumerate(written["sittings"]):
            sitting.address = f"10.0.0.{at + 7}"
    url = begin(marker, written)
    script = db.session.query(Script).filter_by(code=url.rsplit("/", 1)[1]).one()
    draft = marker.post(f"{url}/draft", json={"given": {"r1": "1"}, "comment": "", "revision": script.revision})
    finished = marker.post(url, data=typed(marker.get(url), **FULL))
    answers = [
        draft, finished, marker.get(url), marker.get("/marking/scripts"), marker.get(f"/marking/scripts/{exam}"),
        marker.get(begin(marker, written)), marker.post(url, data={"go": "finish", "revision": "1"}),
    ]  # fmt: skip
    secrets = {"K75", people.cohort.name, "10.0.0.", show_moment(THEN, "time")}
    for sitting, user in zip(written["sittings"], written["learners"], strict=True):
        secrets |= {user.full_name, user.code, user.username, user.public_id, sitting.public_id}
        secrets |= {f">{sitting.candidacy.number}<", sitting.candidacy.public_id}
    secrets |= {one.public_id for one in db.session.query(Script)}
    for answer in answers:
        body = answer.get_data(as_text=True) + "".join(f"{name}: {value}\n" for name, value in answer.headers)
        assert [secret for secret in secrets if secret in body] == []


def test_a_marker_gives_points_and_goes_from_answer_to_answer(written, marker):
    url = begin(marker, written)
    answer = marker.post(url, data=typed(marker.get(url), **FULL))
    assert answer.location != url
    answer = marker.post(answer.location, data=typed(marker.get(answer.location), **FULL), follow_redirects=True)
    assert answer.status_code == 200
    assert answer.request.path == f"/marking/scripts/{written['exam'].public_id}"
    assert re.search(r'<progress[^>]*max="(\d+)"[^>]*value="\1"|<progress[^>]*value="(\d+)"[^>]*max="\2"', answer.text)
    assert [row.state for row in service.sheet_of(written["exam"])] == ["marked"] * 3


def test_an_unfinished_form_keeps_what_was_given(written, marker):
    url = begin(marker, written)
    page = marker.post(url, data=typed(marker.get(url), r1="0.75"))
    assert page.status_code == 422
    assert re.search(r'name="p-r1" value="0.75" checked', page.text)


def test_two_tabs_are_told_and_lose_nothing(written, marker):
    url = begin(marker, written)
    first, second = marker.get(url), marker.get(url)
    assert marker.post(url, data=typed(first, go="keep", r1="1")).status_code == 302
    told = marker.post(url, data=typed(second, r1="0.25", r2="0", r3="0"))
    assert told.status_code == 409
    assert re.search(r'name="p-r1" value="0.25" checked', told.text)
    by_script = marker.post(f"{url}/draft", json={"given": {"r1": "0.5"}, "comment": "", "revision": 0})
    assert (by_script.status_code, by_script.json["error"]) == (409, "elsewhere")
    script = db.session.query(Script).filter_by(code=url.rsplit("/", 1)[1]).one()
    db.session.refresh(script)
    assert script.rubric == {"r1": "1"}


@pytest.mark.parametrize(
    "sent", [None, [], {}, {"given": []}, {"given": {}, "revision": "1"}, {"given": {"r1": {}}, "revision": 0}]
)
def test_an_odd_draft_is_refused(written, marker, sent):
    url = begin(marker, written)
    assert marker.post(f"{url}/draft", json=sent).status_code in (409, 422)


def test_an_answer_is_opened_by_its_code(written, marker):
    code = script_of(written["sittings"][1]).code
    url = f"/marking/scripts/{written['exam'].public_id}"
    assert marker.post(f"{url}/open", data={"code": code.lower()}).location.endswith(code)
    assert marker.post(f"{url}/open", data={"code": "ZZZZZZ"}).location == url
    other = script_of(written["sittings"][0]).code
    assert marker.get(f"{url}/{other}").location == url  # not taken yet


@pytest.mark.parametrize("role", ["lecturer", "head", "quality", "officer", "learner", "technician", "inspector"])
def test_only_a_named_marker_reaches_the_answers(people, written, sign_in, role):
    client, exam = sign_in(getattr(people, role)), written["exam"].public_id
    code = script_of(written["sittings"][0]).code
    for url in ("/marking/scripts", f"/marking/scripts/{exam}", f"/marking/scripts/{exam}/{code}"):
        assert client.get(url).status_code == 404
    assert client.post(f"/marking/scripts/{exam}/next").status_code == 404


def test_the_office_names_markers_and_is_warned_of_the_class_teacher(people, written, sign_in):
    client, exam = sign_in(people.officer), written["exam"].public_id
    page = client.get(f"/marking/{exam}/markers")
    assert "teaches this class" in page.text or "dạy lớp này" in page.text
    assert client.post(f"/marking/{exam}/markers", data={}).status_code == 422
    client.post(f"/marking/{exam}/markers", data={"people": people.stranger.public_id})
    assert written["exam"].id in actor_of(people.stranger).marked_exam_ids
    client.post(f"/marking/{exam}/markers/{people.stranger.public_id}/remove")
    assert written["exam"].id not in actor_of(people.stranger).marked_exam_ids


def test_staff_see_codes_and_markers_but_names_only_at_the_end(people, written, sign_in, marker):
    client, url = sign_in(people.officer), f"/marking/{written['exam'].public_id}/scripts"
    finish(people, take(people, written))
    page = client.get(url).text
    assert people.marker.full_name in page
    assert "Nguyễn Văn 0" not in page
    finish(people, take(people, written))
    assert "Nguyễn Văn 0" in client.get(url).text


def test_a_lecturer_who_marks_the_own_class_sees_nowhere_who_moves_with_an_answer(people, written, sign_in):
    """One answer finished, one open: a mark sheet that tells whose is done would tell whose answer it was."""
    exam, client = written["exam"], sign_in(people.lecturer)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.lecturer])
    sheet, named = f"/marking/{exam.public_id}", f"/marking/sittings/{written['sittings'][0].public_id}"
    others = [named, f"/grades/exams/{exam.public_id}"]
    others += [f"/interchange/exams/{exam.public_id}/results{ending}" for ending in (".xlsx", "-qti.zip")]
    script, rows = take(people, written, who=people.lecturer), client.get(sheet).text.partition("<tbody>")[2]
    finish(people, script, who=people.lecturer)
    assert client.get(sheet).text.partition("<tbody>")[2] == rows
    assert {client.get(url).status_code for url in others} == {409}
    assert sign_in(people.officer).get(sheet).text.partition("<tbody>")[2] != rows
    finish(people, take(people, written, who=people.lecturer), who=people.lecturer)
    assert {client.get(url).status_code for url in others} == {200}


def test_a_learner_is_told_that_the_work_is_being_marked(people, written, sign_in):
    with unit_of_work():
        written["exam"].release = {"mark": "at_once", "review": "never"}
    url = f"/marking/my/{written['sittings'][0].public_id}"
    client = sign_in(written["learners"][0])
    assert "10,0" not in client.get(url).text
    for _number in range(2):
        finish(people, take(people, written))
    assert "10,0" in client.get(url).text
    reopen(people, script_of(written["sittings"][0]))
    assert "10,0" not in client.get(url).text


def test_nothing_is_published_while_answers_wait(people, written, sign_in):
    client, exam = sign_in(people.officer), written["exam"].public_id
    assert client.post(f"/grades/exams/{exam}/publish", data={"seen": "x"}).status_code == 409
    assert "Publish" not in client.get(f"/grades/exams/{exam}").text.partition("<main")[2].partition("eb-card")[0]
    assert written["exam"].result_state == "draft"


def test_a_finished_answer_is_shown_and_opened_again(people, written, marker):
    url = begin(marker, written)
    marker.post(url, data=typed(marker.get(url), **FULL))
    page = marker.get(url)
    assert 'name="go"' not in page.text
    assert marker.post(f"{url}/reopen", data={"reason": "Cộng nhầm ý hai"}).location == url
    assert 'value="finish"' in marker.get(url).text


def test_the_picture_of_a_question_reaches_its_markers_and_no_other_picture(people, written, marker):
    own, other = (
        bank.add_picture(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name=f"{side}.png",
            body=png(side), alt="Sơ đồ",
        )
        for side in (4, 5)
    )  # fmt: skip
    with unit_of_work() as session:  # the core statement: an accepted text takes no picture by the service
        session.execute(
            update(ItemVersion).where(ItemVersion.id == written["versions"][1].id).values(media_id=own.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    db.session.expire_all()
    url = f"/marking/scripts/{written['exam'].public_id}/pictures"
    answer = marker.get(f"{url}/{own.public_id}")
    assert (answer.status_code, answer.data) == (200, png(4))
    assert marker.get(f"{url}/{other.public_id}").status_code == 404
    assert own.public_id in marker.get(begin(marker, written)).text
