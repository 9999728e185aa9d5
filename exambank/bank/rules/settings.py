"""PURE. How one bank works: approvals, what each check of the quality gate does, when a review is due, reading."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BLOCK, ADVICE, OFF = "block", "advice", "off"
LEVELS = (BLOCK, ADVICE, OFF)
_ANY = LEVELS
_NEVER_OFF = (BLOCK, ADVICE)

MOST_APPROVALS = 5


@dataclass(frozen=True)
class Check:
    """A check whose weight a bank may choose: what it is by default and what it may be set to."""

    default: str
    levels: tuple[str, ...] = _ANY


CHECKS: dict[str, Check] = {
    "twin_options": Check(BLOCK, _NEVER_OFF),
    "near_twin_options": Check(ADVICE),
    "key_length": Check(ADVICE),
    "key_position": Check(ADVICE),
    "speaks_of_all": Check(ADVICE),
    "unmarked_not": Check(ADVICE),
    "mixed_script": Check(BLOCK),
    "impossible_marks": Check(BLOCK),
    "legacy_font": Check(BLOCK, _NEVER_OFF),
    "tone_placement": Check(ADVICE),
    "letters_repaired": Check(ADVICE, (ADVICE, OFF)),
    "spacing": Check(ADVICE),
    "end_marks": Check(ADVICE),
    "picture_alt": Check(ADVICE),
    "picture_absent": Check(ADVICE, _NEVER_OFF),
    "no_topic": Check(ADVICE),
    "no_level": Check(ADVICE),
}
"""What a bank may weigh otherwise. What guards key, stem and scoring is not here: it always blocks."""


@dataclass(frozen=True)
class Settings:
    """A bank's settings, complete: whatever it did not choose stands at its default."""

    approvals_needed: int = 1
    gate: Mapping[str, str] = field(default_factory=dict)
    review_months: int = 12
    reading_limit: int = 60
    change_limit: int = 30  # per cent of the bank changed since the last act: beyond it the whole procedure is due

    def level_of(self, code: str) -> str:
        """What this check does here; a level that is not allowed for it counts as its default."""
        check = CHECKS[code]
        chosen = self.gate.get(code, check.default)
        return chosen if chosen in check.levels else check.default

    def levels(self) -> dict[str, str]:
        """Every check with its level."""
        return {code: self.level_of(code) for code in CHECKS}


DEFAULTS = Settings()

BOUNDS: dict[str, tuple[int, int]] = {
    "approvals_needed": (1, MOST_APPROVALS),
    "review_months": (1, 60),
    "reading_limit": (5, 1000),
    "change_limit": (5, 100),
}


def refusals_of(settings: Settings) -> list[tuple[str, str]]:
    """What cannot be set so: (field or check, "out_of_bounds", "unknown_check" or "unknown_level")."""
    found = []
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(settings, name) <= most:
            found.append((name, "out_of_bounds"))
    for code, level in settings.gate.items():
        if code not in CHECKS:
            found.append((code, "unknown_check"))
        elif level not in CHECKS[code].levels:
            found.append((code, "unknown_level"))
    return found


def own_choices(levels: Mapping[str, str]) -> dict[str, str]:
    """Only what differs from the defaults is kept, so that a better default reaches banks that never chose."""
    return {code: level for code, level in levels.items() if code in CHECKS and level != CHECKS[code].default}
