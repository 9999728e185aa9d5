"""Many items at once: first who changes and who not, then all of it in one act, and nobody's right is stretched."""

import json

import pytest

from exambank import audit, clock
from exambank.bank import service
from exambank.bank.models import Item
from exambank.courses import service as courses
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.interchange import service as interchange
from tests.bank.factories import make_accepted, make_draft, png
from tests.people import actor_of


def change(people, act, items, who=None, **values):
    return service.change_items(
        actor=actor_of(who or people.lecturer), now=clock.now(), act=act, course_module=people.module,
        ids=[item.id for item in items], change=service.BulkChange(**values),
    )  # fmt: skip


def plan(people, act, items, who=None, **values):
    return service.plan_change(
        act, actor=actor_of(who or people.lecturer), course_module=people.module, ids=[item.id for item in items],
        change=service.BulkChange(**values),
    )  # fmt: skip


def tags_of(item):
    db.session.expire_all()
    return {tag.tag for tag in db.session.get(Item, item.id).tags}


def url(people, tail="changes"):
    return f"/bank/modules/{people.module.public_id}/{tail}"


def test_tags_come_and_go_and_whoever_is_not_the_author_is_named(any_app, people):
    own, others = make_draft(people, tags=["cũ", "giữ"]), make_draft(people, author=people.other_lecturer)
    already = make_draft(people, tags=["Mới", "giữ"])
    wanted = {"add_tags": ("mới",), "remove_tags": ("CŨ",)}
    found = plan(people, "retag", [own, others, already], **wanted)
    assert [(code, after) for _id, _public, code, after in found.changed] == [(own.code, "giữ, mới")]
    assert found.refused == ((others.code, "not_allowed"), (already.code, "no_change"))
    assert tags_of(own) == {"cũ", "giữ"}
    assert change(people, "retag", [own, others, already], **wanted) == found
    assert (tags_of(own), tags_of(others), tags_of(already)) == ({"giữ", "mới"}, set(), {"Mới", "giữ"})
    with pytest.raises(StateConflict):
        change(people, "retag", [own], **wanted)
    [event] = [one for one in audit.list_for(people.module) if one.verb == "items.retagged"]
    assert event.actor == people.lecturer.public_id
    assert audit.verify().problems == ()


def test_places_change_only_where_they_were_asked_to(any_app, people):
    outcome = courses.add_outcome(
        actor=actor_of(people.head), now=clock.now(), course_module=people.module, code="CLO1", text="Trình bày được"
    )
    items = [make_draft(people), make_draft(people, topic=people.topics[1])]
    change(people, "place", items, topic=people.topics[1].public_id, level="none", outcome=outcome.public_id)
    db.session.expire_all()
    for item in items:
        assert (item.topic_id, item.level_id, item.outcome_id) == (people.topics[1].id, None, outcome.id)
    change(people, "place", items[:1], outcome="none")
    db.session.expire_all()
    assert (items[0].topic_id, items[0].outcome_id) == (people.topics[1].id, None)
    for wrong in ({}, {"topic": "x"}, {"level": people.topics[0].public_id}):
        with pytest.raises(InvalidInput):
            change(people, "place", items, **wrong)


def test_retiring_many_needs_a_reason_and_the_right(any_app, people):
    items = [make_accepted(people), make_draft(people)]
    with pytest.raises(InvalidInput):
        change(people, "retire", items, who=people.head, reason=" ")
    with pytest.raises(StateConflict):
        change(people, "retire", items, reason="Nghị quyết đã thay đổi.")
    change(people, "retire", items, who=people.head, reason="Nghị quyết đã thay đổi.")
    db.session.expire_all()
    assert {(item.state, item.retired_reason, item.accepted_version_id) for item in items} == {
        ("retired", "Nghị quyết đã thay đổi.", None)
    }
    assert {service.get_newest_version(item).state for item in items} == {"retired"}
    assert service.list_pool(people.module.id) == []
    assert plan(people, "retire", items, who=people.head, reason="x").refused[0][1] == "wrong_state"


def test_items_of_another_bank_are_not_touched(any_app, people):
    foreign = make_draft(people, author=people.stranger, course_module=people.other_module, topic=None)
    assert plan(people, "retag", [foreign], who=people.head, add_tags=("x",)).changed == ()


# --- export ---


def test_a_file_holds_everything_of_an_item_and_is_recorded_by_hash(any_app, people):
    actor = actor_of(people.lecturer)
    media = service.add_picture(
        actor=actor, now=clock.now(), course_module=people.module, name="so-do.png", body=png(), alt="Sơ đồ"
    )
    item = make_accepted(people, media=media, tags=["ôn tập"], source="Giáo trình")
    version = service.get_newest_version(item)
    found = interchange.export_json(actor=actor, now=clock.now(), course_module=people.module, item_ids=[item.id])
    whole = json.loads(found.body)
    assert (whole["format"], whole["version"], found.count) == ("exambank-bank", 2, 1)
    [written] = whole["items"]
    assert (written["code"], written["topic"], written["tags"], written["source"]) == (
        item.code, "Chương 1", ["ôn tập"], "Giáo trình",
    )  # fmt: skip
    assert (written["text"]["stem"], written["text"]["content"]) == (version.stem, version.content)
    assert whole["media"][media.public_id]["sha256"] == media.sha256
    assert whole["media"][media.public_id]["data"]
    assert written["text_in_force"] is None
    [event] = [one for one in audit.list_for(people.module) if one.verb == "bank.exported"]
    details = db.session.scalar(db.select(audit.AuditDetail.details).where(audit.AuditDetail.number == event.number))
    assert version.content_hash in details


def test_a_lecturer_exports_own_items_only(any_app, people):
    own, others = make_draft(people), make_draft(people, author=people.other_lecturer)
    found = plan(people, "export", [own, others])
    assert [row[2] for row in found.changed] == [own.code]
    assert found.refused == ((others.code, "not_yours"),)
    with pytest.raises(NotFound):
        interchange.export_json(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, item_ids=[own.id, others.id]
        )
    for who in (people.head, people.quality):
        made = interchange.export_json(actor=actor_of(who), now=clock.now(), course_module=people.module)
        assert made.count == 2
    sheet = interchange.export_items(actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module)
    assert len(list(sheet.rows)) == 1


# --- pages ---


def test_a_bulk_change_is_asked_shown_and_confirmed_without_script(people, sign_in):
    own, others = make_draft(people), make_draft(people, author=people.other_lecturer)
    client, ids = sign_in(people.lecturer), [own.public_id, others.public_id]
    page = client.post(url(people), data={"act": "retag", "ids": ids, "state": "draft"})
    assert page.status_code == 200
    assert 'name="add_tags"' in page.text
    assert 'name="state" value="draft"' in page.text
    wrong = client.post(url(people), data={"act": "retag", "ids": ids, "go": "preview", "add_tags": " "})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    shown = client.post(url(people), data={"act": "retag", "ids": ids, "go": "preview", "add_tags": "ôn tập, mới"})
    assert own.public_id in shown.text
    assert others.public_id not in shown.text
    assert others.code in shown.text
    assert tags_of(own) == set()
    done = client.post(
        url(people), data={"act": "retag", "ids": ids, "go": "confirm", "add_tags": "ôn tập, mới", "state": "draft"}
    )
    assert done.status_code == 302
    assert "state=draft" in done.location
    assert (tags_of(own), tags_of(others)) == ({"ôn tập", "mới"}, set())


def test_all_that_was_found_is_changed_over_every_page(people, sign_in):
    items = [make_draft(people, stem=f"Câu {number}?", topic=None) for number in range(4)]
    client = sign_in(people.head)
    page = client.post(url(people), data={"act": "place", "all": "1", "topic": "none"})
    assert page.text.count('name="ids"') == 4
    target = people.topics[2].public_id
    client.post(
        url(people),
        data={"act": "place", "go": "confirm", "ids": [item.public_id for item in items], "to_topic": target},
    )
    db.session.expire_all()
    assert {item.topic_id for item in items} == {people.topics[2].id}


def test_nothing_chosen_or_an_unknown_act_is_said(people, sign_in):
    make_draft(people)
    client = sign_in(people.lecturer)
    assert client.post(url(people), data={"act": "retag"}).status_code == 302
    assert client.post(url(people), data={"act": "burn", "all": "1"}).status_code == 422


def test_the_export_of_a_selection_is_a_download(people, sign_in):
    own, others = make_draft(people), make_draft(people, author=people.other_lecturer)
    client, ids = sign_in(people.lecturer), [own.public_id, others.public_id]
    shown = client.post(url(people), data={"act": "export", "ids": ids})
    assert f"/interchange/modules/{people.module.public_id}/export" in shown.text
    assert others.public_id not in shown.text
    address = f"/interchange/modules/{people.module.public_id}/bank.json"
    made = client.post(address, data={"ids": [own.public_id]})
    assert made.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(made.data)["items"][0]["code"] == own.code
    assert client.post(address, data={"ids": ids}).status_code == 404
    assert client.post(address).status_code == 422
    assert sign_in(people.stranger).post(address, data={"ids": ids}).status_code == 404


def test_a_copy_of_anothers_text_is_not_exported_as_ones_own(any_app, people):
    """The text and its key would leave the house by two clicks: copy, export."""
    others, own = make_accepted(people, author=people.other_lecturer), make_draft(people)
    actor, values = actor_of(people.lecturer), {"now": clock.now(), "course_module": people.module}
    copy = service.copy_item(actor=actor, now=clock.now(), item=others)
    of_copy = service.copy_item(actor=actor, now=clock.now(), item=copy)
    found = plan(people, "export", [copy, of_copy, own])
    assert [row[2] for row in found.changed] == [own.code]
    assert {reason for _code, reason in found.refused} == {"not_yours"}
    for item in (copy, of_copy):
        with pytest.raises(NotFound):
            interchange.export_json(actor=actor, item_ids=[item.id], **values)
    assert len(list(interchange.export_items(actor=actor, **values).rows)) == 1
    mine = service.copy_item(actor=actor, now=clock.now(), item=own)
    assert len(list(interchange.export_items(actor=actor, **values).rows)) == 2
    assert service.copy_item(actor=actor_of(people.other_lecturer), now=clock.now(), item=mine).copied_author_id
    assert len(list(interchange.export_items(actor=actor_of(people.head), **values).rows)) == 6
