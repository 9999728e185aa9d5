"""Forms of marking."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField, validators, widgets

from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.marking.rules import ACCEPT_OPTION, CREDIT_ALL, KINDS_WITH_FURTHER_OPTIONS
from exambank.web import BaseForm


class _Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class CorrectionForm(BaseForm):
    kind = RadioField(_l("What to do"), validators=[validators.InputRequired(_l("Choose what to do."))])
    options = _Checkboxes(_l("Further options to accept"))
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            validators.InputRequired(_l("Say why, in a sentence: the reason is printed beside every mark it moves.")),
            validators.Length(min=5, max=1000),
        ],
    )
    step = HiddenField()  # "make" once the preview has been seen

    def fit(self, version: ItemVersion) -> "CorrectionForm":
        """Offer what this item allows."""
        self.kind.choices = [(CREDIT_ALL, _("Credit the item in full to everybody who had it"))]
        self.options.choices = []
        if version.item.kind in KINDS_WITH_FURTHER_OPTIONS:
            self.kind.choices.append((ACCEPT_OPTION, _("Accept a further option as right")))
            rows = REGISTRY[version.item.kind].key_view(version.content)
            self.options.choices = [(row["token"], row["letter"]) for row in rows if not row["is_key"]]
        return self


class UndoForm(BaseForm):
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            validators.InputRequired(_l("Say why, in a sentence: the reason is printed beside every mark it moves.")),
            validators.Length(min=5, max=1000),
        ],
    )
    step = HiddenField()
