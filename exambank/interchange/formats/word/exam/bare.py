"""PURE. Options without letters: numbered lines, bullets, or the bare lines below a question, one of them marked."""

import re

from exambank.interchange.formats.word.exam.asking import Asked
from exambank.interchange.formats.word.exam.lines import Line
from exambank.interchange.formats.word.exam.options import LETTERS, MOST_OPTIONS, Option
from exambank.interchange.formats.word.exam.signs import LOOKS, MARKED, shares
from exambank.interchange.formats.word.parts.rich import Rich

_NUMBER = re.compile(r"\s*(?P<star>\*)?\s*(\d{1,2})\s*[.)\-–/]\s*(?=\S)")
_BULLET = re.compile(r"\s*(?P<star>\*(?=\s*[-–•+○□☐]))?\s*[-–•+○●□☐◯▪❑]\s*(?=\S)|\s*(?P<tick>[☑☒✓✔])\s*(?=\S)")
_LONGEST = 300
_MOST_OF = 0.6  # bare lines are options where this share of the questions without letters is so


def find_bare_options(asked: list[Asked]) -> None:
    """Give options to questions that have none by letters, where the paper as a whole is typed so."""
    for numbers in (True, False):
        silent = [one for one in asked if _is_silent(one)]
        found = [(one, _labelled(one, numbers)) for one in silent]
        _apply([(one, options) for one, options in found if options], len(silent))
    silent = [one for one in asked if _is_silent(one)]
    found = [(one, _unlabelled(one)) for one in silent]
    _apply([(one, options) for one, options in found if options], len(silent))


def _is_silent(asked: Asked) -> bool:
    """No options yet, and no answer that needs none."""
    answer = " ".join(line.text.strip() for line in asked.answer_lines)
    return (
        not asked.options
        and asked.block.section.kind != "essay"
        and (not answer or bool(re.fullmatch(r"\d{1,2}\.?", answer)))
    )


def _apply(found: list[tuple[Asked, list[Option]]], total: int) -> None:
    if len(found) < 2 or len(found) < _MOST_OF * total:
        return
    for asked, options in found:
        asked.stem = asked.stem[: len(asked.stem) - len(options)]
        asked.options, asked.answer_lines = options, []


def _labelled(asked: Asked, numbers: bool) -> list[Option]:
    """The last lines, when they are numbered 1, 2, 3 ... or all have bullets, and one of them is marked or named."""
    sign = _NUMBER if numbers else _BULLET
    tail: list[tuple[Line, re.Match]] = []
    for line in reversed(asked.stem[1:]):
        found = None if line.role else sign.match(line.text)
        if not found:
            break
        tail.insert(0, (line, found))
        if numbers and int(found[2]) == 1:
            break
    if not 2 <= len(tail) <= MOST_OPTIONS or (
        numbers and [int(found[2]) for _line, found in tail] != list(range(1, len(tail) + 1))
    ):
        return []
    options = [
        _option(at, line, line.rich[: found.end()], line.rich[found.end() :]) for at, (line, found) in enumerate(tail)
    ]
    for option, (_line, found) in zip(options, tail, strict=True):
        if found["star"] or (not numbers and found["tick"]):
            option.signs.add("star")
    named = [one for one in asked.answers if not one.letters and re.fullmatch(r"\d{1,2}", one.words.strip(" ."))]
    if named and 1 <= int(named[0].words.strip(" .")) <= len(options):
        named[0].letters = (LETTERS[int(named[0].words.strip(" .")) - 1],)
        return options
    return options if _has_one_mark(options) else []


def _unlabelled(asked: Asked) -> list[Option]:
    lines = asked.stem[1:]
    if not 2 <= len(lines) <= 6 or any(line.role or len(line.text) > _LONGEST for line in lines):
        return []
    options = [_option(at, line, Rich(), line.rich) for at, line in enumerate(lines)]
    return options if _has_one_mark(options) else []


def _option(at: int, line: Line, label: Rich, text: Rich) -> Option:
    return Option(LETTERS[at], label, text.strip(), line.place)


def _has_one_mark(options: list[Option]) -> bool:
    if sum("star" in one.signs for one in options) == 1:
        return True
    rows = [shares(one.text) for one in options]
    return any(
        sum(row.get(name, 0) >= MARKED for row in rows) == 1 for name in LOOKS if name not in ("italic", "strike")
    )
