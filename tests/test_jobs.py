"""Events are owed in the transaction that caused them and handled once, also after a failure."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from exambank import clock, jobs
from exambank.db import db, unit_of_work
from exambank.jobs import Job


@pytest.fixture
def handled(monkeypatch):
    """Subscribers of this test alone."""
    monkeypatch.setattr(jobs, "_subscribers", type(jobs._subscribers)(list))
    return []


def publish(event: str, subject: str = "s-1") -> None:
    with unit_of_work():
        jobs.publish(event, subject)


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.execute(select(Job.state).order_by(Job.id)).scalars())


def test_each_subscriber_gets_the_event_once(any_app, handled):
    jobs.on("thing.done")(lambda subject: handled.append(("first", subject)))

    @jobs.on("thing.done")
    def second(subject):
        handled.append(("second", subject))

    publish("thing.done")
    jobs.run_due()
    jobs.run_due()
    assert sorted(handled) == [("first", "s-1"), ("second", "s-1")]
    assert states() == ["done", "done"]


def test_an_event_of_a_failed_command_is_not_owed(any_app, handled):
    jobs.on("thing.done")(handled.append)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        jobs.publish("thing.done", "s-1")
        raise ZeroDivisionError
    jobs.run_due()
    assert handled == []


def test_a_subscriber_at_once_has_run_when_the_command_returns(any_app, handled):
    jobs.on("thing.done", at_once=True)(handled.append)
    publish("thing.done")
    assert handled == ["s-1"]
    assert states() == ["done"]


def test_a_failing_subscriber_is_tried_again_later_and_then_given_up(any_app, handled):
    @jobs.on("thing.done")
    def fails(subject):
        handled.append(subject)
        raise ValueError("not today")

    publish("thing.done")
    for attempt in range(jobs.ATTEMPTS_ALLOWED + 2):
        jobs.run_due()
        clock.shift(timedelta(hours=attempt + 1))
    assert len(handled) == jobs.ATTEMPTS_ALLOWED
    assert states() == ["failed"]


def test_a_subscriber_may_be_done_with_its_own_commit(any_app, handled):
    @jobs.on("thing.done", at_once=True)
    def act(subject):
        with unit_of_work():
            jobs.finish_here()
            handled.append(subject)
        handled.append(states()[0])

    publish("thing.done")
    assert handled == ["s-1", "done"]
    assert states() == ["done"]
    assert jobs.run_due() == 0


@pytest.mark.parametrize("is_late", [False, True], ids=["before the commit", "after it"])
def test_what_fails_is_repeated_though_it_had_told_that_it_was_done(any_app, handled, is_late):
    @jobs.on("thing.done", at_once=True)
    def act(subject):
        with unit_of_work():
            jobs.finish_here()
            if not is_late:
                raise RuntimeError("before the commit")
        raise RuntimeError("after it")

    publish("thing.done")
    job = db.session.execute(select(Job)).scalar_one()
    assert (job.state, job.attempts) == ("queued", 1)


def test_who_works_for_one_job_is_not_done_with_another(any_app, handled):
    """Subscribers call what other subscribers call: only who is told to finishes, and only its own job."""

    @jobs.on("inner.done", at_once=True)
    def inner(subject):
        with unit_of_work():
            jobs.finish_here()

    @jobs.on("outer.done", at_once=True)
    def outer(subject):
        publish("inner.done")
        handled.append(states())

    publish("outer.done")
    assert handled == [["running", "done"]]
    assert states() == ["done", "done"]


def test_work_left_by_a_dead_worker_is_taken_up_when_its_lease_ends(any_app, handled):
    jobs.on("thing.done")(handled.append)
    publish("thing.done")
    with unit_of_work() as session:
        job = session.execute(select(Job)).scalar_one()
        job.state, job.lease_until = "running", clock.now() + timedelta(minutes=1)
    jobs.run_due()
    assert handled == []
    clock.shift(timedelta(minutes=2))
    jobs.run_due()
    assert handled == ["s-1"]


def test_an_event_published_by_a_subscriber_is_handled_in_the_same_round(any_app, handled):
    jobs.on("first")(lambda subject: publish("second", subject))
    jobs.on("second")(handled.append)
    publish("first")
    jobs.run_due()
    assert handled == ["s-1"]


def test_a_lease_is_held_by_one_and_renewed_by_its_holder(any_app):
    minute = timedelta(minutes=1)
    assert jobs.take_lease("sweeper", minute, holder="a")
    assert not jobs.take_lease("sweeper", minute, holder="b")
    assert jobs.take_lease("sweeper", minute, holder="a")
    clock.shift(timedelta(minutes=3))
    assert jobs.take_lease("sweeper", minute, holder="b")
    clock.shift(timedelta(hours=-1))
    assert jobs.take_lease("sweeper", minute, holder="c")  # b's, an hour ahead now, would stop everything for an hour


def test_huey_wakes_the_worker_for_what_is_due(app, handled):
    jobs.on("thing.done")(handled.append)
    publish("thing.done")
    waker = jobs.waker()
    waker.nudge()
    huey = waker.huey
    huey.execute(huey.dequeue())
    huey.storage.close()
    assert handled == ["s-1"]
