"""The form of the plan: who writes how many of what by when."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from exambank.accounts.models import User
from exambank.assembly.forms.fields import Choice, Whole, any_of, kinds
from exambank.courses.models import CognitiveLevel, Topic
from exambank.web import BaseForm


class Day(StringField):
    """A day as people type it, 31/12/2026, or as a browser's date field sends it."""

    def day(self) -> date | None:
        """The day typed, None when it is none."""
        typed = (self.data or "").strip()
        day, _slash, rest = typed.partition("/")
        month, _slash, year = rest.partition("/")
        try:
            return date(int(year), int(month), int(day)) if rest else date.fromisoformat(typed)
        except ValueError:
            return None

    def pre_validate(self, form) -> None:
        if self.day() is None:
            raise ValidationError(_("Write a day such as 31/12/2026."))


class WritingTaskForm(BaseForm):
    """A line of the plan: who writes how many of what by when."""

    writer = Choice(_l("Writer"), [InputRequired(_l("Choose who writes."))], choices=[])
    topic = Choice(_l("Topic"), choices=[])
    level = Choice(_l("Level"), choices=[])
    kind = Choice(_l("Kind"), choices=[])
    count = Whole(_l("Number of items"), [InputRequired(_l("Say how many items."))])
    due_on = Day(_l("Due on"), [InputRequired(_l("Say by which day."))])
    note = StringField(_l("Note"), [Length(max=300)])

    def offer(self, writers: Sequence[User], topics: Sequence[Topic], levels: Sequence[CognitiveLevel]) -> None:
        """Set the lists to choose from."""
        self._found = {one.public_id: one for one in (*writers, *topics, *levels)}
        self.writer.choices = any_of(_("Choose..."), [(one.public_id, one.full_name) for one in writers])
        self.topic.choices = any_of(_("any topic"), [(one.public_id, one.name) for one in topics])
        self.level.choices = any_of(_("any level"), [(one.public_id, one.name) for one in levels])
        self.kind.choices = any_of(_("any kind"), kinds())

    def task(self) -> dict:
        """What the service is given."""
        return {
            "writer": self._found[self.writer.data], "topic": self._found.get(self.topic.data),
            "level": self._found.get(self.level.data), "kind": self.kind.data or None, "count": self.count.data,
            "due_on": self.due_on.day(), "note": self.note.data or "",
        }  # fmt: skip
