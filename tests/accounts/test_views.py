"""The pages of accounts through HTTP."""

import re
from datetime import timedelta

import pytest
from flask import session
from sqlalchemy import select

from exambank import audit, clock, create_app
from exambank.accounts import service
from exambank.accounts.rules import username_of
from exambank.db import db
from exambank.permissions import Role
from tests.accounts.factories import (
    ELSEWHERE,
    OWN_PASSWORD,
    make_person,
    make_settled,
    open_browser,
    post_sign_in,
)
from tests.people import actor_of


def shown(page, name):
    """What an input of the page holds."""
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.text)
    value = re.search(r'value="([^"]*)"', tag.group(0)) if tag else None
    return value.group(1) if value else ""


def secret_on(page):
    return re.search(r'translate="no">([^<]+)<', page.text).group(1)


# --- signing in ---


def test_the_page_shows_the_servers_time_and_whom_to_ask(app):
    page = open_browser().get("/accounts/sign-in")
    assert page.status_code == 200
    assert "data-server-time=" in page.text
    assert 'type="email"' not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_signing_in_begins_a_new_session_that_lasts_while_it_is_used(app):
    make_settled()
    browser = open_browser()
    with browser:
        with browser.session_transaction() as before:
            before["planted"] = "by somebody else"
        answer = post_sign_in(browser, "hv100", OWN_PASSWORD)
        assert answer.status_code == 302
        assert answer.location == "/"
        assert "planted" not in session
        assert session["version"] == service.find_user("HV100").session_version
        assert session.permanent
    assert app.permanent_session_lifetime == timedelta(minutes=app.config["SIGN_IN_IDLE_MINUTES"])
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie


def test_a_wrong_password_keeps_the_name_and_tells_nothing(app):
    make_settled()
    known, unknown = post_sign_in(open_browser(), "HV100", "sai"), post_sign_in(open_browser(), "HV999", "sai")
    assert (known.status_code, unknown.status_code) == (422, 422)
    assert shown(known, "username") == "HV100"
    assert shown(known, "password") == ""
    said = [re.findall(r'role="alert".*?</div>', page.text, re.S) for page in (known, unknown)]
    assert said[0] == said[1] != []


def test_missing_fields_say_what_to_type(app):
    page = post_sign_in(open_browser(), "", "")
    assert page.text.count('class="eb-error"') == 2


def test_a_pair_that_waits_is_told_how_long(app):
    make_settled()
    browser = open_browser()
    for _one in range(5):
        post_sign_in(browser, "HV100", "sai", ELSEWHERE)
    answer = post_sign_in(browser, "HV100", OWN_PASSWORD, ELSEWHERE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    assert post_sign_in(open_browser(), "HV100", OWN_PASSWORD).status_code == 302


def test_a_forged_forwarding_header_changes_nothing_without_a_trusted_proxy(app):
    make_settled()
    browser = open_browser()
    for at in range(5):
        browser.post(
            "/accounts/sign-in",
            data={"username": "HV100", "password": "sai"},
            headers={"X-Forwarded-For": f"10.0.0.{at}"},
        )
    assert post_sign_in(browser, "HV100", OWN_PASSWORD, "127.0.0.1").status_code == 429


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/accounts/profile", "/accounts/profile"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_only_ever_leads_to_a_page_of_ours(app, target, goes_to):
    make_settled()
    assert post_sign_in(open_browser(), "HV100", OWN_PASSWORD, next=target).location == goes_to


def test_a_page_that_needs_a_person_asks_and_then_goes_on_to_itself(app):
    make_settled()
    browser = open_browser()
    asked = browser.get("/accounts/profile")
    page = browser.get(asked.location)
    assert post_sign_in(browser, "HV100", OWN_PASSWORD, next=shown(page, "next")).location.startswith(
        "/accounts/profile"
    )


def test_signing_out_ends_the_session(app):
    make_settled()
    browser = open_browser()
    post_sign_in(browser, "HV100", OWN_PASSWORD)
    assert browser.get("/accounts/profile").status_code == 200
    assert browser.get("/accounts/sign-out").status_code == 405
    assert browser.post("/accounts/sign-out").location == "/accounts/sign-in"
    assert browser.get("/accounts/profile").status_code == 302


def test_the_next_person_may_sign_in_over_a_forgotten_session(app, people):
    make_settled()
    make_settled("HV200")
    browser = open_browser()
    post_sign_in(browser, "HV100", OWN_PASSWORD)
    assert "Hoàng Văn Thụ" in browser.get("/accounts/sign-in").text
    with browser:
        post_sign_in(browser, "HV200", OWN_PASSWORD)
        assert session["user_id"] == service.find_user("HV200").id


def test_a_session_left_idle_too_long_ends(app):
    make_settled()
    browser = open_browser()
    app.permanent_session_lifetime = timedelta(seconds=-1)
    post_sign_in(browser, "HV100", OWN_PASSWORD)
    assert browser.get("/accounts/profile").status_code == 302


def test_forms_without_a_token_are_refused(instance, sqlite_template, app):
    make_settled()
    strict = create_app({"TESTING": True, "SECRET_KEY": "only for tests", "NUDGE_WORKER": False, "RUN_SWEEPER": False})
    browser = strict.test_client()
    form = {"username": "HV100", "password": OWN_PASSWORD}
    assert browser.post("/accounts/sign-in", data=form).status_code == 400
    token = shown(browser.get("/accounts/sign-in"), "csrf_token")
    assert browser.get("/accounts/profile").status_code == 302
    assert browser.post("/accounts/sign-in", data={**form, "csrf_token": token}).status_code == 302
    assert browser.post("/accounts/sign-out").status_code == 400
    of_the_session_before = {"csrf_token": token}
    assert browser.post("/accounts/sign-out", data=of_the_session_before).status_code == 400
    assert browser.get("/accounts/profile").status_code == 200
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


# --- the first password ---


def test_whoever_has_a_first_password_gets_no_other_page_until_it_is_changed(app):
    _user, first = make_person()
    browser = open_browser()
    answer = post_sign_in(browser, "HV100", first, next="/accounts/profile")
    assert answer.location.startswith("/accounts/password")
    page = browser.get(answer.location)
    assert shown(page, "next") == "/accounts/profile"
    assert browser.get("/accounts/profile").location == "/accounts/password?next=/accounts/profile?"
    assert browser.post("/accounts/profile/end-sessions").location == "/accounts/password"
    refused = browser.get("/accounts/profile", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json["error"]) == (403, "change_password")
    assert browser.get("/static/nothing.svg").status_code == 404
    form = {"new_password": OWN_PASSWORD, "again": OWN_PASSWORD, "next": "/accounts/profile"}
    assert browser.post("/accounts/password", data=form).location == "/accounts/profile"
    assert browser.get("/accounts/profile").status_code == 200


def test_whoever_has_a_first_password_may_sign_out_instead(app):
    _user, first = make_person()
    browser = open_browser()
    post_sign_in(browser, "HV100", first)
    assert browser.post("/accounts/sign-out").location == "/accounts/sign-in"
    assert browser.get("/accounts/sign-in").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"new_password": "ngắn", "again": "ngắn"},
        {"new_password": OWN_PASSWORD, "again": "khác hẳn đi"},
        {"new_password": "", "again": ""},
    ],
)
def test_a_refused_new_password_says_why_and_changes_nothing(app, form):
    _user, first = make_person()
    browser = open_browser()
    post_sign_in(browser, "HV100", first)
    page = browser.post("/accounts/password", data=form)
    assert 'class="eb-error"' in page.text
    assert post_sign_in(open_browser(), "HV100", first).status_code == 302


# --- the own account ---


def test_changing_the_password_keeps_this_browser_and_ends_the_others(app):
    make_settled()
    here, there = open_browser(), open_browser()
    post_sign_in(here, "HV100", OWN_PASSWORD)
    post_sign_in(there, "HV100", OWN_PASSWORD)
    form = {"current_password": OWN_PASSWORD, "new_password": "mùa thu Hà Nội", "again": "mùa thu Hà Nội"}
    assert here.post("/accounts/password", data=form).location == "/accounts/profile"
    assert here.get("/accounts/profile").status_code == 200
    assert there.get("/accounts/profile").status_code == 302


def test_ending_all_my_sessions_keeps_this_browser(app):
    make_settled()
    here, there = open_browser(), open_browser()
    post_sign_in(here, "HV100", OWN_PASSWORD)
    post_sign_in(there, "HV100", OWN_PASSWORD)
    here.post("/accounts/profile/end-sessions")
    assert here.get("/accounts/profile").status_code == 200
    assert there.get("/accounts/profile").status_code == 302


def test_a_language_is_kept_for_the_visit_and_for_the_person(app, people, sign_in):
    browser = sign_in(people.lecturer)
    answer = browser.post("/accounts/language", data={"language": "en", "next": "/accounts/profile"})
    assert answer.location == "/accounts/profile"
    assert 'lang="en"' in browser.get("/accounts/profile").text
    assert service.find_user("nguyet").locale == "en"
    assert browser.post("/accounts/language", data={"language": "xx"}).status_code >= 400
    assert browser.post("/accounts/language", data={"language": "vi", "next": "//evil.example"}).location == "/"


def test_a_visitor_chooses_a_language_before_signing_in(app):
    make_settled()
    browser = open_browser()
    browser.post("/accounts/language", data={"language": "en", "next": "/accounts/sign-in"})
    post_sign_in(browser, "HV100", OWN_PASSWORD)
    assert 'lang="en"' in browser.get("/accounts/profile").text


# --- people ---


def test_a_person_is_added_with_several_roles_and_the_slip_is_shown_once(people, sign_in):
    officer = sign_in(people.officer)
    assert officer.get("/accounts/people/new").status_code == 200
    page = officer.post(
        "/accounts/people/new",
        data={
            "code": "GV07", "full_name": "Hà  Thị Mai", "roles": ["lecturer", "department_head"],
            "departments": ["XDD"], "birth_date": "05/09/1985", "unit_name": "Khoa Xây dựng Đảng", "email": "",
        },
    )  # fmt: skip
    password = secret_on(page)
    assert page.headers["Cache-Control"] == "no-store"
    user = service.find_user("GV07")
    assert user.full_name == "Hà Thị Mai"
    assert actor_of(user).roles == {Role.LECTURER, Role.DEPARTMENT_HEAD}
    assert password not in officer.get(f"/accounts/people/{user.public_id}").text
    assert post_sign_in(open_browser(), "gv07", password).location.startswith("/accounts/password")


def test_a_taken_code_is_refused_beside_its_field_and_what_was_typed_is_kept(people, sign_in):
    page = sign_in(people.officer).post(
        "/accounts/people/new", data={"code": "HV001", "full_name": "Hà Thị Mai", "roles": ["learner"]}
    )
    assert 'class="eb-error"' in page.text
    assert shown(page, "full_name") == "Hà Thị Mai"
    assert re.search(r'<input[^>]*checked[^>]*value="learner"', page.text)


def test_a_name_full_of_markup_stays_text(people, sign_in):
    officer = sign_in(people.officer)
    officer.post(
        "/accounts/people/new", data={"code": "X9", "full_name": "<script>alert(1)</script>", "roles": ["learner"]}
    )
    for address in ("/accounts/people?q=script", "/accounts/door-cards?q=script"):
        page = officer.get(address).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page


def test_people_are_searched_and_filtered_on_the_page(people, sign_in):
    officer = sign_in(people.officer)
    page = officer.get("/accounts/people?q=huong")
    assert "Nguyễn Thị Thu Hường" in page.text
    assert "Lò Văn Ưởng" not in page.text
    assert "Lò Văn Ưởng" in officer.get("/accounts/people?role=learner").text
    assert officer.get("/accounts/people?role=nonsense&page=abc").status_code == 200
    assert officer.get("/accounts/people?q=khongco&page=9").status_code == 200


def test_roles_are_changed_on_the_page_and_the_last_manager_is_told_why_not(people, sign_in):
    officer = sign_in(people.officer)
    address = f"/accounts/people/{people.technician.public_id}/edit"
    form = {"code": "MINH", "full_name": "Trần Đức Minh", "roles": ["marker"], "is_active": "y"}
    assert officer.post(address, data=form).status_code == 302
    assert actor_of(people.technician).roles == {Role.MARKER}
    own = f"/accounts/people/{people.officer.public_id}/edit"
    refused = officer.post(own, data={**form, "code": "LAN", "full_name": "Phạm Thị Lan"})
    assert refused.status_code == 409
    assert "Phạm Thị Lan" in refused.text
    assert actor_of(people.officer).roles == {Role.TRAINING_OFFICE}


def test_a_reset_ends_the_persons_sessions_and_shows_a_slip(people, sign_in):
    theirs = sign_in(people.lecturer)
    page = sign_in(people.officer).post(f"/accounts/people/{people.lecturer.public_id}/reset-password")
    assert theirs.get("/accounts/profile").status_code == 302
    assert post_sign_in(open_browser(), "nguyet", secret_on(page)).status_code == 302


def test_revoked_sessions_end_at_the_next_request(people, sign_in):
    theirs, officer = sign_in(people.lecturer), sign_in(people.officer)
    assert theirs.get("/accounts/profile").status_code == 200
    officer.post(f"/accounts/people/{people.lecturer.public_id}/end-sessions")
    assert theirs.get("/accounts/profile").status_code == 302
    officer.post(f"/accounts/people/{people.officer.public_id}/end-sessions")
    assert officer.get("/accounts/people").status_code == 200


def test_departments_are_added_and_corrected(people, sign_in):
    officer = sign_in(people.officer)
    assert officer.post("/accounts/departments", data={"code": "LLCS", "name": "Lý luận cơ sở"}).status_code == 302
    assert 'class="eb-error"' in officer.post("/accounts/departments", data={"code": "LLCS", "name": "Khác"}).text
    address = f"/accounts/departments/{people.department.public_id}"
    assert officer.get(address).status_code == 200
    assert officer.post(address, data={"code": "XDD", "name": "Khoa Xây dựng Đảng"}).status_code == 302
    assert 'class="eb-error"' in officer.post(address, data={"code": "LLCS", "name": "Khác"}).text
    page = officer.get("/accounts/departments").text
    assert "Khoa Xây dựng Đảng" in page
    assert "Lý luận cơ sở" in page


EVERYBODY = {
    "lecturer", "head", "officer", "quality", "invigilator", "marker", "leader", "technician", "inspector", "learner",
}  # fmt: skip
SEE = {"officer", "quality", "leader", "technician", "inspector"}
MANAGE = {"officer", "technician"}
CARDS = {"officer", "invigilator"}


@pytest.mark.parametrize(
    ("method", "address", "allowed"),
    [
        ("get", "/accounts/profile", EVERYBODY),
        ("get", "/accounts/password", EVERYBODY),
        ("get", "/accounts/people", SEE),
        ("get", "/accounts/people/{learner}", SEE),
        ("get", "/accounts/people/new", MANAGE),
        ("get", "/accounts/people/{learner}/edit", MANAGE),
        ("post", "/accounts/people/{learner}/reset-password", MANAGE),
        ("post", "/accounts/people/{learner}/end-sessions", MANAGE),
        ("get", "/accounts/departments", MANAGE),
        ("get", "/accounts/departments/{department}", MANAGE),
        ("get", "/accounts/door-cards", CARDS),
        ("post", "/accounts/door-cards/{learner}", CARDS),
        ("post", "/accounts/door-cards/{lecturer}", set()),
        ("get", "/accounts/people/01900000-0000-7000-8000-000000000000", set()),
    ],
)
def test_each_page_is_there_for_its_roles_and_for_others_there_is_no_such_page(
    people, sign_in, method, address, allowed
):
    address = address.format(
        learner=people.second_learner.public_id, lecturer=people.lecturer.public_id,
        department=people.department.public_id,
    )  # fmt: skip
    answers = {who: getattr(sign_in(getattr(people, who)), method)(address).status_code for who in sorted(EVERYBODY)}
    assert {who for who, status in answers.items() if status in {200, 302}} == allowed
    assert all(answers[who] == 404 for who in EVERYBODY - allowed)
    assert getattr(open_browser(), method)(address).location.startswith("/accounts/sign-in")


# --- cards at the door ---


def test_an_invigilator_finds_a_learner_and_the_card_opens_the_door(people, sign_in):
    invigilator = sign_in(people.invigilator)
    assert invigilator.get("/accounts/door-cards").status_code == 200
    found = invigilator.get("/accounts/door-cards?q=thu huong")
    assert f"/accounts/door-cards/{people.learner.public_id}" in found.text
    code = secret_on(invigilator.post(f"/accounts/door-cards/{people.learner.public_id}"))
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}", code)
    browser = open_browser()
    assert post_sign_in(browser, "hv001", code).location == "/"
    assert browser.get("/accounts/profile").status_code == 200
    assert post_sign_in(open_browser(), "hv001", code).status_code == 422


def test_a_learner_with_a_first_password_goes_on_after_a_card_but_cannot_set_a_password_with_it(people, sign_in):
    user, _first = make_person()
    code = secret_on(sign_in(people.invigilator).post(f"/accounts/door-cards/{user.public_id}"))
    browser = open_browser()
    assert post_sign_in(browser, "HV100", code).location == "/"
    assert browser.get("/accounts/profile").status_code == 200
    form = {"new_password": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert 'class="eb-error"' in browser.post("/accounts/password", data=form).text
    assert service.find_user("HV100").must_change_password


def test_no_secret_reaches_the_audit_records(people, sign_in):
    officer = sign_in(people.officer)
    password = secret_on(officer.post(f"/accounts/people/{people.learner.public_id}/reset-password"))
    code = secret_on(officer.post(f"/accounts/door-cards/{people.second_learner.public_id}"))
    browser = open_browser()
    post_sign_in(browser, "hv001", password)
    browser.post("/accounts/password", data={"new_password": OWN_PASSWORD, "again": OWN_PASSWORD})
    post_sign_in(open_browser(), "hv002", code)
    records = " ".join(db.session.execute(select(audit.AuditDetail.details)).scalars())
    for secret in (password, code, username_of(code.replace("-", "")), OWN_PASSWORD):
        assert secret not in records
    verbs = list(db.session.execute(select(audit.AuditEvent.verb).order_by(audit.AuditEvent.number)).scalars())
    assert verbs == ["password.reset", "door_card.issued", "signed_in", "password.changed", "signed_in"]


def test_the_clock_of_a_card_is_the_servers(people, sign_in):
    code = secret_on(sign_in(people.invigilator).post(f"/accounts/door-cards/{people.learner.public_id}"))
    clock.shift(timedelta(minutes=14))
    assert post_sign_in(open_browser(), "hv001", code).status_code == 302
