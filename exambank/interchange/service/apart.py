"""A foreign file is read by a process of its own, which may be stopped at any moment and cannot hurt the others."""

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from exambank import cores
from exambank.interchange.neutral import Reading, Source, UnreadableFile
from exambank.interchange.wire import pack_source, unpack_reading

log = logging.getLogger("exambank.interchange")

WALL_SECONDS = 90
MOST_ANSWER = 1024 * 1024 * 1024
_LOOK = 0.5  # how often it is asked whether anybody still wants the reading
_PIECE = 1024 * 1024
_ROOT = Path(__file__).parents[3]


class ReadingStopped(Exception):
    """Nobody wants the reading any more."""


def read_apart(
    source: Source, wanted: str | None, *, is_wanted: Callable[[int, int], bool], wall_seconds: float = WALL_SECONDS
) -> Reading:
    """Read the file in a child process. UnreadableFile says why it cannot be used, also when the child had to be ended.

    ``is_wanted(done, total)`` is asked now and then; once it says no, the child is ended and ReadingStopped raised.
    """
    with tempfile.TemporaryFile() as given, _pipe() as (errors, said):
        given.write(pack_source(source, wanted))
        given.seek(0)
        with cores.on_all():
            child = subprocess.Popen(
                [sys.executable, "-m", "exambank.interchange.reading_child"],
                stdin=given, stdout=subprocess.PIPE, stderr=said, env=_environment(), cwd=_ROOT, close_fds=True,
                start_new_session=True,
            )  # fmt: skip
        try:
            with child.stdout:
                lines, rest = _listen(child, is_wanted, time.monotonic() + wall_seconds)
            status = child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            raise UnreadableFile("reading_too_long", seconds=round(wall_seconds)) from None
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        answer = lines[-1] if lines else {}
        if "reading" in answer and len(rest) == sum(answer["lengths"]):
            return unpack_reading(answer["reading"], _cut(rest, answer["lengths"]))
        raise _failure(answer, status, errors)


def _environment() -> dict[str, str]:
    """Nothing of ours but where Python finds its modules: no secret, no database, no instance."""
    known = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    return {**known, "PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _listen(child: subprocess.Popen, is_wanted, until: float) -> tuple[list[dict], bytes]:
    """The lines that the child told, and the bytes after its last one."""
    lines: list[dict] = []
    pieces = bytearray()
    done = total = 0
    looked_at = time.monotonic()
    while True:
        if time.monotonic() > until:
            raise UnreadableFile("reading_too_long", seconds=WALL_SECONDS)
        if time.monotonic() - looked_at >= _LOOK:
            looked_at = time.monotonic()
            if not is_wanted(done, total):
                raise ReadingStopped()
        ready, _, _ = select.select([child.stdout], [], [], _LOOK)
        if not ready:
            continue
        piece = os.read(child.stdout.fileno(), _PIECE)
        if not piece:
            return lines, bytes(pieces)
        pieces += piece
        if len(pieces) > MOST_ANSWER:
            raise UnreadableFile("reading_too_large")
        while not (lines and "lengths" in lines[-1]) and b"\n" in pieces:
            line, _end, rest = pieces.partition(b"\n")
            pieces = bytearray(rest)
            lines.append(json.loads(bytes(line)))
            done, total = lines[-1].get("done", done), lines[-1].get("total", total)


def _cut(rest: bytes, lengths: list[int]) -> list[bytes]:
    blobs, start = [], 0
    for length in lengths:
        blobs.append(rest[start : start + length])
        start += length
    return blobs


@contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """For what a failing child has to say: it may write no file, and nobody waits on either end."""
    ends = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def _said(errors: int) -> str:
    try:
        return os.read(errors, 64 * 1024)[-4000:].decode("utf-8", "replace")
    except BlockingIOError:
        return ""


def _failure(answer: dict, status: int, errors: int) -> UnreadableFile:
    """Why there is no reading: what the child said, or what its end says."""
    if "failure" in answer:
        return UnreadableFile(answer["failure"]["code"], **answer["failure"]["values"])
    log.error("the reading process ended", extra={"status": status, "said": _said(errors)})
    if status in (-24, -9):  # SIGXCPU: its time was up; SIGKILL: the hard limit, or a machine out of memory
        return UnreadableFile("reading_too_long" if status == -24 else "reading_too_large", seconds=WALL_SECONDS)
    return UnreadableFile("reading_crashed")
