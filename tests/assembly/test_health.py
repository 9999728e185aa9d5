"""Health of a bank and its plan: rules by value and property, services on both databases, pages through HTTP."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from exambank import clock, web
from exambank.assembly import rules, service
from exambank.assembly.rules import CellSpec, Stock
from exambank.bank.models import Item
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint
from tests.bank.factories import make_drafts
from tests.people import actor_of

MONDAY = date(2026, 11, 23)


def test_what_is_needed_is_the_most_that_one_blueprint_asks_of_a_place():
    one = [CellSpec(count=4, topic_id=1, level_id=1), CellSpec(count=2, topic_id=1, level_id=1, tag="core")]
    other = [CellSpec(count=5, topic_id=1, level_id=1), CellSpec(count=3, topic_id=2), CellSpec(count=9)]
    assert rules.needs_of([one, other]) == {(1, 1): 6}


@pytest.mark.parametrize(
    ("ready", "needed", "grade"),
    [(0, 0, "unasked"), (9, 0, "unasked"), (0, 2, "none"), (1, 2, "short"), (5, 2, "thin"), (6, 2, "good")],
)
def test_a_place_is_good_from_three_times_what_a_paper_needs(ready, needed, grade):
    assert Stock({"accepted": ready, "draft": 50}, needed).grade == grade


@pytest.mark.parametrize(
    ("ready", "feasible", "thin", "code"),
    [
        (0, [], 0, "no_items"),
        (0, [False], 3, "no_items"),
        (10, [], 0, "no_blueprint"),
        (10, [True, False], 0, "cannot"),
        (10, [True], 2, "thin"),
        (10, [True, True], 0, "ready"),
    ],
)
def test_the_verdict_names_the_first_thing_that_is_in_the_way(ready, feasible, thin, code):
    assert rules.judge(ready=ready, feasible=feasible, thin_cells=thin).code == code


@pytest.mark.parametrize(
    ("written", "days", "state"),
    [(0, 30, "open"), (0, 7, "due"), (0, 0, "due"), (9, -1, "late"), (10, -5, "done"), (12, 3, "done")],
)
def test_a_line_of_the_plan_is_done_due_late_or_open(written, days, state):
    found = rules.progress_of(wanted=10, written=written, due_on=MONDAY + timedelta(days=days), today=MONDAY)
    assert (found.state, found.days_left, found.missing) == (state, days, max(0, 10 - written))


@given(st.lists(st.integers(0, 9)))
def test_exposure_counts_every_item_once(uses):
    found = rules.exposure(uses)
    assert found.total == len(uses) == sum(found.by_uses)
    assert found.never == uses.count(0)
    assert found.most == max(uses, default=0)


def test_the_page_of_a_bank_says_what_is_ready_worn_and_due(any_app, people):
    fill_bank(people)
    make_blueprint(people)
    now = clock.now()
    health = service.bank_health(people.module, now)
    assert health.counts["accepted"] == 60
    assert (health.exposure.never, health.exposure.total, health.flagged, health.due) == (60, 60, 0, 0)
    assert [one.found.is_feasible for one in health.blueprints] == [True]
    assert [(one.full_name, one.total) for one in health.authors] == [(people.lecturer.full_name, 60)]
    assert sum(stock.ready for stock in health.matrix.values()) == 60
    later = now + timedelta(days=31 * health.review_months)
    assert service.bank_health(people.module, later).due == 60
    ids = db.session.scalars(select(Item.id).order_by(Item.id).limit(2)).all()
    db.session.execute(update(Item).where(Item.id.in_(ids)).values(flags=" too_easy "))
    db.session.commit()
    assert service.bank_health(people.module, now).flagged == 2


def test_papers_in_use_show_in_the_exposure(any_app, people):
    fill_bank(people)
    make_approved_set(people, count=3)
    exposure = service.bank_health(people.module, clock.now()).exposure
    assert exposure.never < 60
    assert sum(at * count for at, count in enumerate(exposure.by_uses)) == 30


def test_modules_that_cannot_be_examined_come_first(app, people):
    fill_bank(people)
    make_blueprint(people)
    rows = service.list_health(actor_of(people.quality))
    codes = [verdict.code for _module, verdict, _counts in rows]
    assert codes == sorted(codes, key=("no_items", "no_blueprint", "cannot", "thin", "ready").index)
    assert {module.id: verdict.code for module, verdict, _counts in rows}[people.module.id] in ("thin", "ready")


def set_task(people, **values):
    given = {
        "actor": actor_of(people.head), "now": clock.now(), "today": web.today(), "course_module": people.module,
        "writer": people.lecturer, "count": 3, "due_on": web.today() + timedelta(days=10),
    }  # fmt: skip
    return service.set_writing_task(**given | values)


def test_only_items_begun_since_and_handed_to_review_count_for_the_plan(any_app, people):
    fill_bank(people, 4)
    clock.shift(timedelta(seconds=1))
    set_task(people)
    clock.shift(timedelta(seconds=1))
    assert [one.progress.written for one in service.list_plan(people.module, web.today())] == [0]
    make_drafts(people, 2)
    assert [one.progress.written for one in service.list_plan(people.module, web.today())] == [0]
    fill_bank(people, 3)
    (state,) = service.list_plan(people.module, web.today())
    assert (state.progress.written, state.progress.state) == (3, "done")
    assert service.list_own_tasks(actor_of(people.lecturer), web.today()) == []


def test_a_line_asks_only_writers_of_the_bank_for_a_sound_number_by_a_day_to_come(app, people):
    for wrong in (
        {"writer": people.learner}, {"count": 0}, {"count": 1001}, {"due_on": web.today() - timedelta(days=1)},
        {"kind": "riddle"},
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            set_task(people, **wrong)
    assert service.list_plan(people.module, web.today()) == []


def test_a_line_is_taken_out_once(any_app, people):
    task = set_task(people)
    service.withdraw_writing_task(actor=actor_of(people.head), now=clock.now(), task=task)
    with pytest.raises(StateConflict):
        service.withdraw_writing_task(actor=actor_of(people.head), now=clock.now(), task=task)
    assert service.list_plan(people.module, web.today()) == []
    with pytest.raises(NotFound):
        service.get_writing_task("0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa")


def test_the_health_page_shows_counts_and_no_question(app, people, sign_in):
    fill_bank(people)
    make_blueprint(people, cells=[CellSpec(count=70, points=Decimal(1))])
    page = sign_in(people.head).get(f"/assembly/modules/{people.module.public_id}/health")
    assert page.status_code == 200
    words = page.get_data(as_text=True)
    assert "70" in words
    assert "60" in words
    stems = db.session.scalars(select(Item).limit(3)).all()
    assert not any(item.versions[0].stem in words for item in stems)


def test_the_head_adds_a_line_and_the_writer_sees_it_on_the_desk(app, people, sign_in):
    head = sign_in(people.head)
    address = f"/assembly/modules/{people.module.public_id}/plan"
    wrong = head.post(address, data={"writer": people.lecturer.public_id, "count": "ba", "due_on": "31/02/2027"})
    assert wrong.status_code == 422
    assert "31/02/2027" in wrong.get_data(as_text=True)
    due = web.today() + timedelta(days=3)
    told = head.post(
        address, data={"writer": people.lecturer.public_id, "count": "12", "due_on": due.strftime("%d/%m/%Y")}
    )
    assert told.status_code == 302
    desk = sign_in(people.lecturer).get("/").get_data(as_text=True)
    assert due.strftime("%d/%m/%Y") in desk
    assert Counter(one.progress.state for one in service.list_plan(people.module, web.today())) == {"due": 1}
