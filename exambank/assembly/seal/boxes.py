"""PURE. A box: bytes closed under a key (AES-256-GCM), bound to what they are."""

import json
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES = 12, 16
_FORMAT = "exambank-seal-1"


class WrongKey(ValueError):
    """The box does not open: another key, another place than it was closed for, or changed bytes. GCM cannot tell."""


@dataclass(frozen=True)
class Context:
    """What a box is: whose (a public id), for what purpose, under which mode. Closed for one, it opens for no other."""

    owner: str
    purpose: str
    mode: str

    def as_bytes(self) -> bytes:
        """One spelling for one context, whatever its words contain (JSON keeps the borders between them)."""
        return json.dumps([_FORMAT, self.owner, self.purpose, self.mode]).encode()


def new_key() -> bytes:
    """A key of 256 bits from the operating system."""
    return AESGCM.generate_key(bit_length=256)


def close_box(key: bytes, plain: bytes, context: Context) -> bytes:
    """Nonce (12 bytes, random) and ciphertext with its tag (16). One key is safe for 2^32 boxes with random nonces."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.as_bytes())


def open_box(key: bytes, closed: bytes, context: Context) -> bytes:
    """The bytes that were closed; WrongKey when the key, the context or a single bit is another."""
    if len(closed) < _NONCE_BYTES + _TAG_BYTES:
        raise WrongKey()
    try:
        return AESGCM(key).decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], context.as_bytes())
    except InvalidTag:
        raise WrongKey() from None


def subkey(secret: bytes, *info: bytes) -> bytes:
    """A key of 256 bits from ``secret`` for one purpose (HKDF-SHA256, RFC 5869); every part of ``info`` counts."""
    bound = b"".join(len(part).to_bytes(4, "big") + part for part in (_FORMAT.encode(), *info))
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=bound).derive(secret)
