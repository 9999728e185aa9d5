"""Whole papers: written by hand from chosen items, or brought as a file; encrypted from the first byte stored."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import ExamPaper, PaperSet
from exambank.assembly.rules import files, whole
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.whole import ChosenItem
from exambank.assembly.service import content as contents
from exambank.assembly.service.arranging import Arrangeable, arrange_options
from exambank.assembly.service.content import SetContent
from exambank.assembly.service.fairness import make_report
from exambank.assembly.service.looking import refuse_withdrawn
from exambank.assembly.service.seeds import generator
from exambank.bank import service as bank
from exambank.bank.models import Item, ItemVersion
from exambank.bank.rules import plain_text
from exambank.courses.models import CourseModule, Topic
from exambank.db import db, new_public_id, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import Actor

MOST_FOUND = 20


@dataclass(frozen=True)
class FoundItem:
    """An accepted item as the writer of a whole paper sees it; ``words`` is the plain text of its stem."""

    public_id: str
    code: str
    words: str
    kind: str
    topic: str
    level: str
    use_count: int


@dataclass(frozen=True)
class BroughtFile:
    """A file as a person handed it in."""

    name: str
    body: bytes


def find_items(course_module: CourseModule, filters: bank.Filters) -> tuple[list[FoundItem], int]:
    """Accepted items that match, at most 20 of them, and how many there are in all."""
    page = bank.list_items(course_module, replace(filters, state="accepted"), per_page=25)
    rows = page.rows[:MOST_FOUND]
    return find_chosen(course_module, [row.item.public_id for row in rows]), page.total or 0


def find_chosen(course_module: CourseModule, public_ids: Sequence[str]) -> list[FoundItem]:
    """Those of the module's accepted items that have these public ids, in the order asked for."""
    query = (
        select(Item, ItemVersion.stem, Topic.name.label("topic"))
        .join(ItemVersion, ItemVersion.id == Item.accepted_version_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(
            Item.public_id.in_(list(public_ids)[: rules.ITEMS_ALLOWED]),
            Item.course_module_id == course_module.id,
            Item.state == "accepted",
        )
    )
    found = {
        row.Item.public_id: FoundItem(
            row.Item.public_id, row.Item.code, bank_words(row.stem), row.Item.kind, row.topic or "",
            row.Item.level.name if row.Item.level else "", row.Item.use_count,
        )
        for row in db.session.execute(query)
    }  # fmt: skip
    return [found[public_id] for public_id in public_ids if public_id in found]


def write_whole(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, chosen: Sequence[ChosenItem],
    codes: int = 1, seed: str,
) -> PaperSet:  # fmt: skip
    """Store a paper written as a whole, in so many orders (codes); the same again gives the set that stands already.

    The first code keeps the writer's order; the others are shuffled inside the parts by ``seed``. InvalidInput says
    what is wrong with the choice.
    """
    chosen = whole.by_part(chosen)
    placed = _place(course_module.id, [one.item for one in chosen])
    _refuse(name, whole.check(chosen, placed, codes))
    _refuse_meeting([item.version_id for item in placed.values()], course_module.id)
    layouts = _layouts(chosen, placed, codes, seed)
    paper_set = _new_set(actor, now, course_module, name, "whole", codes)
    paper_set.report = make_report(course_module.id, layouts)
    paper_set.papers = [ExamPaper(code=code, layout=[], total_points=whole.total(chosen)) for code in layouts]
    return _store(actor, paper_set, SetContent(seed, layouts))


def bring_paper(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, code: str, question_count: int,
    total_points: Decimal, paper: BroughtFile, key: BroughtFile | None = None,
) -> PaperSet:  # fmt: skip
    """Store a paper brought as PDF or Word, its key beside it where there is one; for printing only."""
    if not 0 < question_count <= rules.ITEMS_ALLOWED or not 0 < total_points <= whole.MOST_POINTS:
        raise InvalidInput(_("Say how many questions the paper has, and how many points they are worth together."))
    if not code or len(code) > 20:
        raise InvalidInput(_("Give the paper its code, such as 101."))
    _refuse(name, [])
    brought = _wire(paper, _("The paper"))
    if key is not None:
        brought["key_file"] = _wire(key, _("The key"))
    paper_set = _new_set(actor, now, course_module, name, "file", 1)
    paper_set.rules = {"has_key": key is not None}
    paper_set.papers = [ExamPaper(code=code, layout=[], question_count=question_count, total_points=total_points)]
    return _store(actor, paper_set, SetContent(file=brought))


def look_into_file(*, actor: Actor, now: datetime, paper_set: PaperSet, which: str) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of the "paper" brought or of its "key"; None where there is none. Every look is kept.

    StateConflict while the set is sealed.
    """
    refuse_withdrawn(paper_set)
    stored = contents.content_of(paper_set).file
    part: Any = stored if which == "paper" else (stored or {}).get("key_file")
    if not part:
        return None
    with unit_of_work():
        audit.record(actor, "papers.file_seen", paper_set, which=which, at=now, hash=paper_set.snapshot_hash)
    return part["name"], part["media_type"], base64.b64decode(part["body"])


def list_whole_sets(course_module_id: int) -> list[PaperSet]:
    """Whole papers and brought files of a module, the newest first; those withdrawn left out."""
    query = select(PaperSet).where(
        PaperSet.course_module_id == course_module_id, PaperSet.source != "dealt", PaperSet.state != "withdrawn"
    )
    return list(db.session.scalars(query.order_by(PaperSet.id.desc())))


def _place(course_module_id: int, public_ids: Sequence[str]) -> dict[str, bank.PoolItem]:
    ids = dict(
        db.session.execute(
            select(Item.id, Item.public_id).where(Item.public_id.in_(list(public_ids)[: rules.ITEMS_ALLOWED + 1]))
        ).all()
    )
    return {ids[item.item_id]: item for item in bank.list_pool(course_module_id) if item.item_id in ids}


def _layouts(chosen: Sequence[ChosenItem], placed: Mapping[str, bank.PoolItem], codes: int, seed: str) -> dict:
    versions = {public_id: item.version_id for public_id, item in placed.items()}
    known = {
        version_id: Arrangeable(version.item.kind, version.content)
        for version_id, version in bank.get_versions(versions.values()).items()
    }
    layouts = {}
    for at, code in enumerate(rules.paper_codes(codes)):
        ordered = whole.order_of_code(chosen, at == 0, generator(seed, code))
        options = arrange_options(seed, code, [versions[one.item] for one in ordered], known, Demands())
        tokens = {one.item: found for one, found in zip(ordered, options, strict=True)}
        layouts[code] = whole.lay_out(ordered, versions, tokens)
    return layouts


def _new_set(actor: Actor, now: datetime, course_module: CourseModule, name: str, source: str, codes: int) -> PaperSet:
    return PaperSet(
        public_id=new_public_id(), course_module_id=course_module.id, name=name.strip()[:300], source=source,
        state="dealt", wanted=codes, done=100, dealt_by_id=actor.user_id, dealt_at=now,
    )  # fmt: skip


def _store(actor: Actor, paper_set: PaperSet, content: SetContent) -> PaperSet:
    """A second click sends the same content again: the set that stands already is given back."""
    ready = contents.close_for_desk(paper_set.public_id, content)  # before the transaction: a file may be large
    verb = "papers.written" if paper_set.source == "whole" else "papers.brought"
    with unit_of_work():
        query = select(PaperSet).where(
            PaperSet.course_module_id == paper_set.course_module_id, PaperSet.snapshot_hash == ready.fingerprint,
            PaperSet.source == paper_set.source, PaperSet.state != "withdrawn",
        )  # fmt: skip
        there = db.session.scalars(query.order_by(PaperSet.id)).first()
        if there is not None:
            return there
        contents.put_content(paper_set, content, ready)
        if verb == "papers.written":
            audit.record(actor, "papers.written", paper_set, hash=paper_set.snapshot_hash, papers=paper_set.wanted)
        else:
            audit.record(actor, "papers.brought", paper_set, hash=paper_set.snapshot_hash)
    return paper_set


def _wire(brought: BroughtFile, what: str) -> dict[str, str]:
    """The file as plain data, once its content says that it is what it may be."""
    try:
        media_type = files.media_type_of(brought.body)
    except files.FileProblem as problem:
        raise InvalidInput(file_problem_text(what, problem.code)) from problem
    return {
        "name": files.tidy_name(brought.name, media_type), "media_type": media_type,
        "sha256": hashlib.sha256(brought.body).hexdigest(), "body": base64.b64encode(brought.body).decode(),
    }  # fmt: skip


def file_problem_text(what: str, code: str) -> str:
    """Why a brought file is refused and what to do."""
    texts = {
        "empty": _("the file is empty. Choose it again."),
        "too_large": _("the file is too large: at most 10 MB. Reduce its pictures and bring it again."),
        "unknown_type": _("this is neither a PDF nor a Word document (.docx). Save it as one of these."),
        "broken": _("the file is damaged or incomplete. Save it again and bring the new file."),
        "macros": _("the document holds macros or embedded programs. Save it as a .docx without them, or as PDF."),
        "active": _("the PDF holds scripts or attached files. Print it to a new PDF and bring that one."),
        "locked": _("the file is locked by a password. Save it without one: the system encrypts it itself."),
    }
    return _("%(what)s: %(problem)s", what=what, problem=texts[code])


def _refuse(name: str, problems: Sequence[whole.WholeProblem]) -> None:
    if not name.strip():
        raise InvalidInput(_("Give the paper a name."))
    if problems:
        raise InvalidInput(" ".join(problem_words(problem) for problem in problems))


def problem_words(problem: whole.WholeProblem) -> str:
    """What keeps a whole paper from being stored, and what to do."""
    rows = ", ".join(map(str, problem.rows))
    texts = {
        "no_items": lambda: _("Choose at least one question."),
        "too_many": lambda: _("A paper may have at most 300 questions."),
        "twice": lambda: _("Questions %(rows)s stand in the paper already: take them out.", rows=rows),
        "unknown": lambda: _("Questions %(rows)s are not accepted any more: take them out.", rows=rows),
        "points": lambda: _("Questions %(rows)s: points must be more than 0, such as 0.25.", rows=rows),
        "part": lambda: _("Questions %(rows)s: parts are numbered from 1 to 9.", rows=rows),
        "codes": lambda: _("The number of codes must be from 1 to %(most)s.", most=whole.MOST_CODES),
    }
    return texts[problem.code]()


def _refuse_meeting(versions: Sequence[int], course_module_id: int) -> None:
    meeting = rules.first_meeting({"": set(versions)}, bank.list_pool(course_module_id))
    if meeting is not None:
        one, other = meeting.codes
        raise InvalidInput(
            _("%(one)s and %(other)s never meet in a paper: take one of them out.", one=one, other=other)
        )


def bank_words(html: str) -> str:
    """The plain words of a stem, shortened for a list."""
    words = plain_text(html)
    return words if len(words) <= 160 else words[:157].rstrip() + "…"
