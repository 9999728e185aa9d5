"""Files of the command line: read up to a limit, found beside another."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

MOST_BYTES = 90 * 1024 * 1024
_MOST_BESIDE = 200 * 1024 * 1024
_HIGHEST = 3  # how many folders above its own a file may name ("../../img/x.png")


def read_up_to_limit(path: Path) -> bytes:
    """The bytes of a file, one more than allowed when it is larger: the readers then say so."""
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def files_beside(path: Path) -> Callable[[str], bytes | None]:
    """Give the bytes of files that lie near this one, by the relative addresses that it holds; None for any other.

    Near is its own folder and what is below; with "../" up to three folders above. A link that leads elsewhere, an
    absolute address and a hidden file are nothing.
    """
    home = path.resolve().parent
    left = _MOST_BESIDE

    def find(href: str) -> bytes | None:
        nonlocal left
        for spelled in dict.fromkeys((href, unquote(href))):
            target = _near(home, spelled)
            if target is not None:
                body = _read_some(target, left)
                left -= len(body or b"")
                return body
        return None

    return find


def _near(home: Path, href: str) -> Path | None:
    plain = href.split("#")[0].split("?")[0].replace("\\", "/").strip()
    if not plain or "\0" in plain or plain.startswith("/") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain):
        return None
    parts = [part for part in os.path.normpath(plain).split("/") if part != "."]
    ups = parts.count("..")
    top = home if not ups else home.parents[ups - 1] if ups <= min(_HIGHEST, len(home.parents)) else None
    if top is None or (ups and len(top.parts) < 3) or any(part.startswith(".") and part != ".." for part in parts):
        return None
    try:
        target = home.joinpath(*parts).resolve()
        return target if target.is_relative_to(top) and target.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _read_some(target: Path, most: int) -> bytes | None:
    try:
        with target.open("rb") as stream:
            body = stream.read(most + 1)
    except OSError:
        return None
    return body if len(body) <= most else None
