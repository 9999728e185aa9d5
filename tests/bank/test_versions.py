"""Versions: any two side by side, an older text brought back as a new draft, a draft set aside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import clock
from exambank.bank import rules, service
from exambank.bank.interactions.base import Part
from exambank.db import db
from exambank.errors import NotFound, StateConflict
from tests.bank.factories import make_accepted, make_content, make_draft, make_review, png
from tests.bank.test_review import decide, revise, submit
from tests.people import actor_of


def part(anchor, html, is_key=None, note="", label=""):
    return Part(anchor, label or anchor, html, is_key, note)


def test_parts_are_compared_by_their_anchors_whatever_the_kind():
    old = [part("stem", "Chi bộ <b>phải</b> làm gì?"), part("option:a", "Cảnh cáo", True), part("option:b", "Khai trừ", False),
           part("rubric:x", "Nêu đúng", note="0,5 điểm")]  # fmt: skip
    new = [part("stem", "Chi bộ phải làm gì?"), part("option:a", "Khiển trách", False), part("option:c", "Mới", True),
           part("rubric:x", "Nêu đúng", note="1 điểm")]  # fmt: skip
    changes = {one.anchor: one for one in rules.compare_parts(old, new)}
    assert {anchor: one.kind for anchor, one in changes.items()} == {
        "stem": "changed", "option:a": "changed", "option:b": "removed", "option:c": "added", "rubric:x": "changed",
    }  # fmt: skip
    assert changes["stem"].is_reformatted
    assert [one.kind for one in changes["option:a"].old] == ["removed"]
    assert [one.kind for one in changes["option:a"].new] == ["added"]
    assert (changes["option:a"].was_key, changes["option:a"].is_key) == (True, False)
    assert (changes["rubric:x"].old_note, changes["rubric:x"].new_note) == ("0,5 điểm", "1 điểm")
    assert [one.anchor for one in rules.compare_parts(old, new)] == [
        "stem",
        "option:a",
        "option:b",
        "option:c",
        "rubric:x",
    ]


PARTS = st.lists(st.tuples(st.sampled_from("abcdef"), st.text(max_size=20)), max_size=6, unique_by=lambda row: row[0])


@given(PARTS, PARTS)
def test_a_comparison_holds_every_part_of_both_once(old, new):
    found = rules.compare_parts(
        [part(key, rules.html_from_text(words)) for key, words in old],
        [part(key, rules.html_from_text(words)) for key, words in new],
    )
    assert sorted(one.anchor for one in found) == sorted({key for key, _words in old} | {key for key, _words in new})
    assert [one.anchor for one in found if one.new_label is not None] == [key for key, _words in new]
    for one in found:
        words = dict(new).get(one.anchor, "")
        assert "".join(change.text for change in one.new) == rules.plain_text(rules.html_from_text(words))


def test_the_same_text_at_another_place_is_told_as_moved():
    found = rules.compare_parts([part("option:a", "x", label="A")], [part("option:a", "x", label="B")])
    assert [one.kind for one in found] == ["moved"]


# --- an older text comes back ---


def restore(who, item, number):
    return service.restore_version(actor=actor_of(who), now=clock.now(), item=item, number=number)


def with_two_versions(people):
    item = make_accepted(people)
    revise(people, item, "Bản hai hỏi gì?")
    submit(people, item)
    decide(people.quality, item)
    return item


def test_an_older_text_comes_back_as_a_new_draft_and_goes_through_review(any_app, people):
    item = with_two_versions(people)
    third = restore(people.head, item, 1)
    first = service.list_versions(item)[-1]
    assert (third.number, third.state, third.restored_from, third.stem) == (3, "draft", 1, first.stem)
    assert third.content == first.content
    assert service.list_pool(people.module.id)[0].version_id == item.accepted_version_id != third.id
    submit(people, item, people.head)
    for writer in (people.head, people.lecturer):
        with pytest.raises(StateConflict):
            decide(writer, item)
    assert decide(people.quality, item).number == 3
    assert item.accepted_version_id == third.id


def test_a_draft_in_hand_is_set_aside_and_its_text_stays(any_app, people):
    item = with_two_versions(people)
    draft = revise(people, item, "Bản ba đang viết gì?")
    fourth = restore(people.lecturer, item, 1)
    assert (draft.state, draft.stem, fourth.number) == ("discarded", "Bản ba đang viết gì?", 4)
    assert item.current_version_id == fourth.id


def test_what_cannot_come_back_is_refused(app, people):
    item = with_two_versions(people)
    for number in (2, 9):
        with pytest.raises(NotFound):
            restore(people.lecturer, item, number)
    restore(people.lecturer, item, 1)
    with pytest.raises(StateConflict):
        restore(people.lecturer, item, 1)
    submit(people, item)
    with pytest.raises(StateConflict):
        restore(people.lecturer, item, 2)


def test_a_draft_beside_an_accepted_text_is_given_up(any_app, people):
    item = make_accepted(people)
    draft = revise(people, item)
    kept = service.discard_draft(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    assert (kept.number, item.current_version_id, item.state, draft.state) == (1, kept.id, "accepted", "discarded")
    assert revise(people, item, "Lại sửa thế nào?").number == 3
    lone = make_draft(people, stem="Câu nháp hỏi gì?")
    with pytest.raises(StateConflict):
        service.discard_draft(actor=actor_of(people.lecturer), now=clock.now(), item=lone)


# --- through HTTP ---


def test_any_two_versions_stand_side_by_side(people, sign_in):
    item = with_two_versions(people)
    revise(people, item, "Bản ba hỏi điều gì?")
    client, url = sign_in(people.lecturer), f"/bank/items/{item.public_id}/history"
    page = client.get(url).text
    assert "Bản" in page
    assert "<ins>" in page
    assert "<del>" in page
    first = client.get(f"{url}?old=1&new=3").text
    assert "nguyên tắc" in first
    for query in ("?old=1&new=1", "?old=99&new=x", "?old=3&new=1"):
        assert client.get(url + query).status_code == 200
    done = client.post(f"/bank/items/{item.public_id}/restore", data={"version": "1"})
    assert done.status_code == 302
    db.session.expire_all()
    assert service.get_newest_version(item).restored_from == 1
    assert client.post(f"/bank/items/{item.public_id}/restore", data={"version": "x"}).status_code in (400, 422)
    assert sign_in(people.other_lecturer).post(f"/bank/items/{item.public_id}/restore").status_code == 404


def test_the_page_of_an_item_shows_what_is_in_force_and_the_draft(people, sign_in):
    item = make_accepted(people)
    revise(people, item, "Bản hai đang viết gì?")
    client = sign_in(people.lecturer)
    page = client.get(f"/bank/items/{item.public_id}").text
    assert "Bản hai đang viết gì?" in page
    in_force = client.get(f"/bank/items/{item.public_id}?version=1").text
    assert "Đảng tổ chức theo nguyên tắc cơ bản nào?" in in_force
    assert "Bản hai đang viết gì?" not in in_force
    assert client.post(f"/bank/items/{item.public_id}/discard").status_code == 302
    assert service.get_item(item.public_id).current_version_id == service.get_item(item.public_id).accepted_version_id


def test_pictures_of_two_versions_stand_beside_each_other(people, sign_in):
    actor, now = actor_of(people.lecturer), clock.now()
    media = service.add_picture(
        actor=actor, now=now, course_module=people.module, name="a.png", body=png(), alt="Sơ đồ tổ chức"
    )
    item = make_accepted(people, media=media)
    revise(people, item)
    page = sign_in(people.lecturer).get(f"/bank/items/{item.public_id}/history").text
    assert page.count(f"/bank/pictures/{media.public_id}") == 1
    assert 'alt="Sơ đồ tổ chức"' in page


@pytest.mark.parametrize("kind", ["multiple_choice", "true_false_cluster"])
def test_kinds_with_other_scoring_are_compared(people, sign_in, kind):
    item = make_accepted(people, kind=kind, content=make_content(kind))
    revise(people, item)
    assert sign_in(people.lecturer).get(f"/bank/items/{item.public_id}/history").status_code == 200


def test_a_text_that_was_sent_back_stays_as_it_was_read_and_the_edit_becomes_the_next_version(any_app, people):
    item = make_review(people, stem="Câu hỏi gửi lần đầu?")
    service.decide_review(
        actor=actor_of(people.quality), now=clock.now(), item=item, approve=False, comment="Cần viết rõ hơn."
    )
    sent_back = service.get_newest_version(item)
    revised = revise(people, item, "Câu hỏi viết rõ hơn?", who=people.other_lecturer)
    assert (sent_back.state, revised.state, revised.number) == ("returned", "draft", sent_back.number + 1)
    assert "gửi lần đầu" in sent_back.stem
    again = revise(people, item, "Câu hỏi viết rõ hơn nữa?", who=people.other_lecturer)
    assert again.id == revised.id
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    assert not service.may_decide(actor_of(people.other_lecturer), service.get_newest_version(item))
    assert not service.may_decide(actor_of(people.lecturer), service.get_newest_version(item))
    assert service.may_decide(actor_of(people.quality), service.get_newest_version(item))
