"""What people decide on items that are alike: merges by their table, enemies and variants."""

import pytest

from exambank import clock
from exambank.bank import service
from exambank.bank.models import EnemySet, Item, ItemStatistic, ItemVersion, VariantGroup
from exambank.bank.rules import kinship_acts
from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from tests.bank.factories import make_accepted, make_draft, make_review
from tests.bank.test_kinship_service import OTHER, OTHER_OPTIONS, STEM, given, kin_of_text
from tests.people import actor_of

# --- merging ---


def test_a_merge_keeps_the_history_of_the_one_that_goes(any_app, people):
    lives, goes = make_accepted(people, stem=STEM), make_accepted(people, stem=STEM)
    versions = [item.accepted_version_id for item in (lives, goes)]
    service.record_use([versions[1]], "01999999-9999-7999-8999-000000000001", clock.now())
    for at, version_id in enumerate(versions):
        row = {"item_version_id": version_id, "n": 40, "difficulty": 0.5 + at * 0.2}
        service.record_statistics(f"run-{at}", f"exam-{at}", [row], clock.now())
    service.merge_items(**given(people.quality), lives=lives, goes=goes)
    goes = service.get_item(goes.public_id)
    assert (goes.state, goes.merged_into_id, goes.accepted_version_id) == ("retired", lives.id, None)
    assert db.session.get(ItemVersion, versions[1]).state == "retired"
    assert db.session.query(ItemStatistic).count() == 2
    kin = service.kin_of(service.get_item(lives.public_id))
    (twin,) = kin.twins
    assert (twin.item.code, twin.papers, twin.pooled.n) == (goes.code, 1, 40)
    assert (kin.pooled.n, kin.pooled.exams) == (80, 2)
    assert kin.pooled.difficulty == pytest.approx(0.6)
    assert service.kin_of(goes).merged_into.id == lives.id
    assert [found.item.id for found in kin_of_text(people)] == [lives.id]
    assert [one.item_id for one in service.list_pool(people.module.id)] == [lives.id]


def test_twins_of_a_merged_item_follow_it(app, people):
    first, second, third = (make_draft(people, stem=STEM) for _ in range(3))
    service.merge_items(**given(people.lecturer), lives=second, goes=third)
    service.merge_items(**given(people.lecturer), lives=first, goes=second)
    assert [twin.item.id for twin in service.kin_of(first).twins] == [second.id, third.id]


def test_enemies_and_variants_pass_to_the_one_that_lives_on(app, people):
    lives, goes = make_draft(people, stem=STEM), make_draft(people, stem=STEM)
    third = make_draft(people, stem=OTHER, options=OTHER_OPTIONS)
    make = {**given(people.lecturer), "course_module": people.module}
    service.write_enemy_set(**make, items=[goes, third])
    service.write_enemy_set(**make, items=[goes, lives])
    service.write_variant_group(**make, items=[goes, third], name="Nhóm 1")
    plan = service.preview_merge(actor=actor_of(people.lecturer), lives=lives, goes=goes)
    assert (plan.refusal, plan.enemy_sets, plan.group.name, plan.warnings) == ("", 2, "Nhóm 1", ())
    service.merge_items(**given(people.lecturer), lives=lives, goes=goes)
    (kept,) = service.list_enemy_sets(people.module)
    assert {member.item_id for member in kept.members} == {lives.id, third.id}
    assert {item.id for item in service.list_variants(service.list_variant_groups(people.module)[0][0])} == {
        lives.id, third.id,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lives", "goes", "user", "is_done"),
    [
        (make_draft, make_draft, "lecturer", True),
        (make_accepted, make_draft, "lecturer", True),
        (make_accepted, make_accepted, "quality", True),
        (make_accepted, make_accepted, "lecturer", False),  # takes an item out of use: needs the right to retire
        (make_draft, make_accepted, "quality", False),
        (make_accepted, make_review, "quality", False),
        (make_review, make_draft, "lecturer", True),
    ],
)
def test_who_may_merge_what(app, people, lives, goes, user, is_done):
    lives, goes = lives(people, stem=STEM), goes(people, stem=STEM)
    plan = service.preview_merge(actor=actor_of(getattr(people, user)), lives=lives, goes=goes)
    assert (plan.refusal == "") is is_done
    if is_done:
        service.merge_items(**given(getattr(people, user)), lives=lives, goes=goes)
        assert goes.merged_into_id == lives.id
    else:
        with pytest.raises(StateConflict):
            service.merge_items(**given(getattr(people, user)), lives=lives, goes=goes)
        assert db.session.get(Item, goes.id).merged_into_id is None


def test_a_merged_item_is_not_merged_again_and_none_lives_on_in_a_retired_one(app, people):
    first, second, third = (make_draft(people, stem=STEM) for _ in range(3))
    service.merge_items(**given(people.lecturer), lives=first, goes=second)
    for lives, goes in ((third, second), (second, third)):
        with pytest.raises(StateConflict):
            service.merge_items(**given(people.lecturer), lives=lives, goes=goes)


STATES = ("draft", "review", "accepted", "suspended", "retired")


def test_the_table_of_merges_is_complete_and_never_loses_an_item_in_use():
    for lives in STATES:
        for goes in STATES:
            refusal = kinship_acts.merge_refusal(
                lives=lives, goes=goes, is_in_review=goes == "review", kinds=("a", "a"), has_same_picture=True,
                is_merged=False,
            )  # fmt: skip
            if lives == "retired" or goes == "review":
                assert refusal
            if goes == "accepted" and lives != "accepted":
                assert refusal
            if (lives, goes) in (("draft", "draft"), ("accepted", "accepted"), ("accepted", "retired")):
                assert refusal == ""


# --- enemies and variants ---


def test_enemies_and_variants_reach_the_pool(any_app, people):
    items = [make_accepted(people, stem=f"{OTHER} {number}") for number in range(4)]
    make = {**given(people.lecturer), "course_module": people.module}
    service.write_enemy_set(**make, items=items[:2], reason="Câu sau nêu đáp án câu trước")
    service.write_variant_group(**make, items=items[2:])
    pool = {one.item_id: one for one in service.list_pool(people.module.id)}
    assert pool[items[0].id].enemies == {items[1].id}
    assert pool[items[2].id].enemies == frozenset()
    assert kinship_acts.forbidden_pairs(pool.values()) == {(items[0].id, items[1].id), (items[2].id, items[3].id)}
    assert list(kinship_acts.variant_groups(pool.values()).values()) == [frozenset({items[2].id, items[3].id})]


def test_a_set_is_changed_and_dissolved(any_app, people):
    items = [make_draft(people, stem=f"{OTHER} {number}") for number in range(3)]
    make = {**given(people.lecturer), "course_module": people.module}
    enemy_set = service.write_enemy_set(**make, items=items[:2])
    service.revise_enemy_set(**given(people.head), enemy_set=enemy_set, items=items[1:], reason=" Vì  sao ")
    assert {member.item_id for member in enemy_set.members} == {items[1].id, items[2].id}
    assert enemy_set.reason == "Vì sao"
    group = service.write_variant_group(**make, items=items[:2], name="Nhóm")
    service.revise_variant_group(**given(people.head), group=group, items=items, name="Nhóm 2")
    assert [item.id for item in service.list_variants(group)] == [item.id for item in items]
    service.dissolve_enemy_set(**given(people.head), enemy_set=enemy_set)
    service.dissolve_variant_group(**given(people.head), group=group)
    assert db.session.query(EnemySet).count() == db.session.query(VariantGroup).count() == 0
    assert db.session.get(Item, items[0].id).variant_group_id is None


def test_what_makes_no_set(app, people):
    item, retired = make_draft(people, stem=STEM), make_draft(people, stem=OTHER)
    strange = make_draft(people, stem="Câu của ngân hàng khác?", course_module=people.other_module, topic=None)
    service.retire_item(**given(people.quality), item=retired, reason="Sai")
    make = {**given(people.lecturer), "course_module": people.module}
    for items in ([item], [item, item], [item, retired], [item, strange]):
        with pytest.raises(InvalidInput):
            service.write_enemy_set(**make, items=items)
        with pytest.raises(InvalidInput):
            service.write_variant_group(**make, items=items)
    assert db.session.query(EnemySet).count() == 0


def test_an_item_belongs_to_one_group_of_variants(app, people):
    items = [make_draft(people, stem=f"{OTHER} {number}") for number in range(4)]
    make = {**given(people.lecturer), "course_module": people.module}
    service.write_variant_group(**make, items=items[:2])
    with pytest.raises(InvalidInput, match=items[1].code):
        service.write_variant_group(**make, items=items[1:3])
    service.make_variants(**given(people.lecturer), first=items[1], second=items[2])  # comes into the group
    assert items[2].variant_group_id == items[0].variant_group_id


def test_codes_are_read_as_people_type_them(app, people):
    items = [make_draft(people, stem=f"{OTHER} {number}") for number in range(2)]
    typed = f" {items[1].code.lower()}, 1;\n 999  zzz"
    assert service.read_codes(people.module, typed) == ([items[1], items[0]], ["999", "zzz"])


def test_a_colleague_does_not_merge_away_the_draft_of_another(any_app, people):
    """It would be retired: that is for its author, and for whoever may edit or retire it."""
    mine, theirs = make_draft(people, stem=STEM, author=people.other_lecturer), make_draft(people, stem=STEM)
    with pytest.raises(StateConflict):
        service.merge_items(**given(people.other_lecturer), lives=mine, goes=theirs)
    assert service.get_item(theirs.public_id).state == "draft"
    service.merge_items(**given(people.head), lives=mine, goes=theirs)


def test_the_one_that_lives_on_counts_the_papers_of_the_one_that_went(any_app, people):
    """Whoever sat those papers knows the question: exposure and "never used" go by it."""
    lives, goes, later = (make_accepted(people, stem=STEM) for _ in range(3))
    papers = [f"01999999-9999-7999-8999-00000000000{number}" for number in range(4)]
    service.record_use([goes.accepted_version_id, lives.accepted_version_id], papers[0], clock.now())
    service.record_use([goes.accepted_version_id], papers[1], clock.now())
    gone_version = goes.accepted_version_id
    service.merge_items(**given(people.quality), lives=lives, goes=goes)
    lives = service.get_item(lives.public_id)
    assert (lives.use_count, lives.last_used_at is not None) == (2, True)
    service.record_use([gone_version], papers[2], clock.now())  # a paper dealt before the merge, approved after it
    db.session.expire_all()
    assert service.get_item(lives.public_id).use_count == 3
    assert service.refresh_figures(people.module.id) == 0
    service.merge_items(**given(people.quality), lives=later, goes=service.get_item(lives.public_id))
    db.session.expire_all()
    assert service.get_item(later.public_id).use_count == 3


@pytest.mark.parametrize("act", ["merged", "enemies", "variants"])
def test_not_the_same_is_not_said_of_what_was_decided_otherwise(any_app, people, act):
    first, second = make_draft(people, stem=STEM), make_draft(people, stem=STEM)
    user, both = given(people.lecturer), {"first": first, "second": second}
    if act == "merged":
        service.merge_items(**user, lives=first, goes=second)
    else:
        {"enemies": service.make_enemies, "variants": service.make_variants}[act](**user, **both)
    with pytest.raises(StateConflict):
        service.dismiss_kin(**user, **both)
    assert service.get_comparison(first.public_id, second.public_id).pair.state == act
    if act == "enemies":
        service.dissolve_enemy_set(**user, enemy_set=service.list_enemy_sets(people.module)[0])
        assert service.dismiss_kin(**user, **both).state == "dismissed"
