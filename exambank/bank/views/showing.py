"""What the pages of an item, its history and its review share: parts with their comments, differences, figures."""

from dataclasses import dataclass, field

from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import rules, service
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, ReviewComment
from exambank.permissions import Permission, allows


@dataclass(frozen=True)
class Remark:
    """A comment with its number on the page, its part's name, its answers; ``may_settle``: by who reads."""

    number: int
    comment: ReviewComment
    label: str
    replies: list[ReviewComment]
    is_from_older: bool
    may_settle: bool


@dataclass(frozen=True)
class Board:
    """The comments on an item as the page of one version shows them."""

    remarks: list[Remark] = field(default_factory=list)
    may_comment: bool = False

    @property
    def open(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.comment.is_open]

    def on(self, anchor: str) -> list[Remark]:
        """Those on one part."""
        return [remark for remark in self.remarks if remark.comment.part == anchor]


def board_of(item: Item, version: ItemVersion) -> Board:
    """Open comments of all versions and the settled ones of this version, numbered in the order they were made."""
    comments = service.list_comments(item)
    labels = {part.anchor: part.label for part in parts_of(version)}
    shown = [one for one in comments if one.reply_to_id is None and (one.is_open or one.item_version_id == version.id)]
    remarks = [
        Remark(
            number, one, labels.get(one.part, ""), [reply for reply in comments if reply.reply_to_id == one.id],
            one.item_version_id != version.id, service.may_settle(web.actor(), one),
        )
        for number, one in enumerate(shown, start=1)
    ]  # fmt: skip
    may_comment = item.state != "retired" and allows(web.actor(), Permission.ITEM_COMMENT, item)
    return Board(remarks, may_comment)


def parts_of(version: ItemVersion) -> list:
    """Every text of a version, whatever its kind."""
    return REGISTRY[version.item.kind].parts(version.stem, version.content)


LETTERED = frozenset({"single_choice", "multiple_choice", "true_false", "true_false_cluster"})
"""Kinds whose options are known by a letter."""


def options_by_anchor(version: ItemVersion) -> dict[str, dict]:
    """The options with letter and lock, by the anchors of their parts; empty for kinds that have none."""
    if version.item.kind != "case":
        return _options_of(version.item.kind, version.content)
    return {
        f"question:{question['token']}/{anchor}": row
        for question in version.content["questions"]
        for anchor, row in _options_of(question["kind"], question["content"]).items()
    }


def _options_of(kind: str, content: dict) -> dict[str, dict]:
    if kind not in LETTERED:
        return {}
    interaction = REGISTRY[kind]
    more = {"is_statement": interaction.options_are_statements, "may_lock": kind != "true_false"}
    return {f"option:{row['token']}": {**row, **more} for row in interaction.key_view(content)}


def compare(new: ItemVersion, old: ItemVersion | None) -> dict | None:
    """What changed from one version to another, part by part."""
    if old is None:
        return None
    return {
        "parts": rules.compare_parts(parts_of(old), parts_of(new)),
        "scoring": old.content.get("scoring") != new.content.get("scoring"),
        "picture": old.media_id != new.media_id,
        "old": old,
        "new": new,
    }


def note_reading(*versions: ItemVersion | None) -> None:
    """Remember who looks at accepted texts of others (a reader beyond the bank's limit is refused)."""
    shown = [version for version in versions if version is not None]
    service.note_readings(actor=web.actor(), now=clock.now(), versions=shown)


def places_of(item: Item) -> list[tuple[str, str]]:
    """Where an item belongs and where it comes from, as pairs for a page: topic and level, else what is known."""
    place = " ".join(one for one in (item.source, item.source_chapter) if one)
    source = _("%(place)s, p. %(page)s", place=place, page=item.source_page) if item.source_page else place
    known = [
        (_("Learning outcome"), f"{item.outcome.code} {item.outcome.text}" if item.outcome else ""),
        (_("Tags"), ", ".join(tag.tag for tag in item.tags)),
        (_("Source"), source),
        (_("Author"), item.author.full_name),
        (_("Contributors"), item.contributors),
        (_("Licence"), item.licence),
    ]
    return [
        (_("Topic"), item.topic.name if item.topic else _("Not chosen")),
        (_("Level"), item.level.name if item.level else _("Not chosen")),
        *((name, value) for name, value in known if value),
    ]
