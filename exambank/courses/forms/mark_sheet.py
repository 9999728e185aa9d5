"""The grid of attendance and component marks, as typed."""

import json
from decimal import Decimal

from exambank import text
from exambank.accounts.models import User
from exambank.courses import labels
from exambank.courses.rules import ABSENT, CellProblem
from exambank.web import clean_text

Marks = dict[int, dict[str, Decimal | None]]


class MarkSheet:
    """The grid of one offering: what is stored, what was typed, what the writer saw, and what is wrong.

    Only cells that were changed by hand are handed on, so that two lecturers at one sheet do not undo each other.
    """

    def __init__(self, learners: list[User], components: list[str], marks: Marks, absences: dict[int, int]):
        self.learners, self.columns = learners, [*components, ABSENT]
        self.errors: dict[str, str] = {}
        self.stored = {
            self.cell(user, column): self._stored(user, column, marks, absences)
            for user in learners
            for column in self.columns
        }
        self.typed, self.seen = dict(self.stored), dict(self.stored)

    @staticmethod
    def cell(user: User, column: str) -> str:
        return f"{user.public_id}.{column}"

    @staticmethod
    def _stored(user: User, column: str, marks: Marks, absences: dict[int, int]) -> str:
        if column == ABSENT:
            return str(absences.get(user.id, 0))
        points = marks.get(user.id, {}).get(column)
        return "" if points is None else labels.show_points(points)

    def seen_text(self) -> str:
        """What this page shows as stored, to be sent back with it."""
        return json.dumps(self.seen, ensure_ascii=True, separators=(",", ":"))

    def read(self, data) -> None:
        """Take over what was typed and what the writer had seen."""
        self.typed = {cell: clean_text(data.get(cell, stored)) for cell, stored in self.stored.items()}
        try:
            seen = json.loads(data.get("seen") or "{}")
        except ValueError:
            seen = {}
        if isinstance(seen, dict):
            self.seen = {cell: self._readable(seen.get(cell), stored) for cell, stored in self.stored.items()}

    @staticmethod
    def _readable(seen, stored: str) -> str:
        """What the page claims to have shown; nonsense there is nobody's typing."""
        return seen if isinstance(seen, str) and _same(seen, seen, "") else stored

    def changed(self, of: str = "typed") -> tuple[Marks, dict[int, int]]:
        """Marks and absences of the changed cells, as typed or as seen; an unreadable one goes into ``errors``."""
        marks: Marks = {}
        absences: dict[int, int] = {}
        for user in self.learners:
            for column in self.columns:
                cell = self.cell(user, column)
                if _same(self.typed[cell], self.seen[cell], column):
                    continue
                try:
                    value = _cell_value(getattr(self, of)[cell], column)
                except ValueError:
                    self._refuse(cell, column)
                    continue
                if column == ABSENT:
                    absences[user.id] = value
                else:
                    marks.setdefault(user.id, {})[column] = value
        return marks, absences

    def _refuse(self, cell: str, column: str) -> None:
        code = "not_whole" if column == ABSENT else "not_number"
        self.errors[cell] = labels.cell_sentence(CellProblem(code, 0, column, self.typed[cell][:20]))

    def put_problems(self, problems) -> None:
        """Each problem beside its cell."""
        people = {user.id: user for user in self.learners}
        for problem in problems:
            if problem.user_id in people:
                cell = self.cell(people[problem.user_id], problem.column)
                self.errors[cell] = labels.cell_sentence(problem)
                if problem.code == "changed_meanwhile":  # now it is said; saving again overwrites knowingly
                    self.seen[cell] = self.stored[cell]


def _cell_value(typed: str, column: str):
    if column != ABSENT:
        return text.parse_points(typed) if typed else None
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 6):
        raise ValueError("not a whole number of periods")
    return int(typed or 0)


def _same(typed: str, seen: str, column: str) -> bool:
    try:
        return _cell_value(typed, column) == _cell_value(seen, column)
    except ValueError:
        return False
