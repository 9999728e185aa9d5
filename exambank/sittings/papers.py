"""What never changes once a sitting is prepared, kept in the process: whose it is, its paper, its room's limits.

Keyed by public ids, bounded, rebuilt from the database at any time. The hot path needs it to check an answer before it
touches the database; the room's page needs the fragments, which hold no key and no weight.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select

from exambank.assembly.models import ExamPaper
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.courses.rules import RoomRules
from exambank.db import db
from exambank.exams.models import Exam
from exambank.sittings.models import Sitting

_KEY = "exambank_sittings_papers"
_LIMIT = 20_000


@dataclass(frozen=True)
class Place:
    """Whose sitting this is and what was frozen for it."""

    sitting_id: int
    public_id: str
    user_id: int
    paper: str
    flush_ms: int
    grace_ms: int


@dataclass(frozen=True)
class Question:
    """One question of a paper as its candidate meets it: options in the paper's order, named by their tokens."""

    number: int
    kind: str
    version_id: int
    points: Decimal
    tokens: tuple[str, ...]
    fragment: dict[str, Any]

    @property
    def options(self) -> list[dict]:
        by_token = {option["token"]: option for option in self.fragment["options"]}
        return [by_token[token] for token in self.tokens]

    @property
    def instruction(self) -> str:
        return REGISTRY[self.kind].instruction()


class _Cache:
    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.papers: dict[str, tuple[Question, ...]] = {}


def _cache() -> _Cache:
    return current_app.extensions.setdefault(_KEY, _Cache())


def find_place(public_id: str) -> Place | None:
    """The frozen facts of a sitting; None when there is no such sitting."""
    places = _cache().places
    if public_id not in places:
        row = db.session.execute(
            select(Sitting.id, Sitting.user_id, ExamPaper.public_id.label("paper"), Exam.rules)
            .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
            .join(Exam, Exam.id == Sitting.exam_id)
            .where(Sitting.public_id == public_id)
        ).first()
        if row is None:
            return None
        if len(places) > _LIMIT:
            places.clear()
        room = RoomRules.parse(row.rules)
        places[public_id] = Place(
            row.id, public_id, row.user_id, row.paper, room.flush_window_seconds * 1000, room.grace_seconds * 1000
        )
    return places[public_id]


def questions_of(paper: str) -> tuple[Question, ...]:
    """The questions of a paper (by its public id), in order."""
    papers = _cache().papers
    if paper not in papers:
        if len(papers) > _LIMIT // 10:
            papers.clear()
        layout = db.session.execute(select(ExamPaper.layout).where(ExamPaper.public_id == paper)).scalar_one()
        papers[paper] = _build(layout)
    return papers[paper]


def _build(layout: list[dict]) -> tuple[Question, ...]:
    wanted = {entry["version"] for entry in layout}
    rows = db.session.execute(
        select(ItemVersion.id, ItemVersion.stem, ItemVersion.content, ItemVersion.fragment, Item.kind, Media)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Media, Media.id == ItemVersion.media_id)
        .where(ItemVersion.id.in_(wanted))
    )
    versions = {row.id: row for row in rows}
    return tuple(_question(number, entry, versions[entry["version"]]) for number, entry in enumerate(layout, start=1))


def _question(number: int, entry: dict, row: Any) -> Question:
    fragment = row.fragment or REGISTRY[row.kind].fragment(row.stem, row.content, row.Media)
    tokens = tuple(entry.get("options") or [option["token"] for option in fragment["options"]])
    return Question(number, row.kind, entry["version"], Decimal(str(entry["points"])), tokens, fragment)
