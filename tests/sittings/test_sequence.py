"""Forward only, on every way in; and the statement that decides like the rule, whatever a seat's row holds."""

import random
from datetime import timedelta

import pytest

from exambank.db import to_milliseconds, unit_of_work
from exambank.permissions import SYSTEM
from exambank.sittings import rules, service, store
from exambank.sittings.models import Sitting
from exambank.sittings.rules import Verdict
from tests.sittings.factories import Candidate, make_room, move_to

pytestmark = pytest.mark.usefixtures("any_app")


@pytest.fixture
def forward(people, sign_in, room_closer):
    """A learner in an exam that opens one question at a time."""
    exam = make_room(people, conduct={"navigation": "forward", "needs_code": False})
    candidate = Candidate(sign_in(people.learner), exam, people.learner)
    assert candidate.enter("").status_code == 200  # no session code is asked here
    return candidate


def test_no_way_in_shows_or_takes_another_question_than_the_open_one(forward):
    stems = [question.view["stem"] for question in forward.questions]

    def shown(path: str) -> list[int]:
        page = forward.client.get(forward.url + path, follow_redirects=True).get_data(as_text=True)
        return [number for number, stem in enumerate(stems, start=1) if stem in page]

    assert forward.state().json["open"] == [1, 1]
    assert [shown(path) for path in ("", "/q/1", "/q/2", "/q/10")] == [[1]] * 4
    assert shown("/review") == []
    assert forward.client.get(f"{forward.url}/media/2").status_code == 404
    assert forward.save(forward.answer(2, 0)).json["error"] == "not_here"
    assert forward.post("flags", {"epoch": forward.epoch, "flags": [2]}).json["error"] == "not_here"
    assert forward.post("flags", {"epoch": forward.epoch, "flags": [1]}).status_code == 200
    plain = {"epoch": forward.epoch, "n": 7, "r-2": forward.questions[1].tokens[0]}
    forward.client.post(f"{forward.url}/q/2", data=plain)
    assert forward.stored() == {}
    assert forward.go(3).json["error"] == "not_here"  # no question is jumped over

    moved = forward.go(2, forward.answer(1, 3)).json
    assert ([one["q"] for one in moved["questions"]], moved["open"], list(moved["saved"])) == ([2], [2, 2], ["1"])
    assert stems[1] in moved["questions"][0]["html"]
    assert [shown(path) for path in ("", "/q/1", "/q/2")] == [[2]] * 3
    assert forward.save(forward.answer(1, 0)).json["error"] == "not_here"  # and nobody goes back
    assert forward.stored() == {1: 3}
    assert forward.go(2).json["open"] == [2, 2]
    for number in range(3, 11):
        assert forward.go(number).json["open"] == [number, number]
    assert forward.go(11).json["error"] == "not_here"
    move_to(forward.exam.opens_at, minutes=41)
    late = forward.submit(forward.answer(10, 1), forward.answer(4, 1))  # handing in keeps what it may not take
    assert (late.json["state"], late.json["quarantined"], sorted(late.json["saved"])) == ("closed", [4], ["10"])


MOMENTS = (-1, 0, 1, 9_999, 10_000, 10_001, 179_999, 180_000, 180_001)


def test_the_statement_and_the_rule_agree_on_every_row_a_seat_can_have(people, sign_in, room_closer):
    exam = make_room(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    place, browser = service.find_place(candidate.public_id), candidate.sitting().browser
    seat, deadline = service.seat_of(place, 1, browser), candidate.sitting().deadline_at
    rng = random.Random(6)
    seen = {}
    for number in range(80):
        values = {
            "state": rng.choice(["open", "open", "collecting", "closed"]), "epoch": 3,
            "paused_at": rng.choice([None, None, None, deadline]), "locked_at": rng.choice([None, None, None, deadline]),
            "silent_at_deadline": rng.random() < 0.5, "deadline_at": deadline,
            "last_contact_at": deadline - timedelta(milliseconds=rng.choice([0, 15_000, 15_001])),
            "open_from": rng.choice([1, 1, 2]), "open_to": rng.choice([1, 3, 10]), "section": 1,
            "section_deadline_at": rng.choice([None, None, deadline, deadline - timedelta(minutes=5)]),
        }  # fmt: skip
        with unit_of_work() as session:
            row = session.get(Sitting, place.sitting_id)
            for name, value in values.items():
                setattr(row, name, value)
        base = rng.choice([values["deadline_at"], values["section_deadline_at"] or deadline])
        now = base + timedelta(milliseconds=rng.choice(MOMENTS))
        epoch, questions = rng.choice([3, 3, 3, 2]), rng.choice([(1,), (2,), (1, 2), (3,), ()])
        facts = rules.SeatFacts(
            state=values["state"], epoch=3, is_same_browser=True, deadline_at=deadline,
            last_contact_at=values["last_contact_at"], is_paused=values["paused_at"] is not None,
            silent_at_deadline=values["silent_at_deadline"], is_locked=values["locked_at"] is not None,
            open_from=values["open_from"], open_to=values["open_to"], section_deadline_at=values["section_deadline_at"],
        )  # fmt: skip
        flush, grace = timedelta(milliseconds=place.flush_ms), timedelta(milliseconds=place.grace_ms)
        wanted = rules.accepts(facts, epoch, now, flush, grace, questions)
        answers = tuple(
            store.Answer(one, 1000 * number + at + 1, '{"choice":null}') for at, one in enumerate(questions)
        )
        outcome = store.store().perform(_at(now, lambda run, e=epoch, a=answers: store.save(run, seat, e, a)))
        is_mere_contact = not questions and wanted in {
            Verdict.COLLECTING,
            Verdict.SECTION_OVER,
        }  # nothing came too late
        expected = None if wanted is Verdict.STORE or is_mere_contact else wanted.value
        assert outcome.error == expected, (values, now, epoch, questions)
        seen[wanted] = seen.get(wanted, 0) + 1
    assert set(seen) == set(Verdict) - {Verdict.SEAT_TAKEN, Verdict.NOT_ENTERED}, seen
    assert min(seen.values()) >= 2, seen


def _at(now, operation):
    """The operation with the database's clock standing at ``now``."""
    moment = str(to_milliseconds(now))

    def frozen(run):
        def at_that_time(statement, parameters):
            return run(statement.replace("{now}", moment), parameters)

        at_that_time.dialect = run.dialect
        return operation(at_that_time)

    return frozen


def test_a_locked_seats_answers_wait_and_are_taken_when_sent_again(people, sign_in, room_closer):
    exam = make_room(people)
    candidate = Candidate(sign_in(people.learner), exam, people.learner).entered()
    sent = candidate.answer(1, 2)
    assert service.lock(actor=SYSTEM, now=exam.opens_at, sitting=candidate.sitting(), reason="seb")
    assert not service.lock(actor=SYSTEM, now=exam.opens_at, sitting=candidate.sitting(), reason="seb")
    told = candidate.save(sent)
    assert (told.status_code, told.json["error"], told.json["quarantined"], told.json["locked"]) == (
        409,
        "locked",
        [1],
        True,
    )
    assert candidate.state().json["locked"] is True  # a poll is still a contact
    for path, body in (("flags", {"flags": [1]}), ("submit", {"saves": []}), ("go", {"to": 2})):
        assert candidate.post(path, {"epoch": candidate.epoch, **body}).json["error"] == "locked", path
    assert candidate.enter().json["locked"] is True
    service.unlock(actor=SYSTEM, now=exam.opens_at, sitting=candidate.sitting(), reason="đã kiểm tra máy")
    again = candidate.save(candidate.answer(1, 2))
    assert (again.status_code, again.json["locked"], candidate.stored()) == (200, False, {1: 2})
