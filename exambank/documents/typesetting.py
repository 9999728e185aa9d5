"""The way to a PDF: a child process with limits, at most two at a time."""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from exambank import cores
from exambank.errors import DomainError

log = logging.getLogger("exambank.documents")

SECONDS = 20
MEGABYTES = 1024
DATA_LIMIT = 4 * 2**20
AT_ONCE = 2

# papers: a score of them at a time, with their pictures
PAPERS_SECONDS = 120
PAPERS_MEGABYTES = 3072
PAPERS_DATA_LIMIT = 96 * 2**20

_CHILD = Path(__file__).with_name("compile.py")
_seats = threading.BoundedSemaphore(AT_ONCE)


class NotSet(DomainError):
    """The document could not be made; nothing was recorded."""

    code = "not_set"


def typeset(
    template: str, data: dict[str, Any], moment: datetime, *, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> bytes:
    """Pour ``data`` into a template; ``moment`` is the act's time: the PDF carries it, not the wall clock's."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    if len(body) > DATA_LIMIT:
        raise NotSet(_("The document is too long to be printed as one. Nothing was recorded."))
    return _typeset(template, body, moment, seconds, megabytes).stdout


@dataclass(frozen=True)
class Broken:
    """What the compiler refused and the document was set without: numbers of formulas, names of pictures."""

    formulas: tuple[int, ...] = ()
    pictures: tuple[str, ...] = ()


def typeset_papers(
    template: str, data: dict[str, Any], pictures: dict[str, str], moment: datetime, *,
    seconds: float = PAPERS_SECONDS, is_tagged: bool = False,
) -> tuple[bytes, Broken]:  # fmt: skip
    """The same for texts of items: ``pictures`` are drawings (SVG) by name. A formula or picture that cannot be set is
    left out and named. Papers are read on paper; what is read on a screen too has to be tagged."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    body += b"\0" + json.dumps(pictures, ensure_ascii=False, sort_keys=True).encode()
    if len(body) > PAPERS_DATA_LIMIT:
        raise NotSet(_("The pictures of these papers are too large to be printed. Make them smaller in the bank."))
    done = _typeset(template, body, moment, seconds, PAPERS_MEGABYTES, is_tagged)
    told = json.loads(done.stderr) if done.stderr.startswith(b"{") else {}
    return done.stdout, Broken(tuple(told.get("formulas", ())), tuple(told.get("pictures", ())))


def _typeset(
    template: str, body: bytes, moment: datetime, seconds: float, megabytes: int, is_tagged: bool = True
) -> subprocess.CompletedProcess:
    if not _seats.acquire(timeout=seconds):
        raise NotSet(_("Other documents are being printed now. Try again in a moment."))
    try:
        done = _run(template, body, moment, seconds, megabytes, is_tagged)
    except subprocess.TimeoutExpired as error:
        raise NotSet(
            _("The document took too long to make and was stopped. Nothing was recorded; tell the technician.")
        ) from error
    finally:
        _seats.release()
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        log.error("document not set: %s", done.stderr.decode(errors="replace")[-500:], extra={"template": template})
        raise NotSet(_("The document could not be made. Nothing was recorded; tell the technician."))
    return done


def _run(
    template: str, body: bytes, moment: datetime, seconds: float, megabytes: int, is_tagged: bool
) -> subprocess.CompletedProcess:
    # -P: the child's own folder is no place to import from; its environment holds none of our settings
    limits = [str(max(1, round(seconds))), str(megabytes), "tagged" if is_tagged else "untagged"]
    command = [sys.executable, "-P", str(_CHILD), template, moment.isoformat(timespec="seconds"), *limits]
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR") if name in os.environ}
    with cores.on_all():
        return subprocess.run(
            command, input=body, capture_output=True, timeout=seconds, check=False,
            env={**kept, "RAYON_NUM_THREADS": "1"},
        )  # fmt: skip
