"""A batch in the hands of several people and windows: nobody decides on what they did not see, all menders count."""

import pytest
from lxml import html
from sqlalchemy import event, select, update

from exambank import clock
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.interchange import service
from exambank.interchange.models import ImportBatch, ImportEntry
from exambank.interchange.neutral import WARNING, Draft, Entry, Place, Problem, draft_of
from exambank.interchange.service.reading import keep_reading, prepare_reading
from tests.interchange.batches import drawn_reading, every_kind, keep_batch, raw_entry, reading_of
from tests.people import actor_of


@pytest.fixture
def client(people, sign_in):
    return sign_in(people.lecturer)


def url_of(batch: ImportBatch, rest: str = "") -> str:
    return f"/interchange/batches/{batch.public_id}{rest}"


def fresh(batch: ImportBatch) -> ImportBatch:
    db.session.rollback()
    db.session.expire_all()
    return service.get_batch(batch.public_id)


def draft_at(batch: ImportBatch, position: int) -> Draft:
    return Draft.from_dict(service.get_entry(batch.public_id, str(position)).draft)


def test_a_page_that_shows_another_reading_decides_nothing(people, client):
    """Chosen in one window: other signs for the keys. The other window still shows the old keys."""
    batch = keep_batch(people)
    (old,) = html.fromstring(client.get(url_of(batch)).text).xpath('//input[@name="reading"]/@value')
    service.read_again(actor=actor_of(people.lecturer), now=clock.now(), batch=batch, choices={"key": "bold"})
    keep_reading(batch.id, fresh(batch).attempts, prepare_reading(drawn_reading(), fresh(batch).course_module))
    with unit_of_work() as session:
        session.get(ImportBatch, batch.id).shown = 7  # as if a second reading had ended
        session.execute(update(ImportEntry).values(reading=7))
    for act in ("/accept", "/change"):
        answer = client.post(url_of(batch, act), data={"reading": old, "act": "leave_out", "reach": "all"})
        assert answer.status_code == 409
        assert "cửa sổ khác" in answer.text
    assert fresh(batch).state == "previewed"
    assert not any(one.is_left_out for one in service.list_entries(batch))
    assert client.post(url_of(batch, "/accept"), data={"reading": "7"}).status_code == 302


def test_a_refused_decision_keeps_the_page_with_what_was_ticked_and_typed(people, client):
    batch = keep_batch(people)
    answer = client.post(url_of(batch, "/accept"), data={"scope": "ticked", "tags": "ôn tập"})
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath('//*[@role="alert"]')
    assert page.xpath('//input[@name="tags"]/@value') == ["ôn tập"]
    answer = client.post(url_of(batch, "/change"), data={"act": "place", "entries": ["1"]})
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.xpath('//input[@name="entries"][@checked]/@value') == ["1"]


def test_everybody_who_mended_an_entry_counts_as_a_writer(people, client):
    batch = keep_batch(people)
    for person in (people.other_lecturer, people.head):
        entry = service.get_entry(batch.public_id, "2")
        service.mend_entry(actor=actor_of(person), now=clock.now(), entry=entry, draft=draft_at(batch, 2))
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch))
    editors = [one.editor_ids for one in db.session.scalars(select(ItemVersion).order_by(ItemVersion.id))]
    assert editors == [[], sorted([people.other_lecturer.id, people.head.id])]


def test_warnings_that_quote_a_bank_do_not_go_along_to_another(people, client):
    """The new reading may fail, and then the old warnings would be shown to the other bank's people."""
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=keep_batch(people))
    batch = keep_batch(people)
    actor = actor_of(people.head)
    assert "kin_in_bank" in codes(batch)
    service.move_batch(actor=actor, now=clock.now(), batch=batch, course_module=people.other_module)
    service.cancel_reading(actor=actor, now=clock.now(), batch=fresh(batch))
    assert fresh(batch).state == "previewed"
    assert "kin_in_bank" not in codes(batch)


def codes(batch: ImportBatch) -> list[str]:
    return [problem["code"] for one in service.list_entries(fresh(batch)) for problem in one.problems]


def test_little_is_read_and_written_while_others_wait_for_the_database(people, client):
    """Mending one of many questions reads none of the others within its write."""
    batch = keep_batch(people, every_kind())
    entry = service.get_entry(batch.public_id, "1")
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    service.mend_entry(actor=actor_of(people.lecturer), now=clock.now(), entry=entry, draft=draft_at(batch, 1))
    within = seen[next(at for at, one in enumerate(seen) if one.startswith("UPDATE")) :]
    assert not [one for one in within if "import_entry.source" in one]


def test_what_was_wrong_with_an_entry_left_out_is_told_in_the_reader_s_language(people, client):
    hollow = draft_of("single_choice", "Câu?", {"options": []})
    problem = Problem("needs_work", WARNING, values={"what": "words of the worker"})
    batch = keep_batch(people, reading_of(Entry(Place(), "Câu 1", hollow, problems=(problem,)), raw_entry()))
    service.set_left_out(actor=actor_of(people.lecturer), now=clock.now(), batch=batch, positions=[1], is_left_out=True)
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch))
    page = client.get(url_of(batch)).text
    assert "words of the worker" not in page
    assert "Câu này lẽ ra phải sửa trước khi gửi phản biện." in page
