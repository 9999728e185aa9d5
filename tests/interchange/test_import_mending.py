"""The preview: an entry of every kind mended by its form, many changed at once, some taken over, the rest told."""

import pytest
from lxml import html
from sqlalchemy import select

from exambank import audit, clock
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.interchange import service
from exambank.interchange.entry_form import EntryForm, part_of
from exambank.interchange.models import ImportBatch, RawItem
from exambank.interchange.neutral import Convention, Draft, draft_of
from tests.bank.kinds import KINDS
from tests.interchange.batches import STACK, drawn_reading, every_kind, keep_batch, reading_of
from tests.interchange.drafts import alike, example
from tests.people import actor_of


@pytest.fixture
def client(people, sign_in):
    return sign_in(people.lecturer)


def url_of(batch: ImportBatch, rest: str = "") -> str:
    return f"/interchange/batches/{batch.public_id}{rest}"


def fields(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the form, in its order."""
    (form,) = html.fromstring(page).xpath('//form[@id="item-form"]')
    found = []
    for field in form.xpath(".//input | .//textarea | .//select"):
        if field.xpath("ancestor::template") or not field.get("name"):
            continue
        if field.tag == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")[:1]
            found += [(field.get("name"), one.get("value")) for one in chosen]
        elif field.tag == "textarea":
            found.append((field.get("name"), (field.text or "").removeprefix("\n")))
        elif field.get("type") not in ("radio", "checkbox") or field.get("checked") is not None:
            found.append((field.get("name"), field.get("value", "")))
    return found


def fresh(batch: ImportBatch) -> ImportBatch:
    db.session.rollback()
    db.session.expire_all()
    return service.get_batch(batch.public_id)


def draft_at(batch: ImportBatch, position: int) -> Draft:
    return Draft.from_dict(service.get_entry(batch.public_id, str(position)).draft)


def as_data(pairs) -> dict:
    data: dict = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return data


# --- the form ---


def test_the_form_of_every_kind_gives_back_what_it_was_given(people, client):
    """Opened and saved without a change: nothing is lost, also not what the form does not show."""
    batch = keep_batch(people, every_kind())
    before = [draft_at(batch, at) for at in range(1, 13)]
    assert sorted(one.kind for one in before) == KINDS
    for at, draft in enumerate(before, start=1):
        page = client.get(url_of(batch, f"/entries/{at}"))
        assert page.status_code == 200
        answer = client.post(url_of(batch, f"/entries/{at}"), data=as_data(fields(page.text)))
        assert answer.status_code == 302, draft.kind
        assert alike(draft_at(batch, at), draft), draft.kind
        assert service.get_entry(batch.public_id, str(at)).status == "accepted", draft.kind


def test_the_key_is_chosen_by_hand_and_the_entry_is_ready(people, client):
    batch = keep_batch(people)
    url = url_of(batch, "/entries/2")
    data = as_data([*fields(client.get(url).text), ("key", "options-1")])
    assert client.post(url, data=data).location.endswith("#entry-2")
    entry = service.get_entry(batch.public_id, "2")
    assert (entry.status, entry.problems, entry.editor_id) == ("accepted", [], people.lecturer.id)
    assert [one["is_key"] for one in entry.draft["content"]["options"]] == [False, True]
    page = client.get(url_of(batch)).text
    assert people.lecturer.full_name in page
    assert fresh(batch).report["counts"]["accepted"] == 2
    assert audit.verify().problems == ()


def test_what_was_refused_is_written_by_hand(people, client):
    batch = keep_batch(people)
    url = url_of(batch, "/entries/4")
    page = client.get(url + "?kind=short_text").text
    assert "Câu gì đây?" in page
    data = as_data([*fields(page), ("accepted-0-text", "1930")]) | {"accepted-0-text": "1930", "level": "Nhận biết"}
    assert client.post(url, data=data).status_code == 302
    entry = service.get_entry(batch.public_id, "4")
    assert (entry.status, entry.draft["kind"], entry.draft["level"]) == ("accepted", "short_text", "Nhận biết")


def test_buttons_within_the_form_keep_what_was_typed(people, client):
    batch = keep_batch(people)
    url = url_of(batch, "/entries/2")
    data = as_data(fields(client.get(url).text)) | {"options-0-text": "Một nghìn"}
    more = fields(client.post(url, data={**data, "go": "add-options"}).text)
    assert ("options-2-text", "") in more
    assert ("options-0-text", "Một nghìn") in more
    down = dict(fields(client.post(url, data={**data, "go": "down-options-0"}).text))
    assert down["options-1-text"] == "Một nghìn"
    fewer = dict(fields(client.post(url, data={**data, "go": "remove-options-1"}).text))
    assert "options-1-text" not in fewer
    other = dict(fields(client.post(url, data={**data, "go": "kind-multiple_choice"}).text))
    assert (other["kind"], other["options-0-text"]) == ("multiple_choice", "Một nghìn")
    assert service.get_entry(batch.public_id, "2").edited_at is None


def test_any_kind_can_become_any_other(app):
    with app.test_request_context():
        for kind in KINDS:
            form = EntryForm.of(example(kind), [])
            for other in KINDS:
                form.change(f"kind-{other}")
                assert form.draft().kind == other
                form.change(f"kind-{kind}")


def test_odd_input_is_no_error(people, client):
    batch = keep_batch(people)
    url = url_of(batch, "/entries/1")
    odd = {
        "kind": "x",
        "stem": "\0",
        "options-999-text": "a",
        "options-0-is_key": "y",
        "key": "options-77",
        "go": "up-x",
    }
    assert client.post(url, data=odd).status_code == 200
    assert client.post(url, data={**odd, "go": "save", "level": "Lạ"}).status_code == 422
    assert client.post(url, data={**odd, "go": "save", "scoring": "[1"}).status_code == 302
    for missing in ("0", "99", "x", "1.5", "٣"):
        assert client.get(url_of(batch, f"/entries/{missing}")).status_code == 404


def test_the_look_shows_the_candidate_s_view_and_the_checks(people, client):
    batch = keep_batch(people)
    url = url_of(batch, "/entries/2")
    told = client.post(url + "/look", data=as_data(fields(client.get(url).text))).json
    assert "Câu chưa có đáp án?" in told["preview"]
    assert "eb-checks" in told["checks"]


def test_the_page_of_an_entry_is_closed_once_the_batch_is_decided(people, client):
    batch = keep_batch(people)
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    assert client.get(url_of(batch, "/entries/2")).status_code == 409
    assert client.post(url_of(batch, "/entries/2"), data={"stem": "x"}).status_code == 409
    with pytest.raises(StateConflict):
        service.set_left_out(
            actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch), positions=[1], is_left_out=True
        )


def test_a_relative_tolerance_and_a_third_of_the_points_survive_the_form(app):
    content = {"answers": [{"value": "12.5", "tolerance": "0.05", "is_relative": True, "share": "0.333333"}]}
    with app.test_request_context():
        draft = draft_of("numeric", "Bao nhiêu?", content)
        part = part_of("numeric").show(draft.stem, dict(draft.content))
        assert part.rows["answers"][0]["tolerance"] == "5"
        assert alike(draft_of("numeric", *part.texts()), draft)


# --- the preview ---


def test_pictures_of_a_file_are_served_to_its_people_and_run_nothing(people, client, sign_in):
    batch = keep_batch(people)
    picture = draft_at(batch, 1).picture
    answer = client.get(url_of(batch, f"/pictures/{picture}"))
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert url_of(batch, f"/pictures/{picture}") in client.get(url_of(batch)).text
    assert sign_in(people.stranger).get(url_of(batch, f"/pictures/{picture}")).status_code == 404


def test_entries_are_left_out_and_taken_in_again(people, client):
    batch = keep_batch(people)
    assert client.post(url_of(batch, "/change"), data={"act": "leave_out-1"}).status_code == 302
    assert client.get(url_of(batch) + "?show=left_out").status_code == 200
    assert [one.is_left_out for one in service.list_entries(fresh(batch))] == [True, False, False, False]
    client.post(url_of(batch, "/change"), data={"act": "take_in", "reach": "all", "show": "left_out"})
    assert not any(one.is_left_out for one in service.list_entries(fresh(batch)))
    assert client.post(url_of(batch, "/change"), data={"act": "leave_out"}).status_code == 422
    assert client.post(url_of(batch, "/change"), data={"act": "x-1"}).status_code == 422


def test_topic_level_and_tags_are_given_to_many(people, client):
    batch = keep_batch(people)
    places = {"new_topic": "Chương 2", "new_level": "Vận dụng", "new_tags": "đề cũ; 2025"}
    answer = client.post(url_of(batch, "/change"), data={"act": "place", "entries": ["1", "2"], **places})
    assert answer.status_code == 302
    for position in (1, 2):
        draft = draft_at(batch, position)
        assert (draft.topic_names, draft.level, draft.tags) == (("Chương 2",), "Vận dụng", ("2025", "đề cũ"))
    assert client.post(url_of(batch, "/change"), data={"act": "place", "entries": "1"}).status_code == 422


def test_conflicting_signs_are_shown_with_what_each_decides(people, client):
    draft = example("single_choice")
    entry = drawn_reading().entries[0]
    signs = (("A", (("red", 1.0), ("underline_label", 1.0))), ("B", (("red", 0.03),)))
    reading = reading_of(
        type(entry)(entry.place, "Câu 1", draft, evidence=signs),
        conventions=(Convention("underline", 12, 1), Convention("red", 9)), convention="underline",
    )  # fmt: skip
    page = client.get(url_of(keep_batch(people, reading))).text
    assert 'id="conventions"' in page
    assert 'value="red"' in page
    assert "Câu 1: A" in page
    assert 'id="conventions"' not in client.get(url_of(keep_batch(people))).text


def test_what_looks_alike_in_another_bank_is_found_after_a_move(people, client):
    batch = keep_batch(people)
    assert client.post(url_of(batch, "/move"), data={"module": people.other_module.public_id}).status_code == 422
    answer = client.post(url_of(batch, "/move"), data={"module": people.module.public_id})
    assert answer.status_code == 302
    assert fresh(batch).state == "reading"


# --- taken over ---


def test_everything_comes_in_with_its_pictures_and_the_rest_is_told(any_app, people):
    batch = keep_batch(people)
    actor = actor_of(people.lecturer)
    imported = service.accept_import(
        actor=actor, now=clock.now(), batch=batch, tags=("đề 2025",), default_level=people.levels[2]
    )
    assert imported == 2
    first, second = db.session.scalars(select(Item).order_by(Item.id))
    version = db.session.get(ItemVersion, first.current_version_id)
    media = db.session.scalars(select(Media)).all()
    assert {version.media_id} <= {one.id for one in media}
    assert any(one.public_id in version.content["options"][0]["html"] for one in media)
    assert [tag.tag for tag in second.tags] == ["đề 2025"]
    assert (first.level.name, second.level.name) == ("Nhận biết", people.levels[2].name)
    assert fresh(batch).report["taken"] == {"items": 2, "raws": 1, "left_out": 1}
    (raw,) = service.list_raws(people.module)
    assert service.get_raw(raw.public_id).body == STACK
    assert [one.item_id is None for one in service.list_entries(fresh(batch))] == [False, False, True, True]
    assert audit.verify().problems == ()


def test_the_page_afterwards_says_what_came_in_and_what_did_not(people, client):
    batch = keep_batch(people)
    client.post(url_of(batch, "/change"), data={"act": "leave_out-1"})
    answer = client.post(url_of(batch, "/accept"), data={"scope": "all"}, follow_redirects=True)
    assert answer.status_code == 200
    for words in ("Câu 1", "Câu STACK", "Câu hỏng"):
        assert words in answer.text
    assert f"/interchange/modules/{people.module.public_id}/raws" in answer.text


def test_only_what_is_ticked_may_be_taken(people, client):
    batch = keep_batch(people)
    assert client.post(url_of(batch, "/accept"), data={"scope": "ticked"}).status_code == 422
    client.post(url_of(batch, "/accept"), data={"scope": "ticked", "entries": ["2"]})
    assert [item.state for item in db.session.scalars(select(Item))] == ["draft"]
    assert db.session.scalar(select(RawItem)) is None


def test_a_picture_that_is_not_there_leaves_its_words(people):
    lost = '<img data-media="99999999-0123-0123-0123-0123456789ab" alt="Sơ đồ"> Câu?'
    entry = drawn_reading().entries[0]
    reading = reading_of(
        type(entry)(entry.place, "1", draft_of("essay", lost, {"rubric": [{"html": "Ý", "points": "1"}]}))
    )
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=keep_batch(people, reading))
    assert db.session.scalar(select(ItemVersion)).stem == "[Sơ đồ] Câu?"


def test_whoever_mended_an_entry_may_not_accept_its_text(people):
    batch = keep_batch(people)
    entry = service.get_entry(batch.public_id, "2")
    service.mend_entry(actor=actor_of(people.head), now=clock.now(), entry=entry, draft=example("single_choice"))
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch))
    editors = [one.editor_ids for one in db.session.scalars(select(ItemVersion).order_by(ItemVersion.id))]
    assert editors == [[], [people.head.id]]


# --- kept as it came ---


def test_kept_items_are_handed_out_unchanged_and_deleted_with_a_reason(people, client, sign_in):
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=keep_batch(people))
    base = f"/interchange/modules/{people.module.public_id}"
    (raw,) = service.list_raws(people.module)
    assert "Câu STACK" in client.get(base + "/raws").text
    answer = client.get(f"/interchange/raws/{raw.public_id}/file")
    assert answer.data == STACK
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content_type == "application/octet-stream"
    assert client.post(base + "/raws.zip").data.startswith(b"PK")
    assert client.post(f"/interchange/raws/{raw.public_id}/delete", data={"reason": "x"}).status_code == 404
    head = sign_in(people.head)
    assert head.post(f"/interchange/raws/{raw.public_id}/delete", data={"reason": " "}).status_code == 422
    assert head.post(f"/interchange/raws/{raw.public_id}/delete", data={"reason": "trùng"}).status_code == 302
    assert service.list_raws(people.module) == []
    assert client.post(base + "/raws.zip").status_code == 404
    assert client.get(base + "/raws").status_code == 200


def test_a_kept_item_s_files_come_back_byte_for_byte(people):
    reading = drawn_reading()
    raw = reading.entries[2].raw
    files = (("anh/a.png", b"\x89PNG\0"), ("b.txt", b"b"))
    entry = type(reading.entries[2])(
        reading.entries[2].place,
        "raw",
        raw=type(raw)(raw.format, raw.body, raw.suffix, raw.name, raw.identifier, files),
    )
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=keep_batch(people, reading_of(entry)))
    (found,) = service.list_raws_to_export(people.module)
    assert (found.body, found.files, found.identifier) == (raw.body, files, raw.identifier)


def test_an_unknown_picture_is_not_found(people):
    batch = keep_batch(people)
    with pytest.raises(NotFound):
        service.get_import_picture(batch.public_id, "x" * 36)
    with pytest.raises(InvalidInput):
        service.delete_raw(actor=actor_of(people.head), now=clock.now(), raw=None, reason=" ")
    assert set(REGISTRY) == set(KINDS)
