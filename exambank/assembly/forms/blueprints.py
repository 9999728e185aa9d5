"""The form of a blueprint: its name and frame, its columns, the rows laid out as a matrix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired

from exambank import text, web
from exambank.assembly.forms.fields import Choice, any_of, at_most, kinds
from exambank.assembly.forms.rows import ANY, Offered, TypedRow, check_row, read_rows, spec_of, typed_row
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.matrix import Defaults, find_defaults, put_in_order
from exambank.assembly.service import Frame
from exambank.courses.models import CognitiveLevel, Topic
from exambank.web import BaseForm

MINUTES_ALLOWED = 600
PATTERN_NUMBER = 9999


@dataclass
class Column:
    """A level (None: any) with its share of the questions and its points as they are typed."""

    level: CognitiveLevel | None
    target: str = ""
    points: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.level.public_id if self.level else ANY


@dataclass
class GridCell:
    """A place of the matrix: the row whose number stands in it, and others of the same place."""

    main: TypedRow
    column: Column
    others: list[TypedRow] = field(default_factory=list)


@dataclass
class GridRow:
    """A topic (None: any) with its places."""

    topic: Topic | None
    cells: list[GridCell]


class BlueprintForm(BaseForm):
    """A blueprint as it is typed. Build it with ``BlueprintForm.open``, which lays out the matrix."""

    name = StringField(_l("Name"), [InputRequired(_l("Give the blueprint a name.")), at_most(300)])
    duration = StringField(_l("Minutes"))
    target_points = StringField(_l("Points of a paper"))
    kind = Choice(_l("Kind"), choices=[])
    tag = StringField(_l("With tag"), [at_most(60)])
    not_tag = StringField(_l("Without tag"), [at_most(60)])
    seen = HiddenField()

    @classmethod
    def open(
        cls, topics: Sequence[Topic], levels: Sequence[CognitiveLevel], *, name: str = "", frame: Frame = Frame(),
        cells: Sequence[CellSpec] = (), seen: datetime | None = None, with_any_level: bool = False,
    ) -> "BlueprintForm":  # fmt: skip
        """The form over what was sent, or over a stored blueprint; ``seen``: its ``changed_at``."""
        locale, defaults = str(get_locale()), find_defaults(cells)
        form = cls(data={
            "name": name, "duration": str(frame.duration_minutes or ""), "seen": stamp(seen),
            "kind": defaults.kind or "",
            "target_points": "" if frame.target_points is None else text.format_points(frame.target_points, locale),
            "tag": defaults.tag or "", "not_tag": defaults.not_tag or "",
        })  # fmt: skip
        form.kind.choices = any_of(_("any the computer marks"), kinds())
        form.topics, form.levels = list(topics), list(levels)
        form._offered = Offered({one.public_id: one.id for one in topics}, {one.public_id: one.id for one in levels})
        if request.method == "POST":
            form.rows = read_rows(request.form)
            form.columns = [_typed_column(level) for level in (*levels, None)]
        else:
            form.rows = _stored_rows(cells, topics, levels, defaults, locale)
            form.columns = [_stored_column(level, frame, defaults, locale) for level in (*levels, None)]
        form.has_any_level = with_any_level or any(not row.level and not row.is_blank for row in form.rows)
        form._lay_out()
        return form

    # --- layout ---

    def _lay_out(self) -> None:
        """Give every place of the matrix a row; rows that say nothing and stand in no place are spare ones."""
        self._next = max((row.number for row in self.rows), default=-1) + 1
        by_place: dict[tuple[str, str], list[TypedRow]] = {}
        spare = []
        for row in self.rows:
            is_known = (not row.topic or row.topic in self._offered.topics) and (
                not row.level or row.level in self._offered.levels
            )
            if is_known and (row.topic or row.level or not row.is_blank or row.has_details):
                by_place.setdefault(row.place, []).append(row)
            elif not row.is_blank:
                spare.append(row)
        shown = [one for one in self.columns if one.level or self.has_any_level]
        self.matrix = [
            GridRow(topic, [self._cell(topic, column, by_place) for column in shown]) for topic in (*self.topics, None)
        ]
        self.spare = spare

    def _cell(self, topic: Topic | None, column: Column, by_place: Mapping) -> GridCell:
        place = (topic.public_id if topic else "", column.level.public_id if column.level else "")
        main, *others = by_place.get(place) or [self._new_row(*place)]
        return GridCell(main, column, others)

    def _new_row(self, topic: str = "", level: str = "") -> TypedRow:
        row = TypedRow(self._next, topic, level)
        self._next += 1
        self.rows.append(row)
        return row

    def add_rows(self, count: int) -> None:
        """More blank rows with a topic and level to choose, for who has script switched off."""
        self.spare += [self._new_row() for _row in range(count)]

    def add_any_level(self) -> None:
        """Show the column "any level"."""
        self.has_any_level = True
        self._lay_out()

    @property
    def topic_choices(self) -> list[tuple[str, str]]:
        return [("", _("any topic")), *((one.public_id, one.name) for one in self.topics)]

    @property
    def level_choices(self) -> list[tuple[str, str]]:
        return [("", _("any level")), *((one.public_id, one.name) for one in self.levels)]

    @property
    def kind_choices(self) -> list[tuple[str, str]]:
        words = [(kind, str(word)) for kind, word in kinds()]
        return [("", _("as set below")), (ANY, _("any the computer marks")), *words]

    @property
    def pattern(self) -> TypedRow:
        """A blank row that the page copies for places whose details nobody has opened yet."""
        return TypedRow(PATTERN_NUMBER)

    def topic_name(self, public_id: str) -> str:
        return next((one.name for one in self.topics if one.public_id == public_id), "") or _("any topic")

    def level_name(self, public_id: str) -> str:
        return next((one.name for one in self.levels if one.public_id == public_id), "") or _("any level")

    def move(self, act: str) -> bool:
        """Do what the button "move so many questions there" says: "move:3:7:1"; False where it cannot be done."""
        word, *numbers = act.split(":")
        if word != "move" or len(numbers) != 3 or not all(one.isascii() and one.isdigit() for one in numbers):
            return False
        first, second, count = (int(one[:5]) for one in numbers)
        rows = {row.number: row for row in self.rows}
        source, target = rows.get(first), rows.get(second)
        if source is None or target is None or _number(source.count) < count:
            return False
        source.count = str(_number(source.count) - count or "")
        target.count = str(_number(target.count) + count)
        return True

    # --- checking and reading ---

    def validate(self, extra_validators=None) -> bool:
        """Everything, so that all that is wrong is named at once."""
        is_right = super().validate(extra_validators)
        for row in self.rows:
            self._check(row)
        for column in self.columns:
            _check_column(column)
        return is_right and not any(one.errors for one in (*self.rows, *self.columns))

    @property
    def is_wrong(self) -> bool:
        """Whether something that is typed cannot be read."""
        return bool(self.errors or self.form_errors or any(one.errors for one in (*self.rows, *self.columns)))

    def _check(self, row: TypedRow) -> None:
        if not row.is_blank:
            check_row(row, self._offered)
            self._check_tags(row)

    def _check_tags(self, row: TypedRow) -> None:
        tag, not_tag = row.tag or self.tag.data, row.not_tag or self.not_tag.data
        if tag and tag not in ("-", ANY) and tag == not_tag:
            row.errors["not_tag"] = _("The same tag is asked for and excluded: no question can have both.")

    def validate_duration(self, field) -> None:
        typed = field.data or ""
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 7 and 0 < int(typed) <= MINUTES_ALLOWED):
            raise ValidationError(_("Write minutes as a whole number from 1 to 600, such as 60."))

    def validate_target_points(self, field) -> None:
        if field.data and _points(field.data) is None:
            raise ValidationError(_("Write points such as 0,25 or 1."))

    @property
    def defaults(self) -> Defaults:
        """What the defaults and columns of the form say; what is wrong among them is left out."""
        points = {column.level and column.level.id: _points(column.points) for column in self.columns}
        return Defaults(
            self.kind.data or None, self.tag.data or None, self.not_tag.data or None,
            {level_id: one for level_id, one in points.items() if one is not None}, Decimal(1),
        )  # fmt: skip

    def specs(self) -> list[CellSpec]:
        """The cells in the order of a paper, blank ones left out; call it on a valid form."""
        defaults = self.defaults
        cells = [spec_of(row, self._offered, defaults) for row in self._in_place() if not row.is_blank]
        return put_in_order(cells, list(self._offered.topics.values()), list(self._offered.levels.values()))

    def specs_by_row(self) -> dict[int, CellSpec]:
        """Row number -> cell, for every row that can be counted: blank places too, rows in error not."""
        defaults = self.defaults
        for row in self.rows:
            self._check(row)
        return {row.number: spec_of(row, self._offered, defaults) for row in self._in_place() if not row.errors}

    def _in_place(self) -> list[TypedRow]:
        placed = [row for line in self.matrix for cell in line.cells for row in (cell.main, *cell.others)]
        return placed + [row for row in self.spare if not row.is_blank]

    def frame(self) -> Frame:
        """Minutes, target points and shares; call it on a valid form."""
        targets = {column.key: int(column.target) for column in self.columns if column.level and column.target}
        return Frame(
            int(self.duration.data) if self.duration.data else None,
            _points(self.target_points.data) if self.target_points.data else None,
            targets,
        )

    @property
    def seen_at(self) -> datetime | None:
        """When the blueprint that the person had before the eyes was last changed."""
        return read_stamp(self.seen.data)


def stamp(moment: datetime | None) -> str:
    """A moment for a hidden field, to the millisecond that the database keeps."""
    return "" if moment is None else str(round(moment.timestamp() * 1000))


def read_stamp(typed: str | None) -> datetime | None:
    """Back from ``stamp``."""
    if not typed or not typed.isascii() or not typed.isdigit() or len(typed) > 14:  # 14: up to the year 5138
        return None
    return datetime.fromtimestamp(int(typed) / 1000, UTC)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _points(typed: str) -> Decimal | None:
    try:
        found = text.parse_points(typed)
    except ValueError:
        return None
    return found if 0 < found <= 1000 and found == found.quantize(Decimal("0.0001")) else None


def _stored_rows(
    cells: Sequence[CellSpec], topics: Sequence[Topic], levels: Sequence[CognitiveLevel], defaults: Defaults,
    locale: str,
) -> list[TypedRow]:  # fmt: skip
    topic_ids = {one.id: one.public_id for one in topics}
    level_ids = {one.id: one.public_id for one in levels}
    return [
        typed_row(at, cell, (topic_ids.get(cell.topic_id, ""), level_ids.get(cell.level_id, "")), defaults, locale)
        for at, cell in enumerate(cells)
    ]


def _typed_column(level: CognitiveLevel | None) -> Column:
    column = Column(level)
    column.target = str(web.clean_text(request.form.get(f"target-{column.key}", ""))).removesuffix("%").strip()
    column.points = str(web.clean_text(request.form.get(f"points-{column.key}", "")))
    return column


def _stored_column(level: CognitiveLevel | None, frame: Frame, defaults: Defaults, locale: str) -> Column:
    column = Column(level)
    column.target = str(frame.level_targets.get(column.key, ""))
    column.points = text.format_points(defaults.points_of(level and level.id), locale)
    return column


def _check_column(column: Column) -> None:
    column.errors = {}
    if column.target and not (_number(column.target) <= 100 and column.target.isascii() and column.target.isdigit()):
        column.errors["target"] = _("Write the share as a whole number from 0 to 100, such as 40.")
    if column.points and _points(column.points) is None:
        column.errors["points"] = _("Write points such as 0,25 or 1.")
