"""Simulated candidates: known abilities, human troubles. They speak the room's protocol and nothing else."""

import json
import math
import random
import threading
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser

from bench.person import Failed, Person, visible

TROUBLES = ("none", "none", "lost_network", "resends", "two_tabs", "takes_over", "submits_twice", "never_submits")


class _Room(HTMLParser):
    """Questions and options as the candidate's page shows them."""

    def __init__(self):
        super().__init__()
        self.questions: dict[int, dict] = {}
        self._question = self._text = self._token = None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "section" and "data-question" in found:
            self._question = self.questions.setdefault(int(found["data-question"]), {"stem": "", "options": {}})
        elif tag == "legend":
            self._text, self._token = "stem", None
        elif tag == "input" and self._question is not None and found.get("name", "").startswith("r-"):
            self._token = found["value"]
        elif tag == "span" and "eb-option-text" in found.get("class", ""):
            self._text = "option"
            self._question["options"][self._token] = ""

    def handle_endtag(self, tag):
        if tag in {"legend", "label"}:
            self._text = None

    def handle_data(self, data):
        if self._text == "stem":
            self._question["stem"] += data
        elif self._text == "option":
            self._question["options"][self._token] += data


@dataclass
class Tally:
    """What the whole room was told, under one lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    acknowledged: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    saves: int = 0
    problems: list[str] = field(default_factory=list)

    def note(self, sitting: str, question: int, seq: int, payload: dict) -> None:
        with self.lock:
            self.saves += 1
            known = self.acknowledged.get((sitting, question))
            if known is None or known[0] <= seq:
                self.acknowledged[sitting, question] = (seq, json.dumps(payload, sort_keys=True, separators=(",", ":")))


class Candidate:
    def __init__(self, address, credentials, ability: float, trouble: str, seed: int, tally: Tally):
        self.person = Person(address)
        self.credentials, self.ability, self.trouble, self.tally = credentials, ability, trouble, tally
        self.keys: dict[int, tuple[str, float]] = {}  # question -> right token and difficulty; told by the bench
        self.rng = random.Random(seed)
        self.sitting, self.epoch, self.counter = "", 0, 0
        self.questions: dict[int, dict] = {}
        self.seconds_to_page = 0.0

    # --- the way in ---

    def arrive(self) -> None:
        self.person.sign_in(*self.credentials)
        page = self.person.get("/sit/")
        self.sitting = page.find(r"/sit/([0-9a-f-]{36})")

    def enter(self, code: str) -> None:
        started = time.perf_counter()
        self.person.get(f"/sit/{self.sitting}")
        self._take(self._answer("enter", {"code": code}))
        page = self.person.get(f"/sit/{self.sitting}")
        self.seconds_to_page = time.perf_counter() - started
        self.read(page.text)

    def read(self, html: str) -> None:
        """Look at the page's questions; there must be some."""
        room = _Room()
        room.feed(html)
        self.questions = room.questions
        if not self.questions:
            raise Failed(f"no question on the page: {visible(html)[:300]}")

    def _answer(self, act: str, body: dict | None, person: Person | None = None, expect: int = 200) -> dict:
        answer = (person or self.person).send(f"/sit/{self.sitting}/{act}", body)
        if answer.status != expect:
            raise Failed(f"{act} of {self.credentials[0]} ({self.trouble}): {answer.status} {answer.text[:300]}")
        return answer.json

    def _take(self, entered: dict) -> None:
        self.epoch, self.counter = entered["epoch"], 0
        self.generation = entered["generation"]

    # --- answering ---

    def choose(self, question: int) -> dict:
        """Right with a probability that ability and the item's own difficulty give; sometimes nothing at all."""
        right, difficulty = self.keys[question]
        tokens = list(self.questions[question]["options"])
        chance = 1 / len(tokens) + (1 - 1 / len(tokens)) / (1 + math.exp(-1.7 * (self.ability - difficulty)))
        if self.rng.random() < 0.03:
            return {"choice": None}
        if self.rng.random() < chance:
            return {"choice": right}
        return {"choice": self.rng.choice([token for token in tokens if token != right])}

    def save(self, answers: dict[int, dict], person: Person | None = None) -> dict:
        saves = []
        for question, payload in answers.items():
            self.counter += 1
            saves.append({"q": question, "n": self.counter, "payload": payload, "at": int(time.time() * 1000)})
        body = {"epoch": self.epoch, "generation": self.generation, "saves": saves}
        answer = self._answer("save", body, person)
        for one in saves:
            seq = (self.epoch << 32) + one["n"]
            if answer["saved"].get(str(one["q"])) == seq:
                self.tally.note(self.sitting, one["q"], seq, one["payload"])
        return body

    def answer_all(self, pause: float) -> None:
        for question in self.questions:
            self.save({question: self.choose(question)})
            if self.rng.random() < 0.1:
                self.save({question: self.choose(question)})  # a change of mind
            self._suffer(question)
            time.sleep(self.rng.uniform(0, 2 * pause))

    def _suffer(self, question: int) -> None:
        if question != len(self.questions) // 2:
            return
        if self.trouble == "lost_network":
            self.person.drop_connection()
            offline = {number: self.choose(number) for number in list(self.questions)[:3]}
            time.sleep(0.2)
            self.save(offline)
        elif self.trouble == "resends":
            body = self.save({question: self.choose(question)})
            again = self._answer("save", body)
            if again["saved"].get(str(question)) is None:
                raise Failed("a save sent again was not acknowledged")
        elif self.trouble == "two_tabs":
            tab = self.person.copy()
            self._take(self._answer("enter", {}, tab))
            self.save({question: self.choose(question)}, tab)

    def move_to_other_machine(self, code: str) -> None:
        """Sign in elsewhere, take the seat over, find what was saved; the old machine's late save is kept."""
        old, old_epoch = self.person, self.epoch
        self.person = Person(old.address).sign_in(*self.credentials)
        self.person.get(f"/sit/{self.sitting}")
        entered = self._answer("enter", {"code": code})
        self._take(entered)
        missing = [
            key for key in self.tally.acknowledged
            if key[0] == self.sitting and str(key[1]) not in entered["stored"]
        ]  # fmt: skip
        if missing:
            raise Failed(f"answers missing on the second machine: {missing}")
        stale = {"epoch": old_epoch, "generation": self.generation,
                 "saves": [{"q": 1, "n": 9999, "payload": {"choice": None}, "at": 0}]}  # fmt: skip
        refused = old.send(f"/sit/{self.sitting}/save", stale)
        if refused.status != 409:
            raise Failed(f"a save from the old machine got {refused.status}")
        for question in list(self.questions)[:5]:
            self.save({question: self.choose(question)})

    def finish(self) -> None:
        if self.trouble == "never_submits":
            return
        body = {"epoch": self.epoch, "generation": self.generation, "saves": []}
        receipt = self._answer("submit", body)["receipt"]
        if self.trouble == "submits_twice" and self._answer("submit", body)["receipt"] != receipt:
            raise Failed("a second submit gave another receipt")
