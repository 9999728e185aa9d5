"""Every route x every role x whose thing it is. The rights are written here by hand; the product's table is not asked.

Whoever is not named gets 404, the same page as for what does not exist; who is not signed in is sent to sign in. A
route that the table does not name fails the first test.
"""

import html
import re
from collections import Counter
from dataclasses import dataclass, field

import pytest

from exambank import clock
from tests.road.rights import (
    EVERYBODY,
    NOBODY,
    POSTS_THAT_READ,
    PUBLIC,
    READS_ARE_RECORDED,
    RIGHTS,
    ROOM_SCRIPT,
    WITHOUT_TOKEN,
)
from tests.road.school import build_school

UNKNOWN = "01999999-9999-7999-8999-999999999999"
SCRIPT = {"X-Exambank": "1", "Accept": "application/json"}
ANSWERED = {200, 302, 303, 400, 409, 422}
ENDPOINTS = sorted(RIGHTS)
ODD_IDS = ("x", "1", "%00", "a" * 300, "%27%20OR%201=1", "%F0%9F%98%80")


@pytest.fixture(scope="module")
def school(tmp_path_factory, sqlite_template):
    """One school for the whole file; a POST that may act is followed by ``restore``."""
    return build_school(tmp_path_factory.mktemp("school"), sqlite_template)


@pytest.fixture(autouse=True)
def _time_of_the_school(school):
    clock.shift(school.shift)


@dataclass
class Address:
    """A route filled with things."""

    url: str
    method: str
    values: dict = field(default_factory=dict)


def addresses(school, endpoint: str, **changed) -> list[Address]:
    """The addresses of an endpoint, one for each of its methods."""
    values = {name: school.things[thing] for name, thing in RIGHTS[endpoint].values.items()} | changed
    found = []
    for rule in school.app.url_map.iter_rules(endpoint):
        with school.app.test_request_context():
            url = rule.build(values)[1]
        found += [Address(url, method, values) for method in sorted(rule.methods & {"GET", "POST"})]
    return found


def ask(client, endpoint: str, address: Address, **headers):
    """One request as this endpoint expects it: a form, or what the room's script sends."""
    if endpoint in ROOM_SCRIPT:
        given = {} if address.method == "GET" else {"json": {}}
        return client.open(address.url, method=address.method, headers=SCRIPT | headers, **given)
    return client.open(address.url, method=address.method, headers=headers)


def is_sent_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer.location.startswith("/accounts/sign-in")


def test_every_route_is_in_the_table_and_nothing_else(school):
    routes = {rule.endpoint for rule in school.app.url_map.iter_rules()} - {"static"}
    assert sorted(routes - RIGHTS.keys()) == [], "routes without a line in tests/road/rights.py"
    assert sorted(RIGHTS.keys() - routes) == [], "lines of tests/road/rights.py without a route"


def test_every_argument_of_a_route_has_its_thing(school):
    wrong = [
        endpoint
        for endpoint, right in RIGHTS.items()
        for rule in school.app.url_map.iter_rules(endpoint)
        if rule.arguments != right.values.keys()
    ]
    assert wrong == []


# --- who does not get in ---


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_whoever_is_not_named_finds_nothing_and_changes_nothing(school, endpoint):
    head, wrong = school.head(), []
    for name in sorted(EVERYBODY - RIGHTS[endpoint].who):
        client = school.browser(name)
        for address in addresses(school, endpoint):
            status = ask(client, endpoint, address, Accept="application/json").status_code  # no page: it is quicker
            if status != 404:
                wrong.append(f"{name} {address.method} {address.url}: {status}")
    assert not wrong, "\n".join(wrong)
    assert school.head() == head


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in ENDPOINTS if RIGHTS[endpoint].who is not PUBLIC])
def test_who_is_not_signed_in_is_asked_to(school, endpoint):
    for address in addresses(school, endpoint):
        if endpoint not in ROOM_SCRIPT:
            answer = ask(school.browser(None), endpoint, address)
            assert is_sent_to_sign_in(answer), f"{address.method} {answer.status_code}"
        for_machines = ask(school.browser(None), endpoint, address, Accept="application/json")
        assert for_machines.status_code == 401
        assert for_machines.json["error"] == "sign_in"


def heads(answer) -> dict:
    """The headers without the cookie and the length, which follows from the page."""
    return {name: value for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"}}


def plain(answer, *ids: str) -> str:
    """A page without its tokens and without the id that was asked for."""
    page = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]*"', r"\1", answer.text)
    for one in ids:
        page = page.replace(one, "ID")
    return page


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in ENDPOINTS if RIGHTS[endpoint].values])
def test_what_is_forbidden_looks_like_what_does_not_exist(school, endpoint):
    right = RIGHTS[endpoint]
    name = min(EVERYBODY - right.who, key=lambda one: (one != "stranger", one))
    for argument, thing in right.values.items():
        if not isinstance(school.things[thing], str) or argument == "kind":
            continue
        real, unknown = addresses(school, endpoint), addresses(school, endpoint, **{argument: UNKNOWN})
        client = school.browser(name)
        for known, missing in zip(real, unknown, strict=True):
            forbidden, nothing = ask(client, endpoint, known), ask(client, endpoint, missing)
            assert (forbidden.status_code, nothing.status_code) == (404, 404)
            assert plain(forbidden, known.values[argument]) == plain(nothing, UNKNOWN)
            assert heads(forbidden) == heads(nothing)
            assert ask(school.browser(min(right.who)), endpoint, missing).status_code == 404


def test_a_forbidden_page_looks_like_an_address_that_is_not_there(school):
    client = school.browser("learner")
    forbidden, nothing = client.get("/exams/"), client.get("/there-is-no-such-page")
    assert (forbidden.status_code, nothing.status_code) == (404, 404)
    assert plain(forbidden, "/exams/") == plain(nothing, "/there-is-no-such-page")


@pytest.mark.parametrize("endpoint", [endpoint for endpoint in ENDPOINTS if RIGHTS[endpoint].values])
def test_an_odd_id_is_an_unknown_id(school, endpoint):
    argument = next(name for name, thing in RIGHTS[endpoint].values.items() if thing != "question")
    client = school.browser(min(RIGHTS[endpoint].who))
    for odd in ODD_IDS:
        for address in addresses(school, endpoint, **{argument: "ODD"}):
            address.url = address.url.replace("ODD", odd)
            assert ask(client, endpoint, address, Accept="application/json").status_code == 404, address.url


def test_an_odd_id_breaks_neither_database(any_app, people, sign_in):
    """PostgreSQL takes no NUL in a text, and both have their own limits of length."""
    wrong = []
    for endpoint in ENDPOINTS:
        argument = next((name for name, thing in RIGHTS[endpoint].values.items() if thing != "question"), None)
        name = min(one for one in RIGHTS[endpoint].who - {NOBODY} if hasattr(people, one))
        for rule in any_app.url_map.iter_rules(endpoint) if argument else ():
            values = {one: 1 if one == "number" else UNKNOWN for one in RIGHTS[endpoint].values}
            with any_app.test_request_context():
                url = rule.build(values | {argument: "ODD"})[1]
            for odd in ("%00", "a" * 3000):
                address = Address(url.replace("ODD", odd), max(rule.methods & {"GET", "POST"}))
                status = ask(sign_in(getattr(people, name)), endpoint, address, Accept="application/json").status_code
                if status != 404:
                    wrong.append(f"{address.method} {url} {odd[:9]}: {status}")
    assert not wrong, "\n".join(wrong)


QUESTIONS = ("q", "search", "page", "role", "verb", "thing", "term", "topic", "level", "kind", "state", "author", "tag",
             "sort", "dir", "show", "module", "cohort", "next", "retired")  # fmt: skip
ODD_WORDS = ("a\0b", "%_'\U0001f600", "99999999999999999999", "ệ" * 2000)


def test_an_odd_question_breaks_neither_database(any_app, people, sign_in):
    """Whatever somebody types into a search field or an address."""
    values = {"module_id": people.module.public_id}
    wrong = []
    for endpoint in ENDPOINTS:
        name = min(one for one in RIGHTS[endpoint].who - {NOBODY} if hasattr(people, one))
        client = sign_in(getattr(people, name))
        for rule in any_app.url_map.iter_rules(endpoint):
            if "GET" not in rule.methods or not rule.arguments <= values.keys():
                continue
            with any_app.test_request_context():
                url = rule.build({one: values[one] for one in rule.arguments})[1]
            for odd in ODD_WORDS:
                answer = client.get(url, query_string=dict.fromkeys(QUESTIONS, odd))
                if answer.status_code >= 500:
                    wrong.append(f"{url} {odd[:9]!r}: {answer.status_code}")
                answer.close()
    assert not wrong, "\n".join(wrong)


# --- who gets in ---


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_whoever_is_named_gets_in(school, endpoint):
    head, wrong = school.head(), []
    for name in sorted(RIGHTS[endpoint].who, key=str):
        for address in addresses(school, endpoint):
            answer = ask(school.browser(name), endpoint, address)
            if answer.status_code not in ANSWERED or (name and is_sent_to_sign_in(answer) and endpoint not in DOOR):
                wrong.append(f"{name} {address.method} {address.url}: {answer.status_code}")
            reads = address.method == "GET" or endpoint in POSTS_THAT_READ
            if reads and endpoint not in READS_ARE_RECORDED and school.head() != head:
                wrong.append(f"{name} {address.method} {address.url} wrote an audit record")
            answer.close()
            if not reads or endpoint in READS_ARE_RECORDED:
                school.restore()
    assert not wrong, "\n".join(wrong)


# --- what every page offers ---


OUTSIDERS = {"stranger", "other_head", "other_learner", "marker", "technician"}
CONTENT = ("Câu nháp", "Câu chờ duyệt", "Câu đã duyệt", "Câu số", "Ma trận nháp", "Ma trận đã rút", "Thi lần")
LINKS_FOLLOWED = 4  # of one endpoint from one page: the fiftieth item of a list tells no more than the fourth
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
FORM = re.compile(r'(<form\b[^>]*\bmethod="post"[^>]*>)(.*?)</form>', re.IGNORECASE | re.DOTALL)
ACTION = re.compile(r'\baction="(/[^"?#]*)')


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_no_page_offers_what_its_reader_may_not_do(school, name):
    """Follow every link of every page this person gets; look up every form: a list never shows what is not open."""
    client, seen, wrong = school.browser(name), {}, []
    queue = [
        (address.url, "the table")
        for endpoint, right in RIGHTS.items()
        if name in right.who and endpoint not in ROOM_SCRIPT | READS_ARE_RECORDED
        for address in addresses(school, endpoint)
        if address.method == "GET"
    ]
    while queue and len(seen) < 400:
        url, source = queue.pop(0)
        if url in seen or url.startswith(("/static/", "/sw.js")) or url.endswith(".xlsx"):
            continue
        answer = client.get(url, follow_redirects=True)
        seen[url] = answer.status_code
        if answer.status_code == 404:
            wrong.append(f"{source} links to {url}")
        if answer.mimetype == "text/html":
            queue += [(link, url) for link in some_links(school, answer.text)]
            wrong += [f"{url} offers the form {action}" for action in forms_out_of_reach(school, name, answer.text)]
            wrong += [f"{url} tells {words!r}" for words in CONTENT if name in OUTSIDERS and words in answer.text]
        answer.close()
    school.restore()
    assert not wrong, "\n".join(sorted(set(wrong)))


def some_links(school, page: str) -> list[str]:
    """The links of a page, a few of each endpoint, without those that only filter or sort."""
    adapter, found, count = school.app.url_map.bind("localhost"), [], Counter()
    for link in dict.fromkeys(html.unescape(link) for link in LINK.findall(page) if "?" not in link):
        endpoint = adapter.match(link, method="GET")[0]
        count[endpoint] += 1
        if count[endpoint] <= LINKS_FOLLOWED:
            found.append(link)
    return found


def forms_out_of_reach(school, name: str, page: str) -> list[str]:
    """The actions of a page's forms that the table does not grant, as far as they are about the table's things."""
    adapter, found = school.app.url_map.bind("localhost"), []
    for tag, inside in FORM.findall(page):
        for action in ACTION.findall(tag) if "<button" in inside else ():
            endpoint, values = adapter.match(html.unescape(action), method="POST")
            right = RIGHTS[endpoint]
            ours = {argument: school.things[thing] for argument, thing in right.values.items()}
            if values == ours and name not in right.who:
                found.append(action)
    return found


# --- where a request comes from ---


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_form_is_taken_without_its_token(school, endpoint):
    """Another site can make a browser send a form, never with the token that our page carries."""
    posts = [address for address in addresses(school, endpoint) if address.method == "POST"]
    if not posts:
        return
    name, head = min(RIGHTS[endpoint].who - {NOBODY}), school.head()
    school.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for address in posts:
            status = school.browser(name).post(address.url).status_code
            assert status in (WITHOUT_TOKEN.get(endpoint, {400})), f"{name} {address.url}: {status}"
    finally:
        school.app.config["WTF_CSRF_ENABLED"] = False
    assert school.head() == head


# --- the table itself keeps the promises ---


def methods(school, endpoint: str) -> set[str]:
    return {address.method for address in addresses(school, endpoint)}


def rights_of(name: str) -> set[str]:
    return {endpoint for endpoint, right in RIGHTS.items() if name in right.who and right.who is not PUBLIC}


OWN = {
    "accounts.change_password", "accounts.end_my_sessions", "sittings.set_display", "sittings.start_rehearsal",
}  # fmt: skip
DOOR = {"accounts.sign_in", "accounts.sign_out"}


def test_the_inspector_reads_and_never_writes(school):
    writes = {endpoint for endpoint in rights_of("inspector") if "POST" in methods(school, endpoint)}
    assert writes <= OWN | POSTS_THAT_READ


def test_technical_roles_hold_no_right_to_content():
    content = ("bank.", "assembly.", "exams.", "sittings.", "marking.", "grades.", "analysis.", "documents.")
    machines = {"sittings.list_machines", "sittings.remove_machine"}  # names of computers, no exam and no person
    rehearsal = {"sittings.show_rehearsal", "sittings.start_rehearsal", "sittings.set_display"}  # questions built in
    assert {endpoint for endpoint in rights_of("technician") if endpoint.startswith(content)} == machines | rehearsal


def test_the_table_names_known_people_only():
    """A misspelt name would let nobody in where somebody should."""
    assert {name for right in RIGHTS.values() for name in right.who} - EVERYBODY - {NOBODY} == set()
