"""PURE. The code on a candidate's exam card (phiếu dự thi): made from a keyed digest, stored nowhere."""

import re

CARD_LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # as in the session code: nothing that is read for something else
CARD_LENGTH = 8


def card_text(candidacy: str, version: int) -> str:
    """What is digested for a card: whose it is and which printing."""
    return f"exam card:{candidacy}:{version}"


def card_code(digest: bytes) -> str:
    """Eight letters of a digest of at least 16 bytes: 28^8, nearly 2^38.5 of them, all as likely (bias under 2^-80)."""
    number = int.from_bytes(digest[:16], "big")
    letters = []
    for _ in range(CARD_LENGTH):
        number, at = divmod(number, len(CARD_LETTERS))
        letters.append(CARD_LETTERS[at])
    return "".join(letters)


def read_card(typed: str) -> str | None:
    """The code that was typed, however it was spaced or capitalised; None when it cannot be one."""
    code = re.sub(r"[\s-]", "", typed[:40]).upper()
    return code if len(code) == CARD_LENGTH and set(code) <= set(CARD_LETTERS) else None


def show_card(code: str) -> str:
    """As it is printed: two groups of four."""
    return f"{code[:4]}-{code[4:]}"
