"""Is anything lost, and how much can be played? Every file of a folder is converted, each told in one table.

    python -m bench.corpus FOLDER [--verbose]

Each file is read, written as our own JSON and read again; its items are counted without our readers (``counting``).
Exit status 1 when a file crashes, takes over 10 s, loses an item, or a format stays under its target.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from bench.counting import Count, count
from exambank import create_app
from exambank.interchange import formats
from exambank.interchange.neutral import Bundle, Source, UnreadableFile

SLOWEST = 10
TARGETS = {"qti": 0.95, "moodle": 0.98, "gift": 0.98, "qti12": 0.95, "xlsx": 1.0, "docx": 1.0}
_SKIPPED = {".md", ".seb"}


@dataclass
class Row:
    """What was seen of the files of one format."""

    files: int = 0
    counted: int = 0
    supported: int = 0
    played: int = 0
    found: Counter = field(default_factory=Counter)
    slowest: float = 0.0
    cpu: float = 0.0


class TooSlow(Exception):
    """A file took longer than it may."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="tell every item that is not accepted")
    given = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    with tempfile.TemporaryDirectory() as instance:
        app = create_app({"SECRET_KEY": "bench", "DATABASE_URL": f"sqlite:///{instance}/none.sqlite"})
        with app.test_request_context(headers={"Accept-Language": "en"}):
            return _all(given.folder, given.verbose)


def _too_slow(_signal, _frame) -> None:
    raise TooSlow


def _all(folder: Path, verbose: bool) -> int:
    rows: dict[str, Row] = defaultdict(Row)
    wrong: list[str] = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.suffix not in _SKIPPED):
        name = str(path.relative_to(folder))
        counted = count(path)
        signal.alarm(SLOWEST)
        began, wall = time.process_time(), time.monotonic()
        try:
            reading = _converted(path)
        except UnreadableFile as error:
            if counted is not None and counted.items:
                wrong.append(f"{name}: {counted.items} items, refused as a whole: {error.code} {error.values}")
            reading = None
        except TooSlow:
            wrong.append(f"{name}: over {SLOWEST} s")
            continue
        except Exception as error:  # whatever a reader may do wrong is what is looked for here
            wrong.append(f"{name}: CRASH {error!r}")
            continue
        finally:
            signal.alarm(0)
        row = rows[_group(path, reading)]
        row.files += 1
        row.cpu += time.process_time() - began
        row.slowest = max(row.slowest, time.monotonic() - wall)
        if reading is not None or counted is not None:
            _compare(row, name, counted or Count(0, 0), reading, wrong, verbose)
    _print(rows)
    wrong += _under_target(rows)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def _converted(path: Path):
    """The file read, written as our own JSON and read again; all that was found must come back."""
    reading = formats.read_file(Source(path.read_bytes(), path.name, beside=_beside(path)))
    drafts = tuple(entry.draft for entry in reading.entries if entry.draft is not None)
    raws = tuple(entry.raw for entry in reading.entries if entry.draft is None and entry.raw is not None)
    if drafts or raws:
        written = formats.write_file(Bundle(path.stem, drafts, reading.media, raws), "json")
        again = formats.read_file(Source(written.body, "again" + written.suffix))
        if len(again.entries) != len(drafts) + len(raws):
            raise AssertionError(f"{len(drafts)} + {len(raws)} items became {len(again.entries)}")
    return reading


def _beside(path: Path):
    def beside(href: str) -> bytes | None:
        found = path.parent / href
        return found.read_bytes() if found.is_file() else None

    return beside


def _group(path: Path, reading) -> str:
    if reading is None:
        return f"refused ({path.suffix.lstrip('.')})"
    return reading.format


def _compare(row: Row, name: str, counted: Count, reading, wrong: list[str], verbose: bool) -> None:
    row.counted += counted.items
    row.supported += counted.supported
    if reading is None:
        return
    counts = reading.counts()
    row.found.update(counts)
    row.played += min(counts["accepted"] + counts["warning"], counted.supported)
    if sum(counts.values()) != counted.items:
        wrong.append(f"{name}: counted {counted.items}, found {sum(counts.values())} {counts}")
    if counts["accepted"] + counts["warning"] < counted.supported:
        codes = [one.code for entry in reading.entries if entry.draft is None for one in entry.problems]
        print(f"  less than supported: {name}: {counts}, supported {counted.supported}: {codes[:8]}")
    if verbose:
        for entry in reading.entries:
            if entry.status != "accepted":
                print(f"  {name} [{entry.name}] {entry.status}: {[one.code for one in entry.problems]}")


def _print(rows: dict[str, Row]) -> None:
    print(f"{'format':16}{'files':>6}{'counted':>8}{'found':>7}{'accept':>7}{'warn':>6}{'raw':>5}{'refus':>6}"
          f"{'support':>8}{'played':>8}{'slowest':>9}{'CPU s':>7}")  # fmt: skip
    for name, row in sorted(rows.items()):
        share = f"{row.played / row.supported:8.1%}" if row.supported else "       -"
        found = row.found
        print(f"{name:16}{row.files:6}{row.counted:8}{sum(found.values()):7}{found['accepted']:7}{found['warning']:6}"
              f"{found['raw']:5}{found['refused']:6}{row.supported:8}{share}{row.slowest:8.2f}s"
              f"{row.cpu:7.1f}")  # fmt: skip


def _under_target(rows: dict[str, Row]) -> list[str]:
    found = []
    for name, row in rows.items():
        target = TARGETS.get(name) or (TARGETS["qti"] if name.startswith("qti") else None)
        if target and row.supported and row.played / row.supported < target:
            found.append(f"{name}: {row.played} of {row.supported} played, the target is {target:.0%}")
    return found


if __name__ == "__main__":
    sys.exit(main())
