"""Forms of whole papers: the chosen questions, the search beside them, a paper brought as a file."""

import secrets
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, Form, FormField, HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from exambank import text
from exambank.assembly import rules
from exambank.assembly.forms.fields import Choice, Whole, any_of, kinds
from exambank.assembly.rules import files, whole
from exambank.assembly.rules.whole import ChosenItem
from exambank.bank.service import Filters
from exambank.courses.models import CognitiveLevel, Topic
from exambank.web import BaseForm

_WRONG = Decimal(0)  # points that cannot be read: refused when the paper is stored, kept as typed until then


class ChosenRow(Form):
    """A chosen question: which one, its points, its part."""

    class Meta(BaseForm.Meta):
        csrf = False

    item = HiddenField(validators=[Length(max=36)])
    points = StringField(_l("Points"), [Length(max=20)])
    part = StringField(_l("Part"), [Length(max=2)])

    def chosen(self) -> ChosenItem:
        typed = (self.part.data or "").strip()
        return ChosenItem(
            self.item.data or "", _points(self.points.data), int(typed) if typed.isascii() and typed.isdigit() else 0
        )


def _points(typed: str | None) -> Decimal:
    try:
        return text.parse_points(typed or "")
    except ValueError:
        return _WRONG


class WholeForm(BaseForm):
    """A whole paper while it is put together: it stands only on the page until it is stored."""

    name = StringField(_l("Name of the paper"), [InputRequired(_l("Give the paper a name.")), Length(max=300)])
    codes = StringField(_l("Number of codes"), [InputRequired(_l("Say how many codes.")), Length(max=3)])
    new_seed = HiddenField(validators=[Optional(), Length(max=64)])  # drawn with the page: a double click repeats it
    rows = FieldList(FormField(ChosenRow), max_entries=rules.ITEMS_ALLOWED)
    search = StringField(_l("Words of the question"), [Length(max=200)])
    topic = Choice(_l("Topic"), choices=[])
    level = Choice(_l("Level"), choices=[])
    kind = Choice(_l("Kind"), choices=[])

    def __init__(self, *args, **values):
        super().__init__(*args, **{"new_seed": secrets.token_hex(16), "codes": "1", **values})

    def offer(self, topics: Sequence[Topic], levels: Sequence[CognitiveLevel]) -> None:
        """Set the lists to choose from."""
        self.topic.choices = any_of(_("any topic"), [(one.public_id, one.name) for one in topics])
        self.level.choices = any_of(_("any level"), [(one.public_id, one.name) for one in levels])
        self.kind.choices = any_of(_("any kind"), kinds())

    def chosen(self) -> list[ChosenItem]:
        """The questions as they stand on the page; points and parts that cannot be read are 0."""
        return [row.form.chosen() for row in self.rows if row.form.item.data]

    def show(self, chosen: Sequence[ChosenItem]) -> None:
        """Put these questions on the page; what was typed into them and cannot be read stays as typed."""
        typed = {row.form.item.data: (row.form.points.data, row.form.part.data) for row in self.rows}
        while self.rows.entries:
            self.rows.pop_entry()
        for one in chosen:
            points, part = typed.get(one.item, (text.format_points(one.points, str(get_locale())), str(one.part)))
            self.rows.append_entry({"item": one.item, "points": points, "part": part})

    def number_of_codes(self) -> int:
        typed = (self.codes.data or "").strip()
        return int(typed) if typed.isascii() and typed.isdigit() else 0

    def filters(self) -> Filters:
        """What the search beside the paper is narrowed to."""
        return Filters(
            search=(self.search.data or "")[:200], topic=self.topic.data or "", level=self.level.data or "",
            kind=self.kind.data or "",
        )  # fmt: skip


class UploadForm(BaseForm):
    """A paper brought as a file, and its key."""

    name = StringField(_l("Name of the paper"), [InputRequired(_l("Give the paper a name.")), Length(max=300)])
    code = StringField(_l("Paper code"), [InputRequired(_l("Give the paper its code, such as 101.")), Length(max=20)])
    question_count = Whole(_l("Number of questions"), [InputRequired(_l("Say how many questions."))])
    total_points = StringField(_l("Points in all"), [InputRequired(_l("Say how many points in all.")), Length(max=20)])
    paper = FileField(_l("The paper (PDF or Word)"), [FileRequired(_l("Choose the file of the paper."))])
    key = FileField(_l("The key (PDF or Word)"), [Optional()])

    def validate_question_count(self, field) -> None:
        if field.data is not None and not 0 < field.data <= rules.ITEMS_ALLOWED:
            raise ValidationError(_("A paper has from 1 to 300 questions."))

    def validate_total_points(self, field) -> None:
        if not 0 < self.points() <= whole.MOST_POINTS:
            raise ValidationError(_("Write points such as 0,25 or 1."))

    def points(self) -> Decimal:
        """The points typed; 0 when they cannot be read."""
        return _points(self.total_points.data)

    def bodies(self) -> tuple[bytes, bytes | None]:
        """The bytes of the paper and of the key, each cut one byte beyond what is allowed."""
        return _read(self.paper.data), _read(self.key.data) if self.key.data else None


def _read(upload) -> bytes:
    return upload.stream.read(files.LARGEST_BYTES + 1)
