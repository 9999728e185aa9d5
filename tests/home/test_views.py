"""The desk and its neighbours through HTTP."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from flask import current_app
from sqlalchemy import text

from exambank import audit
from exambank.db import db, unit_of_work
from exambank.permissions import SYSTEM
from tests.home.factories import make_busy_school, make_certificate
from tests.home.test_desk import ROLES


@pytest.fixture
def with_certificate(app):
    make_certificate(Path(current_app.instance_path) / "certificates")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_lands_on_a_desk_with_at_most_one_primary_button(people, sign_in, role):
    make_busy_school(people)
    page = sign_in(getattr(people, role)).get("/")
    assert page.status_code == 200
    assert page.text.count("is-primary") <= 1


def test_a_desk_with_nothing_on_it_says_so(people, sign_in):
    client = sign_in(people.marker)
    client.post("/accounts/language", data={"language": "en"})
    assert "<h1>Today nothing is due</h1>" in client.get("/").text


def test_a_stranger_is_asked_to_sign_in(app, people):
    answer = app.test_client().get("/")
    assert answer.status_code == 302
    assert "/accounts/sign-in" in answer.location


def test_health_tells_nothing_but_that_the_database_answers(app, people):
    answer = app.test_client().get("/healthz")
    assert answer.json == {"status": "ok"}


def test_health_fails_when_the_database_does_not_answer(app, people, monkeypatch):
    db.session.execute(text("SELECT 1"))
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(db.engine.pool, "_creator", _refuse)
    monkeypatch.setattr(db.engine.pool, "_invoke_creator", _refuse)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert list(answer.json) == ["status"]


def _refuse(*_arguments):
    raise db.engine.dialect.dbapi.OperationalError("gone")


def test_the_certificate_is_handed_out_to_anybody(with_certificate, app, people):
    client = app.test_client()
    answer = client.get("/ca.pem")
    assert answer.mimetype == "application/x-x509-ca-cert"
    assert b"BEGIN CERTIFICATE" in answer.data
    assert b"PRIVATE" not in answer.data
    page = client.get("/ca")
    assert page.status_code == 200
    assert "certutil" in page.text


def test_without_a_certificate_the_page_says_what_to_do(app, people):
    client = app.test_client()
    for address in ("/ca", "/ca.pem"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "exambank init" in answer.text


def test_a_file_that_is_no_certificate_is_not_handed_out(app, people):
    folder = Path(current_app.instance_path) / "certificates"
    folder.mkdir()
    (folder / "ca.pem").write_text("-----BEGIN PRIVATE KEY-----\nsecret\n")
    answer = app.test_client().get("/ca.pem")
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_records_are_listed_filtered_and_paged(people, sign_in):
    for number in range(60):
        with unit_of_work():
            audit.record(SYSTEM, "backup.made" if number % 2 else "exam.opened", f"exam:{number}", name=f"n{number}")
    client = sign_in(people.inspector)
    page = client.get("/audit").text
    assert audit.head().short in page
    assert "n59" in page
    assert "n9<" not in page
    assert "n9<" in client.get("/audit?page=2").text
    only = client.get("/audit?verb=backup.made").text
    assert "n59" in only
    assert "n58" not in only
    assert "n7<" in client.get("/audit?thing=exam:7").text
    assert client.get("/audit?page=999&verb=%00&thing=%25").status_code == 200


def test_verifying_says_whether_the_chain_is_whole(people, sign_in):
    with unit_of_work():
        audit.record(SYSTEM, "exam.opened", "exam:1", name="a")
    client = sign_in(people.leader)
    assert 'role="status"' in client.post("/audit/verify").text
    with unit_of_work() as session:
        session.execute(text("UPDATE audit_event SET verb = 'exam.closed' WHERE number = 1"))
    assert 'role="alert"' in client.post("/audit/verify").text
    assert client.get("/audit/verify").status_code == 405


def test_the_system_page_is_for_technicians_and_names_what_is_wrong(people, sign_in):
    page = sign_in(people.technician).get("/system")
    assert page.status_code == 200
    assert "exambank worker" in page.text


@pytest.mark.parametrize(("address", "allowed"), [("/audit", {"leader", "inspector"}), ("/system", {"technician"})])
def test_each_page_is_for_its_roles(people, sign_in, address, allowed):
    for role in ROLES:
        expected = 200 if role in allowed else 404
        assert sign_in(getattr(people, role)).get(address).status_code == expected, role


def test_the_certificate_page_shows_the_fingerprint(with_certificate, app, people):
    found = x509.load_pem_x509_certificate(app.test_client().get("/ca.pem").data)
    shown = found.fingerprint(hashes.SHA256()).hex().upper()
    assert f"{shown[:4]} {shown[4:8]}" in app.test_client().get("/ca").text
