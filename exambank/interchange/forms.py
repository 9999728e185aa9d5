"""Forms: choose a file, decide on what was read."""

from collections.abc import Iterable

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from exambank.interchange.photos import PHOTO_LIMIT_BYTES
from exambank.interchange.rules import UPLOAD_LIMIT
from exambank.interchange.sheet import FILE_LIMIT
from exambank.web import BaseForm

NO_LEVEL = ""


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """What a list offers, from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


class Choice(SelectField):
    """One of the list; complains in the user's language."""

    def pre_validate(self, form) -> None:
        if not any(value == self.data for value, *_rest in self.iter_choices()):
            raise ValidationError(_("Choose one of the list."))


class FileForm(BaseForm):
    """A file to read; ``content`` is its bytes, at most one more than we read."""

    limit = FILE_LIMIT
    file = FileField(_("File"), validators=[FileRequired(_("Choose a file."))])

    @property
    def content(self) -> bytes:
        return self.file.data.stream.read(self.limit + 1)

    @property
    def file_name(self) -> str:
        return self.file.data.filename or ""


class PhotoForm(FileForm):
    """One person's photo."""

    limit = PHOTO_LIMIT_BYTES


class BankFileForm(FileForm):
    """A file for the bank of one course module, and perhaps a second one that holds only the keys."""

    limit = UPLOAD_LIMIT
    module = Choice(_("Into the bank of"), validators=[InputRequired(_("Choose one of the list."))])
    keys = FileField(_("Second file with the keys"))
    format = Choice(_("Format"), default="")

    @property
    def key_content(self) -> bytes:
        return self.keys.data.stream.read(self.limit + 1) if self.key_name else b""

    @property
    def key_name(self) -> str:
        return (self.keys.data.filename or "") if self.keys.data else ""


class PeopleFileForm(FileForm):
    """A list of people, with the class for rows that name none."""

    cohort = Choice(_("Enrol in the class"), default="")


class AcceptForm(BaseForm):
    """How to take a batch over; what is left out of the request has its usual value."""

    topics = RadioField(
        _("Topics that this bank does not have yet"),
        choices=[
            SelectChoice("create", _("Create them")),
            SelectChoice("skip", _("Leave these items without a topic")),
        ],
        default="create",
        validators=[InputRequired()],
    )
    topic = Choice(_("Topic of items that name none"), default=NO_LEVEL)
    level = Choice(_("Level of items that name none"), default=NO_LEVEL)
    tags = StringField(_("Tags for all of them"), validators=[Length(max=500)])
    scope = RadioField(
        _("Take over"),
        choices=[
            SelectChoice("all", _("Everything that is not refused")),
            SelectChoice("clean", _("Only what has no warning")),
            SelectChoice("ticked", _("Only what is ticked on this page")),
        ],
        default="all",
        validators=[InputRequired()],
    )

    def leave_topics(self) -> None:
        """Offer no new topics to whoever may not add any."""
        self.topics.choices = self.topics.choices[1:]
        self.topics.data = "skip"

    @property
    def tag_list(self) -> tuple[str, ...]:
        return split_tags(self.tags.data)

    @classmethod
    def from_request(cls) -> "AcceptForm":
        usual = MultiDict({"topics": "create", "topic": NO_LEVEL, "level": NO_LEVEL, "scope": "all"})
        typed = MultiDict(request.get_json(silent=True) or {}) if request.is_json else request.form
        missing = MultiDict({name: value for name, value in usual.items() if name not in typed})
        return cls(formdata=CombinedMultiDict([typed, missing]))


def split_tags(typed: str | None) -> tuple[str, ...]:
    """Tags as people type them, parted by commas or semicolons."""
    return tuple(tag.strip() for tag in (typed or "").replace(";", ",").split(",") if tag.strip())


class PlaceForm(BaseForm):
    """What is given to the chosen questions; an empty choice leaves what they have."""

    new_topic = Choice(_("Give the topic"), default="")
    new_level = Choice(_("Give the level"), default="")
    new_tags = StringField(_("Add these tags"), validators=[Length(max=500)])
