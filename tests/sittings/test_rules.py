"""The room's decisions by value and by property."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.sittings import rules
from exambank.sittings.rules import SeatFacts, Verdict

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
FLUSH, GRACE = timedelta(seconds=10), timedelta(seconds=180)


def facts(**values) -> SeatFacts:
    usual = {
        "state": "open", "epoch": 3, "is_same_browser": True, "deadline_at": NOON,
        "last_contact_at": NOON - timedelta(seconds=2),
    }  # fmt: skip
    return SeatFacts(**{**usual, **values})


def decide(seconds=0, epoch=3, **values):
    return rules.accepts(facts(**values), epoch, NOON + timedelta(seconds=seconds), FLUSH, GRACE)


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [(-1, "store"), (0, "store"), (10, "store"), (10.001, "collecting"), (180, "collecting"), (999, "collecting")],
)
def test_a_seat_in_touch_counts_up_to_the_end_of_the_flush_window(seconds, verdict):
    assert decide(seconds) == verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(10.001, "store"), (180, "store"), (180.001, "collecting")])
def test_a_seat_seen_silent_counts_up_to_the_end_of_the_grace(seconds, verdict):
    assert decide(seconds, last_contact_at=NOON - timedelta(seconds=16)) == verdict
    assert decide(seconds, state="collecting", last_contact_at=NOON, silent_at_deadline=True) == verdict


def test_fifteen_seconds_of_silence_are_not_yet_silence():
    assert not rules.was_silent(facts(last_contact_at=NOON - timedelta(seconds=15)))
    assert rules.was_silent(facts(last_contact_at=NOON - timedelta(seconds=15, milliseconds=1)))
    assert not rules.was_silent(facts(last_contact_at=None))


def test_whose_epoch_or_browser_is_not_the_seats_is_told_which():
    assert decide(epoch=2) is Verdict.RE_ENTER
    assert decide(epoch=4) is Verdict.RE_ENTER
    assert decide(is_same_browser=False) is Verdict.SEAT_TAKEN
    assert decide(state="ready", deadline_at=None) is Verdict.RE_ENTER
    assert decide(state="ready", deadline_at=None, is_same_browser=False) is Verdict.NOT_ENTERED
    assert decide(state="closed", is_same_browser=False) is Verdict.CLOSED


def test_a_pause_takes_saves_whatever_the_clock_says():
    assert decide(5000, is_paused=True) is Verdict.STORE


@given(st.integers(0, (1 << 31) - 1), st.integers(1, rules.COUNTER_LIMIT - 1))
def test_a_seq_gives_its_epoch_and_counter_back(epoch, n):
    assert rules.split_seq(rules.make_seq(epoch, n)) == (epoch, n)
    assert rules.make_seq(epoch, n) < 1 << 63


@given(st.integers(0, 5000), st.integers(1, rules.COUNTER_LIMIT - 1), st.integers(1, rules.COUNTER_LIMIT - 1))
def test_every_save_of_a_later_epoch_is_newer(epoch, before, after):
    assert rules.make_seq(epoch + 1, after) > rules.make_seq(epoch, before)


@pytest.mark.parametrize("n", [0, -1, rules.COUNTER_LIMIT])
def test_a_counter_out_of_range_is_no_seq(n):
    with pytest.raises(ValueError):
        rules.make_seq(1, n)


def test_the_table_of_the_docs_is_the_table_of_the_code():
    written = Path(rules.__file__).parent.parent / "STATES.md"
    assert written.read_text(encoding="utf-8").endswith(rules.markdown() + "\n")
    assert all(step.to and step.who and step.guard for step in rules.TRANSITIONS.values())


def test_only_a_reopening_leaves_a_closed_sitting():
    def leads_from(start):
        return {end for (state, _act), step in rules.TRANSITIONS.items() if state == start for end in step.to} - {start}

    assert leads_from("closed") == {"open"}
    assert [act for act in rules.Act if rules.may("closed", act)] == ["reopen"]
    assert "open" in leads_from("collecting")
    assert "ready" not in leads_from("open")


def test_the_time_left_stands_still_in_a_pause_and_is_never_negative():
    assert rules.remaining(NOON, None, NOON - timedelta(minutes=2)) == timedelta(minutes=2)
    assert rules.remaining(NOON, NOON - timedelta(minutes=5), NOON + timedelta(hours=1)) == timedelta(minutes=5)
    assert rules.remaining(NOON, None, NOON + timedelta(hours=1)) == timedelta()
    assert rules.remaining(None, None, NOON) == timedelta()


def test_two_missed_polls_are_a_lost_connection_while_at_work():
    long_ago = NOON - timedelta(seconds=26)
    assert rules.is_disconnected("open", long_ago, NOON)
    assert not rules.is_disconnected("open", NOON - timedelta(seconds=25), NOON)
    assert not rules.is_disconnected("closed", long_ago, NOON)


def test_handing_in_opens_after_the_share_of_the_duration():
    assert rules.earliest_submit_at(NOON, 3600, Fraction(2, 3)) == NOON + timedelta(minutes=40)
    assert rules.earliest_submit_at(NOON, 3600, Fraction("0.6667")) == NOON + timedelta(seconds=2401)
    assert rules.earliest_submit_at(NOON, 3600, Fraction(0)) == NOON


@pytest.mark.parametrize(("step", "alarm"), [(0.4, False), (-2.0, False), (2.1, True), (-3600.0, True)])
def test_a_clock_that_jumps_more_than_two_seconds_raises_an_alarm(step, alarm):
    found = rules.clock_step(NOON, NOON + timedelta(seconds=1 + step), 1.0)
    assert found == pytest.approx(step)
    assert rules.is_clock_alarm(found) is alarm


def test_a_receipt_can_be_read_out():
    code = rules.receipt_code(Random(1))
    assert len(code) == 9
    assert code[4] == "-"
    assert not set(code) & set("01ILO")


events = st.lists(st.tuples(st.integers(), st.integers(), st.integers(), st.text(), st.integers()), max_size=6)


@given(events, st.integers(0, 6))
def test_a_chain_carried_on_in_parts_is_the_chain_of_the_whole(rows, cut):
    assert rules.chain(rules.chain(None, rows[:cut]), rows[cut:]) == rules.chain(None, rows)


@given(events.filter(bool), st.data())
def test_a_changed_left_out_or_moved_event_changes_the_head(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    head = rules.chain(None, rows)
    changed = (*rows[at][:3], rows[at][3] + "x", rows[at][4])
    assert rules.chain(None, [*rows[:at], changed, *rows[at + 1 :]]) != head
    assert rules.chain(None, [*rows[:at], *rows[at + 1 :]]) != head


@pytest.mark.parametrize(
    ("ready", "at_work", "entry_is_over", "may"),
    [(0, 0, False, True), (1, 0, False, False), (1, 0, True, True), (0, 1, True, False)],
)
def test_an_exam_ends_when_all_are_in_and_nobody_can_come(ready, at_work, entry_is_over, may):
    progress = rules.ExamProgress(ready=ready, at_work=at_work, closed=5, entry_is_over=entry_is_over)
    assert rules.may_finish(progress) is may


@given(st.integers(0, 2000), st.lists(st.integers(0, 1 << 50), max_size=5))
def test_an_accepted_late_answer_stands_above_everything_stored(epoch, stored):
    seq = rules.accepted_seq(epoch, stored)
    assert all(seq > one for one in stored)
    assert seq > epoch << 32


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "00:00"), (1, "00:01"), (59_001, "01:00"), (3_599_000, "59:59"), (3_599_001, "01:00:00"),
        (7_197_000, "01:59:57"), (360_000_000, "100:00:00"),
    ],
)  # fmt: skip
def test_time_left_reads_as_the_script_of_the_room_writes_it(milliseconds, shown):
    assert rules.as_clock(timedelta(milliseconds=milliseconds)) == shown
