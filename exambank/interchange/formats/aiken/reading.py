"""PURE. An Aiken file: a question, lettered options, "ANSWER: B". Read more leniently than Moodle does."""

import re
from dataclasses import dataclass, field

from exambank import text
from exambank.bank import rules
from exambank.interchange.formats.gift.decoding import words_of
from exambank.interchange.formats.moodle.choices import true_false_rows
from exambank.interchange.formats.moodle.slices import MOST_QUESTIONS
from exambank.interchange.neutral import (
    NOTICE,
    REFUSED,
    WARNING,
    Entry,
    Place,
    Problem,
    Reading,
    Source,
    UnreadableFile,
    draft_of,
)
from exambank.interchange.texts import read_plain

_OPTION = re.compile(r"^\s*([A-Za-z])\s*[).]\s*(.*)$")
_ANSWER = re.compile(r"^\s*(?:ANSWERS?|ĐÁP ÁN|DAP AN)\s*[:.]\s*(.*)$", re.IGNORECASE)
# not Aiken, but typed right under the answer line by people and programs that want to say why
_REASON = re.compile(
    r"^\s*(?:FEEDBACK|EXPLANATION|RATIONALE|GIẢI THÍCH|LỜI GIẢI|HƯỚNG DẪN GIẢI)\s*[:.]\s*(.+)$", re.IGNORECASE
)
_NUMBER = re.compile(r"^\s*((?:Câu|Bài|Question|Q)?\s*(\d{1,4}))\s*[.:)]\s*(?=\S)", re.IGNORECASE)


@dataclass
class _Block:
    """Lines up to an answer line."""

    first: int = 0
    last: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    answer: str | None = None
    reason: str = ""
    number: str = ""  # "Câu 12"
    shown: list[str] = field(default_factory=list)


def read(source: Source) -> Reading:
    """Every question of the file, told by its lines. UnreadableFile when there is none."""
    words, is_guessed = words_of(source.body)
    blocks = _blocks(text.nfc(words))
    if not blocks:
        raise UnreadableFile("no_questions")
    if len(blocks) > MOST_QUESTIONS:
        raise UnreadableFile("too_many_questions", count=len(blocks), limit=MOST_QUESTIONS)
    _take_numbers(blocks)
    entries = []
    for number, block in enumerate(blocks, start=1):
        entries.append(_entry(block))
        if number % 20 == 0:
            source.progress(number, len(blocks))
    notices = (("moodle_text_encoding_guessed", {}),) if is_guessed else ()
    return Reading("aiken", tuple(entries), notices=notices)


def _blocks(words: str) -> list[_Block]:
    found: list[_Block] = []
    current = _Block()
    gap = False
    for number, line in enumerate(words.split("\n"), start=1):
        plain = text.strip_control(line).strip()
        if not plain:
            gap = True
            continue
        answer = _ANSWER.match(plain)
        option = _OPTION.match(plain)
        if gap and current.options and answer is None and not _continues(current, option):
            found.append(current)  # a question without its answer line
            current = _Block()
        is_reason = bool(found) and not gap and not current.shown and _gives_reason(found[-1], plain, number)
        gap = False
        if is_reason:
            continue
        current.first = current.first or number
        current.last = number
        current.shown.append(plain)
        if answer:
            current.answer = answer[1].strip()
            found.append(current)
            current = _Block()
        elif option and current.stem and _is_next(current, option[1]):
            current.options.append((option[1].upper(), [option[2].strip()]))
        elif current.options:
            current.options[-1][1].append(plain)
        else:
            current.stem.append(plain)
    return [*found, current] if current.shown else found


def _gives_reason(block: _Block, line: str, number: int) -> bool:
    """Whether this line right under an answer line says why; the block keeps it."""
    found = _REASON.match(line) if block.answer is not None and not block.reason else None
    if found:
        block.reason, block.last = found[1], number
        block.shown.append(line)
    return found is not None


def _is_next(block: _Block, letter: str) -> bool:
    """Whether this letter is the next option's: "I. Phần một" within a question is none."""
    expected = chr(ord("A") + len(block.options))
    return letter.upper() == expected


def _continues(block: _Block, option: re.Match | None) -> bool:
    return option is not None and _is_next(block, option[1])


def _take_numbers(blocks: list[_Block]) -> None:
    """Where all stems are counted one after the other ("Câu 1:"), the numbers are no part of what is asked."""
    found = [_NUMBER.match(block.stem[0]) if block.stem else None for block in blocks]
    if len(found) < 2 or not all(found):
        return
    counted = [int(one[2]) for one in found]
    if counted != list(range(counted[0], counted[0] + len(counted))):
        return
    for block, one in zip(blocks, found, strict=True):
        block.number, block.stem[0] = " ".join(one[1].split()), block.stem[0][one.end() :]


def _entry(block: _Block) -> Entry:
    place = Place("lines", {"first": block.first, "last": block.last})
    shown = (("Aiken", "\n".join(block.shown)[:2000]),)
    stem, options = "\n".join(block.stem), ["\n".join(lines) for _letter, lines in block.options]
    name = " ".join(stem.split())[:60]
    code = "aiken_no_stem" if not stem else "aiken_no_options" if len(options) < 2 else ""
    if code:
        return Entry(place, name, problems=(Problem(code, REFUSED),), source=shown)
    keys, problems = _keys(block)
    texts = [read_plain(option).html for option in options]
    kind = "single_choice" if len(keys) < 2 else "multiple_choice"
    rows = [{"html": one, "is_key": place in keys} for place, one in enumerate(texts)]
    pair = true_false_rows(texts)
    if pair and len(keys) == 1:
        kind = "true_false"
        rows = [{**rows[one], "token": token} for token, one in zip(("true", "false"), pair, strict=True)]
    content = {"options": rows, **({"explanation": read_plain(block.reason).html} if block.reason else {})}
    draft = draft_of(kind, read_plain(stem).html, content)
    return Entry(place, block.number or rules.plain_text(draft.stem)[:60], draft, None, problems, shown)


def _keys(block: _Block) -> tuple[set[int], tuple[Problem, ...]]:
    """The places of the options that the answer line names."""
    letters = [letter for letter, _lines in block.options]
    if block.answer is None:
        return set(), (Problem("no_right_answer", WARNING),)
    head = re.split(r"[).]|\s+-\s+", block.answer, maxsplit=1)[0].strip() if len(block.answer) > 1 else block.answer
    named = re.findall(r"[A-Z]", head.upper()) if re.fullmatch(r"[A-Za-z](?:\s*[,;&+ ]\s*[A-Za-z])*", head) else []
    keys = {letters.index(letter) for letter in named if letter in letters}
    if not named or len(keys) < len(set(named)):
        return set(), (Problem("aiken_answer", WARNING, values={"answer": block.answer[:40]}),)
    return keys, (Problem("aiken_several", NOTICE),) if len(keys) > 1 else ()
