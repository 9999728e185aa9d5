"""From where an exam may be sat: the lists, the page they are written on, and every request of a candidate."""

import pytest
from flask import current_app
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank import create_app
from exambank.exams import rules
from exambank.sittings.service import settled
from tests.conftest import TEST_CONFIG
from tests.sittings.factories import HEADERS, fresh

INSIDE, OUTSIDE = "192.168.3.20", "10.9.9.9"


def test_a_list_is_read_as_people_type_it():
    good, bad = rules.parse_networks(" 192.168.3.7/24\n192.168.3.0/24; 10.0.0.1, fe80::1 máy07 300.1.1.1/8 ")
    assert good == ("192.168.3.0/24", "10.0.0.1", "fe80::1")
    assert bad == ("máy07", "300.1.1.1/8")
    assert rules.parse_networks("") == ((), ())


def test_an_address_is_inside_what_lists_it_and_no_list_is_everywhere():
    assert rules.is_inside(None, ())
    assert rules.is_inside(INSIDE, ("10.0.0.0/8", "192.168.3.0/24"))
    assert rules.is_inside("::ffff:192.168.3.20", ("192.168.3.0/24",))
    assert rules.is_inside("fe80::1%eth0", ("fe80::/10",))
    for odd in (None, "", "unknown", OUTSIDE, "192.168.30.20"):
        assert not rules.is_inside(odd, ("192.168.3.0/24",))


@settings(max_examples=40)
@given(st.ip_addresses(), st.integers(0, 128))
def test_every_address_is_inside_every_block_around_it(address, length):
    length = min(length, address.max_prefixlen)
    assert rules.is_inside(str(address), (f"{address}/{length}",))
    good, bad = rules.parse_networks(f"{address}/{length}")
    assert bad == ()
    assert rules.is_inside(str(address), good)


def test_a_room_with_a_list_of_its_own_takes_only_that():
    assert rules.networks_for(("10.0.0.1",), ("192.168.3.0/24",)) == ("10.0.0.1",)
    assert rules.networks_for((), ("192.168.3.0/24",)) == ("192.168.3.0/24",)


# --- the page ---


def write(client, exam, of_exam="", of_room=""):
    answer = client.post(
        f"/exams/{exam.public_id}/networks",
        data={"networks": of_exam, f"networks-{exam.rooms[0].public_id}": of_room},
    )
    current_app.extensions.pop(settled.KEY, None)
    return answer


def test_the_office_writes_the_lists_and_what_cannot_be_read_comes_back_as_typed(exam, people, sign_in):
    officer = sign_in(people.officer)
    assert write(officer, exam, "192.168.3.9/24", INSIDE).status_code == 302
    row = fresh(exam)
    assert row.conduct == {"networks": ["192.168.3.0/24"]}
    assert row.rooms[0].networks == [INSIDE]
    refused = write(officer, row, "", "máy-07 192.168.3.0/24")
    assert refused.status_code == 422
    assert "máy-07" in refused.text
    assert fresh(exam).conduct == {"networks": ["192.168.3.0/24"]}
    assert "127.0.0.1" in officer.get(f"/exams/{exam.public_id}/rooms").text  # the address this page is read from


# --- every request ---


def test_outside_the_list_no_request_of_the_exam_is_served(exam, candidate, people, sign_in):
    candidate.entered()
    assert candidate.save_one(1, 2).status_code == 200
    officer = sign_in(people.officer)
    write(officer, exam, of_exam=INSIDE)
    assert candidate.save_one(2, 1).status_code == 403
    assert candidate.save_one(2, 1).json["error"] == "network"
    assert candidate.state().json["error"] == "network"
    assert candidate.enter().json["error"] == "network"
    assert candidate.submit().json["error"] == "network"
    for path in ("", "/q/1", "/review", "/media/1"):
        page = candidate.client.get(candidate.url + path)
        assert page.status_code == 403
        assert "Nguyên tắc" not in page.text
    assert candidate.stored() == {1: 2}
    write(officer, exam, of_exam="127.0.0.0/8")  # mended while the room waits
    assert candidate.save_one(2, 1).status_code == 200
    write(officer, exam, of_exam="127.0.0.0/8", of_room=INSIDE)
    assert candidate.state().status_code == 403


@pytest.mark.parametrize(("proxies", "through", "status"), [(0, INSIDE, 403), (1, INSIDE, 200), (1, OUTSIDE, 403)])
def test_what_a_client_says_of_its_address_counts_only_behind_a_proxy_that_we_trust(
    exam, candidate, people, sign_in, instance, proxies, through, status
):
    candidate.entered()
    write(sign_in(people.officer), exam, of_exam="192.168.3.0/24")
    served = create_app({**TEST_CONFIG, "TRUSTED_PROXIES": proxies})  # the same database
    client = served.test_client(use_cookies=False)
    cookies = "; ".join(f"{one.key}={one.value}" for one in candidate.client._cookies.values())
    forged = {
        **HEADERS,
        "Cookie": cookies,
        "X-Forwarded-For": through,
        "X-Real-IP": INSIDE,
        "Forwarded": f"for={INSIDE}",
        "Host": INSIDE,
    }
    assert client.get(f"{candidate.url}/state", headers=forged).status_code == status
    chained = {**forged, "X-Forwarded-For": f"{INSIDE}, {OUTSIDE}"}  # the client's own line comes first
    assert client.get(f"{candidate.url}/state", headers=chained).status_code == 403
