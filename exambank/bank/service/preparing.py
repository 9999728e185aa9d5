"""Texts made ready to be stored, before the transaction: sanitised, complete, with their keys and pictures."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemTag, Media
from exambank.bank.service.kinship.prints import FingerprintRow, Words, read_words
from exambank.courses.models import CognitiveLevel, LearningOutcome, Topic
from exambank.errors import InvalidInput

LONGEST_CONTENT = 400_000
LINES = {"source": 300, "source_chapter": 120, "source_page": 40, "contributors": 500, "licence": 120}
"""What an item says about where it comes from, and the length its columns have."""


@dataclass(frozen=True)
class Places:
    """Where an item belongs and where it comes from: what is the item's and not of one text of it."""

    topic: Topic | None = None
    level: CognitiveLevel | None = None
    outcome: LearningOutcome | None = None
    tags: Sequence[str] = ()
    source: str = ""
    source_chapter: str = ""
    source_page: str = ""
    contributors: str = ""
    licence: str = ""
    expected_seconds: int | None = None

    def draft(self, kind: str, stem: str, content: dict, picture_name: str | None, media: Media | None):
        """The draft that a bank takes in."""
        ids = {f"{name}_id": one.id if (one := getattr(self, name)) else None for name in ("topic", "level", "outcome")}
        lines = {name: getattr(self, name) for name in LINES}
        return rules.ItemDraft(
            kind, stem, content, **ids, **lines, tags=tuple(self.tags), picture_name=picture_name,
            media_id=media.id if media else None, expected_seconds=self.expected_seconds,
        )  # fmt: skip


@dataclass(frozen=True)
class PreparedText:
    """A text ready to be stored."""

    stem: str
    content: dict[str, Any]
    search: str
    picture_name: str | None
    media_id: int | None
    content_hash: str
    pictures: frozenset[str]
    words: Words

    def values(self) -> dict[str, Any]:
        """The columns of a version."""
        return {
            "stem": self.stem,
            "content": self.content,
            "picture_name": self.picture_name,
            "media_id": self.media_id,
            "content_hash": self.content_hash,
        }

    def fingerprint(self, item_id: int, course_module_id: int) -> FingerprintRow:
        """What kinship remembers of it."""
        return FingerprintRow(item_id, course_module_id, self.words, self.media_id, self.picture_name)


def prepare(draft: rules.ItemDraft) -> PreparedText:
    """A draft's text ready to be stored; InvalidInput for an unknown kind and for more than a database should hold."""
    if draft.kind not in REGISTRY:
        raise InvalidInput(_("There is no kind of item called %(kind)s.", kind=str(draft.kind)[:40]))
    interaction = REGISTRY[draft.kind]
    stem, content = rules.sanitize_html(draft.stem), interaction.normalise(draft.content)
    if len(stem) + sum(len(one) for one in _strings(content)) > LONGEST_CONTENT:
        raise InvalidInput(_("This item is too long. Shorten its texts, or make two items of it. Nothing was saved."))
    # the content's own strings may name pictures too; the hash covers them, since their public ids stand in the text
    pictures = frozenset(found for one in (stem, *_strings(content)) for found in rules.pictures_in(one))
    words = [stem, *interaction.texts(content)]
    search = text.search_key(" ".join(rules.plain_text(one) for one in words))
    media_id = draft.media_id
    name = None
    if draft.picture_name and media_id is None:
        name = text.nfc(draft.picture_name).strip()[:300] or None
    fingerprint = rules.content_hash(stem, content, f"media:{media_id}" if media_id else name)
    return PreparedText(
        stem, content, search, name, media_id, fingerprint, pictures, read_words(draft.kind, stem, content)
    )


def _strings(value: Any) -> Iterator[str]:
    """Every text in a content, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def check_places(session, module_id: int, drafts: Iterable[rules.ItemDraft], texts: Iterable[PreparedText]) -> None:
    """Topics and outcomes belong to this module, levels exist, pictures are this bank's own."""
    drafts = list(drafts)
    known = (
        ("topic_id", select(Topic.id).where(Topic.course_module_id == module_id)),
        ("outcome_id", select(LearningOutcome.id).where(LearningOutcome.course_module_id == module_id)),
        ("level_id", select(CognitiveLevel.id)),
    )
    for name, query in known:
        wanted = {getattr(draft, name) for draft in drafts} - {None}
        if wanted and wanted - set(session.scalars(query)):
            raise InvalidInput(_("A topic, level or learning outcome does not belong to this bank. Nothing was saved."))
    texts = list(texts)
    own = select(Media.id).where(Media.course_module_id == module_id)
    _refuse_strange_pictures(session, own, Media.id, {one.media_id for one in texts} - {None})
    _refuse_strange_pictures(session, own, Media.public_id, {found for one in texts for found in one.pictures})


def _refuse_strange_pictures(session, own, column, wanted: set) -> None:
    names = sorted(wanted)
    for start in range(0, len(names), 500):
        some = names[start : start + 500]
        if len(set(session.scalars(own.with_only_columns(column).where(column.in_(some))))) < len(some):
            raise InvalidInput(
                _("A picture in this item does not belong to this bank, so candidates could not see it. "
                  "Take it out of the text and add the picture file itself. Nothing was saved.")
            )  # fmt: skip


def line_values(draft: rules.ItemDraft) -> dict[str, Any]:
    """The item's own columns as they are stored."""
    lines = {name: text.nfc(text.strip_control(getattr(draft, name))).strip()[:most] for name, most in LINES.items()}
    ids = {name: getattr(draft, name) for name in ("topic_id", "level_id", "outcome_id")}
    return {**lines, **ids, "expected_seconds": draft.expected_seconds}


def set_places(item: Item, draft: rules.ItemDraft) -> list[str]:
    """Give an item its places; returns the names of what changed."""
    changed = []
    for name, value in line_values(draft).items():
        if getattr(item, name) != value:
            setattr(item, name, value)
            changed.append(name.removesuffix("_id"))
    wanted, had = rules.tidy_tags(draft.tags), {tag.tag for tag in item.tags}
    if set(wanted) != had:
        changed.append("tags")
        item.tags = [tag for tag in item.tags if tag.tag in wanted] + [
            ItemTag(tag=tag) for tag in wanted if tag not in had
        ]
    return changed
