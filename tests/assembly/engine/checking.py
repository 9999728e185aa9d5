"""Do papers keep every rule? Plain Python that shares no code with the engine; used by tests and by the bench."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, groupby


def broken_rules(pool, spec, papers, wanted_papers: int) -> list[str]:
    """Every rule that these papers (``items`` and ``cells`` of each) break, in words; tolerance is not looked at."""
    items = {item.name: item for item in pool}
    found = [] if len(papers) == wanted_papers else [f"{len(papers)} papers instead of {wanted_papers}"]
    for number, paper in enumerate(papers, 1):
        found += [f"paper {number}: {words}" for words in _of_paper(items, spec, paper)]
    return found + _across(items, spec, papers)


def _of_paper(items, spec, paper) -> Iterable[str]:
    names, size = paper.items, sum(cell.count for cell in spec.cells) if spec.items is None else spec.items
    if unknown := [name for name in names if name not in items]:
        yield f"not in the pool: {unknown}"
        return
    if len(names) != size or len(set(names)) != size or len(paper.cells) != size:
        yield f"{len(names)} items, {len(set(names))} different, {size} wanted"
    held = [items[name] for name in names]
    yield from _cells(spec, held, paper.cells)
    forced = _fixed(items, spec)
    yield from (f"{name} is fixed and missing" for name in forced - set(names))
    for name, place in spec.pinned.items():
        if names[place - 1] != name:
            yield f"{name} is not number {place}"
    for name, many in Counter(enemies for item in held for enemies in item.enemies).items():
        if many > 1:
            yield f"{many} enemies of {name}"
    whole = Counter(item.stimulus for item in items.values() if item.stimulus is not None)
    for name, many in Counter(item.stimulus for item in held if item.stimulus is not None).items():
        if many != whole[name]:
            yield f"{many} of {whole[name]} items of {name}"
    for item in held:
        if item.name not in forced:
            yield from _earlier_use(spec.limits, item)
    if spec.order.max_same_key_run is not None:
        longest = max(
            (len(list(run)) for key, run in groupby(item.answer for item in held) if key is not None), default=0
        )
        if longest > spec.order.max_same_key_run:
            yield f"{longest} equal keys in a row"


def _cells(spec, held, cells) -> Iterable[str]:
    counts = Counter(cells)
    for at, cell in enumerate(spec.cells):
        if counts[at] != cell.count:
            yield f"{counts[at]} items of cell {at}, {cell.count} wanted"
    for item, at in zip(held, cells, strict=True):
        if at is not None and not _serves(spec.cells[at], item):
            yield f"{item.name} does not serve cell {at}"


def _serves(cell, item) -> bool:
    asked = [(cell.topic, item.topic), (cell.level, item.level), (cell.kind, item.kind)]
    if any(wanted is not None and wanted != found for wanted, found in asked):
        return False
    if cell.tag is not None and cell.tag not in item.tags:
        return False
    if cell.not_tag is not None and cell.not_tag in item.tags:
        return False
    if cell.kinds is not None and item.kind not in cell.kinds:
        return False
    return cell.points is None or item.points is None or cell.points == item.points


def _earlier_use(limits, item) -> Iterable[str]:
    if None not in (limits.min_days_since_use, item.last_used_days) and item.last_used_days < limits.min_days_since_use:
        yield f"{item.name} was used {item.last_used_days} days ago"
    if limits.max_use_count is not None and item.use_count is not None and item.use_count > limits.max_use_count:
        yield f"{item.name} was used {item.use_count} times"


def _fixed(items, spec) -> set[str]:
    """Fixed items and what their stimuli bring along."""
    named = set(spec.fixed) | set(spec.pinned)
    stimuli = {items[name].stimulus for name in named} - {None}
    return named | {item.name for item in items.values() if item.stimulus in stimuli}


def _across(items, spec, papers) -> list[str]:
    forced, limits, found = _fixed(items, spec), spec.limits, []
    uses = uses_of(papers)
    if limits.papers_per_item is not None:
        found += [
            f"{name} in {many} papers"
            for name, many in uses.items()
            if many > limits.papers_per_item and name not in forced
        ]
    if limits.overlap is not None and max_overlap(papers, forced) > limits.overlap:
        found.append(f"two papers share {max_overlap(papers, forced)} items")
    if limits.distinct_items is not None and len(set(uses) - forced) > limits.distinct_items:
        found.append(f"{len(set(uses) - forced)} different items")
    return found


def uses_of(papers) -> Counter:
    """In how many papers each item stands."""
    return Counter(name for paper in papers for name in paper.items)


def max_overlap(papers, forced: set[str] = frozenset()) -> int:
    """Most items that two papers share."""
    held = [set(paper.items) - forced for paper in papers]
    return max((len(one & other) for one, other in combinations(held, 2)), default=0)


def information(item, theta: float) -> float:
    """Fisher information of a 3PL item, logistic metric (D = 1)."""
    guess = item.c or 0.0
    power = 1 / (1 + math.exp(-item.a * (theta - item.b)))
    chance = guess + (1 - guess) * power
    slope = item.a * (1 - guess) * power * (1 - power)
    return slope**2 / (chance * (1 - chance))


def deviation(figures: Sequence[Sequence[float]]) -> float:
    """The greatest relative distance of a paper's figure from the mean over the papers."""
    columns = list(zip(*figures, strict=True))
    means = [sum(column) / len(column) for column in columns]
    return max(
        (abs(value - mean) / abs(mean) for column, mean in zip(columns, means, strict=True) for value in column),
        default=0.0,
    )
