"""What the pool is to a specification: which cells each item may serve, what keeps it out, what it is tied to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from exambank.assembly.engine.records import PoolItem, Spec
from exambank.assembly.engine.why.demands import Rule, rest_of, rules_of


@dataclass(frozen=True)
class Facts:
    """A problem made ready. Cells are bits: bit n is cell n, the bit after the last is the rest of the paper."""

    pool: Sequence[PoolItem]
    spec: Spec
    papers: int

    @cached_property
    def counts(self) -> list[int]:
        """Items of a paper per cell, the rest (possibly 0) last."""
        return [cell.count for cell in self.spec.cells] + [rest_of(self.spec)]

    @cached_property
    def parts(self) -> list[int]:
        """The part of each cell; the rest belongs to the last."""
        parts = [cell.part for cell in self.spec.cells]
        return [*parts, max(parts, default=1)]

    @cached_property
    def masks(self) -> list[int]:
        """For each item the cells that it may serve."""
        return self._masks(self.spec.cells)

    @cached_property
    def pointless_masks(self) -> list[int]:
        """The same, were there no filters of points."""
        return self._masks([replace(cell, points=None) for cell in self.spec.cells])

    def _masks(self, cells) -> list[int]:
        known: dict[tuple, int] = {}
        rest = 1 << len(cells) if self.counts[-1] else 0
        found = []
        for item in self.pool:
            look = (item.topic, item.level, item.kind, item.tags, item.points)
            mask = known.get(look)
            if mask is None:  # a bank of thousands has a few hundred looks
                mask = known[look] = sum(1 << at for at, cell in enumerate(cells) if cell.matches(item)) | rest
            found.append(mask)
        return found

    @cached_property
    def late(self) -> list[bool]:
        """Used too lately."""
        least = self.spec.limits.min_days_since_use
        if least is None:
            return [False] * len(self.pool)
        return [item.last_used_days is not None and item.last_used_days < least for item in self.pool]

    @cached_property
    def worn(self) -> list[bool]:
        """Used too often."""
        most = self.spec.limits.max_use_count
        if most is None:
            return [False] * len(self.pool)
        return [item.use_count is not None and item.use_count > most for item in self.pool]

    @cached_property
    def fixed(self) -> dict[str, int]:
        """Name and index of each fixed or pinned item; ValueError where the pool has none of that name."""
        wanted = dict.fromkeys((*self.spec.fixed, *self.spec.pinned))
        if not wanted:
            return {}
        index = {item.name: at for at, item in enumerate(self.pool)}
        unknown = [name for name in wanted if name not in index]
        if unknown:
            raise ValueError(f"fixed items that are not in the pool: {', '.join(unknown)}")
        return {name: index[name] for name in wanted}

    @cached_property
    def fixed_with_stimuli(self) -> list[int]:
        """Fixed items and those that their stimuli bring along."""
        fixed = set(self.fixed.values())
        for members in self.stimuli.values() if fixed else ():
            fixed |= set(members) if fixed.intersection(members) else set()
        return sorted(fixed)

    @cached_property
    def enemies(self) -> dict[str, list[int]]:
        """Sets of which two items could meet in a paper, with their items."""
        found: dict[str, list[int]] = {}
        for at, item in enumerate(self.pool):
            for name in item.enemies:
                found.setdefault(name, []).append(at)
        return {name: found[name] for name in sorted(found) if len(found[name]) > 1}

    @cached_property
    def stimuli(self) -> dict[str, list[int]]:
        """Stimuli of several items."""
        found: dict[str, list[int]] = {}
        for at, item in enumerate(self.pool):
            if item.stimulus is not None:
                found.setdefault(item.stimulus, []).append(at)
        return {name: found[name] for name in sorted(found) if len(found[name]) > 1}

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule of this problem."""
        return rules_of(self.spec, self.papers, self.fixed, list(self.enemies), list(self.stimuli))

    def cap(self, rules: frozenset[Rule]) -> int:
        """In how many papers an item may stand under these rules."""
        cap = self.papers
        if Rule("papers_per_item") in rules:
            cap = min(cap, self.spec.limits.papers_per_item)
        return min(cap, 1) if Rule("overlap") in rules else cap
