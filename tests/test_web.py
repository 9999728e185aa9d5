"""What every page gets: headers, forged forms refused, local redirects only, one face for unknown and forbidden."""

import shutil
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import create_app, web
from exambank.db import db
from exambank.permissions import TABLE, Permission, allows
from tests.conftest import TEST_CONFIG


def test_every_page_carries_the_security_headers(app):
    headers = app.test_client().get("/accounts/sign-in").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "style-src-elem 'self';" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:/evil",
        "",
        None,
        "/a\nb",
    ],
)
def test_a_redirect_leads_nowhere_but_here(target):
    assert web.local_target(target) is None


def test_a_local_redirect_is_kept():
    assert web.local_target("/bank/?page=2") == "/bank/?page=2"


@given(st.text(max_size=40))
def test_whatever_is_accepted_as_target_begins_with_one_slash(target):
    found = web.local_target(target)
    assert found is None or (found.startswith("/") and not found.startswith(("//", "/\\")))


def test_a_page_needs_a_sign_in_and_leads_back(app):
    answer = app.test_client().get("/bank/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/sign-in?next=")


def test_json_gets_json_when_nobody_is_signed_in(app):
    answer = app.test_client().get("/bank/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json == {"error": "sign_in"}


@pytest.mark.parametrize(("accept", "kind"), [("text/html", "text/html"), ("application/json", "application/json")])
def test_an_unknown_address_is_told_in_the_form_that_was_asked_for(people, sign_in, accept, kind):
    answer = sign_in(people.lecturer).get("/nothing/here", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.mimetype == kind


@pytest.mark.parametrize(("language", "words"), [("vi", "Không có trang này"), ("en", "There is no such page")])
def test_error_pages_speak_the_users_language(people, sign_in, language, words):
    client = sign_in(people.lecturer)
    with client.session_transaction() as session:
        session["language"] = language
    assert words in client.get("/nothing/here").text


def test_a_form_without_its_token_is_refused(instance, sqlite_template, people):
    app = create_app({**TEST_CONFIG, "WTF_CSRF_ENABLED": True})
    with app.app_context():
        answer = app.test_client().post("/accounts/language", data={"language": "en"})
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 400


def test_an_unexpected_error_shows_a_code_and_nothing_else(instance, sqlite_template):
    shutil.copy(sqlite_template, instance / "exambank.sqlite")
    app = create_app({**TEST_CONFIG, "PROPAGATE_EXCEPTIONS": False})

    def broken():
        raise ValueError("the secret text of an item")

    broken.permission = Permission.PUBLIC
    app.add_url_rule("/broken", view_func=broken)
    with app.app_context():
        answer = app.test_client().get("/broken")
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 500
    assert "secret text" not in answer.text


def test_nobody_is_signed_out_because_the_servers_clock_was_set_back(app, people, sign_in, monkeypatch):
    client = sign_in(people.lecturer)
    ahead = time.time() + 2400
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: ahead)
    client.post("/accounts/language", data={"language": "en"})  # signed forty minutes from now
    monkeypatch.undo()
    assert client.get("/").status_code == 200
    late = time.time() - app.permanent_session_lifetime.total_seconds() - 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: late)
    client.post("/accounts/language", data={"language": "vi"})
    monkeypatch.undo()
    assert client.get("/").status_code == 302


def test_a_too_large_request_is_told_so(app):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/accounts/sign-in", data={"username": "x" * 5000})
    assert answer.status_code == 413


def test_every_permission_has_its_clauses():
    assert set(Permission) - set(TABLE) == {Permission.PUBLIC}


def test_nobody_may_do_anything_but_what_is_public():
    assert [permission for permission in Permission if allows(None, permission)] == [Permission.PUBLIC]
