"""A least set of rules that cannot be kept together, and what it lacks in numbers."""

from collections.abc import Callable, Sequence

from exambank.assembly.engine.records import Shortage
from exambank.assembly.engine.why.deciding import Decider, is_tied_across
from exambank.assembly.engine.why.demands import DEMANDS, Rule
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.model import INFEASIBLE, bits

MOST_ITEMS = 500
"""So many item names a shortage carries at most."""


def least_conflict(rules: Sequence[Rule], is_broken: Callable[[Sequence[Rule]], bool]) -> list[Rule]:
    """An irreducible part of these rules, which together cannot be kept (QuickXplain, Junker 2004).

    ``is_broken`` says whether a set is proven to be in conflict; a set that it cannot decide counts as not, so that
    what comes back is always in conflict, if not always the least.
    """
    if is_broken([]):
        return []
    return _explain([], False, list(rules), is_broken)


def _explain(behind: list[Rule], has_grown: bool, rules: list[Rule], is_broken) -> list[Rule]:
    if has_grown and is_broken(behind):
        return []
    if len(rules) == 1:
        return rules
    middle = len(rules) // 2
    first, second = rules[:middle], rules[middle:]
    of_second = _explain(behind + first, bool(first), second, is_broken)
    of_first = _explain(behind + of_second, bool(of_second), first, is_broken)
    return of_first + of_second


def find_conflict(decider: Decider, rules: Sequence[Rule]) -> list[Rule]:
    """A least conflict among ``rules``, which are proven to be in conflict. Sums alone are tried first: they are quick,
    and what they prove is as true."""

    def adds_up_not(part: Sequence[Rule]) -> bool:
        return decider.adds_up(part) is INFEASIBLE

    def cannot_be(part: Sequence[Rule]) -> bool:
        return decider.decide(part).answer is INFEASIBLE

    for part in [*_one_short_cell(decider, rules), *_without_groups(rules)]:
        if adds_up_not(part):
            return _sorted(decider.facts, least_conflict(part, adds_up_not))
    return _sorted(decider.facts, least_conflict(rules, cannot_be))


def _without_groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Parts of the rules to look into first: enemies and stimuli are many, and mostly innocent."""
    without = ({"enemies", "stimulus"}, {"stimulus"}, {"enemies"}, set())
    return [[rule for rule in rules if rule.kind not in kinds] for kinds in without]


def _one_short_cell(decider: Decider, rules: Sequence[Rule]) -> list[list[Rule]]:
    """The first cell that has too few items of its own, with the rules that are no demands; by counting only."""
    facts, kept = decider.facts, frozenset(rules)
    has, cap = [0] * len(facts.counts), facts.cap(kept)
    for one in decider.types(kept):
        for (mask, _key), many in one.kinds.items():
            for cell in bits(mask):
                has[cell] += many * len(one.units) * cap
    papers = facts.papers if cap < facts.papers else 1
    for cell in range(len(facts.spec.cells)):
        if has[cell] < facts.counts[cell] * papers and Rule("cell", cell) in kept:
            return _without_groups([Rule("cell", cell), *[rule for rule in rules if rule.kind not in DEMANDS]])
    return []


def _sorted(facts: Facts, rules: Sequence[Rule]) -> list[Rule]:
    order = {rule: at for at, rule in enumerate(facts.rules)}
    return sorted(rules, key=order.__getitem__)


def shortages_of(decider: Decider, conflict: Sequence[Rule]) -> tuple[Shortage, ...]:
    """The conflict in numbers. ``needed`` places in all papers (in one, if no rule across papers takes part) against
    the most that can be ``available`` while the conflict's rules are kept; where items are fixed, items of theirs."""
    facts = decider.facts
    fixed = [rule for rule in conflict if rule.kind == "fixed"]
    cells = tuple(rule.of for rule in conflict if rule.kind == "cell")
    wants_rest = Rule("items") in conflict
    if fixed:  # without any one of them the others can be had: the set is a least one
        needed, available = len(fixed), len(fixed) - 1
    else:
        needed, available = _most_filled(decider, conflict)
    entries = []
    if cells or wants_rest:
        kind = "items" if wants_rest else "cell" if len(cells) == 1 else "cells"
        entries.append(Shortage(kind, needed, available, cells, _names(facts, _there(decider, conflict))))
    for rule in [*fixed[:1], *[rule for rule in conflict if rule.kind not in DEMANDS]]:
        items = [one.of for one in fixed] if rule.kind == "fixed" else _concerned(decider, conflict, rule)
        entries.append(Shortage(rule.kind, needed, available, cells, _names(facts, items), _detail(facts, rule)))
    return tuple(entries)


def _most_filled(decider: Decider, conflict: Sequence[Rule]) -> tuple[int, int]:
    """Places that the conflict's cells want, and the most of them that can be filled."""
    facts, rules = decider.facts, frozenset(conflict)
    papers = facts.papers if is_tied_across(conflict) and facts.cap(rules) < facts.papers else 1
    rest = len(facts.counts) - 1
    wanted = {rule.of if rule.kind == "cell" else rest for rule in conflict if rule.kind in ("cell", "items")}
    needed = papers * sum(facts.counts[cell] for cell in wanted)
    most = decider.most_filled(rules, wanted, papers)
    return needed, needed - 1 if most is None else min(needed - 1, most)


def _there(decider: Decider, conflict: Sequence[Rule]) -> list[int]:
    """Items that may serve the conflict's cells under its rules."""
    facts = decider.facts
    wanted = sum(1 << rule.of for rule in conflict if rule.kind == "cell")
    wanted |= 1 << len(facts.spec.cells) if Rule("items") in conflict else 0
    found = []
    for one in decider.types(frozenset(conflict)):
        for unit in one.units:
            found += [at for at, look in zip(unit, one.looks, strict=True) if look[0] & wanted]
    return sorted(found)


def _concerned(decider: Decider, conflict: Sequence[Rule], rule: Rule) -> list[int]:
    """The items that this rule keeps out or ties."""
    facts = decider.facts
    if rule.kind in ("enemies", "stimulus"):
        return (facts.enemies if rule.kind == "enemies" else facts.stimuli)[rule.of]
    if rule.kind in ("papers_per_item", "overlap", "distinct_items", "max_same_key_run"):
        return _there(decider, conflict)
    without = frozenset(conflict) - {rule}
    return sorted(set(_there(decider, [*without])) - set(_there(decider, conflict)))


def _detail(facts: Facts, rule: Rule) -> str:
    if rule.kind in ("enemies", "stimulus"):
        return str(rule.of)
    if rule.kind == "max_same_key_run":
        return str(facts.spec.order.max_same_key_run)
    value = getattr(facts.spec.limits, rule.kind, None)
    return "" if value is None else str(value)


def _names(facts: Facts, items: Sequence[int]) -> tuple[str, ...]:
    return tuple(facts.pool[at].name for at in items[:MOST_ITEMS])
