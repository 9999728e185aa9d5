"""Lots on a real database: prepared of sealed sets, drawn once before witnesses, reserves, the exam, the end."""

from datetime import timedelta
from decimal import Decimal

import pytest

from exambank import audit, clock, jobs
from exambank.assembly import service
from exambank.assembly.models import PaperSet
from exambank.assembly.rules import lots as rules
from exambank.assembly.rules.whole import ChosenItem
from exambank.assembly.service import SealChoice, Witness
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.permissions import Permission, allows
from exambank.sittings.models import Sitting
from tests.assembly.factories import fill_bank
from tests.exams.factories import make_listed_exam
from tests.people import actor_of

WITNESSES = [Witness("Trần Văn Bình", "Giảng viên"), Witness("Lê Thị Oanh", "Thanh tra nhân dân")]
PDF_BODY = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def accepted_items(people, count: int, start: int = 0) -> list[ChosenItem]:
    query = db.select(Item.public_id).filter_by(course_module_id=people.module.id, state="accepted").order_by(Item.id)
    return [ChosenItem(public_id) for public_id in db.session.scalars(query).all()[start : start + count]]


def write_paper(people, name: str, start: int = 0, **values) -> PaperSet:
    return service.write_whole(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name=name,
        chosen=accepted_items(people, 3, start), seed=f"seed of {name}", **values,
    )  # fmt: skip


def sealed_paper(people, name: str, start: int = 0) -> PaperSet:
    paper_set = write_paper(people, name, start)
    seal = SealChoice("clock", opens_at=clock.now() + timedelta(days=2))
    service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set, seal=seal)
    return paper_set


def three_sealed(people) -> list[PaperSet]:
    fill_bank(people, 12)
    return [sealed_paper(people, f"Đề {letter}", 3 * at) for at, letter in enumerate("ABC")]


def prepared_lot(people):
    return service.prepare_lot(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, name="Thi K75",
        paper_sets=three_sealed(people),
    )  # fmt: skip


def draw(people, lot, seed="27 31 05", witnesses=WITNESSES):
    service.draw_lot(actor=actor_of(people.leader), now=clock.now(), lot=lot, witnesses=witnesses, seed=seed)


def drawn_lot(people):
    lot = prepared_lot(people)
    draw(people, lot)
    return lot


def open_by_clock(paper_set: PaperSet) -> None:
    with unit_of_work():
        paper_set.seal.opens_at = clock.now()
    assert service.open_due(clock.now()) == 1


def test_a_draw_gives_every_envelope_its_rank_by_the_formula_and_is_on_record_without_content(app, people):
    lot = drawn_lot(people)
    assert [entry.rank for entry in lot.entries] == [0, 1, 2]  # by hand in test_lot_rules
    facts = service.minutes_facts(lot)
    assert (facts.used.number, [one.number for one in facts.reserves]) == (1, [2, 3])
    assert facts.used.digest == rules.digest_of("27 31 05", 1)
    assert (facts.seed, facts.is_seed_typed, facts.drawn_by) == ("27 31 05", True, people.leader.full_name)
    assert facts.witnesses == tuple(WITNESSES)
    assert "lot.drawn" in {event.verb for event in audit.list_for(lot)}
    assert all(not paper.layout for entry in lot.entries for paper in entry.paper_set.papers)


def test_a_second_click_draws_nothing_again(app, people):
    lot = drawn_lot(people)
    with pytest.raises(StateConflict):
        draw(people, lot, seed="another")
    assert (lot.seed, [entry.rank for entry in lot.entries]) == ("27 31 05", [0, 1, 2])


def test_without_a_seed_the_server_draws_one_at_that_moment(app, people):
    lot = prepared_lot(people)
    draw(people, lot, seed="  ")
    assert len(lot.seed) == 32
    assert not lot.is_seed_typed
    assert {one.number: one.rank for one in rules.draw(lot.seed, [1, 2, 3])} == {
        entry.number: entry.rank for entry in lot.entries
    }


def test_two_other_people_with_their_posts_must_watch(app, people):
    lot = prepared_lot(people)
    one, other = WITNESSES
    for present in (
        [one], [one, one], [one, Witness("  ", "x")], [one, Witness(other.name, "")],
        [one, Witness(people.leader.full_name.upper(), "Phó Hiệu trưởng")],
    ):  # fmt: skip
        with pytest.raises(InvalidInput):
            draw(people, lot, witnesses=present)
    assert lot.state == "prepared"


def test_a_lot_takes_two_or_more_sealed_sets_that_lie_nowhere_else(app, people):
    lot = prepared_lot(people)
    first, second = lot.entries[0].paper_set, sealed_paper(people, "Đề D", 9)
    desk = write_paper(people, "Đề E", 2)

    def prepare(*sets):
        service.prepare_lot(
            actor=actor_of(people.quality), now=clock.now(), course_module=people.module, name="x", paper_sets=sets
        )

    with pytest.raises(InvalidInput):
        prepare(second, second)
    for unfit in (first, desk):
        with pytest.raises(StateConflict):
            prepare(second, unfit)
    assert service.list_for_lot(people.module.id) == [second]
    service.withdraw_lot(actor=actor_of(people.quality), now=clock.now(), lot=lot, reason="Thiếu một đề")
    prepare(second, first)


def test_the_clock_opens_nothing_that_lies_in_a_lot(app, people):
    lot = prepared_lot(people)
    assert service.open_due(clock.now() + timedelta(days=3)) == 0
    assert all(service.is_sealed(entry.paper_set) for entry in lot.entries)


def test_nothing_is_drawn_when_an_envelope_was_opened_meanwhile(app, people):
    lot = prepared_lot(people)
    open_by_clock(lot.entries[1].paper_set)
    with pytest.raises(StateConflict):
        draw(people, lot)
    db.session.expire_all()
    assert (lot.state, lot.seed) == ("prepared", None)


def bound_exam(people, lot):
    exam = make_listed_exam(people)
    exams.assign_invigilators(
        actor=actor_of(people.officer), now=clock.now(), room=exam.rooms[0], users=[people.invigilator]
    )
    exams.bind_lot(actor=actor_of(people.officer), now=clock.now(), exam=exam, lot=lot)
    return exam


def test_an_exam_takes_the_drawn_set_only_through_its_lot(app, people):
    lot = drawn_lot(people)
    exam = make_listed_exam(people)
    for entry in lot.entries:
        with pytest.raises(InvalidInput):
            exams.bind_papers(actor=actor_of(people.officer), now=clock.now(), exam=exam, paper_set=entry.paper_set)
    assert exams.list_usable_sets(exam) == []
    assert exams.list_usable_lots(exam) == [lot]
    exams.bind_lot(actor=actor_of(people.officer), now=clock.now(), exam=exam, lot=lot)
    assert (exam.paper_set, exam.paper_lot) == (lot.entries[0].paper_set, lot)
    assert exam.sealed_seed is not None
    assert exam.paper_set.seal.opens_at is not None  # the clock opens the one that was drawn


def test_the_reserve_takes_the_place_of_a_paper_that_was_opened_and_prepared(app, people):
    lot = drawn_lot(people)
    exam = bound_exam(people, lot)
    exams.make_ready(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    first, reserve = lot.entries[0].paper_set, lot.entries[1].paper_set
    open_by_clock(first)
    assert {one.paper_id for one in db.session.query(Sitting)} == {first.papers[0].id}
    with pytest.raises(StateConflict):
        service.use_reserve(actor=actor_of(people.leader), now=clock.now(), lot=lot, reason="Lộ đề")
    exams.use_reserve(actor=actor_of(people.officer), now=clock.now(), exam=exam, reason="Lộ đề")
    db.session.expire_all()
    assert exam.paper_set == reserve
    assert all(candidacy.paper_id is None for candidacy in exam.candidacies)
    with pytest.raises(StateConflict):
        exams.open_exam(actor=actor_of(people.officer), now=exam.opens_at, exam=exam)
    open_by_clock(reserve)
    db.session.expire_all()
    assert {one.paper_id for one in db.session.query(Sitting)} == {reserve.papers[0].id}
    assert lot.entries[0].set_aside_reason == "Lộ đề"
    exams.open_exam(actor=actor_of(people.officer), now=exam.opens_at, exam=exam)
    with pytest.raises(StateConflict):
        exams.use_reserve(actor=actor_of(people.officer), now=exam.opens_at, exam=exam, reason="Muộn")


def test_after_the_exam_the_paper_is_no_secret_and_a_person_decides_about_each_reserve(app, people):
    lot = drawn_lot(people)
    exam = bound_exam(people, lot)
    exams.make_ready(actor=actor_of(people.officer), now=clock.now(), exam=exam)
    used, kept, told = (entry.paper_set for entry in lot.entries)
    open_by_clock(used)
    leader, lecturer = actor_of(people.leader), actor_of(people.lecturer)
    with pytest.raises(StateConflict):
        service.declassify_entry(actor=leader, now=clock.now(), entry=lot.entries[2])
    exams.open_exam(actor=actor_of(people.officer), now=exam.opens_at, exam=exam)
    assert not allows(lecturer, Permission.PAPERS_SEE, used)
    asked = {question["version"] for paper in used.papers for question in paper.layout}
    assert bank.list_uses(asked) == []  # nor does the bank tell the lecturer what is asked
    with unit_of_work():
        exam.state = "closed"
        jobs.publish("exam.closed", exam.public_id)
    jobs.run_due()
    db.session.expire_all()
    assert lot.state == "declassified"
    assert allows(lecturer, Permission.PAPERS_SEE, used)
    assert allows(lecturer, Permission.PAPERS_SEE, used.papers[0])
    assert {use.item_version_id for use in bank.list_uses(asked)} == asked
    assert (kept.declassified_at, told.declassified_at) == (None, None)
    service.keep_reserve(actor=leader, now=clock.now(), entry=lot.entries[1])
    service.declassify_entry(actor=leader, now=clock.now(), entry=lot.entries[2])  # the clock's seal opens here
    assert service.is_open(told)
    assert allows(lecturer, Permission.PAPERS_SEE, told)
    assert service.list_for_lot(people.module.id) == [kept]
    for wrong, entry in ((service.keep_reserve, lot.entries[0]), (service.declassify_entry, lot.entries[1])):
        with pytest.raises(StateConflict):
            wrong(actor=leader, now=clock.now(), entry=entry)


def test_a_lot_of_printed_papers_is_ended_by_a_person(app, people):
    fill_bank(people, 5)
    sets = [
        service.bring_paper(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name=f"Đề {at}", code="101",
            question_count=40, total_points=Decimal(10), paper=service.BroughtFile(f"de{at}.pdf", PDF_BODY + b"%" * at),
        )
        for at in (1, 2)
    ]  # fmt: skip
    for one in sets:
        service.approve_papers(
            actor=actor_of(people.head), now=clock.now(), paper_set=one, seal=SealChoice("clock", opens_at=None)
        )
    lot = service.prepare_lot(
        actor=actor_of(people.quality), now=clock.now(), course_module=people.module, name="Thi giấy", paper_sets=sets
    )
    draw(people, lot)
    exam = make_listed_exam(people)
    assert exams.list_usable_lots(exam) == []
    with pytest.raises(InvalidInput, match="in"):
        exams.bind_lot(actor=actor_of(people.officer), now=clock.now(), exam=exam, lot=lot)
    service.use_reserve(actor=actor_of(people.leader), now=clock.now(), lot=lot, reason="Túi đề rách niêm phong")
    assert service.next_reserve_entry(lot) is None
    with pytest.raises(StateConflict):
        service.use_reserve(actor=actor_of(people.leader), now=clock.now(), lot=lot, reason="Nữa")
    service.close_lot(actor=actor_of(people.leader), now=clock.now(), lot=lot)
    assert lot.state == "declassified"
