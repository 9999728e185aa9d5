"""What is typed is kept, shown and checked while it is typed; and two people at one item are told of each other."""

import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import audit, clock
from exambank.bank import service, tasks
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import EditBuffer
from exambank.bank.service import buffers
from exambank.db import db, new_public_id
from exambank.errors import InvalidInput, NotFound
from tests.bank.factories import make_accepted, make_content, make_draft, png
from tests.people import actor_of

JSON = {"Accept": "application/json"}
NEW = "/bank/modules/{}/"


def form_of(item=None, **typed) -> dict:
    """The fields of the editor's page."""
    fields = {"stem": "Chi bộ họp mấy tháng một lần?", "kind": "single_choice", "key": "options-0"}
    for place, words in enumerate(("Một tháng", "Hai tháng", "Ba tháng", "Sáu tháng")):
        fields[f"options-{place}-text"] = words
        fields[f"options-{place}-token"] = f"0000000{place}"
    if item is not None:
        version = service.get_newest_version(item)
        fields |= {"base": version.public_id, "revision": str(version.revision)}
    return fields | typed


def address(people, path: str, item=None) -> str:
    return f"/bank/items/{item.public_id}/{path}" if item else f"/bank/modules/{people.module.public_id}/{path}"


def keep(people, user, fields=(("stem", "Đang gõ"),), **values):
    return service.keep_buffer(
        actor=actor_of(user), now=clock.now(), course_module=people.module, fields=list(fields), **values
    )


# --- kept ---


def test_what_is_typed_of_a_new_item_is_kept_under_the_number_of_its_page(people, sign_in):
    number, client = new_public_id(), sign_in(people.lecturer)
    for words in ("Chi", "Chi bộ họp"):
        answer = client.post(
            address(people, "typing"), data=form_of(stem=words, buffer=number, csrf_token="x"), headers=JSON
        )
        assert answer.status_code == 200
    kept = service.find_buffer(actor=actor_of(people.lecturer), course_module=people.module, public_id=number)
    assert answer.json["buffer"] == number
    assert dict(kept.form)["stem"] == "Chi bộ họp"
    assert "csrf_token" not in dict(kept.form)
    assert db.session.query(EditBuffer).count() == 1


def test_keeping_is_no_act_of_the_bank(people, sign_in):
    item = make_draft(people)
    head = audit.head()
    sign_in(people.lecturer).post(address(people, "typing", item), data=form_of(item), headers=JSON)
    assert audit.head() == head


def test_text_is_kept_in_nfc(people):
    kept = keep(people, people.lecturer, [("stem", "Ca\u0302u ho\u0309i\0")], public_id=new_public_id())
    assert kept.form == [["stem", "Câu hỏi"]]


def test_two_people_at_one_item_keep_their_own_text_and_are_told_of_each_other(any_app, people, sign_in):
    item = make_draft(people)
    first = sign_in(people.lecturer).post(address(people, "typing", item), data=form_of(item), headers=JSON)
    second = sign_in(people.head).post(address(people, "typing", item), data=form_of(item, stem="Khác"), headers=JSON)
    assert first.json["others"] == ""
    assert "Nguyệt" in second.json["others"]
    mine = service.find_buffer(actor=actor_of(people.lecturer), item=item)
    theirs = service.find_buffer(actor=actor_of(people.head), item=item)
    assert dict(mine.form)["stem"] != dict(theirs.form)["stem"]


def test_who_typed_two_minutes_ago_is_not_typing_now(people):
    item = make_draft(people)
    keep(people, people.lecturer, item=item)
    assert service.others_typing(item, actor_of(people.head), clock.now())
    assert not service.others_typing(item, actor_of(people.head), clock.now() + timedelta(minutes=2, seconds=1))
    assert not service.others_typing(item, actor_of(people.lecturer), clock.now())


def test_who_saved_meanwhile_is_told_at_once(any_app, people, sign_in):
    item = make_draft(people)
    mine, version = form_of(item), service.get_newest_version(item)
    service.revise_item(
        actor=actor_of(people.head), now=clock.now(), item=item, base=version.public_id, revision=version.revision,
        stem="Lời của trưởng khoa", content=make_content(),
    )  # fmt: skip
    answer = sign_in(people.lecturer).post(address(people, "typing", item), data=mine, headers=JSON)
    assert "Bùi Quang Huy" in answer.json["overtaken"]["message"]
    assert item.public_id in answer.json["overtaken"]["url"]
    fresh = sign_in(people.lecturer).post(address(people, "typing", item), data=form_of(item), headers=JSON)
    assert fresh.json["overtaken"] is None


def test_an_unchanged_page_is_not_told_anything(people, sign_in):
    item = make_accepted(people)
    answer = sign_in(people.lecturer).post(address(people, "typing", item), data=form_of(item), headers=JSON)
    assert answer.json["overtaken"] is None


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "１"])
def test_an_odd_revision_is_only_a_stale_one(people, sign_in, revision):
    item = make_draft(people)
    answer = sign_in(people.lecturer).post(
        address(people, "typing", item), data=form_of(item, revision=revision), headers=JSON
    )
    assert answer.status_code == 200
    assert answer.json["overtaken"]


# --- rights ---


def test_a_stranger_finds_nothing(people, sign_in):
    item = make_draft(people)
    for path in ("typing", "live", "pictures"):
        for where in (address(people, path), address(people, path, item)):
            assert sign_in(people.stranger).post(where, data=form_of(), headers=JSON).status_code == 404, where


def test_a_colleague_may_not_type_into_an_item_of_another_author(people, sign_in):
    item = make_draft(people)
    answer = sign_in(people.other_lecturer).post(address(people, "typing", item), data=form_of(item), headers=JSON)
    assert answer.status_code == 404


def test_nobody_reads_or_takes_over_the_text_of_somebody_else(people, sign_in):
    number = new_public_id()
    keep(people, people.lecturer, public_id=number)
    other = actor_of(people.other_lecturer)
    assert service.find_buffer(actor=other, public_id=number) is None
    assert service.find_own_buffer(other, number) is None
    with pytest.raises(NotFound):
        keep(people, people.other_lecturer, public_id=number)
    assert sign_in(people.other_lecturer).post(f"/bank/typing/{number}/drop").status_code == 404
    assert service.find_buffer(actor=actor_of(people.lecturer), public_id=number)


def test_a_text_of_another_bank_is_not_found_here(people):
    number = new_public_id()
    keep(people, people.lecturer, public_id=number)
    actor = actor_of(people.lecturer)
    assert service.find_buffer(actor=actor, course_module=people.other_module, public_id=number) is None


# --- limits ---


@pytest.mark.parametrize("number", [None, "", "x", "A" * 36, "../../etc", "0199-1"])
def test_a_page_without_a_number_of_its_own_is_refused(people, number):
    with pytest.raises(InvalidInput):
        keep(people, people.lecturer, public_id=number)


def test_a_text_that_is_too_long_is_refused_in_words(people, sign_in):
    data = form_of(stem="a" * (buffers.MOST_LETTERS + 1), buffer=new_public_id())
    answer = sign_in(people.lecturer).post(address(people, "typing"), data=data, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["message"]
    many = [(f"options-{at}-text", "x") for at in range(buffers.MOST_FIELDS + 1)]
    with pytest.raises(InvalidInput):
        keep(people, people.lecturer, many, public_id=new_public_id())


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=12))
def test_whatever_is_typed_is_kept_as_plain_pairs(fields):
    form = buffers._tidy(fields)
    assert all(len(pair) == 2 and "\0" not in pair[0] + pair[1] for pair in form)
    assert len(form) <= len(fields)
    assert buffers._tidy([tuple(pair) for pair in form]) == form


# --- gone when it is saved, thrown away, or old ---


def test_a_late_message_of_a_saved_page_brings_nothing_back(any_app, people):
    actor, number = actor_of(people.lecturer), new_public_id()
    keep(people, people.lecturer, public_id=number)
    service.drop_buffer(actor=actor, public_id=number)
    keep(people, people.lecturer, public_id=number)
    assert service.find_buffer(actor=actor, public_id=number) is None
    assert service.list_buffers(actor, people.module) == []


def test_after_a_save_the_next_edit_of_the_same_item_is_kept_again(people):
    item, actor = make_draft(people), actor_of(people.lecturer)
    before = {"item": item, "base": "version-1", "revision": 1}
    keep(people, people.lecturer, **before)
    service.drop_buffer(actor=actor, item=item)
    keep(people, people.lecturer, **before)
    assert service.find_buffer(actor=actor, item=item) is None
    keep(people, people.lecturer, **(before | {"revision": 2}))
    assert service.find_buffer(actor=actor, item=item)


def test_what_is_thrown_away_is_gone_and_may_be_typed_anew(people, sign_in):
    item, actor = make_draft(people), actor_of(people.lecturer)
    kept = keep(people, people.lecturer, item=item)
    answer = sign_in(people.lecturer).post(f"/bank/typing/{kept.public_id}/drop")
    assert answer.location.endswith(f"/bank/items/{item.public_id}/edit")
    assert service.find_buffer(actor=actor, item=item) is None
    keep(people, people.lecturer, item=item)
    assert service.find_buffer(actor=actor, item=item)


def test_a_new_item_that_is_thrown_away_leads_to_the_bank(people, sign_in):
    kept = keep(people, people.lecturer, public_id=new_public_id())
    answer = sign_in(people.lecturer).post(f"/bank/typing/{kept.public_id}/drop")
    assert answer.location.endswith(f"/bank/modules/{people.module.public_id}")


def test_unfinished_texts_are_listed_newest_first_for_their_writer_only(people):
    old = keep(people, people.lecturer, public_id=new_public_id())
    clock.shift(timedelta(minutes=1))
    new = keep(people, people.lecturer, item=make_draft(people))
    found = service.list_buffers(actor_of(people.lecturer), people.module)
    assert [one.public_id for one in found] == [new.public_id, old.public_id]
    assert service.list_buffers(actor_of(people.head), people.module) == []
    assert service.list_buffers(actor_of(people.lecturer), people.other_module) == []


def test_what_nobody_came_back_to_is_forgotten_after_a_month(people):
    keep(people, people.lecturer, public_id=new_public_id())
    clock.shift(timedelta(days=29))
    tasks.prune_buffers()
    assert db.session.query(EditBuffer).count() == 1
    clock.shift(timedelta(days=31))
    tasks.prune_buffers()
    assert db.session.query(EditBuffer).count() == 0


# --- shown and checked ---


def test_the_live_answer_shows_the_candidates_view_without_the_key(people, sign_in):
    answer = sign_in(people.lecturer).post(address(people, "live"), data=form_of(), headers=JSON)
    assert answer.status_code == 200
    assert "Chi bộ họp mấy tháng một lần?" in answer.json["preview"]
    places = [answer.json["preview"].index(words) for words in ("Một tháng", "Hai tháng", "Ba tháng", "Sáu tháng")]
    assert places == sorted(places)
    assert "checked" not in answer.json["preview"]


def test_a_check_leads_to_the_field_it_is_about(people, sign_in):
    data = form_of(**{"options-1-text": "Một tháng"})
    answer = sign_in(people.lecturer).post(address(people, "live"), data=data, headers=JSON)
    assert "data-go-part" in answer.json["checks"]


def test_an_item_that_is_there_already_is_named(people, sign_in):
    item = make_draft(people, stem="Chi bộ họp mấy tháng một lần?", options=[
        ("Một tháng", True), ("Hai tháng", False), ("Ba tháng", False), ("Sáu tháng", False)])  # fmt: skip
    answer = sign_in(people.lecturer).post(address(people, "live"), data=form_of(), headers=JSON)
    assert item.code in answer.json["kin"]
    own = sign_in(people.lecturer).post(address(people, "live", item), data=form_of(item), headers=JSON)
    assert item.code not in own.json["kin"]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"stem": ""},
        {"kind": "no such kind"},
        {"media": "x"},
        {"media": "0" * 36},
        {"options-0-text": "<script>alert(1)</script>"},
        {"stem": "<img src=x onerror=alert(1)>"},
        {"options-99-text": "x", "options-x-text": "y"},
    ],
)
def test_whatever_is_half_typed_the_live_answer_stands(people, sign_in, typed):
    answer = sign_in(people.lecturer).post(address(people, "live"), data=form_of(**typed), headers=JSON)
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "<img src=x" not in answer.json["preview"]


def test_every_kind_has_a_live_preview(people, sign_in):
    client = sign_in(people.lecturer)
    for kind in REGISTRY:
        answer = client.post(address(people, "live"), data={"kind": kind, "stem": "Câu dẫn có chữ"}, headers=JSON)
        assert answer.status_code == 200, kind
        assert "Câu dẫn có chữ" in answer.json["preview"], kind


def test_a_picture_of_another_bank_is_not_shown(people, sign_in):
    media = service.add_picture(
        actor=actor_of(people.stranger), now=clock.now(), course_module=people.other_module, name="a.png", body=png()
    )
    answer = sign_in(people.lecturer).post(address(people, "live"), data=form_of(media=media.public_id), headers=JSON)
    assert media.public_id not in answer.json["preview"]


# --- pictures ---


def upload(client, people, body=None, name="so-do.png", alt="Sơ đồ tổ chức"):
    data = {"picture": (io.BytesIO(png() if body is None else body), name), "alt": alt}
    return client.post(address(people, "pictures"), data=data, headers=JSON)


def test_a_picture_is_taken_with_its_description(people, sign_in):
    client = sign_in(people.lecturer)
    answer = upload(client, people)
    assert answer.status_code == 200
    media = service.get_media(answer.json["id"])
    assert (media.alt, media.name) == ("Sơ đồ tổ chức", "so-do.png")
    assert client.get(answer.json["url"]).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"alt": ""}, {"alt": "  "}, {"body": b"no picture"}, {"body": b"<svg></svg>"}, {"name": ""}]
)
def test_a_picture_that_is_not_fit_is_refused_in_words(people, sign_in, wrong):
    answer = upload(sign_in(people.lecturer), people, **wrong)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_unfinished_texts_of_one_person_do_not_pile_up(any_app, people, monkeypatch):
    """A page that goes wrong, or a person who means it, sends a new number each time."""
    monkeypatch.setattr(buffers, "MOST_BUFFERS", 3)
    other = keep(people, people.head, public_id=new_public_id()).public_id
    numbers = [new_public_id() for _place in range(5)]
    for number in numbers:
        keep(people, people.lecturer, public_id=number)
    kept = service.list_buffers(actor_of(people.lecturer), people.module)
    assert [one.public_id for one in kept] == numbers[:1:-1]
    assert [one.public_id for one in service.list_buffers(actor_of(people.head), people.module)] == [other]
