"""Whole papers on a real database: written or brought, encrypted from the first byte, stored once."""

from decimal import Decimal

import pytest

from exambank import clock
from exambank.assembly import service
from exambank.assembly.models import PaperSet
from exambank.assembly.rules.whole import ChosenItem
from exambank.assembly.service import SealChoice
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from tests.assembly.factories import fill_bank
from tests.assembly.test_lots import PDF_BODY, accepted_items, write_paper
from tests.people import actor_of


def bytes_of_database() -> bytes:
    connection = db.session.connection().connection.driver_connection
    return "\n".join(connection.iterdump()).encode()


def test_codes_hold_the_same_questions_in_other_orders_and_nothing_of_it_is_readable(app, people):
    fill_bank(people, 8)
    paper_set = write_paper(people, "Đề A", codes=3)
    layouts = service.layouts_of(paper_set)
    assert list(layouts) == ["101", "102", "103"]
    orders = [[question["version"] for question in layout] for layout in layouts.values()]
    assert len({frozenset(order) for order in orders}) == 1
    assert len({tuple(order) for order in orders}) > 1
    assert [(paper.question_count, paper.total_points, paper.layout) for paper in paper_set.papers] == [(3, 3, [])] * 3
    assert (paper_set.source, paper_set.state, paper_set.seed) == ("whole", "dealt", None)
    assert b"seed of" not in bytes_of_database()
    assert len(paper_set.report["papers"]) == 3


def test_the_same_click_twice_stores_one_paper(app, people):
    fill_bank(people, 8)
    assert write_paper(people, "Đề A") == write_paper(people, "Đề A")
    assert db.session.query(PaperSet).count() == 1


def test_what_cannot_be_a_paper_is_refused_in_words(app, people):
    fill_bank(people, 8)
    chosen = accepted_items(people, 2)
    common = {
        "actor": actor_of(people.lecturer), "now": clock.now(), "course_module": people.module, "seed": "s",
    }  # fmt: skip
    for values in (
        {"name": " ", "chosen": chosen},
        {"name": "x", "chosen": []},
        {"name": "x", "chosen": [*chosen, ChosenItem("00000000-0000-7000-8000-000000000000")]},
        {"name": "x", "chosen": chosen, "codes": 99},
    ):
        with pytest.raises(InvalidInput):
            service.write_whole(**common, **values)
    items = [db.session.query(Item).filter_by(public_id=one.item).one() for one in chosen]
    bank.make_enemies(actor=actor_of(people.quality), now=clock.now(), first=items[0], second=items[1])
    with pytest.raises(InvalidInput, match=items[0].code):
        service.write_whole(**common, name="x", chosen=chosen)
    assert db.session.query(PaperSet).count() == 0


def bring(people, body=PDF_BODY, key=None):
    return service.bring_paper(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Đề tự luận", code="01",
        question_count=2, total_points=Decimal(10), paper=service.BroughtFile("C:\\đề.pdf", body), key=key,
    )  # fmt: skip


def test_a_brought_file_and_its_key_come_back_as_they_were_until_the_seal_closes(app, people):
    paper_set = bring(people, key=service.BroughtFile("đáp án.pdf", PDF_BODY + b"\n"))
    quality = actor_of(people.quality)

    def look(which):
        return service.look_into_file(actor=quality, now=clock.now(), paper_set=paper_set, which=which)

    assert look("paper") == ("đề.pdf", "application/pdf", PDF_BODY)
    assert look("key") == ("đáp án.pdf", "application/pdf", PDF_BODY + b"\n")
    assert bring(people).public_id != paper_set.public_id  # without its key it is another paper
    assert b"%PDF" not in bytes_of_database()
    service.approve_papers(
        actor=actor_of(people.head), now=clock.now(), paper_set=paper_set, seal=SealChoice("clock", opens_at=None)
    )
    with pytest.raises(StateConflict):
        look("paper")


def test_a_file_that_is_no_paper_is_refused_before_anything_is_stored(app, people):
    with pytest.raises(InvalidInput):
        bring(people, body=b"MZ program")
    with pytest.raises(InvalidInput):
        bring(people, key=service.BroughtFile("key.pdf", b""))
    assert db.session.query(PaperSet).count() == 0


def test_the_search_shows_accepted_items_of_the_module_alone(app, people):
    fill_bank(people, 22)
    found, total = service.find_items(people.module, bank.Filters())
    assert (len(found), total) == (20, 22)
    chosen = [one.item for one in accepted_items(people, 3)]
    assert [one.public_id for one in service.find_chosen(people.module, chosen[::-1])] == chosen[::-1]
