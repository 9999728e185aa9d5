"""Are papers made quickly, alike, and only when they can be? Synthetic banks with a seed; every result is checked by
code that shares nothing with the engine (tests/assembly/engine).

    python -m bench.assembly [--specs 1000] [--solver-seconds 30]

CPU seconds on one core, the slowest of three seeds, beside HiGHS with all papers in one model in the same run; what one
average candidate is expected to score on our papers and on papers drawn at random; random specifications, feasible and
not, each judged; the class B of the driving test. The last line is one JSON object; 1 when a target is missed.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed

from bench import paper_banks as banks
from exambank.assembly.engine import Assembled, Balance, Limits, PoolItem, Spec, assemble
from tests.assembly.engine.checking import broken_rules, deviation, information
from tests.assembly.engine.judging import judged
from tests.assembly.engine.specs import problems
from tests.assembly.engine.whole_model import solve_within

SEEDS = (1, 2, 3)
MOST_VARIABLES = 250_000
MOST_APART, PAPERS_APART, ITEMS_APART = 1.0, 60, 30
CLOSE = 1e-6
INFORMATION = Balance(("information",), banks.THETA, 0.01)
DIFFICULTY = Balance(("difficulty",), tolerance=0.01)


@dataclass(frozen=True)
class Case:
    name: str
    items: int
    papers: int
    balance: Balance
    limits: Limits
    target: float


CASES = [  # the fourth: an item in two papers, two papers share four; the last: twenty papers, ten shared
    Case("8 x 40 of 600", 600, 8, INFORMATION, Limits(papers_per_item=1), 0.15),
    Case("12 x 40 of 600", 600, 12, INFORMATION, Limits(papers_per_item=1), 0.4),
    Case("20 x 40 of 5000", 5000, 20, INFORMATION, Limits(papers_per_item=1), 0.8),
    Case("20 x 40 of 5000 twice", 5000, 20, INFORMATION, Limits(papers_per_item=2, overlap=4), 2.0),
    Case("200 x 40 of 600", 600, 200, DIFFICULTY, Limits(papers_per_item=20, overlap=10), 5.0),
]


def measure(case: Case, solver_seconds: float) -> dict:
    """The slowest seed of ours, what is wrong with its papers, and HiGHS beside it."""
    pool, spec = banks.crossed_bank(case.items), banks.crossed_spec(case.balance, case.limits)
    assemble(pool, spec, 1, 0)  # numpy and scipy load their parts at the first call
    times, wrong, worst = [], [], 0.0
    for seed in SEEDS:
        began = time.process_time()
        outcome = assemble(pool, spec, case.papers, seed, seconds=60)
        times.append(time.process_time() - began)
        if not isinstance(outcome, Assembled):
            wrong.append(f"seed {seed}: {type(outcome).__name__}")
            continue
        off = deviation(figures_of(pool, spec, outcome.papers))
        wrong += [f"seed {seed}: {words}" for words in broken_rules(pool, spec, outcome.papers, case.papers)]
        wrong += [f"seed {seed}: off by {off}"] if off > spec.balance.tolerance + CLOSE else []
        worst = max(worst, off)
    return {
        "case": case.name, "cpu_s": round(max(times), 3), "target_s": case.target, "deviation": round(worst, 5),
        "wrong": wrong, "solver": beside(pool, spec, case.papers, solver_seconds),
        "is_met": max(times) <= case.target and not wrong,
    }  # fmt: skip


def figures_of(pool: list[PoolItem], spec: Spec, papers) -> list[list[float]]:
    """The balanced figures of papers, by the checker's own formulas."""
    known = {item.name: item for item in pool}
    if spec.balance.by == ("difficulty",):
        return [[sum(known[name].difficulty for name in paper.items)] for paper in papers]
    return [
        [sum(information(known[name], theta) for name in paper.items) for theta in spec.balance.theta]
        for paper in papers
    ]


def beside(pool: list[PoolItem], spec: Spec, papers: int, seconds: float) -> dict:
    """HiGHS with a variable for each item and paper, information within the tolerance of what a paper of the blueprint
    has on average."""
    variables = len(pool) * papers
    if spec.limits.overlap is not None and spec.limits.papers_per_item != 1:
        variables += len(pool) * papers * (papers - 1) // 2
    if variables > MOST_VARIABLES or spec.balance.by != ("information",):
        return {"found": None, "variables": variables, "cpu_s": None}
    targets = [
        sum(
            cell.count * _mean([information(item, theta) for item in pool if cell.matches(item)]) for cell in spec.cells
        )
        for theta in spec.balance.theta
    ]
    began, wall = time.process_time(), time.monotonic()
    found = solve_within(pool, spec, papers, targets, seconds)
    return {
        "found": found, "variables": variables, "cpu_s": round(time.process_time() - began, 2),
        "wall_s": round(time.monotonic() - wall, 2),
    }  # fmt: skip


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def apart() -> dict:
    """Best minus worst paper for one average candidate, in points of 100: ours, and drawn at random."""
    pool = banks.guessing_bank()
    known = {item.name: banks.expected_percent(item) for item in pool}
    balance = Balance(("difficulty", "information"), banks.THETA, 0.005)
    rng = np.random.default_rng(banks.SEED)
    drawn = [rng.choice(list(known), ITEMS_APART, replace=False) for _paper in range(PAPERS_APART)]
    ranges, wrong = [], []
    for seed in SEEDS:
        spec = Spec((), ITEMS_APART, balance)
        outcome = assemble(pool, spec, PAPERS_APART, seed, seconds=60)
        if isinstance(outcome, Assembled):
            wrong += broken_rules(pool, spec, outcome.papers, PAPERS_APART)
            ranges.append(_range([paper.items for paper in outcome.papers], known))
        else:
            wrong.append(type(outcome).__name__)
    return {
        "random": round(_range(drawn, known), 2), "ours": round(max(ranges, default=100.0), 2), "wrong": wrong,
        "is_met": not wrong and max(ranges) <= MOST_APART,
    }  # fmt: skip


def _range(papers, known: dict[str, float]) -> float:
    expected = [_mean([known[name] for name in names]) for names in papers]
    return max(expected) - min(expected)


def random_specs(many: int) -> dict:
    """Random specifications, each outcome judged."""
    told, wrong = Counter(), []

    @hypothesis_seed(banks.SEED)
    @settings(
        max_examples=many, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(problems())
    def judge(problem) -> None:
        outcome, faults = judged(*problem)
        told[outcome] += 1
        if faults:
            wrong.append(f"{faults} {problem}")

    began = time.process_time()
    judge()
    return {
        "asked": many, **told, "wrong": len(wrong), "examples": wrong[:3],
        "cpu_s": round(time.process_time() - began, 1),
        "is_met": not wrong and min(told["assembled"], told["infeasible"]) > many // 5,
    }  # fmt: skip


def class_b() -> dict:
    """60 papers of the driving test."""
    pool, spec = banks.driving_bank(), banks.driving_spec()
    began = time.process_time()
    outcome = assemble(pool, spec, 60, 1, seconds=60)
    cpu = time.process_time() - began
    if not isinstance(outcome, Assembled):
        return {"wrong": [type(outcome).__name__], "cpu_s": round(cpu, 3), "is_met": False}
    wrong = broken_rules(pool, spec, outcome.papers, 60)
    off = deviation(figures_of(pool, spec, outcome.papers))
    return {
        "papers": 60, "cpu_s": round(cpu, 3), "deviation": round(off, 5), "max_overlap": outcome.max_overlap,
        "max_use": outcome.max_use, "wrong": wrong, "is_met": not wrong and off <= 0.01 + CLOSE,
    }  # fmt: skip


def show(result: dict) -> None:
    """The table for people."""
    print(f"{'':<40}{'CPU s':>8}{'target':>8}{'off by':>9}   HiGHS, all papers at once")
    for case in result["cases"]:
        solver = case["solver"]
        told = {True: "found", False: "infeasible", None: "nothing in time"}[solver["found"]]
        said = (
            f"{told}, {solver['cpu_s']} s CPU" if solver["cpu_s"] else f"not tried, {solver['variables']:,} variables"
        )
        print(f"{case['case']:<40}{case['cpu_s']:>8}{case['target_s']:>8}{case['deviation']:>9.2%}   {said}")
    one, specs, driving = result["apart"], result["specs"], result["class_b"]
    print(f"best minus worst of {PAPERS_APART} papers, points of 100: at random {one['random']}, ours {one['ours']}")
    print(
        "random specifications: " + ", ".join(f"{name} {value}" for name, value in specs.items() if name != "examples")
    )
    print("class B: " + ", ".join(f"{name} {value}" for name, value in driving.items()))
    for part in (*result["cases"], one, driving):
        for words in part["wrong"][:5]:
            print(f"WRONG {part.get('case', '')} {words}")
    for words in specs["examples"]:
        print(f"WRONG {words}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--specs", type=int, default=1000, help="how many random specifications")
    parser.add_argument("--solver-seconds", type=float, default=30.0, help="time limit of HiGHS for a case")
    options = parser.parse_args()
    result = {
        "cases": [measure(case, options.solver_seconds) for case in CASES], "apart": apart(),
        "specs": random_specs(options.specs), "class_b": class_b(),
    }  # fmt: skip
    parts = (*result["cases"], result["apart"], result["specs"], result["class_b"])
    result["missed"] = sum(not part["is_met"] for part in parts)
    result["cpu_s"] = {case["case"]: case["cpu_s"] for case in result["cases"]}
    show(result)
    print(json.dumps(result, ensure_ascii=False))
    return 0 if not result["missed"] else 1


if __name__ == "__main__":
    sys.exit(main())
