"""The least change that makes papers possible: an elastic programme over all rules, made exact by solving again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from exambank.assembly.engine.records import PoolItem, Relaxation, Spec
from exambank.assembly.engine.why.deciding import Deadline, Decider
from exambank.assembly.engine.why.elastic import least_changes
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.model import FEASIBLE

COST_OF_A_PAPER = 1.05
"""One paper less weighs about as much as one item less in a cell (see elastic.COSTS)."""
MOST_FEWER_TRIED = 8


def relax(
    pool: Sequence[PoolItem], spec: Spec, papers: int, relaxation: Relaxation
) -> tuple[tuple[PoolItem, ...], Spec, int]:
    """The problem as it stands once ``relaxation`` is granted."""
    apart, meeting = set(relaxation.stimuli), set(relaxation.enemies)
    changed = tuple(
        replace(
            item, enemies=item.enemies - meeting, stimulus=None if item.stimulus in apart else item.stimulus
        ) if item.stimulus in apart or item.enemies & meeting else item
        for item in pool
    )  # fmt: skip
    counts = relaxation.cell_counts
    cells = tuple(replace(cell, count=counts.get(at, cell.count)) for at, cell in enumerate(spec.cells))
    rest = 0 if spec.items is None else spec.items - sum(cell.count for cell in spec.cells)
    limits = {name: value for name, value in relaxation.limits.items() if name != "max_same_key_run"}
    order = spec.order
    if "max_same_key_run" in relaxation.limits:
        order = replace(order, max_same_key_run=relaxation.limits["max_same_key_run"])
    new = replace(
        spec, cells=cells, order=order, limits=replace(spec.limits, **limits),
        items=sum(cell.count for cell in cells) + counts.get(len(cells), rest),
        fixed=tuple(name for name in spec.fixed if name not in relaxation.fixed),
        pinned={name: place for name, place in spec.pinned.items() if name not in relaxation.fixed},
    )  # fmt: skip
    return changed, new, relaxation.papers or papers


def find_relaxation(facts: Facts, deadline: Deadline) -> Relaxation | None:
    """The least change found that was seen to work, None if there was no time for one."""
    for is_for_one in (False, True):  # for one paper the programme is exact, as it then allows any use
        found = least_changes(facts, deadline, is_for_one)
        if found is None:
            continue
        relaxation, cost = found
        fewer = None if is_for_one else _fewer_papers(facts, deadline, cost)
        if fewer is not None:
            return fewer
        mended = _seen_to_work(facts, relaxation, deadline)
        if mended is not None:
            return _least_limits(facts, mended, deadline)
    return None


def _fewer_papers(facts: Facts, deadline: Deadline, cost: float) -> Relaxation | None:
    """Fewer papers where that is the smaller change."""
    for less in range(1, MOST_FEWER_TRIED + 1):
        papers = facts.papers - less
        if papers < 1 or less * COST_OF_A_PAPER >= cost or deadline.is_over:
            return None
        found = _seen_to_work(facts, Relaxation(papers=papers), deadline)
        if found is not None:
            return found
    return None


def _seen_to_work(facts: Facts, relaxation: Relaxation, deadline: Deadline) -> Relaxation | None:
    """The relaxation, with a longer run of keys or a greater overlap where the papers it allows need that; None if no
    papers were found."""
    for _step in range(2):
        changed = Facts(*relax(facts.pool, facts.spec, facts.papers, relaxation))
        verdict = Decider(changed, deadline, with_keys=True).decide(changed.rules, with_papers=True)
        if verdict.answer is FEASIBLE:
            return _with_overlap(facts, changed, relaxation, verdict.papers)
        if changed.spec.order.max_same_key_run is None:
            return None
        relaxation = replace(relaxation, limits={**relaxation.limits, "max_same_key_run": None})
    return None


def _with_overlap(facts: Facts, changed: Facts, relaxation: Relaxation, papers: Sequence) -> Relaxation:
    """With the overlap of these papers, where they do not keep the one asked for: so much is known to work."""
    most = facts.spec.limits.overlap
    found = 0 if most is None else max_overlap(papers, changed)
    if most is None or (found <= most and "overlap" not in relaxation.limits):
        return relaxation
    return replace(relaxation, limits={**relaxation.limits, "overlap": max(most, found)})


def max_overlap(papers: Sequence, facts: Facts) -> int:
    """Most items that two of these papers share, fixed ones left aside."""
    fixed = set(facts.fixed_with_stimuli)
    held = [{item for item, _cell in paper} - fixed for paper in papers]
    return max((len(one & other) for at, one in enumerate(held) for other in held[:at]), default=0)


def lower_bound_of_overlap(facts: Facts) -> int:
    """An overlap that no papers can stay below, by counting.

    ``uses`` of ``usable`` items, as even as can be, make the fewest pairs of papers that share an item (the number of
    pairs is convex); each pair of papers then shares so many on average, and one pair at least as many, rounded up.
    """
    if facts.papers < 2:
        return 0
    fixed = set(facts.fixed_with_stimuli)
    usable = sum(
        1 for at, mask in enumerate(facts.masks)
        if mask and at not in fixed and not facts.late[at] and not facts.worn[at]
    )  # fmt: skip
    usable = min(usable, facts.spec.limits.distinct_items or usable)
    uses = facts.papers * (sum(facts.counts) - len(fixed))
    if usable <= 0 or uses <= 0:
        return 0
    each, more = divmod(uses, usable)
    shared = (usable - more) * each * (each - 1) // 2 + more * (each + 1) * each // 2
    return -(-shared // (facts.papers * (facts.papers - 1) // 2))


def _least_limits(facts: Facts, relaxation: Relaxation, deadline: Deadline) -> Relaxation:
    """Limits given up wholly by the programme, tightened again as far as papers remain possible."""
    days = relaxation.limits.get("min_days_since_use", facts.spec.limits.min_days_since_use)
    if "min_days_since_use" in relaxation.limits and days is None:
        values = sorted({item.last_used_days for at, item in enumerate(facts.pool) if facts.late[at]}, reverse=True)
        relaxation = _tightened(facts, relaxation, "min_days_since_use", values, deadline)
    if "max_use_count" in relaxation.limits:
        values = sorted({item.use_count for at, item in enumerate(facts.pool) if facts.worn[at]})
        relaxation = _tightened(facts, relaxation, "max_use_count", values, deadline)
    if "max_same_key_run" in relaxation.limits:
        values = range(facts.spec.order.max_same_key_run + 1, sum(facts.counts) + 1)
        relaxation = _tightened(facts, relaxation, "max_same_key_run", values, deadline)
    if relaxation.limits.get("papers_per_item") == facts.papers:  # so the programme for one paper says
        values = range(facts.spec.limits.papers_per_item + 1, facts.papers)
        relaxation = _tightened(facts, relaxation, "papers_per_item", values, deadline)
    return relaxation


def _tightened(
    facts: Facts, relaxation: Relaxation, name: str, values: Sequence[int], deadline: Deadline
) -> Relaxation:
    """The first of ``values`` (the strictest first) that works, found by halving; each was seen to work."""

    def works(value: int) -> Relaxation | None:
        return _seen_to_work(facts, replace(relaxation, limits={**relaxation.limits, name: value}), deadline)

    return _first_that(values, works, name) or relaxation


def _first_that(values: Sequence[int], works: Callable[[int], Relaxation | None], name: str) -> Relaxation | None:
    low, high, best = 0, len(values), None
    while low < high:
        middle = (low + high) // 2
        found = works(values[middle])
        if found is not None and found.limits.get(name) == values[middle]:
            high, best = middle, found
        else:
            low = middle + 1
    return best
