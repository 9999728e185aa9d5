"""Exams whose candidates answer by ability, written as rows and marked by the service: analysis is what is tested."""

import random

from exambank.bank.models import ItemVersion
from exambank.exams.models import Exam
from exambank.marking import service as marking
from tests.marking.factories import choice, make_exam, make_learner, make_paper_set, make_sitting, make_version
from tests.people import People


def make_versions(people: People, count: int) -> list[ItemVersion]:
    return [make_version(people, f"C{number:02d}") for number in range(count)]


def answer(version: ItemVersion, ability: float, at: int, rng: random.Random, miskeyed: int | None = None) -> dict:
    """The strong take option a, the weak any other; on a mis-keyed item the strong take b instead."""
    tokens = [row["token"] for row in version.content["options"]]
    right = tokens[1] if at == miskeyed else tokens[0]
    if rng.random() < ability - 0.04 * at + 0.2:
        return choice(right)
    return choice(rng.choice([token for token in tokens if token != right]))


def make_sat_exam(
    people: People, *, candidates: int = 40, items: int = 8, miskeyed: int | None = None, papers=None, versions=None,
    seed: int = 7,
) -> Exam:  # fmt: skip
    """A closed, marked exam; ``papers``: lists of item places, one paper for each (dealt in turn)."""
    rng = random.Random(seed)
    versions = versions or make_versions(people, items)
    places = papers or [list(range(len(versions)))]
    paper_set = make_paper_set(people, [[versions[at] for at in paper] for paper in places], points="1")
    exam = make_exam(people, paper_set)
    for number in range(candidates):
        ability = (number + 0.5) / candidates
        at = number % len(places)
        payloads = {
            question: answer(versions[place], ability, place, rng, miskeyed)
            for question, place in enumerate(places[at], start=1)
        }
        if number == 0:
            del payloads[1]  # left blank
        learner = make_learner(1000 * seed + number)
        sitting = make_sitting(exam, learner, paper_set.papers[at], payloads, number=f"{number + 1:03d}")
        marking.mark_sitting(sitting.public_id)
    return exam
