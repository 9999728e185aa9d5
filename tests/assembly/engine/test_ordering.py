"""The order of a paper."""

from itertools import groupby

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.engine.ordering import longest_run, order_paper
from exambank.assembly.engine.problem import compile_problem
from exambank.assembly.engine.records import Cell, Order, PoolItem, Spec


def ordered(pool, spec, cells, seed=1) -> list[str]:
    """The names in order, when item n (by name) serves ``cells[n]``."""
    problem = compile_problem(pool, spec, 1)
    placed = order_paper(problem, list(enumerate(cells)), np.random.Generator(np.random.PCG64(seed)))
    assert sorted(placed) == list(enumerate(cells))
    return [problem.items[item].name for item, _cell in placed]


def with_keys(keys) -> list[PoolItem]:
    return [PoolItem(f"I{at:02d}", answer=key) for at, key in enumerate(keys)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["A", "A", "A", "B", None]), min_size=1, max_size=14), st.integers(1, 3))
def test_runs_are_kept_short_wherever_there_are_enough_others_between(keys, run):
    pool = with_keys(keys)
    names = ordered(pool, Spec((Cell(len(keys)),), order=Order(run)), [0] * len(keys))
    found = [len(list(same)) for key, same in groupby(keys[int(name[1:])] for name in names) if key is not None]
    if all(keys.count(key) <= run * (len(keys) - keys.count(key) + 1) for key in "AB"):
        assert max(found, default=0) <= run


def test_the_only_order_there_is_gets_found():
    keys = "AAAAAAB"
    names = ordered(with_keys(keys), Spec((Cell(7),), order=Order(3)), [0] * 7)
    assert [keys[int(name[1:])] for name in names] == list("AAABAAA")


def test_parts_follow_each_other_and_the_run_does_not_cross_their_border():
    keys = "AABAAC"
    spec = Spec((Cell(3), Cell(3, part=2)), order=Order(2))
    for seed in range(20):
        names = ordered(with_keys(keys), spec, [0, 0, 0, 1, 1, 1], seed)
        assert set(names[:3]) == {"I00", "I01", "I02"}
        assert "AAA" not in "".join(keys[int(name[1:])] for name in names)


def test_without_shuffling_cells_follow_each_other():
    cells = [0, 1, 2, 0, 1, 2]
    names = ordered(with_keys([None] * 6), Spec((Cell(2),) * 3, order=Order(shuffle=False)), cells)
    assert [cells[int(name[1:])] for name in names] == [0, 0, 1, 1, 2, 2]


def test_shuffled_orders_differ_and_are_the_same_for_one_seed():
    spec = Spec((Cell(8),))
    found = [tuple(ordered(with_keys([None] * 8), spec, [0] * 8, seed)) for seed in (1, 2, 3, 1)]
    assert len(set(found)) == 3
    assert found[0] == found[3]


def test_pinned_items_stand_at_their_number_and_stimuli_together():
    pool = [PoolItem(f"I{at:02d}", stimulus="S" if at in (1, 4, 6) else None) for at in range(9)]
    spec = Spec((Cell(9),), pinned={"I08": 9, "I03": 1})
    for seed in range(10):
        names = ordered(pool, spec, [0] * 9, seed)
        assert (names[0], names[8]) == ("I03", "I08")
        first = min(names.index(name) for name in ("I01", "I04", "I06"))
        assert set(names[first : first + 3]) == {"I01", "I04", "I06"}


def test_a_stimulus_parts_before_a_run_grows_too_long():
    pool = [PoolItem(f"I{at}", answer="A" if at < 3 else "B", stimulus="S" if at < 3 else None) for at in range(5)]
    names = ordered(pool, Spec((Cell(5),), order=Order(1)), [0] * 5)
    assert ["A" if int(name[1]) < 3 else "B" for name in names] == list("ABABA")


def test_pins_that_leave_no_order_are_told_by_the_longest_run():
    pool = with_keys("AAB")
    problem = compile_problem(pool, Spec((Cell(3),), order=Order(1), pinned={"I02": 1}), 1)
    placed = order_paper(problem, [(0, 0), (1, 0), (2, 0)], np.random.Generator(np.random.PCG64(1)))
    assert placed[0] == (2, 0)
    assert longest_run(problem, placed) == 2
