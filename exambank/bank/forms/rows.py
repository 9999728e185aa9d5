"""What the form of every kind is made of: single fields and rows that are added, removed and moved.

Everything is kept as it was typed, so that a form comes back as it went. The names in the page are the prefix, the
set of rows, a number and the column ("options-1-text"); inside a case the prefix is the question's ("questions-0-").
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.forms.figures import read_figure, read_percent
from exambank.bank.interactions import REGISTRY, Problem, new_token
from exambank.web import clean_text

MOST_ROWS = 60
LONGEST_TEXT = 60_000
LONGEST_LINE = 500
_TOKEN = re.compile(r"[0-9A-Za-z]{1,16}")


@dataclass(frozen=True)
class RowSet:
    """Rows of one sort: their columns, which of these are ticks or rich texts, how many rows there are at first."""

    name: str
    columns: tuple[str, ...]
    first: int = 0
    least: int = 0
    most: int = 20
    ticks: frozenset[str] = frozenset()
    rich: frozenset[str] = frozenset()
    has_token: bool = True


@dataclass
class Row:
    """One row as typed; ``errors`` keep the form from being saved, ``problems`` only the item from review."""

    owner: "KindForm"
    set_name: str
    key: str
    values: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    part: "KindForm | None" = None

    @property
    def name(self) -> str:
        return f"{self.owner.prefix}{self.set_name}-{self.key}"

    def field(self, column: str) -> str:
        """The name of one of its fields in the page."""
        return f"{self.name}-{column}"

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def number(self) -> int:
        """Its place, counted from one."""
        return int(self.key) + 1 if self.key.isdecimal() else 1

    def is_blank(self, columns: Iterable[str]) -> bool:
        return not any(self[column].strip() for column in columns)


class KindForm(ABC):
    """The part of the item's form that belongs to its kind. ``prefix`` stands before every name of it."""

    kind: ClassVar[str] = ""
    row_sets: ClassVar[tuple[RowSet, ...]] = ()
    fields: ClassVar[dict[str, str]] = {}  # name -> what a new form holds
    ticks: ClassVar[frozenset[str]] = frozenset()
    percents: ClassVar[dict[str, tuple[int, int]]] = {}  # field or "set.column" -> least and most
    numbers: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, prefix: str = ""):
        self.prefix = prefix
        self.values = {**self.fields, "explanation": ""}
        self.rows: dict[str, list[Row]] = {one.name: [] for one in self.row_sets}
        self.errors: dict[str, list[str]] = {}
        self.problems: list[Problem] = []

    # --- names and parts ---

    @property
    def interaction(self):
        return REGISTRY[self.kind]

    def field(self, name: str) -> str:
        """The name of a single field in the page."""
        return f"{self.prefix}{name}"

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def set_of(self, name: str) -> RowSet:
        return next(one for one in self.row_sets if one.name == name)

    def blank(self, set_name: str) -> Row:
        """A row for the page's script to copy."""
        return Row(self, set_name, "__INDEX__", self._first_values(set_name))

    def all_rows(self) -> list[Row]:
        return [row for rows in self.rows.values() for row in rows]

    def find(self, token: str) -> Row | None:
        """The row of a token, here or inside a question."""
        for row in self.all_rows():
            if token and row["token"] == token:
                return row
        return next((found for row in self.all_rows() if row.part and (found := row.part.find(token))), None)

    # --- filling ---

    def start(self) -> "KindForm":
        """Empty rows to begin with."""
        for one in self.row_sets:
            while len(self.rows[one.name]) < one.first:
                self.append(one.name)
        return self

    def append(self, set_name: str, **values: str) -> Row:
        rows = self.rows[set_name]
        given = self._first_values(set_name) | values
        if self.set_of(set_name).has_token and not given.get("token"):
            given["token"] = new_token()
        rows.append(Row(self, set_name, str(len(rows)), given))
        return rows[-1]

    def _first_values(self, set_name: str) -> dict[str, str]:
        """What a new row holds."""
        return {}

    def read(self, data: Any) -> "KindForm":
        """Take what was posted, whatever it is; rows stand in the order in which the page sent them."""
        for name, default in self.fields.items():
            given = data.get(self.field(name))
            if name in self.ticks:
                self.values[name] = "y" if given else ""
            else:
                self.values[name] = default if given is None else _clean(given)
        self.values["explanation"] = _clean(data.get(self.field("explanation")))
        for one in self.row_sets:
            for key, values in self._posted_rows(data, one).items():
                row = self.append(one.name, **values)
                self._read_row(data, row, f"{self.prefix}{one.name}-{key}")
        self._after_reading(data)
        return self

    def _posted_rows(self, data: Any, one: RowSet) -> dict[str, dict[str, str]]:
        pattern = re.compile(re.escape(f"{self.prefix}{one.name}-") + r"(\d{1,4})-(.+)", re.DOTALL)
        found: dict[str, dict[str, str]] = {}
        for name in data:
            match = pattern.fullmatch(name)
            if not match or (match[1] not in found and len(found) >= MOST_ROWS):
                continue
            values = found.setdefault(match[1], {})
            if match[2] in one.columns:
                values[match[2]] = _clean(data.get(name))
        for values in found.values():
            values["token"] = values.get("token", "") if _TOKEN.fullmatch(values.get("token", "")) else ""
        return found

    def _read_row(self, data: Any, row: Row, posted_name: str) -> None:
        """What a row needs beyond its columns: nothing, as a rule."""
        return

    def _after_reading(self, data: Any) -> None:
        """What belongs together once all is read: nothing, as a rule."""
        return

    def show(self, stem: str, content: dict) -> "KindForm":
        """Fill with what is stored."""
        self.values["explanation"] = rules.editable_text(content.get("explanation") or "")
        return self._show(stem, content)

    @abstractmethod
    def _show(self, stem: str, content: dict) -> "KindForm": ...

    def shown_stem(self, stem: str) -> str:
        """A stored question text as its field shows it."""
        return rules.editable_text(stem)

    def take_over(self, words: list[tuple[str, bool]]) -> "KindForm":
        """Begin with what another kind's form held: texts, and whether each was right."""
        return self.start()

    def given_words(self) -> list[tuple[str, bool]]:
        """What another kind may begin with."""
        return []

    # --- changing rows ---

    def change(self, go: str) -> bool:
        """Do what a button asks ("add-options", "remove-options-2", "up-options-2"); False when it is not for here."""
        verb, _dash, target = go.partition("-")
        for one in self.row_sets:
            rows = self.rows[one.name]
            if verb == "add" and target == f"{self.prefix}{one.name}":
                if len(rows) < one.most:
                    self._add(one.name)
                return self._changed(one.name)
            place = next((place for place, row in enumerate(rows) if row.name == target), None)
            if place is not None and verb in {"remove", "up", "down"}:
                self._move(rows, place, verb, one.least)
                return self._changed(one.name)
        return any(row.part.change(go) for row in self.all_rows() if row.part is not None)

    def _add(self, set_name: str) -> None:
        self.append(set_name)

    def _changed(self, set_name: str) -> bool:
        self.renumber(set_name)
        return True

    @staticmethod
    def _move(rows: list[Row], place: int, verb: str, least: int) -> None:
        if verb == "remove":
            if len(rows) > least:
                del rows[place]
            return
        other = place - 1 if verb == "up" else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]

    def renumber(self, set_name: str) -> None:
        for place, row in enumerate(self.rows[set_name]):
            row.key = str(place)
            if row.part is not None:
                row.part.prefix = f"{row.name}-"

    def take(self, anchor: str, theirs: "KindForm") -> None:
        """Take over one part as another person saved it: its row as it stands there, or its absence."""
        head, _slash, rest = anchor.partition("/")
        token = head.partition(":")[2]
        mine, other = self.find(token), theirs.find(token)
        if not token:
            self.values.update({head: theirs.values[head]} if head in self.values else {})
        elif mine and other and mine.part and other.part and rest and rest != "stem":
            mine.part.take(rest, other.part)
        elif other is None:
            if mine is not None:
                mine.owner.rows[mine.set_name].remove(mine)
                mine.owner.renumber(mine.set_name)
        else:
            self._take_row(mine, other)

    def take_scoring(self, theirs: "KindForm") -> None:
        """Take over how points are given."""
        self.values.update({name: theirs.values[name] for name in self.fields})

    def take_order(self, theirs: "KindForm") -> None:
        """Put the rows that both have in the order of theirs; the others stay behind them."""
        for name, rows in self.rows.items():
            places = {row["token"]: place for place, row in enumerate(theirs.rows[name])}
            rows.sort(key=lambda row, known=places: known.get(row["token"], len(known)))
            self.renumber(name)

    def _take_row(self, mine: Row | None, other: Row) -> None:
        if mine is None:
            rows = self.rows[other.set_name]
            mine = self.append(other.set_name)
            rows.insert(min(int(other.key), len(rows) - 1), rows.pop())
            mine.part = other.part
        mine.values = dict(other.values)
        self.renumber(other.set_name)

    # --- checking ---

    def validate(self) -> bool:
        """Whether it can be stored; what cannot is said at its field."""
        for name, (least, most) in self.percents.items():
            self._check_each(name, lambda typed, low=least, high=most: _percent_error(typed, low, high))
        for name, (least, most) in self.numbers.items():
            self._check_each(name, lambda typed, low=least, high=most: _number_error(typed, low, high))
        for one in self.row_sets:
            for row in self.rows[one.name]:
                for column in one.columns:
                    self._check_length(row, column, column in one.rich)
        for name, value in self.values.items():
            if len(value) > LONGEST_TEXT:
                self.errors.setdefault(name, []).append(too_long(len(value)))
        parts = [row.part.validate() for row in self.all_rows() if row.part is not None]
        return all(parts) and not self.errors and not any(row.errors for row in self.all_rows())

    def _check_each(self, name: str, error_of) -> None:
        set_name, _dot, column = name.rpartition(".")
        for row in self.rows[set_name] if set_name else [self]:
            typed = row[column].strip()
            error = error_of(typed) if typed else None
            if error:
                row.errors.setdefault(column, []).append(error)

    @staticmethod
    def _check_length(row: Row, column: str, is_rich: bool) -> None:
        longest = LONGEST_TEXT if is_rich else LONGEST_LINE * 6
        if len(row[column]) > longest:
            row.errors.setdefault(column, []).append(too_long(len(row[column]), longest))

    def place_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem at the row it is about, the others on top of the kind's part."""
        for problem in problems:
            segments = [one.partition(":")[2] for one in problem.part.split("/")]
            row = next((found for token in reversed(segments) if token and (found := self.find(token))), None)
            (row.problems if row is not None else self.problems).append(problem)

    def all_errors(self) -> list[tuple[str, str]]:
        """Every error with the id of its field, for the summary on top of the page."""
        found = [(self.field(name), message) for name, messages in self.errors.items() for message in messages]
        for row in self.all_rows():
            found += [(row.field(name), message) for name, messages in row.errors.items() for message in messages]
            found += row.part.all_errors() if row.part is not None else []
        return found

    # --- what was typed, as content ---

    def texts(self, stem: str) -> tuple[str, dict]:
        """The question text and the content, ready to be stored; half-typed numbers stay as they were typed."""
        return rules.html_from_typed(stem), self.stored(self.content())

    def stored(self, content: dict) -> dict:
        """A content of the kind as it is stored, with what every kind has."""
        return self.interaction.normalise({**content, "explanation": html_of(self["explanation"])})

    @abstractmethod
    def content(self) -> dict:
        """What was typed, in the shape of the kind's content."""

    def filled(self, set_name: str, *columns: str) -> list[Row]:
        """The rows in which something was typed."""
        return [row for row in self.rows[set_name] if not row.is_blank(columns)]


def html_of(typed: str) -> str:
    return rules.html_from_typed(typed)


def figure_of(typed: str, default: str = "") -> str:
    """A typed number as it is stored; what is no number stays as it is, for the check to name."""
    return (read_figure(typed) or typed.strip()) if typed.strip() else default


def share_of(typed: str, default: str = "1") -> str:
    """A typed percentage as a share."""
    return (read_percent(typed) or typed.strip()) if typed.strip() else default


def too_long(count: int, longest: int = LONGEST_TEXT) -> str:
    return _(
        "This text has %(count)s characters; at most %(most)s fit. Nothing was cut off: shorten it, then save again.",
        count=count, most=longest,
    )  # fmt: skip


def _percent_error(typed: str, least: int, most: int) -> str | None:
    share = read_percent(typed)
    if share is not None and least <= float(share) * 100 <= most:
        return None
    return _("\"%(typed)s\" is not a share from %(least)s to %(most)s per cent. Type for example 50.",
             typed=typed[:40], least=least, most=most)  # fmt: skip


def _number_error(typed: str, least: str, most: str) -> str | None:
    figure = read_figure(typed)
    if figure is None:
        return _('"%(typed)s" is not a number. Type for example 2,5.', typed=typed[:40])
    if (least and float(figure) < float(least)) or (most and float(figure) > float(most)):
        return _("%(typed)s is out of range: from %(least)s to %(most)s.", typed=typed[:40], least=least, most=most)
    return None


def _clean(value: Any) -> str:
    return clean_text(value) if isinstance(value, str) else ""
