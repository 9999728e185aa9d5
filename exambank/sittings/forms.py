"""Forms of the exam room: the candidate's code, the invigilator's minutes and reasons."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
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


class ReopenForm(BaseForm):
    """Minutes from now, and why a closed paper is opened again."""

    minutes = IntegerField(
        _l("Minutes"), validators=[InputRequired(_l("Type a whole number of minutes, for example 5."))]
    )
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Give the reason for opening the exam paper again.")), Length(max=500)],
    )


class OpenForm(BaseForm):
    code = StringField(
        _l("Session code"),
        validators=[InputRequired(_l("Type the session code from the sealed slip.")), Length(max=20)],
    )


class ActForm(BaseForm):
    """A form of one button."""


class RescueForm(BaseForm):
    """A rescue file; the check code as it was noted in the room, if it was."""

    file = FileField(_l("Rescue file (.exambank)"), validators=[FileRequired(_l("Choose the rescue file."))])
    noted = StringField(_l("Check code noted in the room"), validators=[Optional(), Length(max=20)])


class DecisionForm(BaseForm):
    reason = TextAreaField(
        _l("Reason"),
        validators=[InputRequired(_l("Give the reason for the decision.")), Length(max=500)],
    )


class MachineForm(BaseForm):
    """What a technician types on a machine of the room; the page's script fills in what it measured."""

    name = StringField(
        _l("Name of this machine"),
        validators=[
            InputRequired(_l("Type the name that is written on this machine, such as Máy 07.")),
            Length(max=60),
        ],
    )
    place = StringField(_l("Computer room"), validators=[Optional(), Length(max=100)])
    report = HiddenField()


class CardForm(BaseForm):
    """The codes of the exam card and of the session; an exam without session code leaves the second empty."""

    card = StringField(
        _l("Code on the exam card"),
        validators=[InputRequired(_l("Type the eight letters and figures of the card.")), Length(max=40)],
    )
    code = StringField(_l("Session code"), validators=[Optional(), Length(max=20)])


class MessageForm(BaseForm):
    """What candidates shall read."""

    text = TextAreaField(
        _l("Message"),
        validators=[InputRequired(_l("Type what the candidates shall read.")), Length(max=1000)],
    )


class ReplyForm(BaseForm):
    reply = TextAreaField(
        _l("Answer"), validators=[InputRequired(_l("Type the answer.")), Length(max=900)]
    )  # fmt: skip


_TIME = _l("Type a time of today, for example 08:20.")


class IncidentForm(BaseForm):
    """Half a minute: what, whom, since when. ``whom``: empty for the room, else a sitting's public id."""

    kind = RadioField(
        _l("What happened"),
        choices=[
            SelectChoice("power", _l("Power cut")),
            SelectChoice("network", _l("Network down")),
            SelectChoice("machine", _l("Machine broken")),
            SelectChoice("health", _l("Somebody is ill")),
            SelectChoice("noise", _l("Noise, disorder")),
            SelectChoice("other", _l("Something else")),
        ],
        validators=[InputRequired(_l("Choose what happened."))],
    )
    whom = SelectField(_l("Whom it concerns"), validators=[Optional()])
    began = TimeField(_l("Since"), validators=[InputRequired(_TIME)])
    ended = TimeField(_l("Until"), validators=[Optional()])
    text = TextAreaField(_l("In a sentence"), validators=[Optional(), Length(max=1000)])


class OffenceForm(BaseForm):
    """``code`` is filled from the catalogue of the exam's own rules, ``whom`` with the room's candidates."""

    whom = SelectField(_l("Candidate"), validators=[InputRequired(_l("Choose the candidate."))])
    code = RadioField(_l("Offence"), validators=[InputRequired(_l("Choose the offence from the list."))])
    text = TextAreaField(
        _l("What happened"), validators=[InputRequired(_l("Say what happened, in a sentence.")), Length(max=1000)]
    )
    happened = TimeField(_l("At"), validators=[InputRequired(_TIME)])
    evidence = StringField(_l("Evidence"), validators=[Optional(), Length(max=500)])
    witnesses = StringField(_l("Witnesses"), validators=[Optional(), Length(max=300)])
    signed = RadioField(
        _l("Did the candidate sign?"),
        choices=[
            SelectChoice("", _l("not signed yet")),
            SelectChoice("yes", _l("signed")),
            SelectChoice("no", _l("refused to sign")),
        ],
        default="",
        validators=[Optional()],
    )


class SignForm(BaseForm):
    """Whether the candidate signed the printed record."""

    signed = RadioField(
        _l("Did the candidate sign?"),
        choices=[SelectChoice("yes", _l("signed")), SelectChoice("no", _l("refused to sign"))],
        validators=[InputRequired(_l("Choose one."))],
    )
    witnesses = StringField(_l("Witnesses"), validators=[Optional(), Length(max=300)])


class GiveBackForm(ReasonForm):
    """Lost time for the chosen gaps: what each of them lost, or the same for all."""

    mode = RadioField(
        _l("How much"),
        choices=[
            SelectChoice("own", _l("to each what was measured")),
            SelectChoice("median", _l("to each the median")),
        ],
        default="own",
        validators=[Optional()],
    )
