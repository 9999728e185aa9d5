"""What is kept and told at the end: receipts, the hash chain of the history, when an exam is over."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

CODE_LIFE = timedelta(minutes=10)
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread on a blackboard
WRONG_CODES_ALLOWED = 10  # for one sitting within the life of a code
GENESIS = "0" * 64


def receipt_code(rng: Any) -> str:
    """The code of a receipt, "K7Q2-9F3M": read out and written down without mistakes."""
    letters = "".join(rng.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def chain(head: str | None, events: Iterable[Sequence]) -> str:
    """The head of a sitting's history after these events (id, question, seq, payload, received milliseconds)."""
    link = head or GENESIS
    for event in events:
        body = json.dumps([link, *event], ensure_ascii=False, separators=(",", ":"))
        link = hashlib.sha256(body.encode()).hexdigest()
    return link


@dataclass(frozen=True)
class ExamProgress:
    """How far the sittings of an exam are."""

    ready: int
    at_work: int
    closed: int
    entry_is_over: bool  # by the clock, or because every room was closed


def may_finish(progress: ExamProgress) -> bool:
    """Whether everybody is in and nobody can come any more; those never seen are then absent."""
    return progress.at_work == 0 and (progress.ready == 0 or progress.entry_is_over)
