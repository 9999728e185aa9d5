"""PURE. A holder's pair of keys, the passphrase that protects it, and letters that only one pair can read."""

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from exambank.assembly.seal.boxes import KEY_BYTES, Context, WrongKey, close_box, open_box, subkey

COST: Mapping[str, int] = {"memory_kib": 64 * 1024, "passes": 3, "lanes": 1}
"""Of argon2id: about 0.1 s and 64 MiB a try on an ordinary computer (RFC 9106's second recommendation, one lane)."""

PASSPHRASE_SHORTEST, PASSPHRASE_LONGEST = 10, 200
_MEMORY_ALLOWED_KIB, _PASSES_ALLOWED = 1024 * 1024, 20
_SALT_BYTES = 16


@dataclass(frozen=True)
class KeyPair:
    """X25519, 32 bytes each."""

    private: bytes
    public: bytes


@dataclass(frozen=True)
class Protected:
    """A private half as it is stored: a box under argon2id of the passphrase, with salt and cost."""

    body: bytes
    salt: bytes
    cost: Mapping[str, int]


class PassphraseFault(StrEnum):
    """Why a passphrase is refused."""

    SHORT = "short"
    LONG = "long"
    MONOTONE = "monotone"


def tidy_passphrase(typed: str) -> str:
    """As it is hashed: NFC without spaces around. Letters keep their case; what Unikey composed or not is the same."""
    return unicodedata.normalize("NFC", typed).strip()


def check_passphrase(typed: str) -> PassphraseFault | None:
    """The reason to refuse a new passphrase, None when it will do: 10 to 200 characters, at least 4 different ones."""
    tidy = tidy_passphrase(typed)
    if len(tidy) < PASSPHRASE_SHORTEST:
        return PassphraseFault.SHORT
    if len(tidy) > PASSPHRASE_LONGEST:
        return PassphraseFault.LONG
    return PassphraseFault.MONOTONE if len(set(tidy)) < 4 else None


def new_pair() -> KeyPair:
    """A pair from the operating system's random numbers."""
    private = X25519PrivateKey.generate()
    return KeyPair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def protect(pair: KeyPair, passphrase: str, owner: str, cost: Mapping[str, int] = COST) -> Protected:
    """Encrypt the private half for ``owner`` (the public id of its row): memory and time as ``cost`` says."""
    salt = os.urandom(_SALT_BYTES)
    return Protected(close_box(_stretch(passphrase, salt, cost), pair.private, _of(owner)), salt, dict(cost))


def recover(protected: Protected, passphrase: str, owner: str) -> KeyPair:
    """The pair; WrongKey when the passphrase is another."""
    private = open_box(_stretch(passphrase, protected.salt, protected.cost), protected.body, _of(owner))
    return KeyPair(private, X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def _of(owner: str) -> Context:
    return Context(owner, "private key", "passphrase")


def _stretch(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    # what stands in a row decides how much memory is taken: not without a bound
    if not (cost["memory_kib"] <= _MEMORY_ALLOWED_KIB and cost["passes"] <= _PASSES_ALLOWED and cost["lanes"] <= 16):
        raise WrongKey()
    typed = tidy_passphrase(passphrase)[:PASSPHRASE_LONGEST].encode()
    return hash_secret_raw(typed, salt, cost["passes"], cost["memory_kib"], cost["lanes"], KEY_BYTES, Type.ID)


def agree(private: bytes, public: bytes) -> bytes:
    """What both ends of X25519 (RFC 7748) arrive at, 32 bytes: to be put through ``subkey``, never used as it is."""
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:  # a point of small order, or no point: somebody wrote it into the row
        raise WrongKey() from None


def write_letter(public: bytes, plain: bytes, context: Context) -> bytes:
    """Encrypt for whoever has the private half of ``public``: a one-time public key (32 bytes), then a box."""
    once = new_pair()
    key = subkey(agree(once.private, public), b"letter", once.public, public)
    return once.public + close_box(key, plain, context)


def open_letter(pair: KeyPair, letter: bytes, context: Context) -> bytes:
    """Read a letter written to this pair; WrongKey when it was written to another or changed."""
    once = letter[:KEY_BYTES]
    if len(once) < KEY_BYTES:
        raise WrongKey()
    key = subkey(agree(pair.private, once), b"letter", once, pair.public)
    return open_box(key, letter[KEY_BYTES:], context)
