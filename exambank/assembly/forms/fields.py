"""Fields that the forms of assembly share."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectChoice, SelectField, ValidationError
from wtforms.validators import Length

from exambank.bank.interactions import REGISTRY


class Choice(SelectField):
    """One of a list that the page offered; the empty value means "any"."""

    def pre_validate(self, form) -> None:
        if self.data and self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(_("This choice is not in the list any more. Choose again."))


class Whole(IntegerField):
    """A whole number, refused in the user's language."""

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as error:
            raise ValueError(_("Write a whole number, such as 4.")) from error


def at_most(most: int) -> Length:
    """A limit of length that is told in the user's language: WTForms has no Vietnamese words of its own."""
    return Length(max=most, message=_l("This is too long: at most %(count)s characters.", count=most))


def any_of(label: str, pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    """The choices of a list whose first, empty one means "any"."""
    return [SelectChoice(value, str(name)) for value, name in [("", label), *pairs]]


def kinds() -> list[tuple[str, str]]:
    """Every kind of question with its word."""
    return [(kind, one.label()) for kind, one in REGISTRY.items()]
