"""The forms of grades: confirmations of official acts."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from exambank.web import BaseForm


class ConfirmForm(BaseForm):
    """Confirms what was shown; ``seen`` is its fingerprint."""

    seen = HiddenField(validators=[DataRequired(), Length(max=64)])


class SignForm(ConfirmForm):
    """Freezing is signed with the full name."""

    signature = StringField(
        _l("Your full name"), validators=[DataRequired(_l("Type your full name to sign.")), Length(max=300)]
    )
