"""Answers into scores by their keys: 1 for an answer that is the key, or one of several, 0 for any other.

What is written differently may be the same answer. Letters from A to J are options: "b, d", "DB" and "BD" are the same
set of two, right only if the whole set is the key. Anything else is text, compared without regard to capitals. Several
keys that count as right stand side by side with "|" between them: "A|C" is either of them, "AC" is both together.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.external.records import NOT_PRESENTED, OMITTED, Note, Responses, UnusableFile
from exambank.text import nfc

_LETTERS = re.compile(r"[A-Ja-j]([\s,;/+&|]*[A-Ja-j])*")
_BETWEEN = re.compile(r"[\s,;/+&|]+")


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """Scores of n candidates on k items, and what they gave where that is known.

    Attributes
    ----------
    candidates, items : tuple of str
    scores : float array, shape (n, k)
        NaN where the item was not presented.
    max_scores : float array, shape (k,)
        The most an item gave to anybody; 1 where it gave nothing.
    answers : int array, shape (n, k), or None
        Places in `labels`.
    labels : tuple of (str or None)
        One spelling of every answer, "" for a blank, None for not presented.
    keys : tuple of frozenset of str
        For each item the labels that are right.
    notes : tuple of Note
    """

    candidates: tuple[str, ...]
    items: tuple[str, ...]
    scores: NDArray[np.float64]
    max_scores: NDArray[np.float64]
    answers: NDArray[np.int32] | None = None
    labels: tuple[str | None, ...] = ()
    keys: tuple[frozenset[str], ...] = ()
    notes: tuple[Note, ...] = ()


def as_scores(read: Responses) -> Marked:
    """Scores that were read as they are; the largest score of an item is what it can give."""
    largest = np.fmax.reduce(read.cells, axis=0, initial=0.0)
    return Marked(read.candidates, read.items, read.cells, np.where(largest > 0, largest, 1.0), notes=read.notes)


def mark(read: Responses, keys: Mapping[str, str]) -> Marked:
    """Mark answers by the keys of their items.

    Raises
    ------
    UnusableFile
        If an item has no key, or the answers and the keys are of different kinds altogether.
    """
    without = [item for item in read.items if item not in keys]
    if without:
        raise UnusableFile("items_without_key", items=", ".join(without[:10]), count=len(without))
    labels, answers = _labels(read)
    place_of = {_folded(label): place for place, label in enumerate(labels) if label}
    right = [_alternatives(keys[item]) for item in read.items]
    scores = np.zeros(read.cells.shape)
    is_right = np.zeros(len(labels), dtype=bool)
    for column, alternatives in enumerate(right):
        places = [place_of[_folded(one)] for one in alternatives if _folded(one) in place_of]
        is_right[:] = False
        is_right[places] = True
        scores[:, column] = is_right[answers[:, column]]
    scores[answers == NOT_PRESENTED] = np.nan
    _check_kinds(labels, right, scores)
    spelt = tuple(frozenset(labels[place_of.get(_folded(one), 0)] or one for one in own) for own in right)
    unused = len(keys) - len(read.items)
    notes = (*read.notes, Note("keys_without_item", {"count": unused})) if unused else read.notes
    return Marked(
        read.candidates, read.items, scores, np.ones(len(read.items)), answers, tuple(labels), spelt, notes
    )  # fmt: skip


def _labels(read: Responses) -> tuple[list[str | None], NDArray[np.int32]]:
    """One spelling of each different answer, the commonest, and the answers as places among them."""
    counts = np.bincount(read.cells.ravel(), minlength=len(read.texts))
    spellings: dict[str, list[tuple[int, str]]] = {}
    for text, count in zip(read.texts[OMITTED + 1 :], counts[OMITTED + 1 :].tolist(), strict=True):
        spelling = spelt_alike(text)
        spellings.setdefault(_folded(spelling), []).append((-count, spelling))
    order = sorted(spellings)
    place_of = {folded: place for place, folded in enumerate(order, OMITTED + 1)}
    places = np.array([NOT_PRESENTED, OMITTED, *(place_of[_folded(spelt_alike(text))] for text in read.texts[2:])])
    return [None, "", *(min(spellings[folded])[1] for folded in order)], places.astype(np.int32)[read.cells]


def spelt_alike(text: str) -> str:
    """Letters of options sorted, in capitals and without what separates them; other text with single spaces."""
    if are_letters(text):
        return "".join(sorted(_BETWEEN.sub("", text).upper()))
    return " ".join(text.split())


def are_letters(text: str) -> bool:
    """Whether this is an option, or several different ones: letters from A to J."""
    letters = _BETWEEN.sub("", text).upper()
    return bool(_LETTERS.fullmatch(text)) and len(set(letters)) == len(letters)


def _folded(text: str) -> str:
    return nfc(text.casefold())


def _alternatives(key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelt_alike(one.strip()) for one in key.split("|") if one.strip()))


def _check_kinds(labels: Sequence[str | None], right: Sequence[Sequence[str]], scores: NDArray[np.float64]) -> None:
    """Numbers answered where letters are the keys, and nothing is right: these are scores already, or other names."""
    given = [label for label in labels if label]
    keyed = {one for own in right for one in own}
    if given and not np.nansum(scores) and all(map(_is_number, given)) and not any(map(_is_number, keyed)):
        raise UnusableFile("numbers_for_letters", answers=", ".join(given[:5]), keys=", ".join(sorted(keyed)[:5]))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+([.,]\d+)?", text))
