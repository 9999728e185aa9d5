"""Clocks: the server's jumps, the candidates' are wrong by days; time is given, stopped and given back."""

import time
from datetime import timedelta

from bench.faults.registry import BOTH, SQLITE, scenario
from bench.faults.stage import Stage
from exambank import clock

ODD_TIMES = (-1, 0, 1 << 62, 10**30, 1.5, "hôm qua", None, True, [], {"ms": 1})


@scenario(SQLITE)
def clock_forward(stage: Stage) -> None:
    """The server's clock jumps an hour ahead and is set right: nobody closed early, nothing in time refused."""
    _jump(stage, 3600)


@scenario(SQLITE)
def clock_back(stage: Stage) -> None:
    """The server's clock jumps an hour back and is set right: alarm, closing waits for a person, then is on time."""
    _jump(stage, -3600)


def _jump(stage: Stage, seconds: float) -> None:
    stage.has_straight_clock = False
    troubles = stage.with_troubles()
    stage.open(seconds=30, flush=2, grace=4)
    stage.seat()
    with stage.working():
        time.sleep(4)
        _step(stage, troubles, seconds)
        stage.wait_for(stage.desk.is_frozen, "the alarm of the clock", 15)
        time.sleep(3)
        stage.expect("closed" not in stage.states().values(), "a paper was closed by a wrong clock")
        _step(stage, troubles, 0)
        time.sleep(3)
        stage.desk.release_clock()
        stage.past_deadline(-1500)
        late = sum(entry.is_late for one in stage.candidates for entry in one.given.values())
        shut = sum(one.is_over for one in stage.candidates)
        stage.expect(late == 0, f"{late} answers that were in time are still refused after the clock was set right")
        stage.expect(shut == 0, f"{shut} pages are still shut after the clock was set right")
    stage.settle()
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 40)
    stage.judge_closings()


def _step(stage: Stage, troubles, seconds: float) -> None:
    troubles.step_clock(seconds)
    clock.shift(timedelta(seconds=seconds))  # the desk's process looks at the same wall


@scenario(SQLITE)
def clock_back_and_restart(stage: Stage) -> None:
    """The clock is set back ten minutes for good and the web process dies: its successor sweeps all the same."""
    stage.has_straight_clock = False
    troubles = stage.with_troubles()
    stage.open(seconds=900)
    stage.seat()
    with stage.working():
        time.sleep(3)
        _step(stage, troubles, -600)
        stage.wait_for(stage.desk.is_frozen, "the alarm of the clock", 15)
        dead = stage.desk.lease_holder("sweeper")
        stage.host.kill_worker()
        stage.wait_for(
            lambda: stage.desk.lease_holder("sweeper") != dead, "another process holds the sweeper's lease", 30
        )
    stage.settle()


@scenario(*BOTH)
def client_clocks_wrong(stage: Stage) -> None:
    """The candidates' clocks are wrong by days, and what they claim is absurd: claims decide nothing."""
    stage.open(seconds=16, flush=2, grace=4)
    stage.seat()
    for at, one in enumerate(stage.candidates):
        one.machine.clock_error = (at - 6) * 86_400 * 3.0
    with stage.working():
        time.sleep(4)
        for one in stage.candidates:
            for odd in ODD_TIMES:
                one.give(*stage.choose(one), at=odd)
        stage.past_deadline(3500)
    stage.settle()
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 30)


@scenario(*BOTH)
def paused_and_extended(stage: Stage) -> None:
    """A pause gives back exactly its length, an extension exactly what was granted, whoever saves meanwhile."""
    stage.open(seconds=16, flush=2, grace=4)
    stage.seat()
    one = stage.candidates[0]
    with stage.working():
        time.sleep(2)
        stage.desk.pause(one.sitting)
        time.sleep(3)
        stage.desk.resume(one.sitting)
        stage.desk.extend_all(5)
        length = _pause_length(stage, one.sitting)
        for seat in stage.template.seats:
            stage.ledger.move(seat.sitting, 5000)
        stage.ledger.move(one.sitting, length)
        stage.past_deadline(5000 + length + 3500)
    stage.settle()
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 30)


def _pause_length(stage: Stage, sitting: str) -> int:
    """From the room's log, in milliseconds: between the two marks of a pause."""
    books = stage.books()
    own = [row for row in books.room_log if row["sitting_id"] == books.sittings[sitting]["id"]]
    began, ended = (next(row["at"] for row in own if row["kind"] == kind) for kind in ("paused", "resumed"))
    return ended - began


@scenario(SQLITE)
def time_given_after_the_deadline(stage: Stage) -> None:
    """Time is given back during collecting: pages open again, what had come too late counts, the close moves too."""
    stage.open(seconds=12, flush=1, grace=12)
    stage.seat()
    with stage.working():
        stage.past_deadline(-300)
        for one in stage.candidates:
            one.is_up = False
            one.next_contact = time.monotonic() + 3.0  # a moment of silence, too short to excuse anything
        for one in stage.candidates:
            one.give(*stage.choose(one))
        stage.past_deadline(5000)
        stage.desk.extend_all(12)
        for seat in stage.template.seats:
            stage.ledger.move(seat.sitting, 12_000)
        time.sleep(4)
        late = sum(entry.is_late for one in stage.candidates for entry in one.given.values())
        stage.expect(late == 0, f"{late} answers are still refused after time was given")
        stage.past_deadline(12_000 + 2500)
    stage.settle()
    stage.wait_for(lambda: stage.are_all("closed"), "every paper closed", 40)
