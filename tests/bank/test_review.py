"""Review: approvals of one very text by distinct people, comments on parts, a queue, suspending."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.bank import rules, service
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from tests.bank.factories import make_accepted, make_content, make_draft, make_drafts, make_review
from tests.people import actor_of


def need(people, approvals: int) -> None:
    service.change_settings(
        actor=actor_of(people.head), now=clock.now(), course_module=people.module, approvals_needed=approvals,
        review_months=12, reading_limit=60, change_limit=30, gate={},
    )  # fmt: skip


def decide(who, item, approve=True, comment=""):
    return service.decide_review(actor=actor_of(who), now=clock.now(), item=item, approve=approve, comment=comment)


def submit(people, item, who=None):
    return service.submit_for_review(actor=actor_of(who or people.lecturer), now=clock.now(), item=item)


def revise(people, item, stem="Câu dẫn đã sửa thế nào?", who=None):
    newest = service.get_newest_version(item)
    return service.revise_item(
        actor=actor_of(who or people.lecturer), now=clock.now(), item=item, base=newest.public_id,
        revision=newest.revision, stem=stem, content=newest.content, topic=item.topic, level=item.level,
    )  # fmt: skip


def remark(who, item, body="Nêu rõ hơn.", part="", **values):
    return service.write_comment(actor=actor_of(who), now=clock.now(), item=item, body=body, part=part, **values)


def settle(who, comment, **values):
    return service.settle_comment(actor=actor_of(who), now=clock.now(), comment=comment, **values)


# --- rules ---


DECISIONS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["approved", "returned"]), st.sampled_from(["a", "b"])), max_size=20
)


@given(DECISIONS, st.sets(st.integers(1, 4)))
def test_only_last_decisions_on_this_very_text_by_others_count(decisions, writers):
    approved = rules.count_approvals(decisions, "a", writers)
    assert not approved & writers
    for reviewer in approved:
        assert [what for who, what, text in decisions if who == reviewer and text == "a"][-1] == "approved"


def test_steps_of_an_item_are_a_table_with_a_permission_each():
    assert rules.refusal_of("suspend", "accepted", 1) is None
    assert rules.refusal_of("suspend", "draft", 1) == "wrong_state"
    assert rules.refusal_of("resume", "suspended", 1) is None
    assert all(step.needs_reason for step in rules.ITEM_STEPS.values())
    assert rules.item_state("draft", True, False, True) == "suspended"


# --- approvals ---


def test_two_approvals_by_two_people_accept_and_the_first_alone_does_not(any_app, people):
    need(people, 2)
    item = make_review(people)
    version = decide(people.other_lecturer, item)
    assert (version.state, item.state, item.accepted_at) == ("review", "review", None)
    assert service.list_pool(people.module.id) == []
    with pytest.raises(StateConflict):
        decide(people.other_lecturer, item)
    version = decide(people.quality, item)
    assert (version.state, item.state) == ("accepted", "accepted")
    assert item.accepted_at is not None
    assert [one.decision for one in version.reviews] == ["approved", "approved"]
    assert {one.content_hash for one in version.reviews} == {version.content_hash}
    assert {event.verb for event in audit.list_for(item)} >= {"item.approved", "item.accepted"}


def test_a_changed_text_begins_at_nought_and_the_same_text_keeps_its_approvals(app, people):
    need(people, 2)
    item = make_review(people)
    decide(people.quality, item)
    service.withdraw_from_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    submit(people, item)
    assert service.approvals_of(service.get_newest_version(item)).count == 1
    service.withdraw_from_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    revise(people, item)
    submit(people, item)
    assert service.approvals_of(service.get_newest_version(item)).count == 0
    decide(people.quality, item)
    decide(people.other_lecturer, item)
    assert item.state == "accepted"


def test_an_approver_who_then_edits_counts_no_more(app, people):
    need(people, 2)
    item = make_review(people)
    decide(people.head, item)
    service.withdraw_from_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    old = service.get_newest_version(item).stem
    revise(people, item, who=people.head)
    revise(people, item, stem=old)
    submit(people, item)
    assert service.approvals_of(service.get_newest_version(item)).count == 0


def test_a_lowered_demand_lets_a_reviewer_confirm_what_is_approved(app, people):
    need(people, 2)
    item = make_review(people)
    decide(people.quality, item)
    need(people, 1)
    assert [task.item_id for task in service.list_review_tasks(actor_of(people.quality))] == [item.id]
    assert decide(people.quality, item).state == "accepted"


def test_the_queue_hides_what_one_approved_and_keeps_it_for_others(any_app, people):
    need(people, 2)
    first, second = make_review(people), make_review(people, stem="Câu hai hỏi gì?")
    decide(people.quality, first)
    assert [task.item_id for task in service.list_review_tasks(actor_of(people.quality))] == [second.id]
    assert service.count_reviews(actor_of(people.quality)) == 1
    assert service.count_reviews(actor_of(people.other_lecturer)) == 2
    assert service.count_reviews(actor_of(people.stranger)) == 0
    assert [task.item_id for task in service.list_review_tasks(actor_of(people.quality), people.other_module)] == []


def test_many_are_approved_at_once_and_the_answer_says_which_still_wait(any_app, people):
    need(people, 2)
    ids = make_drafts(people, 5)
    service.submit_many(actor=actor_of(people.lecturer), now=clock.now(), items=ids)
    first = service.move_many(actor=actor_of(people.quality), now=clock.now(), act="approve", items=ids)
    assert (len(first.moved), len(first.partial)) == (5, 5)
    again = service.preview_moves("approve", actor_of(people.quality), ids)
    assert {reason for _id, _code, reason in again.refused} == {"already_approved"}
    second = service.move_many(actor=actor_of(people.head), now=clock.now(), act="approve", items=ids)
    assert (len(second.moved), second.partial) == (5, ())
    assert len(service.list_pool(people.module.id)) == 5


# --- comments ---


def test_open_comments_keep_an_item_from_acceptance_until_they_are_settled(any_app, people):
    item = make_review(people)
    part = service.get_newest_version(item).content["options"][0]["token"]
    comment = remark(people.quality, item, part=f"option:{part}")
    assert comment.quote == "Nguyên tắc tập trung dân chủ"
    with pytest.raises(StateConflict):
        decide(people.other_lecturer, item)
    remark(people.lecturer, item, "Đã sửa.", reply_to=comment)
    settle(people.lecturer, comment)
    assert decide(people.quality, item).state == "accepted"


def test_only_writer_commenter_and_reviewers_settle(app, people):
    item = make_review(people)
    comment = remark(people.quality, item)
    for person in (people.stranger, people.technician):
        with pytest.raises(StateConflict):
            settle(person, comment)
    settle(people.other_lecturer, comment)
    assert settle(people.lecturer, comment, is_open=True).is_open
    assert rules.may_resolve(1, 1, {2}, False)
    assert rules.may_resolve(2, 1, {2}, False)
    assert not rules.may_resolve(3, 1, {2}, False)


def test_a_comment_needs_words_and_a_part_that_exists(app, people):
    item = make_draft(people)
    for body, part in (("  ", ""), ("x" * 4001, ""), ("Gì?", "option:khong-co")):
        with pytest.raises(InvalidInput):
            remark(people.quality, item, body, part)
    other = make_draft(people, stem="Câu khác hỏi gì?")
    with pytest.raises(NotFound):
        remark(people.quality, other, reply_to=remark(people.quality, item))


def test_sending_back_needs_a_reason_or_an_open_comment(app, people):
    item = make_review(people)
    with pytest.raises(InvalidInput):
        decide(people.quality, item, approve=False)
    remark(people.quality, item, part="stem")
    assert decide(people.quality, item, approve=False).state == "draft"


def test_an_open_comment_on_an_old_version_follows_the_new_one(app, people, sign_in):
    item = make_accepted(people)
    comment = remark(people.other_lecturer, item, "Văn bản đã thay đổi.", part="stem")
    revise(people, item)
    submit(people, item)
    page = sign_in(people.quality).get(f"/bank/items/{item.public_id}/review").text
    assert "Văn bản đã thay đổi." in page
    with pytest.raises(StateConflict):
        decide(people.quality, item)
    settle(people.quality, comment)
    assert decide(people.quality, item).state == "accepted"


# --- standing ---


def test_a_suspended_item_leaves_the_pool_and_comes_back(any_app, people):
    item = make_accepted(people)
    given = {"now": clock.now(), "item": item}
    with pytest.raises(NotFound):
        service.suspend_item(actor=actor_of(people.lecturer), reason="Chờ văn bản mới", **given)
    with pytest.raises(InvalidInput):
        service.suspend_item(actor=actor_of(people.head), reason=" ", **given)
    service.suspend_item(actor=actor_of(people.head), reason="Chờ văn bản mới", **given)
    assert (item.state, item.suspended_reason) == ("suspended", "Chờ văn bản mới")
    assert service.list_pool(people.module.id) == []
    revise(people, item)
    submit(people, item)
    decide(people.quality, item)
    assert item.state == "suspended"
    assert service.list_pool(people.module.id) == []
    service.resume_item(actor=actor_of(people.head), reason="Đã có văn bản", **given)
    assert (item.state, item.suspended_at) == ("accepted", None)
    assert [one.version_id for one in service.list_pool(people.module.id)] == [service.get_newest_version(item).id]
    with pytest.raises(StateConflict):
        service.resume_item(actor=actor_of(people.head), reason="Lần nữa", **given)


def test_many_are_suspended_with_one_reason_and_one_record(any_app, people):
    ids = [make_accepted(people, stem=f"Câu {number} hỏi gì?").id for number in range(3)]
    ids.append(make_draft(people, stem="Câu nháp hỏi gì?").id)
    length = audit.head().number
    with pytest.raises(InvalidInput):
        service.move_many(actor=actor_of(people.head), now=clock.now(), act="suspend", items=ids)
    moves = service.move_many(actor=actor_of(people.head), now=clock.now(), act="suspend", items=ids, comment="Lộ đề")
    assert (len(moves.moved), [row[2] for row in moves.refused]) == (3, ["wrong_state"])
    assert audit.head().number == length + 1
    assert service.list_pool(people.module.id) == []
    assert len(service.preview_moves("resume", actor_of(people.quality), ids).moved) == 3
    assert service.preview_moves("resume", actor_of(people.lecturer), ids).moved == ()


# --- through HTTP ---


def review_url(item):
    return f"/bank/items/{item.public_id}/review"


def revision_of(page):
    return re.search(r'name="revision"[^>]*value="(\d+)"', page).group(1)


def test_a_reviewer_comments_sends_back_and_the_next_item_comes(people, sign_in):
    first, second = make_review(people), make_review(people, stem="Câu hai hỏi gì?")
    client = sign_in(people.quality)
    url = f"/bank/items/{first.public_id}/comments"
    answer = client.post(url, data={"text": "Nêu rõ hơn.", "part": "stem", "next": review_url(first)})
    assert answer.location.startswith(f"{review_url(first)}#comment-")
    page = client.get(review_url(first)).text
    assert 'aria-disabled="true"' in page
    assert "Nêu rõ hơn." in page
    sent = client.post(review_url(first), data={"decision": "send_back", "revision": revision_of(page)})
    assert sent.location.endswith(review_url(second))
    shown = sign_in(people.lecturer).get(f"/bank/items/{first.public_id}").text
    assert "Nêu rõ hơn." in shown
    comment = re.search(r"/bank/comments/([^/]+)/settle", shown).group(1)
    assert sign_in(people.lecturer).post(f"/bank/comments/{comment}/settle").status_code == 302
    assert sign_in(people.stranger).post(f"/bank/comments/{comment}/settle").status_code == 404
    assert sign_in(people.stranger).post(url, data={"text": "x"}).status_code == 404


def test_an_empty_comment_is_refused_in_words_and_a_foreign_next_leads_home(people, sign_in):
    item = make_review(people)
    client = sign_in(people.quality)
    url = f"/bank/items/{item.public_id}/comments"
    answer = client.post(url, data={"text": " ", "next": "//evil.example/"})
    assert answer.location.startswith(f"/bank/items/{item.public_id}")
    assert service.list_comments(item) == []


def test_the_queue_is_narrowed_to_one_bank_and_stays_so(people, sign_in):
    item = make_review(people)
    make_review(
        people, course_module=people.other_module, topic=None, author=people.stranger, stem="Câu dân vận hỏi gì?"
    )
    client = sign_in(people.quality)
    everything = client.get("/bank/reviews").text
    narrowed = client.get(f"/bank/reviews?module={people.module.public_id}").text
    assert "DV-0001" in everything
    assert "DV-0001" not in narrowed
    assert f"{review_url(item)}?module={people.module.public_id}" in narrowed
    assert client.get("/bank/reviews?module=khong-co").status_code == 200


def test_the_page_says_how_many_approvals_are_there(people, sign_in):
    need(people, 3)
    item = make_review(people)
    client = sign_in(people.quality)
    page = client.get(review_url(item)).text
    done = client.post(review_url(item), data={"decision": "approve", "revision": revision_of(page)})
    assert done.status_code == 302
    db.session.expire_all()
    assert service.get_item(item.public_id).state == "review"
    again = client.get(review_url(item)).text
    assert re.search(r"1\D{1,12}3", again)
    assert client.post(review_url(item), data={"decision": "approve", "revision": revision_of(page)}).status_code == 409


def test_an_item_is_suspended_and_put_back_with_reasons(people, sign_in):
    item = make_accepted(people)
    client = sign_in(people.head)
    for act, reason in (("suspend", "Chờ văn bản mới"), ("resume", "Đã có văn bản")):
        url = f"/bank/items/{item.public_id}/{act}"
        assert client.get(url).status_code == 200
        assert client.post(url, data={"reason": " "}).status_code == 200
        assert client.post(url, data={"reason": reason}).status_code == 302
        assert client.get(url).status_code == 200
        assert sign_in(people.lecturer).get(url).status_code == 404
    assert "Chờ văn bản mới" not in client.get(f"/bank/items/{item.public_id}").text


@pytest.mark.parametrize("kind", ["multiple_choice", "true_false_cluster"])
def test_hostile_comments_are_inert(people, sign_in, kind):
    item = make_review(people, kind=kind, content=make_content(kind))
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    client = sign_in(people.quality)
    client.post(f"/bank/items/{item.public_id}/comments", data={"text": evil, "part": "stem"})
    for url in (review_url(item), f"/bank/items/{item.public_id}"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page
