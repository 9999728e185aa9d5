"""The quality gate: a kind's own checks and those of ``rules.quality``, worded and weighed by the bank's settings."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY, Problem
from exambank.bank.interactions.base import Part, place_name
from exambank.bank.labels import finding_message
from exambank.bank.models import Item, ItemVersion, Media
from exambank.bank.rules import quality
from exambank.bank.rules.quality import Finding, Piece
from exambank.bank.rules.settings import ADVICE, BLOCK, CHECKS, OFF, Settings
from exambank.bank.service.settings import settings_of
from exambank.courses.models import CourseModule
from exambank.db import db

BIAS_OVER = 40  # the author's last items that the key's place is counted over
_HAS_DISTRACTORS = frozenset({"single_choice", "multiple_choice"})


def check_draft(
    *,
    course_module: CourseModule,
    kind: str,
    stem: str,
    content: dict,
    media: Media | None = None,
    picture_name: str | None = None,
    has_topic: bool | None = None,
    has_level: bool | None = None,
    author_id: int | None = None,
    settings: Settings | None = None,
) -> list[Problem]:
    """The whole gate over a text that may not be saved yet, blocking problems first; ``part`` is an anchor.

    ``content`` is normalised content of the kind. What is not told (None) is not checked.
    """
    settings = settings or settings_of(course_module)
    clean = rules.sanitize_html(stem)
    parts = REGISTRY[kind].parts(clean, content)
    findings = _text_findings(kind, clean, content, parts)
    if quality.repaired_texts(stem) or any(quality.repaired_texts(part.html) for part in parts):
        findings.append(Finding("letters_repaired"))
    findings += _about_pictures(parts, media, picture_name)
    findings += [Finding(code) for code, has in (("no_topic", has_topic), ("no_level", has_level)) if has is False]
    if author_id is not None and kind == "single_choice" and settings.level_of("key_position") != OFF:
        findings += _bias(course_module.id, author_id, content)
    problems = _kind_problems(kind, clean, content)
    labels = {part.anchor: part.label for part in parts}
    problems += [found for finding in findings if (found := _weigh(finding, settings, labels))]
    return sorted(problems, key=lambda problem: not problem.is_blocking)


def check_item(version: ItemVersion, kind: str | None = None, *, settings: Settings | None = None) -> list[Problem]:
    """The whole gate over a saved version, blocking problems first; the author's habits are not counted here."""
    item = version.item
    return check_draft(
        course_module=item.course_module, kind=kind or item.kind, stem=version.stem, content=version.content,
        media=version.media, picture_name=version.picture_name, has_topic=item.topic_id is not None,
        has_level=item.level_id is not None, settings=settings or settings_of(item.course_module_id),
    )  # fmt: skip


def advise_author(version: ItemVersion) -> list[Problem]:
    """What the author's last items show together with this one: a place of the key preferred over the others."""
    item, settings = version.item, settings_of(version.item.course_module_id)
    if item.kind != "single_choice" or settings.level_of("key_position") == OFF:
        return []
    found = _bias(item.course_module_id, item.author_id, version.content)
    return [problem for finding in found if (problem := _weigh(finding, settings, {}))]


def _kind_problems(kind: str, stem: str, content: dict) -> list[Problem]:
    """What the kind says; twins are judged here, where accents count."""
    problems = [problem for problem in REGISTRY[kind].check(content, stem) if problem.code != "twin_options"]
    if not rules.plain_text(stem) and not rules.pictures_in(stem):
        problems.insert(0, Problem("empty_stem", _("The question itself is empty."), part="stem"))
    return problems


def _text_findings(kind: str, stem: str, content: dict, parts: Sequence[Part]) -> list[Finding]:
    pieces = [Piece(part.anchor, part.html, part.is_key) for part in parts]
    found = quality.check_texts(pieces)
    for inner_kind, prefix in _questions(kind, content):
        options = [piece for piece in pieces if piece.anchor.startswith(f"{prefix}option:")]
        has_distractors = inner_kind in _HAS_DISTRACTORS
        if inner_kind != "true_false":
            found += quality.check_options(options, has_distractors=has_distractors)
        stems = [piece for piece in pieces if piece.anchor == f"{prefix}stem"]
        negation = quality.unmarked_negation(stems[0].html) if has_distractors and stems else None
        if negation:
            found.append(Finding("unmarked_not", stems[0].anchor, {"word": negation}))
    return found


def _questions(kind: str, content: dict) -> list[tuple[str, str]]:
    """Each question with the beginning of its anchors: one, or those of a case."""
    inner = content.get("questions") if kind == "case" else None
    if inner is None:
        return [(kind, "")]
    return [(question["kind"], f"question:{question['token']}/") for question in inner]


def _about_pictures(parts: Sequence[Part], media: Media | None, picture_name: str | None) -> list[Finding]:
    found = []
    if media is not None and not media.alt.strip():
        found.append(Finding("picture_alt"))
    found += [Finding("picture_alt", part.anchor) for part in parts if quality.pictures_without_words(part.html)]
    if picture_name and media is None:
        found.append(Finding("picture_absent", "", {"name": picture_name}))
    return found


def _bias(module_id: int, author_id: int, content: dict) -> list[Finding]:
    """The key's place in this item and in the author's last ones of this bank."""
    query = (
        select(ItemVersion.content)
        .join(Item, Item.accepted_version_id == ItemVersion.id)
        .where(Item.course_module_id == module_id, Item.author_id == author_id, Item.kind == "single_choice")
        .order_by(Item.id.desc())
        .limit(BIAS_OVER)
    )
    places = [_key_place(one) for one in [content, *db.session.scalars(query)]]
    bias = rules.key_bias(place for place in places if place)
    if bias is None or (_key_place(content) or (None,))[0] != bias.place:
        return []
    values = {"letter": place_name(bias.place), "count": bias.count, "total": bias.total}
    return [Finding("key_position", "", values)]


def _key_place(content: dict) -> tuple[int, int] | None:
    keys = [place for place, row in enumerate(content["options"]) if row["is_key"]]
    return (keys[0], len(content["options"])) if len(keys) == 1 else None


def _weigh(finding: Finding, settings: Settings, labels: dict[str, str]) -> Problem | None:
    level = settings.level_of(finding.code) if finding.code in CHECKS else ADVICE
    if level == OFF:
        return None
    values: dict[str, Any] = {**finding.values, "part": labels.get(finding.part, "")}
    if "other" in values:
        values["other"] = labels.get(values["other"], values["other"])
    return Problem(finding.code, finding_message(finding.code, values), level == BLOCK, finding.part)
