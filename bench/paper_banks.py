"""Banks and specifications for the bench of assembly, generated from a seed."""

import math
from dataclasses import replace

import numpy as np

from exambank.assembly.engine import Balance, Cell, Limits, PoolItem, Spec

SEED = 20261122
THETA = (-1.0, 0.0, 1.0)
TOPICS, LEVELS = 5, 3
CHAPTERS = {1: 180, 2: 25, 3: 58, 4: 37, 5: 185, 6: 115}
FATAL = {1: 47, 2: 2, 3: 11}
CLASS_B = {1: 8, 2: 1, 3: 1, 4: 1, 5: 9, 6: 9}


def crossed_bank(items: int) -> list[PoolItem]:
    """2PL items spread over 15 cells of topic and level, with items / 15 sets of two to four enemies, keys A-D."""
    rng = np.random.default_rng([SEED, items])
    a, b = rng.lognormal(0.0, 0.3, items), rng.normal(0.0, 1.0, items)
    keys = rng.choice(list("ABCD"), items)
    pool = [
        PoolItem(
            f"I{at:05d}", topic=f"C{at % TOPICS}", level=f"L{at // TOPICS % LEVELS}", kind="single_choice",
            difficulty=_share(a[at], b[at], 0.0), a=float(a[at]), b=float(b[at]), c=0.0, answer=str(keys[at]),
        )
        for at in range(items)
    ]  # fmt: skip
    order, start = rng.permutation(items), 0
    for number in range(items // 15):
        size = int(rng.integers(2, 5))
        for at in order[start : start + size]:
            pool[at] = replace(pool[at], enemies=frozenset({f"E{number}"}))
        start += size
    return pool


def _share(a: float, b: float, c: float) -> float:
    """About the share correct among candidates of standard normal ability (probit approximation, Lord & Novick)."""
    return c + (1 - c) / (1 + math.exp(-a * -b / math.sqrt(1 + 0.346 * a * a)))


def crossed_spec(balance: Balance, limits: Limits) -> Spec:
    """Forty items: two or three of each cell."""
    cells = tuple(
        Cell(3 if (topic + level) % 3 else 2, topic=f"C{topic}", level=f"L{level}")
        for topic in range(TOPICS) for level in range(LEVELS)
    )  # fmt: skip
    return Spec(cells, 40, balance, limits)


def guessing_bank(items: int = 200) -> list[PoolItem]:
    """3PL items, difficulty of standard deviation 1, a guess of a quarter: the bank of the random baseline."""
    rng = np.random.default_rng([SEED, items, 3])
    a, b = rng.lognormal(0.0, 0.3, items), rng.normal(0.0, 1.0, items)
    return [
        PoolItem(f"G{at:03d}", difficulty=_share(a[at], b[at], 0.25), a=float(a[at]), b=float(b[at]), c=0.25)
        for at in range(items)
    ]


def expected_percent(item: PoolItem, theta: float = 0.0) -> float:
    """What a candidate of that ability is expected to score on the item, of 100."""
    return 100 * (item.c + (1 - item.c) / (1 + math.exp(-item.a * (theta - item.b))))


def driving_bank() -> list[PoolItem]:
    """600 items in six chapters, 60 of them fatal, as many in each chapter as the official set of class B has."""
    rng = np.random.default_rng([SEED, 600, 6])
    pool = []
    for chapter, many in CHAPTERS.items():
        for number in range(many):
            tags = frozenset({"fatal"} if number < FATAL.get(chapter, 0) else ())
            difficulty = round(float(rng.beta(6, 3)), 3)
            pool.append(PoolItem(f"D{len(pool):03d}", topic=str(chapter), tags=tags, difficulty=difficulty))
    return pool


def driving_spec() -> Spec:
    """Class B: one fatal item, and without it 8/1/1/1/9/9 of the chapters."""
    cells = (
        Cell(1, tag="fatal"),
        *[Cell(many, topic=str(chapter), not_tag="fatal") for chapter, many in CLASS_B.items()],
    )
    return Spec(cells, 30, Balance(("difficulty",), tolerance=0.01), Limits(papers_per_item=6, overlap=10))
