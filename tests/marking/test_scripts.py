"""Marking by a person against a real database: codes, claims, rubric, the one moment when marks are written."""

import json
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import current_app
from sqlalchemy import select

from exambank import clock
from exambank.audit import AuditEvent
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.jobs import Job
from exambank.marking import service
from exambank.marking.models import MarkerGrant, MarkLine, ResponseMark, Script, SittingMark
from exambank.permissions import Role
from exambank.sittings.models import Response
from tests.marking.factories import (
    choice,
    make_essay,
    make_exam,
    make_learner,
    make_paper_set,
    make_sitting,
    make_version,
)
from tests.marking.test_service import accept_late_answer
from tests.people import THEN, actor_of, make_user

D = Decimal
FULL = {"r1": "1", "r2": "0.5", "r3": "0.5"}
HALF = {"r1": "0.75", "r2": "0.25", "r3": "0"}


def words(text: str) -> dict:
    return {"text": text}


def make_written(people):
    """A choice question (2 points) and an essay (2): three candidates, the third wrote nothing. The marker is named."""
    versions = [make_version(people, "Q1"), make_essay(people, "TL1")]
    paper_set = make_paper_set(people, [versions], points="2")
    exam = make_exam(people, paper_set)
    learners = [make_learner(at) for at in range(3)]
    given = [
        {1: choice("q1a"), 2: words("Bài thứ nhất")},
        {1: choice("q1b"), 2: words("Bài thứ hai")},
        {1: choice("q1a"), 2: words("  ")},
    ]
    sittings = [
        make_sitting(exam, user, paper_set.papers[0], one, number=f"00{at}")
        for at, (user, one) in enumerate(zip(learners, given, strict=True), start=1)
    ]
    service.ensure_marked(exam)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    return {
        "exam": exam,
        "versions": versions,
        "sittings": sittings,
        "learners": learners,
        "paper": paper_set.papers[0],
    }


@pytest.fixture
def written(people):
    return make_written(people)


def fresh() -> None:
    db.session.rollback()
    db.session.expire_all()


def take(people, written, who=None) -> Script | None:
    return service.take_next(actor=actor_of(who or people.marker), now=clock.now(), exam=written["exam"])


def finish(people, script, given=FULL, who=None, **values) -> None:
    service.finish(
        actor=actor_of(who or people.marker), now=clock.now(), script=script, given=given,
        comment=values.get("comment", ""), revision=values.get("revision", script.revision),
    )  # fmt: skip


def script_of(sitting) -> Script:
    fresh()
    return db.session.execute(select(Script).where(Script.sitting_id == sitting.id)).scalar_one()


def reopen(people, script, reason="Cộng nhầm ý hai", who=None) -> None:
    service.reopen(actor=actor_of(who or people.marker), now=clock.now(), script=script, reason=reason)


# --- from a closed sitting to scripts, and from scripts to marks ---


def test_a_written_answer_becomes_a_script_and_a_blank_one_is_zero_without_a_marker(any_app, people, written):
    scripts = list(db.session.execute(select(Script)).scalars())
    assert {script.sitting_id for script in scripts} == {one.id for one in written["sittings"][:2]}
    assert [row.state for row in service.sheet_of(written["exam"])] == ["marking", "marking", "marked"]
    marks = list(db.session.execute(select(ResponseMark).order_by(ResponseMark.question)).scalars())
    assert [(mark.points, mark.outcome) for mark in marks] == [(D("2"), "right"), (D("0"), "blank")]


def test_marking_again_makes_no_second_script(any_app, people, written):
    codes = {script.code for script in db.session.execute(select(Script)).scalars()}
    for sitting in written["sittings"]:
        service.mark_sitting(sitting.public_id)
    assert {script.code for script in db.session.execute(select(Script)).scalars()} == codes


def test_marks_are_written_once_when_the_last_part_is_finished(any_app, people, written):
    for _number in range(2):
        finish(people, take(people, written), HALF)
    assert take(people, written) is None
    fresh()
    assert [row.total for row in service.sheet_of(written["exam"])] == [D("3"), D("1"), D("2")]
    mark = db.session.execute(
        select(ResponseMark).where(ResponseMark.sitting_id == written["sittings"][0].id, ResponseMark.question == 2)
    ).scalar_one()
    assert mark.rule["parts"][0] | {"label": ""} == {
        "token": "", "label": "", "points": "1", "max": "2", "outcome": "partial", "by": "marker", "rubric": HALF,
    }  # fmt: skip
    assert people.marker.full_name not in json.dumps(mark.rule)


def test_the_others_are_told_when_the_last_script_of_the_exam_is_finished(any_app, people, written):
    told = select(Job).where(Job.event == "marks.changed")
    finish(people, take(people, written))
    assert db.session.execute(told).first() is None
    finish(people, take(people, written))
    assert db.session.execute(told).first() is not None


def test_points_of_the_guide_are_scaled_to_the_paper(any_app, people):
    version = make_essay(people, "TL9", points=("1", "1"))
    paper_set = make_paper_set(people, [[version]], points="5")
    exam = make_exam(people, paper_set)
    make_sitting(exam, make_learner(1), paper_set.papers[0], {1: words("Bài làm")})
    service.ensure_marked(exam)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    script = service.take_next(actor=actor_of(people.marker), now=clock.now(), exam=exam)
    finish(people, script, {"r1": "0.75", "r2": "0.5"})
    assert service.sheet_of(exam)[0].total == D("3.125")  # 1.25 of 2, of 5


def test_an_oral_answer_is_heard_by_its_code_also_of_who_never_touched_a_computer(any_app, people):
    version = make_essay(people, "VD1", points=("1", "1"), kind="oral")
    paper_set = make_paper_set(people, [[version]], points="2")
    exam = make_exam(people, paper_set, state="open")
    learners = [make_learner(1), make_learner(2)]
    sittings = [make_sitting(exam, user, paper_set.papers[0], {}, entered=False) for user in learners]
    with unit_of_work():
        for sitting in sittings:
            sitting.state = "ready"
    assert service.prepare_scripts(exam) == 2
    assert service.prepare_scripts(exam) == 0
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    code = service.oral_codes(exam)[sittings[0].candidacy_id][0]
    script = service.find_script(exam, f" {code[:3].lower()}-{code[3:]} ")
    assert take(people, {"exam": exam}) is None  # nobody is called to the table by chance
    service.take(actor=actor_of(people.marker), now=clock.now(), script=script)
    finish(people, script, {"r1": "1", "r2": "0.25"})
    assert db.session.execute(select(SittingMark)).first() is None  # the exam is still on
    with unit_of_work():
        exam.state = "closed"
        for sitting in sittings:
            sitting.state, sitting.closed_by = "closed", "absent"
    service.ensure_marked(exam)
    fresh()
    assert [(row.state, row.total) for row in service.sheet_of(exam)] == [("marked", D("1.25")), ("absent", None)]
    assert service.open_scripts(exam).scripts == 0


# --- who has which script ---


def test_a_marker_meets_the_answers_in_an_order_of_the_own(people):
    version = make_essay(people, "TL1")
    paper_set = make_paper_set(people, [[version]])
    exam = make_exam(people, paper_set)
    for at in range(12):
        make_sitting(exam, make_learner(at), paper_set.papers[0], {1: words(f"Bài {at}")})
    service.ensure_marked(exam)
    second = make_user("cham2", "Lê Văn Chấm", Role.MARKER)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker, second])
    orders = []
    for who in (people.marker, people.marker, second):
        order = []
        while (script := service.take_next(actor=actor_of(who), now=clock.now(), exam=exam)) is not None:
            order.append(script.sitting_id)
            service.set_aside(
                actor=actor_of(who), now=clock.now(), script=script, given={}, comment="", revision=script.revision
            )
            if len(order) == 12:
                break
        for script in db.session.execute(select(Script)).scalars():
            service.release(actor=actor_of(people.officer), now=clock.now(), script=script)
        orders.append(order)
    assert sorted(orders[0]) == sorted(orders[2])
    assert orders[0] == orders[1]
    assert orders[0] not in (orders[2], sorted(orders[0]))


def test_all_answers_to_one_question_come_before_the_next(people):
    versions = [make_essay(people, f"TL{at}") for at in range(1, 4)]
    paper_set = make_paper_set(people, [versions, versions[::-1]])
    exam = make_exam(people, paper_set)
    for at in range(4):
        paper = paper_set.papers[at % 2]
        make_sitting(exam, make_learner(at), paper, {number: words("Bài") for number in (1, 2, 3)})
    service.ensure_marked(exam)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    tasks, met = service.list_tasks(exam, actor_of(people.marker)), []
    for task in tasks:
        for _number in range(4):
            script = service.take_next(
                actor=actor_of(people.marker), now=clock.now(), exam=exam, version_id=task.version.id, part=task.part
            )
            met.append(script.item_version_id)
            finish(people, script)
    assert met == [task.version.id for task in tasks for _number in range(4)]


def test_what_is_put_off_comes_again_when_the_others_are_done(people, written):
    first = take(people, written)
    service.set_aside(
        actor=actor_of(people.marker), now=clock.now(), script=first, given={"r1": "0.5"}, comment="Xem lại",
        revision=first.revision,
    )  # fmt: skip
    second = take(people, written)
    assert second.id != first.id
    finish(people, second)
    again = take(people, written)
    assert (again.id, again.rubric, again.comment) == (first.id, {"r1": "0.5"}, "Xem lại")


def test_two_markers_who_ask_at_once_never_get_the_same_script(any_app, people):
    version = make_essay(people, "TL1")
    paper_set = make_paper_set(people, [[version]])
    exam = make_exam(people, paper_set)
    for at in range(6):
        make_sitting(exam, make_learner(at), paper_set.papers[0], {1: words("Bài")})
    service.ensure_marked(exam)
    markers = [make_user(f"cham{at}", f"Người chấm {at}", Role.MARKER) for at in range(3)]
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=markers)
    actors, exam_id = [actor_of(user) for user in markers], exam.id
    app, taken, start = current_app._get_current_object(), [], threading.Barrier(3)

    def work(actor) -> None:
        with app.app_context():
            own = db.session.get(type(exam), exam_id)
            start.wait()
            for _number in range(2):
                script = service.take_next(actor=actor, now=clock.now(), exam=own)
                taken.append((actor.user_id, script.id))
                service.set_aside(
                    actor=actor, now=clock.now(), script=script, given={}, comment="", revision=script.revision
                )
            db.session.remove()

    threads = [threading.Thread(target=work, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fresh()
    holders = {script.id: script.marker_id for script in db.session.execute(select(Script)).scalars()}
    assert len(taken) == 6
    assert all(holders[script_id] == user_id for user_id, script_id in taken)
    assert len({script_id for _user, script_id in taken}) == 6


def in_threads(*acts) -> None:
    """Each in a request of its own, all at the same moment."""
    app, start, failed = current_app._get_current_object(), threading.Barrier(len(acts)), []

    def work(act) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except Exception as error:
                failed.append(error)
            db.session.remove()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fresh()
    assert failed == []


def test_two_who_finish_the_last_two_answers_at_once_still_tell_the_others(any_app, people, written):
    other = make_user("cham2", "Người chấm 2", Role.MARKER)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=written["exam"], users=[other])
    held = [(who, take(people, written, who).id) for who in (people.marker, other)]
    actors = [(actor_of(who), script_id) for who, script_id in held]

    def act(actor, script_id):
        script = db.session.get(Script, script_id)
        service.finish(actor=actor, now=clock.now(), script=script, given=FULL, comment="", revision=script.revision)

    in_threads(*[lambda one=one: act(*one) for one in actors])
    assert service.open_scripts(written["exam"]).scripts == 0
    told = db.session.query(Job).filter_by(event="marks.changed").count()
    assert told >= 1


def test_a_late_answer_taken_twice_at_once_adds_one_line(any_app, people, written):
    for _number in range(2):
        finish(people, take(people, written))
    sitting = written["sittings"][1]
    accept_late_answer(people, sitting, 1, choice("q1a"))
    public_id = sitting.public_id
    in_threads(*[lambda: service.take_late_answers(public_id)] * 3)
    lines = db.session.query(MarkLine).filter_by(sitting_id=sitting.id).all()
    assert [(line.kind, line.points) for line in lines] == [("late_answer", Decimal(2))]


def test_nobody_marks_the_own_answer(people, written):
    with unit_of_work() as session:
        session.add(
            MarkerGrant(
                exam_id=written["exam"].id, user_id=written["learners"][0].id, granted_by_id=people.officer.id,
                granted_at=THEN,
            )
        )  # fmt: skip
    own = script_of(written["sittings"][0])
    met = take(people, written, written["learners"][0])
    assert met.sitting_id == written["sittings"][1].id
    with pytest.raises(StateConflict):
        service.take(actor=actor_of(written["learners"][0]), now=clock.now(), script=own)


def test_only_markers_and_lecturers_who_do_not_sit_the_exam_are_named(people, written):
    act = {"actor": actor_of(people.officer), "now": clock.now(), "exam": written["exam"]}
    for users in ([], [people.technician], [people.learner]):
        with pytest.raises(InvalidInput):
            service.name_markers(**act, users=users)
    rows = {row.user.id: row.teaches_class for row in service.list_possible_markers(written["exam"])}
    assert rows[people.lecturer.id] is True
    assert rows[people.stranger.id] is False


def test_who_is_taken_off_the_list_leaves_unfinished_answers_to_the_others(any_app, people, written):
    finish(people, take(people, written))
    held = take(people, written)
    grant = service.get_grant(written["exam"], people.marker.public_id)
    assert (
        service.remove_marker(actor=actor_of(people.officer), now=clock.now(), exam=written["exam"], grant=grant) == 1
    )
    fresh()
    assert db.session.get(Script, held.id).marker_id is None
    assert written["exam"].id not in actor_of(people.marker).marked_exam_ids
    with pytest.raises(StateConflict):
        finish(people, held)


def test_a_script_in_hand_is_not_taken_by_another_until_the_office_gives_it_back(people, written):
    script = take(people, written)
    second = make_user("cham2", "Lê Văn Chấm", Role.MARKER)
    with pytest.raises(StateConflict):
        service.take(actor=actor_of(second), now=clock.now(), script=script)
    service.release(actor=actor_of(people.quality), now=clock.now(), script=script)
    service.take(actor=actor_of(second), now=clock.now(), script=script)
    assert script.marker_id == second.id


# --- points, drafts, finishing ---


@pytest.mark.parametrize(
    "given", [{"r1": "0.3"}, {"r1": "1.25"}, {"r9": "1"}, {"r1": "-0.25"}, {"r1": "NaN"}, {"r1": 1.0}, {"r1": "1.00"}]
)
def test_points_outside_the_guide_are_refused(people, written, given):
    script = take(people, written)
    with pytest.raises(InvalidInput):
        finish(people, script, FULL | given)
    assert script_of(script.sitting).state == "waiting"


def test_every_row_needs_its_points_before_a_script_is_finished(people, written):
    script = take(people, written)
    with pytest.raises(InvalidInput):
        finish(people, script, {"r1": "1"})


def test_a_draft_is_kept_and_a_second_tab_is_told(any_app, people, written):
    script, actor = take(people, written), actor_of(people.marker)
    seen = script.revision
    act = {"actor": actor, "now": clock.now(), "script": script, "comment": "Thiếu ví dụ"}
    assert service.save_draft(**act, given={"r1": "0.5"}, revision=seen) == seen + 1
    with pytest.raises(service.Elsewhere):
        service.save_draft(**act, given={"r1": "1"}, revision=seen)
    stored = script_of(script.sitting)
    assert (stored.rubric, stored.comment, stored.state) == ({"r1": "0.5"}, "Thiếu ví dụ", "draft")


def test_drafts_leave_no_audit_record_and_finishing_leaves_one(people, written):
    script = take(people, written)

    def count() -> int:
        return len(db.session.execute(select(AuditEvent.number)).all())

    before = count()
    service.save_draft(
        actor=actor_of(people.marker), now=clock.now(), script=script, given={}, comment="", revision=script.revision
    )
    assert count() == before
    finish(people, script)
    assert count() == before + 1


# --- after the marks ---


def test_a_script_opened_before_the_marks_are_written_needs_no_reason(people):
    version = [make_essay(people, "TL1"), make_essay(people, "TL2")]
    paper_set = make_paper_set(people, [version], points="2")
    exam = make_exam(people, paper_set)
    make_sitting(exam, make_learner(1), paper_set.papers[0], {1: words("Một"), 2: words("Hai")})
    service.ensure_marked(exam)
    service.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    first = take(people, {"exam": exam})
    finish(people, first)
    reopen(people, first, "")
    finish(people, take(people, {"exam": exam}), HALF)
    finish(people, take(people, {"exam": exam}), HALF)
    row = service.sheet_of(exam)[0]
    assert (row.raw, row.total) == (D("2"), D("2"))


def test_a_second_look_after_the_marks_is_a_line_beside_the_raw_mark(any_app, people, written):
    for _number in range(2):
        finish(people, take(people, written), HALF)
    script = script_of(written["sittings"][0])
    with pytest.raises(InvalidInput):
        reopen(people, script, " ")
    reopen(people, script)
    assert service.open_scripts(written["exam"]).scripts == 1
    assert service.sheet_of(written["exam"])[0].is_being_marked
    finish(people, script, FULL)
    fresh()
    row = service.sheet_of(written["exam"])[0]
    assert (row.raw, row.total, row.is_being_marked) == (D("3"), D("4"), False)
    line = service.result_of(written["sittings"][0]).lines[0]
    assert (line.kind, line.points, line.reason) == ("remarked", D("1"), "Cộng nhầm ý hai")
    assert line.made_by_id == people.marker.id


def test_published_marks_are_not_opened_again(people, written):
    script = take(people, written)
    finish(people, script)
    with unit_of_work():
        written["exam"].result_state = "published"
    with pytest.raises(StateConflict):
        reopen(people, script)


def test_a_late_answer_accepted_while_people_mark_is_marked_as_it_is_now(any_app, people, written):
    script = take(people, written)
    finish(people, script)
    sitting = script.sitting
    with unit_of_work() as session:  # the second half is not finished yet: another question is open
        session.query(SittingMark).filter_by(sitting_id=sitting.id).delete()
        session.query(ResponseMark).filter_by(sitting_id=sitting.id).delete()
    clock.shift(timedelta(minutes=5))
    accept_late_answer(people, sitting, 2, words("Bài đầy đủ hơn"))
    service.take_late_answers(sitting.public_id)
    assert script_of(sitting).state == "draft"


def test_a_late_essay_after_the_marks_waits_for_a_marker_and_then_is_a_line(any_app, people, written):
    sitting = written["sittings"][2]  # wrote nothing in time
    accept_late_answer(people, sitting, 2, words("Bài gửi muộn"))
    assert service.take_late_answers(sitting.public_id) == 0
    script = script_of(sitting)
    service.take(actor=actor_of(people.marker), now=clock.now(), script=script)
    finish(people, script, HALF)
    fresh()
    row = service.sheet_of(written["exam"])[2]
    assert (row.raw, row.total) == (D("2"), D("3"))
    assert service.result_of(sitting).lines[0].kind == "late_answer"


def test_codes_are_joined_to_names_when_the_last_script_is_finished(people, written):
    script = take(people, written)
    finish(people, script)
    assert all(row.full_name is None for row in service.list_scripts(written["exam"]))
    finish(people, take(people, written))
    assert {row.full_name for row in service.list_scripts(written["exam"])} == {"Nguyễn Văn 0", "Nguyễn Văn 1"}


def test_what_was_written_is_shown_as_it_was_saved(people, written):
    script = script_of(written["sittings"][0])
    assert service.payload_of(script) == words("Bài thứ nhất")
    assert db.session.execute(select(Response.payload).where(Response.sitting_id == script.sitting_id)).first()
