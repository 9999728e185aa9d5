"""A sitting's whole life against a plain oracle: whatever order people, clock and sweeper act in, both tell the same.

The oracle keeps a state, a deadline in milliseconds and a dictionary of answers, and knows nothing of the product but
its numbers. Times pass only as the test says.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from exambank.db import db, from_milliseconds, to_milliseconds, unit_of_work
from exambank.errors import DomainError
from exambank.exams.models import Exam
from exambank.sittings import rules, service, store
from exambank.sittings.models import (
    QuarantinedSave,
    Response,
    ResponseEvent,
    RoomEvent,
    Sitting,
    Submission,
    TakeoverCode,
    TimeGrant,
)
from exambank.sittings.rules import Act, State
from tests.people import actor_of
from tests.sittings.factories import make_room

FLUSH, GRACE, SILENCE, HOUR = 10_000, 180_000, 15_000, 3_600_000
EARLIEST = 2_400_120  # two thirds of the hour, as the Regulation of the tests writes them, in milliseconds
STEPS = st.sampled_from([1, 400, 4_000, 9_999, 16_000, 60_000, 170_000, 600_000, 1_200_000])
CAP = 1800


class World:
    """The database of the test, and the one sitting that all examples share: put back as new for each."""

    def __init__(self, people):
        self.exam = make_room(people)
        self.candidate, self.invigilator = actor_of(people.learner), actor_of(people.invigilator)
        self.officer = actor_of(people.officer)
        row = db.session.query(Sitting).filter_by(exam_id=self.exam.id, user_id=people.learner.id).one()
        self.id, self.public_id = row.id, row.public_id
        self.place = service.find_place(self.public_id)
        self.start = to_milliseconds(self.exam.opens_at)
        self.new = {column.name: getattr(row, column.name) for column in Sitting.__table__.columns}

    def renew(self) -> None:
        with unit_of_work() as session:
            for table in (Response, ResponseEvent, QuarantinedSave, TakeoverCode, TimeGrant, RoomEvent, Submission):
                session.query(table).delete()
            row = session.get(Sitting, self.id)
            for name, value in self.new.items():
                setattr(row, name, value)
            exam = session.get(Exam, self.exam.id)
            exam.state, exam.closed_at = "open", None


class Life(RuleBasedStateMachine):
    world: World

    @initialize()
    def begin(self):
        self.world.renew()
        self.now, self.state, self.deadline = self.world.start + 1000, "ready", None
        self.epoch, self.browser, self.contact, self.silent = 0, None, None, False
        self.paused, self.locked, self.given, self.waits = None, False, 0, []
        self.stored, self.kept, self.n, self.submissions = {}, set(), 0, 0

    # --- what the oracle thinks ---

    def in_time(self) -> bool:
        if self.paused is not None or self.now <= self.deadline + FLUSH:
            return True
        silent = self.silent if self.state == "collecting" else self.contact < self.deadline - SILENCE
        return self.now <= self.deadline + GRACE and silent

    def touch(self) -> None:
        """A contact past the deadline turns the seat's state, and notes the silence before it is broken."""
        if self.state == "open" and self.paused is None and self.now > self.deadline:
            self.state, self.silent = "collecting", self.contact < self.deadline - SILENCE
        self.contact = self.now

    # --- how the test speaks to the product ---

    def at(self):
        return from_milliseconds(self.now)

    def sitting(self):
        db.session.rollback()
        db.session.expire_all()
        return db.session.get(Sitting, self.world.id)

    def done(self, act, **values) -> bool:
        """Whether the command was let through."""
        try:
            act(now=self.at(), **values)
        except DomainError:
            return False
        return True

    def stored_op(self, operation):
        def at_my_time(run):
            def frozen(statement, parameters):
                return run(statement.replace("{now}", str(self.now)), parameters)

            frozen.dialect = run.dialect
            return operation(frozen)

        return store.store().perform(at_my_time)

    def seat(self, browser):
        return service.seat_of(self.world.place, 1, service.browser_hash(browser))

    # --- acts ---

    @rule(step=STEPS)
    def time_passes(self, step):
        self.now += step

    @precondition(lambda self: self.browser)
    @rule(times=st.sampled_from([-1, 0, 1, FLUSH, FLUSH + 1, GRACE, GRACE + 1]))
    def it_is_just_then(self, times):
        """The moments that decide."""
        self.now = max(self.now, self.deadline + times)

    @rule(browser=st.sampled_from(["home", "away"]), knows=st.booleans())
    def enter(self, browser, knows):
        code = self.world.exam.session_code if knows else "WRONG1"
        sitting = self.sitting()
        went = self.done(
            service.enter, actor=self.world.candidate, sitting=sitting, browser=service.browser_hash(browser), code=code
        )
        if self.state == "ready":
            in_time = self.now <= self.world.start + 600_000
            assert went == (knows and in_time)
            if went:
                self.state, self.deadline = "open", self.world.start + HOUR + self.given * 1000
        else:
            assert went == (self.state != "closed" and browser == self.browser)
        if went:
            self.touch()
            self.epoch, self.browser = self.epoch + 1, browser

    @rule()
    def continue_on_another_machine(self):
        sitting = self.sitting()
        issued = []
        went = self.done(lambda now: issued.append(
            service.issue_takeover_code(actor=self.world.invigilator, now=now, sitting=sitting)))  # fmt: skip
        assert went == (self.state in {"open", "collecting"})
        if went:
            other = "away" if self.browser == "home" else "home"
            enter = {"actor": self.world.candidate, "sitting": sitting, "browser": service.browser_hash(other)}
            assert self.done(service.enter, **enter, code=issued[0].code)
            self.touch()
            self.epoch, self.browser = self.epoch + 1, other

    @precondition(lambda self: self.browser)
    @rule(browser=st.sampled_from(["home", "away"]), old=st.booleans(), question=st.integers(1, 3), again=st.booleans())
    def save(self, browser, old, question, again):
        epoch = self.epoch - (1 if old else 0)
        if not again:
            self.n += 1
        n = max(self.n, 1)
        answer = (store.Answer(question, n, f'{{"choice":"{n}"}}'),)
        outcome = self.stored_op(lambda run: store.save(run, self.seat(browser), epoch, answer))
        seq = epoch << 32 | n
        known = any(event == (question, seq) for event in self.history())
        expected = self.verdict(browser, epoch)
        if expected is None:
            self.touch()
            if seq > self.stored.get(question, 0):
                self.stored[question] = seq
            assert outcome.error is None
            assert outcome.stored[question] == self.stored[question]
        elif known and expected == "collecting":
            assert outcome.error is None
        else:
            assert outcome.error == expected
            if expected in {"collecting", "closed", "locked", "seat_taken"} and not known:
                self.kept.add((question, seq))

    def verdict(self, browser, epoch):
        if self.state == "closed":
            return "closed"
        if browser != self.browser:
            return "seat_taken"
        if epoch != self.epoch:
            return "re_enter"
        if self.locked:
            return "locked"
        return None if self.in_time() else "collecting"

    def history(self):
        db.session.rollback()
        events = {(row.question, row.seq) for row in db.session.query(ResponseEvent.question, ResponseEvent.seq)}
        return events | {(row.question, row.seq) for row in db.session.query(Response.question, Response.seq)}

    @precondition(lambda self: self.browser)
    @rule(browser=st.sampled_from(["home", "away"]))
    def poll(self, browser):
        outcome = self.stored_op(lambda run: store.touch(run, self.seat(browser)))
        at_work = self.state in {"open", "collecting"}
        if at_work and browser == self.browser:
            self.touch()
            assert outcome.stored == self.stored
        elif at_work:
            assert outcome.error == "seat_taken"
        assert outcome.error is not None or outcome.clock.state == self.state

    @rule(minutes=st.sampled_from([1, 5, 20]))
    def extend(self, minutes):
        went = self.done(
            service.extend,
            actor=self.world.invigilator,
            sitting=self.sitting(),
            seconds=minutes * 60,
            reason="mất điện",
        )
        assert went == (self.state != "closed")
        if went and self.given + minutes * 60 <= CAP:
            self.give(minutes * 60)
        elif went:
            self.waits.append(minutes * 60)

    def give(self, seconds):
        self.given += seconds
        if self.deadline is not None:
            self.deadline += seconds * 1000
            if self.state == "collecting" and self.now <= self.deadline:
                self.state, self.silent = "open", False

    @precondition(lambda self: self.waits)
    @rule(give=st.booleans(), is_same=st.booleans())
    def decide_on_time_above_the_cap(self, give, is_same):
        grant = db.session.query(TimeGrant).filter_by(state="waiting").order_by(TimeGrant.id).first()
        actor = self.world.invigilator if is_same else self.world.officer
        went = self.done(service.decide_grant, actor=actor, grant=grant, give=give)
        assert went == (not is_same and (not give or self.state != "closed"))
        if went:
            seconds = self.waits.pop(0)
            if give:
                self.give(seconds)

    @rule()
    def pause(self):
        went = self.done(service.pause, actor=self.world.invigilator, sitting=self.sitting(), reason="")
        assert went == (self.state == "open" and self.paused is None and self.now <= self.deadline)
        if went:
            self.paused = self.now

    @rule()
    def resume(self):
        went = self.done(service.resume, actor=self.world.invigilator, sitting=self.sitting())
        assert went == (self.state == "open" and self.paused is not None)
        if went:
            self.deadline += self.now - self.paused
            self.paused = None

    @rule()
    def lock(self):
        went = service.lock(actor=self.world.invigilator, now=self.at(), sitting=self.world.id, reason="seb")
        assert went == (self.state in {"open", "collecting"} and not self.locked)
        self.locked = self.locked or went

    @rule()
    def unlock(self):
        went = self.done(service.unlock, actor=self.world.invigilator, sitting=self.world.id)
        assert went == (self.locked and self.state != "closed")
        if went:
            self.locked = False

    @rule()
    def sweep(self):
        service.take_back_early(self.at())
        service.start_collecting(self.at())
        service.close_overdue(self.at())
        is_running = self.paused is None and self.deadline is not None
        if self.state == "open" and is_running and self.now > self.deadline:
            self.state, self.silent = "collecting", self.contact < self.deadline - SILENCE
        if self.state == "collecting" and is_running and self.now > self.deadline + GRACE:
            self.state = "closed"

    @precondition(lambda self: self.browser)
    @rule(browser=st.sampled_from(["home", "away"]))
    def submit(self, browser):
        went = self.done(
            service.submit, actor=self.world.candidate, sitting=self.sitting(), epoch=self.epoch,
            browser=service.browser_hash(browser),
        )  # fmt: skip
        is_early = self.state == "open" and self.now < min(self.world.start + EARLIEST, self.deadline)
        is_let = self.state in {"open", "collecting"} and browser == self.browser and not self.locked and not is_early
        assert went == (is_let or self.state == "closed")
        if is_let:
            self.state, self.paused = "closed", None

    @rule()
    def collect(self):
        went = self.done(service.close_sitting, actor=self.world.invigilator, sitting=self.sitting(), reason="vi phạm")
        assert went == (self.state in {"open", "collecting"})
        if went:
            self.state, self.paused = "closed", None

    @rule(minutes=st.sampled_from([0, 7]))
    def reopen(self, minutes):
        went = self.done(
            service.reopen, actor=self.world.officer, sitting=self.sitting(), minutes=minutes, reason="nộp nhầm"
        )
        assert went == (self.state == "closed" and minutes > 0)
        if went:
            self.state, self.deadline, self.silent, self.locked = "open", self.now + minutes * 60_000, False, False
            self.submissions += 1

    # --- what must always be so ---

    @invariant()
    def both_tell_the_same(self):
        row = self.sitting()
        assert (row.state, row.epoch) == (self.state, self.epoch)
        assert row.deadline_at == (None if self.deadline is None else self.at() + self.until(self.deadline))
        assert (row.paused_at is not None, row.locked_at is not None) == (self.paused is not None, self.locked)
        assert row.incident_seconds == self.given
        assert dict(db.session.query(Response.question, Response.seq).all()) == self.stored
        assert {(one.question, one.seq) for one in db.session.query(QuarantinedSave)} == self.kept
        assert (row.receipt is not None) == (self.state == "closed")
        assert db.session.query(Submission).count() == self.submissions

    def until(self, moment) -> timedelta:
        return timedelta(milliseconds=moment - self.now)


@pytest.mark.usefixtures("room_closer")
def test_a_sittings_life_is_what_a_plain_oracle_says(people):
    Life.world = World(people)
    long = os.environ.get("HYPOTHESIS_PROFILE") == "long"
    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=1000 if long else 12, stateful_step_count=100 if long else 25, deadline=None),
    )


def test_every_act_of_the_machine_is_in_the_table():
    """The oracle above and the table name the same acts."""
    played = {
        "enter": {Act.ENTER, Act.RE_ENTER}, "continue_on_another_machine": {Act.TAKE_OVER}, "save": {Act.SAVE},
        "extend": {Act.EXTEND}, "pause": {Act.PAUSE}, "resume": {Act.RESUME}, "lock": {Act.LOCK},
        "unlock": {Act.UNLOCK}, "sweep": {Act.TIME_OVER, Act.CLOSE, Act.TIME_BACK}, "submit": {Act.SUBMIT},
        "collect": {Act.COLLECT}, "reopen": {Act.REOPEN},
    }  # fmt: skip
    assert all(hasattr(Life, name) for name in played)
    left = set(Act) - set().union(*played.values())
    assert left == {Act.ADMIT, Act.MOVE_ON, Act.RECORD_ABSENT}  # the door, sections and the end: tests of their own
    assert {state for state, _act in rules.TRANSITIONS} == set(State)
