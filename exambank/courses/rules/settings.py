"""PURE. What a school chooses about its papers; stored as JSON with the school, missing values take their default."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

SEALS = ("holders", "clock", "none")
REHEARSALS = ("always", "quiet", "never")
LEAD_LEAST, LEAD_MOST = 16, 24 * 60
"""Minutes: the room may be opened a quarter of an hour before the exam starts, and then the papers must be there."""


@dataclass(frozen=True)
class SchoolSettings:
    """``default_seal`` is what the approval page proposes; ``lead_minutes``: papers are opened so long before the exam;
    ``own_lecturer_sees_papers``: whether a lecturer of the module who has an office as well may see papers while they
    are secret. ``rehearsal``: whether anybody may try the exam room at any time, only while no exam is open, or never.
    """

    default_seal: str = "holders"
    lead_minutes: int = 30
    own_lecturer_sees_papers: bool = False
    rehearsal: str = "always"

    @classmethod
    def parse(cls, stored: Mapping[str, Any] | None) -> "SchoolSettings":
        """From stored JSON: what is missing or cannot be used takes its default, what is unknown is left alone."""
        stored, usual = stored or {}, cls()
        seal, lead = stored.get("default_seal"), stored.get("lead_minutes")
        own, rehearsal = stored.get("own_lecturer_sees_papers"), stored.get("rehearsal")
        return cls(
            seal if seal in SEALS else usual.default_seal,
            lead if type(lead) is int and LEAD_LEAST <= lead <= LEAD_MOST else usual.lead_minutes,
            own if isinstance(own, bool) else usual.own_lecturer_sees_papers,
            rehearsal if rehearsal in REHEARSALS else usual.rehearsal,
        )

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @property
    def opening_lead(self) -> timedelta:
        """How long before the exam its papers are opened."""
        return timedelta(minutes=self.lead_minutes)
