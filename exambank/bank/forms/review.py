"""Forms beside the item's own: a decision, a reason, a bank's settings, an act of acceptance."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from exambank.bank.labels import check_label, level_label
from exambank.bank.rules.settings import BOUNDS, CHECKS, Settings
from exambank.web import BaseForm


class DecisionForm(BaseForm):
    """``has_open_comments``: the item can be sent back with them, without another reason."""

    decision = RadioField(_("Decision"), validators=[InputRequired(_("Choose to accept or to send back."))])
    comment = TextAreaField(_("Comment to the author"), validators=[Length(max=4000)], render_kw={"rows": 4})
    revision = HiddenField()

    def __init__(self, *args, has_open_comments: bool = False, **values):
        super().__init__(*args, **values)
        self.has_open_comments = has_open_comments
        self.decision.choices = [
            ("approve", gettext("Accept: papers may use this text")),
            ("send_back", gettext("Send back: the author changes it")),
        ]

    def validate_comment(self, comment):
        if self.decision.data == "send_back" and not comment.data and not self.has_open_comments:
            raise ValidationError(
                gettext("Say what must be changed, so that the author can do it: here, or as a comment on a part.")
            )


class ReasonForm(BaseForm):
    """Why an item is suspended, put back or retired."""

    reason = TextAreaField(
        _("Reason"),
        validators=[DataRequired(_("Give the reason: it stays with the item.")), Length(max=500)],
        render_kw={"rows": 3},
    )


class ConcernForm(BaseForm):
    """Why an item in force should be looked at again; ``exam``: the public id of the exam whose report showed it."""

    note = TextAreaField(
        _("What should be looked at?"),
        validators=[
            DataRequired(_("Say what should be looked at, so that a colleague can judge it.")), Length(max=2000),
        ],
        render_kw={"rows": 4},
    )  # fmt: skip
    exam = HiddenField()


class SettleForm(ReasonForm):
    """Why a doubt ends; ``seen``: how many pieces of evidence the page showed."""

    seen = HiddenField()


class RetireForm(ReasonForm):
    pass


class _Whole(IntegerField):
    """A whole number, refused in the user's language."""

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(gettext("Write a whole number, such as 12.")) from error


def _bounded(name: str, label) -> _Whole:
    least, most = BOUNDS[name]
    return _Whole(
        label,
        validators=[
            InputRequired(_("Write a whole number, such as 12.")),
            NumberRange(least, most, message=_("Write a number from %(min)s to %(max)s.")),
        ],
    )


class SettingsForm(BaseForm):
    """How a bank works; one choice for each check of the quality gate."""

    approvals_needed = _bounded("approvals_needed", _("Approvals needed"))
    review_months = _bounded("review_months", _("Months until an item is due for review"))
    reading_limit = _bounded("reading_limit", _("Accepted items of others that one person may read in an hour"))
    change_limit = _bounded("change_limit", _("Per cent of the bank that may change between two acts of acceptance"))

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        for code, check in CHECKS.items():
            field = self[f"gate_{code}"]
            field.label.text = check_label(code)
            field.choices = [(level, level_label(level)) for level in check.levels]
            if check.default != "off":
                field.description = gettext("Usually: %(level)s", level=level_label(check.default))

    @property
    def gate_fields(self) -> list[SelectField]:
        return [self[f"gate_{code}"] for code in CHECKS]

    def show(self, settings: Settings) -> None:
        """Fill with what stands."""
        for name in BOUNDS:
            self[name].data = getattr(settings, name)
        for code, level in settings.levels().items():
            self[f"gate_{code}"].data = level

    def values(self) -> dict:
        """What the service is given."""
        gate = {code: self[f"gate_{code}"].data for code in CHECKS}
        return {**{name: self[name].data for name in BOUNDS}, "gate": gate}


for _code in CHECKS:
    setattr(SettingsForm, f"gate_{_code}", SelectField(choices=[], validators=[InputRequired()]))


class _LocalTime(DateTimeLocalField):
    """A time typed in the school's zone."""

    def __init__(self, label=None, validators=None, **values):
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **values)

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(gettext("Write date and time, such as 2026-11-24 08:00.")) from error


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


class AcceptanceForm(BaseForm):
    """The council's meeting. ``bank`` is the fingerprint of what the page showed."""

    bank = HiddenField()
    held_at = _LocalTime(_("Date and time of the meeting"), validators=[InputRequired(_("Say when the council met."))])
    chair = StringField(_("Chair"), validators=[DataRequired(_("Name the chair of the council.")), Length(max=200)])
    secretary = StringField(
        _("Secretary"), validators=[DataRequired(_("Name the secretary of the council.")), Length(max=200)]
    )
    members = TextAreaField(_("Members"), validators=[Length(max=4000)], render_kw={"rows": 4})
    conclusion = TextAreaField(
        _("Conclusion"),
        validators=[DataRequired(_("Write what the council concluded.")), Length(max=4000)],
        render_kw={"rows": 5},
    )

    def start(self, now: datetime, bank: str) -> None:
        """An empty form for a meeting that ends now."""
        self.bank.data = bank
        self.held_at.data = now.astimezone(_zone()).replace(tzinfo=None, second=0, microsecond=0)

    def values(self) -> dict:
        """What the service is given."""
        return {
            "held_at": self.held_at.data.replace(tzinfo=_zone()).astimezone(UTC), "chair": self.chair.data,
            "secretary": self.secretary.data, "members": (self.members.data or "").splitlines(),
            "conclusion": self.conclusion.data, "fingerprint": self.bank.data or "",
        }  # fmt: skip
