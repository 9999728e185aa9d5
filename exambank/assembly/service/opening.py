"""Opening a seal: by two holders, at one machine or at two, or by the clock; and rehearsing it, writing nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, jobs
from exambank.assembly import rules
from exambank.assembly import seal as crypto
from exambank.assembly.models import PaperSeal, PaperSet, SealHolder
from exambank.assembly.seal import Context, Share, Shares
from exambank.assembly.service.content import Body, body_of, is_sealed, snapshot_hash, unwrap
from exambank.assembly.service.holders import recover_pair
from exambank.assembly.service.sealing import share_context
from exambank.assembly.service.server_key import server_key
from exambank.assembly.service.uses import record_uses
from exambank.courses import service as courses
from exambank.db import db, lock, unit_of_work
from exambank.errors import DomainError, InvalidInput, NotFound, StateConflict
from exambank.permissions import SYSTEM, Actor, Permission, allows

PURPOSES = ("open", "rehearse")


@dataclass(frozen=True)
class Second:
    """The second holder at the same machine: the person's public id and passphrase."""

    user: str
    passphrase: str


def turn_key(
    *,
    actor: Actor,
    now: datetime,
    seal: PaperSeal,
    purpose: str,
    passphrase: str,
    second: Second | None = None,
    reason: str = "",
) -> str:
    """A holder's passphrase for opening ("open") or rehearsing ("rehearse") a seal. Returns "half" or "done".

    With ``second`` both holders are at this machine; without, the actor's half waits for another holder's, encrypted
    under the server's key, or meets the one that waits. InvalidInput names the field: passphrase, second_passphrase,
    reason. An early opening needs a reason.
    """
    own = _holder_of(seal, actor.public_id)
    if own is None or not allows(actor, Permission.PAPERS_OPEN, seal) or purpose not in PURPOSES:
        raise NotFound()
    _refuse_state(seal)
    waiting = None if second else find_waiting(seal, purpose, now, but=own)
    if purpose == "open" and waiting is None:
        _refuse_without_reason(seal, reason, now)
    halves = {own.position: _half(actor, now, seal, own, passphrase, "passphrase")}
    other = waiting
    if second is not None:
        other = _second_holder(seal, second, own)
        halves[other.position] = _half(actor, now, seal, other, second.passphrase, "second_passphrase")
    elif waiting is not None:
        halves[waiting.position] = _waiting_half(seal, waiting)
    if other is None:
        _keep_half(actor, now, seal, own, purpose, halves[own.position], reason)
        return "half"
    _finish(actor, now, seal, purpose, _joined(seal, halves), [own, other], reason)
    return "done"


def _finish(
    actor: Actor, now: datetime, seal: PaperSeal, purpose: str, key: bytes, holders: list[SealHolder], reason: str
) -> None:
    body = _opened(seal, key)
    if purpose == "open":
        _open_by_holders(actor, now, seal, body, key, holders, reason)
    else:
        _record_rehearsal(actor, now, seal, holders)


def _second_holder(seal: PaperSeal, second: Second, own: SealHolder) -> SealHolder:
    found = _holder_of(seal, second.user)
    if found is None or found is own:
        raise InvalidInput(_("Choose the second holder."), field="second")
    user = found.holder_key.user
    if not allows(courses.actor_for(user.id, user.session_version), Permission.PAPERS_OPEN, seal):
        raise InvalidInput(
            _("%(name)s may not open papers any more. Choose another holder.", name=user.full_name), field="second"
        )
    return found


def _waiting_half(seal: PaperSeal, waiting: SealHolder) -> bytes:
    try:
        return crypto.open_box(server_key("half"), waiting.half, _half_context(seal, waiting))
    except crypto.WrongKey:
        raise StateConflict(
            _("What the first holder gave cannot be read any more. The first holder types the passphrase again.")
        ) from None


def _holder_of(seal: PaperSeal, user_public_id: str) -> SealHolder | None:
    found = (one for one in seal.holders if one.holder_key.user.public_id == user_public_id)
    return next((one for one in found if one.holder_key.user.is_active), None)


def _refuse_state(seal: PaperSeal) -> None:
    if seal.opened_at is not None:
        raise StateConflict(_("These papers are open already."))
    if seal.paper_set.state != "approved":
        raise StateConflict(_("These papers were withdrawn: nobody opens them any more."))


def _lock_closed(seal: PaperSeal) -> None:
    """Hold set and seal, in the order in which approval, withdrawal and binding do, and refuse what was done since."""
    lock(seal.paper_set)
    lock(seal)
    _refuse_state(seal)


def _refuse_without_reason(seal: PaperSeal, reason: str, now: datetime) -> None:
    if rules.is_early(seal.opens_at, now) and not reason.strip():
        raise InvalidInput(
            _("This is earlier than planned. Say why the papers are opened now; it is recorded."), field="reason"
        )


def _half(actor: Actor, now: datetime, seal: PaperSeal, holder: SealHolder, passphrase: str, field: str) -> bytes:
    pair = recover_pair(actor=actor, now=now, key=holder.holder_key, passphrase=passphrase, field=field)
    return crypto.agree(pair.private, seal.ephemeral)


def _half_context(seal: PaperSeal, holder: SealHolder) -> Context:
    # with its time: a half that was taken back or ran out does not come to life again when its row is written anew
    given = int(holder.half_given_at.timestamp() * 1000)
    return Context(seal.paper_set.public_id, f"half {holder.position} {holder.half_purpose} {given}", "holders")


def _keep_half(
    actor: Actor, now: datetime, seal: PaperSeal, own: SealHolder, purpose: str, half: bytes, reason: str
) -> None:
    with unit_of_work():
        _lock_closed(seal)
        lock(own)
        own.half_purpose, own.half_given_at = purpose, now
        own.half = crypto.close_box(server_key("half"), half, _half_context(seal, own))
        if purpose == "open":
            seal.reason = reason.strip()[:500]
        audit.record(actor, "seal.half_given", seal.paper_set, purpose=purpose, reason=reason.strip(), at=now)


def take_half_back(*, actor: Actor, now: datetime, seal: PaperSeal) -> None:
    """The first holder changes his mind: his half waits no longer."""
    own = _holder_of(seal, actor.public_id)
    if own is None:
        raise NotFound()
    with unit_of_work():
        lock(own)
        _forget_half(own)
        audit.record(actor, "seal.half_taken_back", seal.paper_set, at=now)


def find_waiting(seal: PaperSeal, purpose: str, now: datetime, but: SealHolder | None = None) -> SealHolder | None:
    """The holder whose half waits for a second one to ``purpose``, if one does; ``but``: not this one."""
    return next(
        (
            one
            for one in seal.holders
            if one is not but
            and one.half is not None
            and one.holder_key.user.is_active
            and one.half_purpose == purpose
            and rules.half_is_alive(one.half_given_at, now)
        ),
        None,
    )


def _joined(seal: PaperSeal, halves: Mapping[int, bytes]) -> bytes:
    shares = Shares(seal.ephemeral, tuple(Share(one.first, one.second, one.body) for one in seal.shares))
    try:
        return crypto.open_together(shares, halves, share_context(seal.paper_set.public_id))
    except crypto.WrongKey:
        raise _broken() from None


def _broken() -> StateConflict:
    return StateConflict(
        _(
            "The seal does not open although the passphrases are right: what is stored was changed. Do not use these "
            "papers; take the reserve and tell the quality office."
        )
    )


def _opened(seal: PaperSeal, key: bytes) -> Body:
    try:
        body = body_of(seal, key)
    except crypto.WrongKey:
        raise _broken() from None
    if snapshot_hash(body.content) != seal.paper_set.snapshot_hash:
        raise _broken()
    return body


def _record_rehearsal(actor: Actor, now: datetime, seal: PaperSeal, holders: list[SealHolder]) -> None:
    with unit_of_work():
        _lock_closed(seal)
        seal.rehearsed_at = now
        people = _proved(holders, now)
        audit.record(actor, "seal.rehearsed", seal.paper_set, hash=seal.paper_set.snapshot_hash, people=people, at=now)


def _proved(holders: list[SealHolder], now: datetime) -> list[str]:
    """The passphrases were right: noted with each key; halves are used up."""
    for holder in holders:
        lock(holder.holder_key).rehearsed_at = now
        _forget_half(lock(holder))
    return [holder.holder_key.user.public_id for holder in holders]


def _forget_half(holder: SealHolder) -> None:
    holder.half = holder.half_given_at = None
    holder.half_purpose = ""


def _open_by_holders(
    actor: Actor, now: datetime, seal: PaperSeal, body: Body, key: bytes, holders: list[SealHolder], reason: str
) -> None:
    with unit_of_work():
        _lock_closed(seal)
        people = _proved(holders, now)
        if reason.strip():
            seal.reason = reason.strip()[:500]
        write_plain(seal.paper_set, body, key, opened_by=people, now=now)
        audit.record(
            actor, "papers.opened", seal.paper_set, hash=seal.paper_set.snapshot_hash, people=people,
            reason=seal.reason, at=now,
        )  # fmt: skip


def write_plain(paper_set: PaperSet, body: Body, key: bytes, *, opened_by: list[str], now: datetime) -> None:
    """Content becomes rows: layouts and seed; told as "papers.opened". Inside the caller's unit of work, which has
    checked that the seal is whole and still closed. Of sealed papers the bank learns later what they hold: its lists
    show to every lecturer which questions were used last, and the exam is still to come.
    """
    seal, content = paper_set.seal, body.content
    for paper in paper_set.papers:
        paper.layout = content.layouts.get(paper.code, [])
    paper_set.seed, paper_set.opened_at = content.seed, now
    seal.opened_key, seal.opened_at, seal.opened_by = key, now, opened_by
    if seal.mode == "none":
        record_uses(paper_set)
    for holder in seal.holders:
        _forget_half(holder)
    jobs.publish("papers.opened", paper_set.public_id)


# --- by the clock ---


def set_opening_time(paper_set: PaperSet, opens_at: datetime | None) -> None:
    """Told by exams, inside its own act: when this set is opened (clock), or planned to be (holders)."""
    if is_sealed(paper_set):
        lock(paper_set.seal).opens_at = opens_at


def open_due(now: datetime) -> int:
    """Open the seals whose time has come and forget halves that nobody came for; returns how many were opened.

    Called every few seconds by the exam room's sweeper: one indexed question when there is nothing to do.
    """
    _forget_old_halves(now)
    query = (
        select(PaperSeal)
        .join(PaperSeal.paper_set)
        .where(PaperSeal.mode == "clock", PaperSeal.opened_at.is_(None), PaperSeal.opens_at <= now)
        .where(PaperSet.state == "approved")
    )
    return sum(_open_by_clock(seal, now) for seal in db.session.execute(query).scalars().all())


def _open_by_clock(seal: PaperSeal, now: datetime) -> bool:
    """One that does not open is told and left: the others must, and the page names the reserve."""
    try:
        open_by_clock(actor=SYSTEM, now=now, seal=seal)
    except DomainError as refused:
        db.session.rollback()
        note_failure(seal, refused, now)
        return False
    return True


def note_failure(seal: PaperSeal, refused: DomainError, now: datetime) -> None:
    """Put the failure on the record once, not at every round."""
    if seal.reason == refused.message[:500]:
        return
    with unit_of_work():
        lock(seal).reason = refused.message[:500]
        audit.record(SYSTEM, "seal.failed", seal.paper_set, why=refused.message, at=now)


def open_by_clock(*, actor: Actor, now: datetime, seal: PaperSeal) -> None:
    """Open a seal whose time has come: the sweeper does, or a person when it could not."""
    if not rules.is_due(seal.mode, seal.opens_at, now):
        raise StateConflict(_("These papers are opened by the clock; it is not the time yet."))
    _refuse_state(seal)
    key = unwrap(seal, "clock")
    body = _opened(seal, key)
    with unit_of_work():
        _lock_closed(seal)
        if not rules.is_due(seal.mode, seal.opens_at, now):
            raise StateConflict(_("These papers are opened by the clock; it is not the time yet."))
        seal.reason = ""
        write_plain(seal.paper_set, body, key, opened_by=[actor.public_id], now=now)
        audit.record(
            actor, "papers.opened", seal.paper_set, hash=seal.paper_set.snapshot_hash, people=[actor.public_id], at=now
        )


def rehearse_clock(*, actor: Actor, now: datetime, seal: PaperSeal) -> None:
    """Open a seal by the server's key in memory, compare its fingerprint, close it again; recorded."""
    if seal.mode != "clock":
        raise StateConflict(_("These papers are opened by their holders: two of them rehearse."))
    _refuse_state(seal)
    _opened(seal, unwrap(seal, "clock"))
    _record_rehearsal(actor, now, seal, [])


def _forget_old_halves(now: datetime) -> None:
    query = select(SealHolder.id).where(
        SealHolder.half.is_not(None), SealHolder.half_given_at <= now - rules.HALF_LIVES
    )
    old = db.session.execute(query).scalars().all()
    if old:
        with unit_of_work() as session:
            for holder_id in old:
                _forget_half(session.get(SealHolder, holder_id, with_for_update=True))


# --- letters: what others add to a sealed set ---


def write_letter(paper_set: PaperSet, text: str, purpose: str) -> bytes:
    """Encrypt a text so that it can be read once the set is open, and by nobody before."""
    context = Context(paper_set.public_id, purpose, "letter")
    return crypto.write_letter(paper_set.seal.public_key, text.encode(), context)


def read_letter(paper_set: PaperSet, letter: bytes, purpose: str) -> str:
    """Read such a text; StateConflict while the set is sealed, or when the letter was changed."""
    stored = paper_set.seal
    if stored is None or stored.opened_key is None:
        raise StateConflict(_("These papers are sealed: nobody sees them before they are opened."))
    try:
        pair = body_of(stored, stored.opened_key).pair
        return crypto.open_letter(pair, letter, Context(paper_set.public_id, purpose, "letter")).decode()
    except crypto.WrongKey:
        raise _broken() from None


def seed_pledge(seed: str) -> str:
    """The hash (SHA-256) that stands for a seed until it may be shown."""
    return hashlib.sha256(seed.encode()).hexdigest()
