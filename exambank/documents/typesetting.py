"""The way to a PDF: a child process with limits, at most two at a time."""

import json
import logging
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from exambank.errors import DomainError

log = logging.getLogger("exambank.documents")

SECONDS = 20
MEGABYTES = 1024
DATA_LIMIT = 4 * 2**20
AT_ONCE = 2

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
    if not _seats.acquire(timeout=seconds):
        raise NotSet(_("Other documents are being printed now. Try again in a moment."))
    try:
        done = _run(template, body, moment, seconds, megabytes)
    except subprocess.TimeoutExpired as error:
        raise NotSet(
            _("The document took too long to make and was stopped. Nothing was recorded; tell the technician.")
        ) from error
    finally:
        _seats.release()
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        log.error("document not set: %s", done.stderr.decode(errors="replace")[-500:], extra={"template": template})
        raise NotSet(_("The document could not be made. Nothing was recorded; tell the technician."))
    return done.stdout


def _run(template: str, body: bytes, moment: datetime, seconds: float, megabytes: int) -> subprocess.CompletedProcess:
    # -P: the child's own folder is no place to import from; its environment holds none of our settings
    limits = [str(max(1, round(seconds))), str(megabytes)]
    command = [sys.executable, "-P", str(_CHILD), template, moment.isoformat(timespec="seconds"), *limits]
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        command, input=body, capture_output=True, timeout=seconds, check=False,
        env={**kept, "RAYON_NUM_THREADS": "1"},
    )  # fmt: skip
