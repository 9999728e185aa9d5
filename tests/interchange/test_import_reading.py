"""How a file is read: in a process of its own, with limits, stopped when unwanted, never left half read."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from exambank import audit, clock, jobs
from exambank.bank.models import Item
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import service, wire
from exambank.interchange.models import ImportBatch, ImportEntry, ImportPicture
from exambank.interchange.neutral import Convention, Entry, Gallery, Place, Raw, Source, UnreadableFile
from exambank.interchange.reading_child import read as read_in_child
from exambank.interchange.service.apart import ReadingStopped, read_apart
from exambank.interchange.service.reading import keep_reading, prepare_reading
from tests.interchange.batches import drawn_reading, every_kind, keep_batch, raw_entry, reading_of, refused_entry
from tests.interchange.drafts import SMALL_PNG, example
from tests.interchange.factories import bank_file, make_csv
from tests.people import actor_of


def upload(people, body=None, name="ngân hàng.xlsx", **values) -> ImportBatch:
    return service.upload_import(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, file_name=name,
        body=bank_file() if body is None else body, **values,
    )  # fmt: skip


def fresh(batch: ImportBatch) -> ImportBatch:
    db.session.rollback()
    db.session.expire_all()
    return service.get_batch(batch.public_id)


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def told_by_child(body: bytes, name: str, wanted=None) -> dict:
    out = io.BytesIO()
    read_in_child(wire.pack_source(Source(body, name), wanted), out)
    return json.loads(out.getvalue().splitlines()[-1]) if out.getvalue().endswith(b"\n") else {}


def always(_done, _total) -> bool:
    return True


# --- over the pipe ---


def test_a_reading_crosses_the_pipe_as_it_was():
    gallery = Gallery()
    gallery.add("a.png", SMALL_PNG)
    whole = replace(
        every_kind(),
        media=gallery.files,
        notices=(("notes_not_kept", {}),),
        facts={"sheet": "S"},
        convention="red",
        conventions=(Convention("red", 3, 1),),
    )
    whole = replace(whole, entries=(*whole.entries, raw_entry(files=(("a/b.png", b"\0\1"),)), refused_entry()))
    data, blobs = wire.pack_reading(whole)
    assert wire.unpack_reading(json.loads(json.dumps(data)), blobs) == json_like(whole)


def json_like(reading):
    """JSON knows lists only: the contents that crossed it are compared as such."""
    data, blobs = wire.pack_reading(reading)
    return wire.unpack_reading(json.loads(json.dumps(data)), blobs)


@given(st.binary(max_size=60), st.binary(max_size=60), st.text(max_size=20))
def test_a_source_crosses_the_pipe_byte_for_byte(body, keys, name):
    given_source = Source(body, name, choices={"key": "red"}, key_body=keys, key_name="k")
    found, wanted = wire.unpack_source(wire.pack_source(given_source, "gift"), always)
    assert (found.body, found.key_body, found.name, found.choices["key"], wanted) == (body, keys, name, "red", "gift")


def test_the_child_tells_why_a_file_cannot_be_read():
    assert told_by_child(b"%PDF-1.4", "a.pdf")["failure"]["code"] == "other_file"
    assert told_by_child(b"", "a.csv")["failure"]["code"] == "empty_file"


@pytest.fixture(scope="module")
def csv_reading():
    """One real child; its import of the program is what costs."""
    rows = [["Câu hỏi", "A", "B", "Đáp án"], ["Một cộng một?", "2", "3", "A"]]
    return read_apart(Source(make_csv(rows), "a.csv"), None, is_wanted=always)


def test_a_file_is_read_in_a_process_of_its_own(csv_reading):
    assert csv_reading.counts()["accepted"] == 1
    assert "Một cộng một?" in csv_reading.entries[0].draft.stem


def test_a_reading_that_takes_too_long_is_ended():
    with pytest.raises(UnreadableFile) as caught:
        read_apart(Source(bank_file(), "a.xlsx"), None, is_wanted=always, wall_seconds=0.01)
    assert caught.value.code == "reading_too_long"


def test_what_a_failing_reader_says_reaches_the_log(monkeypatch, caplog):
    """It may write no file, so its last words come by a pipe."""
    monkeypatch.setattr("exambank.interchange.service.apart.pack_source", lambda *_given: b"no line of JSON\n")
    with pytest.raises(UnreadableFile), caplog.at_level("ERROR", "exambank.interchange"):
        read_apart(Source(b"x,y", "a.csv"), None, is_wanted=always)
    assert "JSONDecodeError" in caplog.records[-1].said


def test_a_reading_that_nobody_wants_is_ended():
    with pytest.raises(ReadingStopped):
        read_apart(Source(bank_file(), "a.xlsx"), None, is_wanted=lambda _done, _total: False)


_HUNGRY = """
from exambank.interchange import reading_child
import resource
reading_child.limit(memory=400 * 1024 * 1024, seconds=9)
try:
    bytearray(500 * 1024 * 1024)
except MemoryError:
    print("stopped", resource.getrlimit(resource.RLIMIT_CPU)[0], resource.getrlimit(resource.RLIMIT_CORE)[0])
"""


def test_the_child_may_take_only_so_much_memory_and_time():
    ran = subprocess.run([sys.executable, "-c", _HUNGRY], capture_output=True, text=True, check=False, timeout=60)
    assert ran.stdout.split() == ["stopped", "9", "0"]


# --- a batch and its worker ---


def test_the_worker_reads_what_was_handed_in(any_app, people):
    batch = upload(people)
    assert (batch.state, count(ImportEntry)) == ("reading", 0)
    jobs.run_due()
    batch = fresh(batch)
    assert (batch.state, batch.format, batch.report["counts"]["accepted"]) == ("previewed", "xlsx", 3)
    assert [one.position for one in service.list_entries(batch)] == [1, 2, 3]
    assert count(Item) == 0
    assert audit.verify().problems == ()


def test_what_cannot_be_read_is_said_on_the_batch(people):
    batch = upload(people, b"%PDF-1.4 ...", "a.pdf")
    jobs.run_due()
    batch = fresh(batch)
    assert (batch.state, batch.failure["code"]) == ("failed", "other_file")
    with pytest.raises(StateConflict):
        service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)


def test_the_format_may_be_forced(people):
    batch = upload(people, make_csv([["Câu hỏi", "A", "B", "Đáp án"], ["Hỏi?", "a", "b", "B"]]), "a.dat", wanted="csv")
    jobs.run_due()
    assert fresh(batch).report["counts"]["accepted"] == 1


def test_a_stopped_reading_keeps_nothing_and_may_be_begun_again(people):
    batch = upload(people)
    service.cancel_reading(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    jobs.run_due()
    assert (fresh(batch).state, count(ImportEntry)) == ("cancelled", 0)
    service.read_again(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch), choices={})
    jobs.run_due()
    assert fresh(batch).state == "previewed"


def test_a_reading_that_was_stopped_meanwhile_cannot_end_well(any_app, people):
    batch = upload(people)
    with unit_of_work() as session:
        session.get(ImportBatch, batch.id).attempts = 2  # another reading has begun
    with pytest.raises(ReadingStopped):
        keep_reading(batch.id, 1, prepare_reading(drawn_reading(), people.module))
    assert (fresh(batch).state, count(ImportEntry), count(ImportPicture)) == ("reading", 0, 0)


def test_a_dead_worker_s_batch_is_taken_up_again_and_at_last_given_up(any_app, people):
    batch = upload(people)
    with unit_of_work() as session:
        row = session.get(ImportBatch, batch.id)
        row.attempts = row.tries = 3
        row.started_at = clock.now()
    service.fail_abandoned(clock.now() - timedelta(minutes=1))
    assert fresh(batch).state == "reading"
    jobs.run_due()
    assert (fresh(batch).state, fresh(batch).failure["code"]) == ("failed", "reading_gave_up")


def test_a_batch_whose_job_is_lost_does_not_wait_for_ever(people):
    batch = upload(people)
    with unit_of_work() as session:
        session.get(ImportBatch, batch.id).started_at = clock.now()
    service.fail_abandoned(clock.now() + timedelta(hours=1))
    assert fresh(batch).failure["code"] == "reading_gave_up"


def test_a_second_reading_keeps_what_was_mended(any_app, people):
    batch = upload(people)
    jobs.run_due()
    entry = service.get_entry(batch.public_id, "2")
    mended = replace(example("single_choice"), stem="Sửa rồi?")
    actor = actor_of(people.lecturer)
    service.mend_entry(actor=actor, now=clock.now(), entry=entry, draft=mended)
    service.set_left_out(actor=actor, now=clock.now(), batch=fresh(batch), positions=[3], is_left_out=True)
    service.read_again(actor=actor, now=clock.now(), batch=fresh(batch), choices={"key": "red"})
    assert len(service.list_entries(fresh(batch))) == 3  # what was read before is shown until the new one is there
    jobs.run_due()
    rows = service.list_entries(fresh(batch))
    assert [one.draft["stem"] for one in rows][1] == "Sửa rồi?"
    assert [one.is_left_out for one in rows] == [False, False, True]
    assert (count(ImportEntry), fresh(batch).report["notices"]) == (3, [])


def test_a_second_reading_that_fails_leaves_the_first(people):
    batch = upload(people)
    jobs.run_due()
    service.read_again(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch), choices={"format": "json"})
    jobs.run_due()
    batch = fresh(batch)
    assert (batch.state, bool(batch.failure), len(service.list_entries(batch))) == ("previewed", True, 3)


def test_what_was_mended_and_is_no_longer_there_is_said(people):
    batch = keep_batch(people)
    entry = service.get_entry(batch.public_id, "2")
    service.mend_entry(actor=actor_of(people.lecturer), now=clock.now(), entry=entry, draft=example("essay"))
    service.read_again(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch), choices={})
    with unit_of_work() as session:
        session.get(ImportBatch, batch.id).attempts = 2
    other = reading_of(Entry(Place("line", {"line": 1}), "Câu khác", example("numeric")))
    keep_reading(batch.id, 2, prepare_reading(other, people.module))
    assert fresh(batch).report["notices"] == [["edits_lost", {"names": "Câu 2"}]]


def test_a_decided_batch_forgets_the_file(people):
    batch = keep_batch(people)
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    kept = db.session.execute(select(ImportBatch.upload, ImportBatch.state).where(ImportBatch.id == batch.id)).one()
    assert tuple(kept) == (None, "accepted")
    assert count(ImportPicture) == 0
    assert db.session.scalars(select(ImportEntry.raw_body)).all() == [None] * 4


def test_old_files_that_could_not_be_read_are_forgotten(people):
    batch = upload(people, b"%PDF-1.4", "a.pdf")
    jobs.run_due()
    service.forget_uploads(clock.now() + timedelta(days=1))
    with pytest.raises(InvalidInput):
        service.read_again(actor=actor_of(people.lecturer), now=clock.now(), batch=fresh(batch), choices={})


def test_large_readings_are_kept_in_small_writes_with_all_their_entries(any_app, people):
    entries = [Entry(Place("line", {"line": at}), f"Câu {at}", example("single_choice")) for at in range(1, 61)]
    raws = [Entry(Place("line", {"line": 99}), "raw", raw=Raw("qti21", bytes(700_000), ".xml"))] * 3
    batch = keep_batch(people, reading_of(*entries, *raws))
    assert [one.position for one in service.list_entries(batch)] == list(range(1, 64))
    assert batch.report["counts"]["raw"] == 3


def test_a_batch_of_an_older_version_can_still_be_looked_at(people, sign_in):
    """Decided, it tells what became of its rows; undecided, its file has to be chosen again."""
    row = {"row": 5, "number": "4", "status": "refused", "problems": [{"code": "no_stem", "severity": "refused",
           "column": "Câu hỏi", "values": {}}], "source": [["Câu hỏi", ""]]}  # fmt: skip
    report = {"format": "xlsx", "sheet": "S", "header_row": 1, "notices": [], "rows": [row], "new_topics": [],
              "counts": {"accepted": 0, "warning": 0, "refused": 1}}  # fmt: skip
    client = sign_in(people.lecturer)
    for state in ("accepted", "discarded", "previewed"):
        with unit_of_work() as session:
            batch = ImportBatch(
                course_module_id=people.module.id, file_name=f"{state}.xlsx", sha256="0" * 64, state=state, drafts=[],
                report=report, author_id=people.lecturer.id, created_at=clock.now(), imported=2,
            )  # fmt: skip
            session.add(batch)
        url = f"/interchange/batches/{batch.public_id}"
        page = client.get(url)
        assert page.status_code == 200
        assert ("Câu hỏi" in page.text) == (state != "previewed")
        assert client.post(f"{url}/accept").status_code == (422 if state == "previewed" else 409)
        assert client.get("/interchange/").status_code == 200
    assert service.report_for_people(report)["problems"][0]["item"] == "4"
