"""The decisions of an exam: times, numbers, rooms, papers for neighbours."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.exams import rules
from exambank.exams.rules import Timing

EIGHT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TICK = timedelta(milliseconds=1)
UNIFORM = Timing(EIGHT, EIGHT + 90 * MINUTE, 3600, opened_at=EIGHT)
PERSONAL = replace(UNIFORM, start_mode="personal", closes_at=EIGHT + 90 * MINUTE)


@dataclass(frozen=True)
class Limits:
    late_entry_seconds: int | None = 600


ROOM = Limits()


def test_a_uniform_start_has_one_deadline_whoever_came_late():
    assert rules.deadline(UNIFORM, EIGHT) == EIGHT + 60 * MINUTE
    assert rules.deadline(UNIFORM, EIGHT + 9 * MINUTE) == EIGHT + 60 * MINUTE


def test_a_room_opened_late_keeps_its_full_time_and_one_opened_early_gains_none():
    assert rules.deadline(replace(UNIFORM, opened_at=EIGHT + 7 * MINUTE)) == EIGHT + 67 * MINUTE
    assert rules.deadline(replace(UNIFORM, opened_at=EIGHT - 10 * MINUTE)) == EIGHT + 60 * MINUTE


def test_a_personal_start_counts_from_the_entry_and_is_cut_at_the_end_of_the_window():
    assert rules.deadline(PERSONAL, EIGHT + 5 * MINUTE) == EIGHT + 65 * MINUTE
    assert rules.deadline(PERSONAL, EIGHT + 85 * MINUTE) == EIGHT + 90 * MINUTE
    assert rules.deadline(PERSONAL, EIGHT + 85 * MINUTE, extra_seconds=300) == EIGHT + 95 * MINUTE


def test_extra_time_incident_and_pause_add_up():
    found = rules.deadline(UNIFORM, EIGHT, extra_seconds=1800, incident_seconds=420, paused_seconds=30)
    assert found == EIGHT + timedelta(seconds=3600 + 1800 + 420 + 30)


def test_time_is_never_taken_away():
    with pytest.raises(ValueError, match="only ever added"):
        rules.deadline(UNIFORM, EIGHT, incident_seconds=-1)


@given(
    st.sampled_from([UNIFORM, PERSONAL]),
    st.integers(0, 5400),
    st.integers(0, 3600),
    st.integers(0, 3600),
    st.integers(0, 3600),
)
def test_more_time_never_gives_an_earlier_deadline(exam, entered, extra, incident, paused):
    entered_at = EIGHT + entered * SECOND
    plain = rules.deadline(exam, entered_at)
    assert rules.deadline(exam, entered_at, extra, incident, paused) - plain == (extra + incident + paused) * SECOND
    if exam.start_mode == "personal":
        assert plain <= exam.closes_at


@pytest.mark.parametrize(
    ("exam", "now", "may", "reason", "until"),
    [
        (replace(UNIFORM, state="ready"), EIGHT, False, "not_open", EIGHT),
        (replace(UNIFORM, state="draft"), EIGHT, False, "not_open", EIGHT),
        (replace(UNIFORM, opened_at=EIGHT - MINUTE), EIGHT - TICK, False, "not_started", EIGHT),
        (UNIFORM, EIGHT, True, "ok", EIGHT + 60 * MINUTE),
        (UNIFORM, EIGHT + 10 * MINUTE, True, "ok", EIGHT + 60 * MINUTE),
        (UNIFORM, EIGHT + 10 * MINUTE + TICK, False, "too_late", EIGHT + 10 * MINUTE),
        (replace(UNIFORM, state="closed"), EIGHT, False, "closed", None),
        (replace(UNIFORM, state="cancelled"), EIGHT, False, "cancelled", None),
        (PERSONAL, EIGHT + 90 * MINUTE, True, "ok", EIGHT + 90 * MINUTE),
        (PERSONAL, EIGHT + 90 * MINUTE + TICK, False, "too_late", EIGHT + 90 * MINUTE),
    ],
)
def test_who_may_enter_when(exam, now, may, reason, until):
    found = rules.may_enter(exam, ROOM, now)
    assert (found.may, found.reason, found.until) == (may, reason, until)


def test_coming_back_is_not_late_and_ends_with_the_deadline_inclusive():
    back = rules.may_enter(UNIFORM, ROOM, EIGHT + 60 * MINUTE, entered_at=EIGHT)
    assert back.may
    over = rules.may_enter(UNIFORM, ROOM, EIGHT + 60 * MINUTE + TICK, entered_at=EIGHT)
    assert (over.may, over.reason) == (False, "time_over")
    assert rules.may_enter(UNIFORM, ROOM, EIGHT + 61 * MINUTE, entered_at=EIGHT, incident_seconds=60).may


def test_without_a_late_entry_rule_the_door_stays_open_to_the_deadline():
    assert rules.last_entry(UNIFORM, Limits(None)) == EIGHT + 60 * MINUTE
    assert rules.last_entry(UNIFORM, Limits(99999)) == EIGHT + 60 * MINUTE


def test_opening_is_open_from_a_quarter_before_to_the_end_of_the_window():
    ready = replace(UNIFORM, state="ready", opened_at=None)
    assert rules.may_open(ready, EIGHT - 15 * MINUTE).may
    assert rules.may_open(ready, EIGHT - 15 * MINUTE - TICK).reason == "too_early"
    assert rules.may_open(ready, EIGHT + 90 * MINUTE).may
    assert rules.may_open(ready, EIGHT + 90 * MINUTE + TICK).reason == "window_over"
    assert rules.may_open(replace(ready, state="draft"), EIGHT).reason == "is_draft"


def test_closing_waits_for_everybody_and_only_a_person_closes_while_the_door_is_open():
    def close(counts, minutes, **values):
        return rules.may_close(UNIFORM, ROOM, counts, EIGHT + minutes * MINUTE, **values).reason

    assert close({"open": 1, "closed": 3}, 30) == "still_working"
    assert close({"collecting": 1}, 61) == "still_working"
    assert close({"ready": 2, "closed": 3}, 5) == "entry_open"
    assert close({"ready": 2, "closed": 3}, 5, early=True) == "ok"
    assert close({"ready": 2, "closed": 3}, 11) == "ok"
    assert close({"closed": 5}, 5) == "ok"
    assert close({}, 5) == "entry_open"


def test_the_code_is_shown_to_the_office_always_and_to_invigilators_half_an_hour_before():
    assert rules.may_see_code(EIGHT, EIGHT - 300 * MINUTE, is_officer=True)
    assert rules.may_see_code(EIGHT, EIGHT - 30 * MINUTE, is_officer=False)
    assert not rules.may_see_code(EIGHT, EIGHT - 30 * MINUTE - TICK, is_officer=False)


def test_session_codes_are_six_readable_characters_and_compare_kindly():
    code = rules.session_code(random.Random(1))
    assert len(code) == 6
    assert set(code) <= set(rules.CODE_LETTERS)
    assert not set("0O1I2Z5S") & set(rules.CODE_LETTERS)
    assert rules.same_code(f" {code[:3].lower()}-{code[3:].lower()} ", code)
    assert not rules.same_code("", code)


def test_numbers_have_three_digits_and_go_on_after_the_highest():
    assert rules.next_numbers(2, []) == ["001", "002"]
    assert rules.next_numbers(2, ["007", "A12", "003"]) == ["008", "009"]
    assert rules.next_numbers(1, ["999"]) == ["1000"]
    assert rules.find_duplicates(["001", "002", "001", "001"]) == ["001"]
    assert rules.is_number("XDD-001")
    assert not rules.is_number("00 1")
    assert not rules.is_number("")


def test_a_pasted_list_is_read_line_by_line():
    found = rules.parse_codes("HV001\t007\n\n HV002 \nHV003, 009\nHV004;\n")
    assert [(one.line, one.code, one.number) for one in found] == [
        (1, "HV001", "007"),
        (3, "HV002", None),
        (4, "HV003", "009"),
        (5, "HV004", None),
    ]


@given(st.integers(0, 200), st.integers(1, 9))
def test_rooms_are_split_evenly(count, rooms):
    found = rules.split_evenly(count, rooms)
    assert sum(found) == count
    assert max(found) - min(found) <= 1


def test_rooms_are_split_by_capacity_or_not_at_all():
    assert rules.split_evenly(57, 2) == [29, 28]
    assert rules.split_by_capacity(57, [30, 30]) == [30, 27]
    assert rules.split_by_capacity(61, [30, 30]) is None
    with pytest.raises(ValueError):
        rules.split_evenly(3, 0)


@given(st.integers(0, 120), st.integers(1, 70), st.integers(0, 999))
def test_neighbours_by_number_get_different_papers_and_papers_are_used_evenly(count, papers, seed):
    dealt = rules.distribute_papers(count, papers, random.Random(seed))
    assert len(dealt) == count
    if papers > 1:
        assert all(one != other for one, other in pairwise(dealt))
    uses = Counter(dealt)
    assert max(uses.values(), default=0) - min((uses[at] for at in range(papers)), default=0) <= 1
    assert dealt == rules.distribute_papers(count, papers, random.Random(seed))


def test_schedules_are_checked():
    assert rules.check_schedule(EIGHT, EIGHT + 60 * MINUTE, 3600, "uniform") == []
    assert rules.check_schedule(EIGHT, EIGHT + 59 * MINUTE, 3600, "uniform") == ["window_too_short"]
    assert rules.check_schedule(EIGHT, EIGHT, 0, "other") == ["duration_not_positive", "start_mode_unknown"]
    assert rules.check_schedule(EIGHT, EIGHT, 90000, "uniform") == ["duration_too_long"]


def test_extra_time_is_positive_and_at_most_the_duration():
    assert [rules.check_extra(seconds, 3600) for seconds in (-60, 0, 1, 3600, 3601, 60_000_000)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_the_road_shows_what_is_done_and_what_is_next():
    def squares(*given):
        return [step.state for step in rules.road(*given)]

    assert squares("draft", "draft", 0, 0, 0) == ["half"] + ["empty"] * 6
    assert squares("draft", "draft", 60, 60, 0) == ["ticked", "ticked", "half"] + ["empty"] * 4
    assert squares("ready", "draft", 60, 60, 60) == ["ticked"] * 4 + ["half", "empty", "empty"]
    assert squares("open", "draft", 60, 60, 60) == ["ticked"] * 4 + ["half", "empty", "empty"]
    assert squares("closed", "frozen", 60, 60, 60) == ["ticked"] * 7
    assert squares("cancelled", "draft", 60, 60, 0) == ["ticked", "ticked"] + ["dashed"] * 5


def test_states_only_move_along_the_road():
    assert (rules.STATES["open"], rules.STATES["closed"]) == ({"closed"}, {"open"})  # back: one paper opened again
    assert "cancelled" not in rules.STATES["open"]
    assert all(target in rules.STATES for targets in rules.STATES.values() for target in targets)
    results = rules.RESULT_STATES
    assert (results["draft"], results["published"], results["frozen"]) == ({"published"}, {"frozen"}, frozenset())


@pytest.mark.parametrize(
    ("release", "exam_state", "result_state", "shown"),
    [
        ({"mark": "at_once"}, "open", "draft", True),
        ({"mark": "published"}, "closed", "draft", False),
        ({"mark": "published"}, "closed", "published", True),
        ({"mark": "never"}, "closed", "frozen", False),
        ({}, "closed", "frozen", False),
        ({"mark": "at_once"}, "cancelled", "draft", False),
    ],
)
def test_marks_are_released_by_the_exams_own_rule(release, exam_state, result_state, shown):
    assert rules.is_review_open(release, "mark", exam_state, result_state) is shown


def test_an_exam_is_open_upcoming_or_past():
    ready = replace(UNIFORM, state="ready")
    assert rules.when_is(UNIFORM, EIGHT + 999 * MINUTE) == "open"
    assert rules.when_is(ready, EIGHT + 90 * MINUTE) == "upcoming"
    assert rules.when_is(ready, EIGHT + 91 * MINUTE) == "past"
    assert rules.when_is(replace(UNIFORM, state="cancelled"), EIGHT) == "past"
