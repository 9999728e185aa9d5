"""The rows of a matrix as they are typed; read by hand, for it has hundreds of fields and is counted at every pause.

A row is a place of the matrix (topic and level) with a number of questions; what else it says may be left open and is
then as the columns and the defaults of the blueprint say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _

from exambank import text, web
from exambank.assembly.rules import ITEMS_ALLOWED, PARTS_ALLOWED, CellSpec
from exambank.assembly.rules.matrix import Defaults
from exambank.bank.interactions import REGISTRY

ROWS_ALLOWED = 5000
"""A module of 200 topics and ten levels has 2,211 places, and the page sends every one of them."""
ANY = "any"
"""Typed as a kind or a tag: none, although the blueprint has a default."""

_NAME = re.compile(r"rows-(\d{1,4})-(topic|level|count|kind|points|tag|not_tag|part|pretest|requirement)")
_DETAILS = ("kind", "points", "tag", "not_tag", "part", "pretest", "requirement")


@dataclass
class TypedRow:
    """One row, all as text; ``number`` is its place in the names of the fields. Topic and level are public ids."""

    number: int
    topic: str = ""
    level: str = ""
    count: str = ""
    kind: str = ""
    points: str = ""
    tag: str = ""
    not_tag: str = ""
    part: str = ""
    pretest: str = ""
    requirement: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return self.count in ("", "0")

    @property
    def has_details(self) -> bool:
        return any(getattr(self, name) for name in _DETAILS)

    @property
    def place(self) -> tuple[str, str]:
        return self.topic, self.level

    def name(self, of: str) -> str:
        """The name of a field of this row, also its id."""
        return f"rows-{self.number}-{of}"


def read_rows(typed: Mapping[str, str]) -> list[TypedRow]:
    """The rows of a sent form, in the order of their numbers."""
    rows: dict[int, TypedRow] = {}
    for key, value in typed.items():
        found = _NAME.fullmatch(key)
        if found and (len(rows) < ROWS_ALLOWED or int(found[1]) in rows):
            row = rows.setdefault(int(found[1]), TypedRow(int(found[1])))
            setattr(row, found[2], web.clean_text(value))
    return [rows[number] for number in sorted(rows)]


@dataclass(frozen=True)
class Offered:
    """What rows may name: public ids -> ids."""

    topics: Mapping[str, int]
    levels: Mapping[str, int]


def check_row(row: TypedRow, offered: Offered) -> None:
    """Put what is wrong with a row that asks for questions into its ``errors``."""
    row.errors = {name: str(message) for name, message in _problems(row, offered) if message}


def _problems(row: TypedRow, offered: Offered) -> Iterable[tuple[str, str]]:
    gone = _("This choice is not in the list any more. Choose again.")
    if not (_is_whole(row.count) and int(row.count) <= ITEMS_ALLOWED):
        yield "count", _("Write a whole number from 1 to 300, or leave the row empty to drop it.")
    if row.topic and row.topic not in offered.topics:
        yield "topic", gone
    if row.level and row.level not in offered.levels:
        yield "level", gone
    if row.kind and row.kind != ANY and row.kind not in REGISTRY:
        yield "kind", gone
    if row.points and not _is_points(row.points):
        yield "points", _("Write points such as 0,25 or 1.")
    if row.part and not (_is_whole(row.part) and int(row.part) <= PARTS_ALLOWED):
        yield "part", _("The part must be from 1 to 9.")
    for name in ("tag", "not_tag"):
        if len(getattr(row, name)) > 60:
            yield name, _("A tag has at most 60 characters.")
    if len(row.requirement) > 2000:
        yield "requirement", _("Write at most 2,000 characters.")


def _is_whole(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 7 and int(typed) > 0


def _is_points(typed: str) -> bool:
    try:
        points = text.parse_points(typed)
    except ValueError:
        return False
    return 0 < points <= 1000 and points == points.quantize(Decimal("0.0001"))


def spec_of(row: TypedRow, offered: Offered, defaults: Defaults) -> CellSpec:
    """The cell that a row stands for; a blank row is what a digit typed there would stand for, with count 0.

    Call it on rows without errors; what a blank row says wrongly is left out.
    """
    level_id = offered.levels.get(row.level)
    is_right = _is_points(row.points)
    return CellSpec(
        count=0 if row.is_blank else int(row.count),
        points=text.parse_points(row.points) if is_right else defaults.points_of(level_id),
        topic_id=offered.topics.get(row.topic), level_id=level_id, kind=_given(row.kind, defaults.kind),
        tag=_given(row.tag, defaults.tag), not_tag=_given(row.not_tag, defaults.not_tag),
        requirement=row.requirement, part=int(row.part) if _is_whole(row.part) else 1, is_scored=not row.pretest,
    )  # fmt: skip


def _given(typed: str, default: str | None) -> str | None:
    if typed == ANY or (typed == "-" and default):
        return None
    return typed or default


def typed_row(number: int, cell: CellSpec, place: tuple[str, str], defaults: Defaults, locale: str) -> TypedRow:
    """A stored cell as it is typed: what the defaults say stays open."""
    usual = defaults.points_of(cell.level_id)
    return TypedRow(
        number, *place, count=str(cell.count),
        kind="" if cell.kind == defaults.kind else cell.kind or ANY,
        points="" if cell.points == usual else text.format_points(cell.points, locale),
        tag="" if cell.tag == defaults.tag else cell.tag or "-",
        not_tag="" if cell.not_tag == defaults.not_tag else cell.not_tag or "-",
        part="" if cell.part == 1 else str(cell.part), pretest="" if cell.is_scored else "1",
        requirement=cell.requirement,
    )  # fmt: skip
