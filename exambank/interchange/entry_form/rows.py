"""What the parts of all kinds are made of: single fields, and rows that are added, removed and moved.

Everything stays as it was typed, so that a form comes back as it went. The names in the page are the prefix, the set of
rows, a number and the column ("options-1-text"); in a case the prefix is the question's ("questions-0-").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.web import clean_text

MOST_ROWS = 60


@dataclass(frozen=True)
class Column:
    """A field of a row, or a single one: ``form`` is rich, line, number, percent, tick, key, pick or hidden."""

    name: str
    form: str
    label: Any = ""
    hint: Any = ""
    choices: tuple = ()


TEXT = Column("text", "rich", _("Text"))


@dataclass(frozen=True)
class RowSet:
    """Rows of one sort; ``label`` names one row (with its letter or number), ``add`` the button for another."""

    name: str
    columns: tuple[Column, ...]
    label: Any
    add: Any
    first: int = 0
    most: int = 20
    is_lettered: bool = False


@dataclass
class Row:
    """One row as typed."""

    owner: "Part"
    set: RowSet
    key: str
    values: dict[str, str]
    errors: dict = field(default_factory=dict)
    part: "Part | None" = None

    @property
    def name(self) -> str:
        return f"{self.owner.prefix}{self.set.name}-{self.key}"

    def field(self, column: str) -> str:
        return f"{self.name}-{column}"

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    @property
    def number(self) -> int:
        return int(self.key) + 1 if self.key.isdecimal() else 1

    @property
    def mark(self) -> str:
        """Its letter or number, as people call it."""
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(self.number - 1) % 26] if self.set.is_lettered else str(self.number)


class Part:
    """The part of the form that belongs to a kind."""

    kind: ClassVar[str] = ""
    fields: ClassVar[tuple[Column, ...]] = ()
    sets: ClassVar[tuple[RowSet, ...]] = ()
    has_key_radio: ClassVar[bool] = False  # exactly one row of "options" is the key

    def __init__(self, prefix: str = ""):
        self.prefix = prefix
        self.values: dict[str, str] = {}
        self.rows: dict[str, list[Row]] = {one.name: [] for one in self.sets}
        self.errors: dict = {}

    @property
    def interaction(self):
        return REGISTRY[self.kind]

    def field(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    # --- filling ---

    def show(self, stem: str, content: dict) -> "Part":
        """Fill from a draft."""
        self.values["stem"] = self.shown_stem(stem, content)
        self.values["explanation"] = rules.editable_text(content.get("explanation", ""))
        self.fill(content)
        return self

    def shown_stem(self, stem: str, content: dict) -> str:
        return rules.editable_text(stem)

    def fill(self, content: dict) -> None:
        """The kind's own fields and rows from its content."""

    def start(self) -> "Part":
        """As many empty rows as one begins with, where there are none."""
        for one in self.sets:
            for _row in range(0 if self.rows[one.name] else one.first):
                self.append(one.name)
        return self

    def read(self, data: Any) -> "Part":
        """Take what was posted, however half-typed."""
        for name in ("stem", "explanation", *(one.name for one in self.fields)):
            self.values[name] = clean_text(data.get(self.field(name), ""))
        for one in self.sets:
            self._read_rows(one, data)
        return self

    def _read_rows(self, row_set: RowSet, data: Any) -> None:
        pattern = re.compile(rf"{re.escape(self.field(row_set.name))}-(\d{{1,3}})-[a-z_]+")
        keys = dict.fromkeys(found[1] for name in data if (found := pattern.fullmatch(name)))
        chosen = data.get(self.field("key"), "")
        for key in sorted(keys, key=int)[:MOST_ROWS]:
            posted = f"{self.field(row_set.name)}-{key}"
            values = {one.name: clean_text(data.get(f"{posted}-{one.name}", "")) for one in row_set.columns}
            if self.has_key_radio and "is_key" in values:
                values["is_key"] = "y" if chosen == posted else ""
            row = self.append(row_set.name, **values)
            self.read_row(row, data, posted)

    def read_row(self, row: Row, data: Any, posted: str) -> None:
        """What a row holds beside its columns."""

    def append(self, set_name: str, **values: str) -> Row:
        rows = self.rows[set_name]
        row = Row(self, self.set_of(set_name), str(len(rows)), {name: value or "" for name, value in values.items()})
        rows.append(row)
        self.prepare(row)
        return row

    def prepare(self, row: Row) -> None:
        """What a new row needs beside its columns."""

    def set_of(self, set_name: str) -> RowSet:
        return next(one for one in self.sets if one.name == set_name)

    def blank(self, set_name: str) -> Row:
        """The empty row that the page's script copies."""
        row = self.append(set_name)
        self.rows[set_name].remove(row)
        row.key = "__INDEX__"
        self.prepare(row)
        return row

    # --- buttons inside the form ---

    def change(self, go: str) -> bool:
        """Do what a button asks: a row added, removed or moved; False when it asks nothing of this part."""
        act, _dash, name = go.partition("-")
        if act == "add":
            for one in self.sets:
                if name == self.field(one.name) and len(self.rows[one.name]) < one.most:
                    self.append(one.name)
                    return True
        for rows in self.rows.values():
            for place, row in enumerate(rows):
                if row.name == name and act in ("remove", "up", "down"):
                    _move(rows, place, act)
                    self.renumber(rows)
                    return True
                if row.part is not None and row.part.change(go):
                    return True
        return False

    def renumber(self, rows: list[Row]) -> None:
        for place, row in enumerate(rows):
            row.key = str(place)
            if row.part is not None:
                row.part.prefix = f"{row.name}-"

    # --- as a draft ---

    def texts(self) -> tuple[str, dict]:
        """The question text and the content as the bank keeps them."""
        content = {**self.content(), "explanation": html_of(self["explanation"])}
        return html_of(self["stem"]), self.interaction.normalise(content)

    def content(self) -> dict:
        """What was typed, in the shape of the kind's content."""
        return {"options": []}

    def options(self) -> list[tuple[str, bool]]:
        """Words and whether they are right: what another kind can begin with."""
        return []

    def take(self, options: Iterable[tuple[str, bool]]) -> "Part":
        """Begin with what another kind had."""
        return self.start()

    def filled(self, set_name: str, *columns: str) -> list[Row]:
        return [row for row in self.rows[set_name] if any(row[column].strip() for column in columns)]

    def all_rows(self) -> Iterator[Row]:
        for rows in self.rows.values():
            yield from rows


def _move(rows: list[Row], place: int, act: str) -> None:
    if act == "remove":
        del rows[place]
    elif act == "up" and place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif act == "down" and place + 1 < len(rows):
        rows[place + 1], rows[place] = rows[place], rows[place + 1]


def html_of(typed: str) -> str:
    return rules.html_from_typed(typed) if typed else ""


# --- numbers: decimal comma or point as people type them, shares as percent ---


def read_share(typed: str, default: str) -> str:
    """A typed percentage as a share; what is no number stays, for the kind's check to name."""
    words = typed.replace("%", "").strip()
    if not words:
        return default
    number = rules.read_number(words)
    return words if number is None else _plain(number / 100)


def show_share(stored: Any, default: str = "1") -> str:
    """A stored share as percent; nothing when it is the usual one."""
    if stored in (None, "", default):
        return ""
    number = _decimal(stored)
    return str(stored) if number is None else show_number(_plain(number * 100))


def show_number(stored: Any) -> str:
    """A stored number in the reader's own way."""
    words = "" if stored is None else str(stored)
    return words.replace(".", ",") if _decimal(words) is not None and str(get_locale() or "vi") == "vi" else words


def _decimal(stored: Any) -> Decimal | None:
    try:
        number = Decimal(str(stored))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
