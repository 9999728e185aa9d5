"""Enemies and variants never meet in a paper: by value, and against trying out everything."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly import rules
from exambank.assembly.engine import Infeasible
from exambank.assembly.engine.matching import Matching
from exambank.assembly.rules import CellSpec
from tests.assembly.drawing import deal


@dataclass(frozen=True)
class Question:
    version_id: int
    topic_id: int | None = None
    level_id: int | None = None
    kind: str = "single_choice"
    tags: frozenset[str] = frozenset()
    variant_group_id: int | None = None
    enemies: frozenset[int] = field(default_factory=frozenset)

    @property
    def item_id(self) -> int:
        return self.version_id + 1000


pools = st.lists(
    st.builds(
        lambda topic, group, enemies: {
            "topic_id": topic,
            "variant_group_id": group,
            "enemies": frozenset(1001 + enemy for enemy in enemies),
        },
        st.sampled_from([1, 2]),
        st.sampled_from([None, None, None, 7, 8]),
        st.sets(st.integers(0, 8), max_size=3),
    ),
    max_size=9,
).map(lambda rows: [Question(version_id=1 + at, **row) for at, row in enumerate(rows)])
cells = st.lists(
    st.builds(CellSpec, count=st.integers(1, 3), points=st.just(Decimal(1)), topic_id=st.sampled_from([None, 1, 2])),
    min_size=1,
    max_size=3,
)


def exists_by_trying(pool, wanted) -> bool:
    apart = rules.kept_apart(pool)
    for chosen in combinations(pool, sum(cell.count for cell in wanted)):
        ids = {item.version_id for item in chosen}
        if any(apart.get(one, frozenset()) & ids for one in ids):
            continue
        matching = Matching([cell.count for cell in wanted])
        if all(matching.seat(item.version_id, rules.cells_of(item, wanted)) for item in chosen):
            return True
    return False


def test_enemies_are_enemies_both_ways_and_only_of_those_in_the_pool():
    pool = [Question(1, enemies=frozenset({1002, 4000})), Question(2), Question(3)]
    assert rules.kept_apart(pool) == {1: frozenset({2}), 2: frozenset({1})}


def test_variants_of_one_slot_are_all_kept_apart():
    pool = [Question(at, variant_group_id=5) for at in (1, 2, 3)] + [Question(4)]
    assert rules.kept_apart(pool) == {1: {2, 3}, 2: {1, 3}, 3: {1, 2}}


def test_three_variants_count_for_one_question_and_the_row_says_how_many_are_missing():
    pool = [Question(at, topic_id=1, variant_group_id=5) for at in (1, 2, 3)] + [Question(4, topic_id=1)]
    found = rules.check_feasibility(pool, [CellSpec(count=3, topic_id=1)], rules.kept_apart(pool))
    assert found.short_cells == ()
    assert found.conflicts == ()
    assert found.kept_apart == ((1, 1),)
    assert not found.is_feasible


def test_over_many_papers_every_variant_gets_its_turn():
    pool = [Question(at, variant_group_id=5) for at in (1, 2, 3)] + [Question(at) for at in range(10, 20)]
    papers = deal(pool, [CellSpec(count=11)], 30, 3, rules.kept_apart(pool))
    uses = Counter(pick.version_id for paper in papers for pick in paper)
    assert [uses[at] for at in (1, 2, 3)] == [10, 10, 10]


def test_a_hub_that_greedy_would_take_first_gives_way_to_those_it_keeps_out():
    hub = Question(1, enemies=frozenset({1002, 1003, 1004}))
    pool = [hub, Question(2), Question(3), Question(4)]
    for seed in range(20):
        (paper,) = deal(pool, [CellSpec(count=3)], 1, seed, rules.kept_apart(pool))
        assert {pick.version_id for pick in paper} == {2, 3, 4}


def test_an_essay_is_never_dealt_where_no_kind_was_asked_for():
    pool = [Question(1, kind="essay"), Question(2, kind="oral"), Question(3, kind="case"), Question(4, kind="numeric")]
    assert rules.check_feasibility(pool, [CellSpec(count=1)]).cells[0].available == 1
    assert rules.check_feasibility(pool, [CellSpec(count=1, kind="essay")]).is_feasible


@given(pools, cells)
@settings(max_examples=40)
def test_a_paper_is_dealt_exactly_when_one_exists_and_nobody_meets_an_enemy(pool, wanted):
    apart = rules.kept_apart(pool)
    assert rules.check_feasibility(pool, wanted, apart).is_feasible == exists_by_trying(pool, wanted)
    papers = deal(pool, wanted, 2, 1, apart)
    if isinstance(papers, Infeasible):
        assert not exists_by_trying(pool, wanted)
        return
    assert exists_by_trying(pool, wanted)
    for paper in papers:
        ids = [pick.version_id for pick in paper]
        assert len(set(ids)) == len(ids) == sum(cell.count for cell in wanted)
        assert not any(apart.get(one, frozenset()) & set(ids) for one in ids)
        by_id = {item.version_id: item for item in pool}
        assert all(wanted[pick.cell - 1].matches(by_id[pick.version_id]) for pick in paper)


@given(pools, cells, st.integers(0, 9))
@settings(max_examples=15)
def test_the_same_seed_deals_the_same_papers(pool, wanted, seed):
    apart = rules.kept_apart(pool)
    assert deal(pool, wanted, 2, seed, apart) == deal(pool, wanted, 2, seed, apart)
