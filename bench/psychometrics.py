"""Our statistics beside R's, field by field, and what they cost: of what is built so far.

    python -m bench.psychometrics REFERENCE_FOLDER [--largest 50000]

The folder holds ``data/<set>/scored.csv`` and ``ref/<set>.{ctt,irt,dif}.json``. One line a field: the worst difference
over all sets and models, and the tolerance. Then CPU seconds of a two-parameter fit with exact errors on simulated
answers, one core. A difference beyond its tolerance exits with 1.
"""

import argparse
import csv
import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as in a school

import numpy as np

from exambank.psychometrics import (
    abilities,
    biserial,
    fit_logistic,
    item_statistics,
    marginal_reliability,
    test_information,
    whole_test_statistics,
)

SETS = ("lsat6", "cttdata", "sat12", "msatb", "gmat")
SIZES = ((2_000, 50), (10_000, 60), (50_000, 100))
WHOLE = {
    "mean": "mean", "sd": "sd_n1", "skewness": "skew", "kurtosis": "kurtosis_excess", "alpha": "alpha",
    "kr21": "kr21_var_n1",
    "lambda2": "guttman_lambda2", "lambda6": "guttman_lambda6_psych", "split_half": "split_half_spearman_brown",
}  # fmt: skip
ITEMS = {
    "difficulty": "p",
    "sd": "sd_n1",
    "item_total": "pbis_item_total",
    "item_rest": "pbis_item_rest",
}
CURVES = {"slope": "slope_a1", "intercept": "intercept_d"}
ERRORS = {"se_slope": "se_a1", "se_intercept": "se_d", "se_difficulty": "se_b_delta"}
TOLERANCES = {
    "lambda6": 1e-6, "omega_total": 1e-4, "log_likelihood": 1e-6, "eap": 1e-5, "eap_se": 1e-5, "information": 1e-5,
    "marginal_reliability": 1e-5, **dict.fromkeys(CURVES, 1e-5), **dict.fromkeys(ERRORS, 1e-4),
}  # fmt: skip
CLASSICAL = 1e-10


class Worst:
    """The largest difference of each field so far."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def add(self, field: str, ours, theirs, *, relative: bool = False) -> None:
        one, other = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
        difference = np.abs(one / other - 1.0) if relative else np.abs(one - other)
        self.found[field] = max(self.found.get(field, 0.0), float(difference.max()))

    def beyond(self) -> list[str]:
        return [name for name, worst in self.found.items() if not worst <= TOLERANCES.get(name, CLASSICAL)]


def read_scores(folder: Path, name: str) -> np.ndarray:
    with (folder / "data" / name / "scored.csv").open(encoding="utf-8", newline="") as file:
        return np.array([list(row.values())[1:] for row in csv.DictReader(file)], dtype=float)


def read(folder: Path, name: str, kind: str) -> dict:
    return json.loads((folder / "ref" / f"{name}.{kind}.json").read_text(encoding="utf-8"))


def compare(folder: Path) -> Worst:
    worst = Worst()
    for name in SETS:
        scores = read_scores(folder, name)
        _compare_classical(worst, scores, read(folder, name, "ctt"))
        expected = read(folder, name, "irt")
        for model in ("1PL", "2PL"):
            if expected[model]["converged"]:
                _compare_curves(worst, scores, model, expected[model])
    return worst


def _compare_classical(worst: Worst, scores: np.ndarray, expected: dict) -> None:
    whole, items = whole_test_statistics(scores), item_statistics(scores)
    for ours, theirs in WHOLE.items():
        worst.add(ours, getattr(whole, ours), expected["test"][theirs])
    worst.add("omega_total", whole.omega_total, expected["test"]["omega_ml"]["omega_total_ml"])
    for ours, theirs in ITEMS.items():
        worst.add(ours, [getattr(item, ours) for item in items], expected["items"][theirs])
    worst.add("d27", [item.d27 for item in items], expected["items"]["D27_fractional_ties"]["D"])
    worst.add("biserial", [one.value for one in biserial(scores)], expected["items"]["biserial_total"])


def _compare_curves(worst: Worst, scores: np.ndarray, model: str, expected: dict) -> None:
    fit = fit_logistic(scores, model=model.lower())
    worst.add("log_likelihood", fit.log_likelihood, expected["logLik"])
    for fields, relative in ((CURVES, False), (ERRORS, True)):
        for ours, theirs in fields.items():
            worst.add(ours, [getattr(item, ours) for item in fit.items], expected["items"][theirs], relative=relative)
    persons = expected["persons"]
    found = abilities(fit)[: len(persons["EAP"])]
    worst.add("eap", [one.theta for one in found], persons["EAP"])
    worst.add("eap_se", [one.se for one in found], persons["EAP_SE"])
    told = test_information(fit, expected["information"]["theta"])
    worst.add("information", [one.information for one in told], expected["information"]["test"])
    worst.add("marginal_reliability", marginal_reliability(fit), expected["marginal_rxx"])


def simulate(n: int, k: int) -> np.ndarray:
    """The answers that the issue asks to be timed on."""
    rng = np.random.default_rng(20261121 + n)
    slopes, difficulties, theta = np.exp(rng.normal(0, 0.3, k)), rng.normal(0, 1, k), rng.normal(0, 1, n)
    chance = 1 / (1 + np.exp(-slopes * (theta[:, np.newaxis] - difficulties)))
    return (rng.random((n, k)) < chance).astype(float)


def seconds(act) -> float:
    """CPU of one call, the least of three."""
    costs = []
    for _each in range(3):
        started = time.process_time()
        act()
        costs.append(time.process_time() - started)
    return min(costs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--largest", type=int, default=50_000, help="no more candidates than these are timed")
    options = parser.parse_args()
    worst = compare(options.folder)
    for name, found in worst.found.items():
        print(f"{name:<24}{found:>10.1e}   tolerance {TOLERANCES.get(name, CLASSICAL):.0e}")
    for n, k in SIZES:
        if n <= options.largest:
            scores = simulate(n, k)
            fit, classical = (
                seconds(lambda scores=scores: fit_logistic(scores)),
                seconds(lambda scores=scores: item_statistics(scores)),
            )
            print(f"{n:>6} x {k:<4} 2PL with errors {fit:.3f} s   items, classical {classical:.3f} s")
    beyond = worst.beyond()
    for name in beyond:
        print(f"beyond its tolerance: {name}", file=sys.stderr)
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
