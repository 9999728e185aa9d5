"""The act of every kind: a small bank of another module, a short exam from it, essays that wait for their marker."""

import copy
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.assembly.rules import CellSpec
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY, new_token
from exambank.cli.demo import content, exams, room, simulate
from exambank.cli.demo.room import Candidate
from exambank.cli.demo.school import OFFICER, THIRD_LECTURER
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.courses.models import CourseModule, Offering
from exambank.exams import service as exam_service
from exambank.exams.models import Exam
from exambank.sittings import service as sittings
from exambank.sittings import sweeper

REVIEWER = "KT01"
MARKERS = ("CH01",)
LEARNERS = 9
DURATION_SECONDS = 2700
POINTS = {"matching": "0.5", "ordering": "0.5", "fill_in": "0.5", "essay": "3", "case": "4"}  # the others: 0.25


def write_bank(stage: Stage, module: CourseModule) -> int:
    """One question of each kind and three oral tickets, written by one person and accepted by another."""
    author = stage.actor(THIRD_LECTURER)
    topics, levels = courses.list_topics(module), courses.list_levels()
    for code, words in content.kinds()["outcomes"]:
        courses.add_outcome(actor=stage.actor(OFFICER), now=stage.now, course_module=module, code=code, text=words)
    items = [
        bank.write_item(
            actor=author, now=stage.now, course_module=module, kind=slip["kind"], stem=slip["stem"],
            content=_content(slip), topic=topics[slip["topic"] - 1], level=levels[slip["level"] - 1],
            source=slip["source"],
        )
        for slip in content.kinds()["items"]
    ]  # fmt: skip
    bank.submit_many(actor=author, now=stage.now, items=items)
    return len(bank.accept_many(actor=stage.actor(REVIEWER), now=stage.now, items=items).moved)


def _content(slip: dict[str, Any]) -> dict[str, Any]:
    """The content as its kind keeps it, from the shorter way it stands in the file."""
    found = copy.deepcopy(slip["content"]) if "content" in slip else {}
    if "pairs" in slip:
        prompts = [{"token": new_token(), "html": prompt} for prompt, _target in slip["pairs"]]
        targets = [{"token": f"t{new_token()}", "html": words} for _prompt, words in slip["pairs"]]
        pairs = {one["token"]: other["token"] for one, other in zip(prompts, targets, strict=True)}
        targets += [{"token": f"t{new_token()}", "html": words} for words in slip["extra"]]
        found |= {"options": prompts, "targets": targets, "pairs": pairs}
    if "rubric" in slip:
        prompts = [{"token": new_token(), "html": words} for words in slip.get("prompts", [])]
        found["prompts"] = prompts
        found["rubric"] = [
            {"html": words, "points": points, "prompt": prompts[at]["token"] if at >= 0 and prompts else ""}
            for words, points, at in slip["rubric"]
        ]
    if "questions" in slip:
        found["questions"] = [
            {"kind": one["kind"], "stem": one["stem"], "weight": one["weight"], "content": _content(one)}
            for one in slip["questions"]
        ]
    return REGISTRY[slip["kind"]].normalise(found)


def deal(stage: Stage, module: CourseModule) -> tuple[PaperSet, PaperSet]:
    """Papers with one question of each kind, and slips of one oral question each."""
    kinds = [kind for kind in REGISTRY if kind != "oral"]
    written = [CellSpec(count=1, points=Decimal(POINTS.get(kind, "0.25")), kind=kind) for kind in kinds]
    oral = [CellSpec(count=1, points=Decimal(10), kind="oral")]
    found = []
    for name, cells, papers in (("blueprint", written, 2), ("oral_blueprint", oral, 3)):
        blueprint = assembly.write_blueprint(
            actor=stage.actor(exams.DEALER), now=stage.now, course_module=module, name=content.kinds()[name],
            cells=cells,
        )  # fmt: skip
        found.append(exams.deal(stage, blueprint, papers))
    return found[0], found[1]


def schedule(stage: Stage, offering: Offering, papers: PaperSet) -> Exam:
    """A short exam of a few learners, the day before yesterday."""
    opens_at = stage.moment(stage.today - timedelta(days=2), 14)
    officer = stage.actor(OFFICER)
    exam = exam_service.schedule_exam(
        actor=officer, now=stage.now, offering=offering, title=content.kinds()["exam"], opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=1), duration_seconds=DURATION_SECONDS, start_mode="uniform",
        paper_set=papers, room_names=content.texts()["rooms"][:1],
    )  # fmt: skip
    learners = courses.list_learners(offering.cohort)[:LEARNERS]
    exam_service.add_candidates(actor=officer, now=stage.now, exam=exam, users=learners)
    exams.make_ready(stage, exam, [("CT02",)])
    return exam


def hold(stage: Stage, exam: Exam) -> int:
    """From the bell to the closed list; returns how many answers were stored."""
    stage.go_to(exam.opens_at)
    room.open_room(stage, exam.rooms[0], "CT02")
    candidates, stored = room.candidates_of(stage, exam), 0
    for place, candidate in enumerate(candidates):
        stage.go_to(exam.opens_at + timedelta(seconds=5 * place))
        candidate.enter(stage, exam.session_code)
    stage.go_to(exam.opens_at + timedelta(minutes=30))
    for place, candidate in enumerate(candidates):
        stored += _answer(candidate, place)
    for candidate in candidates:
        stage.go_to(stage.now + timedelta(seconds=40))
        candidate.submit(stage)
    stage.go_to(exam.opens_at + timedelta(seconds=DURATION_SECONDS + 600))
    sweeper.sweep(stage.now)
    sweeper.settle(stage.now)
    return stored


def _answer(candidate: Candidate, place: int) -> int:
    """Good ones know nearly everything; the weak leave the hard kinds half done."""
    is_strong = simulate.ability(candidate.code) > 0
    saves = []
    for question in sittings.paper_of(sittings.find_place(candidate.sitting.public_id)):
        version = bank.get_versions([question.version_id])[question.version_id]
        payload = _payload(question.kind, version.content, place, is_strong or (question.number + place) % 2 == 0)
        saves.append({"q": question.number, "n": question.number, "payload": payload})
    answers = sittings.parse_answers(sittings.find_place(candidate.sitting.public_id), saves)
    outcome = sittings.save(candidate.seat, candidate.epoch, answers)
    if outcome.error is not None:
        raise RuntimeError(f"{candidate.code}: {outcome.error}")
    return len(outcome.stored)


def _payload(kind: str, held: dict[str, Any], place: int, is_right: bool) -> dict[str, Any]:
    tokens = [row["token"] for row in held["options"]]
    keys = [row["token"] for row in held["options"] if row["is_key"]]
    if kind in ("single_choice", "true_false"):
        return {"choice": keys[0] if is_right else next(token for token in tokens if token not in keys)}
    if kind == "multiple_choice":
        return {"choices": keys if is_right else tokens[:2]}
    if kind == "true_false_cluster":
        return {"statements": {row["token"]: row["is_key"] or not is_right for row in held["options"]}}
    if kind == "matching":
        return {"pairs": {one: held["pairs"][one] if is_right or one == tokens[0] else None for one in tokens}}
    if kind == "ordering":
        order = tokens if is_right else [tokens[1], tokens[0], *tokens[2:]]
        return {"places": {token: at for at, token in enumerate(order, start=1)}}
    return _typed_payload(kind, held, place, is_right)


def _typed_payload(kind: str, held: dict[str, Any], place: int, is_right: bool) -> dict[str, Any]:
    if kind == "short_text":
        return {"text": held["accepted"][0]["text"] if is_right else "Hội đồng nhân dân"}
    if kind == "numeric":
        return {"value": held["answers"][0]["value"] if is_right else "90", "unit": ""}
    if kind == "fill_in":
        return {"gaps": {gap["token"]: _gap(gap, is_right) for gap in held["gaps"]}}
    if kind == "case":
        return {
            "questions": {
                one["token"]: _payload(one["kind"], one["content"], place, is_right) for one in held["questions"]
            }
        }
    if held.get("prompts"):
        words = _pick(content.kinds()["essays"], place)
        return {"parts": {prompt["token"]: text for prompt, text in zip(held["prompts"], words, strict=True)}}
    return {"text": _pick(content.kinds()["cases"], place)}


def _gap(gap: dict[str, Any], is_right: bool) -> str:
    if gap["kind"] == "choice":
        return next(choice["token"] for choice in gap["choices"] if choice["is_key"] == is_right)
    return gap["accepted"][0]["text"] if is_right else "nhớ"


def _pick(texts: Sequence[Any], place: int) -> Any:
    return texts[place % len(texts)]
