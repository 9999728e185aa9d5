"""What a swap would do is told rightly before it is done, and the counts stay right after it."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exambank.assembly.engine.balance import information, measure, scales_of
from exambank.assembly.engine.draw import draw
from exambank.assembly.engine.problem import compile_problem
from exambank.assembly.engine.records import Balance, Cell, Limits, Order, PoolItem, Spec
from exambank.assembly.engine.swap import HURT, SHARED, Papers, Swap
from exambank.assembly.engine.units import Units

CALM = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def papers_to_swap(draw_value) -> tuple[Papers, np.ndarray]:
    """Three papers that break rules here and there, and a target."""
    rng = np.random.Generator(np.random.PCG64(draw_value(st.integers(0, 10**6))))
    pool = [
        PoolItem(
            f"I{at:02d}",
            topic="AB"[at % 2],
            difficulty=round(float(rng.uniform(0.2, 0.9)), 3),
            enemies=frozenset(f"E{int(name)}" for name in rng.integers(0, 6, int(rng.integers(0, 3)))),
            stimulus=f"S{at // 4}" if at // 4 in (1, 3, 4) and at % 2 else None,
            answer="XYZ"[int(rng.integers(0, 3))],
        )
        for at in range(28)
    ]
    spec = Spec(
        (Cell(4, topic="A"), Cell(4, topic="B")),
        balance=Balance(("difficulty", "spread")),
        limits=Limits(papers_per_item=2, overlap=1),
        order=Order(1),
    )
    problem = compile_problem(pool, spec, 3)
    units = Units(problem, scales_of(problem, spec.balance))
    papers = Papers(units, draw(units, rng, meet=True))
    return papers, papers.figures().mean(axis=0)


def counted(papers: Papers) -> list:
    """All counts, made anew."""
    kept = [papers.uses.copy(), papers.sums.copy(), papers.met.copy(), papers.keys.copy(), papers.shared.copy()]
    papers.recount()
    return [kept, [papers.uses, papers.sums, papers.met, papers.keys, papers.shared]]


def assert_counts_are_right(papers: Papers) -> None:
    for kept, anew in zip(*counted(papers), strict=True):
        np.testing.assert_array_equal(kept, anew)


@CALM
@given(papers_to_swap(), st.integers(0, 2), st.integers(0, 10**6))
def test_a_replacement_costs_what_was_told(made, paper, any_number):
    papers, target = made
    slots, coming, costs = papers.replacements(paper, target, False)
    if len(costs):
        at = any_number % len(costs)
        papers.do(Swap(paper, int(slots[at]), int(coming[at])))
        assert abs(papers.costs(target)[paper] - costs[at]) < 1e-9
        assert_counts_are_right(papers)
        assert papers.uses.max() <= 2


@CALM
@given(papers_to_swap(), st.integers(0, 2), st.integers(0, 10**6))
def test_an_exchange_costs_both_papers_what_was_told(made, paper, any_number):
    papers, target = made
    uses = papers.uses.copy()
    others = np.array([at for at in range(3) if at != paper])
    slots, others, theirs, ours, their = papers.exchanges(paper, others, target)
    if len(ours):
        at = any_number % len(ours)
        unit = int(papers.holds[others[at], theirs[at]])
        papers.do(Swap(paper, int(slots[at]), unit, int(others[at]), int(theirs[at])))
        after = papers.costs(target)
        assert abs(after[paper] - ours[at]) < 1e-9
        assert abs(after[others[at]] - their[at]) < 1e-9
        assert_counts_are_right(papers)
        np.testing.assert_array_equal(uses, papers.uses)


def test_broken_rules_weigh_more_than_any_deviation():
    pool = [PoolItem(f"I{at}", difficulty=0.5, enemies=frozenset({"E"})) for at in range(3)]
    problem = compile_problem(pool, Spec((Cell(2),), balance=Balance(), limits=Limits(overlap=0)), 2)
    units = Units(problem, scales_of(problem, Balance()))
    problem_papers = draw(
        Units(compile_problem(pool, Spec((Cell(2),)), 2), units.scales), np.random.Generator(np.random.PCG64(1))
    )
    papers = Papers(units, problem_papers)
    costs = papers.costs(papers.figures().mean(axis=0))
    assert costs.tolist() == [HURT + SHARED, HURT + SHARED]


def test_information_is_that_of_the_logistic_model():
    plain, guessed, by_share, unknown = (
        PoolItem("2PL", a=2.0, b=0.5),
        PoolItem("3PL", a=1.0, b=0.0, c=0.2),
        PoolItem("share", difficulty=0.75),
        PoolItem("nothing"),
    )
    found = information([plain, guessed, by_share, unknown], (0.5, 0.0))
    assert found[0, 0] == 4 * 0.25
    assert abs(found[1, 1] - (0.4 / 0.8) ** 2 * 0.4 / 0.6) < 1e-12  # P = 0.6: ((P - c) / (1 - c))^2 (1 - P) / P
    assert abs(found[2, 1] - 0.75 * 0.25) < 1e-12
    assert np.isnan(found[3]).all()


def test_what_is_unknown_takes_the_mean_of_its_cell():
    pool = [
        PoolItem("a", topic="A", difficulty=0.4, seconds=10),
        PoolItem("b", topic="A", difficulty=0.8, seconds=30),
        PoolItem("c", topic="A"),
        PoolItem("d", topic="B", difficulty=0.1, seconds=100),
    ]
    balance = Balance(("difficulty", "spread", "time"))
    problem = compile_problem(pool, Spec((Cell(2, topic="A"), Cell(1, topic="B")), balance=balance), 2)
    found = measure(scales_of(problem, balance), [[0, 2, 3], [1, 2, 3]])
    assert found.labels == ("difficulty", "spread", "time")
    np.testing.assert_allclose(found.papers[0], (1.1 / 3, np.std([0.4, 0.6, 0.1]), 130), atol=1e-9)
    np.testing.assert_allclose(found.papers[1], (1.5 / 3, np.std([0.8, 0.6, 0.1]), 150), atol=1e-9)
    np.testing.assert_allclose(found.target, np.mean(found.papers, axis=0))
    assert found.unknown_items == 1
