"""PURE (but for the system's random numbers). The envelope of a rescue file: its head, its seal, its check code."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exambank.sittings.rules import CODE_LETTERS, LATEST_MILLISECONDS

LARGEST = 8 * 1024 * 1024  # bytes of a file: forty essays of the longest kind and their wrapping
FORMAT, VERSION = "exambank-rescue", 1
_INFO = b"exambank-rescue-1"
_POINT_BYTES, _NONCE_BYTES, _TAG_BYTES = 65, 12, 16
_CODE_LENGTH, _CODE_GROUP = 12, 4


class BadFile(ValueError):
    """No rescue file, or not of a version known here."""


class WrongSeal(ValueError):
    """The seal does not open: a changed byte, another exam's key, another candidate's name on it. GCM cannot tell."""


@dataclass(frozen=True)
class Header:
    """What stands on the outside of a file; true only once the seal has opened with it."""

    exam: str
    sitting: str
    sealed_ms: int
    point: bytes
    iv: bytes
    body: bytes


def new_pair() -> tuple[bytes, bytes]:
    """A P-256 pair from the operating system: the private number (32 bytes) and the point (65 bytes, uncompressed)."""
    private = ec.generate_private_key(ec.SECP256R1())
    return private.private_numbers().private_value.to_bytes(32, "big"), _point_of(private)


def _point_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_code(body: bytes) -> str:
    """Twelve letters that stand for a file ("K7Q2-9F3M-T4XD"): of its SHA-256, about 59 bits, no letter misread."""
    digest = hashlib.sha256(body).digest()
    letters = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in digest[:_CODE_LENGTH])
    return "-".join(letters[at : at + _CODE_GROUP] for at in range(0, _CODE_LENGTH, _CODE_GROUP))


def same_check_code(noted: str, code: str) -> bool:
    """Whether a code noted by hand is this one; spaces, dashes and small letters do not matter."""
    return "".join(noted.split()).replace("-", "").upper() == code.replace("-", "")


def read_header(body: bytes) -> Header:
    """The outside of a file; BadFile when these bytes are none."""
    try:
        given = json.loads(body)
        if len(body) > LARGEST or given["format"] != FORMAT or given["version"] != VERSION:
            raise BadFile()
        point, iv, sealed = (_bytes_of(given[name]) for name in ("key", "iv", "body"))
        header = Header(_text(given["exam"]), _text(given["sitting"]), _time(given["sealed_ms"]), point, iv, sealed)
    except (KeyError, TypeError, ValueError, RecursionError):
        raise BadFile() from None
    if len(point) != _POINT_BYTES or len(iv) != _NONCE_BYTES or len(sealed) < _TAG_BYTES:
        raise BadFile()
    return header


def _bytes_of(value: Any) -> bytes:
    return base64.b64decode(value, validate=True)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 36:
        raise ValueError(value)
    return value


def _time(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LATEST_MILLISECONDS:
        raise ValueError(value)
    return value


def open_file(private: bytes, header: Header) -> bytes:
    """What was sealed to this private number; WrongSeal when it was not, or not like this."""
    own = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
    try:
        shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), header.point))
        key = _derive(shared, header.point, _point_of(own))
        return AESGCM(key).decrypt(header.iv, header.body, _bound(header.exam, header.sitting, header.sealed_ms))
    except (InvalidTag, ValueError):  # ValueError: the point is not on the curve
        raise WrongSeal() from None


def _derive(shared: bytes, ephemeral: bytes, recipient: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=ephemeral + recipient, info=_INFO).derive(shared)


def _bound(exam: str, sitting: str, sealed_ms: int) -> bytes:
    return json.dumps([FORMAT, VERSION, exam, sitting, sealed_ms], separators=(",", ":")).encode()


def seal_file(
    point: bytes, *, exam: str, sitting: str, sealed_ms: int, content: bytes, private: bytes | None = None,
    iv: bytes | None = None,
) -> bytes:  # fmt: skip
    """Write a file as the browser does. ``private`` (of the ephemeral pair) and ``iv``: for test vectors."""
    mine = ec.derive_private_key(int.from_bytes(private or new_pair()[0], "big"), ec.SECP256R1())
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    iv = iv or os.urandom(_NONCE_BYTES)
    ephemeral = _point_of(mine)
    body = AESGCM(_derive(shared, ephemeral, point)).encrypt(iv, content, _bound(exam, sitting, sealed_ms))
    values = {
        "format": FORMAT, "version": VERSION, "exam": exam, "sitting": sitting, "sealed_ms": sealed_ms,
        "key": _base64(ephemeral), "iv": _base64(iv), "body": _base64(body),
    }  # fmt: skip
    return json.dumps(values, separators=(",", ":")).encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
