"""What the bank has for each place of a matrix that is being typed, what is short, and what would mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from exambank.assembly import rules
from exambank.assembly.rules import CellSpec, Feasibility
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.supply import FRESH_DAYS, BankTable, Line, count_lines, find_move
from exambank.assembly.service.stock import read_stock
from exambank.assembly.service.wording import describe_cell
from exambank.courses.models import CognitiveLevel, CourseModule, Topic


@dataclass(frozen=True)
class Move:
    """Ask ``count`` questions of row ``source`` in row ``target`` instead."""

    source: int
    target: int
    count: int
    topic: str

    @property
    def act(self) -> str:
        """As the editor's button sends it."""
        return f"move:{self.source}:{self.target}:{self.count}"


@dataclass(frozen=True)
class Trouble:
    """Something that stands in the way (``is_thin``: or soon will), in words, with what would mend it."""

    rows: tuple[int, ...]
    title: str
    text: str
    is_thin: bool = False
    topic: Topic | None = None
    level: CognitiveLevel | None = None
    waiting: int = 0  # drafts and items in review of this very place
    move: Move | None = None


@dataclass(frozen=True)
class Sufficiency:
    """The bank beside a matrix: ``lines`` by row number of the page, the verdict, what is short."""

    lines: dict[int, Line]
    found: Feasibility
    troubles: tuple[Trouble, ...] = ()
    fresh_days: int = FRESH_DAYS

    @property
    def is_feasible(self) -> bool:
        return self.found.is_feasible

    @property
    def asked(self) -> int:
        """Rows that ask for questions."""
        return sum(line.state != "zero" for line in self.lines.values())

    @property
    def short(self) -> int:
        """Rows that cannot be filled once."""
        return len({row for trouble in self.troubles if not trouble.is_thin for row in trouble.rows})

    @property
    def thin(self) -> int:
        return sum(line.state == "thin" for line in self.lines.values())

    @property
    def verdict(self) -> tuple[str, str]:
        """What a person would say: first in bold, then the rest."""
        if not self.asked:
            return _("The matrix is empty."), _("Type how many questions of what make a paper.")
        if not self.found.is_feasible:
            return _("Papers cannot be dealt yet."), ngettext(
                "%(num)d of %(asked)s cells lacks questions.", "%(num)d of %(asked)s cells lack questions.",
                self.short, asked=self.asked,
            )  # fmt: skip
        if self.thin:
            return _("Papers can be dealt."), ngettext(
                "%(num)d cell has fewer than three times what it takes: questions come back soon.",
                "%(num)d cells have fewer than three times what they take: questions come back soon.",
                self.thin,
            )  # fmt: skip
        return _("Papers can be dealt."), _("Every cell has at least three times what a paper takes.")

    @property
    def sentence(self) -> str:
        """The verdict in one breath: what is short is named with its numbers, three cells at most."""
        strong, rest = self.verdict
        named = [f"{one.title}: {one.text}" for one in self.troubles if not one.is_thin]
        return " ".join([strong, rest, *named[:3]])


@dataclass
class _Bank:
    """What is known of the bank while one matrix is judged."""

    topics: Mapping[int, Topic]
    levels: Mapping[int, CognitiveLevel]
    waiting: Mapping[rules.Place, int]
    lines: dict[int, Line]
    names: dict[str, dict[int, str]] = field(default_factory=dict)

    def title(self, cell: CellSpec) -> str:
        return describe_cell(cell, self.names)

    def on_the_way(self, cell: CellSpec) -> int:
        return sum(
            count
            for (topic_id, level_id), count in self.waiting.items()
            if cell.topic_id in (None, topic_id) and cell.level_id in (None, level_id)
        )


def judge_matrix(
    course_module: CourseModule,
    rows: Mapping[int, CellSpec],
    *,
    topics: Sequence[Topic],
    levels: Sequence[CognitiveLevel],
    now: datetime,
    demands: Demands | None = None,
) -> Sufficiency:
    """Count the bank for every row (its number on the page -> what it asks; count 0: only to be counted).

    Two statements whatever the size of bank and matrix, three where tags are asked about; nothing is stored.
    """
    pool, waiting = read_stock(course_module.id, with_tags=any(cell.tag or cell.not_tag for cell in rows.values()))
    days = (demands and demands.days_apart) or FRESH_DAYS
    table = BankTable(pool, now - timedelta(days=days))
    lines = count_lines(table, rows)
    asked = [row for row, line in lines.items() if line.cell.count]
    found = rules.check_feasibility(pool, [rows[row] for row in asked], rules.kept_apart(pool))
    known = _Bank(
        {one.id: one for one in topics}, {one.id: one for one in levels}, waiting, lines,
        {"topics": {one.id: one.name for one in topics}, "levels": {one.id: one.name for one in levels}},
    )  # fmt: skip
    return Sufficiency(lines, found, tuple(_troubles(known, found, asked)), days)


def _troubles(known: _Bank, found: Feasibility, asked: Sequence[int]) -> list[Trouble]:
    rows = {check.position: asked[check.position - 1] for check in found.cells}
    troubles = [_short(known, rows[check.position]) for check in found.short_cells]
    troubles += [_rivalry(known, conflict, rows) for conflict in found.conflicts]
    troubles += [_apart(known, rows[position], missing) for position, missing in found.kept_apart]
    if not troubles:
        thin = [row for row in asked if known.lines[row].state == "thin"]
        thin.sort(key=lambda row: known.lines[row].supply.available / known.lines[row].taken)
        troubles = [_thin(known, row) for row in thin]
    return troubles


def _trouble(known: _Bank, row: int, text: str, **values) -> Trouble:
    cell = known.lines[row].cell
    return Trouble(
        (row,), known.title(cell), text, topic=known.topics.get(cell.topic_id), level=known.levels.get(cell.level_id),
        waiting=known.on_the_way(cell), **values,
    )  # fmt: skip


def _short(known: _Bank, row: int) -> Trouble:
    line = known.lines[row]
    wanted, there = line.cell.count, line.supply.available
    text = (
        _("%(wanted)s wanted, %(available)s there, %(missing)s missing.",
          wanted=wanted, available=there, missing=line.missing)
        if there
        else _("%(wanted)s wanted, none there. No paper can be made.", wanted=wanted)
    )  # fmt: skip
    target = find_move(known.lines, row)
    move = None
    if target is not None:
        topic = known.topics[known.lines[target].cell.topic_id]
        move = Move(row, target, line.missing, topic.name)
    return _trouble(known, row, text, move=move)


def _thin(known: _Bank, row: int) -> Trouble:
    line = known.lines[row]
    papers = line.supply.available // line.taken
    text = ngettext(
        "%(wanted)s wanted, %(available)s there: enough for %(num)d paper without a common question, not for three.",
        "%(wanted)s wanted, %(available)s there: enough for %(num)d papers without a common question, not for three.",
        papers, wanted=line.taken, available=line.supply.available,
    )  # fmt: skip
    return _trouble(known, row, text, is_thin=True)


def _rivalry(known: _Bank, conflict: rules.Conflict, rows: Mapping[int, int]) -> Trouble:
    rivals = tuple(rows[position] for position in conflict.positions)
    titles = "; ".join(known.title(known.lines[row].cell) for row in rivals)
    return Trouble(
        rivals,
        _("These cells compete: %(cells)s", cells=titles),
        _(
            "Together they want %(wanted)s, and %(available)s questions match them: %(missing)s missing. A question "
            "serves one cell of a paper only.",
            wanted=conflict.wanted, available=conflict.available, missing=conflict.missing,
        ),
    )  # fmt: skip


def _apart(known: _Bank, row: int, missing: int) -> Trouble:
    return _trouble(
        known, row, _("%(missing)s missing, because enemies and variants never meet in one paper.", missing=missing)
    )


def stock_text(line: Line) -> str:
    """The line under a number: what the bank has."""
    there, supply = line.supply.available, line.supply
    if line.state == "none":
        return _("none there")
    if line.state == "short":
        return _("%(available)s there, %(missing)s missing", available=there, missing=line.missing)
    if line.state == "thin":
        return _("%(available)s there, %(mark)s wanted", available=there, mark=line.mark)
    return _("%(available)s there", available=supply.available)


def stock_details(line: Line) -> str:
    """The line below it: how many of these are unused and how many proved themselves."""
    if not line.supply.available or line.state == "zero":
        return ""
    return _("%(unused)s unused, %(sound)s sound", unused=line.supply.unused, sound=line.supply.sound)
