"""The child process that sets a document: data on standard input, a PDF on standard output.

Papers bring pictures along, as drawings in text behind the data. Where the compiler refuses a formula or a picture, the
child finds out which, sets the document without it, and names it on standard error: one bad formula costs one formula.

It runs as a file of its own and imports none of ours: it holds no secret, opens no database, and its memory and time
are limited. The templates beside it are the only files that typst can see; its root folder is empty.
"""

import json
import os
import resource
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

TEMPLATES = Path(__file__).with_name("typst")
FONTS = Path(fontpkg_be_vietnam_pro.ROOT)
NICENESS = 15  # documents must not slow a save

REFUSED = 3
TAGGED = "tagged"


def main(template: str, moment: str, seconds: str, megabytes: str, tags: str) -> int:
    _limit(int(seconds), int(megabytes))
    files = {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}
    name = f"{template}.typ"
    if name not in files:
        sys.stderr.write(f"no template named {template!r}\n")
        return REFUSED
    files["main.typ"] = files.pop(name)
    # JSON holds no bare NUL: what follows one are the pictures
    data, mark, pictures = sys.stdin.buffer.read().decode().partition("\0")
    files |= {name: svg.encode() for name, svg in json.loads(pictures or "{}").items()}
    try:
        when = datetime.fromisoformat(moment)
        pdf = _set_papers(files, data, when, tags == TAGGED) if mark else _compile(files, data, when)
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


def _set_papers(files: dict[str, bytes], data: str, moment: datetime, tagged: bool) -> bytes:
    """Papers come untagged: they are read on paper, and tags double the work."""
    try:
        return _compile(files, data, moment, tagged)
    except typst.TypstError:
        content = json.loads(data)
        content["broken"] = broken = {
            "formulas": _refused(range(len(content["formulas"])), lambda some: _try_formulas(content, some)),
            "pictures": _refused([name for name in files if name.endswith(".svg")], lambda some: _try(files, some)),
        }
        if not any(broken.values()):
            raise
    pdf = _compile(files, json.dumps(content, ensure_ascii=False), moment, tagged)
    sys.stderr.write(json.dumps(broken))
    return pdf


def _refused(all_of_them, attempt) -> list:
    """Those that the compiler refuses: halved until each is found."""
    if not all_of_them or attempt(all_of_them):
        return []
    if len(all_of_them) == 1:
        return list(all_of_them)
    middle = len(all_of_them) // 2
    return _refused(all_of_them[:middle], attempt) + _refused(all_of_them[middle:], attempt)


def _try_formulas(content: dict, some) -> bool:
    own = {name: (TEMPLATES / name).read_bytes() for name in ("official.typ", "paper_parts.typ")}
    main = b"""#import "paper_parts.typ": *
#for one in json(bytes(sys.inputs.data)) { math-of(one) }"""
    return _compiles({**own, "main.typ": main}, json.dumps([content["formulas"][at] for at in some]))


def _try(files: dict[str, bytes], some) -> bool:
    main = b"#for name in json(bytes(sys.inputs.data)) { image(name) }"
    return _compiles({**{name: files[name] for name in some}, "main.typ": main}, json.dumps(list(some)))


def _compiles(files: dict[str, bytes], data: str) -> bool:
    try:
        _compile(files, data, datetime.fromtimestamp(0, UTC))
    except typst.TypstError:
        return False
    return True


def _compile(files: dict[str, bytes], data: str, moment: datetime, tagged: bool = True) -> bytes:
    with tempfile.TemporaryDirectory() as empty:
        return typst.compile(
            files, root=empty, font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs={"data": data},
            timestamp=moment, format="pdf", pdf_tags=tagged,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
