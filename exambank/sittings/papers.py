"""What never changes once a sitting is prepared, kept in the process: whose it is, its paper, its room's limits.

Keyed by public ids, bounded, rebuilt from the database at any time. The hot path needs it to check an answer before it
touches the database; the room's page needs the fragments, which hold no key and no weight.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from exambank.assembly.models import ExamPaper
from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.courses.rules import RoomRules
from exambank.db import db
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from exambank.sittings import rules
from exambank.sittings.models import Sitting
from exambank.sittings.rehearsal import BUILT_IN

_KEY = "exambank_sittings_papers"
_LIMIT = 20_000


@dataclass(frozen=True)
class Place:
    """Whose sitting this is and what was frozen for it.

    ``sections``: first and last question of each part of the paper, where each has its own time; else empty.
    """

    sitting_id: int
    public_id: str
    user_id: int
    exam_id: int
    room_id: int | None
    paper: str
    flush_ms: int
    grace_ms: int
    conduct: Conduct
    sections: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Question:
    """One question of a paper as its candidate meets it: parts in the paper's order, named by their tokens.

    ``view`` is what the page is drawn from (``templates/interactions``); ``pictures`` gives for each name that stands
    there the picture it may be served. A picture's own id would tell when it was put into the bank, and in which order.
    """

    number: int
    kind: str
    version_id: int
    points: Decimal
    tokens: tuple[str, ...]
    view: dict[str, Any]
    pictures: dict[str, str]
    has_formulas: bool

    @property
    def options(self) -> list[dict]:
        return self.view["options"]

    @property
    def is_typed(self) -> bool:
        """Whether its answers are text that is saved as it is typed."""
        if self.kind == "case":
            return any(REGISTRY[one["kind"]].is_typed for one in self.view["questions"])
        return REGISTRY[self.kind].is_typed


@dataclass(frozen=True)
class Written:
    """A version of an item as every paper shows it, but for the order of its parts. Nobody may change ``fragment``."""

    kind: str
    fragment: dict[str, Any]
    pictures: frozenset[str]
    has_formulas: bool


class _Cache:
    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.versions: dict[int, Written] = {}
        self.papers: dict[str, tuple[Question, ...]] = {}


def _cache() -> _Cache:
    return current_app.extensions.setdefault(_KEY, _Cache())


def find_place(public_id: str) -> Place | None:
    """The frozen facts of a sitting; None when there is no such sitting. Kept once its exam is open, not before."""
    places = _cache().places
    if public_id in places:
        return places[public_id]
    row = db.session.execute(
        select(
            Sitting.id, Sitting.user_id, Sitting.exam_id, Sitting.room_id, ExamPaper.public_id.label("paper"),
            ExamPaper.layout, Exam.rules, Exam.conduct, Exam.state,
        )
        .join(ExamPaper, ExamPaper.id == Sitting.paper_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.public_id == public_id)
    ).first()  # fmt: skip
    if row is None:
        return None
    place = _place(public_id, row)
    if row.state in {"open", "closed"}:
        if len(places) > _LIMIT:
            places.clear()
        places[public_id] = place
    return place


def _place(public_id: str, row: Any) -> Place:
    room, conduct = RoomRules.parse(row.rules), Conduct.parse(row.conduct)
    return Place(
        sitting_id=row.id, public_id=public_id, user_id=row.user_id, exam_id=row.exam_id, room_id=row.room_id,
        paper=row.paper, flush_ms=room.flush_window_seconds * 1000, grace_ms=room.grace_seconds * 1000, conduct=conduct,
        sections=sections_of(row.layout) if conduct.section_minutes else (),
    )  # fmt: skip


def sections_of(layout: list[dict]) -> tuple[tuple[int, int], ...]:
    """First and last question of each part of a paper."""
    return rules.sections_of([entry.get("part", 1) for entry in layout])


def questions_of(paper: str) -> tuple[Question, ...]:
    """The questions of a paper (by its public id), in order."""
    papers = _cache().papers
    if paper not in papers:
        if len(papers) > _LIMIT // 10:
            papers.clear()
        layout = db.session.execute(select(ExamPaper.layout).where(ExamPaper.public_id == paper)).scalar_one()
        papers[paper] = _build(paper, layout)
    return papers[paper]


def _build(paper: str, layout: list[dict]) -> tuple[Question, ...]:
    versions = _versions({entry["version"] for entry in layout if "built_in" not in entry})
    return tuple(
        _question(paper, number, entry, _built_in(entry) if "built_in" in entry else versions[entry["version"]])
        for number, entry in enumerate(layout, start=1)
    )


def _versions(wanted: set[int]) -> dict[int, Written]:
    """Versions of items by their ids: a room's papers are made of the same few."""
    known = _cache().versions
    found = {one: written for one in wanted if (written := known.get(one))}
    if missing := wanted - found.keys():
        if len(known) > _LIMIT // 10:
            known.clear()
        rows = db.session.execute(
            select(ItemVersion.id, ItemVersion.stem, ItemVersion.content, ItemVersion.fragment, Item.kind, Media)
            .join(Item, Item.id == ItemVersion.item_id)
            .outerjoin(Media, Media.id == ItemVersion.media_id)
            .where(ItemVersion.id.in_(missing))
        )
        read = {row.id: _written(row) for row in rows}
        known.update(read)
        found.update(read)
    return found


def _built_in(entry: dict) -> Written:
    """A question of the rehearsal, shaped as one of the bank."""
    kind, stem, content = BUILT_IN[entry["built_in"]]
    normal = REGISTRY[kind].normalise(content)
    return _written(SimpleNamespace(kind=kind, stem=stem, content=normal, fragment=None, Media=None))


def _written(row: Any) -> Written:
    fragment = row.fragment or REGISTRY[row.kind].fragment(row.stem, row.content, row.Media)
    texts = list(_texts(fragment))
    pictures = {found for html in texts for found in bank_rules.pictures_in(html)}
    if row.Media is not None:
        pictures.add(row.Media.public_id)
    return Written(row.kind, fragment, frozenset(pictures), any("data-tex" in html for html in texts))


def is_blank(paper: str, number: int, payload: str) -> bool:
    """Whether an answer to this question of this paper gives nothing."""
    return REGISTRY[questions_of(paper)[number - 1].kind].is_blank(payload)


def _question(paper: str, number: int, entry: dict, written: Written) -> Question:
    interaction = REGISTRY[written.kind]
    tokens = tuple(entry.get("options") or interaction.tokens_of(written.fragment))
    names = {_picture_name(paper, picture): picture for picture in written.pictures}
    view = interaction.arrange(written.fragment, tokens)
    return Question(
        number, written.kind, entry["version"], Decimal(str(entry["points"])), tokens,
        _with_names(view, names) if names else view, names, written.has_formulas,
    )  # fmt: skip


def _picture_name(paper: str, picture: str) -> str:
    """What a picture is called on one paper: of the same shape as its id, in no order, and found out by nobody."""
    return str(UUID(bytes=hashlib.sha256(f"{paper}|{picture}".encode()).digest()[:16]))


def _with_names(view: dict, names: dict[str, str]) -> dict:
    written = json.dumps(view)
    for name, picture in names.items():
        written = written.replace(picture, name)
    return json.loads(written)


def _texts(part: Any) -> Iterator[str]:
    """Every text of a fragment, however deep."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _texts(inner)
