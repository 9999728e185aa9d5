"""A bank goes out in every format: what is lost is shown before, who took what is recorded."""

import json

import pytest

from exambank import audit, clock
from exambank.db import db
from exambank.errors import InvalidInput
from exambank.interchange import service
from exambank.interchange.formats import read_file
from exambank.interchange.neutral import REFUSED, Source, comparable
from exambank.interchange.service.bundles import bundle_of, list_exportable
from tests.interchange.factories import bank_file
from tests.people import actor_of


@pytest.fixture
def bank(people):
    batch = service.preview_import(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, file_name="b.xlsx",
        body=bank_file(),
    )  # fmt: skip
    service.accept_import(actor=actor_of(people.lecturer), now=clock.now(), batch=batch)
    return people.module


def url(module) -> str:
    return f"/interchange/modules/{module.public_id}/export"


@pytest.mark.parametrize("to", ["json", "xlsx", "csv"])
def test_what_goes_out_is_what_the_bank_holds(bank, people, to):
    actor = actor_of(people.head)
    given = bundle_of(bank, list_exportable(actor, bank))
    found = service.export_bank(actor=actor, now=clock.now(), course_module=bank, to=to)
    assert (found.held, found.total, found.left_out) == (3, 3, [])
    again = read_file(Source(found.written.body, f"x.{to}")).entries
    for draft, entry in zip(given.drafts, again, strict=True):
        one, other = comparable(draft), comparable(entry.draft)
        assert {name for name in one if one[name] != other[name]} <= {"extra"}
        assert (draft.extra == entry.draft.extra) == (to == "json")


def test_an_export_is_recorded_with_its_format_and_hashes(bank, people):
    found = service.export_bank(actor=actor_of(people.head), now=clock.now(), course_module=bank, to="csv")
    [event] = [one for one in audit.list_for(bank) if one.verb == "bank.exported"]
    details = json.loads(
        db.session.scalar(db.select(audit.AuditDetail.details).where(audit.AuditDetail.number == event.number))
    )
    assert (details["format"], details["items"], len(details["sha256"])) == ("csv", 3, 64)
    assert sorted(public_id for public_id, _hash in details["hashes"]) == sorted(
        item.public_id for item in found.items
    )  # fmt: skip


def test_a_format_that_is_only_read_is_refused(bank, people):
    with pytest.raises(InvalidInput):
        service.export_bank(actor=actor_of(people.head), now=clock.now(), course_module=bank, to="olx")


def test_the_page_offers_every_format_shows_the_losses_and_gives_the_file(bank, people, sign_in):
    client = sign_in(people.lecturer)
    page = client.get(url(bank))
    assert page.status_code == 200
    for name in ("json", "docx", "xlsx", "csv", "moodle", "qti30", "gift", "aiken"):
        assert f'value="{name}"' in page.text
    shown = client.post(url(bank), data={"go": "preview", "to": "xlsx"})
    assert shown.status_code == 200
    assert 'value="make"' in shown.text
    assert [one.verb for one in audit.list_for(bank) if one.verb == "bank.exported"] == []
    made = client.post(url(bank), data={"go": "make", "to": "xlsx"})
    assert made.headers["Content-Disposition"].startswith("attachment")
    assert made.headers["Cache-Control"] == "no-store"
    assert len(read_file(Source(made.data, "x.xlsx")).entries) == 3
    zipped = client.post(url(bank), data={"go": "make", "to": "json", "packing": "zip"})
    assert zipped.data.startswith(b"PK")


def test_strangers_and_items_of_others_are_not_there(bank, people, sign_in):
    assert sign_in(people.stranger).get(url(bank)).status_code == 404
    ids = [item.public_id for item in list_exportable(actor_of(people.head), bank)]
    other = sign_in(people.other_lecturer)
    assert other.post(url(bank), data={"go": "make", "to": "json", "ids": ids}).status_code == 404
    empty = other.post(url(bank), data={"go": "preview", "to": "json"})
    assert empty.status_code == 422
    assert 'role="alert"' in empty.text
    odd = sign_in(people.head).post(url(bank), data={"go": "preview", "to": "<b>", "ids": ["x", "\0"]})
    assert odd.status_code == 422


def test_what_a_format_cannot_hold_is_told_once_with_its_names(bank, people):
    found = service.plan_export(actor=actor_of(people.head), course_module=bank, to="xlsx")
    assert found.changed == []
    losses = [part for part in (*found.left_out, *found.changed) if part.severity == REFUSED]
    assert losses == []
