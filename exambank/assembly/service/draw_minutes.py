"""What the minutes of a draw say: for the page of the lot and for the printed minutes."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from exambank.assembly.models import PaperLot, PaperLotEntry
from exambank.assembly.rules import lots as rules
from exambank.assembly.service.lots import Witness, current_entry


@dataclass(frozen=True)
class Envelope:
    """An envelope as the minutes name it; ``digest`` and ``rank`` are empty before the draw."""

    number: int
    name: str
    source: str  # dealt, whole, file
    codes: tuple[str, ...]
    snapshot_hash: str
    approved_by: str
    approved_at: datetime | None
    rank: int | None
    digest: str
    set_aside_at: datetime | None
    set_aside_reason: str


@dataclass(frozen=True)
class MinutesFacts:
    """All that the minutes of a draw say; nothing of what the papers contain.

    ``envelopes`` by number; ``ordered`` the same as drawn, the first one to be used; ``formula`` explains the draw.
    """

    lot: PaperLot
    module: str
    state: str
    seed: str
    is_seed_typed: bool
    formula: str
    prepared_by: str
    prepared_at: datetime
    drawn_by: str
    drawn_at: datetime | None
    witnesses: tuple[Witness, ...]
    envelopes: tuple[Envelope, ...]
    ordered: tuple[Envelope, ...]
    used: Envelope | None
    reserves: tuple[Envelope, ...]


def minutes_facts(lot: PaperLot) -> MinutesFacts:
    """What the page of a lot and the printed minutes of its draw say."""
    envelopes = [_envelope(lot, entry) for entry in lot.entries]
    ordered = sorted((one for one in envelopes if one.rank is not None), key=lambda one: one.rank)
    used = current_entry(lot)
    in_use = next((one for one in envelopes if used is not None and one.number == used.number), None)
    return MinutesFacts(
        lot=lot,
        module=lot.course_module.name,
        state=lot.state,
        seed=lot.seed or "",
        is_seed_typed=lot.is_seed_typed,
        formula=_formula(),
        prepared_by=lot.prepared_by.full_name,
        prepared_at=lot.prepared_at,
        drawn_by=lot.drawn_by.full_name if lot.drawn_by else "",
        drawn_at=lot.drawn_at,
        witnesses=tuple(Witness(one["name"], one["post"]) for one in lot.witnesses),
        envelopes=tuple(envelopes),
        ordered=tuple(ordered),
        used=in_use,
        reserves=tuple(one for one in ordered if one.set_aside_at is None and one is not in_use),
    )


def _formula() -> str:
    return _(
        "For each envelope the text SEED/NUMBER is hashed with SHA-256; the envelope whose hexadecimal digits come "
        "first (0 before 9, 9 before a) is used, the next is the first reserve, and so on."
    )


def _envelope(lot: PaperLot, entry: PaperLotEntry) -> Envelope:
    paper_set = entry.paper_set
    return Envelope(
        number=entry.number,
        name=paper_set.name,
        source=paper_set.source,
        codes=tuple(paper.code for paper in paper_set.papers),
        snapshot_hash=paper_set.snapshot_hash,
        approved_by=paper_set.approved_by.full_name if paper_set.approved_by else "",
        approved_at=paper_set.approved_at,
        rank=entry.rank,
        digest=rules.digest_of(lot.seed, entry.number) if lot.seed else "",
        set_aside_at=entry.set_aside_at,
        set_aside_reason=entry.set_aside_reason,
    )
