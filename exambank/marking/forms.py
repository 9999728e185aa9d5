"""Forms of marking."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField, validators, widgets

from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.marking.rules import ACCEPT_ANSWER, ACCEPT_OPTION, CREDIT_ALL, SEPARATOR, choices_for
from exambank.web import BaseForm

ANSWER_LIMIT = 200  # letters of one further answer


class _Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class _ReasonForm(BaseForm):
    reason = TextAreaField(
        _l("Reason"),
        validators=[
            validators.InputRequired(_l("Say why, in a sentence: the reason is printed beside every mark it moves.")),
            validators.Length(min=5, max=1000),
        ],
    )
    step = HiddenField()  # "make" once the preview has been seen


class CorrectionForm(_ReasonForm):
    kind = RadioField(_l("What to do"), validators=[validators.InputRequired(_l("Choose what to do."))])
    options = _Checkboxes(_l("Further options to accept"))
    gap = SelectField(_l("Gap"), validators=[validators.Optional()])
    answers = TextAreaField(_l("Further answers to accept"), validators=[validators.Length(max=2000)])

    def fit(self, version: ItemVersion) -> "CorrectionForm":
        """Offer what this item allows."""
        words = {
            CREDIT_ALL: _("Credit the item in full to everybody who had it"),
            ACCEPT_OPTION: _("Accept a further option as right"),
            ACCEPT_ANSWER: _("Accept a further answer as right"),
        }
        kind, content = version.item.kind, version.content
        offered = choices_for(kind, content)
        self.kind.choices = [(code, words[code]) for code in offered]
        self.options.choices, self.gap.choices = [], []
        if ACCEPT_OPTION in offered:
            rows = REGISTRY[kind].key_view(content)
            self.options.choices = [(row["token"], row["letter"]) for row in rows if not row["is_key"]]
        if kind == "fill_in":
            self.gap.choices = [(gap["token"], str(at)) for at, gap in enumerate(content["gaps"], start=1)]
        return self

    @property
    def takes_answers(self) -> bool:
        return any(code == ACCEPT_ANSWER for code, _words in self.kind.choices)

    def further(self, version: ItemVersion) -> list[str]:
        """What to accept beside the key, as the correction keeps it."""
        if self.kind.data == ACCEPT_OPTION:
            return self.options.data or []
        if self.kind.data != ACCEPT_ANSWER:
            return []
        typed = [line.strip()[:ANSWER_LIMIT] for line in (self.answers.data or "").splitlines() if line.strip()]
        if version.item.kind == "numeric":
            return [line.replace(" ", "").replace(",", ".") for line in typed]
        if version.item.kind == "fill_in":
            return [f"{self.gap.data}{SEPARATOR}{self._in_gap(version.content, line)}" for line in typed]
        return typed

    def _in_gap(self, content: dict, words: str) -> str:
        """A drop-down's choice is kept by its token, whatever its text."""
        gap = next((gap for gap in content["gaps"] if gap["token"] == self.gap.data), {"kind": "text"})
        if gap["kind"] != "choice":
            return words
        return next((one["token"] for one in gap["choices"] if one["text"] == words), words)


class UndoForm(_ReasonForm):
    """Why a correction is taken back."""


class ReopenForm(BaseForm):
    reason = TextAreaField(_l("Reason"), validators=[validators.Length(max=1000)])
