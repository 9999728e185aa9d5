"""PURE. A blueprint as the matrix of topics and levels: places, sums, shares, what most of its cells have in common."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from exambank.assembly.rules.cells import CellSpec

USUAL_POINTS = Decimal("0.25")
"""What a question of a paper with forty of them is worth on the scale of 10: proposed in an empty matrix."""


@dataclass(frozen=True)
class Sum:
    """So many questions and what they are worth; ``pretest`` of them are not marked."""

    count: int = 0
    points: Decimal = Decimal(0)
    pretest: int = 0

    def __add__(self, cell: CellSpec) -> "Sum":
        points = cell.points * cell.count if cell.is_scored else Decimal(0)
        return Sum(self.count + cell.count, self.points + points, self.pretest + (0 if cell.is_scored else cell.count))


@dataclass(frozen=True)
class Sums:
    """Sums by topic and by level (None: any) and of the whole paper."""

    topics: Mapping[int | None, Sum] = field(default_factory=dict)
    levels: Mapping[int | None, Sum] = field(default_factory=dict)
    whole: Sum = field(default_factory=Sum)

    def share(self, level_id: int | None) -> int:
        """The level's share of all questions in per cent, rounded half up; 0 in an empty matrix."""
        count = self.levels.get(level_id, Sum()).count
        if not self.whole.count:
            return 0
        return int((Decimal(100 * count) / self.whole.count).quantize(Decimal(1), ROUND_HALF_UP))


def sum_up(cells: Iterable[CellSpec]) -> Sums:
    """Add up the rows and columns of a matrix."""
    topics: dict[int | None, Sum] = defaultdict(Sum)
    levels: dict[int | None, Sum] = defaultdict(Sum)
    whole = Sum()
    for cell in cells:
        topics[cell.topic_id] += cell
        levels[cell.level_id] += cell
        whole += cell
    return Sums(dict(topics), dict(levels), whole)


@dataclass(frozen=True)
class Defaults:
    """What a digit typed into an empty place stands for: kind, tags, and the points of each level."""

    kind: str | None = None
    tag: str | None = None
    not_tag: str | None = None
    points: Mapping[int | None, Decimal] = field(default_factory=dict)
    usual_points: Decimal = USUAL_POINTS

    def points_of(self, level_id: int | None) -> Decimal:
        """Points of each question of this level."""
        return self.points.get(level_id, self.usual_points)


def find_defaults(cells: Sequence[CellSpec]) -> Defaults:
    """What a blueprint's cells have in common: the commonest kind and points, a tag only if every cell has it."""
    if not cells:
        return Defaults()
    by_level: dict[int | None, Counter] = defaultdict(Counter)
    kinds: Counter[str | None] = Counter()
    for cell in cells:
        by_level[cell.level_id][cell.points] += cell.count
        kinds[cell.kind] += cell.count
    tags, not_tags = {cell.tag for cell in cells}, {cell.not_tag for cell in cells}
    return Defaults(
        kind=_commonest(kinds),
        tag=tags.pop() if len(tags) == 1 else None,
        not_tag=not_tags.pop() if len(not_tags) == 1 else None,
        points={level_id: _commonest(points) for level_id, points in by_level.items()},
        usual_points=_commonest(sum(by_level.values(), Counter())),
    )


def _commonest(found: Counter):
    return found.most_common(1)[0][0]


def put_in_order(cells: Sequence[CellSpec], topics: Sequence[int], levels: Sequence[int]) -> list[CellSpec]:
    """Cells as a paper runs: by part, then topic, then level, "any" last; entries of one place keep their order."""
    topic_at = {topic_id: at for at, topic_id in enumerate(topics)}
    level_at = {level_id: at for at, level_id in enumerate(levels)}
    return sorted(
        cells,
        key=lambda cell: (
            cell.part, topic_at.get(cell.topic_id, len(topic_at)), level_at.get(cell.level_id, len(level_at)),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Mapped:
    """Cells of one module carried over to another; ``left_out`` names cells (from 0) whose topic has no counterpart."""

    cells: tuple[CellSpec, ...]
    topics: Mapping[int, int]
    left_out: tuple[int, ...] = ()


def match_topics(source: Mapping[int, str], target: Mapping[int, str], by: str) -> dict[int, int]:
    """Topic ids of one module to those of another. ``source`` and ``target``: id -> name as it is compared, in order.

    ``by``: "order", the first to the first and so on; "name", those of equal names.
    """
    if by == "order":
        return dict(zip(source, target, strict=False))
    named: dict[str, int] = {}
    for topic_id, name in target.items():
        named.setdefault(name, topic_id)
    return {topic_id: named[name] for topic_id, name in source.items() if name in named}


def map_cells(cells: Sequence[CellSpec], topics: Mapping[int, int]) -> Mapped:
    """Cells with their topics exchanged; those without a counterpart are left out and named."""
    kept, left_out = [], []
    for at, cell in enumerate(cells):
        if cell.topic_id is None or cell.topic_id in topics:
            kept.append(replace(cell, topic_id=topics.get(cell.topic_id)))
        else:
            left_out.append(at)
    return Mapped(tuple(kept), topics, tuple(left_out))
