"""Leaving the page: merged, limited, never in the way of an answer, and a hint that a person reads."""

from datetime import timedelta

from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import clock
from exambank.db import db
from exambank.exams import service as exams
from exambank.sittings import service
from exambank.sittings.models import FocusEvent
from exambank.sittings.rules import focus
from exambank.sittings.service import settled
from tests.people import THEN, actor_of
from tests.sittings.factories import pass_time


def seen(**values) -> dict:
    return {"kind": "blur", "ago_ms": 0, "ms": 5000, "count": 1, **values}


def test_what_cannot_be_read_is_left_out_and_what_belongs_together_is_one():
    odd = [None, "x", {}, {"kind": "evil"}, seen(ms=-1), seen(ago_ms="1"), seen(count=True), seen(count=0)]
    assert focus.read_events(odd) == ()
    assert focus.read_events({"kind": "blur"}) == ()
    assert focus.read_events([seen(ago_ms=9000), seen(ago_ms=4000), seen(ago_ms=0, kind="hidden")]) == (
        focus.Seen("blur", 9000, 10000, 2), focus.Seen("hidden", 0, 5000, 1),
    )  # fmt: skip
    # a keyboard program takes the focus for a moment: kept, and kept apart
    assert [one.is_short for one in focus.read_events([seen(ms=80, count=3), seen(ago_ms=1)])] == [False, True]
    assert len(focus.read_events([seen(ago_ms=at * 60_000) for at in range(500)])) == focus.EVENTS_TAKEN


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            seen, kind=st.sampled_from(focus.KINDS), ago_ms=st.integers(0, 120_000), ms=st.integers(0, 90_000),
            count=st.integers(1, 5),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_merging_loses_neither_a_count_nor_a_second(events):
    read = focus.read_events(events)
    if len(read) < focus.EVENTS_TAKEN:
        assert sum(one.count for one in read) == sum(one["count"] for one in events)
        assert sum(one.ms for one in read) == sum(one["ms"] for one in events)
    lines = focus.timeline((one.kind, THEN - timedelta(milliseconds=one.ago_ms), one.ms, one.count) for one in read)
    assert sum(line.count for line in lines) == sum(one.count for one in read)
    assert [line.began_at for line in lines] == sorted(line.began_at for line in lines)
    longer = [one for one in read if not one.is_short]
    assert focus.total(lines)[0] == sum(one.count for one in longer)


def watch(people, exam, lockdown="watch"):
    wish = exams.LockdownWish(lockdown=lockdown)
    exams.set_lockdown(actor=actor_of(people.officer), now=clock.now(), exam=exam, wish=wish, reason="thử")
    current_app.extensions.pop(settled.KEY, None)


def rows_of(candidate) -> list[FocusEvent]:
    db.session.rollback()
    return db.session.query(FocusEvent).order_by(FocusEvent.id).all()


def test_a_storm_of_events_becomes_a_few_rows_and_every_answer_is_saved(any_app, candidate, people, sign_in):
    watch(people, candidate.exam)
    assert candidate.post("events", {"epoch": 1, "events": [seen()]}).status_code == 200
    assert rows_of(candidate) == []  # not in the room yet
    candidate.entered()
    assert "data-watch" in candidate.client.get(candidate.url).text
    for at in range(50):
        answer = candidate.post("events", {"epoch": candidate.epoch, "events": [seen(kind="hidden")] * 10})
        assert answer.status_code == 200
        assert "server_ms" in answer.json
        if at % 10 == 0:
            assert candidate.save_one(at // 10 + 1).status_code == 200
    rows = rows_of(candidate)
    assert len(rows) == focus.ROWS_A_MINUTE
    assert sum(row.count for row in rows) == focus.COUNT_A_MINUTE
    assert set(candidate.stored()) == {1, 2, 3, 4, 5}
    assert candidate.sitting().state == "open"  # and no penalty
    pass_time(seconds=61)
    candidate.post("events", {"epoch": candidate.epoch, "events": [seen(ago_ms=30_000), seen(ms=200, count=4)]})
    lines = service.list_focus(candidate.sitting())
    assert [(line.kind, line.count, line.is_short) for line in lines[1:]] == [("blur", 1, False), ("blur", 4, True)]
    assert abs((lines[2].began_at - lines[1].began_at).total_seconds() - 30) < 5

    page = sign_in(people.invigilator).get(f"/room/seat/{candidate.public_id}").text
    assert all(service.focus_label(line).split(":")[0].split(",")[0] in page for line in lines)


def test_nobody_elses_browser_reports_and_the_switch_turns_it_all_off(candidate, second_machine, people, app):
    watch(people, candidate.exam)
    candidate.entered()
    other = second_machine()
    assert other.post("events", {"events": [seen()]}).status_code == 200
    assert rows_of(candidate) == []
    app.config["RECORD_FOCUS"] = False
    assert "data-watch" not in candidate.client.get(candidate.url).text
    assert candidate.post("events", {"events": [seen()]}).status_code == 200
    assert rows_of(candidate) == []
    app.config["RECORD_FOCUS"] = True
    watch(people, candidate.exam, "none")
    assert candidate.post("events", {"events": [seen()]}).status_code == 200
    assert rows_of(candidate) == []
