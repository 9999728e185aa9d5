"""PURE. Lines into questions: where each begins, what belongs to it, what stands before, between and behind them."""

import re
from collections.abc import Callable

from exambank.interchange.formats.word.exam import keylists, words
from exambank.interchange.formats.word.exam.instructions import is_apart, is_instruction
from exambank.interchange.formats.word.exam.lines import EXPLANATION, KEY, LEVEL, OPTION, QUESTION, TABLE, TOPIC, Line
from exambank.interchange.formats.word.exam.marks import (
    SEPARATOR,
    SOLUTION,
    TAG,
    answer_line,
    states_letter,
    tag_values,
)
from exambank.interchange.formats.word.exam.modes import Mode, possible_modes
from exambank.interchange.formats.word.exam.options import starts_option
from exambank.interchange.formats.word.exam.paper import Block, Group, Paper, Section
from exambank.interchange.formats.word.parts.rich import plain_rich
from exambank.interchange.neutral import Place

_NUMERIC = ("decimal", "decimalZero")


def scan(lines: list[Line]) -> Paper:
    """The paper read by the sign of questions that makes the most of it."""
    modes = possible_modes(lines)
    papers = [_Scanner(mode).scan(lines) for mode in modes]
    return max(papers, key=_worth)


def _worth(paper: Paper) -> tuple[int, bool, int]:
    questions = [block for block in paper.blocks if not block.is_solution]
    is_worded = paper.mode in (Mode.WORD, Mode.ROW) and bool(questions)
    return sum(block.has_options for block in questions), is_worded, len(questions)


class _Scanner:
    def __init__(self, mode: str):
        self.mode = mode
        self.paper = Paper(mode=mode)
        self.section = Section()
        self.level = ""
        self.block: Block | None = None
        self.group: Group | None = None
        self.is_after = False  # behind the end of the paper
        self.in_keys = False
        self.in_solutions = False
        self.series = self.last = self.key_series = self.key_last = 0
        self.known: set[int] = set()  # the numbers of the questions so far

    def scan(self, lines: list[Line]) -> Paper:
        self.lines = lines
        if self.mode == Mode.TAG and lines:
            self.begin(lines[0], "", "")
        steps: tuple[Callable[[Line, int], bool], ...] = (
            self._row, self._tags, self._key_section, self._end, self._comment, self._start, self._shared,
            self._heading,
        )  # fmt: skip
        for at, line in enumerate(lines):
            if not any(step(line, at) for step in steps):
                self._other(line)
        self.paper.blocks = [block for block in self.paper.blocks if block.lines or block.word]
        used = {block.group for block in self.paper.blocks}
        self.paper.left += [line for one in self.paper.groups.values() if one.number not in used for line in one.lines]
        for place, block in enumerate(self.paper.blocks, start=1):
            if not block.number:
                block.number, block.word = str(place), "Câu"
        return self.paper

    # --- what a line may be ---

    def _row(self, line: Line, at: int) -> bool:
        """Cells of a table of questions say themselves what they are."""
        if line.role == QUESTION:
            self.begin(line, line.mark, "", lines=[line])
        elif line.role == TOPIC and self.block:
            self.block.section = Section(topics=(words.topic_name(line.text),), kind=self.section.kind)
        elif line.role == LEVEL and self.block:
            self.block.level = words.level_of(line.text) or line.text.strip()[:60]
        elif line.role in (KEY, EXPLANATION, OPTION) and self.block:
            self.block.lines.append(line)
        else:
            return False
        return True

    def _tags(self, line: Line, at: int) -> bool:
        """HUTECH writes what separates and describes questions in tags."""
        if "[<" not in line.text:
            return False
        plain, values = tag_values(line.text)
        if values and self.block:
            self.block.values.update(values)
        names = {(sign + name).lower() for sign, name in TAG.findall(plain)}
        if self.mode == Mode.TAG and names & {"br", "/q", "hr"}:
            rest = SEPARATOR.split(line.text)[0]
            if rest.strip() and self.block:
                self.block.lines.append(Line(line.rich[: len(rest)], line.place))
            self.begin(line, "", "")
            return True
        if "sg" in names:
            self._begin_group(line, is_tagged=True)
        if "egc" in names and self.group:
            self.group.is_open = False
            if self.mode == Mode.TAG:
                self.begin(line, "", "")
        if "/sg" in names:
            self.group = None
            if self.block and not self.block.lines:
                self.block.group = 0
        if values or names & {"sg", "egc", "/sg", "br"}:
            rest = TAG.sub("", plain).strip()
            if not rest:
                return True
            line.rich = plain_rich(rest) if values or names else line.rich
        return False

    def _key_section(self, line: Line, at: int) -> bool:
        if line.role == TABLE:
            entries = keylists.table_entries(line.table)
            if len(entries) >= 2:
                self._take_keys(entries, line.place)
                self.in_keys = True
                return True
            return False
        entries = keylists.entries_in(line.text)
        if self.in_keys and not entries and (entries := keylists.entries_behind(line.text)):
            self._open_part(line)
        following = self.lines[at + 1].text if at + 1 < len(self.lines) else ""
        if entries and not (len(entries) == 1 and starts_option(following)) and self._are_keys(line, entries):
            self._take_keys([(number, value, "") for number, value in entries], line.place)
            self.in_keys = True
            return True
        if self.in_keys:
            return self._within_keys(line)
        if self._is_key_heading(line, at):
            self.in_keys, self.block = True, None
            self.in_solutions = bool(keylists.SOLUTIONS.search(line.text))
            return True
        return False

    def _within_keys(self, line: Line) -> bool:
        if keylists.KEY_HEADING.match(line.text) and len(line.text) < 120:
            self.in_solutions = self.in_solutions or bool(keylists.SOLUTIONS.search(line.text))
            return True
        number = keylists.section_number(line.text)
        if number and len(line.text) < 200:
            self._open_part(line)
            self.in_solutions = self.in_solutions or self.section.kind == "essay"  # what follows are model answers
            return True
        start = self._found_start(line)
        worded = keylists.worded_entry(line.text)
        if worded and self._is_known(worded[0]) and not self.in_solutions and len(worded[1]) <= 40:
            self._take_keys([(*worded, "")], line.place)
            return True
        if start:
            self.in_keys = False
        return False

    def _open_part(self, line: Line) -> None:
        number = keylists.section_number(line.text)
        self.section = Section(number, words.topic_name(line.text), words.kind_hint(line.text))
        self.key_last = 0

    def _is_known(self, number: int) -> bool:
        return number in self.known

    def _are_keys(self, line: Line, entries: list) -> bool:
        """Whether "1. A" is a key and not a question or an option: it names a question that was, or comes after all."""
        if self.in_keys or len(entries) >= 3:
            return True
        if self.block is not None and not self.block.has_options and self.block.lines and len(entries) < 2:
            return words.question_start(line.text) is not None and self._is_known(entries[0][0])
        return all(self._is_known(number) for number, _value in entries)

    def _take_keys(self, entries: list, place: Place) -> None:
        for number, value, code in entries:
            if number <= self.key_last and not code:
                self.key_series += 1
            self.key_last = number
            entry = keylists.KeyEntry(number, value, self.section.number, self.key_series, code)
            self.paper.keys.append((entry, place))

    def _is_key_heading(self, line: Line, at: int) -> bool:
        """A heading such as "ĐÁP ÁN" is one when keys or solutions of several questions follow it."""
        if len(line.text) > 150 or not keylists.KEY_HEADING.match(line.text) or not self.paper.blocks:
            return False
        if self.block is not None and states_letter(line.text):  # the key of the question above
            return False
        following = self.lines[at + 1 : at + 7]
        for one in following[:4]:
            if one.role == TABLE and len(keylists.table_entries(one.table)) >= 2:
                return True
            if one.role == "" and (keylists.entries_in(one.text) or keylists.entries_behind(one.text)):
                return True
        if answer_line(line.text) and line.text.strip().rstrip(":.").lower() not in ("đáp án", "bảng đáp án"):
            return False
        for one in following[:3]:
            start = words.question_start(one.text) or (words.NUMBERED.match(one.text) if one.role == "" else None)
            if (
                start
                and self._is_known(int(re.match(r"\d+", start["number"])[0]))
                and int(re.match(r"\d+", start["number"])[0]) <= 1
            ):
                return True
        return False

    def _end(self, line: Line, at: int) -> bool:
        if line.role == "" and words.END.match(line.text) and self.paper.blocks:
            self.is_after, self.block, self.group = True, None, None
            return True
        return False

    def _comment(self, line: Line, at: int) -> bool:
        found = words.COMMENT.match(line.text)
        level = words.level_of(found[1]) if found else ""
        if found and not level:
            self.paper.comments += 1
            name = words.topic_name(found[1])
            if words.TOPIC.match(found[1]):
                self.section = Section(self.section.number, self.section.title, self.section.kind, (name,))
            self.block = None
            return True
        if not found and line.role == "":
            level = words.level_line(line.text)
        if not level:
            return False
        is_heading = bool(found) or not re.match(r"\s*(?:mức|cấp\s*độ|độ\s*khó|level)\b.*:", line.text, re.IGNORECASE)
        if is_heading and (self.block is None or self.block.has_options or found):
            self.section = Section(**{**self.section.__dict__, "level": level})
            self.block = None
        elif is_heading:
            return False
        elif self.block is not None:
            self.block.level = level
        else:
            self.section = Section(**{**self.section.__dict__, "level": level})
        return True

    def _start(self, line: Line, at: int) -> bool:
        found = self._found_start(line)
        if not found:
            return False
        is_typed = found.re is not words.NUMBERED
        word = " ".join(found["word"].split()).rstrip("= ") if is_typed and "word" in found.groupdict() else ""
        rest = line.rich[found.end() :].strip()
        family = line.label.family if line.label else None
        kept = [] if rest.is_empty else [Line(rest, line.place, outline=None)]
        self.begin(line, found["number"], word, lines=kept, family=family)
        self.is_after = False
        return True

    def _found_start(self, line: Line) -> re.Match | None:
        if line.role != "":
            return None
        found = words.question_start(line.text)
        is_lesson = bool(found) and found["word"].lower().startswith("bài")
        if self.mode == Mode.WORD and self.in_solutions and not found:
            number = words.NUMBERED.match(line.text)
            return number if number and self._is_known(int(number["number"])) else None
        if self.mode == Mode.WORD:
            return found if found and (not is_lesson or self._is_question(line, found)) else None
        if self.mode == Mode.LESSON:
            return found
        if self.mode == Mode.NUMBER and not found:
            found = words.NUMBERED.match(line.text)
            return found if found and self._continues(line, int(found["number"])) else None
        return None

    def _is_question(self, line: Line, found: re.Match) -> bool:
        """Among "Câu n", "Bài n" is a heading unless it is given points, or stands in a part of essays."""
        has_points = bool(words.points_mark(line.text)[0])
        return line.outline is None and (has_points or self.section.kind == "essay")

    def _continues(self, line: Line, number: int) -> bool:
        """Whether a numbered line begins a question: lists within a question have numbers too."""
        is_list = line.label is not None and line.label.style not in _NUMERIC
        if is_list or line.outline is not None:
            return False
        block = self.block
        if block is None or block.has_options or block.ends_in_solution or self.mode != Mode.NUMBER:
            return True
        family = line.label.family if line.label else None
        return number == block.order + 1 and family == block.family and not block.lines_end_open

    def _shared(self, line: Line, at: int) -> bool:
        """The text that several questions share begins."""
        if line.role != "":
            return False
        found = words.is_shared(line.text)
        is_reading = self.group is not None and self.group.is_open and self.block is None
        if found is None and not is_reading and is_instruction(line, self.block):
            found = (0, 0)
        is_inside = self.block is not None and not self.block.has_options
        if found is None or (is_inside and found == (0, 0)):
            return False
        self._begin_group(line, *found)
        self.group.lines.append(line)
        return True

    def _begin_group(self, line: Line, first: int = 0, last: int = 0, is_tagged: bool = False) -> None:
        number = len(self.paper.groups) + 1
        self.group = Group(number, line.place, [], first, last, is_tagged=is_tagged)
        self.paper.groups[number] = self.group
        self.block = None

    def _heading(self, line: Line, at: int) -> bool:
        if line.role != "" or not self._is_heading(line):
            return False
        if self.group and not self.group.is_tagged:
            self.group = None
        title = line.rich.plain()
        number = keylists.section_number(title)
        is_part = words.is_section(title) or bool(number) or bool(words.kind_hint(title))
        topic = words.section_topic(title) if words.is_section(title) else words.topic_name(title)
        kind = words.kind_hint(title) or ("" if is_part else self.section.kind)
        if words.kind_hint(title) and not words.TOPIC.match(title):
            topic = ""
        level = words.level_line(title)
        topics = (topic,) if topic else self.section.topics if is_part and not number else ()
        self.section = Section(
            number or self.section.number, words.topic_name(title), kind, topics, level, words.each_points(title)
        )  # fmt: skip
        self.block = None
        return True

    def _is_heading(self, line: Line) -> bool:
        title = line.text.strip()
        if len(title) > 300 or words.META.match(title) or answer_line(title) or SOLUTION.match(title):
            return False
        is_open = self.block is not None and not self.block.has_options and bool(self.block.lines)
        if line.outline is not None and not starts_option(title):
            return True
        if words.is_section(title):
            return not (is_open and len(title) > 150)
        if words.question_start(title) and self.mode == Mode.WORD:  # "Bài 3" as a heading
            return True
        if (
            words.TOPIC.match(title)
            and re.match(r"\s*\S+(?:\s+\S+)?\s+(?:\d{1,3}|[IVX]{1,5})\b", title)
            and not is_open
        ):
            return not title.endswith((".", "?", ";"))
        if is_open:
            return False
        if words.ROMAN.match(title) and len(title) < 150:
            return True
        return self.block is not None and title.isupper() and 8 <= len(title) <= 150 and not starts_option(title)

    def _other(self, line: Line) -> None:
        if self.group is not None and self.group.is_open and self.block is None:
            self.group.lines.append(line)
        elif self.block is not None and not is_apart(line, self.block):
            self.block.lines.append(line)
        elif self.paper.blocks:
            self.paper.left.append(line)
        else:
            self.paper.header.append(line)

    def begin(
        self, line: Line, number: str, word: str, *, lines: list[Line] | None = None, family: object = None
    ) -> None:
        """A question begins."""
        order = int(re.match(r"\d+", number)[0]) if re.match(r"\d+", number) else 0
        if order and order <= self.last:
            self.series += 1
        self.last = order or self.last
        self._settle_group(order)
        is_solution = self.in_solutions and order in self.known
        self.known.add(order)
        self.block = Block(
            line.place, number, word, lines or [], self.section, "", (), self.series,
            self.group.number if self.group else 0, family, is_solution,
        )  # fmt: skip
        self.paper.blocks.append(self.block)

    def _settle_group(self, order: int) -> None:
        if self.group is None:
            return
        if self.group.last and order and not self.group.first <= order <= self.group.last:
            self.group = None
        elif not self.group.is_tagged:
            self.group.is_open = False
