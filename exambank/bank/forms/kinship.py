"""Forms for sets of enemies and groups of variants: the members by their codes."""

from flask_babel import lazy_gettext as _
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from exambank.web import BaseForm


class MembersForm(BaseForm):
    """Codes as typed, told apart by spaces or commas."""

    codes = TextAreaField(
        _("Codes of the items"),
        validators=[DataRequired(_("Type the codes of at least two items.")), Length(max=2000)],
        render_kw={"rows": 3},
    )


class EnemiesForm(MembersForm):
    reason = StringField(_("Why they never meet"), validators=[Length(max=500)])


class VariantsForm(MembersForm):
    name = StringField(_("Name of the group"), validators=[Length(max=300)])
