"""Forms of assembly: the rows of a blueprint as people type them, dealing, withdrawing."""

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional

from exambank import text
from exambank.accounts.models import User
from exambank.assembly import rules
from exambank.assembly.rules import CellSpec
from exambank.bank.interactions import REGISTRY
from exambank.courses.models import CognitiveLevel, Topic
from exambank.web import BaseForm

BLANK_ROWS = 2
ROWS_ALLOWED = 80


class Choice(SelectField):
    """One of a list that the page offered; the empty value means "any"."""

    def pre_validate(self, form) -> None:
        if self.data and self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(_("This choice is not in the list any more. Choose again."))


class CellForm(Form):
    """One row: what is left out matches any question; a row without a number of questions is dropped."""

    class Meta(BaseForm.Meta):
        csrf = False

    topic = Choice(_l("Topic"), choices=[])
    level = Choice(_l("Level"), choices=[])
    kind = Choice(_l("Kind"), choices=[])
    tag = StringField(_l("With tag"), [Length(max=60)])
    not_tag = StringField(_l("Without tag"), [Length(max=60)])
    count = StringField(_l("Number of questions"))
    points = StringField(_l("Points each"))

    @property
    def is_blank(self) -> bool:
        return not (self.count.data or "").strip()

    def validate_count(self, field) -> None:
        typed = (field.data or "").strip()
        if typed and not (typed.isascii() and typed.isdigit() and 0 < int(typed[:6]) <= rules.ITEMS_ALLOWED):
            raise ValidationError(_("Write a whole number from 1 to 300, or leave the row empty to drop it."))

    def validate_points(self, field) -> None:
        try:
            given = self.read_points()
        except ValueError:
            given = Decimal(0)
        if not self.is_blank and not 0 < given <= 1000:
            raise ValidationError(_("Write points such as 0,25 or 1."))

    def read_points(self) -> Decimal:
        return text.parse_points(self.points.data) if (self.points.data or "").strip() else Decimal(1)


def _kinds() -> list[tuple[str, str]]:
    return [(kind, one.label()) for kind, one in REGISTRY.items()]


class BlueprintForm(BaseForm):
    """A blueprint with its rows; ``offer`` fills the lists to choose from."""

    name = StringField(_l("Name"), [InputRequired(_l("Give the blueprint a name.")), Length(max=300)])
    rows = FieldList(FormField(CellForm), max_entries=ROWS_ALLOWED)

    def offer(self, topics: Sequence[Topic], levels: Sequence[CognitiveLevel]) -> None:
        """Set the lists of every row and add blank rows at the end."""
        self._topics = {topic.public_id: topic.id for topic in topics}
        self._levels = {level.public_id: level.id for level in levels}
        blank = sum(row.form.is_blank for row in self.rows)
        for _row in range(max(0, min(BLANK_ROWS - blank, ROWS_ALLOWED - len(self.rows)))):
            self.rows.append_entry()
        for row in self.rows:
            row.form.topic.choices = _any_of(_("any topic"), [(one.public_id, one.name) for one in topics])
            row.form.level.choices = _any_of(_("any level"), [(one.public_id, one.name) for one in levels])
            row.form.kind.choices = _any_of(
                _("any the computer marks"), [(kind, one.label()) for kind, one in REGISTRY.items()]
            )

    def add_rows(self, count: int) -> None:
        """More blank rows, for who has script switched off."""
        for _row in range(min(count, ROWS_ALLOWED - len(self.rows))):
            self.rows.append_entry()

    def specs(self) -> list[CellSpec]:
        """The typed rows as cells, blank ones left out; call it on a valid form."""
        return [self._spec(row.form) for row in self.rows if not row.form.is_blank]

    def _spec(self, row: CellForm) -> CellSpec:
        return CellSpec(
            count=int(row.count.data), points=row.read_points(), topic_id=self._topics.get(row.topic.data),
            level_id=self._levels.get(row.level.data), kind=row.kind.data or None, tag=row.tag.data or None,
            not_tag=row.not_tag.data or None,
        )  # fmt: skip


def _any_of(label: str, pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, str(name)) for value, name in [("", label), *pairs]]


def typed_rows(cells: Sequence[CellSpec], topics: Sequence[Topic], levels: Sequence[CognitiveLevel]) -> list[dict]:
    """Stored cells as the form shows them."""
    topic_ids = {topic.id: topic.public_id for topic in topics}
    level_ids = {level.id: level.public_id for level in levels}
    return [
        {
            "topic": topic_ids.get(cell.topic_id, ""), "level": level_ids.get(cell.level_id, ""),
            "kind": cell.kind or "", "tag": cell.tag or "", "not_tag": cell.not_tag or "", "count": str(cell.count),
            "points": text.format_points(cell.points, str(get_locale())),
        }
        for cell in cells
    ]  # fmt: skip


class Whole(IntegerField):
    """A whole number, refused in the user's language."""

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a whole number, such as 4.")) from error


class DealForm(BaseForm):
    """How many papers, and the seed if an earlier deal is to be repeated."""

    count = Whole(_l("Number of papers"), [InputRequired(_l("Say how many papers."))])
    seed = StringField(_l("Seed"), [Optional(), Length(max=64)])
    new_seed = HiddenField(validators=[Optional(), Length(max=64)])  # drawn with the page: a double click repeats it

    def __init__(self, *args, **values):
        super().__init__(*args, new_seed=secrets.token_hex(16), **values)

    def validate_count(self, field) -> None:
        if field.data is not None and not 0 < field.data <= rules.PAPERS_ALLOWED:
            raise ValidationError(_("The number of papers must be from 1 to %(most)s.", most=rules.PAPERS_ALLOWED))


class ReasonForm(BaseForm):
    """A reason, kept in the record."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the papers are withdrawn.")), Length(max=300)])


class Day(StringField):
    """A day as people type it, 31/12/2026, or as a browser's date field sends it."""

    def day(self) -> date | None:
        """The day typed, None when it is none."""
        typed = (self.data or "").strip()
        day, _slash, rest = typed.partition("/")
        month, _slash, year = rest.partition("/")
        try:
            return date(int(year), int(month), int(day)) if rest else date.fromisoformat(typed)
        except ValueError:
            return None

    def pre_validate(self, form) -> None:
        if self.day() is None:
            raise ValidationError(_("Write a day such as 31/12/2026."))


class WritingTaskForm(BaseForm):
    """A line of the plan: who writes how many of what by when."""

    writer = Choice(_l("Writer"), [InputRequired(_l("Choose who writes."))], choices=[])
    topic = Choice(_l("Topic"), choices=[])
    level = Choice(_l("Level"), choices=[])
    kind = Choice(_l("Kind"), choices=[])
    count = Whole(_l("Number of items"), [InputRequired(_l("Say how many items."))])
    due_on = Day(_l("Due on"), [InputRequired(_l("Say by which day."))])
    note = StringField(_l("Note"), [Length(max=300)])

    def offer(self, writers: Sequence[User], topics: Sequence[Topic], levels: Sequence[CognitiveLevel]) -> None:
        """Set the lists to choose from."""
        self._found = {one.public_id: one for one in (*writers, *topics, *levels)}
        self.writer.choices = _any_of(_("Choose..."), [(one.public_id, one.full_name) for one in writers])
        self.topic.choices = _any_of(_("any topic"), [(one.public_id, one.name) for one in topics])
        self.level.choices = _any_of(_("any level"), [(one.public_id, one.name) for one in levels])
        self.kind.choices = _any_of(_("any kind"), _kinds())

    def task(self) -> dict:
        """What the service is given."""
        return {
            "writer": self._found[self.writer.data], "topic": self._found.get(self.topic.data),
            "level": self._found.get(self.level.data), "kind": self.kind.data or None, "count": self.count.data,
            "due_on": self.due_on.day(), "note": self.note.data or "",
        }  # fmt: skip
