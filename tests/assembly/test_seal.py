"""The cryptography of seals by value and property, and the life of a sealed set through the services."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.accounts.models import RoleGrant
from exambank.assembly import rules, service
from exambank.assembly import seal as crypto
from exambank.assembly.models import HolderKey
from exambank.assembly.seal import Context, WrongKey
from exambank.assembly.service import SealChoice, SetContent
from exambank.bank.models import ItemUse
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict, TooManyAttempts
from exambank.exams import service as exams
from exambank.permissions import Role
from exambank.sittings.models import Sitting
from tests.assembly.factories import fill_bank, make_paper_set
from tests.assembly.sealing import CHEAP, holders_of, make_holders, make_sealed_set, phrase, seal_set, turn
from tests.exams.factories import make_listed_exam
from tests.people import People, actor_of

THING = Context("set-1", "content", "holders")
NOW = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


# --- boxes, pairs, shares ---


@given(st.binary(max_size=200), st.data())
@settings(max_examples=30)
def test_a_box_opens_with_its_key_and_context_only_and_shows_every_changed_bit(plain, data):
    key = crypto.new_key()
    box = crypto.close_box(key, plain, THING)
    assert crypto.open_box(key, box, THING) == plain
    at = data.draw(st.integers(0, len(box) * 8 - 1))
    changed = bytearray(box)
    changed[at // 8] ^= 1 << (at % 8)
    for wrong in (bytes(changed), box[:-1], b""):
        with pytest.raises(WrongKey):
            crypto.open_box(key, wrong, THING)
    with pytest.raises(WrongKey):
        crypto.open_box(crypto.new_key(), box, THING)


@pytest.mark.parametrize("other", [
    Context("set-2", "content", "holders"), Context("set-1", "key", "holders"), Context("set-1", "content", "clock"),
    Context('set-1","content', "", "holders"),
])  # fmt: skip
def test_a_box_cannot_stand_in_the_place_of_another(other):
    key = crypto.new_key()
    with pytest.raises(WrongKey):
        crypto.open_box(key, crypto.close_box(key, b"paper", THING), other)


@given(st.integers(crypto.FEWEST_HOLDERS, 6))
@settings(max_examples=6)
def test_every_two_holders_open_and_no_one_alone(count):
    pairs = [crypto.new_pair() for _holder in range(count)]
    key = crypto.new_key()
    made = crypto.share_among(key, [pair.public for pair in pairs], THING)
    halves = {at: crypto.agree(pair.private, made.ephemeral) for at, pair in enumerate(pairs, start=1)}
    stranger = crypto.agree(crypto.new_pair().private, made.ephemeral)
    for first, second in combinations(halves, 2):
        both = {first: halves[first], second: halves[second]}
        assert crypto.open_together(made, both, THING) == key
        for wrong in (
            {first: halves[first]},
            {first: halves[first], second: halves[first]},
            {first: halves[second], second: halves[first]},
            {first: halves[first], second: stranger},
            {first: halves[first], count + 1: halves[second]},
        ):
            with pytest.raises(WrongKey):
                crypto.open_together(made, wrong, THING)
        with pytest.raises(WrongKey):
            crypto.open_together(made, both, replace(THING, owner="set-2"))


def test_two_holders_are_too_few_and_one_person_cannot_be_two():
    one, two = crypto.new_pair().public, crypto.new_pair().public
    for holders in ([one, two], [one, two, one]):
        with pytest.raises(ValueError, match="different holders"):
            crypto.share_among(crypto.new_key(), holders, THING)


def test_a_private_half_comes_back_by_its_passphrase_however_unikey_composed_it():
    pair = crypto.new_pair()
    kept = crypto.protect(pair, "  Tiếng Việt rõ ràng ", "key-1", CHEAP)
    decomposed = "Tiê\u0301ng Viê\u0323t ro\u0303 ra\u0300ng"
    assert crypto.recover(kept, decomposed, "key-1") == pair
    assert crypto.recover(kept, "Tiếng Việt rõ ràng", "key-1") == pair
    for wrong, owner in (("tiếng việt rõ ràng", "key-1"), ("Tiếng Việt rõ ràng", "key-2")):
        with pytest.raises(WrongKey):
            crypto.recover(kept, wrong, owner)
    with pytest.raises(WrongKey):
        crypto.recover(replace(kept, cost={**CHEAP, "memory_kib": 2**31}), "Tiếng Việt rõ ràng", "key-1")


def test_the_usual_cost_is_64_mib_and_three_passes():
    assert dict(crypto.COST) == {"memory_kib": 65536, "passes": 3, "lanes": 1}


def test_a_letter_is_read_by_its_pair_only_and_a_point_of_small_order_is_refused():
    pair, other = crypto.new_pair(), crypto.new_pair()
    letter = crypto.write_letter(pair.public, b"seed", THING)
    assert crypto.open_letter(pair, letter, THING) == b"seed"
    for who, text in ((other, letter), (pair, letter[:-1] + bytes([letter[-1] ^ 1])), (pair, b"short")):
        with pytest.raises(WrongKey):
            crypto.open_letter(who, text, THING)
    with pytest.raises(WrongKey):
        crypto.agree(pair.private, bytes(32))


@pytest.mark.parametrize(("typed", "fault"), [
    ("ngắn quá", "short"), ("   chín ký  ", "short"), ("aaaaaaaaaaaa", "monotone"), ("x1" * 101, "long"),
    ("mười ký tự", None),
])  # fmt: skip
def test_a_passphrase_has_ten_characters_and_some_variety(typed, fault):
    assert crypto.check_passphrase(typed) == fault


# --- rules ---


def test_an_opening_is_early_until_two_hours_before_the_planned_time_and_always_without_one():
    assert rules.is_early(None, NOW)
    assert rules.is_early(NOW + timedelta(hours=2, milliseconds=1), NOW)
    assert not rules.is_early(NOW + timedelta(hours=2), NOW)


def test_a_half_waits_thirty_minutes():
    assert rules.half_is_alive(NOW, NOW + timedelta(minutes=29, seconds=59))
    assert not rules.half_is_alive(NOW, NOW + timedelta(minutes=30))
    assert not rules.half_is_alive(None, NOW)


def test_a_set_opens_before_its_first_exam_and_never_without_one():
    lead = timedelta(minutes=30)
    assert rules.opening_time([NOW + timedelta(hours=3), NOW], lead) == NOW - lead
    assert rules.opening_time([], lead) is None
    assert rules.is_due("clock", NOW, NOW)
    assert not rules.is_due("clock", NOW + timedelta(milliseconds=1), NOW)
    assert not rules.is_due("clock", None, NOW)
    assert not rules.is_due("holders", NOW, NOW)


# --- a sealed set ---


@pytest.fixture
def people(app):
    return People.build()


@pytest.fixture
def filled(people):
    fill_bank(people, 40)
    make_holders(*holders_of(people))
    return people


def verbs(thing) -> list[str]:
    return [event.verb for event in audit.list_for(thing)]


def test_two_holders_open_what_the_approval_closed_and_the_papers_are_those_that_were_dealt(filled):
    paper_set = make_paper_set(filled)
    before = service.content_of(paper_set)
    seal_set(filled, paper_set)
    assert service.is_sealed(paper_set)
    assert [paper.layout for paper in paper_set.papers] == [[]] * 4
    assert (paper_set.seed, db.session.query(ItemUse).count()) == (None, 0)
    with pytest.raises(StateConflict):
        service.content_of(paper_set)
    assert turn(paper_set, filled.quality, second=filled.officer, purpose="rehearse") == "done"
    assert service.is_sealed(paper_set)
    assert paper_set.seal.rehearsed_at is not None
    assert [paper.layout for paper in paper_set.papers] == [[]] * 4
    assert turn(paper_set, filled.leader, second=filled.officer) == "done"
    after = service.content_of(paper_set)
    assert (after.seed, dict(after.layouts)) == (before.seed, dict(before.layouts))
    assert service.snapshot_hash(after) == paper_set.snapshot_hash
    assert paper_set.seal.opened_by == [filled.leader.public_id, filled.officer.public_id]
    assert service.snapshot_hash(replace(after, salt="")) != paper_set.snapshot_hash  # nobody guesses it back
    assert db.session.query(ItemUse).count() == 0  # a lecturer's list of the bank would show the paper before the bell
    assert service.record_late_uses(clock.now() + timedelta(hours=23)) == 0
    assert [service.record_late_uses(clock.now() + timedelta(hours=25)) for _round in range(2)] == [1, 0]
    assert db.session.query(ItemUse).count() == sum(len(layout) for layout in after.layouts.values())
    assert {"papers.opened", "seal.rehearsed", "papers.approved"} <= set(verbs(paper_set))
    with pytest.raises(StateConflict):
        turn(paper_set, filled.leader, second=filled.officer)


def test_two_holders_at_two_machines_and_the_third_when_one_is_missing(filled):
    paper_set = make_sealed_set(filled)
    with pytest.raises(InvalidInput) as early:
        turn(paper_set, filled.quality, reason="")
    assert early.value.details == {"field": "reason"}
    start = clock.now()
    assert turn(paper_set, filled.quality, reason="thi sớm", now=start) == "half"
    half = paper_set.seal.holders[0]
    assert half.half is not None
    assert turn(paper_set, filled.quality, reason="thi sớm", now=start) == "half"  # once more opens nothing
    late = start + timedelta(minutes=31)
    assert turn(paper_set, filled.officer, reason="thi sớm", now=late) == "half"  # the first half is too old
    service.open_due(late)
    assert [one.half is None for one in paper_set.seal.holders] == [True, True, False]
    assert turn(paper_set, filled.leader, reason="", now=late) == "done"
    assert service.is_open(paper_set)
    assert paper_set.seal.reason == "thi sớm"
    assert all(one.half is None for one in paper_set.seal.holders)


def test_a_wrong_passphrase_is_told_at_its_field_counted_and_on_the_record(filled):
    paper_set = make_sealed_set(filled)
    with pytest.raises(InvalidInput) as own:
        turn(paper_set, filled.quality, second=filled.leader, passphrase="một câu khác hẳn")
    assert own.value.details == {"field": "passphrase"}
    with pytest.raises(InvalidInput) as other:
        service.turn_key(
            actor=actor_of(filled.quality), now=clock.now(), seal=paper_set.seal, purpose="open", reason="x",
            passphrase=phrase(filled.quality), second=service.Second(filled.leader.public_id, phrase(filled.quality)),
        )  # fmt: skip
    assert other.value.details == {"field": "second_passphrase"}
    key = service.find_holder_key(filled.leader.id)
    assert verbs(key) == ["holder_key.passphrase_wrong"]
    for _try in range(8):
        with pytest.raises((InvalidInput, TooManyAttempts)) as last:
            turn(paper_set, filled.quality, passphrase="một câu khác hẳn")
    assert last.type is TooManyAttempts
    assert turn(paper_set, filled.leader, second=filled.officer) == "done"  # the others are not held up


def test_who_is_no_holder_opens_nothing_and_a_changed_seal_is_refused(filled):
    paper_set, other = make_sealed_set(filled), make_sealed_set(filled, seed="khác")
    with pytest.raises(NotFound):
        turn(paper_set, filled.head, second=filled.quality)
    with unit_of_work():
        paper_set.seal.body, paper_set.seal.holders[0].half = other.seal.body, None
    with pytest.raises(StateConflict):
        turn(paper_set, filled.quality, second=filled.leader)
    assert service.is_sealed(paper_set)


def test_holders_are_three_people_with_keys_and_no_technician_or_lecturer_of_the_module(filled):
    make_holders(filled.technician, filled.lecturer, filled.head)
    paper_set = make_paper_set(filled)
    names = {one.user.username for one in service.list_possible_holders(paper_set)}
    assert names == {user.username for user in (*holders_of(filled), filled.head)}
    for chosen in (
        [filled.quality, filled.leader],
        [filled.quality, filled.quality, filled.leader],
        [filled.quality, filled.leader, filled.technician],
    ):
        with pytest.raises(InvalidInput) as refused:
            service.approve_papers(
                actor=actor_of(filled.head), now=clock.now(), paper_set=paper_set,
                seal=SealChoice("holders", tuple(user.public_id for user in chosen)),
            )  # fmt: skip
        assert refused.value.details == {"field": "holders"}
    assert paper_set.state == "dealt"


def test_a_key_is_made_by_its_holder_with_a_passphrase_that_is_not_the_password(people):
    with pytest.raises(InvalidInput):
        service.make_holder_key(actor=actor_of(people.leader), now=clock.now(), passphrase="ngắn")
    with pytest.raises(NotFound):
        service.make_holder_key(actor=actor_of(people.technician), now=clock.now(), passphrase="một câu đủ dài")
    first = service.make_holder_key(actor=actor_of(people.leader), now=clock.now(), passphrase="một câu đủ dài")
    service.rehearse_passphrase(actor=actor_of(people.leader), now=clock.now(), passphrase=" một câu đủ dài")
    with pytest.raises(InvalidInput):
        service.rehearse_passphrase(actor=actor_of(people.leader), now=clock.now(), passphrase="một câu không phải")
    second = service.make_holder_key(actor=actor_of(people.leader), now=clock.now(), passphrase="câu mới hơn nữa")
    assert service.find_holder_key(people.leader.id).id == second.id
    assert db.session.get(HolderKey, first.id).replaced_at is not None


def test_a_seal_keeps_the_key_it_was_made_with_and_says_when_too_few_are_left(filled):
    paper_set = make_sealed_set(filled)
    with unit_of_work() as session:
        for user in (filled.quality, filled.leader):
            session.query(HolderKey).filter_by(user_id=user.id).one().replaced_at = clock.now()
    make_holders(filled.quality, filled.leader)
    with unit_of_work() as session:
        session.add(RoleGrant(user_id=filled.officer.id, role=Role.IT, granted_at=clock.now()))
    with pytest.raises(InvalidInput) as technician:  # who has the machine opens nothing, holder or not
        turn(paper_set, filled.quality, second=filled.officer)
    assert technician.value.details == {"field": "second"}
    summary = service.seal_summary(paper_set, actor_of(filled.head), clock.now())
    assert (summary.able, summary.is_lost, summary.may_open) == (1, True, False)
    assert turn(paper_set, filled.quality, second=filled.leader) == "done"  # who remembers the old passphrase still can


def test_a_file_and_notes_come_back_after_the_opening(filled):
    paper_set = make_paper_set(filled, 1)
    content = service.content_of(paper_set)
    file = {"name": "đề.pdf", "media_type": "application/pdf", "sha256": "0" * 64, "body": "JVBERg=="}
    with unit_of_work():
        service.put_content(paper_set, SetContent(content.seed, content.layouts, file, {"why": "riêng"}))
    seal_set(filled, paper_set)
    turn(paper_set, filled.quality, second=filled.leader)
    opened = service.content_of(paper_set)
    assert (opened.file["body"], opened.notes) == ("JVBERg==", {"why": "riêng"})


# --- the clock, and exams ---


def test_the_clock_opens_at_its_time_and_the_exam_goes_on_to_its_sittings(filled):
    exam = make_listed_exam(filled, starts_in=timedelta(hours=5))
    officer, paper_set = actor_of(filled.officer), make_sealed_set(filled, mode="clock")
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=paper_set)
    assert paper_set.seal.opens_at == exam.opens_at - timedelta(minutes=30)
    assert (exam.paper_seed, {one.paper_id for one in exam.candidacies}) == (None, {None})
    service.rehearse_clock(actor=actor_of(filled.head), now=clock.now(), seal=paper_set.seal)
    exams.make_ready(actor=officer, now=clock.now(), exam=exam)
    at = exam.opens_at
    exams.change_schedule(
        actor=officer, now=clock.now(), exam=exam, title=exam.title, opens_at=at - timedelta(hours=1),
        closes_at=exam.closes_at, duration_seconds=3600, start_mode="uniform",
    )  # fmt: skip
    due = at - timedelta(minutes=90)
    assert paper_set.seal.opens_at == due
    with pytest.raises(StateConflict):
        exams.open_exam(actor=officer, now=exam.opens_at, exam=exam)
    assert service.open_due(due - timedelta(milliseconds=1)) == 0
    assert db.session.query(Sitting).count() == 0
    assert service.open_due(due) == 1
    assert service.open_due(due) == 0
    eligible = [one for one in exams.list_candidates(exam) if one.is_eligible]
    assert all(one.paper_id for one in eligible)
    assert db.session.query(Sitting).count() == len(eligible)
    assert (exam.sealed_seed, len(exam.paper_seed)) == (None, 32)
    exams.open_exam(actor=officer, now=exam.opens_at, exam=exam)
    assert exam.state == "open"


def test_a_sealed_binding_counts_and_goes_when_the_list_is_numbered_anew_or_the_set_changed(filled):
    exam, officer = make_listed_exam(filled), actor_of(filled.officer)
    paper_set, other = make_sealed_set(filled), make_sealed_set(filled, mode="clock", seed="khác")
    exams.attach_papers(actor=officer, now=clock.now(), exam=exam, paper_set=paper_set)
    assert len(exams.find_obstacles(exam, clock.now())) == 1
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam)
    assert exams.find_obstacles(exam, clock.now()) == []
    assert exams.tally(exam).bound == exams.tally(exam).eligible
    exams.number_candidates(actor=officer, now=clock.now(), exam=exam)
    assert exam.sealed_seed is None
    assert len(exams.find_obstacles(exam, clock.now())) == 1
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=other)
    assert other.seal.opens_at is not None
    exams.number_candidates(actor=officer, now=clock.now(), exam=exam)
    assert other.seal.opens_at is None  # nobody waits for it: the clock opens nothing
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=other)
    assert other.seal.opens_at is not None
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=paper_set)
    assert other.seal.opens_at is None


def test_a_late_candidate_of_a_sealed_exam_gets_a_paper_at_the_opening(filled):
    exam, officer = make_listed_exam(filled), actor_of(filled.officer)
    late = exam.candidacies[0].user
    exams.remove_candidate(actor=officer, now=clock.now(), candidacy=exam.candidacies[0])
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=make_sealed_set(filled))
    exams.make_ready(actor=officer, now=clock.now(), exam=exam)
    exams.add_candidates(actor=officer, now=clock.now(), exam=exam, users=[late])
    assert turn(exam.paper_set, filled.quality, second=filled.leader, reason="") == "done"  # soon: no reason needed
    assert db.session.query(Sitting).count() == exams.tally(exam).eligible == exams.tally(exam).bound


def test_a_changed_letter_or_a_process_that_died_keeps_no_candidate_from_the_exam(filled):
    exam, officer = make_listed_exam(filled), actor_of(filled.officer)
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=make_sealed_set(filled))
    letter = exam.sealed_seed
    with unit_of_work():
        exam.sealed_seed = letter[:-1] + bytes([letter[-1] ^ 1])
    turn(exam.paper_set, filled.quality, second=filled.leader, reason="")
    assert exams.tally(exam).bound == exams.tally(exam).eligible
    drawn_anew = exam.paper_seed
    assert (len(drawn_anew), exam.sealed_seed) == (32, None)
    told = db.session.query(audit.AuditDetail.details).filter(audit.AuditDetail.details.like("%drawn_anew%")).one()
    assert json.loads(told.details)["drawn_anew"]
    with unit_of_work():
        exam.sealed_seed = letter
    assert [exams.hand_out_opened(), exams.hand_out_opened()] == [1, 0]
    assert exam.paper_seed != drawn_anew


def test_a_half_that_was_taken_back_opens_nothing_when_its_row_is_written_anew(filled):
    paper_set, start = make_sealed_set(filled), clock.now()
    turn(paper_set, filled.quality, now=start)
    holder = next(one for one in paper_set.seal.holders if one.half is not None)
    stolen = holder.half
    service.take_half_back(actor=actor_of(filled.quality), now=start, seal=paper_set.seal)
    later = start + timedelta(hours=1)
    with unit_of_work():
        holder.half, holder.half_purpose, holder.half_given_at = stolen, "open", later
    with pytest.raises(StateConflict):
        turn(paper_set, filled.leader, now=later)
    assert service.is_sealed(paper_set)


def test_a_seal_of_the_clock_that_cannot_be_opened_is_told_once_and_left(filled, instance):
    paper_set = seal_set(filled, make_paper_set(filled), "clock", opens_at=clock.now())
    service.key_file(instance).write_text("x" * 64)
    assert service.open_due(clock.now()) == 0
    assert service.open_due(clock.now()) == 0
    assert verbs(paper_set).count("seal.failed") == 1
    assert service.count_unreadable() == (1, 1)
    with pytest.raises(StateConflict):
        service.open_by_clock(actor=actor_of(filled.head), now=clock.now(), seal=paper_set.seal)


def test_the_server_key_is_made_once_for_its_owner_only(people, instance):
    first = service.ensure_key_file(instance)
    assert service.ensure_key_file(instance) == first
    assert (service.key_file(instance).stat().st_mode & 0o777, len(first)) == (0o600, 64)
    assert [path.name for path in service.key_file(instance).parent.iterdir()] == ["papers_key"]
