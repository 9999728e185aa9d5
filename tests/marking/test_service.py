"""Marking against a real database: once, with its rule; corrections previewed, made, undone."""

import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from exambank import clock
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.marking import service
from exambank.marking.models import MarkLine, ResponseMark, SittingMark
from exambank.sittings.models import QuarantinedSave, Response
from tests.marking.factories import choice, make_exam, make_learner, make_paper_set, make_sitting, make_version
from tests.people import actor_of

D = Decimal
REASON = "Hai phương án trùng ý"


@pytest.fixture
def marked(people):
    """Four items, three learners: all right; two right (2 wrongly b); nothing at all. Points 2.5 each."""
    versions = [make_version(people, f"Q{at}") for at in range(1, 5)]
    paper_set = make_paper_set(people, [versions], points="2.5")
    exam = make_exam(people, paper_set)
    paper = paper_set.papers[0]
    right = {at: choice(f"q{at}a") for at in range(1, 5)}
    learners = [make_learner(at) for at in range(3)]
    sittings = [
        make_sitting(exam, learners[0], paper, right, number="001"),
        make_sitting(exam, learners[1], paper, {**right, 2: choice("q2b"), 4: choice("q4c")}, number="002"),
        make_sitting(exam, learners[2], paper, {}, number="003"),
    ]
    service.ensure_marked(exam)
    return {"exam": exam, "versions": versions, "sittings": sittings, "learners": learners, "paper": paper}


def accept_late_answer(people, sitting, question: int, payload: dict) -> None:
    """What the quarantine's decision leaves behind: the response as accepted, and who decided."""
    text, now = json.dumps(payload), clock.now()
    with unit_of_work() as session:
        seq = 2**33 + question
        session.merge(Response(sitting_id=sitting.id, question=question, seq=seq, payload=text, received_at=now))
        session.add(
            QuarantinedSave(
                sitting_id=sitting.id, question=question, seq=seq, payload=text, reason="after_deadline",
                received_at=now, decision="accepted", decision_reason="Mất mạng, có chứng kiến",
                decided_by_id=people.officer.id, decided_at=now,
            )
        )  # fmt: skip


def totals(exam) -> list[Decimal]:
    db.session.rollback()
    db.session.expire_all()
    return [row.total for row in service.sheet_of(exam)]


def correct(people, marked, kind="credit_all", options=(), version=1, reason=REASON):
    return service.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=marked["exam"], version=marked["versions"][version],
        kind=kind, options=list(options), reason=reason,
    )  # fmt: skip


@pytest.mark.parametrize("database", ["app", pytest.param("postgresql_app", marks=pytest.mark.postgresql)])
def test_a_closed_sitting_is_marked_once_with_its_rule(database, request):
    request.getfixturevalue(database)
    marked = request.getfixturevalue("marked")
    assert totals(marked["exam"]) == [D("10"), D("5"), D("0")]
    for sitting in marked["sittings"]:
        service.mark_sitting(sitting.public_id)
    assert len(db.session.execute(select(SittingMark)).all()) == 3
    marks = db.session.execute(
        select(ResponseMark).where(ResponseMark.sitting_id == marked["sittings"][1].id)
    ).scalars()
    assert [mark.outcome for mark in marks] == ["right", "wrong", "right", "wrong"]
    rule = db.session.execute(select(ResponseMark.rule).limit(1)).scalar_one()
    assert rule["keys"] == ["q1a"]


def test_blanks_are_marked_and_told_from_wrong_answers(marked):
    rows = [row for row in service.marks_of(marked["exam"]) if row.sitting_id == marked["sittings"][2].id]
    assert [row.outcome for row in rows] == ["blank"] * 4


def test_who_never_entered_has_no_mark_and_counts_as_absent(people, marked):
    absent = make_sitting(marked["exam"], people.learner, marked["paper"], {}, entered=False, number="004")
    assert service.mark_sitting(absent.public_id) is None
    assert service.sheet_of(marked["exam"])[-1].state == "absent"
    assert service.exam_marks(marked["exam"])[people.learner.id] is None


def test_an_open_sitting_is_not_marked(people, marked):
    sitting = make_sitting(marked["exam"], people.learner, marked["paper"], {}, number="004")
    with unit_of_work():
        sitting.state = "open"
    assert service.mark_sitting(sitting.public_id) is None


def test_crediting_an_item_gives_its_points_to_everybody_and_keeps_raw_marks(people, marked):
    correct(people, marked)
    assert totals(marked["exam"]) == [D("10"), D("7.5"), D("2.5")]
    assert [row.raw for row in service.sheet_of(marked["exam"])] == [D("10"), D("5"), D("0")]
    line = db.session.execute(select(MarkLine).limit(1)).scalar_one()
    assert line.reason == REASON
    assert line.made_by_id == people.quality.id


def test_accepting_a_further_option_lifts_only_who_chose_it(people, marked):
    correct(people, marked, "accept_option", ["q2b"])
    assert totals(marked["exam"]) == [D("10"), D("7.5"), D("0")]


def test_undoing_gives_back_exactly_what_was(people, marked):
    before = [(row.total, row.scaled) for row in service.sheet_of(marked["exam"])]
    correction = correct(people, marked)
    service.undo_correction(actor=actor_of(people.quality), now=clock.now(), correction=correction, reason="Nhầm câu")
    assert [(row.total, row.scaled) for row in service.sheet_of(marked["exam"])] == before
    story = service.result_of(marked["sittings"][2])
    assert [line.undone_at is not None for line in story.lines] == [True]


def test_undoing_one_of_two_corrections_leaves_what_the_other_gives(people, marked):
    first = correct(people, marked, "accept_option", ["q2b"])
    correct(people, marked, "credit_all")
    service.undo_correction(actor=actor_of(people.quality), now=clock.now(), correction=first, reason="Nhầm câu")
    assert totals(marked["exam"]) == [D("10"), D("7.5"), D("2.5")]


def test_a_correction_is_undone_once(people, marked):
    correction = correct(people, marked)
    act = {"actor": actor_of(people.quality), "now": clock.now(), "correction": correction, "reason": "Nhầm câu"}
    service.undo_correction(**act)
    with pytest.raises(StateConflict):
        service.undo_correction(**act)


def test_the_preview_says_who_moves_and_crosses_and_changes_nothing(people, marked):
    user = marked["learners"][1]
    now, actor = clock.now(), actor_of(people.officer)
    courses.enrol_learners(actor=actor, now=now, cohort=people.cohort, codes=[user.code])
    courses.set_component_marks(
        actor=actor, now=now, offering=people.offering, marks={user.id: {"process": D("4.5")}}, absences={}
    )
    preview = service.preview_correction(
        actor=actor_of(people.quality), now=now, exam=marked["exam"], version=marked["versions"][1], kind="credit_all",
        options=[],
    )  # fmt: skip
    assert [move.number for move in preview.moved] == ["002", "003"]
    assert [move.number for move in preview.crossing] == ["002"]
    assert preview.crossing[0].grade_before.value == D("4.8")
    assert preview.crossing[0].grade_after.value == D("6.3")
    assert totals(marked["exam"]) == [D("10"), D("5"), D("0")]
    assert service.list_corrections(marked["exam"]) == []


def test_a_sitting_marked_after_a_correction_gets_its_line_too(people, marked):
    correct(people, marked)
    late = make_sitting(marked["exam"], people.learner, marked["paper"], {1: choice("q1a")}, number="004")
    assert service.mark_sitting(late.public_id).total_points == D("5")


@pytest.mark.parametrize(
    ("kind", "options"), [("accept_option", []), ("accept_option", ["q2a"]), ("accept_option", ["zz"]), ("other", [])]
)
def test_a_correction_that_fits_no_item_is_refused(people, marked, kind, options):
    with pytest.raises(InvalidInput):
        correct(people, marked, kind, options)


def test_a_correction_without_a_reason_is_refused(people, marked):
    with pytest.raises(InvalidInput):
        correct(people, marked, reason=" ")


@pytest.mark.parametrize(("field", "value"), [("result_state", "frozen"), ("state", "open")])
def test_frozen_or_running_exams_are_not_corrected(people, marked, field, value):
    with unit_of_work():
        setattr(marked["exam"], field, value)
    with pytest.raises(StateConflict):
        correct(people, marked)
    assert totals(marked["exam"]) == [D("10"), D("5"), D("0")]


def test_an_accepted_late_answer_adds_a_dated_line_and_leaves_the_raw_mark(people, marked):
    sitting = marked["sittings"][2]
    accept_late_answer(people, sitting, 1, choice("q1a"))
    assert service.take_late_answers(sitting.public_id) == 1
    assert service.take_late_answers(sitting.public_id) == 0
    row = service.sheet_of(marked["exam"])[2]
    assert (row.raw, row.total) == (D("0"), D("2.5"))
    line = service.result_of(sitting).lines[0]
    assert (line.kind, line.reason, line.made_by_id) == ("late_answer", "Mất mạng, có chứng kiến", people.officer.id)


def test_a_late_answer_and_a_credit_do_not_count_twice(people, marked):
    sitting = marked["sittings"][2]
    correct(people, marked, version=0)
    assert totals(marked["exam"])[2] == D("2.5")
    accept_late_answer(people, sitting, 1, choice("q1a"))
    service.take_late_answers(sitting.public_id)
    assert totals(marked["exam"])[2] == D("2.5")


def test_a_late_answer_of_a_sitting_not_marked_yet_waits_for_the_marking(people, marked):
    sitting = make_sitting(marked["exam"], people.learner, marked["paper"], {}, number="004")
    accept_late_answer(people, sitting, 1, choice("q1a"))
    assert service.take_late_answers(sitting.public_id) == 0
    assert service.mark_sitting(sitting.public_id).raw_points == D("2.5")


def test_items_are_listed_with_the_least_often_right_first(marked):
    rows = service.list_items(marked["exam"])
    assert [row.right for row in rows] == [1, 1, 2, 2]
    assert {row.n for row in rows} == {3}
