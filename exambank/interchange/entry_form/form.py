"""An entry's form: its text and places, and the part of its kind."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.entry_form.kinds import PARTS, part_of
from exambank.interchange.entry_form.rows import html_of
from exambank.interchange.forms import Choice, split_tags
from exambank.interchange.neutral import Draft, draft_of
from exambank.web import BaseForm

LONGEST_TEXT = 60_000


class EntryForm(BaseForm):
    """What is typed of an entry; ``part`` belongs to its kind."""

    kind = HiddenField()
    topic = StringField(_("Topic"), validators=[Length(max=300)])
    level = Choice(_("Level"), default="")
    tags = StringField(_("Tags"), validators=[Length(max=500)])
    source = StringField(_("Textbook or document"), validators=[Length(max=300)])
    drop_picture = BooleanField(_("No picture is needed"))

    def __init__(self, formdata: Any = None, *, levels: Sequence[str] = (), draft: Draft | None = None):
        super().__init__(formdata=formdata)
        self._draft = draft
        own = [draft.level] if draft and draft.level and draft.level not in levels else []
        choices = [("", _("Not chosen")), *((name, name) for name in [*levels, *own])]
        self.level.choices = [SelectChoice(value, label) for value, label in choices]
        self.part = part_of("")

    # --- filling ---

    @classmethod
    def of(cls, draft: Draft, levels: Sequence[str]) -> "EntryForm":
        """A form that shows a draft."""
        form = cls(levels=levels, draft=draft)
        form.kind.data = draft.kind
        form.part = part_of(draft.kind).show(draft.stem, dict(draft.content))
        form.topic.data = draft.topic_names[0] if draft.topic_names else ""
        form.level.data, form.tags.data, form.source.data = draft.level, ", ".join(draft.tags), draft.source
        return form

    @classmethod
    def read(cls, data: Any, draft: Draft, levels: Sequence[str]) -> "EntryForm":
        """A form that was posted."""
        form = cls(data, levels=levels, draft=draft)
        kind = form.kind.data if form.kind.data in PARTS else draft.kind
        form.kind.data = kind
        form.part = part_of(kind).read(data)
        return form

    def change(self, go: str) -> bool:
        """Do what a button inside the form asks: rows, another kind; False for a button that saves."""
        if go.startswith("kind-") and go[len("kind-") :] in PARTS:
            self._change_kind(go[len("kind-") :])
            return True
        return self.part.change(go) or go.partition("-")[0] in ("add", "remove", "up", "down")

    def _change_kind(self, kind: str) -> None:
        old, new = self.part, part_of(kind).take(self.part.options())
        new.values |= {"stem": old["stem"], "explanation": old["explanation"]}
        self.part, self.kind.data = new, kind

    # --- what was typed ---

    def validate(self, extra_validators=None) -> bool:
        is_whole = super().validate(extra_validators)
        texts = [
            self.part["stem"],
            self.part["explanation"],
            *(value for row in self.part.all_rows() for value in row.values.values()),
        ]
        if any(len(one) > LONGEST_TEXT for one in texts):
            self.form_errors.append(str(_("A text is too long. Shorten it, then save again.")))
            return False
        return is_whole

    def draft(self) -> Draft:
        """The draft as typed; labels that the form does not show stay as the file has them."""
        stem, content = self.part.texts()
        old, topic = self._draft, " ".join((self.topic.data or "").split())
        topics = old.topic_names if old.topic_names and topic == old.topic_names[0] else (topic,) if topic else ()
        typed = draft_of(self.part.kind, stem, content)
        return replace(
            old, kind=typed.kind, stem=typed.stem, content=typed.content, topic_names=tuple(topics),
            level=self.level.data or "", tags=rules.tidy_tags(split_tags(self.tags.data)),
            source=self.source.data or "", picture_name="" if self.drop_picture.data else old.picture_name,
        )  # fmt: skip

    def problems(self) -> list:
        """What the kind's own checks say of it so far."""
        stem, content = self.part.texts()
        return REGISTRY[self.part.kind].check(content, stem)


def start_draft(kind: str, source: Iterable[Sequence[str]]) -> Draft:
    """A draft to begin with where the reader found none: all that the file says, as the question text."""
    words = "\n".join(cell for _label, cell in source if cell.strip())
    return draft_of(kind if kind in PARTS else "single_choice", html_of(words), {})


def kinds_to_choose() -> list[tuple[str, str]]:
    """Every kind with its name."""
    return [(kind, REGISTRY[kind].label()) for kind in PARTS]
