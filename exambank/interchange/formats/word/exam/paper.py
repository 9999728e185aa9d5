"""PURE. A paper as it was found: questions with their lines, shared texts, keys, what stands around them."""

import re
from dataclasses import dataclass, field

from exambank.interchange.formats.word.exam import keylists
from exambank.interchange.formats.word.exam.lines import EXPLANATION, OPTION, Line
from exambank.interchange.formats.word.exam.marks import SOLUTION
from exambank.interchange.formats.word.exam.options import is_lettered, starts_option
from exambank.interchange.neutral import Place

_SECOND = re.compile(r"\sB\s*[.)]")  # a second option on the same line


@dataclass
class Section:
    """Under which headings a question stands."""

    number: int = 0
    title: str = ""
    kind: str = ""
    topics: tuple[str, ...] = ()
    level: str = ""
    points: str = ""


@dataclass
class Block:
    """A question as the paper has it: the lines after its number."""

    place: Place
    number: str = ""
    word: str = ""
    lines: list[Line] = field(default_factory=list)
    section: Section = field(default_factory=Section)
    level: str = ""
    tags: tuple[str, ...] = ()
    series: int = 0
    group: int = 0
    family: object = None
    is_solution: bool = False
    values: dict[str, str] = field(default_factory=dict)
    _seen: int = 0
    _options: int = 0
    _is_solved: bool = False

    @property
    def name(self) -> str:
        return f"{self.word} {self.number}".strip()

    @property
    def order(self) -> int:
        found = re.match(r"\d+", self.number)
        return int(found[0]) if found else 0

    @property
    def has_options(self) -> bool:
        self._look()
        return self._options >= 2

    @property
    def lines_end_open(self) -> bool:
        """Whether its last words announce a list: "... sau đây:"."""
        return len(self.lines) == 1 and self.lines[0].text.rstrip().endswith(":")

    @property
    def ends_in_solution(self) -> bool:
        self._look()
        return self._is_solved

    def _look(self) -> None:
        """Count what the lines are; each is looked at once, however often this is asked."""
        for line in self.lines[self._seen :]:
            if line.role == OPTION or starts_option(line.text) or is_lettered(line):
                self._options += 2 if _SECOND.search(line.text) else 1
            self._is_solved = self._is_solved or line.role == EXPLANATION or bool(SOLUTION.match(line.text))
        self._seen = len(self.lines)


@dataclass
class Group:
    """A text that several questions share."""

    number: int
    place: Place
    lines: list[Line]
    first: int = 0
    last: int = 0
    is_open: bool = True  # its text is still being read
    is_tagged: bool = False


@dataclass
class Paper:
    """All that was found, in order; nothing of the lines is lost."""

    blocks: list[Block] = field(default_factory=list)
    groups: dict[int, Group] = field(default_factory=dict)
    keys: list[tuple[keylists.KeyEntry, Place]] = field(default_factory=list)
    header: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    comments: int = 0
    mode: str = ""
