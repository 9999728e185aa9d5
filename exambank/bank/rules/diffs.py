"""PURE. What changed between two versions, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Change:
    """A run of words; ``kind`` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True)
class TextChange:
    """One option in two versions; ``was_key``/``is_key`` are None where the option does not exist."""

    token: str
    changes: tuple[Change, ...]
    was_key: bool | None
    is_key: bool | None


def compare_words(old: str, new: str) -> tuple[Change, ...]:
    """Compare two plain texts word by word; the added and same runs give the new text, the removed and same the old."""
    before, after = re.findall(r"\s+|\w+|[^\w\s]", old), re.findall(r"\s+|\w+|[^\w\s]", new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changes: list[Change] = []
    for kind, start, end, new_start, new_end in _without_islands(matcher.get_opcodes(), before):
        if kind == "equal":
            changes.append(Change("same", "".join(before[start:end])))
            continue
        if end > start:
            changes.append(Change("removed", "".join(before[start:end])))
        if new_end > new_start:
            changes.append(Change("added", "".join(after[new_start:new_end])))
    return tuple(changes)


def _without_islands(steps: list[tuple], before: list[str]) -> list[tuple]:
    """Join replacements that only a space or a comma parts: a phrase is read as one phrase."""
    joined: list[tuple] = []
    for place, (kind, start, end, new_start, new_end) in enumerate(steps):
        is_inside = 0 < place < len(steps) - 1
        is_island = kind == "equal" and is_inside and not any(word[0].isalnum() for word in before[start:end])
        if kind == "equal" and not is_island:
            joined.append((kind, start, end, new_start, new_end))
        elif joined and joined[-1][0] == "changed":
            joined[-1] = ("changed", joined[-1][1], end, joined[-1][3], new_end)
        else:
            joined.append(("changed", start, end, new_start, new_end))
    return joined


def compare_options(old: list[tuple[str, str, bool]], new: list[tuple[str, str, bool]]) -> tuple[TextChange, ...]:
    """Compare options (token, plain text, is key) of two versions by their tokens; dropped ones come last."""
    before = {token: (words, is_key) for token, words, is_key in old}
    kept = {token for token, _words, _is_key in new}
    found = [
        TextChange(
            token, compare_words(before.get(token, ("", None))[0], words), before.get(token, ("", None))[1], is_key
        )
        for token, words, is_key in new
    ]
    dropped = [
        TextChange(token, compare_words(words, ""), was_key, None) for token, words, was_key in old if token not in kept
    ]
    return tuple(found + dropped)
