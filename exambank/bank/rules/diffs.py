"""PURE. What changed between two versions: word by word, part by part, whatever the kind of item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Protocol

from exambank.bank.rules.texts import pictures_in, plain_text


@dataclass(frozen=True)
class Change:
    """A run of words; ``kind`` is same, added or removed."""

    kind: str
    text: str


class PartLike(Protocol):
    """What is read of a part, see ``interactions.Part``."""

    anchor: str
    label: str
    html: str
    is_key: bool | None
    note: str


@dataclass(frozen=True)
class PartChange:
    """One part in two versions, for two columns; ``old_label`` or ``new_label`` is None where it does not exist."""

    anchor: str
    old_label: str | None
    new_label: str | None
    changes: tuple[Change, ...]
    was_key: bool | None
    is_key: bool | None
    old_note: str
    new_note: str
    old_pictures: tuple[str, ...]
    new_pictures: tuple[str, ...]
    is_reformatted: bool  # the same words, set otherwise (bold, a table, a list)

    @property
    def kind(self) -> str:
        """added, removed, changed, moved or same."""
        if self.old_label is None:
            return "added"
        if self.new_label is None:
            return "removed"
        if self.is_changed:
            return "changed"
        return "same" if self.old_label == self.new_label else "moved"

    @property
    def is_changed(self) -> bool:
        return (
            any(change.kind != "same" for change in self.changes)
            or self.was_key != self.is_key
            or self.old_note != self.new_note
            or self.old_pictures != self.new_pictures
            or self.is_reformatted
        )

    @property
    def old(self) -> tuple[Change, ...]:
        """The left column."""
        return tuple(change for change in self.changes if change.kind != "added")

    @property
    def new(self) -> tuple[Change, ...]:
        """The right column."""
        return tuple(change for change in self.changes if change.kind != "removed")


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


def compare_parts(old: Sequence[PartLike], new: Sequence[PartLike]) -> tuple[PartChange, ...]:
    """Compare the parts of two versions by their anchors, in the new order; a dropped one stands where it stood."""
    before = {part.anchor: part for part in old}
    kept = {part.anchor for part in new}
    found = [_compare(before.get(part.anchor), part) for part in new]
    order = [part.anchor for part in new]
    previous = None
    for part in old:
        if part.anchor not in kept:
            place = order.index(previous) + 1 if previous in order else 0
            found.insert(place, _compare(part, None))
            order.insert(place, part.anchor)
        previous = part.anchor
    return tuple(found)


def _compare(old: PartLike | None, new: PartLike | None) -> PartChange:
    old_html, new_html = old.html if old else "", new.html if new else ""
    changes = compare_words(plain_text(old_html), plain_text(new_html))
    has_same_words = all(change.kind == "same" for change in changes)
    pictures = pictures_in(old_html), pictures_in(new_html)
    return PartChange(
        anchor=(new or old).anchor,
        old_label=old.label if old else None,
        new_label=new.label if new else None,
        changes=changes,
        was_key=old.is_key if old else None,
        is_key=new.is_key if new else None,
        old_note=old.note if old else "",
        new_note=new.note if new else "",
        old_pictures=pictures[0],
        new_pictures=pictures[1],
        is_reformatted=bool(old and new) and has_same_words and pictures[0] == pictures[1] and old_html != new_html,
    )
