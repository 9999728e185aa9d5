"""Fields that complain in the user's language: WTForms has no Vietnamese messages of its own."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectChoice, SelectField, SelectMultipleField, ValidationError, widgets
from wtforms.validators import InputRequired, Length, NumberRange

REQUIRED = InputRequired(_l("This must not be empty."))


def at_most(most: int) -> Length:
    return Length(max=most, message=_l("This is too long: at most %(count)s characters.", count=most))


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Values and labels as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


class Choice(SelectField):
    """One of the list."""

    def pre_validate(self, form) -> None:
        if not any(self.coerce(value) == self.data for value, *_rest in self.iter_choices()):
            raise ValidationError(_l("Choose one of the list."))


class Choices(SelectMultipleField):
    """Any of the list, as checkboxes."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def pre_validate(self, form) -> None:
        known = {self.coerce(value) for value, *_rest in self.iter_choices()}
        if not known.issuperset(self.data or ()):
            raise ValidationError(_l("Choose from the list."))


class Day(DateField):
    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("This is not a day. Example: 2026-09-01.")) from error


class Whole(IntegerField):
    """A whole number between two bounds."""

    def __init__(self, label, least: int, most: int, **options):
        message = _l("A whole number from %(least)s to %(most)s.", least=least, most=most)
        super().__init__(label, [InputRequired(message), NumberRange(least, most, message)], **options)
        self.complaint = message

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None  # the validators say it, once
