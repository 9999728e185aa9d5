"""Kin through the service: found while typing, by the search through a bank, on import; merged, kept apart."""

import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bench import twins
from exambank import clock, jobs
from exambank.bank import service
from exambank.bank.models import (
    ItemBand,
    ItemFingerprint,
    KinshipPair,
    KinshipSearch,
)
from exambank.bank.service.kinship import search as searching
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.jobs import Job
from tests.bank.factories import FOUR, make_content, make_draft, png
from tests.people import actor_of

STEM = "Nhiệm vụ chủ yếu của chi bộ trong công tác hòa giải năm 2025 là gì?"
OTHER = "Cơ quan nào ban hành quy chế làm việc của ủy ban kiểm tra huyện?"
OTHER_OPTIONS = [("Ban thường vụ huyện ủy", True), ("Chi bộ văn phòng", False), ("Hội đồng nhân dân xã", False)]


def given(user) -> dict:
    return {"actor": actor_of(user), "now": clock.now()}


def kin_of_text(people, stem=STEM, options=FOUR, **values):
    content = make_content(options=options)
    return service.find_kin(course_module=people.module, kind="single_choice", stem=stem, content=content, **values)


def search_whole_bank(people):
    search = service.start_search(**given(people.lecturer), course_module=people.module)
    jobs.run_due()
    return service.get_search(search.public_id)


def pairs_of(people) -> set[tuple[int, int]]:
    rows = select(KinshipPair.first_id, KinshipPair.second_id).where(KinshipPair.course_module_id == people.module.id)
    return {tuple(row) for row in db.session.execute(rows)}


# --- while typing ---


def test_a_text_finds_its_twin_and_says_what_differs(any_app, people):
    item = make_draft(people, stem=STEM)
    make_draft(people, stem=OTHER, options=OTHER_OPTIONS)
    found = kin_of_text(people, STEM.replace("hòa", "hoà").upper(), FOUR[::-1])
    assert [kin.item.id for kin in found] == [item.id]
    assert found[0].likeness == 1
    assert found[0].is_same
    assert found[0].kinds == ("order", "spelling")
    assert "hòa" in found[0].words.casefold()


def test_another_number_is_shown_as_another_number(app, people):
    make_draft(people, stem=STEM)
    (found,) = kin_of_text(people, STEM.replace("2025", "2026"))
    assert not found.is_same
    assert found.kinds == ("number",)
    assert "2025" in found.words


def test_an_item_is_not_its_own_kin_and_other_banks_are_not_searched(app, people):
    item = make_draft(people, stem=STEM)
    assert kin_of_text(people, exclude=item) == []
    content = make_content()
    values = {"kind": "single_choice", "stem": STEM, "content": content}
    assert service.find_kin(course_module=people.other_module, **values) == []


def test_a_saved_edit_is_found_by_its_new_text_only(any_app, people):
    item = make_draft(people, stem=STEM)
    version = service.get_newest_version(item)
    service.revise_item(
        **given(people.lecturer), item=item, base=version.public_id, revision=version.revision, stem=OTHER,
        content=make_content(options=OTHER_OPTIONS),
    )  # fmt: skip
    assert kin_of_text(people) == []
    assert [kin.item.id for kin in kin_of_text(people, OTHER, OTHER_OPTIONS)] == [item.id]


def test_the_picture_decides(any_app, people):
    add = {**given(people.lecturer), "course_module": people.module, "name": "a.png"}
    one, other = service.add_picture(**add, body=png()), service.add_picture(**add, body=png(9, 9))
    item = make_draft(people, stem=STEM, media=one)
    assert [kin.item.id for kin in kin_of_text(people, picture=one)] == [item.id]
    assert kin_of_text(people, picture=other) == []
    assert kin_of_text(people) == []
    assert [kin.item.id for kin in kin_of_text(people, picture="A.png")] == [item.id]  # named, not delivered yet


def test_true_false_items_are_not_alike_by_their_two_options(app, people):
    options = [("Đúng", True), ("Sai", False)]
    make_draft(people, kind="true_false", stem="Chi bộ họp mỗi tháng một lần.", options=options)
    content = make_content("true_false", options)
    values = {"course_module": people.module, "kind": "true_false", "content": content}
    assert service.find_kin(**values, stem="Hội đồng nhân dân họp mỗi năm hai kỳ.") == []
    assert service.find_kin(**values, stem="Chi bộ họp mỗi tháng một lần!")[0].is_same


# --- older banks ---


def test_a_bank_without_fingerprints_gets_them_in_batches(any_app, people):
    ids = [make_draft(people, stem=f"{STEM} {number}").id for number in range(3)]
    with unit_of_work() as session:
        for table in (ItemBand, ItemFingerprint):
            session.query(table).delete()
    assert kin_of_text(people) == []
    assert service.list_banks_to_fill() == [people.module.id]
    assert service.fill_fingerprints(people.module.id) == 3
    assert service.fill_fingerprints(people.module.id) == 0
    assert service.list_banks_to_fill() == []
    assert {kin.item.id for kin in kin_of_text(people)} <= set(ids)


# --- the search ---


def test_planted_twins_are_found_and_nothing_else(any_app, people):
    rng = random.Random(7)
    items = twins.make_items(rng, 60)
    edits = twins.plant(rng, items, 10)
    add = {**given(people.lecturer), "course_module": people.module}
    ids = service.add_drafts(**add, drafts=[made.draft() for made in items])
    twin_ids = service.add_drafts(**add, drafts=[edit.made.draft() for edit in edits])
    search = search_whole_bank(people)
    planted = {(ids[edit.of], twin) for edit, twin in zip(edits, twin_ids, strict=True)}
    assert (search.state, search.done, search.total) == ("done", 70, 70)
    assert pairs_of(people) == planted
    assert search.found == len(planted)
    same = {compared.is_same for compared in service.list_pairs(people.module).items}
    assert same == {True, False}


def test_two_workers_on_one_search_find_everything_once(any_app, people):
    rng = random.Random(3)
    items = twins.make_items(rng, 130)
    items += [edit.made for edit in twins.plant(rng, items, 5)]
    service.add_drafts(**given(people.lecturer), course_module=people.module, drafts=[made.draft() for made in items])
    search = service.start_search(**given(people.lecturer), course_module=people.module)
    public_id, failures = search.public_id, []
    db.session.rollback()

    def work():
        with any_app.app_context():
            try:
                while service.search_step(public_id):
                    pass
            except Exception as error:  # told by the assertion below
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    service.run_search(public_id)  # a worker that lost the race leaves; whoever comes next finishes
    found = service.get_search(public_id)
    db.session.refresh(found)
    assert (found.state, found.done, found.found) == ("done", 135, 5)
    assert len(pairs_of(people)) == 5


def test_a_batch_compared_twice_is_kept_once(any_app, people):
    first, second = make_draft(people, stem=STEM), make_draft(people, stem=STEM)
    search = service.start_search(**given(people.lecturer), course_module=people.module)
    ids = [first.id, second.id]
    pairs = searching.compare_items(people.module.id, ids)
    assert searching._keep(search.public_id, 0, ids, pairs)
    assert not searching._keep(search.public_id, 0, ids, pairs)
    db.session.refresh(search)
    assert (search.done, search.found) == (2, 1)


def test_a_search_whose_worker_died_goes_on_where_it_was(any_app, people, monkeypatch):
    monkeypatch.setattr(searching, "BATCH", 2)
    for number in range(5):
        make_draft(people, stem=STEM if number % 2 else f"{OTHER} {number}")
    search = service.start_search(**given(people.lecturer), course_module=people.module)
    assert service.search_step(search.public_id)
    with unit_of_work() as session:  # the worker took the job and died with it
        session.execute(
            update(Job)
            .where(Job.event == "kinship.search")
            .values(state="running", attempts=1, lease_until=clock.now() + timedelta(minutes=10))
        )
    jobs.run_due()
    db.session.refresh(search)
    assert (search.state, search.done) == ("running", 2)
    clock.shift(timedelta(minutes=11))
    jobs.run_due()
    db.session.refresh(search)
    assert (search.state, search.done) == ("done", 5)
    assert search.found == len(pairs_of(people))


def test_a_search_in_hand_is_not_started_twice_and_can_be_stopped(app, people):
    make_draft(people)
    search = service.start_search(**given(people.lecturer), course_module=people.module)
    assert service.start_search(**given(people.head), course_module=people.module).id == search.id
    service.stop_search(**given(people.head), search=search)
    jobs.run_due()
    db.session.refresh(search)
    assert (search.state, search.done) == ("stopped", 0)
    with pytest.raises(StateConflict):
        service.stop_search(**given(people.head), search=search)
    assert db.session.scalar(select(func.count()).select_from(KinshipSearch)) == 1


def test_a_dismissed_pair_stays_dismissed_and_a_rewritten_one_goes(app, people):
    first, second, third = (make_draft(people, stem=STEM) for _ in range(3))
    search_whole_bank(people)
    assert len(pairs_of(people)) == 3
    service.dismiss_kin(**given(people.lecturer), first=first, second=second)
    version = service.get_newest_version(third)
    service.revise_item(
        **given(people.lecturer), item=third, base=version.public_id, revision=version.revision, stem=OTHER,
        content=make_content(options=OTHER_OPTIONS),
    )  # fmt: skip
    search_whole_bank(people)
    assert pairs_of(people) == {(first.id, second.id)}
    assert service.count_open_pairs(people.module) == 0
    assert service.kin_of(first).near == []
    service.reopen_kin(**given(people.lecturer), first=second, second=first)
    assert service.count_open_pairs(people.module) == 1


def test_what_was_named_enemies_or_variants_elsewhere_is_not_proposed(any_app, people):
    items = [make_draft(people, stem=STEM) for _ in range(3)]
    make = {**given(people.lecturer), "course_module": people.module}
    service.write_enemy_set(**make, items=items[:2])
    service.write_variant_group(**make, items=items[1:])
    search_whole_bank(people)
    (compared,) = service.list_pairs(people.module).items
    assert {compared.first.item_id, compared.second.item_id} == {items[0].id, items[2].id}
    assert [kin.item.id for kin in service.kin_of(items[0]).near] == [items[2].id]
    assert service.kin_of(items[1]).near == []
