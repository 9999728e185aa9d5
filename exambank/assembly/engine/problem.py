"""PURE. The pool and the specification as arrays, the same for any order of the pool's rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exambank.assembly.engine.records import Limits, PoolItem, Spec


@dataclass(frozen=True)
class Problem:
    """``papers`` papers of ``size`` items each.

    ``items`` are sorted by name and named by their index elsewhere. ``wanted``: the count of each cell; where a paper
    holds more items than its cells add up to, one more cell at the end, which any item serves. ``serves``: cells x
    items. ``open``: items that keep the limits on earlier use. ``fixed`` stand in every paper outside the limits, and
    with them all items of their stimulus. ``cap``: an item stands in so many papers at most. ``parts``: the part (from
    0) of each cell. ``key_caps``: so many equal keys a part can hold if they may not stand in a row more often than the
    order allows.
    """

    items: tuple[PoolItem, ...]
    spec: Spec
    papers: int
    size: int
    wanted: tuple[int, ...]
    serves: np.ndarray
    open: np.ndarray
    fixed: tuple[int, ...]
    enemy_sets: tuple[tuple[str, tuple[int, ...]], ...]
    stimuli: tuple[tuple[str, tuple[int, ...]], ...]
    cap: int
    parts: tuple[int, ...]
    key_caps: tuple[int, ...] | None


def compile_problem(pool: Iterable[PoolItem], spec: Spec, papers: int) -> Problem:
    """Raises ``ValueError`` where the question itself is wrong, whatever the pool holds (see ``_check``)."""
    items = tuple(sorted(pool, key=lambda item: item.name))
    index = {item.name: at for at, item in enumerate(items)}
    wanted = [cell.count for cell in spec.cells]
    size = sum(wanted) if spec.items is None else spec.items
    if len(index) < len(items):
        raise ValueError("two items of the pool bear the same name")
    _check(spec, papers, size - sum(wanted), size, index)
    if size > sum(wanted):
        wanted.append(size - sum(wanted))
    stimuli = _sets_of_two(items, lambda item: (item.stimulus,) if item.stimulus is not None else ())
    fixed = _with_their_stimuli({index[name] for name in (*spec.fixed, *spec.pinned)}, stimuli)
    parts = _parts(spec, len(wanted))
    return Problem(
        items,
        spec,
        papers,
        size,
        tuple(wanted),
        _serves(items, spec, len(wanted)),
        _open(items, spec.limits, fixed),
        fixed,
        _sets_of_two(items, lambda item: item.enemies),
        stimuli,
        _cap(spec.limits, papers),
        parts,
        _key_caps(wanted, parts, spec.order.max_same_key_run),
    )


def _check(spec: Spec, papers: int, rest: int, size: int, index: Mapping[str, int]) -> None:
    if papers < 1:
        raise ValueError("at least one paper must be asked for")
    if rest < 0 or any(cell.count < 0 for cell in spec.cells):
        raise ValueError("a paper holds fewer items than its cells add up to")
    unknown = [name for name in (*spec.fixed, *spec.pinned) if name not in index]
    if unknown:
        raise ValueError(f"the pool does not hold the fixed items {', '.join(sorted(unknown))}")
    places = list(spec.pinned.values())
    if len(set(places)) < len(places) or any(not 1 <= place <= size for place in places):
        raise ValueError("pinned items must stand at different numbers of the paper")


def _cap(limits: Limits, papers: int) -> int:
    """Papers that may share nothing use an item once."""
    if papers > 1 and limits.overlap == 0:
        return min(1, papers if limits.papers_per_item is None else limits.papers_per_item)
    return papers if limits.papers_per_item is None else min(papers, limits.papers_per_item)


def _sets_of_two(items: Sequence[PoolItem], names_of) -> tuple[tuple[str, tuple[int, ...]], ...]:
    members = defaultdict(list)
    for at, item in enumerate(items):
        for name in names_of(item):
            members[name].append(at)
    return tuple((name, tuple(found)) for name, found in sorted(members.items()) if len(found) > 1)


def _with_their_stimuli(fixed: set[int], stimuli: Sequence) -> tuple[int, ...]:
    """A stimulus is taken whole, so what is fixed brings the other items of its stimulus along."""
    for _name, members in stimuli:
        if fixed.intersection(members):
            fixed = fixed.union(members)
    return tuple(sorted(fixed))


def _serves(items: Sequence[PoolItem], spec: Spec, cells: int) -> np.ndarray:
    """Items alike in all that a cell looks at are asked once."""
    alike = defaultdict(list)
    for at, item in enumerate(items):
        alike[item.topic, item.level, item.kind, item.tags, item.points].append(at)
    serves = np.ones((cells, len(items)), dtype=bool)
    for members in alike.values():
        example = items[members[0]]
        for at, cell in enumerate(spec.cells):
            if not cell.matches(example):
                serves[at, members] = False
    return serves


def _open(items: Sequence[PoolItem], limits: Limits, fixed: Sequence[int]) -> np.ndarray:
    found = np.ones(len(items), dtype=bool)
    if limits.min_days_since_use is not None:
        found &= [item.last_used_days is None or item.last_used_days >= limits.min_days_since_use for item in items]
    if limits.max_use_count is not None:
        found &= [item.use_count is None or item.use_count <= limits.max_use_count for item in items]
    found[list(fixed)] = True
    return found


def _parts(spec: Spec, cells: int) -> tuple[int, ...]:
    named = sorted({cell.part for cell in spec.cells}) or [1]
    found = [named.index(cell.part) for cell in spec.cells]
    return tuple(found + [len(named) - 1] * (cells - len(found)))


def _key_caps(wanted: Sequence[int], parts: Sequence[int], run: int | None) -> tuple[int, ...] | None:
    """``m`` equal keys need ``m / run - 1`` others between them at least: m <= run * (N - m + 1)."""
    if run is None:
        return None
    sizes = [0] * (max(parts, default=0) + 1)
    for count, part in zip(wanted, parts, strict=True):
        sizes[part] += count
    return tuple((size + 1) * run // (run + 1) for size in sizes)
