"""From a pool and a specification to papers: by value, and by the independent checker."""

import random
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from exambank.assembly.engine import (
    Assembled,
    Balance,
    Cell,
    Infeasible,
    Limits,
    NotFound,
    Order,
    PoolItem,
    Spec,
    assemble,
    figures_of,
)
from tests.assembly.engine.checking import broken_rules, deviation, information, uses_of

THETA = (-1.0, 0.0, 1.0)


def bank(count: int, seed: int = 1) -> list[PoolItem]:
    """Calibrated items of 15 cells, a fifteenth as many enemy sets of two to four."""
    rng = np.random.default_rng(seed)
    enemies = [set() for _ in range(count)]
    for name in range(count // 15):
        for at in rng.choice(count, rng.integers(2, 5), replace=False):
            enemies[at].add(f"E{name}")
    slopes, places = np.exp(rng.normal(0, 0.3, count)).tolist(), rng.normal(0, 1, count).tolist()
    return [
        PoolItem(
            f"I{at:05d}",
            topic=f"C{at % 5}",
            level=f"L{at // 5 % 3}",
            a=slopes[at],
            b=places[at],
            difficulty=1 / (1 + np.exp(places[at])),
            enemies=frozenset(enemies[at]),
            answer="ABCD"[at * 7 // 3 % 4],
        )
        for at in range(count)
    ]


def spec_of(balance: Balance | None = None, **limits) -> Spec:
    counts = [3] * 10 + [2] * 5
    cells = tuple(Cell(count, topic=f"C{at % 5}", level=f"L{at // 5}") for at, count in enumerate(counts))
    return Spec(
        cells, balance=balance or Balance(("information",), THETA, 0.01), limits=Limits(**limits), order=Order(3)
    )


def informations(pool, papers) -> list[list[float]]:
    items = {item.name: item for item in pool}
    return [[sum(information(items[name], theta) for name in paper.items) for theta in THETA] for paper in papers]


@pytest.mark.parametrize(("papers", "limits"), [
    (8, {"papers_per_item": 1}),
    (13, {"papers_per_item": 1}),  # of 40 items of a cell 39 are taken
    (20, {"papers_per_item": 2, "overlap": 6}),
    (12, {"distinct_items": 120}),
])  # fmt: skip
def test_papers_of_a_calibrated_bank_carry_the_same_information(papers, limits):
    pool, spec = bank(600), spec_of(**limits)
    found = assemble(pool, spec, papers, "seed")
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, papers) == []
    off = deviation(informations(pool, found.papers))
    assert off <= 0.01
    assert abs(off - found.figures.max_deviation) < 1e-9
    assert found.max_use == max(uses_of(found.papers).values())


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_pool():
    pool = bank(150)
    mixed = list(pool)
    random.Random(5).shuffle(mixed)
    found = [assemble(rows, spec_of(), 3, seed) for rows, seed in ((pool, 7), (mixed, "7"), (pool, 8))]
    assert found[0] == found[1]
    assert found[0].papers != found[2].papers


def test_what_is_known_of_the_seed_is_known_of_the_papers():
    """Fixed for ever: papers must come out the same on another machine and in another year."""
    pool = [PoolItem(f"I{at:02d}", topic="AB"[at % 2], difficulty=0.3 + at % 7 / 15) for at in range(24)]
    spec = Spec((Cell(3, topic="A"), Cell(2, topic="B")), balance=Balance(tolerance=0.02), limits=Limits(1))
    found = assemble(pool, spec, 3, "thang 11")
    assert [" ".join(name[1:] for name in paper.items) for paper in found.papers] == KNOWN


KNOWN = ["10 13 15 00 06", "19 22 11 08 12", "20 23 18 14 03"]


def test_every_figure_can_be_balanced_at_once():
    pool = [replace(item, seconds=40 + at % 9 * 10) for at, item in enumerate(bank(600))]
    spec = spec_of(Balance(("information", "difficulty", "spread", "time"), THETA, 0.01), papers_per_item=1)
    found = assemble(pool, spec, 6, 1)
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, 6) == []
    shares = {item.name: item.difficulty for item in pool}
    spreads = [[np.std([shares[name] for name in paper.items])] for paper in found.papers]
    assert deviation(spreads) <= 0.01
    assert found.figures == figures_of(pool, [paper.items for paper in found.papers], spec.balance, spec)


def test_one_paper_each_for_sixty_of_a_small_bank():
    pool = [replace(item, topic=f"C{at % 6}", level=None) for at, item in enumerate(bank(240))]
    pool[0] = replace(pool[0], tags=frozenset({"new"}))
    counts = (8, 1, 1, 1, 9, 9)
    cells = (Cell(1, tag="new"), *(Cell(count, f"C{at}", not_tag="new") for at, count in enumerate(counts)))
    spec = Spec(cells, balance=Balance(("difficulty",), tolerance=0.01))
    found = assemble(pool, spec, 60, 3)
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, 60) == []


def test_fixed_items_stand_in_every_paper_and_pinned_ones_at_their_number():
    pool = bank(300)
    spec = replace(spec_of(papers_per_item=1), fixed=("I00003",), pinned={"I00010": 40})
    found = assemble(pool, spec, 5, 1)
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, 5) == []
    assert all(paper.items[39] == "I00010" and "I00003" in paper.items for paper in found.papers)
    assert found.max_overlap == 0


def test_stimuli_come_whole_and_the_rest_is_any_item():
    pool = [replace(item, stimulus=f"S{at // 45}-{at % 15}" if at % 4 else None) for at, item in enumerate(bank(600))]
    cells = tuple(Cell(7, topic=f"C{at}") for at in range(5))
    spec = Spec(cells, 40, Balance(("information",), THETA, 0.02), Limits(papers_per_item=1), Order(3))
    found = assemble(pool, spec, 6, 1)
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, 6) == []
    assert all(paper.cells.count(None) == 5 for paper in found.papers)


def test_enemies_in_the_way_of_every_draw_are_found_a_place_apart():
    """Ten pairs of enemies for two papers of ten: each paper takes one of each pair, which no greedy draw does."""
    pool = [PoolItem(f"I{at:02d}", enemies=frozenset({f"E{at // 2}"})) for at in range(20)]
    spec = Spec((Cell(10),), limits=Limits(papers_per_item=1))
    found = assemble(pool, spec, 2, 1)
    assert isinstance(found, Assembled)
    assert broken_rules(pool, spec, found.papers, 2) == []


def test_a_cell_too_small_is_proven_and_named():
    pool = [PoolItem(f"I{at}", topic="A" if at < 3 else "B") for at in range(20)]
    found = assemble(pool, Spec((Cell(2, topic="A"), Cell(2, topic="B")), limits=Limits(papers_per_item=1)), 2, 1)
    assert isinstance(found, Infeasible)
    assert {shortage.cells for shortage in found.shortages} == {(0,)}


def test_a_tolerance_out_of_reach_gives_the_best_papers_and_says_so():
    pool = [PoolItem(f"I{at}", difficulty=0.1 + 0.2 * at) for at in range(4)]
    spec = Spec((Cell(1),), balance=Balance(tolerance=0.01), limits=Limits(papers_per_item=1))
    ticks = iter((10.0, 12.5))
    found = assemble(pool, spec, 3, 1, seconds=0.5, clock=lambda: next(ticks))
    assert isinstance(found, NotFound)
    assert broken_rules(pool, spec, found.best.papers, 3) == []
    assert found.best_deviation == pytest.approx(0.2 / 0.3)  # 0.1, 0.3, 0.5: the best is 0.3, 0.5, 0.7 with 0.4
    assert found.tried_seconds == 2.5


def test_an_overlap_out_of_reach_keeps_every_other_rule():
    pool = [PoolItem(f"I{at:02d}", enemies=frozenset({f"E{at // 2}"})) for at in range(12)]
    spec = Spec((Cell(5),), limits=Limits(overlap=2))
    found = assemble(pool, spec, 14, 1, seconds=0.3)
    assert isinstance(found, NotFound)
    assert found.best.max_overlap == 3
    assert broken_rules(pool, replace(spec, limits=Limits(overlap=3)), found.best.papers, 14) == []


def test_an_overlap_that_counting_forbids_is_proven():
    found = assemble([PoolItem(f"I{at}") for at in range(6)], Spec((Cell(5),), limits=Limits(overlap=3)), 2, 1)
    assert isinstance(found, Infeasible)
    assert [(shortage.rule, shortage.needed, shortage.available) for shortage in found.shortages] == [("overlap", 4, 3)]


def test_points_sort_items_into_cells():
    pool = [PoolItem(f"I{at}", points=Decimal("0.25") if at % 2 else Decimal("0.5")) for at in range(8)]
    spec = Spec((Cell(2, points=Decimal("0.25")), Cell(1, points=Decimal("0.5"))))
    found = assemble(pool, spec, 2, 1)
    for paper in found.papers:
        assert sorted(int(name[1]) % 2 for name in paper.items) == [0, 1, 1]


@pytest.mark.parametrize(("change", "words"), [
    ({"items": 1}, "fewer items"),
    ({"fixed": ("unknown",)}, "unknown"),
    ({"pinned": {"I0": 3}}, "different numbers"),
    ({"pinned": {"I0": 1, "I1": 1}}, "different numbers"),
    ({"balance": Balance(("beauty",))}, "beauty"),
])  # fmt: skip
def test_a_wrong_question_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        assemble([PoolItem("I0"), PoolItem("I1")], replace(Spec((Cell(2),)), **change), 1, 1)


def test_a_name_twice_and_no_paper_are_refused():
    with pytest.raises(ValueError, match="same name"):
        assemble([PoolItem("I0"), PoolItem("I0")], Spec((Cell(1),)), 1, 1)
    with pytest.raises(ValueError, match="one paper"):
        assemble([PoolItem("I0")], Spec((Cell(1),)), 0, 1)


def test_where_stimuli_lock_a_draw_others_are_drawn():
    """Two texts in two papers have nothing to change places with; a text beside two lone items is the way out."""
    shares = {"s1": (0.5, 0.5), "s2": (0.9, 0.9), None: (0.5, 0.5)}
    pool = [
        PoolItem(f"{text}-{at}", topic="C1", difficulty=share, stimulus=text)
        for text, two in shares.items()
        for at, share in enumerate(two)
    ]
    spec = Spec((Cell(2, topic="C1"),), balance=Balance(("difficulty",)), limits=Limits(papers_per_item=1))
    for seed in range(8):
        found = assemble(pool, spec, 2, seed)
        assert isinstance(found, Assembled)
        assert not any(name.startswith("s2") for paper in found.papers for name in paper.items)


def test_an_overlap_that_cannot_be_is_relaxed_to_what_papers_were_seen_to_keep():
    pool = [PoolItem(f"I{at:02d}", topic="C1") for at in range(30)]
    found = assemble(pool, Spec((Cell(10, topic="C1"),), limits=Limits(overlap=1)), 8, 1)
    assert isinstance(found, Infeasible)
    assert [(one.rule, one.needed, one.available) for one in found.shortages] == [("overlap", 3, 1)]
    relaxed = Spec((Cell(10, topic="C1"),), limits=Limits(**found.relaxation.limits))
    assert relaxed.limits.overlap <= 5
    assert isinstance(assemble(pool, relaxed, 8, 1), Assembled)
