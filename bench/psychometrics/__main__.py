"""See the package: ``python -m bench.psychometrics REFERENCE_FOLDER``."""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as in a school

import bench.psychometrics
from bench.psychometrics.comparing import CLASSICAL, TOLERANCES, compare
from bench.psychometrics.timing import time_guessing, time_sizes, time_sparse


def main() -> int:
    parser = argparse.ArgumentParser(
        description=bench.psychometrics.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--largest", type=int, default=50_000, help="no more candidates than these are timed")
    parser.add_argument("--compare-only", action="store_true")
    options = parser.parse_args()
    worst = compare(options.folder)
    for name, (found, where) in worst.found.items():
        print(f"{name:<26}{found:>10.1e}   tolerance {TOLERANCES.get(name, CLASSICAL):.0e}   {where}")
    if not options.compare_only:
        time_sizes(options.largest)
        time_sparse(options.folder)
        time_guessing(options.folder)
    beyond = worst.beyond()
    for name in beyond:
        print(f"beyond its tolerance: {name} ({worst.found[name][1]})", file=sys.stderr)
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
