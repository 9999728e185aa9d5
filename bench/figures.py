"""CPU of the pure parts: item statistics of 2,000 sittings x 60 items, and 60 papers of 30 questions from 600 items.

python -m bench.figures
"""

import json
import time
from collections.abc import Callable

import numpy as np

from exambank.assembly import engine
from exambank.psychometrics import alpha, item_statistics, option_statistics


def cpu_ms(act: Callable[[], object], rounds: int = 5) -> float:
    """The least of some rounds: what the work costs, without what the machine did beside it."""
    least = float("inf")
    for _round in range(rounds):
        started = time.process_time()
        act()
        least = min(least, time.process_time() - started)
    return round(least * 1000, 1)


def main() -> None:
    rng = np.random.default_rng(1)
    chance = 1 / (1 + np.exp(-(rng.normal(size=(2000, 1)) - rng.normal(size=60))))
    scores = (rng.random((2000, 60)) < chance).astype(float)
    responses = np.where(scores == 1, "A", rng.choice(list("BCD"), scores.shape))
    pool = [engine.PoolItem(str(at), topic=str(at % 6), kind="single_choice") for at in range(600)]
    spec = engine.Spec(tuple(engine.Cell(5, topic=str(topic)) for topic in range(6)))
    print(json.dumps({
        "item_statistics_ms": cpu_ms(lambda: item_statistics(scores)),
        "alpha_ms": cpu_ms(lambda: alpha(scores)),
        "option_statistics_ms": cpu_ms(lambda: option_statistics(responses, scores, ["A"] * 60)),
        "sixty_papers_ms": cpu_ms(lambda: engine.assemble(pool, spec, 60, "bench")),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
