"""PURE (but for the system's random numbers). The cryptography of sealed papers, composed of known parts only.

A body is AES-256-GCM under a key of its own, with what it is and whose it is as associated data, so that no body can
stand in another's place. A holder has an X25519 pair whose private half is encrypted under argon2id of a passphrase.
Any two of the holders open a seal: its key is wrapped once for every two of them under HKDF-SHA256 of both agreements
with one ephemeral pair, whose private half is forgotten when the seal is made. Nobody needs to be there for the making.
"""

from exambank.assembly.seal.boxes import KEY_BYTES, Context, WrongKey, close_box, new_key, open_box, subkey
from exambank.assembly.seal.pairs import (
    COST,
    KeyPair,
    PassphraseFault,
    Protected,
    agree,
    check_passphrase,
    new_pair,
    open_letter,
    protect,
    recover,
    tidy_passphrase,
    write_letter,
)
from exambank.assembly.seal.shares import FEWEST_HOLDERS, MOST_HOLDERS, Share, Shares, open_together, share_among

__all__ = [
    "COST",
    "FEWEST_HOLDERS",
    "KEY_BYTES",
    "MOST_HOLDERS",
    "Context",
    "KeyPair",
    "PassphraseFault",
    "Protected",
    "Share",
    "Shares",
    "WrongKey",
    "agree",
    "check_passphrase",
    "close_box",
    "new_key",
    "new_pair",
    "open_box",
    "open_letter",
    "open_together",
    "protect",
    "recover",
    "share_among",
    "subkey",
    "tidy_passphrase",
    "write_letter",
]
