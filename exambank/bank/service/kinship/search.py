"""The search through a whole bank: in the worker, batch by batch, to be stopped, left and taken up again.

Each batch compares its items with all younger ones and keeps what it found together with how far it came, in one
transaction guarded by where it began: two workers on the same search, or one that was thought dead, cannot count twice.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import aliased, joinedload

from exambank import audit, jobs
from exambank.bank.models import Item, ItemBand, KinshipPair, KinshipSearch
from exambank.bank.rules import kinship
from exambank.bank.service.kinship.finding import LOOKED_AT, load_profiles
from exambank.bank.service.kinship.prints import FILL_BATCH, fill_fingerprints
from exambank.clock import now as clock_now
from exambank.courses.models import CourseModule
from exambank.db import db, lock, new_public_id, unit_of_work
from exambank.errors import NotFound, StateConflict
from exambank.permissions import SYSTEM, Actor

BATCH = 50
STEPS_A_JOB = 40
"""Then the rest is published anew, so that no job outlives its lease."""

MOST_PAIRS = 10
"""At most so many proposals for one item: a family of twenty variants is seen by fewer."""

_ACTIVE = ("waiting", "running")
SEARCH_EVENT = "kinship.search"


def start_search(*, actor: Actor, now: datetime, course_module: CourseModule) -> KinshipSearch:
    """Search a whole bank for items that are alike; a search that is on its way is returned instead of a second."""
    with unit_of_work() as session:
        lock(course_module)
        active = find_search(course_module, active=True)
        if active is not None:
            return active
        search = KinshipSearch(
            course_module_id=course_module.id, total=_count_items(course_module.id), asked_by_id=actor.user_id,
            asked_at=now,
        )  # fmt: skip
        session.add(search)
        session.flush()
        audit.record(actor, "kinship.search_started", search, module=course_module.code, items=search.total)
        jobs.publish(SEARCH_EVENT, search.public_id)
    return search


def stop_search(*, actor: Actor, now: datetime, search: KinshipSearch) -> KinshipSearch:
    """Stop a search; what it found stays."""
    with unit_of_work():
        lock(search)
        if search.state not in _ACTIVE:
            raise StateConflict(_("This search has already ended."))
        search.state, search.finished_at = "stopped", now
        audit.record(actor, "kinship.search_stopped", search, done=search.done, found=search.found)
    return search


def get_search(public_id: str) -> KinshipSearch:
    """A search with its module; NotFound when there is none."""
    query = select(KinshipSearch).where(KinshipSearch.public_id == public_id)
    search = db.session.scalar(query.options(joinedload(KinshipSearch.course_module)))
    if search is None:
        raise NotFound()
    return search


def find_search(course_module: CourseModule, active: bool = False) -> KinshipSearch | None:
    """The newest search of a bank; ``active``: only one that has not ended."""
    query = select(KinshipSearch).where(KinshipSearch.course_module_id == course_module.id)
    if active:
        query = query.where(KinshipSearch.state.in_(_ACTIVE))
    return db.session.scalar(query.order_by(KinshipSearch.id.desc()).limit(1))


def run_search(public_id: str, steps: int = STEPS_A_JOB) -> None:
    """Go on with a search for some steps; what is left is published anew."""
    for _step in range(steps):
        if not search_step(public_id):
            return
    with unit_of_work():
        if lock(get_search(public_id)).state in _ACTIVE:
            jobs.publish(SEARCH_EVENT, public_id)


def search_step(public_id: str) -> bool:
    """One batch; False when there is nothing more to do for whoever asks."""
    db.session.rollback()
    db.session.expire_all()
    search = get_search(public_id)
    if search.state not in _ACTIVE:
        return False
    module_id, cursor = search.course_module_id, search.cursor
    if fill_fingerprints(module_id, most=FILL_BATCH):
        return True
    ids = list(db.session.scalars(_items(module_id).where(Item.id > cursor).order_by(Item.id).limit(BATCH)))
    if not ids:
        return _finish(public_id)
    return _keep(public_id, cursor, ids, compare_items(module_id, ids))


def _items(module_id: int):
    return select(Item.id).where(
        Item.course_module_id == module_id, Item.state != "retired", Item.merged_into_id.is_(None)
    )


def _count_items(module_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(_items(module_id).subquery()))


def compare_items(module_id: int, ids: Sequence[int]) -> list[tuple[int, int, float]]:
    """For each of these items the younger ones that are like it: (item, younger item, likeness)."""
    one, other = aliased(ItemBand), aliased(ItemBand)
    shared = func.count()
    query = (
        select(one.item_id, other.item_id, shared)
        .join(
            other,
            (other.course_module_id == one.course_module_id) & (other.band == one.band) & (other.item_id > one.item_id),
        )
        .where(one.course_module_id == module_id, one.item_id.in_(ids))
        .group_by(one.item_id, other.item_id)
    )
    near: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for item_id, other_id, count in db.session.execute(query):
        near[item_id].append((-count, other_id))
    chosen = {item_id: [one for _count, one in sorted(rows)[:LOOKED_AT]] for item_id, rows in near.items()}
    alive = _alive({*near, *(other_id for rows in chosen.values() for other_id in rows)})
    profiles = load_profiles(alive)
    return [
        (item_id, other_id, round(likeness, 4))
        for item_id, others in sorted(chosen.items())
        if item_id in profiles
        for other_id, likeness in kinship.rank(
            profiles[item_id], ((other, profiles[other]) for other in others if other in profiles)
        )[:MOST_PAIRS]
    ]


def _alive(ids: set[int]) -> list[int]:
    wanted, found = sorted(ids), []
    for start in range(0, len(wanted), 500):
        query = select(Item.id).where(Item.id.in_(wanted[start : start + 500]), Item.state != "retired")
        found += db.session.scalars(query)
    return found


def _keep(public_id: str, cursor: int, ids: Sequence[int], found: list[tuple[int, int, float]]) -> bool:
    """Keep a batch, unless somebody else kept it or the search was stopped meanwhile."""
    now, likenesses = clock_now(), {(first, second): likeness for first, second, likeness in found}
    with unit_of_work() as session:
        search = lock(get_search(public_id))
        if search.cursor != cursor or search.state not in _ACTIVE:
            return False
        known = {
            (pair.first_id, pair.second_id): pair
            for pair in session.scalars(select(KinshipPair).where(KinshipPair.first_id.in_(ids)))
        }
        new = [
            {
                "public_id": new_public_id(),
                "course_module_id": search.course_module_id,
                "first_id": first,
                "second_id": second,
                "likeness": likeness,
                "state": "open",
                "found_at": now,
            }
            for (first, second), likeness in likenesses.items()
            if (first, second) not in known
        ]
        for key, pair in known.items():
            if key in likenesses:
                pair.likeness = likenesses[key]
        gone = [pair.id for key, pair in known.items() if key not in likenesses and pair.state == "open"]
        if gone:  # one of the two was rewritten since
            session.execute(delete(KinshipPair).where(KinshipPair.id.in_(gone)))
        if new:
            session.execute(insert(KinshipPair), new)
        still_open = [key for key, pair in known.items() if key in likenesses and pair.state == "open"]
        search.state, search.cursor = "running", ids[-1]
        search.done, search.found = search.done + len(ids), search.found + len(new) + len(still_open)
    return True


def _finish(public_id: str) -> bool:
    now = clock_now()
    with unit_of_work() as session:
        ended = session.execute(
            update(KinshipSearch)
            .where(KinshipSearch.public_id == public_id, KinshipSearch.state.in_(_ACTIVE))
            .values(state="done", finished_at=now)
            .execution_options(synchronize_session=False)
        )
        if ended.rowcount == 1:
            search = get_search(public_id)
            session.refresh(search)
            audit.record(SYSTEM, "kinship.search_finished", search, done=search.done, found=search.found)
    return False
