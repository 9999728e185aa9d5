"""An encrypted file: argon2id makes the key from a passphrase, AES-256-GCM seals it in chunks whose order is bound.

Layout: a line of JSON (format, salt, cost), then chunks of 4-byte length + ciphertext. The nonce counts the chunks and
the last chunk is sealed as the last, so that a cut, swapped or lengthened file is refused.
"""

import json
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exambank.cli.language import _

CHUNK = 1 << 20
FORMAT = "exambank-sealed-1"
_COST = {"memory_kib": 65536, "passes": 3, "lanes": 1}
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class SealError(ValueError):
    """The file is not ours, was changed, or the passphrase is another; the text is for people."""


def new_passphrase() -> str:
    """Six groups of five letters without look-alikes: 148 bits, easy to copy by hand."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(5)) for _group in range(6))


def _key(passphrase: str, salt: bytes, cost: dict) -> bytes:
    return hash_secret_raw(
        passphrase.strip().lower().encode(), salt, cost["passes"], cost["memory_kib"], cost["lanes"], 32, Type.ID
    )


def seal(source: BinaryIO, target: Path, passphrase: str) -> None:
    salt = os.urandom(16)
    cipher = AESGCM(_key(passphrase, salt, _COST))
    header = json.dumps({"format": FORMAT, "salt": salt.hex(), "cost": _COST}).encode() + b"\n"
    with target.open("wb") as file:
        file.write(header)
        chunk, number = source.read(CHUNK), 0
        while True:
            following = source.read(CHUNK)
            sealed = cipher.encrypt(_nonce(number), chunk, header + (b"more" if following else b"last"))
            file.write(struct.pack(">I", len(sealed)) + sealed)
            if not following:
                break
            chunk, number = following, number + 1
        file.flush()
        os.fsync(file.fileno())


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # the key is new for every file, so a counter never repeats under it


def unseal(path: Path, target: BinaryIO, passphrase: str) -> None:
    with path.open("rb") as file:
        header = file.readline(4096)
        try:
            facts = json.loads(header)
            salt, cost = bytes.fromhex(facts["salt"]), facts["cost"]
        except (ValueError, KeyError, TypeError):
            raise SealError(_("not a sealed file")) from None
        if facts.get("format") != FORMAT or cost != _COST:
            raise SealError(_("not a sealed file"))
        cipher = AESGCM(_key(passphrase, salt, cost))
        for number, (sealed, is_last) in enumerate(_chunks(file)):
            try:
                target.write(cipher.decrypt(_nonce(number), sealed, header + (b"last" if is_last else b"more")))
            except InvalidTag:
                raise SealError(_("wrong passphrase, or the file was changed")) from None


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    size = file.read(4)
    while size:
        length = struct.unpack(">I", size)[0] if len(size) == 4 else -1
        if not 16 <= length <= CHUNK + 16:
            raise SealError(_("the file was changed"))
        sealed = file.read(length)
        if len(sealed) != length:
            raise SealError(_("the file was cut"))
        size = file.read(4)
        yield sealed, not size


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(FORMAT) + 20).find(FORMAT.encode()) > 0
