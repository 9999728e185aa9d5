"""What the commands of all packages share: their language, and files that are written whole."""

import os
import tempfile
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

_FOLDER = Path(__file__).parent / "translations"


def language() -> str:
    """Either vi or en: Vietnamese unless the environment says English."""
    names = ("EXAMBANK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "vi")
    return "en" if wanted.lower().startswith("en") else "vi"


@cache
def _catalogue(name: str) -> NullTranslations:
    return Translations.load(_FOLDER, [name])


def translate(message: str, **values) -> str:
    """Translate now: help texts are built before any application exists."""
    text = _catalogue(language()).gettext(str(message))
    return text % values if values else text


def write_whole(path: Path, body: bytes) -> None:
    """Put the bytes beside the file and then in its place, so that nobody ever finds half of it.

    A link stays one; a pipe or a device, such as /dev/stdout, is written to.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(body)
        return
    path = path.resolve()
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(body)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
