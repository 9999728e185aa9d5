"""Forms of papers: dealing and withdrawing."""

import secrets

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from exambank.assembly import rules
from exambank.assembly.forms.fields import Whole
from exambank.web import BaseForm

SHORTEST_SEED = 16


class DealForm(BaseForm):
    """How many papers, and the seed if an earlier deal is to be repeated."""

    count = Whole(_l("Number of papers"), [InputRequired(_l("Say how many papers."))])
    seed = StringField(_l("Seed"), [Optional(), Length(max=64)])
    new_seed = HiddenField(validators=[Optional(), Length(max=64)])  # drawn with the page: a double click repeats it

    def __init__(self, *args, **values):
        super().__init__(*args, new_seed=secrets.token_hex(16), **values)

    def validate_seed(self, field) -> None:
        """Whoever has a copy of the database deals the papers again with a seed that can be guessed."""
        if field.data and not len(field.data.strip()) >= SHORTEST_SEED:
            raise ValidationError(
                _("A typed seed has at least %(n)s characters: a shorter one can be guessed.", n=SHORTEST_SEED)
            )

    def validate_count(self, field) -> None:
        if field.data is not None and not 0 < field.data <= rules.PAPERS_ALLOWED:
            raise ValidationError(_("The number of papers must be from 1 to %(most)s.", most=rules.PAPERS_ALLOWED))


class ReasonForm(BaseForm):
    """A reason, kept in the record."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the papers are withdrawn.")), Length(max=300)])
