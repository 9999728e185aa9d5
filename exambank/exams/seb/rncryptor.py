"""PURE. The encryption of ``.seb`` files: RNCryptor, data format 3, with a password.

Layout: 3, 1, salt of the cipher key (8), salt of the HMAC key (8), IV (16), AES-256-CBC with PKCS 7, HMAC-SHA256 (32)
of everything before it. Both keys are PBKDF2-HMAC-SHA1 with 10,000 rounds: weak by today's measure, but it is what SEB
reads; the password carries the weight.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

RANDOM_BYTES = 32  # two salts and the IV
_ROUNDS, _HEAD, _TAIL = 10_000, 34, 32


class WrongPassword(ValueError):
    """The password does not fit, or the data was changed: the format cannot tell which."""


def encrypt(plain: bytes, password: str, fresh: bytes) -> bytes:
    """Encrypt with a password (UTF-8); ``fresh`` are 32 random bytes, never used before."""
    if len(fresh) != RANDOM_BYTES:
        raise ValueError("32 random bytes are needed")
    head = b"\x03\x01" + fresh
    padder = PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(_derive(password, fresh[:8])), modes.CBC(fresh[16:])).encryptor()
    body = head + encryptor.update(padded) + encryptor.finalize()
    return body + _authenticate(body, password, fresh[8:16])


def decrypt(message: bytes, password: str) -> bytes:
    """The plain bytes; WrongPassword when the HMAC does not fit, ValueError for another format."""
    if len(message) < _HEAD + 16 + _TAIL or message[:2] != b"\x03\x01":
        raise ValueError("this is not RNCryptor 3 with a password")
    body, mac = message[:-_TAIL], message[-_TAIL:]
    if not hmac.compare_digest(mac, _authenticate(body, password, body[10:18])):
        raise WrongPassword
    decryptor = Cipher(algorithms.AES(_derive(password, body[2:10])), modes.CBC(body[18:_HEAD])).decryptor()
    padded = decryptor.update(body[_HEAD:]) + decryptor.finalize()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _derive(password: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha1", password.encode(), salt, _ROUNDS, 32)


def _authenticate(body: bytes, password: str, salt: bytes) -> bytes:
    return hmac.digest(_derive(password, salt), body, "sha256")
