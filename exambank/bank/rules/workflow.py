"""PURE. The road of a version as a table, codes, hashes, and figures pooled over exams."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exambank.permissions import Permission

FROZEN_STATES = frozenset({"accepted", "superseded", "retired", "discarded", "returned"})
"""States in which the text of a version never changes."""

MINIMUM_N = 20
"""Below this many responses a statistic is not shown as a finding."""


@dataclass(frozen=True)
class Transition:
    """A step: from where, to where, by whom; ``needs_second_person`` keeps authors and editors out."""

    sources: frozenset[str]
    target: str
    permission: Permission
    needs_second_person: bool = False
    needs_reason: bool = False


TRANSITIONS: dict[str, Transition] = {
    "submit": Transition(frozenset({"draft"}), "review", Permission.ITEM_EDIT),
    "withdraw": Transition(frozenset({"review"}), "draft", Permission.ITEM_EDIT),
    "approve": Transition(frozenset({"review"}), "accepted", Permission.ITEM_REVIEW, needs_second_person=True),
    "send_back": Transition(frozenset({"review"}), "draft", Permission.ITEM_REVIEW, needs_second_person=True),
    "discard": Transition(frozenset({"draft"}), "discarded", Permission.ITEM_EDIT),
    "retire": Transition(
        frozenset({"draft", "review", "accepted"}), "retired", Permission.ITEM_RETIRE, needs_reason=True
    ),
}
"""Steps of a version. ``approve`` reaches its target with the last approval that the bank asks for."""

ITEM_STEPS: dict[str, Transition] = {
    "suspend": Transition(frozenset({"accepted"}), "suspended", Permission.ITEM_RETIRE, needs_reason=True),
    "resume": Transition(frozenset({"suspended"}), "accepted", Permission.ITEM_RETIRE, needs_reason=True),
    "retire": Transition(
        frozenset({"draft", "review", "accepted", "suspended"}), "retired", Permission.ITEM_RETIRE, needs_reason=True
    ),
}
"""Steps of an item as a whole; its versions stay as they are (retiring takes them along)."""


def refusal_of(act: str, state: str, user_id: int, writers: Iterable[int] = ()) -> str | None:
    """Say why ``user_id`` may not take this step: "wrong_state", "own_work" or None. ``writers`` wrote or edited it."""
    step = TRANSITIONS[act] if act in TRANSITIONS else ITEM_STEPS[act]
    if state not in step.sources:
        return "wrong_state"
    if step.needs_second_person and user_id in set(writers):
        return "own_work"
    return None


def count_approvals(decisions: Iterable[tuple[int, str, str]], content_hash: str, writers: Iterable[int]) -> set[int]:
    """Who approved this very text and stands by it: each reviewer's last decision on it, writers left out.

    ``decisions``: (reviewer, decision, hash of the text decided on), oldest first.
    """
    last = {reviewer: decision for reviewer, decision, decided_on in decisions if decided_on == content_hash}
    return {reviewer for reviewer, decision in last.items() if decision == "approved"} - set(writers)


def may_resolve(user_id: int, commenter_id: int, writers: Iterable[int], is_reviewer: bool) -> bool:
    """A comment is settled by whoever wrote the text, by whoever made the comment, or by a reviewer of the item."""
    return is_reviewer or user_id == commenter_id or user_id in set(writers)


def item_state(newest_state: str, has_accepted: bool, is_retired: bool, is_suspended: bool = False) -> str:
    """The state of an item as a whole: an accepted version stays in force while a newer one is on its way."""
    if is_retired:
        return "retired"
    if is_suspended:
        return "suspended"
    return "accepted" if has_accepted else newest_state


@dataclass(frozen=True)
class ItemDraft:
    """A new item as an import hands it in. ``stem`` and the options' ``html`` are HTML: plain text goes through
    ``html_from_text`` first. ``content`` as ``interactions.new_content`` makes it."""

    kind: str
    stem: str
    content: dict[str, Any]
    topic_id: int | None = None
    level_id: int | None = None
    tags: tuple[str, ...] = ()
    source: str = ""
    picture_name: str | None = None
    media_id: int | None = None
    outcome_id: int | None = None
    source_chapter: str = ""
    source_page: str = ""
    contributors: str = ""
    licence: str = ""
    expected_seconds: int | None = None
    writers: tuple[int, ...] = ()  # whoever else had a hand in this text: none of them may accept it
    copied_author_id: int | None = None  # whose item this is a copy of, if somebody else's


def code_prefix(module_code: str) -> str:
    """The beginning of a module's item codes: "XDĐ" gives "XDĐ-"."""
    return re.sub(r"[^\w]+", "", module_code).upper()[:30] + "-"


def format_code(prefix: str, number: int) -> str:
    """An item's code: the prefix and at least four figures."""
    return f"{prefix}{number:04d}"


def code_number(prefix: str, code: str | None) -> int:
    """The number in a code of this prefix; 0 when there is none."""
    rest = code[len(prefix) :] if code and code.startswith(prefix) else ""
    return int(rest) if rest.isdecimal() else 0


def content_hash(stem: str, content: dict, picture: str | None = None) -> str:
    """A fingerprint of all that a candidate sees and of the key; ``picture`` is its own fingerprint or name."""
    body = json.dumps([stem, content, picture], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True)
class PooledFigures:
    """Figures of one version over all exams; ``difficulty`` is the share correct: high means easy."""

    n: int
    exams: int
    difficulty: float | None

    @property
    def is_enough(self) -> bool:
        return self.n >= MINIMUM_N


def pool_statistics(rows: Iterable[tuple[int, float | None]]) -> PooledFigures:
    """Pool (n, difficulty) of several exams, each weighing as many as answered."""
    found = [(n, difficulty) for n, difficulty in rows if difficulty is not None and n > 0]
    total = sum(n for n, _ in found)
    pooled = sum(n * difficulty for n, difficulty in found) / total if total else None
    return PooledFigures(total, len(found), pooled)
