"""Forms: an item with its options, a decision, a retirement."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.courses.models import CognitiveLevel, Topic
from exambank.web import BaseForm, clean_text

STARTING_OPTIONS = 4


class OptionForm(Form):
    """One row: its words, whether it is right, whether it must keep its place."""

    token = HiddenField()
    text = TextAreaField(_("Option"), filters=[clean_text])
    is_key = BooleanField(_("right"))
    is_locked = BooleanField(_("keep its place"))


class ItemForm(BaseForm):
    """An item as it is typed. ``base`` and ``revision`` say from which text the edit began."""

    base = HiddenField()
    revision = HiddenField()
    media = HiddenField()
    kind = SelectField(_("Kind"), validators=[DataRequired()])
    stem = TextAreaField(
        _("Question text"),
        validators=[DataRequired(_("Type the question.")), Length(max=20_000)],
        render_kw={"rows": 4},
    )
    key = StringField()  # the row marked right where only one may be
    options = FieldList(FormField(OptionForm), min_entries=2, max_entries=12)
    rule = SelectField(_("How points are given"), default="all_or_nothing")
    table = StringField(_("Scoring table"))
    topic = SelectField(_("Topic"), default="")
    level = SelectField(_("Level"), default="")
    tags = StringField(_("Tags"), validators=[Length(max=500)])
    source = StringField(_("Source"), validators=[Length(max=300)])
    picture = FileField(_("Picture"))
    alt = StringField(_("What the picture shows"), validators=[Length(max=500)])
    picture_name = StringField(_("Name of the missing picture"), validators=[Length(max=300)])
    drop_picture = BooleanField(_("Remove the picture"))

    def __init__(self, *args, topics: Iterable[Topic] = (), levels: Iterable[CognitiveLevel] = (), **values):
        super().__init__(*args, **values)
        self._topics = {topic.public_id: topic for topic in topics}
        self._levels = {level.public_id: level for level in levels}
        self.kind.choices = [(kind, one.label()) for kind, one in REGISTRY.items()]
        self.topic.choices = [("", gettext("Not chosen")), *((key, one.name) for key, one in self._topics.items())]
        self.level.choices = [("", gettext("Not chosen")), *((key, one.name) for key, one in self._levels.items())]
        self.rule.choices = [
            ("all_or_nothing", gettext("All points only when exactly the right options are chosen")),
            ("per_option", gettext("Part of the points for each right option, less for wrong ones, never below zero")),
        ]

    @property
    def interaction(self):
        """The kind being typed; an unknown one falls back to the first."""
        return REGISTRY.get(self.kind.data) or next(iter(REGISTRY.values()))

    @property
    def chosen_topic(self) -> Topic | None:
        return self._topics.get(self.topic.data)

    @property
    def chosen_level(self) -> CognitiveLevel | None:
        return self._levels.get(self.level.data)

    @property
    def tag_list(self) -> list[str]:
        return (self.tags.data or "").replace(";", ",").split(",")

    def start(self, kind: str) -> None:
        """An empty form of a kind."""
        self.kind.data = kind if kind in REGISTRY else next(iter(REGISTRY))
        while len(self.options.entries) < STARTING_OPTIONS:
            self.options.append_entry()

    def show(self, item: Item, version: ItemVersion) -> None:
        """Fill with what stands."""
        self.base.data, self.revision.data = version.public_id, str(version.revision)
        self.kind.data, self.stem.data = item.kind, rules.editable_text(version.stem)
        while self.options.entries:
            self.options.pop_entry()
        self.key.data = ""
        recognised = rules.locked_options([rules.plain_text(row["html"]) for row in version.content["options"]])
        for row, by_itself in zip(version.content["options"], recognised, strict=True):
            # a lock that the words gave goes when the words change; only one that a person set is kept
            shown = {**row, "text": rules.editable_text(row["html"]), "is_locked": row["is_locked"] and not by_itself}
            entry = self.options.append_entry(shown)
            if row["is_key"] and not self.key.data:
                self.key.data = entry.name
        scoring = version.content.get("scoring", {})
        self.rule.data = scoring.get("rule", "all_or_nothing")
        self.table.data = "; ".join(share.replace(".", ",") for share in scoring.get("table", []))
        self.topic.data = item.topic.public_id if item.topic else ""
        self.level.data = item.level.public_id if item.level else ""
        self.tags.data, self.source.data = ", ".join(tag.tag for tag in item.tags), item.source
        self.picture_name.data = version.picture_name or ""
        self.show_media(version.media)

    def show_media(self, media: Media | None) -> None:
        self.media.data = media.public_id if media else ""
        if media:
            self.alt.data, self.picture_name.data = media.alt, ""

    def change_rows(self, go: str) -> bool:
        """Do what a button inside the form asks ("add", "remove-options-2", "kind"); False for any other button."""
        if go == "add" and len(self.options.entries) < self.options.max_entries:
            self.options.append_entry()
        elif go.startswith("remove-") and len(self.options.entries) > 2:
            self.options.entries = [entry for entry in self.options.entries if entry.name != go[len("remove-") :]]
        return go in {"add", "kind"} or go.startswith("remove-")

    def content(self) -> dict:
        """What was typed as the interaction's content; empty rows at the end are left out."""
        interaction = self.interaction
        rows = list(self.options.entries)
        while len(rows) > 2 and not (rows[-1].form.text.data or "").strip():
            rows.pop()
        options = [
            {
                "token": entry.form.token.data,
                "html": rules.html_from_typed(entry.form.text.data or ""),
                "is_key": entry.form.is_key.data if interaction.takes_several_keys else self.key.data == entry.name,
                "is_locked": entry.form.is_locked.data,
            }
            for entry in rows
        ]
        return interaction.normalise({"options": options, "scoring": self._scoring(len(options))})

    def _scoring(self, count: int) -> dict:
        typed = [part.strip().replace(",", ".") for part in (self.table.data or "").split(";") if part.strip()]
        if self.interaction.kind == "true_false_cluster" and typed:
            # a table left as it was filled in follows the number of statements
            return {"table": typed} if len(typed) == count + 1 or not self._is_untouched(typed) else {}
        return {"rule": self.rule.data}

    @staticmethod
    def _is_untouched(typed: list[str]) -> bool:
        return typed == REGISTRY["true_false_cluster"].default_table(len(typed) - 1)

    def stem_html(self) -> str:
        return rules.html_from_typed(self.stem.data or "")


class DecisionForm(BaseForm):
    decision = RadioField(_("Decision"), validators=[InputRequired(_("Choose to accept or to send back."))])
    comment = TextAreaField(_("Comment to the author"), validators=[Length(max=4000)], render_kw={"rows": 4})
    revision = HiddenField()

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.decision.choices = [
            ("approve", gettext("Accept: papers may use this text")),
            ("send_back", gettext("Send back: the author changes it")),
        ]

    def validate_comment(self, comment):
        if self.decision.data == "send_back" and not comment.data:
            raise ValidationError(gettext("Say what must be changed, so that the author can do it."))


class RetireForm(BaseForm):
    reason = TextAreaField(
        _("Reason"),
        validators=[DataRequired(_("Say why the item is retired.")), Length(max=500)],
        render_kw={"rows": 3},
    )
