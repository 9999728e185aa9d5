"""PURE. How the room of an exam is run, beyond its times: who checks what at the door, and how one moves in the paper.

Kept as JSON in ``Exam.conduct``; an empty object is the plain exam: session code, free movement, one time for all.
It is settled before the exam opens and never changes while somebody sits.
"""

from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from ipaddress import ip_network
from typing import Any

NAVIGATIONS = ("free", "forward")
"""free: any question at any time; forward: one question at a time, never back."""

LOCKDOWNS = ("none", "watch", "seb")
"""none; watch: leaving the page or the full screen is recorded; seb: only in Safe Exam Browser as we configure it."""


@dataclass(frozen=True)
class Conduct:
    """``section_minutes``: own time for each part of the paper, in order; empty: one time for all of it.

    ``networks``: addresses from which the exam may be sat, whatever the room ("192.168.1.0/24"); empty: from anywhere.
    ``browser_exam_keys``: of the SEB builds allowed besides the configuration's own key (64 hex digits each).
    ``address``: where SEB opens the exam, as it writes it ("https://thi.example"); its proofs are bound to it.
    """

    needs_code: bool = True
    needs_identity: bool = False
    navigation: str = "free"
    section_minutes: tuple[int, ...] = ()
    networks: tuple[str, ...] = ()
    lockdown: str = "none"
    config_key: str = ""
    browser_exam_keys: tuple[str, ...] = ()
    address: str = ""

    @classmethod
    def parse(cls, data: dict[str, Any] | None) -> "Conduct":
        """Read it from an exam's JSON; unknown keys are left out, so that an older server reads a newer row."""
        known = {field.name for field in fields(cls)}
        found = {key: value for key, value in (data or {}).items() if key in known}
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in found.items()})

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON: only what differs from the plain exam."""
        plain = asdict(Conduct())
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
            if value != plain[key]
        }

    @property
    def is_seb(self) -> bool:
        return self.lockdown == "seb"


def check_conduct(conduct: Conduct, parts: int, duration_seconds: int) -> list[str]:
    """Codes of what is wrong with it for a paper of ``parts`` parts; an empty list: it can be used.

    Codes: navigation_unknown, lockdown_unknown, sections_differ (not one time a part), sections_sum (together not the
    exam's own duration), section_not_positive, network_unreadable.
    """
    problems = []
    if conduct.navigation not in NAVIGATIONS:
        problems.append("navigation_unknown")
    if conduct.lockdown not in LOCKDOWNS:
        problems.append("lockdown_unknown")
    if conduct.section_minutes:
        if min(conduct.section_minutes) <= 0:
            problems.append("section_not_positive")
        if len(conduct.section_minutes) != parts:
            problems.append("sections_differ")
        if sum(conduct.section_minutes) * 60 != duration_seconds:
            problems.append("sections_sum")
    if not all(is_network(one) for one in conduct.networks):
        problems.append("network_unreadable")
    return problems


def is_network(text: str) -> bool:
    """Whether this is an address or a block of addresses."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def share_of_extra(seconds: int, extra_seconds: int, duration_seconds: int) -> int:
    """What one section of ``seconds`` gets of a candidate's extra time, in whole seconds: its share of the duration."""
    return int(Fraction(seconds * extra_seconds, duration_seconds))
