"""PURE. The receipt of a submission: one text that says what was handed in, its hash, and how it is found again.

The hash covers the head of the answers' chain, so that it stands for every answer and every change up to the close. The
chain may have grown since (a late answer was accepted, the paper was opened again): a receipt is held as long as some
beginning of the history still gives exactly its hash.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from exambank.sittings.rules.records import GENESIS, chain

SHORTEST_PROOF = 8  # hexadecimal digits of the hash that are proof enough of having seen the receipt
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Receipt:
    """What a receipt says beside the answers: public ids, candidate number, closing time in ms, the printed code."""

    sitting: str
    candidate: str
    exam: str
    closed_ms: int
    code: str


def receipt_text(receipt: Receipt, head: str, answered: int) -> str:
    """The canonical text, a line for each fact: what anybody can hash again with any tool."""
    facts = (
        "exambank receipt 1", f"sitting {receipt.sitting}", f"candidate {receipt.candidate}", f"exam {receipt.exam}",
        f"closed {receipt.closed_ms}", f"head {head}", f"answered {answered}", f"code {receipt.code}",
    )  # fmt: skip
    return "\n".join(facts) + "\n"


def receipt_hash(receipt: Receipt, head: str, answered: int) -> str:
    """SHA-256 of the canonical text (UTF-8), in hexadecimal digits."""
    return hashlib.sha256(receipt_text(receipt, head, answered).encode()).hexdigest()


@dataclass(frozen=True)
class Held:
    """The submission as the history still has it: its events, its head, and how many events came after it."""

    events: int
    head: str
    answered: int
    later: int


def find_submission(
    receipt: Receipt, wanted: str, events: Sequence[Sequence], is_blank: Callable[[int, str], bool]
) -> Held | None:
    """The beginning of the history (id, question, seq, payload, received ms) that gives this hash; None: not held."""
    head, answered = GENESIS, set()
    for count in range(len(events) + 1):
        if count:
            _id, question, _seq, payload, _at = events[count - 1]
            head = chain(head, [events[count - 1]])
            (answered.discard if is_blank(question, payload) else answered.add)(question)
        if receipt_hash(receipt, head, len(answered)) == wanted:
            return Held(count, head, len(answered), len(events) - count)
    return None


def clean_code(typed: str) -> str:
    """A receipt code as it was printed, however it was typed: "k7q2 9f3m" is "K7Q2-9F3M"."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}"


def is_proof(typed: str, number: str | None, known_hash: str | None) -> bool:
    """Whether somebody holds the receipt: the candidate number, or the beginning of its hash (8 digits at least)."""
    if number and typed.strip().casefold() == number.casefold():
        return True
    digits = "".join(typed.split()).replace("-", "").lower()
    is_long = len(digits) >= SHORTEST_PROOF and set(digits) <= _DIGITS
    return is_long and known_hash is not None and known_hash.startswith(digits)


def in_groups(digits: str, size: int = 8) -> str:
    """A hash in groups, so that it can be read out."""
    return " ".join(_cut(digits, size))


def _cut(digits: str, size: int) -> Iterable[str]:
    return (digits[at : at + size] for at in range(0, len(digits), size))
