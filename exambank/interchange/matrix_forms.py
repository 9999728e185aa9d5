"""Forms of matrices: choose a file, and say what its words for topics, levels and kinds mean."""

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from exambank import text
from exambank.bank.interactions import REGISTRY
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.interchange.blueprints import Plan
from exambank.interchange.forms import Choice, FileForm, choices
from exambank.interchange.service import ANY, DROP, MATRIX_LIMIT, Choices, words_of
from exambank.web import BaseForm

_NAMES = ("topic", "level", "kind")


class MatrixFileForm(FileForm):
    """A file with a matrix."""

    limit = MATRIX_LIMIT


class PlanForm(BaseForm):
    """The name of the draft, points where the file gives none; ``plan_form`` adds a list for every word."""

    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Give the blueprint a name.")),
            Length(max=300, message=_l("This is too long: at most %(count)s characters.", count=300)),
        ],
    )
    points = StringField(_l("Points of a question for which the file gives none"))

    def validate_points(self, field) -> None:
        try:
            given = text.parse_points(field.data or "1")
        except ValueError:
            given = Decimal(0)
        if not 0 < given <= 1000:
            raise ValidationError(_("Write points such as 0,25 or 1."))

    def fields_of(self, name: str) -> list:
        """The lists for the words of topics, levels or kinds."""
        return [self[f"{name}_{place}"] for place in range(len(self.words[name]))]

    def choices(self) -> Choices:
        """What was chosen; call it on a valid form."""
        chosen = {
            name: {word: self[f"{name}_{place}"].data for place, word in enumerate(self.words[name])} for name in _NAMES
        }
        points = text.parse_points(self.points.data or "1")
        return Choices(chosen["topic"], chosen["level"], chosen["kind"], points)


def plan_form(course_module: CourseModule, plan: Plan, proposed: Choices, *, is_new: bool = False) -> PlanForm:
    """The form for this plan, a list for every word of it, filled with what is most likely meant.

    ``is_new``: shown for the first time; what came with the request is another form's.
    """
    words = {name: words_of(plan, name) for name in _NAMES}
    offered = {
        "topic": ([(one.public_id, one.name) for one in courses.list_topics(course_module)], _("any topic")),
        "level": ([(one.public_id, one.name) for one in courses.list_levels()], _("any level")),
        "kind": ([(kind, str(one.label())) for kind, one in REGISTRY.items()], _("any the computer marks")),
    }
    fields = {
        f"{name}_{place}": _word_field(word, *offered[name])
        for name in _NAMES
        for place, word in enumerate(words[name])
    }
    made = type("PlanFormOfFile", (PlanForm,), {**fields, "words": words})
    meant = {"topic": proposed.topics, "level": proposed.levels, "kind": proposed.kinds}
    data = {f"{name}_{place}": meant[name].get(word, "") for name in _NAMES for place, word in enumerate(words[name])}
    data |= {"name": plan.name, "points": text.format_points(proposed.points, str(get_locale()))}
    return made(formdata=None, data=data) if is_new else made(data=data)


def _word_field(word: str, offered: Sequence[tuple[str, str]], any_label: str) -> Choice:
    rows = [("", _("Choose...")), *offered, (ANY, any_label), (DROP, _("leave these questions out"))]
    label = str(REGISTRY[word].label()) if word in REGISTRY else word  # TL and TN were read as kinds of ours
    return Choice(label, [InputRequired(_l("Choose one of the list."))], choices=choices(rows))
