"""The form of papers as Word: for which codes which files, and what stands around the questions."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from exambank.assembly.models import PaperSet
from exambank.interchange.forms import choices
from exambank.interchange.service import CODE_MAP, KEY_TABLE, KEYS, MOST_CODES, PAPERS, Print
from exambank.web import BaseForm

_LINES = 6


class Ticks(SelectMultipleField):
    """Several of a list, as boxes to tick; complains in the user's language."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()

    def pre_validate(self, form) -> None:
        if not set(self.data or ()) <= {value for value, *_rest in self.iter_choices()}:
            raise ValidationError(_("Choose one of the list."))


class Minutes(IntegerField):
    """A whole number, refused in the user's language."""

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("Write a whole number, such as 4.")) from error


class PapersForm(BaseForm):
    parts = Ticks(_l("What the download holds"), [InputRequired(_l("Choose what the download should hold."))])
    codes = Ticks(_l("Paper codes"), [InputRequired(_l("Choose the paper codes."))])
    title = StringField(_l("Title of the paper"), [InputRequired(_l("Write a title.")), Length(max=200)])
    occasion = TextAreaField(_l("Further lines of the header"), [Length(max=600)])
    minutes = Minutes(
        _l("Minutes"), [Optional(), NumberRange(1, 1000, _l("Write the minutes as a number from 1 to 1000."))]
    )
    may_use_materials = BooleanField(_l("Candidates may use materials"))
    has_lines = BooleanField(_l("Dotted lines to write on under essay questions"))

    def offer(self, paper_set: PaperSet) -> None:
        """Set the lists to choose from."""
        self.codes.choices = choices((paper.code, paper.code) for paper in paper_set.papers)
        self.parts.choices = choices(
            [
                (PAPERS, _("The papers, a file for each code")),
                (KEYS, _("The key of each code, with guides for marking")),
                (KEY_TABLE, _("A table of the keys of all codes")), (CODE_MAP, _("A map between the codes")),
            ]
        )  # fmt: skip

    def validate_codes(self, field) -> None:
        if len(field.data or ()) > MOST_CODES:
            raise ValidationError(_("At most %(most)s codes go into one download. Choose fewer.", most=MOST_CODES))

    def wanted(self) -> Print:
        """What was chosen; call it on a valid form."""
        lines = [" ".join(line.split()) for line in (self.occasion.data or "").split("\n")]
        return Print(
            tuple(self.codes.data), frozenset(self.parts.data), self.title.data,
            tuple(line for line in lines if line)[:_LINES], self.minutes.data, self.may_use_materials.data,
            self.has_lines.data,
        )  # fmt: skip
