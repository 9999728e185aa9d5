"""PURE. What differs between two items that are alike, in kinds that people can be told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from exambank import text
from exambank.bank.rules.diffs import Change, compare_words
from exambank.bank.rules.kinship import (
    Texts,
    fold_words,
    has_same_picture,
    is_number,
    pair_options,
    split_words,
)

PICTURE, WORDS, OPTIONS, NUMBER, KEY = "picture", "words", "options", "number", "key"
ORDER, SPELLING, PUNCTUATION, CASE = "order", "spelling", "punctuation", "case"

FORM_ONLY = frozenset({ORDER, SPELLING, PUNCTUATION, CASE})
"""Differences that leave the question the same question."""

_KINDS = (PICTURE, WORDS, OPTIONS, NUMBER, KEY, ORDER, SPELLING, PUNCTUATION, CASE)
_WORD = re.compile(r"\w+")
_ROMAN = re.compile(r"(?=[ivxlc])(?:xc|xl|l?x{0,3})?(?:ix|iv|v?i{0,3})")
_NUMBER_WORDS = frozenset(
    fold_words(
        "không một hai ba bốn tư năm lăm sáu bảy bẩy tám chín mười mươi trăm nghìn ngàn triệu tỷ "
        "one two three four five six seven eight nine ten"
    )
)


@dataclass(frozen=True)
class Difference:
    """One kind of difference; ``one`` and ``other`` are what stands at its first place, where that says more."""

    kind: str
    one: str = ""
    other: str = ""


def explain(one: Texts, other: Texts) -> tuple[Difference, ...]:
    """Say what differs between two items, gravest first, each kind once; nothing: they are written alike."""
    found: dict[str, Difference] = {}
    if not has_same_picture(one, other):
        found[PICTURE] = Difference(PICTURE)
    folded = [[fold_words(option) for option in texts.options] for texts in (one, other)]
    pairs = pair_options(*folded)
    for left, right in [(one.stem, other.stem), *((one.options[at], other.options[to]) for at, to in pairs)]:
        for difference in _compare(left, right):
            found.setdefault(difference.kind, difference)
    alone = _alone(one.options, {at for at, _to in pairs}), _alone(other.options, {to for _at, to in pairs})
    if any(alone):
        found[OPTIONS] = Difference(OPTIONS, *alone)
    places = [to for _at, to in pairs]
    if places != sorted(places):
        found[ORDER] = Difference(ORDER)
    if _has_other_key(one, other, pairs):
        found[KEY] = Difference(KEY)
    return tuple(found[kind] for kind in _KINDS if kind in found)


def is_same(differences: Sequence[Difference]) -> bool:
    """Whether two items with these differences ask the same and accept the same: only the writing differs."""
    return all(difference.kind in FORM_ONLY for difference in differences)


def _alone(options: Sequence[str], paired: set[int]) -> str:
    return next((option for at, option in enumerate(options) if at not in paired), "")


def _has_other_key(one: Texts, other: Texts, pairs: Sequence[tuple[int, int]]) -> bool:
    """Another option is right, or other answers are accepted. Where the options themselves differ, the key must."""
    mapped = {to for at, to in pairs if at in one.keys}
    if len(pairs) == len(one.options) == len(other.options) and mapped != other.keys:
        return True
    return sorted(map(fold_words, one.secrets)) != sorted(map(fold_words, other.secrets))


def _compare(left: str, right: str) -> list[Difference]:
    left, right = text.nfc(left), text.nfc(right)
    if left == right:
        return []
    if fold_words(left) != fold_words(right):
        return _compare_words(left, right)
    return _compare_writing(left, right)


def _compare_writing(left: str, right: str) -> list[Difference]:
    """Two texts of the same words."""
    found = []
    spelled = _WORD.findall(left.casefold()), _WORD.findall(right.casefold())
    if spelled[0] != spelled[1]:
        pair = next(((a, b) for a, b in zip(*spelled, strict=False) if a != b), ("", ""))
        is_spelling = len(spelled[0]) == len(spelled[1])
        found.append(Difference(SPELLING, *pair) if is_spelling else Difference(PUNCTUATION))
    if _WORD.sub("", left) != _WORD.sub("", right) and PUNCTUATION not in {one.kind for one in found}:
        found.append(Difference(PUNCTUATION))
    if spelled[0] == spelled[1] and _WORD.findall(left) != _WORD.findall(right):
        found.append(Difference(CASE))
    return found


def _compare_words(left: str, right: str) -> list[Difference]:
    found: dict[str, Difference] = {}
    written, folded = (split_words(left), split_words(right)), (fold_words(left), fold_words(right))
    changed = [at for at, (one, other) in enumerate(zip(*folded, strict=False)) if one != other]
    if len(folded[0]) == len(folded[1]) and all(_is_numeric(words[at]) for words in folded for at in changed):
        return [Difference(NUMBER, *(words[changed[0]] for words in written))]
    for kind, start, end, to_start, to_end in SequenceMatcher(None, *folded, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        changed = (*folded[0][start:end], *folded[1][to_start:to_end])
        code = NUMBER if all(map(_is_numeric, changed)) else WORDS
        shown = " ".join(written[0][start:end][:8]), " ".join(written[1][to_start:to_end][:8])
        found.setdefault(code, Difference(code, *shown))
    return list(found.values())


def _is_numeric(word: str) -> bool:
    return is_number(word) or word in _NUMBER_WORDS or bool(_ROMAN.fullmatch(word))


# --- side by side ---


@dataclass(frozen=True)
class SideBySide:
    """One text of two items: what each has, its differences marked ("removed" left, "added" right); None: has it not.

    ``letters`` are the places of an option in the two items; empty for the stem.
    """

    left: tuple[Change, ...] | None
    right: tuple[Change, ...] | None
    letters: tuple[str, str] = ("", "")
    is_key: tuple[bool, bool] = (False, False)


def side_by_side(one: Texts, other: Texts) -> tuple[SideBySide, ...]:
    """The stem and the options of two items, each beside the one it is likest to; options in the order of the first."""
    pairs = dict(pair_options(*([fold_words(option) for option in texts.options] for texts in (one, other))))
    rows = [SideBySide(*_marked(one.stem, other.stem))]
    for at, option in enumerate(one.options):
        to = pairs.get(at)
        left, right = _marked(option, other.options[to]) if to is not None else ((Change("removed", option),), None)
        letters = _letter(at), _letter(to) if to is not None else ""
        rows.append(SideBySide(left, right, letters, (at in one.keys, to in other.keys)))
    for to in sorted(set(range(len(other.options))) - set(pairs.values())):
        added = (Change("added", other.options[to]),)
        rows.append(SideBySide(None, added, ("", _letter(to)), (False, to in other.keys)))
    return tuple(rows)


def _marked(left: str, right: str) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    changes = compare_words(text.nfc(left), text.nfc(right))
    return tuple(c for c in changes if c.kind != "added"), tuple(c for c in changes if c.kind != "removed")


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)
