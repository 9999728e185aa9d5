"""Hashing: argon2id, a few at once, the same work whether or not the name exists. Door cards: a keyed digest."""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app
from flask_babel import gettext as _

from exambank import cores, text
from exambank.accounts.rules import FIRST_PASSWORD_LENGTH, readable_code
from exambank.errors import TooManyAttempts

# Of a random password that nobody kept, with the settings below: what an unknown name is verified against.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$q2svHIZcFidlohlOWfy8/Q$ayqGYCt536xxntgtZ7DilRHcW3+ZGfetU4lpimntZAo"
_WAIT_SECONDS = 20


class Hasher:
    """argon2id with m = 19 MiB, t = 2, p = 1. ``computed`` counts the computations made, good or not."""

    def __init__(self, at_once: int):
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._places = threading.BoundedSemaphore(at_once)
        self._counting = threading.Lock()
        self.at_once = at_once
        self.computed = 0

    def hash(self, password: str) -> str:
        return self._in_turn(self._argon2.hash, text.nfc(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; without a stored one the work is the same and the answer no."""
        try:
            is_right = self._in_turn(self._argon2.verify, stored or _NOBODY, text.nfc(password))
        except (Argon2Error, InvalidHashError):
            return False
        return is_right and stored is not None

    def hash_many(self, passwords: Sequence[str]) -> list[str]:
        """Hash a list in threads, leaving places free for people who sign in meanwhile."""
        with ThreadPoolExecutor(max_workers=max(1, self.at_once // 2)) as pool:
            return list(pool.map(self.hash, passwords))

    def _in_turn(self, compute, *arguments):
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise TooManyAttempts(_("The server is busy with many sign-ins. Wait a few seconds and try again."))
        try:
            with cores.on_all():
                return compute(*arguments)
        finally:
            self._places.release()
            with self._counting:
                self.computed += 1


def hasher() -> Hasher:
    """The one hasher of this process: memory is bounded by how many computations it runs at once."""
    known = current_app.extensions.get("exambank_hasher")
    if known is None:
        made = Hasher(current_app.config["PASSWORD_HASHES_AT_ONCE"])
        known = current_app.extensions.setdefault("exambank_hasher", made)
    return known


def new_first_password() -> str:
    return readable_code(secrets.SystemRandom(), FIRST_PASSWORD_LENGTH)


def card_digest(code: str) -> str:
    """A card lives for minutes and its code is random, so a digest under the server's key will do. It costs nothing:
    trying a card beside the password leaves the time of an answer as it is."""
    return _keyed("door card", code)


def hidden_name(name: str) -> str:
    """For the throttle: what was typed as a name that nobody has may be somebody's password."""
    return "?" + _keyed("unknown name", name)[:40]


def _keyed(purpose: str, value: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()
