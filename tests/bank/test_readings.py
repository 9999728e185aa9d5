"""Who reads accepted items of others is noted, and reading many at once is held back."""

import threading
from datetime import timedelta

import pytest

from exambank import audit, clock
from exambank.bank import service
from exambank.bank.models import BankSettings, Item, ItemReading
from exambank.db import db, unit_of_work
from tests.bank.factories import make_accepted, make_draft
from tests.people import actor_of


def read(who, item, now=None):
    service.note_reading(actor=actor_of(who), now=now or clock.now(), version=service.get_newest_version(item))


def limit_to(people, count):
    with unit_of_work() as session:
        session.add(
            BankSettings(course_module_id=people.module.id, reading_limit=count, gate={}, changed_by_id=people.head.id,
                         changed_at=clock.now())
        )  # fmt: skip


def noted():
    db.session.rollback()
    return db.session.query(ItemReading).count()


def test_a_reading_is_noted_once_an_hour_and_never_of_ones_own_or_of_a_draft(any_app, people):
    item, draft = make_accepted(people), make_draft(people)
    read(people.lecturer, item)
    read(people.other_lecturer, draft)
    assert noted() == 0
    read(people.other_lecturer, item)
    read(people.other_lecturer, item)
    assert noted() == 1
    read(people.other_lecturer, item, clock.now() + timedelta(minutes=61))
    assert noted() == 2
    [reader] = service.list_readers(people.module, clock.now())
    assert (reader.full_name, reader.items, reader.readings, reader.recent_items) == ("Trần Văn Bình", 1, 2, 1)
    assert len(service.list_readings(people.module, item=item.code)) == 2
    assert service.list_readings(people.module, person=people.head.public_id) == []


def test_one_item_too_many_within_the_hour_is_refused_and_recorded_once(any_app, people):
    limit_to(people, 2)
    items = [make_accepted(people, stem=f"Câu {number} hỏi gì?") for number in range(4)]
    for item in items[:2]:
        read(people.other_lecturer, item)
    for item in items[2:]:
        with pytest.raises(service.ReadingLimited):
            read(people.other_lecturer, item)
    read(people.other_lecturer, items[0])  # seen within the hour: still open
    assert noted() == 2
    assert [one.verb for one in audit.list_for(people.module)].count("bank.reading_limited") == 1
    read(people.other_lecturer, items[2], clock.now() + timedelta(minutes=61))
    assert audit.verify().problems == ()


def test_heads_and_the_quality_office_are_noted_and_never_refused(any_app, people):
    limit_to(people, 1)
    items = [make_accepted(people, stem=f"Câu {number} hỏi gì?", author=people.other_lecturer) for number in range(3)]
    for who in (people.head, people.quality):
        for item in items:
            read(who, item)
    assert noted() == 6


def test_the_page_says_why_no_further_item_opens(people, sign_in):
    limit_to(people, 1)
    first, second = (make_accepted(people, stem=f"Câu bí mật {number}?") for number in range(2))
    client = sign_in(people.other_lecturer)
    assert client.get(f"/bank/items/{first.public_id}").status_code == 200
    refused = client.get(f"/bank/items/{second.public_id}")
    assert refused.status_code == 429
    assert "Câu bí mật 1" not in refused.text
    assert client.get(f"/bank/items/{first.public_id}").status_code == 200
    as_json = client.get(f"/bank/items/{second.public_id}", headers={"Accept": "application/json"})
    assert (as_json.status_code, as_json.json["error"]) == (429, "reading_limited")


def test_whoever_answers_for_a_bank_sees_who_read_what(people, sign_in):
    item = make_accepted(people)
    address = f"/bank/modules/{people.module.public_id}/readings"
    assert sign_in(people.head).get(address).status_code == 200
    sign_in(people.other_lecturer).get(f"/bank/items/{item.public_id}")
    page = sign_in(people.head).get(address).text
    assert "Trần Văn Bình" in page
    assert item.code in page
    assert item.code in sign_in(people.quality).get(f"{address}?item={item.code.lower()}").text
    assert sign_in(people.lecturer).get(address).status_code == 404


# --- every road to a text is noted and limited ---


@pytest.mark.parametrize("road", ["items/{0}", "items/{0}/preview", "items/{0}/history", "items/{0}/kin/{1}"])
def test_every_page_that_shows_an_accepted_text_is_noted_and_limited(people, sign_in, road):
    limit_to(people, 2)
    first, second, third = (make_accepted(people, stem=f"Câu bí mật {number}?") for number in range(3))
    client = sign_in(people.other_lecturer)
    assert client.get("/bank/" + road.format(first.public_id, second.public_id)).status_code == 200
    assert noted() == (2 if "kin" in road else 1)
    client.get(f"/bank/items/{second.public_id}")
    assert client.get("/bank/" + road.format(third.public_id, second.public_id)).status_code == 429
    assert noted() == 2


def test_a_copy_is_a_reading(people, sign_in):
    limit_to(people, 1)
    first, second = (make_accepted(people, stem=f"Câu bí mật {number}?") for number in range(2))
    client = sign_in(people.other_lecturer)
    assert client.post(f"/bank/items/{first.public_id}/copy").status_code == 302
    assert noted() == 1
    assert client.post(f"/bank/items/{second.public_id}/copy").status_code == 429
    assert db.session.query(Item).count() == 3


def test_a_head_who_edits_an_item_of_others_is_noted(people, sign_in):
    item = make_accepted(people)
    assert sign_in(people.head).get(f"/bank/items/{item.public_id}/edit").status_code == 200
    assert noted() == 1


def test_the_list_of_look_alikes_shows_no_whole_text_to_those_who_are_limited(people, sign_in):
    wrong = [("Đúng duy nhất", True), ("Phương án bí mật một", False), ("Phương án bí mật hai", False), ("Ba", False)]
    for _place in range(2):
        make_accepted(people, stem="Hai câu giống hệt nhau hỏi về điều gì trong bài?", options=wrong)
    search = service.start_search(actor=actor_of(people.head), now=clock.now(), course_module=people.module)
    service.run_search(search.public_id)
    address = f"/bank/modules/{people.module.public_id}/kin"
    page = sign_in(people.other_lecturer).get(address).text
    assert "Hai câu giống hệt nhau" in page
    assert "Phương án bí mật" not in page
    assert noted() == 0
    assert "Phương án bí mật" in sign_in(people.head).get(address).text
    assert noted() == 2


def test_pages_opened_at_once_are_counted_one_after_the_other(postgresql_app, people):
    limit_to(people, 2)
    items = [make_accepted(people, stem=f"Câu {number} hỏi gì?") for number in range(6)]
    ids, gate, refused = [item.public_id for item in items], threading.Barrier(6), []

    def open_one(public_id):
        with postgresql_app.app_context():
            version = service.get_newest_version(service.get_item(public_id))
            gate.wait()
            try:
                service.note_reading(actor=actor_of(people.other_lecturer), now=clock.now(), version=version)
            except service.ReadingLimited:
                refused.append(public_id)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=open_one, args=(public_id,)) for public_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (noted(), len(refused)) == (2, 4)
