"""Does any broken file bring a reader down? Thousands of mutated files over all formats: no traceback, no hang.

    python -m bench.fuzz [--files 10000] [--seed 1] [--corpus FOLDER]

Seeds are files of our own writers, hand-written samples of the formats that we only read and, when given, the smaller
files of a folder. Each mutant must be read or refused with a reason, within 10 s; what was read must be whole (counts
add up) and go out again as JSON. Memory is measured over the whole run. The last line is one JSON object; exit status
1 when anything else happens.
"""

import argparse
import json
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from bench.mutants import mutant
from exambank import create_app
from exambank.interchange import formats
from exambank.interchange.neutral import Bundle, Source, UnreadableFile
from tests.interchange.drafts import ALL
from tests.interchange.seeds import SEEDS

SLOWEST = 10
MOST_MEMORY = 1500  # MB
_LARGEST_SEED = 200_000


class TooSlow(Exception):
    """A file took longer than it may."""


def seeds(corpus: Path | None) -> list[tuple[str, bytes]]:
    """Files to break, each with a name that tells its kind."""
    found = [(name, body) for name, body in SEEDS]
    for name in formats.WRITABLE:
        written = formats.write_file(Bundle("Đề", tuple(ALL)), name)
        found.append((f"{name}{written.suffix}", written.body))
    if corpus is not None:
        files = sorted(one for one in corpus.rglob("*") if one.is_file() and one.stat().st_size < _LARGEST_SEED)
        found += [(one.name, one.read_bytes()) for one in files if one.suffix not in (".md", ".seb")]
    return found


def try_one(name: str, body: bytes) -> str:
    """What came of it: read, or the code of the refusal. Anything else is raised."""
    try:
        reading = formats.read_file(Source(body, name))
        assert sum(reading.counts().values()) == len(reading.entries)
        drafts = tuple(entry.draft for entry in reading.entries if entry.draft is not None)
        raws = tuple(entry.raw for entry in reading.entries if entry.raw is not None)
        if drafts or raws:
            formats.write_file(Bundle("x", drafts, reading.media, raws), "json")
    except UnreadableFile as error:
        return error.code
    return "read"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    with tempfile.TemporaryDirectory() as instance:
        app = create_app({"SECRET_KEY": "bench", "DATABASE_URL": f"sqlite:///{instance}/none.sqlite"})
        with app.test_request_context(headers={"Accept-Language": "en"}):
            return _run(given)


def _too_slow(_signal, _frame) -> None:
    raise TooSlow


def _run(given: argparse.Namespace) -> int:
    known, came, wrong, slowest = seeds(given.corpus), Counter(), Counter(), 0.0
    for number in range(given.files):
        rng = random.Random(f"{given.seed}-{number}")
        name, body = known[number % len(known)]
        broken = mutant(body, rng)
        began = time.monotonic()
        signal.alarm(SLOWEST)
        try:
            came[try_one(name, broken)] += 1
        except Exception as error:  # a reader that falls is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            wrong[f"{type(error).__name__} {str(error)[:80]} at {Path(place.filename).name}:{place.lineno}"] += 1
            print(f"  {number} {name}: {error!r:.160}", file=sys.stderr)
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.monotonic() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.files} files of {len(known)} seeds; slowest {slowest:.2f} s; at most {memory:.0f} MB")
    for code, times in came.most_common():
        print(f"  {code:28}{times:7}")
    for what, times in wrong.most_common():
        print(f"WRONG {times:5} x {what}")
    figures = {"files": given.files, "wrong": wrong.total(), "slowest_s": round(slowest, 2), "memory_mb": round(memory)}
    print(json.dumps(figures))
    return 1 if wrong or memory > MOST_MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
