"""Forms of seals: how papers are sealed, a holder's passphrase, two passphrases to open."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectMultipleField, StringField, ValidationError, validators, widgets
from wtforms.fields import SelectChoice, SelectField

from exambank.assembly.models import PaperSeal
from exambank.assembly.service import PossibleHolder, SealChoice, Second, mode_label
from exambank.web import BaseForm

_LONGEST = 200


class Checkboxes(SelectMultipleField):
    """Several of a few, all in sight."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def pre_validate(self, form) -> None:
        if any(value not in {choice.value for choice in self.choices} for value in self.data or []):
            raise ValidationError(_("One of those named cannot hold these papers any more. Choose again."))


class Moment(StringField):
    """A moment in the school's time, as a browser's field sends it."""

    def moment(self) -> datetime | None:
        """What was typed, aware; None when nothing was."""
        typed = (self.data or "").strip()
        zone = ZoneInfo(current_app.config["TIMEZONE"])
        return datetime.fromisoformat(typed).replace(tzinfo=zone) if typed else None

    def pre_validate(self, form) -> None:
        try:
            self.moment()
        except ValueError as error:
            raise ValidationError(_("Write a day and a time, such as 2026-12-31T07:30.")) from error


class ApproveForm(BaseForm):
    """Approving and sealing in one act."""

    mode = RadioField(
        _l("How these papers are sealed"),
        [validators.InputRequired(_l("Choose how these papers are sealed."))],
        choices=[],
        validate_choice=False,
    )
    holders = Checkboxes(_l("Holders of the key"), [validators.Optional()], choices=[])
    opens_at = Moment(_l("Open by the clock at"), [validators.Optional()])

    def offer(self, possible: Sequence[PossibleHolder], modes: Sequence[str]) -> None:
        """Set what can be chosen: a way that is not there (too few holders) is not offered."""
        self._modes = set(modes)
        self.mode.choices = [SelectChoice(mode, mode_label(mode)) for mode in modes]
        self.holders.choices = [SelectChoice(one.user.public_id, one.user.full_name) for one in possible]

    def validate_mode(self, field) -> None:
        if field.data not in self._modes:
            raise ValidationError(_("Choose how these papers are sealed."))

    def choice(self) -> SealChoice:
        """What the service is given; call it on a valid form."""
        if self.mode.data == "holders":
            return SealChoice("holders", tuple(self.holders.data or ()))
        return SealChoice(self.mode.data, opens_at=self.opens_at.moment() if self.mode.data == "clock" else None)


def _passphrase(label, message):
    return PasswordField(label, [validators.InputRequired(message), validators.Length(max=_LONGEST)])


class HolderKeyForm(BaseForm):
    """A new passphrase, typed twice: nobody can tell it again."""

    passphrase = _passphrase(_l("Passphrase"), _l("Type a passphrase."))
    again = PasswordField(
        _l("Passphrase once more"),
        [
            validators.InputRequired(_l("Type the passphrase once more.")),
            validators.EqualTo("passphrase", _l("The two passphrases differ. Type both again.")),
        ],
    )


class OwnPassphraseForm(BaseForm):
    """Proving that the own passphrase is still known."""

    passphrase = _passphrase(_l("Your passphrase"), _l("Type your passphrase."))


class TurnKeyForm(BaseForm):
    """Opening or rehearsing: the own passphrase, and the second holder's where both are at this machine."""

    passphrase = _passphrase(_l("Your passphrase"), _l("Type your passphrase."))
    second = SelectField(_l("Second holder"), [validators.Optional()], choices=[], validate_choice=False)
    second_passphrase = PasswordField(
        _l("Passphrase of the second holder"), [validators.Optional(), validators.Length(max=_LONGEST)]
    )
    reason = StringField(_l("Reason for opening early"), [validators.Optional(), validators.Length(max=500)])

    def offer(self, seal: PaperSeal, own_user_id: int) -> None:
        """Set the other holders to choose from."""
        people = [one.holder_key.user for one in seal.holders]
        self.second.choices = [
            SelectChoice("", _("at another machine")),
            *[SelectChoice(one.public_id, one.full_name) for one in people if one.id != own_user_id and one.is_active],
        ]

    def validate_second_passphrase(self, field) -> None:
        if self.second.data and not field.data:
            raise ValidationError(_("The second holder types the passphrase here."))
        if field.data and not self.second.data:
            raise ValidationError(_("Choose whose passphrase this is."))

    def second_holder(self) -> Second | None:
        """The second holder at this machine, if there is one."""
        return Second(self.second.data, self.second_passphrase.data) if self.second.data else None
