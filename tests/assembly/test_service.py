"""Blueprints and papers on both databases: fixed once used, dealt repeatably, approved by a second person."""

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from exambank import audit, clock
from exambank.assembly import service
from exambank.assembly.models import ExamPaper
from exambank.assembly.rules import CellSpec
from exambank.bank import service as bank
from exambank.bank.models import ItemUse
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint, make_cells, make_paper_set
from tests.people import actor_of


def verbs_of(thing):
    return [event.verb for event in audit.list_for(thing)]


def test_a_blueprint_keeps_its_cells_in_order_and_is_recorded(any_app, people):
    blueprint = make_blueprint(people)
    assert service.specs_of(service.get_blueprint(blueprint.public_id)) == make_cells(people)
    assert verbs_of(blueprint) == ["blueprint.written"]


def test_a_draft_is_revised_and_a_used_blueprint_is_not(any_app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    fewer = [CellSpec(count=2, points=Decimal("0.5"))]
    values = {"actor": actor_of(people.lecturer), "now": clock.now(), "blueprint": blueprint}
    service.revise_blueprint(**values, name="Bản 2", cells=fewer)
    assert service.specs_of(service.get_blueprint(blueprint.public_id)) == fewer
    make_paper_set(people, blueprint=blueprint)
    with pytest.raises(StateConflict):
        service.revise_blueprint(**values, name="Bản 3", cells=make_cells(people))
    assert service.specs_of(service.get_blueprint(blueprint.public_id)) == fewer


def test_a_copy_of_a_used_blueprint_is_a_draft_again(any_app, people):
    fill_bank(people)
    blueprint = make_paper_set(people).blueprint
    copy = service.copy_blueprint(actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint)
    assert (copy.state, blueprint.state) == ("draft", "used")
    assert service.specs_of(copy) == service.specs_of(blueprint)


def test_a_retired_blueprint_leaves_the_list(any_app, people):
    blueprint = make_blueprint(people)
    lecturer = actor_of(people.lecturer)
    assert service.list_blueprints(lecturer) == [blueprint]
    assert service.list_blueprints(actor_of(people.stranger)) == []
    service.retire_blueprint(actor=lecturer, now=clock.now(), blueprint=blueprint)
    assert service.list_blueprints(lecturer) == []
    assert service.list_blueprints(lecturer, with_retired=True) == [blueprint]


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [CellSpec(count=0)],
        [CellSpec(count=1, points=Decimal(0))],
        [CellSpec(count=1, tag="a", not_tag="a")],
        [CellSpec(count=1, topic_id=10**6)],
        [CellSpec(count=1, kind="riddle")],
    ],
)
def test_cells_that_mean_nothing_are_refused(app, people, cells):
    with pytest.raises(InvalidInput):
        service.write_blueprint(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="x", cells=cells
        )
    assert service.list_blueprints(actor_of(people.lecturer)) == []


def test_twelve_wanted_and_eleven_there_is_said_in_one_sentence_and_nothing_is_dealt(any_app, people):
    fill_bank(people, 33)  # topics in turn: 11 of each
    blueprint = make_blueprint(people, [CellSpec(count=12, topic_id=people.topics[0].id)])
    found = service.check_feasibility(blueprint)
    assert not found.is_feasible
    assert [(one.wanted, one.available, one.missing) for one in found.cells] == [(12, 11, 1)]
    assert "12" in found.sentence
    assert "11" in found.sentence
    assert "Chương 1" in found.sentence
    with pytest.raises(InvalidInput, match="12"):
        make_paper_set(people, blueprint=blueprint)
    assert blueprint.state == "draft"
    assert db.session.execute(select(func.count()).select_from(ExamPaper)).scalar_one() == 0


def test_competing_cells_are_named_together(app, people):
    fill_bank(people, 30)
    cells = [
        CellSpec(count=8, topic_id=people.topics[0].id),
        CellSpec(count=8, level_id=people.levels[0].id),
    ]
    found = service.check_cells(people.module.id, cells)
    assert [(one.positions, one.wanted, one.available) for one in found.conflicts] == [((1, 2), 16, 10)]
    assert "1, 2" in found.sentence


def test_dealt_papers_fill_the_cells_with_recorded_seed_and_hash(any_app, people):
    fill_bank(people)
    paper_set = service.get_paper_set(make_paper_set(people, 4).public_id)
    assert [paper.code for paper in paper_set.papers] == ["101", "102", "103", "104"]
    layouts = service.layouts_of(paper_set)
    pool = {item.version_id: item for item in bank.list_pool(people.module.id)}
    versions = bank.get_versions(pool)
    for paper in paper_set.papers:
        assert paper.total_points == 10
        assert (paper.layout, paper.question_count) == ([], 10)
        ids = [question["version"] for question in layouts[paper.code]]
        assert len(set(ids)) == len(ids) == 10
        assert sum("điểm liệt" in pool[version_id].tags for version_id in ids) == 1
        for question in layouts[paper.code]:
            tokens = [option["token"] for option in versions[question["version"]].content["options"]]
            assert sorted(question["options"]) == sorted(tokens)
            assert question["points"] == "1"
    assert len(paper_set.snapshot_hash) == 64
    assert (paper_set.seed, service.content_of(paper_set).seed) == (None, "hạt giống")
    assert paper_set.seed_hash == hashlib.sha256("hạt giống".encode()).hexdigest()
    assert verbs_of(paper_set) == ["papers.dealt"]


def test_the_same_seed_deals_the_same_papers_and_another_seed_others(any_app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    first = make_paper_set(people, blueprint=blueprint)
    clock.shift(timedelta(minutes=2))
    again = make_paper_set(people, blueprint=blueprint)
    other = make_paper_set(people, blueprint=blueprint, seed="khác")
    assert first.snapshot_hash == again.snapshot_hash != other.snapshot_hash
    assert (first.name, again.name) == ("Ma trận cuối kỳ (1)", "Ma trận cuối kỳ (2)")


def test_a_second_click_deals_no_second_set(any_app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    make_paper_set(people, blueprint=blueprint)
    with pytest.raises(StateConflict):
        make_paper_set(people, blueprint=blueprint)
    assert len(service.list_paper_sets(blueprint)) == 1


def test_without_a_seed_each_deal_is_drawn_anew(app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    seeds = {make_paper_set(people, blueprint=blueprint, seed=None).seed_hash for _ in range(3)}
    assert len(seeds) == 3


@pytest.mark.parametrize("count", [0, -1, 501])
def test_an_impossible_number_of_papers_is_refused(app, people, count):
    with pytest.raises(InvalidInput):
        make_paper_set(people, count)


def test_papers_are_approved_by_a_second_person_only(any_app, people):
    fill_bank(people)
    paper_set = make_paper_set(people)
    with pytest.raises(StateConflict):
        service.approve_papers(actor=actor_of(people.quality), now=clock.now(), paper_set=paper_set)
    assert service.list_approved_sets(people.module.id) == []
    service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    assert (paper_set.state, paper_set.approved_by_id) == ("approved", people.head.id)
    assert service.list_approved_sets(people.module.id) == [paper_set]
    with pytest.raises(StateConflict):
        service.approve_papers(actor=actor_of(people.leader), now=clock.now(), paper_set=paper_set)
    uses = db.session.execute(select(func.count()).select_from(ItemUse)).scalar_one()
    assert uses == sum(len(paper.layout) for paper in paper_set.papers)


def test_papers_with_a_question_retired_since_cannot_be_approved(any_app, people):
    fill_bank(people)
    paper_set = make_paper_set(people)
    version = bank.get_versions([service.layouts_of(paper_set)["101"][0]["version"]]).popitem()[1]
    bank.retire_item(actor=actor_of(people.quality), now=clock.now(), item=version.item, reason="sai đáp án")
    with pytest.raises(StateConflict):
        service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    assert service.get_paper_set(paper_set.public_id).state == "dealt"


def test_papers_are_withdrawn_with_a_reason_until_they_belong_to_candidates(any_app, people):
    fill_bank(people)
    paper_set, other = make_approved_set(people), make_approved_set(people)
    quality = actor_of(people.quality)
    with pytest.raises(InvalidInput):
        service.withdraw_papers(actor=quality, now=clock.now(), paper_set=paper_set, reason=" ")
    service.withdraw_papers(actor=quality, now=clock.now(), paper_set=paper_set, reason="in nhầm")
    assert paper_set.state == "withdrawn"
    service.record_binding(other, now=clock.now())
    with pytest.raises(StateConflict):
        service.withdraw_papers(actor=quality, now=clock.now(), paper_set=other, reason="muộn")
    with pytest.raises(StateConflict):
        service.record_binding(paper_set, now=clock.now())


def test_every_look_into_a_paper_is_recorded(any_app, people):
    fill_bank(people)
    paper = service.get_paper(make_paper_set(people).papers[0].public_id)
    questions = service.look_into_paper(actor=actor_of(people.quality), now=clock.now(), paper=paper)
    service.look_into_paper(actor=actor_of(people.head), now=clock.now(), paper=paper)
    assert [question.number for question in questions] == list(range(1, 11))
    assert all(len(question.keys) == 1 for question in questions)
    assert all(len(question.view["options"]) == 4 for question in questions)
    assert verbs_of(paper) == ["paper.seen", "paper.seen"]


def test_waiting_sets_are_those_another_person_dealt(app, people):
    fill_bank(people)
    paper_set = make_paper_set(people)
    assert service.list_waiting_sets(actor_of(people.head)) == [paper_set]
    assert service.list_waiting_sets(actor_of(people.quality)) == []
    assert service.list_waiting_sets(actor_of(people.lecturer)) == []


def test_unknown_things_are_not_found(app, people):
    for get in (service.get_blueprint, service.get_paper_set, service.get_paper):
        with pytest.raises(NotFound):
            get("nobody")


@pytest.mark.parametrize("way", ["enemies", "variants"])
def test_papers_in_which_two_questions_meet_that_were_kept_apart_later_are_not_approved(any_app, people, way):
    fill_bank(people)
    paper_set = make_paper_set(people)
    versions = bank.get_versions({question["version"] for question in service.layouts_of(paper_set)["102"]})
    items = sorted((version.item for version in versions.values()), key=lambda item: item.code)[:2]
    act = {"actor": actor_of(people.lecturer), "now": clock.now(), "course_module": people.module, "items": items}
    if way == "enemies":
        bank.write_enemy_set(**act)
    else:
        bank.write_variant_group(**act, name="Một ô")
    approval = {"actor": actor_of(people.head), "now": clock.now(), "paper_set": paper_set}
    with pytest.raises(StateConflict, match=f"{items[0].code}.*{items[1].code}"):
        service.approve_papers(**approval)
    with pytest.raises(StateConflict) as told:  # who may not see the papers does not learn here who meets in them
        service.approve_papers(**approval | {"actor": actor_of(people.leader)})
    assert items[0].code not in told.value.message
    assert service.get_paper_set(paper_set.public_id).state == "dealt"
    assert db.session.scalar(select(func.count(ItemUse.id))) == 0
    service.withdraw_papers(
        actor=actor_of(people.quality), now=clock.now(), paper_set=paper_set, reason="hai câu không được gặp nhau"
    )
    again = make_paper_set(people, blueprint=paper_set.blueprint, seed="bốc lại")
    service.approve_papers(**{**approval, "paper_set": again})
    assert again.state == "approved"
