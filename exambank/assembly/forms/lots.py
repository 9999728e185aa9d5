"""Forms of lots: what lies in it, the draw before witnesses, reasons."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from exambank.assembly.models import PaperSet
from exambank.assembly.rules import lots
from exambank.assembly.service import Witness
from exambank.web import BaseForm

WITNESS_ROWS = 4


class Boxes(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PrepareLotForm(BaseForm):
    """A lot: its name and the sets in it; the envelopes are numbered in the order of the list."""

    name = StringField(
        _l("Name of the lot"),
        [InputRequired(_l("Give the lot a name, such as the exam it is for.")), Length(max=300)],
    )
    sets = Boxes(_l("Sealed papers"), choices=[])

    def offer(self, sets: Sequence[PaperSet], describe) -> None:
        """Set the list to choose from; ``describe`` gives the words of a set."""
        self._found = {one.public_id: one for one in sets}
        self.sets.choices = [(one.public_id, describe(one)) for one in sets]

    def validate_sets(self, field) -> None:
        if not lots.LEAST_SETS <= len(field.data or []) <= lots.MOST_SETS:
            raise ValidationError(_("Choose at least two sets; three are usual: one to be used and two reserves."))

    def chosen(self) -> list[PaperSet]:
        """The sets ticked, in the order of the list."""
        return [one for public_id, one in self._found.items() if public_id in self.sets.data]


class WitnessRow(Form):
    """A person who watches, with the post that goes into the minutes."""

    class Meta(BaseForm.Meta):
        csrf = False

    name = StringField(_l("Full name"), [Length(max=200)])
    post = StringField(_l("Post"), [Length(max=200)])


class DrawForm(BaseForm):
    """Who watches, and the seed that they give; without one the server draws it at the press of the button."""

    witnesses = FieldList(FormField(WitnessRow), min_entries=WITNESS_ROWS, max_entries=WITNESS_ROWS)
    seed = StringField(_l("Seed given by the witnesses"), [Length(max=lots.LONGEST_SEED)])

    def present(self) -> list[Witness]:
        """The witnesses named; rows left empty are dropped."""
        rows = [row.form for row in self.witnesses]
        return [Witness(row.name.data or "", row.post.data or "") for row in rows if row.name.data or row.post.data]


class LotReasonForm(BaseForm):
    """A reason, kept in the record and in the minutes."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Give the reason.")), Length(max=500)])
