"""Lots: sealed sets in numbered envelopes, one drawn before witnesses, the others reserves; declassified afterwards."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from exambank import audit, text
from exambank.assembly.models import PaperLot, PaperLotEntry, PaperSet
from exambank.assembly.rules import lots as rules
from exambank.assembly.service import content, opening, uses
from exambank.courses.models import CourseModule
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import Actor

SEED_WORDS = 16  # bytes of a seed that the server draws


@dataclass(frozen=True)
class Witness:
    """A person who watches the draw."""

    name: str
    post: str


def prepare_lot(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, paper_sets: Sequence[PaperSet]
) -> PaperLot:
    """Put sealed sets into numbered envelopes, in the order given; none may have been opened, used or lie elsewhere.

    What the clock was to open waits now: only the one drawn is opened, at the time of the exam that takes it.
    """
    if not name.strip():
        raise InvalidInput(_("Give the lot a name, such as the exam it is for."))
    if not rules.LEAST_SETS <= len({one.id for one in paper_sets}) <= rules.MOST_SETS:
        raise InvalidInput(
            _("Choose from %(least)s to %(most)s sets: one to be used, the others as reserves.",
              least=rules.LEAST_SETS, most=rules.MOST_SETS)
        )  # fmt: skip
    with unit_of_work() as session:
        for paper_set in sorted(paper_sets, key=lambda one: one.id):  # always in one order: no deadlock
            lock(paper_set)
            reason = why_not_in_lot(paper_set, course_module.id)
            if reason:
                raise StateConflict(f"{paper_set.name}: {reason}")
        lot = PaperLot(
            course_module_id=course_module.id, name=name.strip()[:300], prepared_by_id=actor.user_id, prepared_at=now
        )
        lot.entries = [PaperLotEntry(paper_set=one, number=number) for number, one in enumerate(paper_sets, 1)]
        session.add(lot)
        session.flush()
        for paper_set in paper_sets:
            opening.set_opening_time(paper_set, None)
        audit.record(actor, "lot.prepared", lot, name=lot.name, envelopes=_envelopes(lot), at=now)
    return lot


def withdraw_lot(*, actor: Actor, now: datetime, lot: PaperLot, reason: str) -> None:
    """Take a lot apart before it is drawn; its sets may lie in another one."""
    if not reason.strip():
        raise InvalidInput(_("Say why the lot is taken apart."))
    with unit_of_work():
        lock(lot)
        _move(lot, "withdrawn")
        lot.note = reason.strip()[:500]
        audit.record(actor, "lot.withdrawn", lot, reason=lot.note, at=now)


def draw_lot(
    *, actor: Actor, now: datetime, lot: PaperLot, witnesses: Sequence[Witness], seed: str | None = None
) -> None:
    """Draw, once and for all: the order of all envelopes by the ``seed`` that the witnesses gave.

    Without a seed the server draws one at this very moment, so that nobody can look at it before and try again.
    """
    present, given = _tidy_witnesses(witnesses, actor), text.nfc(" ".join((seed or "").split()))
    if len(given) > rules.LONGEST_SEED:
        raise InvalidInput(_("A seed has from 1 to 64 characters."))
    drawn_seed = given or secrets.token_hex(SEED_WORDS)
    with unit_of_work():
        lock(lot)
        _move(lot, "drawn")
        _refuse_spoiled(lot)
        ranks = {one.number: one.rank for one in rules.draw(drawn_seed, [entry.number for entry in lot.entries])}
        for entry in lot.entries:
            entry.rank = ranks[entry.number]
        lot.seed, lot.is_seed_typed, lot.witnesses = drawn_seed, bool(given), [vars(one) for one in present]
        lot.drawn_by_id, lot.drawn_at = actor.user_id, now
        audit.record(
            actor, "lot.drawn", lot, at=now, seed=drawn_seed, typed=bool(given), witnesses=lot.witnesses,
            envelopes=_envelopes(lot),
        )  # fmt: skip


def use_reserve(*, actor: Actor, now: datetime, lot: PaperLot, reason: str, for_exam: bool = False) -> PaperSet:
    """Set the paper in use aside, for a reason, and take the next reserve; ``for_exam``: called by exams, which binds.

    A paper that belongs to an exam already is changed on the exam's page only, where its candidates get the new one.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the reserve is used."))
    with unit_of_work():
        lock(lot)
        if lot.state != "drawn":
            raise StateConflict(_("A reserve is used after the draw and before the exam is over."))
        used, reserve = current_entry(lot), next_reserve_entry(lot)
        if used is None or reserve is None:
            raise StateConflict(_("There is no reserve left in this lot: prepare and draw another one."))
        if used.paper_set.bound_at is not None and not for_exam:
            raise StateConflict(_("The paper belongs to an exam already: use the reserve on the page of the exam."))
        used.set_aside_at, used.set_aside_reason = now, reason.strip()[:500]
        audit.record(
            actor, "lot.reserve_used", lot, at=now, reason=used.set_aside_reason, set_aside=used.number,
            taken=reserve.number, hash=reserve.paper_set.snapshot_hash,
        )  # fmt: skip
    return reserve.paper_set


def declassify(*, actor: Actor, now: datetime, paper_set: PaperSet) -> None:
    """No secret any more: the module's lecturers may see the papers. Only papers that are open; again is harmless."""
    with unit_of_work():
        lock(paper_set)
        if paper_set.declassified_at is not None:
            return
        if not content.is_open(paper_set):
            raise StateConflict(_("These papers are sealed still: their holders open them first."))
        paper_set.declassified_at = now
        uses.record_uses(paper_set)
        audit.record(actor, "papers.declassified", paper_set, at=now, hash=paper_set.snapshot_hash)


def close_lot(*, actor: Actor, now: datetime, lot: PaperLot, for_exam: bool = False) -> None:
    """The exam of this lot is over: what was used is no secret any more; again is harmless.

    ``for_exam``: told by exams, when every exam of this lot is over; a person says it only of printed papers, which no
    exam of the platform used. Papers set aside and reserves stay secret until a person decides about each of them.
    """
    with unit_of_work():
        lock(lot)
        if lot.state != "drawn":
            return
        used = current_entry(lot)
        if used is not None and used.paper_set.bound_at is not None and not for_exam:
            raise StateConflict(_("The paper belongs to an exam: its end is the end of the lot as well."))
        lot.state = "declassified"
        is_declassified = used is not None and content.is_open(used.paper_set)
        if is_declassified and used.paper_set.declassified_at is None:
            used.paper_set.declassified_at = now
            uses.record_uses(used.paper_set)
        audit.record(actor, "lot.closed", lot, at=now, used=used.number if used else None, declassified=is_declassified)


def declassify_entry(*, actor: Actor, now: datetime, entry: PaperLotEntry) -> None:
    """A person decides about one envelope of a lot whose exam is over: it is no secret any more.

    One that its holders closed they must open first; one that the clock would open is opened here and now.
    """
    _open_by_the_clock(actor, now, entry)
    with unit_of_work():
        lock(entry.lot)
        _refuse_before_end(entry.lot)
        if entry.kept_at is not None:
            raise StateConflict(_("This reserve is kept for another exam and stays secret."))
        declassify(actor=actor, now=now, paper_set=entry.paper_set)


def _open_by_the_clock(actor: Actor, now: datetime, entry: PaperLotEntry) -> None:
    seal = entry.paper_set.seal
    if entry.lot.state != "declassified" or entry.kept_at is not None or seal is None:
        return
    if seal.mode == "clock" and content.is_sealed(entry.paper_set):
        with unit_of_work():
            opening.set_opening_time(entry.paper_set, now)
        opening.open_by_clock(actor=actor, now=now, seal=seal)


def keep_reserve(*, actor: Actor, now: datetime, entry: PaperLotEntry) -> None:
    """A reserve that was never opened stays secret and may lie in a later lot."""
    with unit_of_work():
        lock(entry.lot)
        _refuse_before_end(entry.lot)
        if entry is current_entry(entry.lot) or entry.set_aside_at is not None:
            raise StateConflict(_("Only a reserve that was not used can be kept for another exam."))
        if entry.kept_at is not None:
            return
        if content.is_open(entry.paper_set):
            raise StateConflict(_("This reserve was opened: it cannot be used for another exam."))
        entry.kept_at = now
        audit.record(actor, "lot.reserve_kept", entry.lot, at=now, number=entry.number)


def _refuse_before_end(lot: PaperLot) -> None:
    if lot.state != "declassified":
        raise StateConflict(_("The exam of this lot is not over yet: until then everything in it stays secret."))


def refuse_for_exam(paper_set: PaperSet, lot: PaperLot | None = None) -> None:
    """Asked by exams before it takes a set: files are for printing only, and a set in a lot must be the one drawn.

    ``lot``: the lot that the exam draws from; without it no set of a lot may be taken.
    """
    if paper_set.source == "file":
        raise InvalidInput(_("This paper was brought as a file: it can be printed, not given to an exam on computers."))
    holder = find_lot_of(paper_set)
    if holder is None:
        return
    if lot is None or holder.id != lot.id:
        raise InvalidInput(_("These papers lie in a lot: choose the lot, and the paper drawn from it is used."))
    used = current_entry(lot)
    if used is None or used.paper_set_id != paper_set.id:
        raise InvalidInput(_("Another paper of this lot was drawn."))


def why_not_in_lot(paper_set: PaperSet, course_module_id: int) -> str | None:
    """Why a set cannot lie in a lot, in words; None: it can."""
    if paper_set.course_module_id != course_module_id:
        return _("These papers belong to another course module.")
    if paper_set.state != "approved" or not content.is_sealed(paper_set):
        return _("only approved and sealed papers that nobody has opened can be drawn by lot.")
    if paper_set.bound_at is not None:
        return _("these papers belong to an exam already.")
    if find_lot_of(paper_set) is not None:
        return _("these papers lie in another lot.")
    return None


def list_for_lot(course_module_id: int) -> list[PaperSet]:
    """Sets of a module that a new lot may take, the oldest first."""
    query = select(PaperSet).where(
        PaperSet.course_module_id == course_module_id, PaperSet.state == "approved", PaperSet.bound_at.is_(None)
    )
    sets = db.session.scalars(query.options(selectinload(PaperSet.seal)).order_by(PaperSet.id))
    return [one for one in sets if why_not_in_lot(one, course_module_id) is None]


def find_lot_of(paper_set: PaperSet) -> PaperLot | None:
    """The lot that holds this set, so that it can lie in no other one."""
    query = select(PaperLotEntry).where(PaperLotEntry.paper_set_id == paper_set.id).order_by(PaperLotEntry.id.desc())
    for entry in db.session.scalars(query):
        if rules.holds(entry.lot.state, _place(entry), content.is_open(paper_set)):
            return entry.lot
    return None


def get_lot(public_id: str) -> PaperLot:
    """The lot with its envelopes, or NotFound."""
    found = db.session.scalar(
        select(PaperLot).where(PaperLot.public_id == public_id).options(selectinload(PaperLot.entries))
    )
    if found is None:
        raise NotFound()
    return found


def get_lot_entry(lot: PaperLot, number: int) -> PaperLotEntry:
    """The envelope with this number, or NotFound."""
    found = next((one for one in lot.entries if one.number == number), None)
    if found is None:
        raise NotFound()
    return found


def list_lots(course_module_id: int, state: str | None = None) -> list[PaperLot]:
    """Lots of a module, the newest first."""
    query = select(PaperLot).where(PaperLot.course_module_id == course_module_id)
    if state is not None:
        query = query.where(PaperLot.state == state)
    return list(db.session.scalars(query.options(selectinload(PaperLot.entries)).order_by(PaperLot.id.desc())))


def current_entry(lot: PaperLot) -> PaperLotEntry | None:
    """The envelope in use; None before the draw or when none is left."""
    return _entry_at(lot, rules.current(_places(lot)))


def next_reserve_entry(lot: PaperLot) -> PaperLotEntry | None:
    """The reserve that would take its place."""
    return _entry_at(lot, rules.next_reserve(_places(lot)))


def _entry_at(lot: PaperLot, place: rules.Place | None) -> PaperLotEntry | None:
    return None if place is None else next(one for one in lot.entries if one.number == place.number)


def _places(lot: PaperLot) -> list[rules.Place]:
    return [_place(one) for one in lot.entries if one.paper_set.state == "approved"]


def _place(entry: PaperLotEntry) -> rules.Place:
    return rules.Place(entry.number, entry.rank, entry.set_aside_at is not None, entry.kept_at is not None)


def _move(lot: PaperLot, state: str) -> None:
    if state in rules.LOT_STATES[lot.state]:
        lot.state = state
    elif state == "drawn" and lot.state in {"drawn", "declassified"}:
        raise StateConflict(_("This lot is drawn already. A draw is never repeated."))
    else:
        raise StateConflict(_("This lot is not in a state that allows this. Reload the page."))


def _refuse_spoiled(lot: PaperLot) -> None:
    spoiled = [
        entry.number
        for entry in lot.entries
        if entry.paper_set.state != "approved" or not content.is_sealed(entry.paper_set) or entry.paper_set.bound_at
    ]
    if spoiled:
        raise StateConflict(
            _(
                "Envelopes %(numbers)s are not sealed any more (opened, used or withdrawn since). Nothing was drawn: "
                "take this lot apart and prepare another one.",
                numbers=", ".join(map(str, spoiled)),
            )
        )


def _tidy_witnesses(witnesses: Sequence[Witness], actor: Actor) -> list[Witness]:
    present = [Witness(one.name.strip()[:200], one.post.strip()[:200]) for one in witnesses if one.name.strip()]
    names = {text.search_key(one.name) for one in present}
    if len(names) < rules.LEAST_WITNESSES or len(names) < len(present):
        raise InvalidInput(_("Name at least two different people who watch the draw."))
    if any(not one.post for one in present):
        raise InvalidInput(_("Give the post of each witness, as it is to stand in the minutes."))
    if text.search_key(actor.full_name) in names:
        raise InvalidInput(
            _("Whoever presses the button is named in the minutes anyway: name two others as witnesses.")
        )
    return present


def _envelopes(lot: PaperLot) -> list[dict[str, Any]]:
    return [
        {
            "number": entry.number, "set": entry.paper_set.public_id, "hash": entry.paper_set.snapshot_hash,
            "rank": entry.rank,
        }
        for entry in lot.entries
    ]  # fmt: skip
