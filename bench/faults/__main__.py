"""Run the scenarios, print one line each, judge: see the package's docstring."""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import asdict
from pathlib import Path

from bench.faults import (  # noqa: F401 - each adds its scenarios to the list
    scenarios_browser,
    scenarios_database,
    scenarios_network,
    scenarios_people,
    scenarios_processes,
    scenarios_time,
)
from bench.faults.oracle import Verdict
from bench.faults.registry import SCENARIOS, Scenario
from bench.faults.stage import Stage, Workshop

ENOUGH = 10_000
COLUMNS = ("acknowledged", "stored", "lost", "wrong", "quarantined", "refused", "unanswered")


def plan(options: argparse.Namespace) -> list[tuple[Scenario, str]]:
    """Which scenarios on which database."""
    unknown = set(options.only or []) - SCENARIOS.keys()
    if unknown:
        raise SystemExit(f"no scenario {', '.join(sorted(unknown))}; --list shows them all")
    found = []
    for one in SCENARIOS.values():
        if options.only and one.name not in options.only:
            continue
        if options.database == "mixed":
            found.append((one, one.kinds[0]))
        elif options.database in one.kinds:
            found.append((one, options.database))
        elif options.only:
            raise SystemExit(f"{one.name} is a scenario of {one.kinds[0]}")
    return found


def run(workshop: Workshop, one: Scenario, kind: str) -> tuple[Verdict, dict]:
    """Play a scenario to its end; one that breaks down is wrong."""
    try:
        with Stage(workshop, one.name, kind) as stage:
            try:
                one.act(stage)
            except Exception as error:  # whatever it is: the reckoning follows, and the next scenario
                traceback.print_exc()
                stage.wrong(f"broke down: {error!r}"[:300])
            return stage.reckon(), stage.notes
    except Exception as error:
        traceback.print_exc()
        return Verdict(wrong=1, problems=[f"wrong: broke down: {error!r}"[:300]]), {}


def show(name: str, verdict: Verdict, notes: dict, seconds: float, kind: str) -> None:
    numbers = "".join(f"{getattr(verdict, column):>13}" for column in COLUMNS)
    print(f"{name:<30}{kind:<11}{numbers}{seconds:>8.1f} s", flush=True)
    if notes:
        print("    " + ", ".join(f"{what}: {value}" for what, value in notes.items()), flush=True)
    for problem in verdict.problems[:8]:
        print(f"    {problem}", flush=True)
    if len(verdict.problems) > 8:
        print(f"    … and {len(verdict.problems) - 8} more", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these scenarios")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database", choices=("mixed", "sqlite", "postgresql"), default="mixed",
        help="mixed: each scenario on its own; else all that can run on this one",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="name the scenarios and end")
    options = parser.parse_args()
    if options.list:
        for one in SCENARIOS.values():
            print(f"{one.name:<30}{'/'.join(one.kinds):<20}{one.about}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended in any case
    return _run_all(options, plan(options))


def _run_all(options: argparse.Namespace, scenarios: list[tuple[Scenario, str]]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="exambank-faults-", dir="/tmp"))
    folder.chmod(0o755)
    workshop = Workshop(options.seed, folder)
    results = {}
    print(f"{'scenario':<30}{'database':<11}" + "".join(f"{column:>13}" for column in COLUMNS), flush=True)
    try:
        for one, kind in scenarios:
            started = time.monotonic()
            verdict, notes = run(workshop, one, kind)
            show(one.name, verdict, notes, time.monotonic() - started, kind)
            results[one.name] = verdict
    finally:
        workshop.close()
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop("EXAMBANK_INSTANCE", None)
    return _sum_up(results, is_whole=not options.only and options.database == "mixed")


def _sum_up(results: dict[str, Verdict], is_whole: bool) -> int:
    total = {column: sum(getattr(one, column) for one in results.values()) for column in COLUMNS}
    print(f"{'all':<30}{len(results):<11}" + "".join(f"{total[column]:>13}" for column in COLUMNS), flush=True)
    is_good = total["lost"] == 0 and total["wrong"] == 0 and (total["acknowledged"] >= ENOUGH or not is_whole)
    report = {
        "scenarios": len(results), **total,
        "failed": {name: asdict(one)["problems"][:5] for name, one in results.items() if one.lost or one.wrong},
    }  # fmt: skip
    print(json.dumps(report, ensure_ascii=False))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
