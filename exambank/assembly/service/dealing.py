"""Dealing papers by a recorded seed: asked for on a page, dealt by the worker, or at once by a command."""

import hashlib
import secrets
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from exambank import audit, clock, jobs
from exambank.assembly import rules
from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.blueprints import check_feasibility
from exambank.assembly.service.content import SetContent, content_of, put_content
from exambank.assembly.service.demands import demands_of
from exambank.assembly.service.drawing import Draw, draw_papers
from exambank.assembly.service.looking import list_paper_sets
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import SYSTEM, Actor

SAME_CLICK = timedelta(minutes=1)
LONGEST_SEED = 64


def deal_papers(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, count: int, seed: str | None = None,
    demands: Demands | None = None,
) -> PaperSet:  # fmt: skip
    """Deal ``count`` papers at once, which fixes the blueprint; the same seed over the same bank deals the same again.

    ``demands``: those of the blueprint where none are given. InvalidInput in words when no papers can be made.
    """
    seed, demands = _checked(blueprint, count, seed), demands or demands_of(blueprint)
    seen = blueprint.changed_at
    drawn = draw_papers(blueprint, count, seed, demands, now)
    with unit_of_work():
        paper_set = _new_set(actor, now, blueprint, count, seed, demands, seen)
        _put(actor, paper_set, blueprint, drawn, seed)
    return paper_set


def ask_for_papers(
    *, actor: Actor, now: datetime, blueprint: ExamBlueprint, count: int, seed: str | None = None,
    demands: Demands | None = None,
) -> PaperSet:  # fmt: skip
    """Ask the worker to deal: a set in state "waiting" that becomes "dealt" or "refused".

    InvalidInput at once where the bank cannot fill the cells of even one paper.
    """
    seed, demands = _checked(blueprint, count, seed), demands or demands_of(blueprint)
    found = check_feasibility(blueprint)
    if not found.is_feasible:
        raise InvalidInput(found.sentence)
    with unit_of_work():
        paper_set = _new_set(actor, now, blueprint, count, seed, demands, blueprint.changed_at)
        paper_set.state, paper_set.papers = "waiting", []
        put_content(paper_set, SetContent(seed))
        audit.record(
            actor, "papers.asked", paper_set, seed_hash=paper_set.seed_hash, papers=count, blueprint=blueprint.public_id
        )
        jobs.publish("papers.asked", paper_set.public_id)
    return paper_set


def deal_asked(public_id: str) -> None:
    """The worker's part: deal what was asked for, or write down why it cannot be. Again is harmless."""
    paper_set = db.session.execute(select(PaperSet).where(PaperSet.public_id == public_id)).scalar_one_or_none()
    if paper_set is None or paper_set.state != "waiting":
        return
    blueprint, now = paper_set.blueprint, clock.now()
    seed, demands = content_of(paper_set).seed, Demands.parse(paper_set.rules)
    try:
        with force_locale(paper_set.dealt_by.locale):  # the refusal is read by whoever asked
            if blueprint.changed_at > paper_set.dealt_at:
                raise InvalidInput(_("The blueprint was changed after these papers were asked for. Ask again."))
            drawn = draw_papers(blueprint, paper_set.wanted, seed, demands, now, _progress_of(paper_set.id))
    except InvalidInput as refused:
        _refuse(paper_set, refused.message)
        return
    with unit_of_work():
        lock(blueprint)
        lock(paper_set)
        if paper_set.state != "waiting":
            return
        paper_set.state = "dealt"
        _put(SYSTEM, paper_set, blueprint, drawn, seed)


def _progress_of(paper_set_id: int):
    """Writes how far the dealing is, in short statements of their own; a set given up meanwhile is left alone."""

    def tell(done: int) -> None:
        with unit_of_work() as session:
            session.execute(
                update(PaperSet)
                .where(PaperSet.id == paper_set_id, PaperSet.state == "waiting", PaperSet.done < done)
                .values(done=done)
            )

    return tell


def _refuse(paper_set: PaperSet, why: str) -> None:
    with unit_of_work():
        lock(paper_set)
        if paper_set.state != "waiting":
            return
        paper_set.state, paper_set.refusal, paper_set.done = "refused", why[:2000], 0
        audit.record(SYSTEM, "papers.refused", paper_set)


def give_up_papers(*, actor: Actor, now: datetime, paper_set: PaperSet) -> None:
    """Whoever deals papers does not want these any more: still waiting for the worker, or refused by it."""
    with unit_of_work():
        lock(paper_set)
        if paper_set.state not in ("waiting", "refused"):
            raise StateConflict(_("These papers are dealt already. Withdraw them with a reason instead."))
        paper_set.state = "withdrawn"
        audit.record(actor, "papers.given_up", paper_set, at=now)


def fail_abandoned(before: datetime) -> None:
    """Sets asked for before this moment and never dealt, nor refused: the worker died each time. Say so on the set."""
    query = select(PaperSet).where(PaperSet.state == "waiting", PaperSet.dealt_at < before)
    for paper_set in db.session.scalars(query).all():
        _refuse(paper_set, _("The dealing stopped without a result. Ask again; if it happens again, tell the office."))


def _checked(blueprint: ExamBlueprint, count: int, seed: str | None) -> str:
    if not 0 < count <= rules.PAPERS_ALLOWED:
        raise InvalidInput(_("The number of papers must be from 1 to %(most)s.", most=rules.PAPERS_ALLOWED))
    if seed is not None and not 0 < len(seed) <= LONGEST_SEED:
        raise InvalidInput(_("A seed has from 1 to 64 characters."))
    if blueprint.is_template:
        raise InvalidInput(_("This is a template: begin a blueprint from it, then deal."))
    return seed or secrets.token_hex(16)


def _new_set(
    actor: Actor, now: datetime, blueprint: ExamBlueprint, count: int, seed: str, demands: Demands, seen: datetime
) -> PaperSet:
    """Inside a unit of work: the row of a new set, the blueprint locked and as it was read."""
    lock(blueprint)
    if blueprint.state == "retired" or blueprint.changed_at != seen:
        raise StateConflict(_("The blueprint was changed a moment ago. Look at it again, then deal."))
    _refuse_twice(blueprint, seed, now)
    return PaperSet(
        blueprint_id=blueprint.id, course_module_id=blueprint.course_module_id, dealt_by_id=actor.user_id,
        dealt_at=now, wanted=count, rules=demands.as_dict(), state="dealt",
        name=f"{blueprint.name[:290]} ({len(list_paper_sets(blueprint)) + 1})",
    )  # fmt: skip


def _refuse_twice(blueprint: ExamBlueprint, seed: str, now: datetime) -> None:
    """A second click on "deal" sends the same seed again; a draw repeated before witnesses comes later."""
    pledge = hashlib.sha256(seed.encode()).hexdigest()
    query = select(PaperSet.id).where(
        PaperSet.blueprint_id == blueprint.id, PaperSet.seed_hash == pledge, PaperSet.dealt_at > now - SAME_CLICK,
        PaperSet.state.not_in(("refused", "withdrawn")),
    )  # fmt: skip
    if db.session.execute(query).first() is not None:
        raise StateConflict(_("These papers have already been dealt. They stand in the list of paper sets."))


def _put(actor: Actor, paper_set: PaperSet, blueprint: ExamBlueprint, drawn: Draw, seed: str) -> None:
    """Inside a unit of work: papers, sealed content, report; the blueprint is fixed from now on."""
    paper_set.papers = [ExamPaper(code=code, layout=[], total_points=drawn.total_points) for code in drawn.layouts]
    paper_set.report, paper_set.done = drawn.report, 100
    put_content(paper_set, SetContent(seed, drawn.layouts))
    blueprint.state = "used"
    audit.record(
        actor, "papers.dealt", paper_set, seed_hash=paper_set.seed_hash, hash=paper_set.snapshot_hash,
        papers=paper_set.wanted, blueprint=blueprint.public_id,
    )  # fmt: skip
