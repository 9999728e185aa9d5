"""What is drawn as one: a lone item or a whole stimulus. Units that are alike to every rule are one type."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from exambank.assembly.engine.why.demands import Rule
from exambank.assembly.engine.why.facts import Facts

Look = tuple[int, frozenset[str], str | None]
"""Of an item: its cells, its sets of enemies, its key (None where keys do not matter)."""
SHAPING = ("fixed", "points", "min_days_since_use", "max_use_count", "enemies", "stimulus")
"""Rules that have a say in what the types are."""


@dataclass
class UnitType:
    """``looks``: one for each item of a unit, in the same order in all ``units`` (indexes into the pool)."""

    looks: tuple[Look, ...]
    is_forced: bool = False
    units: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.looks)

    @property
    def kinds(self) -> Counter:
        """How many items of each (cells, key) a unit brings."""
        return Counter((mask, key) for mask, _enemies, key in self.looks)

    @property
    def enemies(self) -> Counter:
        return Counter(name for _mask, enemies, _key in self.looks for name in enemies)

    @property
    def most_in_paper(self) -> int:
        """Enemies of one another never stand together; the others may all."""
        return 1 if self.enemies else len(self.units)


def group(
    facts: Facts, rules: frozenset[Rule], with_keys: bool = False, tell: Callable[[tuple], Hashable] | None = None
) -> list[UnitType]:
    """The types under these rules: what no paper may hold is left out, unless it is fixed. ``tell``: of units that the
    rules do not tell apart, what else does."""
    masks = facts.pointless_masks if Rule("points") in set(facts.rules) - rules else facts.masks
    whole, forced = _whole(facts, rules)
    barred = _barred(facts, rules, masks)
    kept = {rule.of for rule in rules if rule.kind == "enemies"}
    types: dict[tuple, UnitType] = {}
    for unit in whole:
        is_forced = bool(forced) and not forced.isdisjoint(unit)
        if not is_forced and (barred[unit[0]] if len(unit) == 1 else any(barred[at] for at in unit)):
            continue
        looks = [_look(facts, at, masks[at], kept, with_keys) for at in unit]
        if len(unit) > 1:
            order = sorted(range(len(unit)), key=lambda n: (looks[n][0], sorted(looks[n][1]), looks[n][2] or ""))
            unit, looks = tuple(unit[n] for n in order), [looks[n] for n in order]
            if not is_forced and any(many > 1 for many in UnitType(tuple(looks)).enemies.values()):
                continue
        key = (tuple(looks), unit[0] if is_forced else None, tell and tell(unit))
        types.setdefault(key, UnitType(tuple(looks), is_forced)).units.append(unit)
    return list(types.values())


def _barred(facts: Facts, rules: frozenset[Rule], masks: list[int]) -> list[bool]:
    """Items that serve no cell or were used too lately or too often."""
    barred = [not mask for mask in masks]
    for kind, flags in (("min_days_since_use", facts.late), ("max_use_count", facts.worn)):
        if Rule(kind) in rules:
            barred = [one or other for one, other in zip(barred, flags, strict=True)]
    return barred


def _look(facts: Facts, at: int, mask: int, kept: set, with_keys: bool) -> Look:
    enemies = facts.pool[at].enemies
    return mask, (enemies & kept if enemies else enemies), facts.pool[at].answer if with_keys else None


def _whole(facts: Facts, rules: frozenset[Rule]) -> tuple[Iterable[tuple[int, ...]], set[int]]:
    """The units, and the items that are fixed."""
    together = {rule.of for rule in rules if rule.kind == "stimulus"}
    forced = {rule.of for rule in rules if rule.kind == "fixed"}
    if not together:
        return ((at,) for at in range(len(facts.pool))), forced
    bound = {at for name in together for at in facts.stimuli[name]}
    units = [(at,) for at in range(len(facts.pool)) if at not in bound]
    units += [tuple(facts.stimuli[name]) for name in facts.stimuli if name in together]
    return units, forced
