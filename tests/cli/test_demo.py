"""The demonstration is played once, on a database of its own; then we look at what it left. (The one slow test here.)"""

import re
from collections import Counter

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from exambank import audit, clock, create_app
from exambank.accounts.models import RoleGrant, User
from exambank.analysis import service as analysis
from exambank.assembly.models import PaperSet, WritingTask
from exambank.bank.models import (
    BankAcceptance,
    EnemySet,
    Item,
    ItemVersion,
    KinshipPair,
    Review,
    ReviewComment,
    SavedView,
    VariantGroup,
)
from exambank.cli import main
from exambank.cli.demo import content
from exambank.cli.demo.signins import DEFAULT_PASSWORD, STAFF
from exambank.db import db
from exambank.exams.models import Candidacy, Exam
from exambank.grades import service as grades
from exambank.jobs import Job
from exambank.marking import service as marking
from exambank.permissions import Role
from exambank.sittings import service as sittings
from exambank.sittings.models import RoomEvent, Sitting
from tests.conftest import TEST_CONFIG, _Browser


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """An instance that ``exambank demo`` has filled, and what it said."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXAMBANK_INSTANCE", str(tmp_path_factory.mktemp("demo") / "instance"))
        patch.setenv("EXAMBANK_LANG", "vi")
        yield CliRunner().invoke(main, ["demo"])


@pytest.fixture
def app(played):
    """The application on that instance; the tests read only (and sign in)."""
    app = create_app(TEST_CONFIG)
    app.test_client_class = _Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def the_exam(which: str) -> Exam:
    return db.session.scalars(select(Exam).where(Exam.title == content.texts()["exams"][which])).one()


def test_it_says_what_it_does_and_who_may_sign_in(played, app):
    assert played.exit_code == 0, played.output
    for code in STAFF:
        assert re.search(rf"^  {code} +{DEFAULT_PASSWORD} ", played.output, re.MULTILINE)
    assert the_exam("open").session_code in played.output
    assert "http://127.0.0.1:" in played.output


def test_the_clock_stands_right_again(app):
    assert clock._shift_milliseconds == 0


def test_the_bank_is_accepted_and_some_questions_are_on_their_way(app):
    states = Counter(db.session.scalars(select(Item.state)))
    assert states["accepted"] >= 150
    assert states["draft"] == 6  # one of them was sent back, one is a colleague's that the bank has already
    in_review = select(func.count(ItemVersion.id)).where(ItemVersion.state == "review")
    assert db.session.scalar(in_review) == 10
    assert db.session.scalar(select(func.count(Review.id)).where(Review.decision == "returned")) == 1


def test_the_finished_exam_has_marks_statistics_and_published_grades(app):
    exam = the_exam("finished")
    assert (exam.state, exam.result_state) == ("closed", "published")
    assert exam.sitting_counts["closed"] == 60
    closed = Counter(db.session.scalars(select(Sitting.closed_by).where(Sitting.exam_id == exam.id)))
    assert closed == {"candidate": 57, "absent": 2, "deadline": 1}
    found = grades.list_grades(exam)
    assert len(found) == 64
    assert sum(grade.is_pass is True for grade in found) >= 35
    assert 4 <= sum(grade.is_pass is False for grade in found) <= 20
    assert grades.find_differences(exam) == []


def test_its_statistics_look_like_an_exam(app):
    run = analysis.latest_run(the_exam("finished"))
    assert run.n == 58
    assert len(run.items) == 30
    assert 0.7 < run.summary["alpha"] < 0.9
    assert 5.5 < run.summary["mean"] < 7.5
    suspects = [item for item in run.items if "miskey" in {flag["code"] for flag in item.figures["flags"]}]
    slips = {slip["stem"] for slip in content.texts()["slips"]}
    assert {item.item_version.stem for item in suspects} <= slips
    assert len(suspects) == 1


def test_one_wrong_key_was_corrected_for_a_reason(app):
    correction = marking.list_corrections(the_exam("finished"))
    assert [one.reason for one in correction] == [content.texts()["correction"]]
    assert correction[0].kind == "accept_option"


def test_the_room_of_the_finished_exam_has_a_story(app):
    exam = the_exam("finished")
    kinds = Counter(db.session.scalars(select(RoomEvent.kind).where(RoomEvent.exam_id == exam.id)))
    assert kinds["opened"] == 1
    assert kinds["taken_over"] == 1
    assert kinds["closed_absent"] == 2
    extra = db.session.scalars(select(Candidacy).where(Candidacy.exam_id == exam.id, Candidacy.extra_seconds > 0)).all()
    assert len(extra) == 1
    assert extra[0].extra_reason
    assert all(sittings.verify_history(one) for one in sittings.list_closed(exam)[:5])


def test_an_exam_is_open_and_others_may_still_enter(app):
    exam = the_exam("open")
    assert exam.state == "open"
    assert exam.sitting_counts["open"] == 6
    assert exam.sitting_counts["ready"] >= 20
    at_work = db.session.scalars(select(Sitting).where(Sitting.exam_id == exam.id, Sitting.state == "open")).all()
    assert all(one.deadline_at > clock.now() for one in at_work)
    assert all(sittings.count_answered(one) >= 2 for one in at_work)
    assert all(one.identity == "confirmed" for one in at_work)
    kinds = set(db.session.scalars(select(RoomEvent.kind).where(RoomEvent.exam_id == exam.id)))
    assert {"extended"} <= kinds
    assert [one.kind for one in sittings.list_incidents(exam.rooms[0])] == ["machine"]
    assert [one.state for one in sittings.list_objections(exam.rooms[0])] == ["answered"]


def test_one_is_tomorrow_with_its_papers_and_one_in_preparation(app):
    tomorrow = the_exam("resit")
    assert tomorrow.state == "ready"
    assert tomorrow.opens_at > clock.now()
    assert all(one.attempt_no == 2 for one in tomorrow.candidacies)
    # its papers are sealed: who gets which is closed with them, and the clock opens both
    assert tomorrow.sealed_seed
    assert not any(one.paper_id for one in tomorrow.candidacies)
    assert clock.now() < tomorrow.paper_set.seal.opens_at < tomorrow.opens_at
    assert the_exam("draft").state == "draft"
    waiting = select(func.count(PaperSet.id)).where(PaperSet.state == "dealt")
    assert db.session.scalar(waiting) == 1


def test_the_chain_of_records_is_whole_and_runs_forward(app):
    assert audit.verify().problems == ()
    times = list(db.session.scalars(select(audit.AuditEvent.at).order_by(audit.AuditEvent.number)))
    assert times == sorted(times)
    assert set(db.session.scalars(select(Job.state))) == {"done"}


def test_somebody_of_every_role_signs_in_and_finds_a_desk(app):
    for role in Role:
        query = select(User.code).join(RoleGrant, RoleGrant.user_id == User.id).where(RoleGrant.role == role)
        code = db.session.scalars(query.order_by(User.code).limit(1)).one()
        client = app.test_client()
        answer = client.post(
            "/accounts/sign-in", data={"username": code, "password": DEFAULT_PASSWORD}, follow_redirects=True
        )
        assert answer.status_code == 200, (role, code)
        assert answer.request.path == "/", (role, code)


def test_a_second_time_is_refused_and_changes_nothing(played, app):
    before = audit.head()
    again = CliRunner().invoke(main, ["demo"])
    assert again.exit_code == 1
    assert "cơ sở dữ liệu" in again.stderr.lower() or "database" in again.stderr.lower()
    assert audit.head() == before


def test_if_empty_only_lists_the_sign_ins(played, app):
    before = audit.head()
    listed = CliRunner().invoke(main, ["demo", "--if-empty"])
    assert listed.exit_code == 0, listed.output
    assert f"KT01   {DEFAULT_PASSWORD}" in listed.output
    assert the_exam("open").session_code in listed.output
    assert audit.head() == before


def test_a_password_that_people_may_not_choose_is_refused_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setenv("EXAMBANK_INSTANCE", str(tmp_path / "instance"))
    refused = CliRunner().invoke(main, ["demo", "--password", "short"])
    assert refused.exit_code == 1
    assert refused.stderr
    assert not (tmp_path / "instance" / "exambank.sqlite").exists()


def test_the_pages_of_the_bank_have_something_to_show(app):
    """A look-alike to decide on, remarks on an item in review, an act of acceptance, a plan of writing."""
    found = [db.session.scalar(select(func.count()).select_from(model).where(model.course_module_id == 1))
             for model in (KinshipPair, EnemySet, VariantGroup, SavedView, BankAcceptance)]  # fmt: skip
    assert found == [1, 1, 1, 1, 1]
    assert db.session.scalar(select(func.count(ReviewComment.id))) == 3
    assert db.session.scalar(select(func.count(WritingTask.id))) == 2
