"""Clocks of the room: time left, contact lost, when one may hand in, and a server's clock that jumps."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from exambank.sittings.rules.life import AT_WORK

DISCONNECTED_AFTER = timedelta(seconds=25)  # two polls missed
CLOCK_STEP_ALLOWED_SECONDS = 2.0
EXTENSION_LIMIT = timedelta(hours=1)  # of one act: a slip of the hand must not give ten hours


def remaining(deadline_at: datetime | None, paused_at: datetime | None, now: datetime) -> timedelta:
    """Time left to work; it stands still in a pause."""
    if deadline_at is None:
        return timedelta()
    return max(deadline_at - (paused_at or now), timedelta())


def as_clock(left: timedelta) -> str:
    """Time left as the room's script shows it: hours only while there are any, a begun second counts as whole."""
    seconds = -(-left // timedelta(seconds=1))
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    return ":".join(f"{part:02d}" for part in (parts if parts[0] else parts[1:]))


def is_disconnected(state: str, last_contact_at: datetime | None, now: datetime) -> bool:
    """Whether a seat at work has missed its polls."""
    return state in AT_WORK and (last_contact_at is None or now - last_contact_at > DISCONNECTED_AFTER)


def earliest_submit_at(started_at: datetime, duration_seconds: int, share: Fraction) -> datetime:
    """When the Regulation first lets a candidate hand in; accommodation and incident time do not move it."""
    return started_at + timedelta(seconds=ceil(duration_seconds * share))


def clock_step(wall_before: datetime, wall_now: datetime, ran_seconds: float) -> float:
    """By how many seconds the wall clock moved against a clock that only runs forward."""
    return (wall_now - wall_before).total_seconds() - ran_seconds


def is_clock_alarm(step_seconds: float) -> bool:
    """Whether such a step must stop automatic closing until a person has looked."""
    return abs(step_seconds) > CLOCK_STEP_ALLOWED_SECONDS


def needs_second_person(seconds: int, granted_seconds: int, cap_seconds: int) -> bool:
    """Whether a grant of ``seconds`` waits for the exam office: with what was granted before it passes the cap."""
    if seconds <= 0:
        raise ValueError("time is only ever added")
    return granted_seconds + seconds > cap_seconds
