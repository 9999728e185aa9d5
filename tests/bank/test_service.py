"""What the bank's commands keep: authors do not accept, accepted text stays, nothing is lost between two editors."""

import pytest
from sqlalchemy import select

from exambank import audit, clock
from exambank.bank import service
from exambank.bank.models import FrozenText, Item, ItemVersion
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from tests.bank.factories import make_accepted, make_content, make_draft, make_drafts, make_review, png
from tests.people import actor_of


def revise(people, item, who=None, version=None, revision=None, **values):
    newest = service.get_newest_version(item)
    return service.revise_item(
        actor=actor_of(who or people.lecturer), now=clock.now(), item=item,
        base=(version or newest).public_id, revision=revision or newest.revision,
        stem=values.pop("stem", "Câu dẫn đã sửa?"), content=values.pop("content", newest.content), **values,
    )  # fmt: skip


def decide(who, item, approve=True, comment=""):
    return service.decide_review(actor=actor_of(who), now=clock.now(), item=item, approve=approve, comment=comment)


def test_items_of_a_module_are_numbered_from_its_code(any_app, people):
    codes = [make_draft(people).code for _ in range(3)]
    assert codes == ["XDD-0001", "XDD-0002", "XDD-0003"]
    assert make_draft(people, course_module=people.other_module, topic=None, author=people.stranger).code == "DV-0001"


def test_an_item_goes_the_whole_road_and_its_fragment_is_made_at_acceptance(any_app, people):
    item = make_review(people)
    assert service.get_newest_version(item).fragment is None
    decide(people.other_lecturer, item)
    version = service.get_newest_version(item)
    assert (item.state, version.state, item.accepted_version_id) == ("accepted", "accepted", version.id)
    assert version.fragment["stem"] == version.stem
    assert "is_key" not in str(version.fragment)
    assert [review.decision for review in version.reviews] == ["approved"]
    assert {event.verb for event in audit.list_for(item)} == {"item.written", "item.submitted", "item.accepted"}
    assert audit.verify().problems == ()


def test_nobody_accepts_what_he_wrote_or_edited(any_app, people):
    item = make_draft(people, author=people.lecturer)
    revise(people, item, who=people.head)
    service.submit_for_review(actor=actor_of(people.head), now=clock.now(), item=item)
    for writer in (people.lecturer, people.head):
        with pytest.raises(StateConflict):
            decide(writer, item)
    assert (
        service.accept_many(actor=actor_of(people.lecturer), now=clock.now(), items=[item]).refused[0][2] == "own_work"
    )
    decide(people.quality, item)
    assert item.state == "accepted"


def test_the_author_of_the_item_does_not_accept_anothers_version_of_it(app, people):
    item = make_accepted(people)
    revise(people, item, who=people.head)
    service.submit_for_review(actor=actor_of(people.head), now=clock.now(), item=item)
    with pytest.raises(StateConflict):
        decide(people.lecturer, item)


def test_a_stranger_decides_nothing(app, people):
    item = make_review(people)
    with pytest.raises(NotFound):
        decide(people.stranger, item)
    with pytest.raises(NotFound):
        decide(people.technician, item)


def test_sending_back_needs_a_reason_and_makes_a_draft_again(app, people):
    item = make_review(people)
    with pytest.raises(InvalidInput):
        decide(people.quality, item, approve=False, comment="  ")
    decide(people.quality, item, approve=False, comment="Phương án A dài quá.")
    assert item.state == "draft"
    assert service.get_newest_version(item).reviews[0].comment == "Phương án A dài quá."
    with pytest.raises(StateConflict):
        decide(people.quality, item)


def test_a_faulty_item_is_not_submitted(app, people):
    item = make_draft(people, options=[("một", False), ("Một", False), ("ba", False)])
    with pytest.raises(InvalidInput):
        service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    moves = service.submit_many(actor=actor_of(people.lecturer), now=clock.now(), items=[item])
    assert moves.refused == ((item.id, "XDD-0001", "blocked"),)
    assert item.state == "draft"


def test_a_picture_that_never_came_is_a_warning_and_never_a_block(app, people):
    item = make_draft(people, picture_name="hinh-007.png")
    problems = service.check_item(service.get_newest_version(item))
    assert [(problem.code, problem.is_blocking) for problem in problems] == [("picture_absent", False)]
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)


def test_editing_an_accepted_item_leaves_it_in_force_until_the_new_text_is_accepted(any_app, people):
    item = make_accepted(people)
    first = service.get_newest_version(item)
    second = revise(people, item)
    assert (second.number, second.state) == (2, "draft")
    assert [one.version_id for one in service.list_pool(people.module.id)] == [first.id]
    service.submit_for_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    decide(people.quality, item)
    assert [one.version_id for one in service.list_pool(people.module.id)] == [second.id]
    assert (first.state, second.state) == ("superseded", "accepted")
    assert first.stem == "Đảng tổ chức theo nguyên tắc cơ bản nào?"


def test_accepted_text_cannot_be_changed_even_past_the_service(app, people):
    item = make_accepted(people)
    version = service.get_newest_version(item)
    for name, value in [("stem", "khác"), ("content", {}), ("fragment", None), ("state", "draft")]:
        with pytest.raises(FrozenText), unit_of_work():
            version = db.session.get(ItemVersion, version.id)
            setattr(version, name, value)
            if name == "state":
                version.stem = "khác"
    db.session.expire_all()
    assert service.get_newest_version(item).stem == "Đảng tổ chức theo nguyên tắc cơ bản nào?"


def test_a_change_of_topic_alone_makes_no_new_version(app, people):
    item = make_accepted(people)
    version = revise(people, item, stem=service.get_newest_version(item).stem, topic=people.topics[2], tags=["mới"])
    assert (version.number, item.topic_id) == (1, people.topics[2].id)
    assert service.list_pool(people.module.id)[0].tags == {"mới"}


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(any_app, people):
    item = make_draft(people)
    seen = service.get_newest_version(item)
    revision = seen.revision
    revise(people, item, revision=revision, stem="Bản của Nguyệt")
    with pytest.raises(service.EditConflict) as refused:
        revise(people, item, who=people.head, revision=revision, stem="Bản của Huy")
    assert refused.value.theirs.stem == "Bản của Nguyệt"
    assert service.get_newest_version(item).stem == "Bản của Nguyệt"


def test_an_item_in_review_is_taken_back_before_it_is_edited(app, people):
    item = make_review(people)
    with pytest.raises(StateConflict):
        revise(people, item)
    service.withdraw_from_review(actor=actor_of(people.lecturer), now=clock.now(), item=item)
    assert revise(people, item).stem == "Câu dẫn đã sửa?"


def test_a_retired_item_keeps_everything_and_leaves_the_pool(any_app, people):
    item = make_accepted(people)
    with pytest.raises(InvalidInput):
        service.retire_item(actor=actor_of(people.head), now=clock.now(), item=item, reason=" ")
    with pytest.raises(NotFound):
        service.retire_item(actor=actor_of(people.lecturer), now=clock.now(), item=item, reason="sai")
    service.retire_item(actor=actor_of(people.head), now=clock.now(), item=item, reason="Nghị quyết đã thay đổi.")
    assert service.list_pool(people.module.id) == []
    assert (item.state, item.retired_reason) == ("retired", "Nghị quyết đã thay đổi.")
    assert service.get_newest_version(item).fragment is not None
    with pytest.raises(StateConflict):
        revise(people, item)


def test_many_drafts_come_in_at_once_or_not_at_all(any_app, people):
    ids = make_drafts(people, 12)
    items = [db.session.get(Item, one) for one in ids]
    assert [item.code for item in items] == [f"XDD-{number:04d}" for number in range(1, 13)]
    assert all(service.get_newest_version(item).item_id == item.id for item in items)
    assert [tag.tag for tag in items[0].tags] == ["điểm liệt"]
    wrong = service.ItemDraft("single_choice", "x", make_content(), topic_id=999_999)
    with pytest.raises(InvalidInput):
        service.add_drafts(
            actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, drafts=[wrong]
        )
    assert len(list(db.session.scalars(select(Item)))) == 12


def test_six_hundred_items_are_submitted_and_accepted_at_once(any_app, people):
    ids = make_drafts(people, 600)
    assert len(service.submit_many(actor=actor_of(people.lecturer), now=clock.now(), items=ids).moved) == 600
    moves = service.accept_many(actor=actor_of(people.quality), now=clock.now(), items=ids)
    assert (len(moves.moved), moves.refused) == (600, ())
    assert len(service.list_pool(people.module.id)) == 600
    assert len(audit.list_for("bank")) == 2


def test_uses_and_statistics_told_twice_are_kept_once(any_app, people):
    version = service.get_newest_version(make_accepted(people))
    row = {"item_version_id": version.id, "n": 58, "difficulty": 0.62, "item_rest": 0.31, "item_rest_low": 0.06,
           "item_rest_high": 0.52, "options": []}  # fmt: skip
    for _ in range(2):
        service.record_use([version.id, version.id], "0190a000-0000-7000-8000-000000000001", clock.now())
        service.record_statistics("run-1", "exam-1", [row], clock.now())
    service.record_statistics("run-2", "exam-1", [{**row, "n": 57}], clock.now())
    assert len(service.list_uses([version.id])) == 1
    assert [one.n for one in service.list_statistics([version.id])[version.id]] == [57]


def test_an_item_is_found_without_accents_by_stem_option_and_code(any_app, people):
    make_draft(people, stem="Nguyên tắc <b>tập trung</b> dân chủ là gì?")
    make_draft(people, stem="Một câu khác hẳn", options=[("Hội Nông dân", True), ("Đoàn Thanh niên", False)])
    found = {
        words: [item.code for item in service.list_items(people.module, service.Filters(search=words)).items]
        for words in ("tap trung", "DAN CHU nguyen", "hoi nong dan", "xdd-0002", "khong co", "100%", "đoàn")
    }
    assert found == {
        "tap trung": ["XDD-0001"], "DAN CHU nguyen": ["XDD-0001"], "hoi nong dan": ["XDD-0002"], "xdd-0002": ["XDD-0002"],
        "khong co": [], "100%": [], "đoàn": ["XDD-0002"],
    }  # fmt: skip


def test_a_list_is_narrowed_by_every_filter(app, people):
    first = make_accepted(people, tags=["điểm liệt"])
    make_draft(people, kind="true_false", options=[("", True), ("", False)], author=people.other_lecturer, topic=None)
    wanted = [
        service.Filters(topic=people.topics[0].public_id), service.Filters(level=people.levels[0].public_id, state="accepted"),
        service.Filters(kind="single_choice"), service.Filters(state="accepted"), service.Filters(tag="điểm liệt"),
        service.Filters(author=people.lecturer.public_id),
    ]  # fmt: skip
    for filters in wanted:
        assert service.list_item_ids(people.module, filters) == [first.id], filters
    assert len(service.list_items(people.module, service.Filters(topic="none")).items) == 1
    assert service.list_items(people.module, service.Filters(), page=99).items == []


def test_a_picture_is_kept_once_and_a_disguised_file_is_refused(app, people):
    actor = actor_of(people.lecturer)
    add = lambda body, name: service.add_picture(  # noqa: E731
        actor=actor, now=clock.now(), course_module=people.module, name=name, body=body, alt="Sơ đồ"
    )
    first = add(png() + b"<script>alert(1)</script>", "..\\..\\so-do.png")
    assert (first.media_type, first.width, first.height, first.name) == ("image/png", 4, 3, "so-do.png")
    assert service.get_media(first.public_id).body == png()
    assert add(png(), "khac.png").id == first.id
    for body in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", b"", png()[:-6], png(9000, 1)):
        with pytest.raises(InvalidInput):
            add(body, "anh.png")


def test_review_tasks_leave_out_ones_own_work(app, people):
    item = make_review(people)
    assert [task.item_id for task in service.list_review_tasks(actor_of(people.quality))] == [item.id]
    assert service.list_review_tasks(actor_of(people.lecturer)) == []
    assert service.list_review_tasks(actor_of(people.stranger)) == []
    assert service.count_reviews(actor_of(people.other_lecturer)) == 1
