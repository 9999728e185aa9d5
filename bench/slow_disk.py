"""Saves on a slow disk: each fsync of the server takes 8 ms longer. At least 300 saves/s, 99 % within 500 ms (SQLite).

    python -m bench.slow_disk [--candidates 64] [--seconds 15] [--delay 8]

The delay is put between the server and the system by a small library that is compiled here (cc or gcc) and loaded with
LD_PRELOAD into the server alone. A target missed or an answer lost exits with 1; without a compiler it says so: exit 2.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench import bank_file, sample_bank, school
from bench.background import Load, sit_down, spread
from bench.candidates import Tally
from bench.check import Books
from bench.person import Failed
from bench.road import Road
from bench.server import Server, prepared_instance, running

LEAST_PER_SECOND, MOST_P99_MS = 300, 500
_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>
static void wait_longer(void) { char *delay = getenv("SLOW_DISK_US"); if (delay) usleep(atoi(delay)); }
int fsync(int file) { wait_longer(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(file); }
int fdatasync(int file) { wait_longer(); return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(file); }
"""


def compile_shim(folder: Path) -> Path | None:
    """The library; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    source, library = folder / "slow_disk.c", folder / "slow_disk.so"
    source.write_text(_SOURCE)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True, timeout=60)
    return library


def run(options: argparse.Namespace, shim: Path, instance: Path, environment: dict) -> dict:
    path = sample_bank.write(instance / "bank.xlsx")
    items = bank_file.read(path)
    people = school.prepare(instance, environment, options.candidates, "Học phần của bài đo")
    with running(instance, environment) as server:
        road = Road(server, people, path, items, options.candidates, 0.0, "60")
        road.import_items()
        road.make_papers()
        road.schedule()
    slow = {**environment, "LD_PRELOAD": str(shim), "SLOW_DISK_US": str(int(options.delay * 1000))}
    with running(instance, slow, "--threads", str(options.candidates)) as server:
        road.server, tally = server, Tally()
        load = Load(sit_down(road, tally), options.rate)
        result = _measure(load, server, options.seconds)
        lost = Books(f"sqlite:///{instance / 'exambank.sqlite'}", road.exam, items).compare(tally.acknowledged).lost
    return {"delay_ms": options.delay, **result, "saves_acknowledged": tally.saves, "lost": len(lost)}


def _measure(load: Load, server: Server, seconds: float) -> dict:
    cpu, start = server.cpu_seconds(), time.perf_counter()
    load.start()
    time.sleep(seconds)
    load.stop()
    elapsed, cpu = time.perf_counter() - start, server.cpu_seconds() - cpu
    return {
        "saves_per_second": round(len(load.saves) / elapsed, 1), **spread([took for _sent, took in load.saves]),
        "refused": len(load.refused), "cpu_ms_per_save": round(cpu * 1000 / len(load.saves), 2),
    }  # fmt: skip


def is_good(result: dict) -> bool:
    return (
        result["saves_per_second"] >= LEAST_PER_SECOND and result["p99_ms"] < MOST_P99_MS and result["lost"] == 0
        and result["refused"] == 0
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--candidates", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--delay", type=float, default=8.0, help="milliseconds added to each fsync and fdatasync")
    parser.add_argument("--rate", type=float, default=400.0, help="saves a second that are offered")
    options = parser.parse_args()
    with prepared_instance(None) as (instance, environment):
        shim = compile_shim(instance)
        if shim is None:
            print("no C compiler here (cc or gcc): nothing was measured", file=sys.stderr)
            return 2
        try:
            result = run(options, shim, instance, environment)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0 if is_good(result) else 1


if __name__ == "__main__":
    sys.exit(main())
