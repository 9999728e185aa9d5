"""What the statistics cost, one core, and what two Python packages take for the same."""

import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from bench.psychometrics.reference import scores_of, sparse_bank
from exambank.psychometrics import Prior, abilities, alpha, fit_logistic, item_statistics

SIZES = ((2_000, 50), (10_000, 60), (50_000, 100))
MOST_FOR_OTHERS = 10_000  # girth does not come to an end beyond


def simulate(n: int, k: int) -> np.ndarray:
    """The answers that the fits are timed on."""
    rng = np.random.default_rng(20261121 + n)
    slopes, difficulties, theta = np.exp(rng.normal(0, 0.3, k)), rng.normal(0, 1, k), rng.normal(0, 1, n)
    chance = 1 / (1 + np.exp(-slopes * (theta[:, np.newaxis] - difficulties)))
    return (rng.random((n, k)) < chance).astype(float)


def seconds(act: Callable[[], object], rounds: int = 3) -> float:
    """CPU of one call, the least of some."""
    costs = []
    for _each in range(rounds):
        started = time.process_time()
        act()
        costs.append(time.process_time() - started)
    return min(costs)


def time_sizes(largest: int) -> None:
    for n, k in SIZES:
        if n > largest:
            continue
        scores = simulate(n, k)
        own = seconds(lambda scores=scores: fit_logistic(scores))
        line = f"{n:>6} x {k:<4} 2PL with errors {own:.3f} s"
        line += f"   items {seconds(lambda scores=scores: item_statistics(scores)):.3f} s"
        line += f"   alpha {seconds(lambda scores=scores: alpha(scores)):.3f} s"
        print(line + _others(scores, own) if n <= MOST_FOR_OTHERS else line, flush=True)


def _others(scores: np.ndarray, own: float) -> str:
    found = ""
    for name, fit in (("girth", _girth), ("mirt", _mirt)):
        if find_spec(name):
            theirs = seconds(lambda fit=fit: fit(scores.astype(int)), rounds=1)
            found += f"   {name} {theirs:.2f} s = {theirs / own:.0f} times ours"
    return found or "   (girth and mirt are not installed)"


def _girth(scores: np.ndarray) -> None:
    from girth import twopl_mml  # installed only to compare

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twopl_mml(scores.T)


def _mirt(scores: np.ndarray) -> None:
    import mirt  # installed only to compare

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mirt.fit_mirt(scores, model="2PL")


def time_sparse(folder: Path) -> None:
    """Randomly assembled papers of a bank, with a prior, against the true parameters."""
    scores, slopes, difficulties, theta = sparse_bank(folder)
    cost = seconds(lambda: fit_logistic(scores, prior=Prior()))
    fit = fit_logistic(scores, prior=Prior())
    own = {
        "a": (np.array([item.slope for item in fit.items]), slopes),
        "b": (np.array([item.difficulty for item in fit.items]), difficulties),
        "theta": (np.array([one.theta for one in abilities(fit)]), theta),
    }
    told = ", ".join(f"{name} {np.sqrt(np.mean((ours - true) ** 2)):.3f}" for name, (ours, true) in own.items())
    print(f"sparse600, prior, with errors {cost:.3f} s; RMSE {told}", flush=True)


def time_guessing(folder: Path) -> None:
    scores = scores_of(folder, "sat12")
    print(f"sat12, 3PL with errors {seconds(lambda: fit_logistic(scores, model='3pl')):.3f} s", flush=True)
