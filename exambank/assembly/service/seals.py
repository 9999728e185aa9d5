"""Seals as people see them: who can open, what is waiting, in words; never anything of the content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from exambank.accounts.models import User
from exambank.assembly import rules
from exambank.assembly.models import HolderKey, PaperSeal, PaperSet, SealHolder
from exambank.assembly.seal import WrongKey
from exambank.assembly.service.content import WITHOUT_CONTENT, unwrap
from exambank.assembly.service.opening import find_waiting
from exambank.db import db
from exambank.errors import NotFound, StateConflict
from exambank.permissions import Actor, Permission, allows


@dataclass(frozen=True)
class HolderLine:
    """A holder on the page of a seal."""

    user: User
    is_active: bool
    is_current: bool
    rehearsed_at: datetime | None

    @property
    def can_be_counted_on(self) -> bool:
        return self.is_active and self.is_current


@dataclass(frozen=True)
class SealSummary:
    """How a set stands as to its secrecy. ``state``: waiting (no content yet), desk, sealed, half, open, withdrawn."""

    state: str
    mode: str
    seal: PaperSeal | None
    holders: tuple[HolderLine, ...] = ()
    waiting: SealHolder | None = None  # gave a half, for opening
    waiting_until: datetime | None = None
    opened_by: tuple[str, ...] = ()
    may_open: bool = False
    is_own_half: bool = False
    is_due: bool = False
    is_early: bool = False

    @property
    def able(self) -> int:
        """How many holders can be counted on."""
        return sum(one.can_be_counted_on for one in self.holders)

    @property
    def is_lost(self) -> bool:
        """Fewer than two holders can open: only the reserve helps."""
        return self.state in ("sealed", "half") and self.mode == "holders" and self.able < rules.TOGETHER


def get_seal(public_id: str) -> PaperSeal:
    """The seal, or NotFound."""
    found = db.session.execute(select(PaperSeal).where(PaperSeal.public_id == public_id)).scalar_one_or_none()
    if found is None:
        raise NotFound()
    return found


def seal_summary(paper_set: PaperSet, actor: Actor, now: datetime) -> SealSummary:
    """Everything the pages say about the seal of a set, for this reader."""
    seal = paper_set.seal
    if seal is None or paper_set.state in WITHOUT_CONTENT:
        return SealSummary("waiting" if paper_set.state in WITHOUT_CONTENT else "open", "none", None)
    waiting = find_waiting(seal, "open", now)
    return SealSummary(
        state=_state(paper_set, seal, waiting),
        mode=seal.mode,
        seal=seal,
        holders=_lines(seal),
        waiting=waiting,
        waiting_until=waiting.half_given_at + rules.HALF_LIVES if waiting else None,
        opened_by=_names_of(seal.opened_by),
        may_open=allows(actor, Permission.PAPERS_OPEN, seal),
        is_own_half=waiting is not None and waiting.holder_key.user_id == actor.user_id,
        is_due=rules.is_due(seal.mode, seal.opens_at, now),
        is_early=rules.is_early(seal.opens_at, now),
    )


def _state(paper_set: PaperSet, seal: PaperSeal, waiting: SealHolder | None) -> str:
    if seal.opened_at is not None:
        return "open"
    if paper_set.state == "withdrawn":
        return "withdrawn"
    if seal.mode == "desk":
        return "desk"
    return "half" if waiting else "sealed"


def _lines(seal: PaperSeal) -> tuple[HolderLine, ...]:
    keys = [holder.holder_key for holder in seal.holders]
    return tuple(HolderLine(key.user, key.user.is_active, key.replaced_at is None, key.rehearsed_at) for key in keys)


def _names_of(public_ids: Sequence[str]) -> tuple[str, ...]:
    known = dict(db.session.execute(select(User.public_id, User.full_name).where(User.public_id.in_(public_ids))).all())
    return tuple(known.get(one, _("the clock")) for one in public_ids)


def how_to_open(paper_set: PaperSet) -> str:
    """Who opens a sealed set and when, as a sentence for whoever waits for it."""
    seal = paper_set.seal
    if seal.mode == "clock":
        if seal.opens_at is None:
            return _("They open by the clock, and no time is set yet.")
        return _(
            "They open by themselves at %(time)s; should they not, whoever approves papers opens them by hand.",
            time=format_datetime(seal.opens_at, "HH:mm, dd/MM/yyyy"),
        )
    names = ", ".join(one.holder_key.user.full_name for one in seal.holders)
    return _("Any two of these holders open them: %(names)s.", names=names)


def mode_label(mode: str) -> str:
    """The ways of sealing, in a few words."""
    labels = {
        "desk": _("closed at the desk"),
        "holders": _("two holders together"),
        "clock": _("by the clock"),
        "none": _("not sealed"),
    }
    return labels[mode]


def protection_text(mode: str) -> str:
    """What a way of sealing protects from, and from what not: the honest sentence on every page about it."""
    texts = {
        "desk": _(
            "Until approval the papers are encrypted with the server's key file. Copies and backups of the database "
            "do not show them; whoever works on them at the desk, and whoever rules the server, can."
        ),
        "holders": _(
            "From approval to the opening nobody can read the papers: not in the database, not in a copy or backup, "
            "not on a page, and not one holder alone. Backups made before approval still hold them under the server's "
            "key file. The seal does not protect from whoever rules the server while two holders type their "
            "passphrases there, nor afterwards, during the exam."
        ),
        "clock": _(
            "Copies and backups of the database do not show the papers, nor do pages. The key lies in a file on the "
            "server (instance/secrets/papers_key): whoever rules the server, or has that file and a copy of the "
            "database, can open them sooner. Choose two holders where that is not enough."
        ),
        "none": _("The papers are open at once: for practice, or where they need not be kept secret."),
    }
    return texts[mode]


@dataclass(frozen=True)
class HolderTask:
    """A seal that waits for a person. ``what``: second or second_rehearse (a half waits), open (soon due), rehearse,
    clock (of the clock, never rehearsed).
    """

    seal: PaperSeal
    what: str


SOON = timedelta(hours=24)


def list_holder_tasks(actor: Actor, now: datetime) -> list[HolderTask]:
    """What waits for this person: halves given, sets to be opened within a day, seals never rehearsed. One question."""
    held = select(SealHolder.seal_id).join(SealHolder.holder_key).where(HolderKey.user_id == actor.user_id)
    query = (
        select(PaperSeal)
        .join(PaperSeal.paper_set)
        .where(PaperSeal.opened_at.is_(None), PaperSet.state == "approved")
        .where(or_(PaperSeal.id.in_(held), (PaperSeal.mode == "clock") & PaperSeal.rehearsed_at.is_(None)))
        .options(joinedload(PaperSeal.paper_set), selectinload(PaperSeal.holders).joinedload(SealHolder.holder_key))
        .order_by(PaperSeal.opens_at, PaperSeal.id)
    )
    found = [HolderTask(seal, _what(seal, actor, now)) for seal in db.session.execute(query).scalars()]
    return [one for one in found if one.what]


def _what(seal: PaperSeal, actor: Actor, now: datetime) -> str:
    if seal.mode == "clock":
        return "clock" if allows(actor, Permission.PAPERS_APPROVE, seal) else ""
    if not allows(actor, Permission.PAPERS_OPEN, seal):
        return ""
    for purpose in ("open", "rehearse"):
        waiting = find_waiting(seal, purpose, now)
        if waiting is not None and waiting.holder_key.user_id != actor.user_id:
            return "second" if purpose == "open" else "second_rehearse"
    if seal.opens_at is not None and seal.opens_at <= now + SOON:
        return "open"
    return "rehearse" if seal.rehearsed_at is None else ""


def list_own_seals(actor: Actor) -> list[PaperSeal]:
    """Seals this person holds a key of, closed ones, the newest first; also with a key that was replaced since."""
    query = (
        select(PaperSeal)
        .join(PaperSeal.holders)
        .join(SealHolder.holder_key)
        .join(PaperSeal.paper_set)
        .where(HolderKey.user_id == actor.user_id, PaperSeal.opened_at.is_(None), PaperSet.state == "approved")
        .order_by(PaperSeal.id.desc())
    )
    return list(db.session.execute(query).scalars().unique())


def count_unreadable() -> tuple[int, int]:
    """(closed seals that rest on the server's key file, how many of them that file does not open): for doctor."""
    query = select(PaperSeal).where(PaperSeal.server_wrap.is_not(None), PaperSeal.opened_at.is_(None))
    seals = db.session.execute(query).scalars().all()
    return len(seals), sum(not _is_readable(seal) for seal in seals)


def _is_readable(seal: PaperSeal) -> bool:
    try:
        unwrap(seal, seal.mode)
    except (StateConflict, WrongKey):
        return False
    return True
