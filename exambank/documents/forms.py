"""Forms of documents: what to print of a set of papers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from exambank.documents.papers.orders import MOST_SHEETS, PrintOrder
from exambank.documents.service.wording import paper_print_label
from exambank.web import BaseForm

MOST_LINES = 5
LONGEST_LINE = 120


class PaperPrintForm(BaseForm):
    """What, of which codes, on which paper; the lines of the header are proposed."""

    kind = RadioField(_l("What to print"), [InputRequired()])
    codes = SelectMultipleField(
        _l("Paper codes"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=True
    )
    copies = IntegerField(
        _l("Copies"), [InputRequired(_l("Type how many copies.")), NumberRange(1, MOST_SHEETS)], default=1
    )
    sheet = RadioField(_l("Paper size"), default="a4")
    columns = RadioField(_l("Columns of a page"), default="1")
    duplex = BooleanField(_l("Printed on both sides: every paper begins on a new sheet"), default=True)
    form = RadioField(_l("Answer sheet"), default="coded")  # it suits also papers whose kinds of questions differ
    number_digits = IntegerField(_l("Digits of the candidate number"), [Optional(), NumberRange(3, 7)], default=6)
    heading = StringField(_l("Heading"), [Optional(), Length(max=LONGEST_LINE)])
    lines = TextAreaField(_l("Lines below the heading"), [Optional()])
    minutes = IntegerField(_l("Time in minutes"), [Optional(), NumberRange(1, 600)])
    materials = BooleanField(_l("Materials may be used"))

    def __init__(self, *args, codes=(), proposed: PrintOrder | None = None, **values):
        proposed = proposed or PrintOrder()
        defaults = {"minutes": proposed.minutes, "lines": "\n".join(proposed.lines), "codes": list(codes), **values}
        super().__init__(*args, **defaults)
        self.kind.choices = [(kind, paper_print_label(kind)) for kind in ("papers", "answer_sheets", "keys")]
        self.codes.choices = [(code, code) for code in codes]
        self.sheet.choices = [("a4", _("A4")), ("a3", _("A3, folded: two A4 pages side by side"))]
        self.columns.choices = [("1", _("one")), ("2", _("two"))]
        self.form.choices = [
            ("blank", _("one form for all codes, the code is filled in by hand")),
            ("coded", _("with the code filled in, so many of each code")),
            ("plain", _("letters A to D for every question, whatever the papers hold")),
        ]

    def validate_lines(self, field) -> None:
        lines = (field.data or "").splitlines()
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(
                _("At most %(lines)s lines of %(signs)s signs.", lines=MOST_LINES, signs=LONGEST_LINE)
            )  # fmt: skip

    def order(self) -> PrintOrder:
        """What was chosen; all codes are the same as none."""
        chosen = self.codes.data or []
        is_all = len(chosen) == len(self.codes.choices)
        return PrintOrder(
            codes=() if is_all else tuple(chosen), copies=self.copies.data, columns=int(self.columns.data),
            sheet=self.sheet.data, duplex=self.duplex.data, heading=(self.heading.data or "").strip(),
            lines=tuple(line.strip() for line in (self.lines.data or "").splitlines() if line.strip()),
            minutes=self.minutes.data, materials=self.materials.data, form=self.form.data,
            number_digits=self.number_digits.data or 6,
        )  # fmt: skip
