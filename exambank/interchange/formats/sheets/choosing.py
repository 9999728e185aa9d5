"""PURE. The cells of the kinds with options to choose from: letters as keys, truths of statements."""

import re

from exambank import text
from exambank.bank import rules
from exambank.interchange.bank_sheet import LABELS, keys, kinds
from exambank.interchange.formats.sheets.cells import Cells, Given
from exambank.interchange.neutral import REFUSED, WARNING

_NO_WORDS = {"", "0", "khong", "no", "false", "n", "k", "-", "–", "none", "ko"}


def kind_of_choice(kind: str, given: Given) -> str:
    """Settle which of the four kinds it is where the file leaves it open."""
    values, truths = list(given.options.values()), keys.read_truths(given.key)
    if kind == kinds.TRUE_FALSE and len(values) > 2 and not given.is_exact:
        return kinds.CLUSTER
    if kind:
        return kind
    if kinds.is_truth_pair(values) or (not values and len(truths) == 1):
        return kinds.TRUE_FALSE
    if len(truths) > 1:
        return kinds.CLUSTER
    right = keys.read_key(given.key, list(given.options), values, given.habit).right
    return kinds.MULTIPLE if len(right) > 1 else kinds.SINGLE


def read_choice(kind: str, given: Given, locked: str) -> dict:
    """The content of a choice of any of the four kinds."""
    _check_options(kind, given)
    values = list(given.options.values())
    if kind == kinds.TRUE_FALSE:
        return {"options": _true_false(given, values)}
    right = _statements(given, values) if kind == kinds.CLUSTER else _keys(kind, given, values)
    held = _locks(locked, list(given.options))
    return {
        "options": [
            {"html": given.html(value), "is_key": at in right, "is_locked": held[at]} for at, value in enumerate(values)
        ]
    }


def _check_options(kind: str, given: Given) -> None:
    values = list(given.options.values())
    if kind == kinds.TRUE_FALSE:
        if len(values) not in (0, 2):
            given.say(REFUSED, "true_false_options", "options")
        return
    if len(values) < 2:
        given.say(REFUSED, "too_few_options", "options", count=len(values))
    gaps = [label for label in LABELS[: len(values)] if label not in given.options]
    if gaps:
        given.say(WARNING, "option_gap", "options", labels=", ".join(gaps))
    folded = [keys.fold(one) for one in values]
    if kind != kinds.CLUSTER and len(set(values)) < len(values):
        given.say(REFUSED, "same_options", "options")
    elif len(set(folded)) < len(folded) and not given.markup:
        given.say(WARNING, "alike_options", "options")


def _read_key(given: Given, labels: list[str], values: list[str]) -> keys.KeyReading:
    """A key: in a row of our export always letters, though an option's text may be a letter as well."""
    letters = given.key.split(", ")
    if given.is_exact and set(letters) <= set(labels):
        return keys.KeyReading(frozenset(labels.index(letter) for letter in letters))
    reading = keys.read_key(given.key, labels, values, given.habit)
    given.key_sort = "" if reading.problem else reading.sort
    return reading


def _refuse_key(given: Given, reading: keys.KeyReading) -> None:
    """A key that means no option refuses the row; one that means two leaves it without a key."""
    is_open = reading.problem == "key_two_readings"
    given.say(WARNING if is_open else REFUSED, reading.problem, "key", **(reading.values or {}))
    if is_open:
        given.say(WARNING, "no_right_answer", "key")


def _keys(kind: str, given: Given, values: list[str]) -> frozenset[int]:
    reading = _read_key(given, list(given.options), values)
    if reading.problem == "no_key":
        given.say(WARNING, "no_right_answer", "key")
    elif reading.problem:
        _refuse_key(given, reading)
    if reading.warning:
        given.say(WARNING, reading.warning, "key", key=given.key[:60])
    if kind == kinds.SINGLE and len(reading.right) > 1:
        given.say(REFUSED, "several_keys", "key", count=len(reading.right))
    elif len(values) > 1 and len(reading.right) == len(values):
        given.say(WARNING, "all_right", "key")
    return reading.right


def _true_false(given: Given, values: list[str]) -> list[dict]:
    """Two options named by what they mean: in the file's order, or Đúng and Sai when it has none."""
    values = values if len(values) == 2 else ["Đúng", "Sai"]
    means_true = [True, False]
    if kinds.is_truth_pair(values) and not given.is_exact:
        means_true = [one == (True,) for one in map(keys.read_truths, values)]
    truths = keys.read_truths(given.key)
    reading = _read_key(given, list(given.options) if len(given.options) == 2 else ["A", "B"], values)
    if len(truths) == 1:
        right = [meaning == truths[0] for meaning in means_true]
    else:
        right = [at in reading.right for at in range(2)]
        if not given.key:
            given.say(WARNING, "no_right_answer", "key")
        elif reading.problem or len(reading.right) != 1:
            given.say(REFUSED, reading.problem or "several_keys", "key",
                      **(reading.values or {"count": len(reading.right)}))  # fmt: skip
            right = [False, False]
    rows = [
        {"token": "true" if meaning else "false", "html": given.html(value), "is_key": is_key}
        for value, meaning, is_key in zip(values, means_true, right, strict=True)
    ]
    return rows


def _statements(given: Given, values: list[str]) -> frozenset[int]:
    truths = keys.read_truths(given.key)
    if not given.key:
        given.say(WARNING, "no_right_answer", "key")
    if truths and len(truths) != len(values):
        given.say(REFUSED, "truth_count", "key", truths=len(truths), statements=len(values))
    elif truths:
        return frozenset(at for at, truth in enumerate(truths) if truth)
    elif given.key:
        reading = keys.read_key(given.key, list(given.options), values)
        if reading.problem:
            _refuse_key(given, reading)
        return reading.right
    return frozenset()


def _locks(cell: str, labels: list[str]) -> list[bool]:
    """Options that the file says may not move; those that speak of others are known to the kind itself."""
    if text.search_key(cell) in _NO_WORDS:
        return [False] * len(labels)
    named = set(re.split(r"[\s,;/]+", cell.upper().strip()))
    if not named <= set(labels):
        return [True] * len(labels)  # "x", "tất cả": the whole order stays
    return [label in named for label in labels]


def write_choice(kind: str, content: dict, cells: Cells) -> None:
    """Options into their cells, the key as letters or truths."""
    rows = content["options"]
    cells.options = [cells.cell(row["html"]) for row in rows]
    if kind == kinds.CLUSTER:
        cells.key = ", ".join("Đ" if row["is_key"] else "S" for row in rows)
    else:
        cells.key = ", ".join(label for label, row in zip(LABELS, rows, strict=False) if row["is_key"])


def write_locks(kind: str, content: dict) -> str:
    """The letters of the options that stay because somebody said so, not because of what they say."""
    if kind == kinds.TRUE_FALSE:
        return ""
    known = rules.locked_options([rules.plain_text(row["html"]) for row in content["options"]])
    pairs = zip(LABELS, content["options"], known, strict=False)
    return ", ".join(label for label, row, is_known in pairs if row.get("is_locked") and not is_known)
