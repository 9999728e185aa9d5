"""Dealing papers by a recorded seed."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.assembly.service.blueprints import specs_of
from exambank.assembly.service.looking import list_paper_sets
from exambank.assembly.service.seeds import generator
from exambank.assembly.service.wording import in_words
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor

SAME_CLICK = timedelta(minutes=1)


def deal_papers(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, count: int, seed: str | None = None
) -> PaperSet:
    """Deal ``count`` papers, which fixes the blueprint; the same seed over the same bank deals the same again."""
    if not 0 < count <= rules.PAPERS_ALLOWED:
        raise InvalidInput(_("The number of papers must be from 1 to %(most)s.", most=rules.PAPERS_ALLOWED))
    if seed is not None and not 0 < len(seed) <= 64:
        raise InvalidInput(_("A seed has from 1 to 64 characters."))
    seed, cells, seen = seed or secrets.token_hex(16), specs_of(blueprint), blueprint.changed_at
    layouts = _layouts(blueprint.course_module_id, cells, count, seed)
    total = rules.total_points(cells)
    with unit_of_work() as session:
        lock(blueprint)
        if blueprint.state == "retired" or blueprint.changed_at != seen:
            raise StateConflict(_("The blueprint was changed a moment ago. Look at it again, then deal."))
        _refuse_twice(blueprint, seed, now)
        paper_set = PaperSet(
            blueprint_id=blueprint.id, course_module_id=blueprint.course_module_id, seed=seed,
            dealt_by_id=actor.user_id, dealt_at=now, snapshot_hash=snapshot_hash(layouts),
            name=f"{blueprint.name[:290]} ({len(list_paper_sets(blueprint)) + 1})",
        )  # fmt: skip
        paper_set.papers = [ExamPaper(code=code, layout=layout, total_points=total) for code, layout in layouts.items()]
        session.add(paper_set)
        blueprint.state = "used"
        session.flush()
        audit.record(
            actor, "papers.dealt", paper_set, seed=seed, hash=paper_set.snapshot_hash, papers=count,
            blueprint=blueprint.public_id,
        )  # fmt: skip
    return paper_set


def _refuse_twice(blueprint: ExamBlueprint, seed: str, now: datetime) -> None:
    """A second click on "deal" sends the same seed again; a draw repeated before witnesses comes later."""
    query = select(PaperSet.id).where(
        PaperSet.blueprint_id == blueprint.id, PaperSet.seed == seed, PaperSet.dealt_at > now - SAME_CLICK
    )
    if db.session.execute(query).first() is not None:
        raise StateConflict(_("These papers have already been dealt. They stand in the list of paper sets."))


def _layouts(course_module_id: int, cells: Sequence[rules.CellSpec], count: int, seed: str) -> dict[str, list]:
    pool = bank.list_pool(course_module_id)
    try:
        dealt = rules.deal(pool, cells, count, generator(seed), rules.kept_apart(pool))
    except rules.Infeasible as refused:
        raise InvalidInput(in_words(refused.feasibility).sentence) from refused
    kinds = {item.version_id: item.kind for item in pool}
    contents = {
        version_id: version.content
        for version_id, version in bank.get_versions({pick.version_id for paper in dealt for pick in paper}).items()
    }
    layouts = {}
    for code, picks in zip(rules.paper_codes(count), dealt, strict=True):
        layouts[code] = [
            {
                "version": pick.version_id,
                "points": format(pick.points.normalize(), "f"),
                "cell": pick.cell,
                "options": REGISTRY[kinds[pick.version_id]].deal_order(
                    contents[pick.version_id], generator(seed, code, pick.version_id)
                ),
            }
            for pick in picks
        ]
    return layouts


def snapshot_hash(layouts: dict[str, list]) -> str:
    """One fingerprint of all papers of a set: printed in minutes, checked at approval."""
    return hashlib.sha256(audit.canonical(layouts).encode()).hexdigest()
