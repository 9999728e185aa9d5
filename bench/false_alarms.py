"""How often the rule that sends an item to review hits a sound item, and how often one with a wrong key.

    python -m bench.false_alarms [--exams 1000] [--seed 20261121]

Exams of 30, 60 and 120 candidates: 30 items of 4 options, three-parameter curves with c = .25, log a ~ N(0, .3),
b ~ N(0, 1), ability N(0, 1), distractors equally likely; one item of each exam, drawn at random, is keyed to one of its
distractors. The line in use is marked and must keep the limits (exit status 1); the others show what other levels of
the interval would do.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as in a school

import numpy as np

from exambank.psychometrics.suspicion import ItemSuspicion, key_suspicions

LIMITS = {30: (0.015, 0.25), 60: (0.01, 0.47), 120: (0.01, 0.71)}  # most false alarms, fewest hits
LEVELS = (0.8, 0.85, 0.9, 0.95, 0.98)
IN_USE = 0.9
N_ITEMS = 30
LABELS = np.array(list("ABCD"))


@dataclass(frozen=True)
class Exam:
    """Chosen labels and scores, n x 30; the keys, of which the one in the column `planted` is wrong."""

    responses: np.ndarray
    scores: np.ndarray
    keys: list[str]
    planted: int


def simulate(rng: np.random.Generator, n: int) -> Exam:
    slopes, difficulties = np.exp(rng.normal(0, 0.3, N_ITEMS)), rng.normal(0, 1, N_ITEMS)
    theta = rng.normal(0, 1, (n, 1))
    chance = 0.25 + 0.75 / (1 + np.exp(-slopes * (theta - difficulties)))
    is_right = rng.random((n, N_ITEMS)) < chance
    truth = rng.integers(0, 4, N_ITEMS)
    chosen = np.where(is_right, truth, (truth + rng.integers(1, 4, (n, N_ITEMS))) % 4)
    planted = int(rng.integers(N_ITEMS))
    keys = truth.copy()
    keys[planted] = (truth[planted] + rng.integers(1, 4)) % 4
    return Exam(LABELS[chosen].astype(object), (chosen == keys).astype(float), list(LABELS[keys]), planted)


def judged(exams: int, n: int, seed: int, confidence: float) -> Iterator[tuple[bool, ItemSuspicion]]:
    """For every item of every exam whether its key is wrong, and what was found."""
    rng = np.random.default_rng([seed, n])
    for _exam in range(exams):
        exam = simulate(rng, n)
        found = key_suspicions(exam.responses, exam.scores, exam.keys, confidence=confidence)
        yield from ((column == exam.planted, one) for column, one in enumerate(found))


def rates(exams: int, n: int, seed: int, confidence: float = IN_USE) -> tuple[float, float]:
    """Share of the sound items, and of the planted ones, that the rule sends to review."""
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for is_planted, one in judged(exams, n, seed, confidence):
        hits[is_planted].append(one.needs_review)
    return float(np.mean(hits[False])), float(np.mean(hits[True]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exams", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261121)
    options = parser.parse_args()
    print(f"{'n':>4} {'level':>6} {'sound items flagged':>20} {'wrong keys caught':>18}")
    failed = False
    for n, (most_false, fewest_hits) in LIMITS.items():
        for level in LEVELS:
            false, hit = rates(options.exams, n, options.seed, level)
            line = f"{n:>4} {level:>6.2f} {false:>19.2%} {hit:>18.1%}"
            if level == IN_USE:
                kept = false <= most_false and hit >= fewest_hits
                failed |= not kept
                limits = f"at most {most_false:.1%}, at least {fewest_hits:.0%}"
                line += f"   in use: {limits}: {'kept' if kept else 'MISSED'}"
            print(line, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
