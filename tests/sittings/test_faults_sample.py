"""A small sample of ``bench.faults``: the page's journal, told in Python, over real sockets and a bad network."""

import http.client
import json
import zlib

import pytest
from flask import current_app

from bench.faults.client import Browser, Machine
from bench.faults.ledger import Ledger
from bench.faults.oracle import Books, Verdict, judge
from bench.faults.proxy import Proxy
from exambank.db import db
from exambank.sittings import service
from exambank.sittings.models import Response, ResponseEvent
from tests.browser.server import serving
from tests.sittings.factories import pass_time, sitting_of

QUESTIONS = 10
SOON = 0.8  # seconds after which a page of these tests gives a request up


class Seat:
    """One learner's browser, and everything that is written down about it."""

    def __init__(self, app, exam, user, address, folder, ledger=None):
        signer = app.session_interface.get_signing_serializer(app)
        cookie = signer.dumps({"user_id": user.id, "version": user.session_version})
        machine = Machine(address, folder, {app.config["SESSION_COOKIE_NAME"]: cookie})
        self.ledger, sitting = ledger or Ledger(), sitting_of(exam, user)
        self.tokens = [question.tokens for question in service.questions_of(sitting)]
        self.browser = Browser(machine, sitting.public_id, self.ledger, "sample", limit=20)
        self.browser.arrive()
        self.browser.enter(exam.session_code)

    def answer(self, count: int) -> None:
        for at in range(count):
            tokens = self.tokens[at % QUESTIONS]
            self.browser.give(at % QUESTIONS + 1, {"choice": tokens[(at + at // QUESTIONS) % len(tokens)]})
            if not self.browser.is_up:
                self.browser.look()
            self.browser.flush()

    def settle(self) -> None:
        """The page goes on trying; patience is left out."""
        for _attempt in range(200):
            if not self.browser.unsent() and not self.browser.must_enter:
                return
            self.browser.look()
            self.browser.flush()
        raise AssertionError("answers still wait on the machine")

    def reckon(self) -> Verdict:
        return judge(self.ledger, Books(current_app.config["DATABASE_URL"]), None, may_judge_times=False)


@pytest.fixture
def address(app, exam):
    with serving(app) as server:
        yield "127.0.0.1", server.port


@pytest.fixture
def seat(app, exam, people, address, tmp_path):
    return Seat(app, exam, people.learner, address, tmp_path)


def test_a_network_that_garbles_doubles_and_loses_messages_costs_no_acknowledged_answer(seat, address):
    with Proxy(address, "sample", names={seat.browser.sitting: "seat"}) as proxy:
        seat.browser.machine.address = proxy.address
        seat.browser.limit = SOON
        seat.browser.drop()
        for weather in (
            {"garbled": 0.3},
            {"doubled": 0.5, "unanswered": 0.2},
            {"held": 0.06, "held_seconds": SOON * 1.5},
        ):
            proxy.change(**weather)
            seat.answer(25)
            if seat.browser.ended:  # a garbled cookie or address: the page is opened again
                seat.browser.ended = ""
                seat.browser.must_enter = True
            proxy.change()
            seat.settle()
        assert not {"garbled requests", "garbled answers", "doubled", "answers lost", "held"} - proxy.happened.keys()
    verdict = seat.reckon()
    assert verdict.problems == []
    assert verdict.stored == verdict.acknowledged > 40


def test_a_body_that_does_not_fit_its_sum_is_not_even_read(seat):
    browser = seat.browser
    body = json.dumps(browser.body([])).encode()
    connection = http.client.HTTPConnection(*browser.machine.address, timeout=10)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.machine.cookies.items())
    seen = []
    for told in (zlib.crc32(body), zlib.crc32(body) ^ 1):
        head = {"Content-Type": "application/json", "X-Exambank": "1", "X-Exambank-Sum": f"{told:08X}"}
        connection.request("POST", f"/sit/{browser.sitting}/save", body, {**head, "Cookie": cookies})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.headers["X-Exambank-Sum"] == f"{zlib.crc32(content):08x}"
        seen.append((answer.status, json.loads(content).get("error")))
    connection.close()
    assert seen == [(200, None), (400, "garbled")]


def test_a_server_that_came_back_without_half_of_the_answers_gets_them_all_again(seat):
    seat.answer(20)
    seat.settle()
    generation = seat.browser.generation
    sitting = service.get_sitting(seat.browser.sitting)
    with db.engine.begin() as connection:
        for table in (Response, ResponseEvent):
            lost = table.__table__.delete().where(table.sitting_id == sitting.id, table.question > 5)
            connection.execute(lost)
    service.raise_epochs_after_restore()
    seat.browser.look()
    seat.settle()
    verdict = seat.reckon()
    assert seat.browser.generation != generation
    assert verdict.problems == []
    assert verdict.stored == verdict.acknowledged > 20


def test_back_within_the_grace_a_seat_that_was_silent_counts_and_one_that_was_heard_waits_for_a_person(
    seat, app, exam, people, address, tmp_path
):
    other = tmp_path / "other"
    other.mkdir()
    heard = Seat(app, exam, people.second_learner, address, other, seat.ledger)
    pass_time(minutes=59, seconds=30)
    heard.browser.look()
    pass_time(seconds=20)
    heard.browser.look()  # ten seconds before the deadline the server heard of this seat
    pass_time(seconds=60)
    for one in (seat, heard):
        one.answer(3)
    assert seat.reckon().problems == []
    assert [ack.sitting for ack in seat.ledger.acks] == [seat.browser.sitting] * 3
    assert seat.reckon().quarantined == 3
