"""The first papers: cells filled, the least used first, enemies apart where that is possible."""

from collections import Counter

import numpy as np

from exambank.assembly.engine.balance import scales_of
from exambank.assembly.engine.draw import draw, draw_room
from exambank.assembly.engine.problem import compile_problem
from exambank.assembly.engine.records import Cell, Limits, Order, PoolItem, Spec
from exambank.assembly.engine.units import Units


def units_of(pool, spec, papers=1) -> Units:
    problem = compile_problem(pool, spec, papers)
    return Units(problem, scales_of(problem, spec.balance))


def drawn(pool, spec, papers=1, seed=1, **how) -> list[list[tuple[str, int]]]:
    """Of each paper the names with the cells they serve."""
    units = units_of(pool, spec, papers)
    seated = draw(units, np.random.Generator(np.random.PCG64(seed)), **how)
    names = [item.name for item in units.problem.items]
    return [
        [
            (names[item], cell)
            for unit, cells in paper.units
            for item, cell in zip(units.members[unit], cells, strict=True)
        ]
        for paper in seated
    ]


def plain(count: int, **like) -> list[PoolItem]:
    return [PoolItem(f"I{at:02d}", **like) for at in range(count)]


def test_uses_of_items_differ_by_one_at_most():
    papers = drawn(plain(10), Spec((Cell(4),)), papers=7)
    uses = Counter(name for paper in papers for name, _cell in paper)
    assert sum(uses.values()) == 28
    assert set(uses.values()) == {2, 3}


def test_an_item_of_two_cells_leaves_room_for_the_cell_that_has_no_other():
    pool = [PoolItem("both", "T", "L"), PoolItem("topic", "T"), PoolItem("level", None, "L")]
    spec = Spec((Cell(2, topic="T"), Cell(1, level="L")))
    for seed in range(6):
        (paper,) = drawn(pool, spec, seed=seed)
        assert Counter(cell for _name, cell in paper) == {0: 2, 1: 1}
        assert dict(paper)["level"] == 1


def test_enemies_do_not_meet_where_others_are_left():
    pool = plain(3, enemies=frozenset({"E"})) + [PoolItem(f"J{at}") for at in range(2)]
    for seed in range(10):
        (paper,) = drawn(pool, Spec((Cell(3),)), seed=seed)
        assert sum(name.startswith("I") for name, _cell in paper) == 1


def test_a_stimulus_comes_whole_or_not_at_all():
    pool = [PoolItem(f"S{at}", stimulus=f"S{at // 3}") for at in range(9)] + plain(3)
    for seed in range(10):
        (paper,) = drawn(pool, Spec((Cell(5),)), seed=seed)
        taken = Counter(int(name[1]) // 3 for name, _cell in paper if name[0] == "S")
        assert set(taken.values()) <= {3}
        assert len(paper) == 5


def test_what_nobody_may_take_is_no_unit():
    pool = [
        PoolItem("fixed", enemies=frozenset({"E"})),
        PoolItem("its enemy", enemies=frozenset({"E"})),
        PoolItem("used lately", last_used_days=3),
        PoolItem("used long ago", last_used_days=40),
        PoolItem("worn", use_count=9),
        PoolItem("with one used lately", stimulus="S"),
        PoolItem("used lately too", stimulus="S", last_used_days=1),
    ]
    spec = Spec((Cell(2),), limits=Limits(min_days_since_use=30, max_use_count=8), fixed=("fixed",))
    units = units_of(pool, spec)
    assert [[units.problem.items[item].name for item in items] for items in units.members] == [["used long ago"]]


def test_the_room_sees_so_many_items_and_every_cell_finds_its_own_among_them():
    pool = [PoolItem(f"I{at:02d}", topic="AB"[at % 2]) for at in range(40)]
    spec = Spec((Cell(6, topic="A"), Cell(2, topic="B")), limits=Limits(distinct_items=12))
    units = units_of(pool, spec, papers=5)
    room = draw_room(units, np.random.Generator(np.random.PCG64(3)))
    seen = Counter(units.problem.items[units.members[unit][0]].topic for unit in np.flatnonzero(room))
    assert seen == {"A": 9, "B": 3}


def test_without_enough_items_nothing_is_drawn():
    units = units_of(plain(3), Spec((Cell(2),), limits=Limits(papers_per_item=1)), papers=2)
    assert draw(units, np.random.Generator(np.random.PCG64(1))) is None


def test_so_many_equal_keys_fit_a_part_without_a_longer_run():
    spec = Spec((Cell(4), Cell(3, part=2)), items=8, order=Order(max_same_key_run=2))
    assert compile_problem(plain(9), spec, 1).key_caps == (3, 3)
