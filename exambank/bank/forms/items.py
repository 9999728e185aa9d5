"""The item's form: what every kind has in common, and within it the form of its kind (``part``)."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from exambank.bank.forms.figures import read_figure, show_figure
from exambank.bank.forms.kinds import FORMS, form_of_kind
from exambank.bank.forms.rows import LONGEST_TEXT, KindForm, too_long
from exambank.bank.forms.typed import FillInForm
from exambank.bank.interactions import Problem
from exambank.bank.models import Item, ItemVersion, Media
from exambank.courses import service as courses
from exambank.courses.models import CognitiveLevel, CourseModule, LearningOutcome, Topic
from exambank.web import BaseForm

LONGEST_MINUTES = 600
ABOUT_THE_ITEM = frozenset({"no_topic", "no_level", "picture_alt", "picture_absent"})  # when they name no part


class ItemForm(BaseForm):
    """An item as it is typed. ``base`` and ``revision`` say from which text the edit began."""

    places = (
        "topic", "level", "outcome", "tags", "minutes", "source", "source_chapter", "source_page", "contributors",
        "licence",
    )  # fmt: skip

    base = HiddenField()
    revision = HiddenField()
    media = HiddenField()
    buffer = HiddenField()
    kind = HiddenField()
    stem = TextAreaField(_("Question text"), validators=[DataRequired(_("Type the question."))])
    topic = SelectField(_("Topic"), default="")
    level = SelectField(_("Level"), default="")
    outcome = SelectField(_("Learning outcome"), default="")
    tags = StringField(_("Tags"), validators=[Length(max=500)])
    minutes = StringField(_("Expected time in minutes"), validators=[Length(max=12)])
    source = StringField(_("Textbook or document"), validators=[Length(max=300)])
    source_chapter = StringField(_("Chapter"), validators=[Length(max=120)])
    source_page = StringField(_("Page"), validators=[Length(max=40)])
    contributors = StringField(_("Contributors"), validators=[Length(max=500)])
    licence = StringField(_("Licence"), validators=[Length(max=120)])
    picture = FileField(_("Picture"))
    alt = StringField(_("What the picture shows"), validators=[Length(max=500)])
    picture_name = StringField(_("Name of the missing picture"), validators=[Length(max=300)])
    drop_picture = BooleanField(_("Remove the picture"))

    def __init__(
        self,
        formdata: Any = None,
        *,
        topics: Iterable[Topic] = (),
        levels: Iterable[CognitiveLevel] = (),
        outcomes: Iterable[LearningOutcome] = (),
    ):
        super().__init__(formdata=formdata)
        self._topics = {topic.public_id: topic for topic in topics}
        self._levels = {level.public_id: level for level in levels}
        self._outcomes = {outcome.public_id: outcome for outcome in outcomes}
        self._offer()
        self.part: KindForm = form_of_kind("")
        self.problems: list[Problem] = []

    def _offer(self) -> None:
        """Fill the lists to choose from; what is retired stays only where it is chosen, so that saving keeps it."""
        lists = ((self.topic, self._topics), (self.level, self._levels), (self.outcome, self._outcomes))
        for field, things in lists:
            offered = [(key, one) for key, one in things.items() if one.retired_at is None or key == field.data]
            field.choices = [("", gettext("Not chosen")), *((key, _words(one)) for key, one in offered)]

    # --- what was typed ---

    @property
    def interaction(self):
        return self.part.interaction

    @property
    def chosen_topic(self) -> Topic | None:
        return self._topics.get(self.topic.data)

    @property
    def chosen_level(self) -> CognitiveLevel | None:
        return self._levels.get(self.level.data)

    @property
    def chosen_outcome(self) -> LearningOutcome | None:
        return self._outcomes.get(self.outcome.data)

    @property
    def has_outcomes(self) -> bool:
        return len(self.outcome.choices) > 1

    @property
    def tag_list(self) -> list[str]:
        return (self.tags.data or "").replace(";", ",").split(",")

    @property
    def expected_seconds(self) -> int | None:
        figure = read_figure(self.minutes.data or "")
        return round(float(figure) * 60) or None if figure else None

    def texts(self) -> tuple[str, dict]:
        """The question text and the content, as they would be stored."""
        return self.part.texts(self.stem.data or "")

    def stem_html(self) -> str:
        return self.texts()[0]

    def content(self) -> dict:
        return self.texts()[1]

    # --- filling ---

    def start(self, kind: str) -> "ItemForm":
        """An empty form of a kind."""
        self.part = form_of_kind(kind).start()
        self.kind.data = self.part.kind
        return self

    def read(self, data: Any, kind: str | None = None) -> "ItemForm":
        """Take the kind's part from what was posted."""
        self.part = form_of_kind(kind or self.kind.data or "").read(data)
        self.kind.data = self.part.kind
        return self

    def show(self, item: Item, version: ItemVersion) -> "ItemForm":
        """Fill with what stands."""
        self.base.data, self.revision.data = version.public_id, str(version.revision)
        self.show_text(item.kind, version)
        self.topic.data = self._known(self._topics, item.topic)
        self.level.data = self._known(self._levels, item.level)
        self.outcome.data = self._known(self._outcomes, item.outcome)
        self.tags.data = ", ".join(tag.tag for tag in item.tags)
        for name in ("source", "source_chapter", "source_page", "contributors", "licence"):
            self[name].data = getattr(item, name) or ""
        seconds = item.expected_seconds
        self.minutes.data = show_figure(f"{seconds / 60:.2f}") if seconds else ""
        self._offer()
        return self

    def show_text(self, kind: str, version: ItemVersion) -> None:
        """Fill with a version's text and picture."""
        self.kind.data = kind
        self.part = form_of_kind(kind).show(version.stem, version.content)
        self.stem.data = self.part.shown_stem(version.stem)
        self.picture_name.data = version.picture_name or ""
        self.show_media(version.media)

    @staticmethod
    def _known(choices: dict, chosen) -> str:
        return chosen.public_id if chosen is not None and chosen.public_id in choices else ""

    def show_media(self, media: Media | None) -> None:
        self.media.data = media.public_id if media else ""
        if media:
            self.alt.data, self.picture_name.data = media.alt, ""

    # --- buttons inside the form ---

    def change(self, go: str) -> bool:
        """Do what a button inside the form asks: rows, another kind, gaps; False for a button that saves."""
        if go in {"add", "kind"}:
            return self.part.change("add-options") or True
        if go.startswith("kind-"):
            self.change_kind(go[len("kind-") :])
            return True
        if go == "gaps":
            self.remember_gaps()
            return True
        return self.part.change(go) or go.partition("-")[0] in {"add", "remove", "up", "down", "gaps"}

    def change_kind(self, kind: str) -> None:
        """Another kind, begun with whatever fits of what was typed."""
        if kind in FORMS and kind != self.part.kind:
            words, why = self.part.given_words(), self.part["explanation"]
            self.part = form_of_kind(kind).take_over(words)
            self.part.values["explanation"] = why
            self.kind.data = kind

    def remember_gaps(self) -> None:
        if isinstance(self.part, FillInForm):
            self.part.remember(self.stem.data or "")

    def take(self, anchor: str, item: Item, theirs: ItemVersion) -> None:
        """Take over one part of what another person saved, or the whole text ("all")."""
        saved = _empty(item.course_module).show(item, theirs)
        if anchor == "all":
            self.show_text(self.part.kind, theirs)
        elif anchor == "stem":
            self.stem.data = saved.stem.data
            if isinstance(self.part, FillInForm):
                self.part.rows = saved.part.rows
        elif anchor == "picture":
            self.picture_name.data = theirs.picture_name or ""
            self.show_media(theirs.media)
        elif anchor == "order":
            self.part.take_order(saved.part)
        elif anchor == "scoring":
            self.part.take_scoring(saved.part)
        elif anchor.startswith("place:") and anchor[len("place:") :] in self.places:
            self[anchor[len("place:") :]].data = saved[anchor[len("place:") :]].data
        else:
            self.part.take(anchor, saved.part)

    # --- checking ---

    def validate(self, extra_validators=None) -> bool:
        is_whole = super().validate(extra_validators)
        is_fit = self.part.validate()
        self.remember_gaps()
        return is_whole and is_fit

    def validate_stem(self, stem):
        if len(stem.data or "") > LONGEST_TEXT:
            raise ValidationError(too_long(len(stem.data)))

    def validate_minutes(self, minutes):
        if not minutes.data:
            return
        figure = read_figure(minutes.data)
        if figure is None or not 0 < float(figure) <= LONGEST_MINUTES:
            raise ValidationError(gettext("Type the minutes as a number above 0, for example 1,5, or leave it empty."))

    def place_problems(self, problems: Iterable[Problem]) -> None:
        """Put what keeps it from review at the parts it is about."""
        own = [
            one for one in problems if one.part in ("stem", "picture") or (not one.part and one.code in ABOUT_THE_ITEM)
        ]
        self.problems = own
        self.part.place_problems([one for one in problems if one not in own])


def read_form(data: Any, course_module: CourseModule, kind: str | None = None) -> ItemForm:
    """An item's form from what was posted or kept of it, however half-typed; ``kind`` where it cannot be changed."""
    return _empty(course_module, data).read(data, kind)


def blank_form(course_module: CourseModule, kind: str = "") -> ItemForm:
    """A form to write a new item."""
    return _empty(course_module).start(kind)


def kept_form(pairs: Iterable[Iterable[str]], course_module: CourseModule, kind: str | None = None) -> ItemForm:
    """A form as it stood when it was last kept: (name, value) pairs."""
    data = MultiDict([(str(name), str(value)) for name, value in pairs])
    return read_form(data, course_module, kind)


def form_of(item: Item, version: ItemVersion) -> ItemForm:
    """A form that shows what is saved."""
    return _empty(item.course_module).show(item, version)


def _empty(course_module: CourseModule, data: Any = None) -> ItemForm:
    return ItemForm(
        data,
        topics=courses.list_topics(course_module, with_retired=True),
        levels=courses.list_levels(with_retired=True),
        outcomes=courses.list_outcomes(course_module, with_retired=True),
    )


def _words(one: Topic | CognitiveLevel | LearningOutcome) -> str:
    return f"{one.code}. {one.text}" if isinstance(one, LearningOutcome) else one.name
