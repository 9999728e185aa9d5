"""An older backup comes back in mid-exam while the browsers live: 0 answers are lost (promise 1)."""

from decimal import Decimal

import pytest

from exambank.assembly.rules import CellSpec
from exambank.cli import backup, restore
from exambank.sittings import store
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint
from tests.sittings.factories import Candidate, make_room

PASSPHRASE = "a passphrase of tests"

pytestmark = pytest.mark.usefixtures("cheap_seal")


class Journal:
    """What the room's page keeps: every answer until the close, acknowledged or not, and the generation it knows."""

    def __init__(self, candidate: Candidate):
        self.candidate, self.entries, self.generation = candidate, {}, None

    def enter(self, code=None) -> dict:
        answer = self.candidate.enter(code)
        assert answer.status_code == 200, answer.json
        self.generation = answer.json["generation"]
        return answer.json

    def give(self, question: int) -> None:
        sent = self.candidate.answer(question, question % 4)
        self.entries[question] = sent["payload"]
        assert str(question) in self.candidate.save(sent).json["saved"]

    def send_what_lacks(self, stored: dict) -> list[int]:
        """Compare with what the server told at entry, send the rest again under the new epoch."""
        lacking = [q for q, payload in self.entries.items() if stored.get(str(q), [0, None])[1] != payload]
        saves = [{"q": q, "n": next(self.candidate.counter), "payload": self.entries[q], "at": 1} for q in lacking]
        assert set(self.candidate.save(*saves).json["saved"]) == {str(q) for q in lacking}
        return lacking


@pytest.fixture
def exam(stamped, people):
    """A paper of twenty questions."""
    fill_bank(people, 80)
    cells = [CellSpec(count=5, points=Decimal(1), topic_id=topic.id) for topic in people.topics]
    make_approved_set(people, 2, blueprint=make_blueprint(people, [*cells, CellSpec(count=5, points=Decimal(1))]))
    yield make_room(people)
    store.close_store(stamped)


def restart_with(file, app) -> None:
    """The server stops, the backup comes back, the server starts."""
    store.close_store(app)
    restore.bring_back(file, PASSPHRASE)


def test_no_answer_is_lost_when_an_older_backup_comes_back(exam, people, sign_in, tmp_path, stamped):
    candidates = [Candidate(sign_in(user), exam, user) for user in (people.learner, people.second_learner)]
    stranger = Candidate(sign_in(people.learner), exam, people.learner)
    journals = [Journal(candidate) for candidate in candidates]
    for journal in journals:
        journal.enter()
        for question in range(1, 11):
            journal.give(question)
    backup.make(tmp_path / "noon.backup", PASSPHRASE)
    for journal in journals:
        for question in range(11, 21):
            journal.give(question)

    restart_with(tmp_path / "noon.backup", stamped)
    assert [len(candidate.stored()) for candidate in candidates] == [10, 10]

    for journal in journals:
        poll = journal.candidate.state().json
        assert poll["generation"] != journal.generation  # the browser learns it from whatever it asks
        refused = journal.candidate.save_one(20, 0)
        assert (refused.status_code, refused.json["error"]) == (409, "re_enter")
        entered = journal.enter(code="")  # by itself: the seat's cookie is enough
        assert entered["epoch"] > 1000
        assert journal.send_what_lacks(entered["stored"]) == list(range(11, 21))
        assert journal.candidate.stored() == {question: question % 4 for question in range(1, 21)}
        assert journal.send_what_lacks(journal.enter(code="")["stored"]) == []

    refused = stranger.enter(code="")
    assert (refused.status_code, refused.json["error"]) == (409, "seat_held")


def test_a_candidate_who_entered_after_the_backup_comes_back_alone(exam, people, sign_in, tmp_path, stamped):
    journal = Journal(Candidate(sign_in(people.learner), exam, people.learner))
    backup.make(tmp_path / "morning.backup", PASSPHRASE)
    journal.enter()
    for question in range(1, 21):
        journal.give(question)
    restart_with(tmp_path / "morning.backup", stamped)
    assert journal.candidate.stored() == {}
    entered = journal.enter(code="")
    assert journal.send_what_lacks(entered["stored"]) == list(range(1, 21))
    assert journal.candidate.stored() == {question: question % 4 for question in range(1, 21)}
