"""What the engine is given and what it gives back: plain values, nothing of the platform."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class PoolItem:
    """An item that papers may take. What is None is unknown.

    ``difficulty`` is the share correct, 0..1, already shrunken where few answers stand behind it; ``difficulty_sd`` its
    standard deviation. ``a``, ``b``, ``c`` are its 3PL parameters (c None: 0). ``seconds``: expected time.
    ``answer``: the key's name where it has one, for runs of equal keys. ``enemies``: names of sets of which a paper
    holds one item at most. ``stimulus``: a paper holds all items of it or none.
    """

    name: str
    topic: str | None = None
    level: str | None = None
    kind: str | None = None
    tags: frozenset[str] = frozenset()
    points: Decimal | None = None
    difficulty: float | None = None
    difficulty_sd: float | None = None
    a: float | None = None
    b: float | None = None
    c: float | None = None
    enemies: frozenset[str] = frozenset()
    stimulus: str | None = None
    seconds: int | None = None
    use_count: int | None = None
    last_used_days: int | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Cell:
    """``count`` items of each paper; a filter that is None matches any, and so does an unknown value of points."""

    count: int
    topic: str | None = None
    level: str | None = None
    kind: str | None = None
    tag: str | None = None
    not_tag: str | None = None
    points: Decimal | None = None
    kinds: frozenset[str] | None = None  # one of these, beside ``kind``
    part: int = 1  # items keep to their part of the paper

    def matches(self, item: PoolItem) -> bool:
        """Whether this item may serve this cell."""
        return (
            self.topic in (None, item.topic)
            and self.level in (None, item.level)
            and self.kind in (None, item.kind)
            and (self.kinds is None or item.kind in self.kinds)
            and (self.tag is None or self.tag in item.tags)
            and (self.not_tag is None or self.not_tag not in item.tags)
            and (self.points is None or item.points is None or self.points == item.points)
        )


@dataclass(frozen=True)
class Balance:
    """How alike papers must be: each named figure within ``tolerance`` of its mean over the papers, relatively.

    ``by``: "information" (test information at each of ``theta``), "difficulty" (mean share correct), "spread" (standard
    deviation of the items' difficulty), "time" (sum of expected seconds).
    """

    by: tuple[str, ...] = ("difficulty",)
    theta: tuple[float, ...] = (-1.0, 0.0, 1.0)
    tolerance: float = 0.01


@dataclass(frozen=True)
class Limits:
    """Hard rules over the papers; None: no such rule.

    ``papers_per_item``: an item stands in so many papers at most. ``overlap``: two papers share so many at most.
    ``min_days_since_use``: not used within so many days. ``max_use_count``: exposure, uses before this draw.
    ``distinct_items``: all papers together take so many different items at most (what a room gets to see).
    """

    papers_per_item: int | None = None
    overlap: int | None = None
    min_days_since_use: int | None = None
    max_use_count: int | None = None
    distinct_items: int | None = None


@dataclass(frozen=True)
class Order:
    """``max_same_key_run``: so many equal keys in a row at most. ``shuffle``: inside the part; else by cell."""

    max_same_key_run: int | None = None
    shuffle: bool = True


@dataclass(frozen=True)
class Spec:
    """``items`` of a paper (None: what the cells add up to; more: the rest is any). ``fixed`` stand in every paper,
    outside ``limits``; ``pinned`` are fixed and stand at that number (from 1)."""

    cells: tuple[Cell, ...]
    items: int | None = None
    balance: Balance | None = None
    limits: Limits = Limits()
    order: Order = Order()
    fixed: tuple[str, ...] = ()
    pinned: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Paper:
    """Item names in their order, and for each the cell (from 0; None: of the rest) that it serves."""

    items: tuple[str, ...]
    cells: tuple[int | None, ...]


@dataclass(frozen=True)
class Figures:
    """Each paper's balanced figures beside their mean: ``labels`` name the columns of ``papers`` (papers x figures)."""

    labels: tuple[str, ...] = ()
    target: tuple[float, ...] = ()
    papers: tuple[tuple[float, ...], ...] = ()
    max_deviation: float = 0.0
    unknown_items: int = 0  # items of the papers whose figure had to be taken from their cell's mean


@dataclass(frozen=True)
class Assembled:
    """Papers that keep every rule."""

    papers: tuple[Paper, ...]
    figures: Figures
    max_overlap: int
    max_use: int


@dataclass(frozen=True)
class Shortage:
    """A rule that cannot be kept: ``rule`` names it for machines ("cell", "cells", "enemies", "stimulus",
    "papers_per_item", "min_days_since_use", "items", "points", "fixed", ...), ``cells`` are those concerned (from 0),
    ``needed`` > ``available``, ``items`` what there is."""

    rule: str
    needed: int
    available: int
    cells: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    detail: str = ""  # the name of the enemy set, the stimulus, ...


@dataclass(frozen=True)
class Relaxation:
    """The least change found that makes papers possible; empty fields stay as they are."""

    cell_counts: dict[int, int] = field(default_factory=dict)  # cell (from 0) -> the count that can be had
    limits: dict[str, int | None] = field(default_factory=dict)  # name in Limits -> the value that would do
    enemies: tuple[str, ...] = ()  # sets of which two items would have to meet
    stimuli: tuple[str, ...] = ()  # stimuli that would have to be taken apart
    fixed: tuple[str, ...] = ()  # fixed items to leave out
    papers: int | None = None  # so many papers can be had with everything else kept


@dataclass(frozen=True)
class Infeasible:
    """Proven: no papers keep these rules. ``shortages`` is a least set of rules in conflict."""

    shortages: tuple[Shortage, ...]
    relaxation: Relaxation | None


@dataclass(frozen=True)
class NotFound:
    """Tolerance or overlap was not reached in time; the best papers keep every other rule and are not releasable."""

    best: Assembled | None
    best_deviation: float
    tried_seconds: float


Outcome = Assembled | Infeasible | NotFound
