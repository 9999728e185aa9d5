"""PURE. The versions of a typed answer: its words in the paper's order, and what changed from one to the next."""

import difflib
import re
from collections.abc import Iterator

_MOST_PIECES = 20_000  # compared word by word; nobody writes more, and comparing more would hold a thread up
_PIECES = re.compile(r"\S+\s*|\s+")


def words_of(view: dict, payload: dict) -> str:
    """What was typed, parts of an essay or a case one below the other; ``view`` is the question's (papers.Question)."""
    return "\n".join(text for text in _texts(view, payload) if text)


def _texts(view: dict, given: dict) -> Iterator[str]:
    if view["kind"] == "case":
        answers = given.get("questions") or {}
        for one in view["questions"]:
            yield from _texts(one, answers.get(one["token"]) or {})
    elif "parts" in given:
        parts = given["parts"]
        yield from (str(parts.get(one["token"]) or "") for one in view.get("prompts") or ())
    elif isinstance(given.get("text"), str):
        yield given["text"]


def differences(old: str, new: str) -> list[tuple[str, str]]:
    """``(kind, text)`` in reading order: "same", "added" (only in the new one), "removed" (only in the old one)."""
    before, after = _pieces(old), _pieces(new)
    if len(before) + len(after) > _MOST_PIECES:
        return [(kind, text) for kind, text in (("removed", old), ("added", new)) if text]
    found: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(before[a:b])))
            continue
        found += [("removed", "".join(before[a:b]))] if b > a else []
        found += [("added", "".join(after[c:d]))] if d > c else []
    return found


def _pieces(text: str) -> list[str]:
    """Words with the space behind them, so that a changed word is not read together with its neighbours."""
    return _PIECES.findall(text)
