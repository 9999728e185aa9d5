"""Every bench, one after another, each in a process of its own: a table for people and a JSON object for each.

    python -m bench.all [--database postgresql://USER@HOST/SERVER_DATABASE]

With a database address, herd and road run on PostgreSQL as well, each in a database of its own, made and dropped here.
Figures are reported, not asserted; a lost answer, a different mark or a bench that could not finish exits with 1.
"""

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from bench import sample_bank

LIMIT_SECONDS = 240
ROAD_CANDIDATES = 20
ASSEMBLED = [
    ("8 x 40 of 600", "0.15"), ("12 x 40 of 600", "0.4"), ("20 x 40 of 5000", "0.8"),
    ("20 x 40 of 5000 twice", "2"), ("200 x 40 of 600", "5"),
]  # fmt: skip


@dataclass
class Bench:
    """``figures``: what a person reads, as (label, path in the JSON object, target)."""

    name: str
    arguments: list[str]
    figures: list[tuple[str, str, str]]
    on_server: bool = True
    limit_seconds: float = LIMIT_SECONDS


def benches(bank: Path) -> list[Bench]:
    return [
        Bench("herd", [], [
            ("candidates within 5 s", "candidates", ""), ("page 1 complete, slowest (s)", "page_1_slowest_s", ""),
            ("page 1 complete, median (s)", "page_1_median_s", ""), ("CPU per Start (ms)", "cpu_ms_per_entry", "25"),
            ("statements per entry", "statements_per_entry.all", ""), ("errors", "errors", "0"),
            ("receipt, slowest (s)", "receipt_slowest_s", ""), ("CPU per submit (ms)", "cpu_ms_per_submit", ""),
        ]),
        *(Bench("sitting", ["--database", database, "--candidates", "60"], [
            ("CPU of a save, in Flask echoes", "save_to_echo", ratio),
            ("statements per save", "statements_per_save", ""), ("answers lost", "lost", "0"),
            ("CPU of a heartbeat, in Flask echoes", "state_to_echo", ""),
            ("CPU of a whole sitting (s)", "sitting_s", seconds),
            ("of it the password hash (s)", "password_hash_s", ""),
            ("CPU of the bare floor (ms)", "cpu_ms.bare.both", ""),
        ], on_server=False) for database, ratio, seconds in (("sqlite", "4", "0.2"), ("postgresql", "6", "0.3"))),
        Bench("slow_disk", [], [
            ("saves a second", "saves_per_second", "300"), ("99 % of saves within (ms)", "p99_ms", "500"),
            ("saves lost", "lost", "0"),
        ], on_server=False),
        Bench("background", [], [
            ("saves a second", "saves_per_second", "100"), ("worst save (ms)", "during.worst_ms", "300"),
            ("99 % of saves within (ms)", "during.p99_ms", ""), ("half of saves within (ms)", "during.p50_ms", ""),
            ("worst save without the worker (ms)", "calm.worst_ms", ""), ("CPU per save (ms)", "cpu_ms_per_save", ""),
            ("saves lost", "lost", "0"),
        ], on_server=False),
        Bench("road", ["--bank", str(bank), "--candidates", str(ROAD_CANDIDATES)], [
            ("saves acknowledged", "saves_acknowledged", ""), ("saves lost", "lost", "0"),
            ("marks compared", "marks_compared", ""), ("marks different", "marks_different", "0"),
            ("statements per save", "statements_per_save", "3"), ("CPU per save (ms)", "cpu_ms_per_save", ""),
            ("true ability with mark", "correlation", ""),
        ]),
        Bench("bank", [], [
            ("items", "items", ""), ("most statements a page", "most_queries", "8"),
            ("slowest page, CPU (ms)", "slowest_ms", "60"), ("list, CPU (ms)", "pages.list.cpu_ms", ""),
            ("search, CPU (ms)", "pages.search.cpu_ms", ""), ("planted twins found of 20", "twins.found", "18"),
        ]),
        Bench("concurrency", ["--rounds", "20"], [
            ("rounds of fifty at once", "rounds", ""), ("violations", "violations", "0"),
            ("seconds a round", "seconds_per_round", ""),
        ]),
        Bench("faults", [], [
            ("scenarios", "scenarios", ""), ("answers acknowledged", "acknowledged", "10000"),
            ("of them stored", "stored", ""), ("lost", "lost", "0"), ("wrong-time decisions", "wrong", "0"),
            ("kept for a person", "quarantined", ""),
        ], on_server=False, limit_seconds=3000),
        Bench("assembly", ["--specs", "300", "--solver-seconds", "10"], [
            *[(f"{name}, CPU (s)", f"cpu_s.{name}", target) for name, target in ASSEMBLED],
            ("best minus worst, drawn at random", "apart.random", ""), ("best minus worst, ours", "apart.ours", "1"),
            ("specifications judged wrong", "specs.wrong", "0"), ("targets missed", "missed", "0"),
        ], on_server=False),
        Bench("analysis", [], [
            ("60 x 50, button to report (s)", "60.button_to_report.clock_s", "1"),
            ("60 x 50, statements", "60.button_to_report.statements", ""),
            ("2,000 x 50, button to report, CPU (s)", "2000.button_to_report.cpu_s", "3"),
            ("2,000 x 50, what follows, CPU (s)", "2000.followed_by.cpu_s", ""),
        ]),
        Bench("printing", [], [
            ("papers of 40 questions", "papers", ""), ("CPU per paper (s)", "cpu_s_per_paper", "0.2"),
            ("size of a paper (KB)", "kb_per_paper", ""), ("CPU per answer sheet (ms)", "cpu_ms_per_sheet", ""),
            ("memory of a child (MB)", "memory_mb", ""),
        ], on_server=False),
        Bench("fuzz", [], [
            ("broken files read", "files", ""), ("readers brought down", "wrong", "0"),
            ("slowest file (s)", "slowest_s", "10"), ("memory (MB)", "memory_mb", "1500"),
        ], on_server=False),
    ]  # fmt: skip


@contextlib.contextmanager
def _database(server: str | None, name: str) -> Iterator[str | None]:
    """A database of its own on that server; None stays SQLite."""
    if server is None:
        yield None
        return
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    own = f"exambank_bench_{name}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {own}"))
        try:
            yield make_url(server).set(database=own).render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)"))
    engine.dispose()


def run(bench: Bench, server: str | None) -> tuple[bool, dict]:
    """Whether nothing was lost or different, and what the bench's last line says."""
    started = time.monotonic()
    with _database(server, bench.name) as database:
        where = ["--database", database] if database else []
        command = [sys.executable, "-m", f"bench.{bench.name}", *bench.arguments, *where]
        status, output = _run_within(command, bench.limit_seconds)
    last = output.strip().rpartition("\n")[2]
    result = json.loads(last) if last.startswith("{") else {}
    result["bench"] = bench.name
    result["database"] = "postgresql" if server else "sqlite"
    result["bench_seconds"] = round(time.monotonic() - started, 1)
    return status == 0 and len(result) > 3, result


def _run_within(command: list[str], seconds: float) -> tuple[int, str]:
    """Exit status and standard output. One that takes too long is interrupted, so that it can stop its server."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            output, _none = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            print(f"not done after {seconds} s: {' '.join(command)}", file=sys.stderr)
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=70)
            process.kill()
            return 1, ""
    return process.returncode, output


def show(bench: Bench, result: dict) -> None:
    print(f"\n{bench.name} on {result.get('database', '')}, {result.get('bench_seconds', 0)} s", flush=True)
    for label, path, target in bench.figures:
        value = result
        for key in path.split("."):
            value = value.get(key, {}) if isinstance(value, dict) else {}
        shown = "-" if value == {} else f"{value}"
        print(f"  {label:<38}{shown:>12}{f'   target {target}' if target else ''}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="a PostgreSQL server where this user may create databases")
    options = parser.parse_args()
    results, is_whole = [], True
    with tempfile.TemporaryDirectory(prefix="exambank-bench-") as folder:
        for bench in benches(sample_bank.write(Path(folder) / "bank.xlsx")):
            for server in [None, options.database] if options.database and bench.on_server else [None]:
                is_good, result = run(bench, server)
                is_whole &= is_good
                show(bench, result)
                results.append(result)
    print()
    for result in results:
        print(json.dumps(result, ensure_ascii=False))
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
