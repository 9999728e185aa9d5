"""PURE. A key as people write it: letters, numbers, the option's own text, true and false in a row."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from exambank import text

TRUE_WORDS, FALSE_WORDS = {"Đ", "ĐÚNG", "T", "TRUE", "YES", "ĐUNG", "DUNG"}, {"S", "SAI", "F", "FALSE", "NO"}
BY_TEXT, BY_LETTER, BY_NUMBER = "text", "letter", "number"
_PREFIX = re.compile(
    r"^(?:đáp án|phương án|câu|ý|lựa chọn|answer|option|key)\s*(?:đúng)?\s*(?:là)?\s*:?\s*", re.IGNORECASE
)
_LABELLED = re.compile(r"^\(?([A-Ja-j])\s*[.):\-/]\s*(\S.*)$", re.DOTALL)


@dataclass(frozen=True)
class KeyReading:
    """Places (from 0) of the right options, or the truth of each statement; or a problem code with values.

    ``sort``: what the cell can only be (BY_TEXT, BY_LETTER, BY_NUMBER), or what it might be beside a text.
    """

    right: frozenset[int] = frozenset()
    truths: tuple[bool, ...] = ()
    problem: str = ""
    warning: str = ""
    values: dict | None = None
    sort: str = ""


@lru_cache(maxsize=8192)
def fold(value: str) -> str:
    """An option's text as it is compared: no marks, no final point."""
    return text.search_key(value).strip(" .;,:!?\"'")


def read_truths(cell: str) -> tuple[bool, ...]:
    """Read "Đ, S, Đ, S", "ĐSĐS", "a) Đúng b) Sai", "T F T F" as truths; () when it is something else.

    "D" stands for "Đ" only where "S" stands beside it: typed without its bar, not the letter of an option.
    """
    upper = cell.upper().replace("Ð", "Đ")
    upper = re.sub(r"(?<![A-ZĐ])\(?[A-J0-9]{1,2}\s*[).:]\s*(?=[A-ZĐ])", " ", upper)
    words = re.findall(r"[^\W\d_]+", re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[ĐST])\d", " ", upper))
    if len(words) == 1 and re.fullmatch(r"[ĐS]{2,10}|[TF]{2,10}|[DS]*S[DS]*", words[0]) and len(words[0]) > 1:
        words = list(words[0])
    if "S" in words:
        words = ["Đ" if word == "D" else word for word in words]
    if re.search(r"[^\W_]", re.sub(r"[^\W\d_]+|\d", "", upper)):
        return ()
    if not words or any(word not in TRUE_WORDS | FALSE_WORDS for word in words):
        return ()
    return tuple(word in TRUE_WORDS for word in words)


def read_key(cell: str, labels: list[str], texts: list[str], habit: Collection[str] = ()) -> KeyReading:
    """Find the right options among ``texts`` (whose columns are ``labels``).

    ``habit``: the sorts of the other keys of the column; by them a cell with two readings is decided, if they agree.
    """
    if not cell.strip():
        return KeyReading(problem="no_key")
    by_label, by_text = _by_labels(cell, labels), _by_text(cell, texts)
    label_sort = BY_NUMBER if re.search(r"\d", cell) else BY_LETTER
    if by_label and by_text and by_label != by_text:
        return _decided(cell, by_label, by_text, label_sort, habit)
    if by_text or by_label:
        sort = "" if by_text == by_label else BY_TEXT if by_text else label_sort
        return KeyReading(right=by_text or by_label, sort=sort)
    labelled = _LABELLED.match(cell.strip())
    if labelled and labelled.group(1).upper() in labels:
        return _by_label_with_text(labelled, labels, texts)
    several = [part for part in re.split(r"[\n;|]+", cell) if part.strip()]
    found = [_by_text(part, texts) for part in several]
    if len(several) > 1 and all(found):
        return KeyReading(right=frozenset().union(*found))
    return KeyReading(problem="key_unknown", values={"key": cell[:60], "labels": ", ".join(labels)})


def _decided(cell: str, by_label: frozenset, by_text: frozenset, sort: str, habit: Collection[str]) -> KeyReading:
    """A cell that names one option by its place and another by its text."""
    values = {"key": cell[:60]}
    if sort in habit and BY_TEXT not in habit:
        return KeyReading(right=by_label, warning="key_by_place", values=values)
    if BY_TEXT in habit and sort not in habit:
        return KeyReading(right=by_text, warning="key_by_text", values=values)
    return KeyReading(problem="key_two_readings", values=values, sort=sort)


def _by_text(cell: str, texts: list[str]) -> frozenset[int]:
    """Places whose text is the key's; exact text before folded, and only if it is one place."""
    for same in (lambda one: one.strip() == cell.strip(), lambda one: fold(one) == fold(cell)):
        places = frozenset(at for at, value in enumerate(texts) if value and same(value))
        if len(places) == 1:
            return places
    return frozenset()


def _by_labels(cell: str, labels: list[str]) -> frozenset[int]:
    bare = _PREFIX.sub("", cell.strip())
    words = [word for word in re.split(r"[\s,;/&+.()\-]+|\bvà\b|\band\b", bare) if word]
    if len(words) == 1 and len(words[0]) > 1 and words[0].isupper() and words[0].isalpha():
        words = list(words[0])  # "AC"
    numbers = {str(ord(label) - ord("A") + 1): label for label in labels}
    if re.fullmatch(r"\d{2,}", bare) and bare.lstrip("0") not in numbers:
        return frozenset()
    named = [numbers.get(word.lstrip("0"), word.upper()) for word in words]
    if not named or any(name not in labels for name in named) or "Đ" in named:
        return frozenset()
    return frozenset(labels.index(name) for name in named)


def _by_label_with_text(labelled: re.Match, labels: list[str], texts: list[str]) -> KeyReading:
    place = labels.index(labelled.group(1).upper())
    same = _by_text(labelled.group(2), texts)
    if same and same != frozenset({place}):
        return KeyReading(problem="key_two_readings", values={"key": labelled.group(0)[:60]})
    return KeyReading(right=frozenset({place}), warning="" if same else "key_text_differs")
