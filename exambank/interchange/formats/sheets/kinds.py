"""PURE. One register of the kinds: how each reads its cells and writes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from exambank.bank import rules
from exambank.interchange.bank_sheet import keys, kinds
from exambank.interchange.formats.sheets import choosing, paired, typed, written
from exambank.interchange.formats.sheets.cells import Cells, Given
from exambank.interchange.formats.sheets.marks import BAR, guard
from exambank.interchange.formats.sheets.scoring import read_scoring, usual_unit_rule, write_scoring
from exambank.interchange.neutral import REFUSED, WARNING

CHOICES = (kinds.SINGLE, kinds.MULTIPLE, kinds.TRUE_FALSE, kinds.CLUSTER)
LONGEST_SHORT_ANSWER = 60


@dataclass(frozen=True)
class _Way:
    read: Callable[[Given], tuple[str, dict]]
    write: Callable[[str, dict, Cells], None]


_WAYS = {
    "short_text": _Way(typed.read_short_text, typed.write_short_text),
    "numeric": _Way(typed.read_numeric, typed.write_numeric),
    "fill_in": _Way(typed.read_fill_in, typed.write_fill_in),
    "matching": _Way(paired.read_matching, paired.write_matching),
    "ordering": _Way(paired.read_ordering, paired.write_ordering),
    "essay": _Way(written.read_essay, written.write_essay),
    "oral": _Way(written.read_oral, written.write_oral),
}
_PAIRED = {"matching", "ordering", "essay"}  # what stands in their option cells is no option to choose
USES_OPTIONS = frozenset({*CHOICES, *_PAIRED})


def settle_kind(word: str, given: Given, has_option_columns: bool) -> str:
    """The kind of a row whose column of kinds says ``word``; inferred from its cells where it says nothing."""
    told = kinds.read_kind(word)
    if told == kinds.UNKNOWN:
        given.say(WARNING, "kind_unknown", "kind", kind=word[:60])
        told = kinds.AMBIGUOUS
    if told == "fill_in" and _names_its_answers(given):
        given.key = "".join(f"{guard(value, BAR)} | " for value in given.options.values())
        return "short_text"
    if told in kinds.FURTHER:
        return told
    if told == kinds.AMBIGUOUS and not word.strip():
        found = _inferred(given, has_option_columns)
        if found:
            return found
    return choosing.kind_of_choice(told, given)


def _names_its_answers(given: Given) -> bool:
    """Whether the option cells of a question to fill in hold what is accepted, as in the sheets of Quizizz."""
    blanks = len(re.findall(r"_{3,}|\.{4,}|…{2,}", given.stem))
    is_marked = re.search(r"\[\[|\{\{", given.stem)
    return bool(given.options) and not (given.is_exact or given.key or is_marked) and blanks < 2


def _inferred(given: Given, has_option_columns: bool) -> str:
    """What a row without a kind is when it is no choice; "" when it looks like one."""
    if paired.looks_paired(given):
        return "matching"
    if given.options or len(keys.read_truths(given.key)) == 1:
        return ""
    if re.search(r"(?<!\\)(?:\[\[|\{\{)[^\[\]{}]", given.stem):
        return "fill_in"
    if has_option_columns or not given.key or re.fullmatch(r"[A-Ja-j](?:[\s,;.]+[A-Ja-j])*\.?", given.key):
        return ""
    is_number = rules.read_number(rules.split_unit(given.key.partition("±")[0])[0]) is not None
    kind = "numeric" if is_number else "short_text" if len(given.key) <= LONGEST_SHORT_ANSWER else "essay"
    given.say(WARNING, "sheet_kind_guessed", "key", kind=kinds.WORDS[kind][0])
    return kind


def read_cells(kind: str, given: Given, locked: str) -> tuple[str, dict]:
    """The stem and the content that the cells tell."""
    if kind in _WAYS:
        stem, content = _WAYS[kind].read(given)
    elif kind == "case":
        stem, content = given.html(given.stem), {"questions": []}
    else:
        stem, content = given.html(given.stem), choosing.read_choice(kind, given, locked)
    return stem, _with_scoring(kind, content, given)


def _with_scoring(kind: str, content: dict, given: Given) -> dict:
    told, unknown = read_scoring(kind, given.scoring)
    units = [*content.get("units", []), *told.pop("units", [])]
    if kind == "numeric":
        content["units"] = units
        told["scoring"].setdefault("unit", usual_unit_rule(units))
    if kind == kinds.CLUSTER and not _fits(told["scoring"].get("table"), len(content["options"])):
        unknown = unknown or [given.scoring]
    if unknown and kind == kinds.CLUSTER:
        statements = len(content["options"])
        given.say(REFUSED, "bad_scoring", "scoring", wanted=statements + 1, statements=statements)
        told = {"scoring": {}}
    elif unknown:
        given.say(WARNING, "sheet_scoring_unknown", "scoring", words="; ".join(unknown)[:100])
    return {**content, **told}


def _fits(table: list[str] | None, statements: int) -> bool:
    if table is None:
        return True
    numbers = [rules.read_number(share) for share in table]
    return len(table) == statements + 1 and numbers == sorted(numbers) and numbers[0] == 0 and numbers[-1] == 1


def write_cells(kind: str, stem: str, content: dict, as_markup: bool) -> Cells:
    """The cells of an item. NotPlain when it has to be markup."""
    cells = Cells(as_markup)
    if kind in _WAYS:
        _WAYS[kind].write(stem, content, cells)
    else:
        cells.stem = cells.cell(stem)
        if kind != "case":
            choosing.write_choice(kind, content, cells)
    if kind != "numeric":
        cells.scoring = write_scoring(kind, content)
    return cells
