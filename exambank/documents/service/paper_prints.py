"""Prints of papers: asked for on a page, made by the worker, fetched for a day, forgotten at once when they may not be.

What is printed of a set at the desk is a proof: it carries a watermark, and goes when the set is sealed.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, undefer

from exambank import audit, clock, jobs
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.db import db, lock, unit_of_work
from exambank.documents.models import PaperPrint
from exambank.documents.papers import orders
from exambank.documents.papers.orders import PrintOrder
from exambank.documents.service.paper_setting import Made, exam_of, lines_of, make
from exambank.documents.service.printing import Printed
from exambank.errors import DomainError, InvalidInput, NotFound, StateConflict
from exambank.permissions import SYSTEM, Actor

log = logging.getLogger("exambank.documents")

LIVES = timedelta(hours=24)
AT_ONCE = 3  # prints of one set that may be under way
UNDER_WAY = ("waiting", "running")


class _Cancelled(Exception):
    """Somebody stopped the print while it was made."""


def ask_for_print(
    *, actor: Actor, now: datetime, paper_set: PaperSet, kind: str, order: PrintOrder
) -> PaperPrint:  # fmt: skip
    """Have papers, answer sheets or keys of a set printed by the worker. ``kind``: see ``orders.KINDS``.

    InvalidInput for an order that cannot be followed; StateConflict where the set is not there yet, sealed, or a file.
    """
    codes = [paper.code for paper in paper_set.papers]
    fault = orders.fault_of(kind, order, codes)
    if fault is not None:
        raise InvalidInput(_fault_text(fault))
    _refuse(paper_set, kind, order)
    order = orders.as_proof(order, is_proof(paper_set) and not _is_plain_sheet(kind, order))
    with unit_of_work() as session:
        lock(paper_set)
        _refuse(paper_set, kind, order)
        if sum(one.state in UNDER_WAY for one in list_prints(paper_set)) >= AT_ONCE:
            raise StateConflict(_("Other prints of these papers are being made. Wait for them, or cancel one."))
        paper_print = PaperPrint(
            paper_set_id=paper_set.id, kind=kind, options=order.as_dict(), state="waiting", asked_by_id=actor.user_id,
            asked_at=now, total=orders.total_of(kind, order, codes),
        )  # fmt: skip
        session.add(paper_print)
        session.flush()
        jobs.publish("paper_print.asked", paper_print.public_id)
        audit.record(
            actor, "papers.print_asked", paper_set, print=paper_print.public_id, kind=kind, count=paper_print.total,
            proof=order.is_proof,
        )  # fmt: skip
    return paper_print


def is_proof(paper_set: PaperSet) -> bool:
    """Whether the set is still at the desk: what is printed of it is for checking only."""
    return not assembly.is_open(paper_set) and not assembly.is_sealed(paper_set)


def _is_plain_sheet(kind: str, order: PrintOrder) -> bool:
    """An answer sheet that knows nothing but the number of questions; it may be printed of a sealed set too."""
    return kind == "answer_sheets" and order.form == "plain"


def _refuse(paper_set: PaperSet, kind: str, order: PrintOrder) -> None:
    if paper_set.state not in ("dealt", "approved"):
        raise StateConflict(_("There is nothing to print of this set: it is not dealt, or was withdrawn."))
    if _is_plain_sheet(kind, order):
        return
    if assembly.is_sealed(paper_set):
        raise StateConflict(_("These papers are sealed: nothing of them can be printed before they are opened."))
    if paper_set.source == "file":
        raise StateConflict(_("This paper was brought as a file: download it from the page of the set and print that."))


def make_print(public_id: str) -> None:
    """Work of the worker: set the file, keep it closed. What is refused is told on the page, in words."""
    paper_print = get_print(public_id)
    if not _begin(paper_print):
        return
    moment = clock.now()
    try:
        with force_locale(paper_print.asked_by.locale):
            # PDF carries the time of asking: an attempt repeated gives the same file
            made = make(paper_print, paper_print.asked_at, _teller(paper_print))
            _keep(paper_print, made, moment)
    except _Cancelled:
        return
    except DomainError as refused:
        _fail(paper_print, refused.message, moment)
    except Exception:  # whatever it is, the print must not stay "running" for ever
        log.exception("papers not printed", extra={"print": public_id})
        db.session.rollback()
        with force_locale(paper_print.asked_by.locale):
            _fail(paper_print, _("The file could not be made. Try again; should it happen twice, tell the technician."),
                  moment)  # fmt: skip


def _begin(paper_print: PaperPrint) -> bool:
    with unit_of_work():
        lock(paper_print)
        if paper_print.state not in UNDER_WAY:
            return False
        paper_print.state, paper_print.done = "running", 0
    return True


def _teller(paper_print: PaperPrint) -> Callable[[int], None]:
    def tell(done: int) -> None:
        with unit_of_work() as session:
            told = session.execute(
                update(PaperPrint).where(PaperPrint.id == paper_print.id, PaperPrint.state == "running")
                .values(done=done)
            )  # fmt: skip
        if not told.rowcount:
            raise _Cancelled()

    return tell


def _keep(paper_print: PaperPrint, made: Made, now: datetime) -> None:
    closed = assembly.close_file(paper_print.public_id, made.body)
    fingerprint = hashlib.sha256(made.body).hexdigest()
    with unit_of_work():
        lock(paper_print)
        if paper_print.state != "running":
            return
        if paper_print.options.get("is_proof") and assembly.is_sealed(paper_print.paper_set):
            raise StateConflict(_("These papers are sealed: nothing of them can be printed before they are opened."))
        paper_print.state, paper_print.done, paper_print.body = "done", paper_print.total, closed
        paper_print.file_name, paper_print.finished_at, paper_print.expires_at = made.file_name, now, now + LIVES
        paper_print.options = {**paper_print.options, "problems": [list(one) for one in made.problems]}
        audit.record(
            SYSTEM, "papers.print_made", paper_print.paper_set, print=paper_print.public_id, hash=fingerprint,
            size=len(made.body),
        )  # fmt: skip


def _fail(paper_print: PaperPrint, words: str, now: datetime) -> None:
    with unit_of_work():
        lock(paper_print)
        if paper_print.state in UNDER_WAY:
            paper_print.state, paper_print.failure, paper_print.finished_at = "failed", words[:500], now


def fetch_print(*, actor: Actor, now: datetime, paper_print: PaperPrint) -> Printed:
    """The finished file; every fetch is recorded. StateConflict when it is gone, or the papers were sealed since."""
    if paper_print.state != "done" or paper_print.body is None or paper_print.expires_at <= now:
        raise StateConflict(_("This file is not kept any more. Have it made again."))
    order = PrintOrder.parse(paper_print.options)
    is_withdrawn = paper_print.paper_set.state == "withdrawn" and not assembly.is_open(paper_print.paper_set)
    if is_withdrawn and not _is_plain_sheet(paper_print.kind, order):
        raise StateConflict(_("Withdrawn unopened: these papers stay closed for good."))
    if assembly.is_sealed(paper_print.paper_set) and not _is_plain_sheet(paper_print.kind, order):
        raise StateConflict(_("These papers are sealed: nothing of them can be printed before they are opened."))
    body = assembly.open_file(paper_print.public_id, paper_print.body)
    code = hashlib.sha256(body).hexdigest()[:12].upper()
    with unit_of_work():
        audit.record(
            actor, "papers.print_fetched", paper_print.paper_set, print=paper_print.public_id, kind=paper_print.kind,
            code=code, proof=order.is_proof,
        )  # fmt: skip
    return Printed(body, paper_print.file_name, code)


def cancel_print(*, actor: Actor, now: datetime, paper_print: PaperPrint) -> None:
    """Stop a print that is waiting or being made."""
    with unit_of_work():
        lock(paper_print)
        if paper_print.state not in UNDER_WAY:
            raise StateConflict(_("This print is finished already."))
        paper_print.state, paper_print.finished_at = "cancelled", now
        audit.record(
            actor, "papers.print_cancelled", paper_print.paper_set, print=paper_print.public_id, kind=paper_print.kind
        )


def get_print(public_id: str) -> PaperPrint:
    """The print, or NotFound."""
    query = select(PaperPrint).where(PaperPrint.public_id == public_id)
    query = query.options(undefer(PaperPrint.body), joinedload(PaperPrint.paper_set), joinedload(PaperPrint.asked_by))
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_prints(paper_set: PaperSet, limit: int = 30) -> list[PaperPrint]:
    """Prints of a set, the newest first; without their bodies."""
    query = select(PaperPrint).where(PaperPrint.paper_set_id == paper_set.id).options(joinedload(PaperPrint.asked_by))
    return list(db.session.execute(query.order_by(PaperPrint.id.desc()).limit(limit)).scalars())


def default_order(paper_set: PaperSet) -> PrintOrder:
    """What the page proposes: lines and minutes of the exam that uses the set, else of its blueprint."""
    exam = exam_of(paper_set)
    minutes = paper_set.blueprint.duration_minutes if paper_set.blueprint else None
    if exam is not None:
        minutes = exam.duration_seconds // 60
    return PrintOrder(lines=lines_of(paper_set), minutes=minutes)


def forget_prints(now: datetime) -> int:
    """Drop the files whose day is over; returns how many. For the worker."""
    query = select(PaperPrint.id).where(PaperPrint.state == "done", PaperPrint.expires_at <= now)
    return _forget(list(db.session.execute(query).scalars()))


def forget_proofs(paper_set_id: str) -> int:
    """Drop what was printed of a set that is sealed now; returns how many."""
    query = select(PaperPrint.id).join(PaperSet).where(PaperSet.public_id == paper_set_id)
    return _forget(list(db.session.execute(query.where(PaperPrint.state == "done")).scalars()))


def _forget(ids: list[int]) -> int:
    for one in ids:
        with unit_of_work() as session:
            session.execute(update(PaperPrint).where(PaperPrint.id == one).values(state="gone", body=None))
    return len(ids)


def fail_abandoned(before: datetime) -> int:
    """Prints whose worker died again and again; returns how many. Their job was taken up long before."""
    query = select(PaperPrint).where(PaperPrint.state.in_(UNDER_WAY), PaperPrint.asked_at < before)
    abandoned = list(db.session.execute(query).scalars())
    for one in abandoned:
        _fail(one, _("The file was not made in time. Ask for it again; should it happen twice, tell the technician."),
              clock.now())  # fmt: skip
    return len(abandoned)


def _fault_text(code: str) -> str:
    texts = {
        "unknown_kind": _("Choose what to print."),
        "unknown_code": _("These papers have no such code. Choose among those shown."),
        "copies": _("Type how many copies: a whole number from 1 to 100, for blank sheets to 600."),
        "too_many": _("At most %(most)s papers or sheets fit into one file. Choose fewer codes or copies.",
                      most=orders.MOST_PAPERS),
    }  # fmt: skip
    return texts[code]
