"""Nobody approves a text that is the own one in whatever way it came about; nothing broken is accepted."""

import threading
import time

import pytest
from sqlalchemy import text as sql

from exambank import clock
from exambank.bank import service
from exambank.bank.models import Item, ItemVersion
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import service as interchange
from tests.bank.factories import make_accepted, make_draft, make_review
from tests.bank.test_review import decide, revise, submit
from tests.people import actor_of


def given(user) -> dict:
    return {"actor": actor_of(user), "now": clock.now()}


@pytest.mark.parametrize("is_accepted", [False, True])
def test_a_text_that_a_colleague_copied_is_not_approved_by_its_first_author(any_app, people, is_accepted):
    item = (make_accepted if is_accepted else make_draft)(people)
    copy = service.copy_item(**given(people.other_lecturer), item=item)
    submit(people, copy, people.other_lecturer)
    with pytest.raises(StateConflict):
        decide(people.lecturer, copy)
    assert copy.public_id not in {one.item.public_id for one in service.list_review_tasks(actor_of(people.lecturer))}
    assert decide(people.quality, copy).state == "accepted"


def test_the_editors_of_a_text_stay_with_its_copy(app, people):
    item = make_draft(people)
    revise(people, item, who=people.head)
    copy = service.copy_item(**given(people.other_lecturer), item=item)
    submit(people, copy, people.other_lecturer)
    with pytest.raises(StateConflict):
        decide(people.head, copy)


def test_whoever_handed_a_file_in_does_not_approve_what_a_colleague_took_over(any_app, people):
    body = "Câu hỏi,A,B,C,D,Đáp án\nThủ đô của Việt Nam là thành phố nào?,Hà Nội,Huế,Đà Nẵng,Cần Thơ,A\n".encode()
    batch = interchange.preview_import(
        **given(people.lecturer), course_module=people.module, file_name="bank.csv", body=body
    )
    interchange.accept_import(**given(people.other_lecturer), batch=batch)
    [row] = service.list_items(people.module, service.Filters()).rows
    submit(people, row.item, people.other_lecturer)
    with pytest.raises(StateConflict):
        decide(people.lecturer, row.item)
    assert decide(people.quality, row.item).state == "accepted"


def stricter(people, **gate) -> None:
    service.change_settings(
        **given(people.head), course_module=people.module, approvals_needed=1, review_months=12, reading_limit=60,
        change_limit=30, gate=gate,
    )  # fmt: skip


def test_what_became_blocking_after_it_was_sent_is_not_accepted(any_app, people):
    first, second = make_review(people, topic=None), make_review(people, topic=None)
    stricter(people, no_topic="block")
    with pytest.raises(InvalidInput):
        decide(people.quality, first)
    moves = service.accept_many(**given(people.quality), items=[first, second])
    assert [reason for _id, _code, reason in moves.refused] == ["blocked", "blocked"]
    assert service.list_pool(people.module.id) == []
    decide(people.quality, first, approve=False, comment="Chọn chủ đề.")


def test_the_page_of_a_review_says_what_blocks_and_keeps_the_comment(people, sign_in):
    item = make_review(people, topic=None)
    stricter(people, no_topic="block")
    version = service.get_newest_version(item)
    page = sign_in(people.quality).post(
        f"/bank/items/{item.public_id}/review",
        data={"decision": "approve", "revision": version.revision, "comment": "Lời tôi đã gõ"},
    )
    assert page.status_code == 422
    assert "Lời tôi đã gõ" in page.text


def test_what_changed_after_the_preview_is_not_accepted_in_bulk(people, sign_in):
    item = make_review(people)
    client, address = sign_in(people.quality), f"/bank/modules/{people.module.public_id}/moves"
    shown = client.post(address, data={"act": "approve", "ids": item.public_id}).text
    seal = shown.split('name="seal" value="')[1].split('"')[0]
    service.withdraw_from_review(**given(people.lecturer), item=item)
    revise(people, item, stem="Một câu hỏi khác hẳn?")
    submit(people, item)
    data = {"act": "approve", "ids": item.public_id, "seal": seal}
    assert client.post(f"{address}/confirmed", data=data).status_code == 409
    assert service.get_newest_version(service.get_item(item.public_id)).state == "review"
    shown = client.post(address, data={"act": "approve", "ids": item.public_id}).text
    data["seal"] = shown.split('name="seal" value="')[1].split('"')[0]
    assert client.post(f"{address}/confirmed", data=data).status_code == 302
    assert len(service.list_pool(people.module.id)) == 1


def waits_for_a_lock() -> bool:
    with db.engine.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return bool(connection.scalar(sql(query)))


@pytest.mark.parametrize("act", ["approve", "withdraw"])
def test_an_edit_and_a_decision_at_once_wait_for_each_other_and_never_deadlock(postgresql_app, people, act):
    """Everybody takes the item first, then its version."""
    item, errors = make_review(people), []

    def step():
        with postgresql_app.app_context():
            try:
                mine = service.get_item(item.public_id)
                if act == "approve":
                    decide(people.quality, mine)
                else:
                    service.withdraw_from_review(**given(people.lecturer), item=mine)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    version_id = item.current_version_id
    with unit_of_work() as session:
        lock(session.get_one(Item, item.id))
        other = threading.Thread(target=step)
        other.start()
        while not waits_for_a_lock():
            assert other.is_alive(), "it went on without waiting for the item"
            time.sleep(0.02)
        lock(session.get_one(ItemVersion, version_id))
    other.join()
    assert errors == []
