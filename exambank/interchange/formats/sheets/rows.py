"""PURE. One row of a table into a draft, with every problem named by its column."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from exambank import text
from exambank.interchange.bank_sheet import LABELS, keys, kinds, options
from exambank.interchange.bank_sheet.headers import Columns
from exambank.interchange.formats.sheets.cells import Given
from exambank.interchange.formats.sheets.figures import decimal_of
from exambank.interchange.formats.sheets.kinds import USES_OPTIONS, read_cells, settle_kind
from exambank.interchange.formats.sheets.labels import read_labels
from exambank.interchange.formats.sheets.texts import is_markup
from exambank.interchange.neutral import REFUSED, WARNING, Draft, Problem, draft_of

STEM_LIMIT = 20_000
SOURCE_LETTERS = 2_000


@dataclass
class Row:
    """The cells of one row under their fields, and the problems met on the way. ``number`` is what people see."""

    columns: Columns
    cells: list[str]
    number: int
    filled: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""

    def get(self, name: str) -> str:
        column = self.columns.fields.get(name)
        return self.filled.get(name, "") if column is None else self.at(column) or self.filled.get(name, "")

    def header(self, name: str) -> str:
        return self.columns.header(name)

    def say(self, severity: str, code: str, name: str = "", /, **values) -> None:
        self.problems.append(Problem(code, severity, self.columns.header(name), values))

    @property
    def source(self) -> tuple[tuple[str, str], ...]:
        headers = self.columns.headers
        return tuple((headers[at], cell[:SOURCE_LETTERS]) for at, cell in enumerate(self.cells[: len(headers)]) if cell)

    @property
    def names(self) -> list[str]:
        """By what a question of a case may call this row."""
        return [word for word in (self.get(name) for name in ("number", "identifier", "name")) if word]


@dataclass(frozen=True)
class RowDraft:
    """A row understood. ``words`` are what a twin would have in common with it."""

    row: Row
    draft: Draft
    words: tuple
    key_sort: str = ""

    @property
    def weight(self) -> str:
        return decimal_of(self.row.get("weight") or self.row.get("points") or "1")


def read_row(row: Row, is_case: bool = False, habit: Collection[str] = ()) -> RowDraft:
    """Read a row; ``is_case``: other rows say that they belong to it; ``habit``: how the others name their keys."""
    markup = is_markup(row.get("format"))
    given = Given(
        row.get("stem"), key=row.get("key"), scoring=row.get("scoring"), model_answer=row.get("model_answer"),
        follow_ups=row.get("follow_ups"), markup=markup, habit=habit,
    )  # fmt: skip
    _read_options(row, given)
    kind = "case" if is_case else settle_kind(row.get("kind"), given, bool(row.columns.options))
    stem, content = read_cells(kind, given, row.get("locked"))
    _check_texts(row, given)
    for severity, code, name, values in given.said:
        row.say(severity, code, name, **values)
    explanation = row.get("explanation")
    if explanation:
        content["explanation"] = given.html(explanation)
    draft = draft_of(kind, stem, content, **read_labels(row))
    folded = tuple(sorted(keys.fold(one) for one in given.options.values()))
    return RowDraft(row, draft, (keys.fold(given.stem), draft.picture_name, folded), given.key_sort)


def _read_options(row: Row, given: Given) -> None:
    """Options from their columns, from one cell, or from behind the question in its own cell."""
    texts = {label: row.at(column) for label, column in row.columns.options if row.at(column)}
    if given.is_exact:
        given.options = texts
        return
    given.stem = options.strip_number(given.stem)
    told = kinds.read_kind(row.get("kind"))
    if not texts and row.get("options"):
        before, found = options.split_options(row.get("options"))
        if before:
            row.say(WARNING, "text_before_options", "options", text=before[:60])
        if len(found) > len(LABELS):
            row.say(REFUSED, "too_many_options", "options", count=len(found), limit=len(LABELS))
        texts = dict(zip(LABELS, found, strict=False))
    elif not texts and (told not in kinds.FURTHER or told in USES_OPTIONS):
        given.stem, found = options.split_stem(given.stem)
        texts = dict(zip(LABELS, found, strict=False))
    given.options = options.strip_own_labels(texts)


def _check_texts(row: Row, given: Given) -> None:
    if not given.stem:
        row.say(REFUSED, "no_stem", "stem")
    if len(given.stem) > STEM_LIMIT and not given.markup:
        row.say(REFUSED, "stem_too_long", "stem", length=len(given.stem), limit=STEM_LIMIT)
    if given.markup:
        return
    words = {word for one in (given.stem, *given.options.values()) for word in re.findall(r"[^\W\d_]+", one)}
    mixed = sorted(word for word in words if text.has_mixed_script(word))
    if mixed:
        row.say(WARNING, "mixed_script", "stem", words=", ".join(mixed[:3]))
