"""Lost time: measured from what the saves leave behind, proposed, given back once by a person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import clock
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.exams.models import Exam
from exambank.sittings import service, sweeper
from exambank.sittings.models import ContactGap, TimeGrant
from exambank.sittings.rules import lost_time
from exambank.sittings.rules.lost_time import SeatGap, Span
from tests.people import actor_of
from tests.sittings.factories import Candidate, pass_time

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


# --- the rules ---


@pytest.mark.parametrize(
    ("gap", "pauses", "deadline", "lost"),
    [
        ((0, 95), [], None, 95),
        ((0, 95.2), [], None, 96),  # a begun second counts
        ((0, 95), [(10, 40)], None, 65),  # a pause is given back by itself
        ((0, 95), [(-50, 10), (90, 200)], None, 80),
        ((0, 95), [(0, None)], None, 0),
        ((0, 95), [], 60, 60),  # past the deadline there is nothing to lose
        ((0, 95), [(20, 80)], 60, 20),
        ((70, 95), [], 60, 0),
    ],
)
def test_lost_time_is_the_working_time_within_the_gap(gap, pauses, deadline, lost):
    spans = [Span(at(begin), None if end is None else at(end)) for begin, end in pauses]
    limit = None if deadline is None else at(deadline)
    assert lost_time.lost_seconds(Span(at(gap[0]), at(gap[1])), spans, limit) == lost


def test_a_gap_that_goes_on_cannot_be_measured():
    with pytest.raises(ValueError, match="over"):
        lost_time.lost_seconds(Span(at(0), None), [], None)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300)), max_size=12))
def test_gaps_gather_exactly_where_they_touch(lengths):
    gaps = [SeatGap(key, key, Span(at(begin), at(begin + long))) for key, (begin, long) in enumerate(lengths)]
    found = lost_time.clusters(gaps)
    assert sorted(one.key for cluster in found for one in cluster) == list(range(len(gaps)))
    ends = [max(one.span.ended_at for one in cluster) for cluster in found]
    starts = [min(one.span.began_at for one in cluster) for cluster in found]
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    for cluster in found:
        for one in cluster[1:]:
            assert any(other.span.overlaps(one.span) for other in cluster if other is not one)


def test_the_median_gives_the_longer_of_two_in_the_middle():
    assert [lost_time.median_seconds(row) for row in ([], [7], [7, 9], [9, 1, 5])] == [0, 7, 9, 5]


def test_who_comes_back_between_two_looks_is_seen_and_who_polls_is_not():
    before = {1: at(0), 2: at(0), 3: at(0)}
    after = {1: at(180), 2: at(20), 4: at(180)}
    assert lost_time.missed(before, after) == {1: Span(at(0), at(180))}
    assert lost_time.silent({1: at(0), 2: at(80)}, at(100)) == {1: at(0)}


# --- measured by the sweeper, decided by a person ---


@pytest.fixture
def both(exam, people, sign_in):
    """Both learners at work, just heard of."""
    found = [Candidate(sign_in(user), exam, user).entered() for user in (people.learner, people.second_learner)]
    for one in found:
        one.save_one()
    return found


def gaps():
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(ContactGap).order_by(ContactGap.id).all()


def look(watch) -> int:
    """One round of the sweeper, which begins each with a fresh session."""
    db.session.rollback()
    return watch.round(clock.now())


def test_a_cable_out_is_measured_and_given_back_exactly_and_once(any_app, both, exam, people):
    one, two = both
    room, hang = exam.rooms[0], actor_of(people.invigilator)
    watch, cut_at = service.GapWatch(), one.sitting().last_contact_at
    assert look(watch) == 0
    for _poll in range(6):
        pass_time(seconds=10)
        two.state()
        look(watch)
    (gap,) = gaps()
    assert (gap.sitting_id, gap.began_at, gap.ended_at) == (one.sitting().id, cut_at, None)
    (outage,) = service.list_outages(room)
    assert outage.decidable == []  # it goes on
    assert service.summarise(room, clock.now()).count("lost") == 1
    pass_time(seconds=20)
    two.state()
    look(watch)
    pass_time(seconds=15)
    one.save_one(2)
    look(watch)
    back_at = gaps()[0].ended_at
    assert back_at == one.sitting().last_contact_at
    (outage,) = service.list_outages(room)
    (proposal,) = outage.decidable
    assert proposal.seconds == -(-(back_at - cut_at) // timedelta(seconds=1))
    assert 95 <= proposal.seconds <= 97
    service.forget_summary(room.id)
    assert [seat.needs for seat in service.summarise(room, clock.now()).back] == [["gap"]]

    deadline = one.sitting().deadline_at
    act = {"actor": hang, "room": room, "keys": [proposal.key], "reason": "Đứt cáp"}
    (grant,) = service.give_back(**act, now=clock.now())
    assert (grant.kind, grant.state, grant.seconds) == ("measured", "granted", proposal.seconds)
    assert one.sitting().deadline_at == deadline + timedelta(seconds=proposal.seconds)
    with pytest.raises(StateConflict):
        service.give_back(**act, now=clock.now())
    with pytest.raises(StateConflict):
        service.dismiss(actor=hang, now=clock.now(), room=room, keys=[proposal.key])
    assert db.session.query(TimeGrant).count() == 1
    assert two.sitting().incident_seconds == 0


def test_a_power_cut_is_one_outage_and_each_gets_the_own_time_or_the_median(any_app, both, exam, people):
    one, two = both
    room, act = exam.rooms[0], {"actor": actor_of(people.invigilator), "room": exam.rooms[0], "reason": "Mất điện"}
    service.record_incident(actor=act["actor"], now=clock.now(), room=room, kind="power", text="", began_at=clock.now())
    watch = service.GapWatch()
    look(watch)
    pass_time(seconds=200)
    one.state()
    look(watch)  # came back between two rounds: seen by what the round before remembered
    for _poll in range(5):
        pass_time(seconds=20)
        one.state()
        look(watch)
    two.state()
    look(watch)
    (outage,) = service.list_outages(room)
    assert outage.seats == 2
    assert len(outage.decidable) == 2
    assert {incident.kind for line in outage.proposals for incident in line.incidents} == {"power"}
    first, second = sorted(line.seconds for line in outage.proposals)
    assert 200 <= first <= 203
    assert 300 <= second <= 303
    assert outage.median_seconds == second

    keys = [line.key for line in outage.proposals]
    by_sitting = {line.sitting.id: line.seconds for line in outage.proposals}
    service.give_back(**act, now=clock.now(), keys=keys)
    assert {row.sitting_id: row.seconds for row in db.session.query(TimeGrant)} == by_sitting
    assert {line.state for line in service.list_outages(room)[0].proposals} == {"granted"}


def test_above_the_cap_a_second_person_decides_and_a_refusal_leaves_the_gap_open(app, both, exam, people):
    one, _two = both
    room, hang = exam.rooms[0], actor_of(people.invigilator)
    with unit_of_work() as session:
        session.get(Exam, exam.id).rules = {**exam.rules, "extension_cap_seconds": 60}
    watch = service.GapWatch()
    look(watch)
    pass_time(seconds=120)
    one.state()
    look(watch)
    gap = next(line for line in gaps() if line.sitting_id == one.sitting().id)
    act = {"actor": hang, "room": room, "keys": [gap.id], "reason": "Máy hỏng"}
    deadline = one.sitting().deadline_at
    (grant,) = service.give_back(**act, now=clock.now())
    assert grant.state == "waiting"
    assert one.sitting().deadline_at == deadline
    with pytest.raises(StateConflict):
        service.give_back(**act, now=clock.now())
    service.decide_grant(actor=actor_of(people.officer), now=clock.now(), grant=grant, give=False)
    assert service.list_outages(room)[0].decidable
    assert service.dismiss(actor=hang, now=clock.now(), room=room, keys=[gap.id]) == 1
    assert service.list_outages(room)[0].decidable == []


def test_a_server_that_was_down_is_measured_at_its_start_before_the_first_request(app, both, exam):
    one, two = both
    heard = {candidate.sitting().id: candidate.sitting().last_contact_at for candidate in both}
    pass_time(seconds=600)  # nobody sweeps, nobody is heard: the server is off
    sweeper.measure_downtime(app)
    assert {gap.sitting_id: gap.began_at for gap in gaps()} == heard
    one.state()
    two.state()
    look(service.GapWatch())
    assert all(600 <= (gap.ended_at - gap.began_at).total_seconds() <= 605 for gap in gaps())
    sweeper.measure_downtime(app)
    assert len(gaps()) == 2


def test_a_pause_is_no_lost_time_and_a_jump_of_the_clock_measures_nothing(app, both, exam, people):
    one, two = both
    hang = actor_of(people.invigilator)
    watch = service.GapWatch()
    look(watch)
    service.pause(actor=hang, now=clock.now(), sitting=one.sitting(), reason="ốm")
    for _poll in range(5):
        pass_time(seconds=10)
        two.state()
        look(watch)
    service.resume(actor=hang, now=clock.now(), sitting=one.sitting())
    look(watch)
    one.state()
    look(watch)
    (outage,) = service.list_outages(exam.rooms[0])
    assert outage.proposals[0].sitting.id == one.sitting().id
    assert outage.proposals[0].seconds <= 3
    known = len(gaps())
    watch.forget()
    pass_time(hours=1)
    one.state()
    two.state()
    look(watch)
    assert len(gaps()) == known
