"""PURE. ``.seb`` files: plain XML, or gzip( "pswd" + RNCryptor( gzip( XML ) ) ) with a password."""

import gzip
import io
import plistlib
import zlib
from typing import Any

from exambank.exams.seb import rncryptor

LARGEST_FILE = 1 << 20
LARGEST_SETTINGS = 4 << 20
_GZIP = b"\x1f\x8b"
_OTHER_LOCKS = (b"pkhs", b"phsk", b"pwcc")


class SebFileError(ValueError):
    """A file that cannot be read; ``code``: too_large, unreadable, password_wanted, wrong_password, other_lock (locked
    with a certificate, or made to configure a machine rather than to start an exam).
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def pack(settings: dict[str, Any]) -> bytes:
    """Settings as a plain file: an XML property list, keys in order, the same bytes each time."""
    return plistlib.dumps(settings, fmt=plistlib.FMT_XML, sort_keys=True)


def seal(plain: bytes, password: str, fresh: bytes) -> bytes:
    """A plain file locked with a password; ``fresh`` are 32 random bytes. The config key stays the same."""
    inner = gzip.compress(plain, mtime=0)
    return gzip.compress(b"pswd" + rncryptor.encrypt(inner, password, fresh), mtime=0)


def read_settings(body: bytes, password: str = "") -> dict[str, Any]:
    """The settings in a file, plain or locked with a password; SebFileError says why not."""
    if len(body) > LARGEST_FILE:
        raise SebFileError("too_large")
    body = _unpack(body)
    prefix = body[:4]
    if prefix in _OTHER_LOCKS:
        raise SebFileError("other_lock")
    if prefix == b"pswd":
        body = _unlock(body[4:], password)
    elif prefix == b"plnd":
        body = body[4:]
    return _parse(_unpack(body))


def _unlock(body: bytes, password: str) -> bytes:
    if not password:
        raise SebFileError("password_wanted")
    try:
        return rncryptor.decrypt(body, password)
    except rncryptor.WrongPassword:
        raise SebFileError("wrong_password") from None
    except ValueError:
        raise SebFileError("unreadable") from None


def _unpack(body: bytes) -> bytes:
    """Unpacked, if it is packed, and never more than settings can be."""
    if not body.startswith(_GZIP):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            found = packed.read(LARGEST_SETTINGS + 1)
    except (OSError, EOFError, zlib.error):
        raise SebFileError("unreadable") from None
    if len(found) > LARGEST_SETTINGS:
        raise SebFileError("too_large")
    return found


def _parse(xml: bytes) -> dict[str, Any]:
    try:
        found = plistlib.loads(xml, fmt=plistlib.FMT_XML)
    except Exception:  # expat, base64, dates, recursion: whatever the parser stumbles over, the file is at fault
        raise SebFileError("unreadable") from None
    if not isinstance(found, dict) or not found:
        raise SebFileError("unreadable")
    return found
