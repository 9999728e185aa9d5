"""Dealing and feasibility: by value, and by properties that hold for every pool and blueprint."""

import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly import rules
from exambank.assembly.engine import Infeasible
from exambank.assembly.rules import CellSpec
from tests.assembly.drawing import deal


@dataclass(frozen=True)
class Question:
    version_id: int
    topic_id: int | None = None
    level_id: int | None = None
    kind: str = "single_choice"
    tags: frozenset[str] = frozenset()


def questions(count, start=1, **values):
    return [Question(version_id=start + at, **values) for at in range(count)]


items = st.builds(
    lambda topic, level, kind, tags: {"topic_id": topic, "level_id": level, "kind": kind, "tags": frozenset(tags)},
    st.sampled_from([None, 1, 2, 3]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(["single_choice", "true_false"]),
    st.sets(st.sampled_from(["core", "hard"])),
)
pools = st.lists(items, max_size=40).map(
    lambda rows: [Question(version_id=10 + at, **row) for at, row in enumerate(rows)]
)
cells = st.builds(
    CellSpec,
    count=st.integers(1, 6),
    points=st.sampled_from([Decimal("0.25"), Decimal(1)]),
    topic_id=st.sampled_from([None, 1, 2, 3]),
    level_id=st.sampled_from([None, 1, 2]),
    kind=st.sampled_from([None, "single_choice", "true_false"]),
    tag=st.sampled_from([None, "core"]),
    not_tag=st.sampled_from([None, "hard"]),
)


def test_twelve_wanted_and_eleven_there_names_the_cell_and_the_one_that_is_missing():
    found = rules.check_feasibility(questions(11, topic_id=1), [CellSpec(count=12, topic_id=1)])
    assert not found.is_feasible
    (short,) = found.short_cells
    assert (short.position, short.wanted, short.available, short.missing) == (1, 12, 11, 1)
    assert found.conflicts == ()


def test_cells_that_fit_alone_but_not_together_are_named_as_rivals():
    pool = questions(10, topic_id=1, tags=frozenset({"core"})) + questions(50, start=100, topic_id=2)
    wanted = [
        CellSpec(count=20, topic_id=2),
        CellSpec(count=6, topic_id=1),
        CellSpec(count=6, tag="core"),
    ]
    found = rules.check_feasibility(pool, wanted)
    assert found.short_cells == ()
    (conflict,) = found.conflicts
    assert (conflict.positions, conflict.wanted, conflict.available, conflict.missing) == ((2, 3), 12, 10, 2)
    assert found.conflict_of(1) is None
    assert found.conflict_of(3) is conflict


def test_a_cell_that_takes_anything_leaves_the_rare_items_to_the_cell_that_needs_them():
    pool = questions(3, topic_id=1, tags=frozenset({"core"})) + questions(5, start=100, topic_id=1)
    wanted = [CellSpec(count=5, topic_id=1), CellSpec(count=3, tag="core")]
    for seed in range(20):
        (paper,) = deal(pool, wanted, 1, seed)
        assert {pick.version_id for pick in paper if pick.cell == 2} == {1, 2, 3}


def test_no_cells_make_no_paper():
    assert not rules.check_feasibility(questions(3), []).is_feasible


def test_the_refusal_to_deal_names_the_short_cell():
    found = deal(questions(11), [CellSpec(count=1), CellSpec(count=12, level_id=None)], 1, 1)
    (shortage,) = found.shortages
    assert (shortage.rule, shortage.cells, shortage.needed, shortage.available) == ("cell", (1,), 12, 11)


@given(pools, st.lists(cells, min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_every_paper_fills_every_cell_exactly_and_never_repeats_an_item(pool, wanted, papers, seed):
    feasibility = rules.check_feasibility(pool, wanted)
    if not feasibility.is_feasible:
        assert isinstance(deal(pool, wanted, papers, seed), Infeasible)
        return
    dealt = deal(pool, wanted, papers, seed)
    by_id = {item.version_id: item for item in pool}
    assert len(dealt) == papers
    for paper in dealt:
        assert len({pick.version_id for pick in paper}) == len(paper)
        assert Counter(pick.cell for pick in paper) == {at + 1: cell.count for at, cell in enumerate(wanted)}
        for pick in paper:
            assert wanted[pick.cell - 1].matches(by_id[pick.version_id])
    assert dealt == deal(pool[::-1], wanted, papers, seed)


@given(pools, st.lists(cells, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_feasibility_agrees_with_hall_and_names_a_true_shortage(pool, wanted):
    """Hall: a paper exists when every set of cells finds at least as many items as it wants."""
    found = rules.check_feasibility(pool, wanted)

    def shortage(positions):
        there = sum(1 for item in pool if any(wanted[at].matches(item) for at in positions))
        return sum(wanted[at].count for at in positions) - there

    worst = max(shortage([at for at in range(len(wanted)) if mask >> at & 1]) for mask in range(1, 2 ** len(wanted)))
    assert found.is_feasible == (worst <= 0)
    for conflict in found.conflicts:
        assert shortage([position - 1 for position in conflict.positions]) == conflict.missing > 0
        assert len(conflict.positions) > 1


@given(st.integers(20, 60), st.integers(2, 12), st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_exposure_is_spread_so_that_no_item_is_used_two_times_more_than_another(size, papers, seed):
    dealt = deal(questions(size), [CellSpec(count=7)], papers, seed)
    uses = Counter(pick.version_id for paper in dealt for pick in paper)
    assert max(uses.values()) - min(uses[version] for version in range(1, size + 1)) <= 1


def test_other_seeds_give_other_papers_and_the_same_seed_the_same():
    pool, wanted = questions(100), [CellSpec(count=10)]
    assert deal(pool, wanted, 2, "a") != deal(pool, wanted, 2, "b")
    assert deal(pool, wanted, 2, "a") == deal(pool, wanted, 2, "a")


def test_a_text_seed_gives_the_same_number_on_every_machine():
    assert rules.seed_number("seed", 101, 7) == rules.seed_number("seed", "101", "7")
    assert random.Random(rules.seed_number("đề thi")).randrange(10**6) == 997096


def test_sixty_papers_of_thirty_from_six_hundred_are_dealt_well_under_a_second():
    pool = [
        Question(version_id=at, topic_id=at % 6, tags=frozenset({"điểm liệt"} if at % 10 == 0 else ()))
        for at in range(600)
    ]
    counts = [8, 1, 1, 1, 9, 9]
    wanted = [CellSpec(count=1, tag="điểm liệt")]
    wanted += [CellSpec(count=count, topic_id=at, not_tag="điểm liệt") for at, count in enumerate(counts)]
    dealt = deal(pool, wanted, 60, "bench")
    assert len(dealt) == 60
    assert all(len(paper) == 30 for paper in dealt)


def test_typed_cells_are_checked_one_by_one():
    problems = rules.check_cells([CellSpec(count=0), CellSpec(count=1, points=Decimal(0), tag="a", not_tag="a")])
    assert [(one.row, one.code) for one in problems] == [
        (1, "count_range"),
        (2, "points_range"),
        (2, "tag_and_not_tag"),
    ]
    assert [one.code for one in rules.check_cells([])] == ["no_cells"]
    assert [one.code for one in rules.check_cells([CellSpec(count=200), CellSpec(count=200)])] == ["too_many"]
    assert rules.check_cells([CellSpec(count=1, points=Decimal("0.00001"))])[0].field == "points"


def test_codes_and_totals():
    assert rules.paper_codes(3) == ["101", "102", "103"]
    assert rules.total_points([CellSpec(count=4, points=Decimal("0.25")), CellSpec(count=1)]) == Decimal(2)
