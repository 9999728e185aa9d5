"""Forms of the exam room: the candidate's code, the invigilator's minutes and reasons."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from exambank.web import BaseForm


class EnterForm(BaseForm):
    """The code is not asked of the browser that already holds the seat."""

    code = StringField(_l("Session code"), validators=[Optional(), Length(max=20)])


class ReasonForm(BaseForm):
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Give the reason, for example: computer replaced.")), Length(max=300)],
    )


class ExtendForm(ReasonForm):
    minutes = IntegerField(
        _l("Minutes"),
        validators=[
            InputRequired(_l("Type a whole number of minutes, for example 5.")),
            NumberRange(1, 60, _l("Between 1 and 60 minutes can be added at a time.")),
        ],
    )


class OpenForm(BaseForm):
    code = StringField(
        _l("Session code"),
        validators=[InputRequired(_l("Type the session code from the sealed slip.")), Length(max=20)],
    )


class ActForm(BaseForm):
    """A form of one button."""


class DecisionForm(BaseForm):
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give the reason for the decision.")), Length(max=500)],
    )
