"""One outcome of the engine against the independent checker and the straightforward model."""

from exambank.assembly.engine import Assembled, Infeasible, NotFound, assemble
from exambank.assembly.engine.why import relax
from tests.assembly.engine.checking import broken_rules, deviation
from tests.assembly.engine.whole_model import is_possible

CLOSE = 1e-6


def judged(pool, spec, papers: int, seed: int = 1, seconds: float = 2.0) -> tuple[str, list[str]]:
    """(what came out, what is wrong with it). Of the models that cannot tell in time nothing is claimed."""
    outcome = assemble(pool, spec, papers, seed, seconds=seconds)
    if isinstance(outcome, Assembled):
        return "assembled", _of_assembled(pool, spec, papers, outcome)
    if isinstance(outcome, Infeasible):
        return "infeasible", _of_infeasible(pool, spec, papers, outcome)
    return "not found", _of_not_found(pool, spec, papers, outcome)


def _of_assembled(pool, spec, papers: int, outcome: Assembled) -> list[str]:
    wrong = broken_rules(pool, spec, outcome.papers, papers)
    shares = {item.name: item.difficulty for item in pool}
    is_known = all(shares[name] is not None for paper in outcome.papers for name in paper.items)
    if spec.balance and spec.balance.by == ("difficulty",) and is_known:
        figures = [[sum(shares[name] for name in paper.items) / len(paper.items)] for paper in outcome.papers]
        if deviation(figures) > spec.balance.tolerance + CLOSE:
            wrong.append(f"off by {deviation(figures)}")
    return wrong


def _of_infeasible(pool, spec, papers: int, outcome: Infeasible) -> list[str]:
    wrong = [] if outcome.shortages else ["no rule is named"]
    wrong += [f"{one} is no shortage" for one in outcome.shortages if not one.needed > one.available >= 0]
    if is_possible(pool, spec, papers) is True:
        wrong.append("it is possible")
    if outcome.relaxation is None:
        wrong.append("no relaxation")
    elif is_possible(*relax(pool, spec, papers, outcome.relaxation)) is False:
        wrong.append(f"{outcome.relaxation} does not do")
    return wrong


def _of_not_found(pool, spec, papers: int, outcome: NotFound) -> list[str]:
    overlap = spec.limits.overlap
    wrong = [] if spec.balance or overlap else ["neither tolerance nor overlap is asked for"]
    if outcome.best is None:
        return [*wrong, "no papers, and no proof that there are none"]
    found = broken_rules(pool, spec, outcome.best.papers, papers)
    return wrong + [words for words in found if not words.startswith("two papers share")]
