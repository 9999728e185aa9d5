"""Fourth act, in the exam room: candidates enter, answer, change machines, hand in or are collected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from exambank.bank import service as bank
from exambank.bank.models import ItemVersion
from exambank.cli.demo import content, simulate
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import Actor
from exambank.sittings import service as sittings
from exambank.sittings import sweeper
from exambank.sittings.models import Sitting

ROUNDS = 6  # answers are sent in so many rounds, each of as many questions
ROUND_MINUTES = 6
SLIP_MACHINE = 5  # the candidate, in the order of numbers, whose machine fails
FORGETS = 9  # the one who never hands in


@dataclass
class Candidate:
    """Somebody at a machine."""

    code: str
    actor: Actor
    sitting: Sitting
    browser: str
    epoch: int = 0
    sent: int = 0  # the browser's counter

    @property
    def seat(self):
        return sittings.seat_of(self._place, self.actor.session_version, self.browser)

    @property
    def _place(self):
        return sittings.find_place(self.sitting.public_id)

    def enter(self, stage: Stage, code: str = "") -> None:
        entry = sittings.enter(
            actor=self.actor, now=stage.now, sitting=self.sitting, browser=self.browser, code=code,
            address=f"192.168.1.{20 + int(self.code[2:]) % 200}",
        )  # fmt: skip
        self.epoch = entry.clock.epoch

    def answer(self, stage: Stage, numbers: Iterable[int], models: dict[int, simulate.ItemModel]) -> int:
        """Send the answers to these questions in one save, as a browser with a slow hand does."""
        saves = []
        for question in sittings.paper_of(self._place):
            payload = simulate.answer(models[question.version_id], self.code) if question.number in numbers else None
            if payload is not None:
                self.sent += 1
                saves.append({"q": question.number, "n": self.sent, "payload": payload})
        outcome = sittings.save(self.seat, self.epoch, sittings.parse_answers(self._place, saves))
        if outcome.error is not None:
            raise RuntimeError(f"{self.code}: {outcome.error}")
        return len(outcome.stored)

    def submit(self, stage: Stage) -> None:
        sittings.submit(actor=self.actor, now=stage.now, sitting=self.sitting, epoch=self.epoch, browser=self.browser)


def candidates_of(stage: Stage, exam: Exam) -> list[Candidate]:
    """Everybody who has a sitting, by candidate number."""
    return [
        Candidate(
            sitting.user.code, stage.actor(sitting.user.code), sitting,
            sittings.browser_hash(f"demonstration-{sitting.public_id}"),
        )
        for sitting in sittings.list_sittings(exam)
    ]  # fmt: skip


def models_of(exam: Exam) -> dict[int, simulate.ItemModel]:
    """How the questions of the exam's papers are for candidates; the two slips by what they were meant to ask."""
    wanted = {entry["version"] for paper in exam.paper_set.papers for entry in paper.layout}
    places = {level.id: place for place, level in enumerate(courses.list_levels())}
    meant = {slip["stem"]: slip["meant"] for slip in content.texts()["slips"]}
    return {
        version_id: simulate.ItemModel(
            version.item.code, version.item.kind, places[version.item.level_id], _truth(version, meant)
        )
        for version_id, version in bank.get_versions(wanted).items()
    }


def _truth(version: ItemVersion, meant: dict[str, int]) -> dict[str, bool]:
    options = version.content["options"]
    if version.stem in meant:
        return {option["token"]: place == meant[version.stem] for place, option in enumerate(options)}
    return {option["token"]: option["is_key"] for option in options}


def open_room(stage: Stage, room: ExamRoom, invigilator: str) -> None:
    """The invigilator types the code from the slip."""
    sittings.open_exam(actor=stage.actor(invigilator), now=stage.now, room=room, code=room.exam.session_code)


def hold(stage: Stage, exam: Exam, absent: Sequence[str]) -> int:
    """A whole exam from the bell to the closed list; returns how many answers were stored."""
    present = [one for one in candidates_of(stage, exam) if one.code not in absent]
    models, start = models_of(exam), exam.opens_at
    for place, candidate in enumerate(present):
        stage.go_to(start + timedelta(seconds=4 * place))
        candidate.enter(stage, exam.session_code)
    stored = 0
    for turn in range(ROUNDS):
        stage.go_to(start + timedelta(minutes=ROUND_MINUTES * (turn + 1)))
        if turn == ROUNDS // 2:
            _change_machine(stage, exam, present[SLIP_MACHINE])
        for candidate in present:
            questions = range(turn + 1, candidate.sitting.question_count + 1, ROUNDS)
            stored += candidate.answer(stage, questions, models)
    _hand_in(stage, exam, [one for place, one in enumerate(present) if place != FORGETS])
    return stored


def _change_machine(stage: Stage, exam: Exam, candidate: Candidate) -> None:
    """A machine fails: the invigilator issues a code, the candidate goes on at another one."""
    issued = sittings.issue_takeover_code(actor=_invigilator(stage, exam), now=stage.now, sitting=candidate.sitting)
    candidate.browser = sittings.browser_hash(f"spare-{candidate.sitting.public_id}")
    candidate.enter(stage, issued.code)


def _hand_in(stage: Stage, exam: Exam, candidates: list[Candidate]) -> None:
    """Each in his own time; who forgets is collected at the deadline, who has extra time comes after it."""
    start = exam.opens_at
    for candidate in sorted(candidates, key=lambda one: simulate.minutes_needed(one.code)):
        stage.go_to(start + timedelta(minutes=simulate.minutes_needed(candidate.code)))
        candidate.submit(stage)
    stage.go_to(start + timedelta(seconds=exam.duration_seconds + 3600))
    sweeper.sweep(stage.now)
    sweeper.sweep(stage.now)
    sweeper.settle(stage.now)
    for room in exam.rooms:
        _sign(stage, room)


def _sign(stage: Stage, room: ExamRoom) -> None:
    """Everybody signs beside the own mark; the invigilator ticks them."""
    everybody = [sitting.public_id for sitting in sittings.list_to_sign(room)]
    actor = stage.actor(room.invigilations[0].user.code)
    sittings.tick_signatures(actor=actor, now=stage.now, room=room, signed=everybody)


def begin(stage: Stage, exam: Exam, count: int) -> None:
    """A few candidates are in already and have answered some questions."""
    models = models_of(exam)
    present = candidates_of(stage, exam)[:count]
    for place, candidate in enumerate(present):
        sittings.confirm_identity(actor=_invigilator(stage, exam), now=stage.now, sitting=candidate.sitting)
        candidate.enter(stage, exam.session_code)
        candidate.answer(stage, range(1, 4 + 2 * place), models)
    _happen(stage, exam, present)
    sweeper.settle(stage.now)


def _invigilator(stage: Stage, exam: Exam) -> Actor:
    return stage.actor(exam.rooms[0].invigilations[0].user.code)


def _happen(stage: Stage, exam: Exam, present: Sequence[Candidate]) -> None:
    """What a room is like: something is announced, a question is doubted, a keyboard fails and time is given back."""
    words, acting = content.texts()["room"], {"actor": _invigilator(stage, exam), "now": stage.now}
    room, doubter, unlucky = exam.rooms[0], present[1], present[2]
    sittings.send_message(**acting, exam=exam, room=room, text=words["announcement"], kind="announcement")
    objection = sittings.raise_objection(
        actor=doubter.actor, now=stage.now, sitting=doubter.sitting, question=2, text=words["objection"]
    )
    sittings.answer_objection(**acting, objection=objection, reply=words["reply"])
    sittings.record_incident(
        **acting, room=room, kind="machine", text=words["incident"], began_at=stage.now - timedelta(minutes=2),
        ended_at=stage.now, sitting=unlucky.sitting,
    )  # fmt: skip
    sittings.extend(**acting, sitting=unlucky.sitting, seconds=120, reason=words["given_back"])
