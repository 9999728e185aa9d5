"""PURE. What a desk is made of, and in which order things stand on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

NOW, TODAY, WAITING, LATER = range(4)
"""How urgent a task is: somebody stands at the door; it must be done today; it waits; it can wait."""

COMING_SHOWN = 6
NEWS_SHOWN = 4


@dataclass(frozen=True)
class Task:
    """Something this person should do. ``square`` is a state of the look's squares."""

    urgency: int
    square: str
    title: str
    text: str
    button: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True)
class Coming:
    """A date that this person should know."""

    at: datetime
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True)
class News:
    """Something that is there to be read; nothing has to be done."""

    title: str
    text: str
    button: str
    url: str


@dataclass
class Desk:
    """What lies on a desk."""

    tasks: list[Task] = field(default_factory=list)
    coming: list[Coming] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def due(self) -> list[Task]:
        """What must not wait until tomorrow."""
        return [task for task in self.tasks if task.urgency <= TODAY]


def merge(desks: Iterable[Desk]) -> Desk:
    """One desk of several roles: nothing twice, the most urgent first, then by date."""
    whole = Desk()
    for desk in desks:
        for name in ("tasks", "coming", "news", "notes"):
            setattr(whole, name, list(dict.fromkeys([*getattr(whole, name), *getattr(desk, name)])))
    whole.tasks.sort(key=lambda task: (task.urgency, task.at is None, task.at.timestamp() if task.at else 0.0))
    whole.coming.sort(key=lambda one: one.at)
    whole.coming = _by_address(whole.coming)[:COMING_SHOWN]
    whole.news = whole.news[:NEWS_SHOWN]
    return whole


def _by_address(coming: list[Coming]) -> list[Coming]:
    """Two roles may tell of the same exam in other words: the first stands."""
    seen: set[tuple] = set()
    kept = []
    for one in coming:
        key = (one.at, one.title)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


@dataclass(frozen=True)
class Finding:
    """How one part of the system stands: ok, warning or failure, what that means, what to do."""

    level: str
    title: str
    text: str


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Nothing to do."""
    return all(finding.level == "ok" for finding in findings)
