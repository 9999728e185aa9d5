"""The process in which a foreign file is read: ``python -m exambank.interchange.reading_child < source > reading``.

It holds no secret and no connection, may take only so much memory and time, and ends with its one file. What it says
are lines of JSON: ``{"done", "total"}`` while it reads, and at last ``{"failure"}`` or ``{"reading", "lengths"}``; the
bytes of these lengths follow the last line.
"""

import json
import os
import resource
import sys
import time
from typing import BinaryIO

from exambank.interchange.blueprints import MATRIX, read_matrix
from exambank.interchange.formats import read_file
from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.wire import pack_reading, unpack_source

MEMORY_LIMIT = 1536 * 1024 * 1024
CPU_SECONDS = 60
_PAUSE = 0.2  # between two lines of progress


def limit(memory: int = MEMORY_LIMIT, seconds: int = CPU_SECONDS) -> None:
    """From here on the system itself stops whoever takes more."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # SIGXCPU first: the parent can tell why it ended
    for name, most in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
    ):  # fmt: skip
        resource.setrlimit(name, (most, most))
    os.nice(10)  # the exam room comes first


class Progress:
    """Tells how far the reading is, not more often than anybody looks."""

    def __init__(self, out: BinaryIO):
        self._out, self._told_at = out, float("-inf")

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told_at >= _PAUSE:
            self._told_at = now
            tell(self._out, {"done": int(done), "total": int(total)})


def tell(out: BinaryIO, line: dict) -> None:
    out.write(json.dumps(line).encode() + b"\n")
    out.flush()


def read(packed: bytes, out: BinaryIO) -> None:
    """Read the source and tell what is in it, or why it cannot be read."""
    blobs: list[bytes] = []
    try:
        source, wanted = unpack_source(packed, Progress(out))
        reading = read_matrix(source) if wanted == MATRIX else read_file(source, wanted)
        data, blobs = pack_reading(reading)
        answer = {"reading": data, "lengths": [len(body) for body in blobs]}
    except UnreadableFile as error:
        answer = {"failure": {"code": error.code, "values": error.values}}
    except (MemoryError, RecursionError):
        blobs, answer = [], {"failure": {"code": "reading_too_large", "values": {}}}
    tell(out, answer)
    for body in blobs:
        out.write(body)
    out.flush()


def main() -> None:
    """What a reader prints by mistake goes to the error stream: the answer has a door of its own."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        limit()
        read(sys.stdin.buffer.read(), out)


if __name__ == "__main__":
    main()
