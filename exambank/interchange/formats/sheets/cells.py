"""PURE. What one row says of an item, before and after its kind has understood it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from exambank.interchange.formats.sheets.texts import cell_of, html_of, line_of


@dataclass
class Given:
    """The cells of a row that a kind reads. ``markup`` is None in a row that a person typed (signs are guessed at),
    else our export wrote it and says whether its texts are HTML. ``said`` collects (severity, code, field, values).
    ``habit``: how the other rows name their right options (``keys.BY_TEXT`` ...); ``key_sort``: how this one does.
    """

    stem: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    scoring: str = ""
    model_answer: str = ""
    follow_ups: str = ""
    markup: bool | None = None
    habit: Collection[str] = ()
    key_sort: str = ""
    said: list[tuple[str, str, str, dict]] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        return self.markup is not None

    def html(self, words: str) -> str:
        return html_of(words, bool(self.markup))

    def say(self, severity: str, code: str, field_name: str, /, **values: Any) -> None:
        self.said.append((severity, code, field_name, values))


@dataclass
class Cells:
    """The cells that a kind writes of an item."""

    as_markup: bool
    stem: str = ""
    options: list[str] = field(default_factory=list)
    key: str = ""
    scoring: str = ""
    model_answer: str = ""
    follow_ups: str = ""

    def cell(self, stored: str) -> str:
        return cell_of(stored, self.as_markup)

    def line(self, stored: str) -> str:
        return line_of(stored, self.as_markup)
