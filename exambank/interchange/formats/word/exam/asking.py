"""PURE. A question's lines into what it asks, its options, the answers that it states, and its solution."""

import re
from dataclasses import dataclass, field

from exambank.interchange.formats.word.exam import marks, words
from exambank.interchange.formats.word.exam.keylists import truths_of
from exambank.interchange.formats.word.exam.lines import EXPLANATION, KEY, TABLE, Line
from exambank.interchange.formats.word.exam.options import Option, part
from exambank.interchange.formats.word.exam.paper import Block
from exambank.interchange.formats.word.parts.rich import Rich, Thing, plain_rich
from exambank.interchange.neutral import Place, Problem

_INLINE = re.compile(
    r"(?:\t|\s{2,}|\s*[(\[])\s*(?:đáp\s*án|đa|đ/a|answer|key)\s*[:.]?\s*([A-J](?:\s*[,;]\s*[A-J])*)\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"(?:[\t(\[]|(?<=[.?!:;…])\s)\s{0,4}(?:đáp\s?số|đs|kq)\s?[:=]\s{0,4}"
    r"([-−+]?\d[\d.,/]{0,20}(?:\s?[^\W\d]{1,8})?%?)\s{0,4}[)\]]?\.?\s*$",
    re.IGNORECASE,
)


@dataclass
class Answer:
    """What a line states as the answer: letters of options, or words."""

    words: str
    place: Place
    letters: tuple[str, ...] = ()


@dataclass
class Asked:
    """A question understood as far as its own lines go."""

    block: Block
    stem: list[Line] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    answer_lines: list[Line] = field(default_factory=list)  # what stands under "Đáp án" without being a letter
    explanation: list[Line] = field(default_factory=list)
    level: str = ""
    points: str = ""
    tags: tuple[str, ...] = ()
    is_disordered: bool = False
    meta: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def explanation_only(self) -> bool:
        return bool(self.explanation) and not self.answers

    @property
    def rich_parts(self) -> list[Rich]:
        lines = [*self.stem, *self.answer_lines, *self.explanation]
        found = [line.rich for line in lines if line.role != TABLE] + [option.text for option in self.options]
        tables = [cell for line in lines if line.role == TABLE for row in line.table.rows for cell in row]
        return found + [one.rich for cell in tables for one in cell.paragraphs]

    @property
    def things(self) -> list[Thing]:
        return [thing for rich in self.rich_parts for thing in rich.things]

    @property
    def stem_text(self) -> str:
        return " ".join(line.rich.plain() for line in self.stem if line.role != TABLE)


def ask(block: Block, *, prefers_upper: bool = True) -> Asked:
    """Take a block apart."""
    asked = Asked(block, level=block.level or block.section.level)
    body = _Body(asked)
    for line in block.lines:
        body.take(line)
    parted = part(body.lines, prefers_upper=prefers_upper)
    asked.stem, asked.options, asked.is_disordered = parted.stem, parted.options, parted.is_disordered
    _read_marks(asked)
    _take_late_letter(asked)
    _take_joined_letters(asked)
    if not asked.answers and asked.options:
        letter = marks.chosen_within(" ".join(line.text for line in asked.explanation))
        if letter:
            asked.answers.append(Answer(letter, asked.explanation[0].place, (letter,)))
    return asked


def _take_late_letter(asked: Asked) -> None:
    """The letter stands in the line below "Đáp án:"."""
    if not asked.options or not asked.answer_lines or any(one.letters for one in asked.answers):
        return
    picked = marks.chosen(asked.answer_lines[0].text.strip())
    if picked and picked[0]:
        line = asked.answer_lines.pop(0)
        asked.answers.append(Answer(line.text.strip(), line.place, picked[0]))
        asked.explanation = [*asked.answer_lines, *asked.explanation]
        asked.answer_lines = []


def _take_joined_letters(asked: Asked) -> None:
    """ "BD": the letters of several options, where all of them are options and stand in their order."""
    known = {one.letter for one in asked.options}
    for answer in asked.answers:
        said = answer.words.strip(" .;")
        letters = tuple(said.upper())
        is_row = re.fullmatch(r"[A-J]{2,6}|[a-j]{2,6}", said) and list(letters) == sorted(known & set(letters))
        if answer.letters or not is_row:
            continue
        answer.letters = letters
        asked.explanation = [*(one for one in asked.answer_lines if one.text.strip(" .;") != said), *asked.explanation]
        asked.answer_lines = []


class _Body:
    """Sorts the lines of a question: its body, its answer, its solution."""

    def __init__(self, asked: Asked):
        self.asked, self.lines = asked, []
        self.into: list[Line] = self.lines

    def take(self, line: Line) -> None:
        if line.role == KEY:
            self._answer(line, 0)
        elif line.role == EXPLANATION:
            self.asked.explanation.append(line)
        elif line.role:
            self.into.append(line)
        else:
            self._take_words(self._without_tags(line))

    def _without_tags(self, line: Line) -> Line:
        rich = line.rich
        while found := marks.ANSWER_TAG.search(rich.text):
            value = (found[1] or found[2]).strip()
            self._state(value, line.place)
            rich = rich.without(found.start(), found.end())
        if found := _INLINE.search(rich.text) or _RESULT.search(rich.text):
            self._state(found[1], line.place)
            rich = rich[: found.start()]
        return line if rich is line.rich else Line(rich.strip(), line.place, line.label, line.outline)

    def _take_words(self, line: Line) -> None:
        if line.rich.is_empty:
            return
        meta = words.META.match(line.text)
        if meta and self.lines:
            self.asked.meta[_meta_name(meta)] = meta["value"]
            return
        solution = marks.SOLUTION.match(line.text)
        answer = None if solution else marks.answer_line(line.text)
        if solution:
            self.into = self.asked.explanation
            self._rest(line, solution.end())
        elif answer and (self.into is not self.asked.explanation or marks.chosen(line.text[answer[1] :])):
            self._answer(line, answer[1])
        else:
            self.into.append(line)

    def _rest(self, line: Line, start: int) -> None:
        rest = line.rich[start:].strip()
        if not rest.is_empty:
            self.into.append(Line(rest, line.place))

    def _answer(self, line: Line, start: int) -> None:
        """A line that states the answer; what it adds to a letter is an explanation."""
        rest = line.text[start:].strip()
        picked = marks.chosen(rest)
        if not rest:
            self.into = self.asked.answer_lines
        elif len(truths_of(rest)) >= 2:  # a) Đúng; b) Sai: the truths of statements, no letter of an option
            self.asked.answers.append(Answer(rest, line.place))
            self.into = self.asked.explanation
        elif picked and picked[0]:
            self.asked.answers.append(Answer(rest, line.place, picked[0]))
            if picked[1] and not self._is_option(picked[1]):
                self.asked.explanation.append(Line(plain_rich(picked[1]), line.place))
            self.into = self.asked.explanation
        else:
            self.asked.answers.append(Answer(rest, line.place))
            self.into = self.asked.answer_lines
            self._rest(line, start)

    def _is_option(self, said: str) -> bool:
        plain = " ".join(said.split()).strip(" .").lower()
        return any(plain in " ".join(line.text.split()).lower() for line in self.lines)

    def _state(self, value: str, place: Place) -> None:
        picked = marks.chosen(value)
        joined = re.fullmatch(r"(?:[A-J]\s*[-–>]+\s*)+[A-J]", value, re.IGNORECASE)
        letters = picked[0] if picked and not joined and not picked[1] else ()
        same = next((one for one in self.asked.answers if one.letters and letters), None)
        if same is not None:  # "[<Ans=C>]" and "[<Ans=F>]" together
            same.letters = tuple(dict.fromkeys([*same.letters, *letters]))
        else:
            self.asked.answers.append(Answer(value, place, letters))


def _meta_name(meta: re.Match) -> str:
    return next(name for name in ("points", "topic", "tag", "outcome", "source", "mix") if meta[name])


def _read_marks(asked: Asked) -> None:
    """Level, points and codes that stand in the stem go from there to their own places."""
    for at, line in enumerate(asked.stem):
        if line.role == TABLE or (at and at != len(asked.stem) - 1):
            continue
        rich = line.rich
        level, start, end = words.level_mark(rich.text)
        if level:
            asked.level = asked.block.level or level
            rich = rich.without(start, end)
        points, start, end = words.points_mark(rich.text)
        is_own = not asked.block.is_solution or start == 0  # in a solution, points are those of a line of it
        if points and at == 0 and is_own:
            asked.points = points
            rich = rich.without(start, end)
        code = words.CODE.match(rich.text)
        if code and at == 0:
            asked.tags = (*asked.tags, code[1])
            rich = rich[code.end() :]
        if rich is not line.rich:
            rich = rich.strip() if rich.text[:1] not in ".:" else rich[1:].strip()
            asked.stem[at] = Line(rich, line.place, line.label, line.outline)
    asked.stem = [line for line in asked.stem if line.role == TABLE or not line.rich.is_empty]
