"""The computers of the rooms: what their check says, who may read it, and which one a candidate sits at."""

import json

import pytest
from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exambank.db import db
from exambank.sittings.models import Machine, RoomEvent
from exambank.sittings.rules import machines as checks
from exambank.sittings.service import machines

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
)
GOOD = {
    "script": True, "secure": True, "http": False, "worker": True, "storage": True, "crypto": True, "fonts": True,
    "quota_mb": 4000, "clock_ms": 800, "zone_minutes": 420, "round_trip_ms": 12, "width": 1366, "height": 768,
}  # fmt: skip


def faults(report: dict, agent: str = CHROME.format(120)) -> dict[str, str]:
    return {one.code: one.level for one in checks.judge_machine(report, agent, 420) if one.level != "ok"}


def test_a_machine_that_can_do_everything_is_fit():
    assert faults(GOOD) == {}
    assert checks.is_fit(checks.judge_machine(GOOD, CHROME.format(87), 420))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"storage": False}, {"storage": "refusal"}),
        ({"worker": False, "crypto": True}, {"certificate": "refusal"}),  # https, clicked through
        ({"secure": False, "http": True, "worker": False, "crypto": False},
         {"plain_http": "caution", "worker_http": "caution", "crypto": "caution"}),
        ({"quota_mb": 10}, {"quota": "caution"}),
        ({"clock_ms": -3_600_000}, {"clock": "caution"}),
        ({"zone_minutes": 0}, {"zone": "caution"}),
        ({"round_trip_ms": 900}, {"round_trip": "caution"}),
        ({"round_trip_ms": 9000}, {"round_trip": "refusal"}),
        ({"round_trip_ms": None}, {"round_trip_failed": "refusal"}),
        ({"width": 300}, {"screen": "caution"}),
        ({"fonts": False}, {"fonts": "caution"}),
        ({"script": False}, {"script": "refusal"}),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(change, found):
    assert faults(checks.clean_report({**GOOD, **change})) == found


def test_a_browser_too_old_is_refused_and_an_unknown_one_only_noted():
    assert faults(GOOD, CHROME.format(86)) == {"browser": "refusal"}
    assert faults(GOOD, "Mozilla/5.0 Gecko/20100101 Firefox/77.0") == {"browser": "refusal"}
    assert faults(GOOD, "Mozilla/5.0 Gecko/20100101 Firefox/78.0") == {}
    assert faults(GOOD, "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/14.1 Safari/605.1.15") == {}
    assert faults(GOOD, "Lynx/2.8") == {"browser_unknown": "caution"}
    assert checks.read_browser(CHROME.format(120) + " Edg/120.0") == ("Chrome", 120)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*checks.REPORT_KEYS, "x"]), inner),
    max_leaves=12,
)


@settings(max_examples=40)
@given(_ANYTHING)
def test_whatever_a_browser_sends_is_judged(given_report):
    cleaned = checks.clean_report(given_report)
    assert cleaned.keys() <= set(checks.REPORT_KEYS)
    found = checks.judge_machine(cleaned, "", 420)
    assert checks.is_fit(found) == all(one.level != "refusal" for one in found)
    assert [one.level for one in found] == sorted((one.level for one in found), key=["refusal", "caution", "ok"].index)


# --- the pages ---


@pytest.fixture
def machine(app):
    """A machine of the room; nobody is signed in on it."""
    return current_app._get_current_object().test_client()


def register(client, name="Máy 07", report=GOOD, agent=CHROME.format(120)):
    return client.post(
        "/machine", data={"name": name, "place": "Phòng máy 1", "report": json.dumps(report)},
        headers={"User-Agent": agent},
    )  # fmt: skip


def test_a_machine_registers_itself_and_a_new_check_renews_its_line(machine, people, sign_in):
    assert machine.get("/machine").status_code == 200
    assert register(machine).status_code == 302
    row = db.session.execute(select(Machine)).scalar_one()
    assert (row.name, row.place, row.is_fit, row.address) == ("Máy 07", "Phòng máy 1", True, "127.0.0.1")
    cookie = machine.get_cookie("exambank_machine")
    assert cookie.http_only
    assert cookie.value not in row.token_hash
    page = machine.get("/machine").text
    assert "Máy 07" in page
    assert 'value="Phòng máy 1"' in page
    register(machine, name="Máy 7", report={**GOOD, "storage": False})
    db.session.expire_all()
    row = db.session.execute(select(Machine)).scalar_one()
    assert (row.name, row.is_fit) == ("Máy 7", False)
    for who in (people.technician, people.officer, people.invigilator):
        listed = sign_in(who).get("/room/machines").text
        assert "Máy 7" in listed
        assert "127.0.0.1" in listed
    assert sign_in(people.learner).get("/room/machines").status_code == 404


def test_without_script_or_with_nonsense_a_machine_is_listed_as_not_fit(machine):
    assert machine.post("/machine", data={"name": "", "report": "{}"}).status_code == 422
    assert register(machine, report=["x"]).status_code == 302
    machine.post("/machine", data={"name": "Máy 08", "report": "[" * 5000})
    row = db.session.execute(select(Machine)).scalar_one()
    assert (row.is_fit, row.report) == (False, {})


def test_a_flood_of_new_machines_from_one_address_ends(machine, monkeypatch):
    monkeypatch.setattr(machines, "NEW_AN_HOUR", 2)
    app = current_app._get_current_object()
    assert [register(app.test_client()).status_code for _ in range(3)] == [302, 302, 429]
    assert register(app.test_client()).status_code == 429


def test_the_invigilator_sees_at_which_machine_a_candidate_sits_and_from_where_to_where_it_moved(
    candidate, second_machine, people, sign_in
):
    register(candidate.client, name="Máy 07")
    candidate.entered()
    assert candidate.sitting().machine.name == "Máy 07"
    code = sign_in(people.invigilator).post(f"/room/seat/{candidate.public_id}/takeover-code").text
    code = code.split('class="eb-code">')[1].split("<")[0]
    other = second_machine()
    register(other.client, name="Máy 12")
    assert other.enter(code).status_code == 200
    assert other.sitting().machine.name == "Máy 12"
    event = db.session.execute(select(RoomEvent).where(RoomEvent.kind == "taken_over")).scalar_one()
    assert event.details == {"old": "Máy 07", "new": "Máy 12"}
    page = sign_in(people.invigilator).get(f"/room/seat/{candidate.public_id}").text
    assert "Máy 07" in page
    assert "Máy 12" in page


def test_a_machine_somebody_sat_at_stays_on_the_list(candidate, people, sign_in):
    register(candidate.client)
    candidate.entered()
    row = db.session.execute(select(Machine)).scalar_one()
    technician = sign_in(people.technician)
    assert technician.post(f"/room/machines/{row.public_id}/remove").status_code == 409
    register(technician, name="Máy 99")
    spare = db.session.execute(select(Machine).where(Machine.name == "Máy 99")).scalar_one()
    assert technician.post(f"/room/machines/{spare.public_id}/remove").status_code == 302
    assert [one.machine.name for one in machines.list_machines(row.first_seen_at)] == ["Máy 07"]
