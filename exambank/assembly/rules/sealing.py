"""PURE. Seals of papers: their ways of opening, who can still open one, when an opening is early."""

from collections.abc import Iterable
from datetime import datetime, timedelta

SEAL_MODES = ("holders", "clock", "none")
"""What a school chooses at approval; before it every set is under the desk seal."""

TOGETHER = 2
"""How many holders open a seal together."""

HALF_LIVES = timedelta(minutes=30)
"""How long the first holder's half waits for the second."""

EARLY = timedelta(hours=2)
"""Sooner than this before the planned time an opening is unusual and is given a reason."""


def is_early(planned: datetime | None, now: datetime) -> bool:
    """Whether opening now needs a reason: hours before the planned time, or with no exam in sight."""
    return planned is None or now < planned - EARLY


def half_is_alive(given_at: datetime | None, now: datetime) -> bool:
    """Whether a half given then still waits for the second holder."""
    return given_at is not None and given_at <= now < given_at + HALF_LIVES


def is_due(mode: str, opens_at: datetime | None, now: datetime) -> bool:
    """Whether a seal by the clock opens now; without a time it waits for an exam."""
    return mode == "clock" and opens_at is not None and opens_at <= now


def opening_time(exam_starts: Iterable[datetime], lead: timedelta) -> datetime | None:
    """When a set used by these exams is opened: ``lead`` before the first; None where there is none (left)."""
    first = min(exam_starts, default=None)
    return None if first is None else first - lead
