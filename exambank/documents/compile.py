"""The child process that sets a document: data on standard input, a PDF on standard output, nothing else.

It runs as a file of its own and imports none of ours: it holds no secret, opens no database, and its memory and time
are limited. The templates beside it are the only files that typst can see; its root folder is empty.
"""

import os
import resource
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

TEMPLATES = Path(__file__).with_name("typst")
FONTS = Path(fontpkg_be_vietnam_pro.ROOT)
NICENESS = 15  # documents must not slow a save

REFUSED = 3


def main(template: str, moment: str, seconds: str, megabytes: str) -> int:
    _limit(int(seconds), int(megabytes))
    files = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}
    name = f"{template}.typ"
    if name not in files:
        sys.stderr.write(f"no template named {template!r}\n")
        return REFUSED
    files["main.typ"] = files.pop(name)
    data = sys.stdin.buffer.read().decode()
    try:
        pdf = _compile(files, data, datetime.fromisoformat(moment))
    except (typst.TypstError, MemoryError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


def _limit(seconds: int, megabytes: int) -> None:
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _compile(files: dict[str, bytes], data: str, moment: datetime) -> bytes:
    with tempfile.TemporaryDirectory() as empty:
        return typst.compile(
            files, root=empty, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": data},
            timestamp=moment, format="pdf",
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
