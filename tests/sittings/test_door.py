"""The door of a room: identity, letting in one by one, letting in late, the wrong person at a seat."""

import pytest
from sqlalchemy import select

from exambank import clock
from exambank.accounts.models import UserPhoto
from exambank.audit import AuditEvent
from exambank.db import db, unit_of_work
from exambank.exams.models import Exam
from exambank.sittings.models import QuarantinedSave, RoomEvent, Sitting
from tests.bank.factories import png
from tests.sittings.factories import Candidate, pass_time

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(people, sign_in):
    """The invigilator's browser."""
    return sign_in(people.invigilator)


@pytest.fixture
def second(exam, people, sign_in):
    """The second learner's browser."""
    return Candidate(sign_in(people.second_learner), exam, people.second_learner)


def conduct(exam, start_mode="uniform", **values) -> None:
    """Run the room in this way."""
    with unit_of_work() as session:
        row = session.get(Exam, exam.id)
        row.conduct, row.start_mode = values, start_mode
    db.session.expire_all()


def act(desk, candidate, path, **fields):
    answer = desk.post(f"/room/seat/{candidate.public_id}/{path}", data=fields)
    db.session.rollback()
    db.session.expire_all()
    return answer


def kinds(candidate) -> list[str]:
    query = select(RoomEvent.kind).where(RoomEvent.sitting_id == candidate.sitting().id).order_by(RoomEvent.id)
    return list(db.session.execute(query).scalars())


def check_in(desk, candidate, **query) -> str:
    return desk.get(f"/room/{candidate.sitting().candidacy.room.public_id}/check-in", query_string=query).text


def test_who_is_at_the_door_is_told_from_papers_or_photo_and_found_by_number_name_or_code(
    candidate, second, desk, people, sign_in
):
    with unit_of_work() as session:
        session.add(UserPhoto(user_id=people.learner.id, media_type="image/png", body=png(), added_at=clock.now()))
        people.second_learner.birth_date = "04/05/1985"
    page = check_in(desk, candidate)
    assert page.index("Nguyễn Thị Thu Hường") < page.index("Lò Văn Ưởng")
    assert "HV002" in page
    assert "04/05/1985" in page
    photo = f"/room/seat/{candidate.public_id}/photo"
    assert photo in page
    assert f"/room/seat/{second.public_id}/photo" not in page
    shown = desk.get(photo)
    assert (shown.mimetype, shown.data) == ("image/png", png())
    assert "no-store" in shown.headers["Cache-Control"]
    for stranger in (people.learner, people.lecturer, people.inspector):
        assert sign_in(stranger).get(photo).status_code == 404
    assert desk.get(f"/room/seat/{second.public_id}/photo").status_code == 404  # nobody took one
    for words in ("thu huong", "HV001", candidate.sitting().candidacy.number):
        found = check_in(desk, candidate, q=words)
        assert "Thu Hường" in found
        assert "Ưởng" not in found
    assert candidate.public_id not in check_in(desk, candidate, q="không ai")


def test_nobody_enters_before_the_identity_is_confirmed_where_the_exam_wants_it(exam, candidate, desk, people):
    conduct(exam, needs_identity=True)
    refused = candidate.enter()
    assert (refused.status_code, refused.json["error"]) == (409, "identity")
    assert act(desk, candidate, "identity/confirm").status_code == 302
    row = candidate.sitting()
    assert (row.identity, row.identity_by_id) == ("confirmed", people.invigilator.id)
    assert row.identity_at is not None
    act(desk, candidate, "identity/confirm")  # a second tick is one
    assert kinds(candidate).count("identity_confirmed") == 1
    act(desk, candidate, "identity/undo")
    assert candidate.enter().json["error"] == "identity"
    act(desk, candidate, "identity/confirm")
    assert candidate.enter().status_code == 200
    assert [kind for kind in kinds(candidate) if kind.startswith("identity")] == [
        "identity_confirmed", "identity_unchecked", "identity_confirmed",
    ]  # fmt: skip


def test_a_rejected_identity_blocks_the_entry_and_says_when_by_whom_and_why(candidate, desk):
    without = act(desk, candidate, "identity/reject")
    assert without.status_code == 422
    assert f'id="c-{candidate.public_id}"' in without.text  # the very line comes back, htmx finds it
    assert candidate.sitting().identity == "unchecked"
    act(desk, candidate, "identity/reject", reason="Không giống ảnh")
    assert candidate.enter().json["error"] == "identity_rejected"
    assert act(desk, candidate, "admit", reason="Nhầm").status_code == 409
    assert "Không giống ảnh" in check_in(desk, candidate)
    verbs = db.session.execute(select(AuditEvent.verb).order_by(AuditEvent.number.desc()).limit(1)).scalar_one()
    assert verbs == "sitting.identity_rejected"
    act(desk, candidate, "identity/undo")
    assert candidate.enter().status_code == 200


def test_the_wrong_person_at_a_seat_is_stopped_and_every_answer_is_kept(candidate, desk):
    candidate.entered()
    assert candidate.save_one(1, 2).status_code == 200
    act(desk, candidate, "identity/reject", reason="Ngồi thay người khác")
    row = candidate.sitting()
    assert row.locked_at is not None
    assert row.locked_reason == "identity"
    late = candidate.save_one(2, 1)
    assert (late.status_code, late.json["error"]) == (409, "locked")
    assert candidate.stored() == {1: 2}
    kept = db.session.execute(select(QuarantinedSave.question, QuarantinedSave.reason)).all()
    assert kept == [(2, "locked")]
    act(desk, candidate, "identity/confirm")
    assert candidate.sitting().locked_at is None
    assert candidate.save_one(2, 1).status_code == 200


def test_taking_the_rejection_back_frees_only_what_the_door_has_stopped(candidate, desk):
    candidate.entered()
    with unit_of_work() as session:
        row = session.get(Sitting, candidate.sitting().id)
        row.locked_at, row.locked_reason = clock.now(), "seb"
    act(desk, candidate, "identity/reject", reason="Không giống ảnh")
    act(desk, candidate, "identity/undo")
    assert candidate.sitting().locked_reason == "seb"


def test_candidates_are_let_in_one_by_one_or_all_who_are_confirmed(exam, candidate, second, desk):
    conduct(exam, start_mode="admitted")
    room = candidate.sitting().candidacy.room.public_id
    assert candidate.enter().json["error"] == "admission"
    assert act(desk, candidate, "admit").status_code == 302
    act(desk, candidate, "admit/back")
    assert candidate.enter().json["error"] == "admission"
    assert desk.post(f"/room/{room}/admit").status_code == 409  # nobody is confirmed yet
    act(desk, second, "identity/confirm")
    assert desk.post(f"/room/{room}/admit").status_code == 302
    assert second.enter().status_code == 200
    assert candidate.enter().json["error"] == "admission"
    act(desk, candidate, "admit")
    assert candidate.enter().status_code == 200
    assert act(desk, candidate, "admit").status_code == 409  # is in
    assert kinds(candidate)[:3] == ["admitted", "admission_taken_back", "admitted"]


def test_who_comes_after_the_end_of_entry_is_let_in_with_a_reason_only(candidate, desk):
    pass_time(minutes=11)
    assert candidate.enter().json["error"] == "too_late"
    assert "Cho vào muộn" in check_in(desk, candidate) or "Let in late" in check_in(desk, candidate)
    assert act(desk, candidate, "admit").status_code == 422
    assert candidate.sitting().admitted_at is None
    assert act(desk, candidate, "admit", reason="Xe khách hỏng, có xác nhận").status_code == 302
    assert candidate.enter().status_code == 200
    assert candidate.sitting().admitted_reason == "Xe khách hỏng, có xác nhận"
    assert "admitted_late" in kinds(candidate)


def test_a_closed_paper_is_not_judged_at_the_door_any_more(candidate, desk):
    candidate.entered()
    pass_time(minutes=50)
    assert candidate.submit().status_code == 200
    assert act(desk, candidate, "identity/reject", reason="Muộn rồi").status_code == 409
    assert candidate.sitting().identity == "unchecked"


def test_the_counts_at_the_door_are_those_of_the_whole_room(candidate, second, desk):
    act(desk, candidate, "identity/confirm")
    act(desk, second, "identity/reject", reason="Không giống ảnh")
    second_only = check_in(desk, candidate, q="Ưởng")
    counts = second_only[second_only.index('id="door-counts"') :][:900]
    assert counts.count(">1</b>") == 2
    assert counts.count(">0</b>") >= 2
