"""Why papers cannot be made, or papers that can: proven by counting and by integer programmes (HiGHS).

``explain`` decides every hard rule but the order, the tolerance and, beyond counting, the overlap. What it calls
infeasible is: it names a least set of rules in conflict and the smallest change found that was seen to work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exambank.assembly.engine.records import Infeasible, PoolItem, Relaxation, Shortage, Spec
from exambank.assembly.engine.why.conflict import find_conflict, shortages_of
from exambank.assembly.engine.why.deciding import Deadline, Decider, Verdict
from exambank.assembly.engine.why.demands import Rule
from exambank.assembly.engine.why.facts import Facts
from exambank.assembly.engine.why.model import FEASIBLE, INFEASIBLE
from exambank.assembly.engine.why.relaxation import find_relaxation, lower_bound_of_overlap, max_overlap, relax
from exambank.assembly.engine.why.writing import PaperItems

__all__ = ["Start", "explain", "relax"]

_RUN = Rule("max_same_key_run")


@dataclass(frozen=True)
class Start:
    """Papers that keep every hard rule but order, overlap and tolerance: of each, (index into the pool, cell from 0 or
    None for the rest)."""

    papers: tuple[PaperItems, ...]


def explain(
    pool: Sequence[PoolItem], spec: Spec, papers: int, *, seconds: float = 10.0, with_relaxation: bool = True
) -> Infeasible | Start | None:
    """Papers, or why there are none, or None where ``seconds`` did not suffice to tell.

    The shortages are a least set of rules in conflict: without any one of them the others can be kept. ValueError
    where the cells add up to more than ``spec.items``, a fixed item is unknown, or ``papers`` < 1.
    """
    if papers < 1:
        raise ValueError("at least one paper")
    facts, deadline = Facts(pool, spec, papers), Deadline(seconds)
    bound = lower_bound_of_overlap(facts) if spec.limits.overlap else 0
    verdict, decider = _decide(facts, deadline)
    if verdict.answer is FEASIBLE:
        start = Start(verdict.papers)
        return _overlap_short(facts, bound, start) if bound > (spec.limits.overlap or 0) else start
    if verdict.answer is not INFEASIBLE:
        return None
    decider.deadline = Deadline(seconds)  # it is proven; to say why has its own time
    conflict = find_conflict(decider, _relevant(facts, decider))
    relaxation = find_relaxation(facts, Deadline(seconds)) if with_relaxation else None
    return Infeasible(shortages_of(decider, conflict), relaxation)


def _decide(facts: Facts, deadline: Deadline) -> tuple[Verdict, Decider]:
    """Without the run of equal keys first, since it hardly ever bites and makes many more types of items."""
    decider = Decider(facts, deadline)
    verdict = decider.decide([rule for rule in facts.rules if rule != _RUN], with_papers=True)
    if verdict.answer is not FEASIBLE or _RUN not in facts.rules or _runs_can_be_kept(facts, verdict):
        return verdict, decider
    decider = Decider(facts, deadline, with_keys=True)
    return decider.decide(facts.rules, with_papers=True), decider


def _relevant(facts: Facts, decider: Decider) -> list[Rule]:
    return [rule for rule in facts.rules if decider.with_keys or rule != _RUN]


def _runs_can_be_kept(facts: Facts, verdict: Verdict) -> bool:
    run = facts.spec.order.max_same_key_run
    for paper in verdict.papers:
        keys: dict[int, list] = {}
        for item, cell in paper:
            keys.setdefault(facts.parts[-1 if cell is None else cell], []).append(facts.pool[item].answer)
        for held in keys.values():
            most = run * (len(held) + 1) // (run + 1)
            if any(held.count(key) > most for key in set(held) - {None}):
                return False
    return True


def _overlap_short(facts: Facts, bound: int, start: Start) -> Infeasible:
    """Every rule but the overlap can be kept, and counting shows that two papers share more than that."""
    shortage = Shortage("overlap", bound, facts.spec.limits.overlap)
    return Infeasible((shortage,), Relaxation(limits={"overlap": max_overlap(start.papers, facts)}))
