"""PURE. A mark sheet that went out as xlsx and comes back: every cell compared with the class list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exambank import text
from exambank.interchange.bank_sheet.headers import HEADER_SEARCH_ROWS, fold
from exambank.interchange.bank_sheet.records import REFUSED, WARNING, Problem
from exambank.interchange.people_sheet import SYNONYMS as PEOPLE
from exambank.interchange.sheet import Sheet, UnreadableSheet

ABSENT_HEADERS = ("Số tiết vắng", "Tiết vắng", "Vắng", "Số tiết nghỉ", "Periods absent", "Absent")
CLEARED = ("-", "–", "x")  # typed to take a mark away; an empty cell changes nothing

_CODES = {fold(word) for word in PEOPLE["code"]}
_NAMES = {fold(word) for word in PEOPLE["full_name"]}
_ABSENT = {fold(word) for word in ABSENT_HEADERS}


@dataclass(frozen=True)
class Learner:
    """A learner of the class as we know them."""

    user_id: int
    code: str
    full_name: str


@dataclass(frozen=True)
class MarksReading:
    """What the sheet says: marks (None takes one away) and absences by learner; problems by row of the file."""

    marks: dict[int, dict[str, Decimal | None]]
    absences: dict[int, int]
    rows: dict[int, int]  # learner to row
    problems: tuple[tuple[int, Problem], ...]  # row 0: the sheet as a whole
    notices: tuple[tuple[str, dict], ...]


def read_marks(sheets: Sequence[Sheet], learners: Sequence[Learner], components: Mapping[str, str]) -> MarksReading:
    """Read the first sheet that has a code and a known column; ``components`` maps code to name.

    UnreadableSheet("no_marks_header") when there is none.
    """
    columns_wanted = {fold(name): code for code, name in components.items()}
    columns_wanted |= {fold(code): code for code in components}
    for sheet in sheets:
        for at, row in enumerate(sheet.rows[:HEADER_SEARCH_ROWS]):
            folded = [fold(header) for header in row]
            code = next((place for place, header in enumerate(folded) if header in _CODES), None)
            marks = {place: columns_wanted[header] for place, header in enumerate(folded) if header in columns_wanted}
            absent = next((place for place, header in enumerate(folded) if header in _ABSENT), None)
            if code is not None and (marks or absent is not None):
                return _Reader(sheet, at, code, marks, absent, learners).read(folded)
    raise UnreadableSheet("no_marks_header", components=", ".join(components.values()))


class _Reader:
    def __init__(self, sheet: Sheet, at: int, code: int, marks: dict[int, str], absent: int | None, learners):
        self.sheet, self.at, self.code, self.columns, self.absent = sheet, at, code, marks, absent
        self.headers = sheet.rows[at]
        self.learners = {text.search_key(one.code): one for one in learners}
        self.marks: dict[int, dict[str, Decimal | None]] = {}
        self.absences: dict[int, int] = {}
        self.rows: dict[int, int] = {}
        self.problems: list[tuple[int, Problem]] = []

    def read(self, folded: list[str]) -> MarksReading:
        name = next((place for place, header in enumerate(folded) if header in _NAMES), None)
        for index, cells in enumerate(self.sheet.rows[self.at + 1 :], start=self.at + 2):
            code = _cell(cells, self.code)
            if code:
                self._read_row(index, cells, code, _cell(cells, name) if name is not None else "")
        for learner in self.learners.values():
            if learner.user_id not in self.rows:
                self._say(0, WARNING, "learner_left_out", "", code=learner.code, name=learner.full_name)
        used = {self.code, self.absent, name, *self.columns}
        known = {fold(word) for field in PEOPLE for word in PEOPLE[field]}
        ignored = [
            header
            for place, header in enumerate(self.headers)
            if header and place not in used and folded[place] not in known
        ]
        notices = [*self.sheet.notices]
        if ignored:
            notices.append(("ignored_columns", {"headers": ", ".join(ignored)[:500]}))
        return MarksReading(self.marks, self.absences, self.rows, tuple(self.problems), tuple(notices))

    def _say(self, row: int, severity: str, code: str, column: str, /, **values) -> None:
        self.problems.append((row, Problem(code, severity, column, values)))

    def _read_row(self, index: int, cells: list[str], code: str, name: str) -> None:
        learner = self.learners.get(text.search_key(code))
        if learner is None:
            self._say(index, REFUSED, "unknown_learner", self.headers[self.code], code=code[:60], name=name[:120])
            return
        if learner.user_id in self.rows:
            self._say(index, REFUSED, "repeated_learner", self.headers[self.code], code=code[:60],
                      row=self.rows[learner.user_id])  # fmt: skip
            return
        self.rows[learner.user_id] = index
        if name and text.search_key(name) != text.search_key(learner.full_name):
            self._say(index, REFUSED, "other_name", self.headers[self.code], code=code[:60], name=name[:120],
                      known=learner.full_name)  # fmt: skip
            return
        for place, component in self.columns.items():
            self._read_mark(index, learner, component, place, _cell(cells, place))
        if self.absent is not None and _cell(cells, self.absent):
            self._read_absence(index, learner, _cell(cells, self.absent))

    def _read_mark(self, index: int, learner: Learner, component: str, place: int, cell: str) -> None:
        if not cell:
            return
        if cell.lower() in CLEARED:
            self.marks.setdefault(learner.user_id, {})[component] = None
            return
        try:
            self.marks.setdefault(learner.user_id, {})[component] = text.parse_points(cell)
        except ValueError:
            self._say(index, REFUSED, "not_mark", self.headers[place], value=cell[:40], name=learner.full_name)

    def _read_absence(self, index: int, learner: Learner, cell: str) -> None:
        if cell.isascii() and cell.isdigit() and len(cell) < 6:
            self.absences[learner.user_id] = int(cell)
        else:
            self._say(index, REFUSED, "not_periods", self.headers[self.absent], value=cell[:40], name=learner.full_name)


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
