"""The rules of the matrix: sums, defaults, order, carrying over to another module, what the bank has, demands."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly import rules
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands, check_demands, check_fixed
from exambank.assembly.rules.matrix import find_defaults, map_cells, match_topics, put_in_order, sum_up
from exambank.assembly.rules.supply import BankTable, Line, Supply, count_lines, find_move, is_sound

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    version_id: int = 1
    topic_id: int | None = 1
    level_id: int | None = 1
    kind: str = "single_choice"
    tags: frozenset[str] = frozenset()
    use_count: int = 0
    last_used_at: datetime | None = None
    pooled_n: int = 0
    pooled_difficulty: float | None = None
    pooled_discrimination: float | None = None
    flags: frozenset[str] = field(default_factory=frozenset)


def cell(count=1, topic=None, level=None, points="0.25", **values):
    return CellSpec(count=count, points=Decimal(points), topic_id=topic, level_id=level, **values)


def test_rows_columns_and_points_add_up_and_a_question_on_trial_is_worth_nothing():
    sums = sum_up([cell(3, 1, 1), cell(2, 1, 2, "0.5"), cell(1, None, 2, "0.5", is_scored=False)])
    assert {key: one.count for key, one in sums.topics.items()} == {1: 5, None: 1}
    assert {key: one.count for key, one in sums.levels.items()} == {1: 3, 2: 3}
    assert (sums.whole.count, sums.whole.points, sums.whole.pretest) == (6, Decimal("1.75"), 1)
    assert [sums.share(level) for level in (1, 2, 3)] == [50, 50, 0]
    assert sum_up([]).share(1) == 0


def test_a_share_is_rounded_half_up():
    assert sum_up([cell(1, 1, 1), cell(7, 1, 2)]).share(1) == 13  # 12.5


def test_what_most_cells_have_in_common_is_what_a_typed_digit_stands_for():
    found = find_defaults([cell(4, 1, 1), cell(2, 2, 1, "1"), cell(3, 1, 2, "0.5", kind="true_false")])
    assert (found.kind, found.points_of(1), found.points_of(2), found.points_of(9)) == (
        None, Decimal("0.25"), Decimal("0.5"), Decimal("0.25"),
    )  # fmt: skip
    tagged = find_defaults([cell(1, not_tag="x"), cell(1, 1, not_tag="x", tag="y")])
    assert (tagged.tag, tagged.not_tag) == (None, "x")
    assert find_defaults([]).points_of(1) == Decimal("0.25")


def test_cells_run_by_part_topic_and_level_with_any_last():
    cells = [cell(1), cell(1, 8), cell(1, 5, 3), cell(1, 5, 2), cell(2, 5, 2), cell(1, 8, 2, part=2)]
    assert put_in_order(cells, [8, 5], [2, 3]) == [cells[1], cells[3], cells[4], cells[2], cells[0], cells[5]]


def test_topics_of_two_modules_meet_by_name_or_in_order():
    source, target = {1: "dai hoi", 2: "chi bo", 3: "khac"}, {11: "chi bo", 12: "dai hoi"}
    assert match_topics(source, target, "name") == {1: 12, 2: 11}
    assert match_topics(source, target, "order") == {1: 11, 2: 12}
    found = map_cells([cell(1, 1), cell(2, 3), cell(3)], {1: 12, 2: 11})
    assert ([one.topic_id for one in found.cells], found.left_out) == ([12, None], (1,))


def test_the_bank_is_counted_by_all_that_a_cell_asks():
    old, new = NOW - timedelta(days=400), NOW - timedelta(days=10)
    pool = [
        Item(1),
        Item(2, use_count=1, last_used_at=old, pooled_n=40, pooled_difficulty=0.5, pooled_discrimination=0.3),
        Item(3, use_count=2, last_used_at=new, tags=frozenset({"x"})),
        Item(4, kind="essay"),
        Item(5, level_id=2),
    ]
    table = BankTable(pool, NOW - timedelta(days=180))
    assert table.supply(cell(0, 1, 1)) == Supply(3, 2, 1)
    assert table.supply(cell(0, 1, 1, tag="x")) == Supply(1, 0, 0)
    assert table.supply(cell(0, 1, 1, not_tag="x")) == Supply(2, 2, 1)
    assert table.supply(cell(0, kind="essay")) == Supply(1, 1, 0)
    assert table.supply(cell(0)).available == 4
    assert BankTable([], NOW).supply(cell(0)) == Supply()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True), ({"pooled_n": 19}, False), ({"pooled_difficulty": None}, False),
        ({"pooled_discrimination": 0.19}, False), ({"pooled_discrimination": None}, True),
        ({"flags": frozenset({"too_easy"})}, False),
    ],
)  # fmt: skip
def test_a_sound_item_proved_itself_in_exams(values, expected):
    good = {"pooled_n": 20, "pooled_difficulty": 0.5, "pooled_discrimination": 0.2}
    assert is_sound(Item(**{**good, **values})) is expected


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 2), st.sampled_from(["single_choice", "essay", "oral"]),
                       st.sets(st.sampled_from("xy"))), max_size=25),
    st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from([None, 1]), st.sampled_from([None, "essay"]),
                       st.sampled_from([None, "x"]), st.sampled_from([None, "y"])), min_size=1, max_size=6),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_counting_in_columns_agrees_with_asking_every_item(items, asked):
    pool = [Item(at, topic, level, kind, frozenset(tags)) for at, (topic, level, kind, tags) in enumerate(items)]
    cells = [cell(1, topic, level, kind=kind, tag=tag, not_tag=no) for topic, level, kind, tag, no in asked]
    table = BankTable(pool, NOW)
    by_hand = [sum(one.matches(item) for item in pool) for one in cells]
    assert [table.supply(one).available for one in cells] == by_hand
    assert [check.available for check in rules.check_feasibility(pool, cells).cells] == by_hand


def test_a_place_is_empty_short_thin_or_good():
    states = [Line(cell(count), Supply(there)).state for count, there in [(0, 5), (2, 0), (2, 1), (2, 5), (2, 6)]]
    assert states == ["zero", "none", "short", "thin", "good"]


def test_two_entries_of_a_place_draw_on_the_same_items():
    table = BankTable([Item(at) for at in range(9)], NOW)
    alone = count_lines(table, {0: cell(3, 1, 1)})
    both = count_lines(
        table, {0: cell(3, 1, 1), 7: cell(1, 1, 1, points=Decimal(2)), 8: cell(5, 1, 2), 9: cell(0, 1, 1)}
    )
    assert (alone[0].state, alone[0].mark) == ("good", 9)
    assert [(both[row].state, both[row].mark) for row in (0, 7, 9)] == [("thin", 12), ("thin", 12), ("zero", 0)]


def test_missing_questions_move_to_the_topic_with_most_to_spare_of_the_same_level():
    lines = {
        0: Line(cell(2, 1, 1), Supply(1)),
        1: Line(cell(2, 2, 1), Supply(3)),
        2: Line(cell(0, 3, 1), Supply(9)),
        3: Line(cell(0, 4, 2), Supply(50)),
        4: Line(cell(0, None, 1), Supply(50)),
        5: Line(cell(0, 5, 1, "1"), Supply(50)),
    }
    assert find_move(lines, 0) == 2
    assert find_move({0: lines[0], 1: Line(cell(3, 2, 1), Supply(3))}, 0) is None


def test_codes_keep_the_width_of_the_first():
    assert Demands().codes(3) == ["101", "102", "103"]
    assert Demands(code_start=132, code_step=77).codes(4) == ["132", "209", "286", "363"]
    assert Demands(code_prefix="K75-", code_start=1).codes(2) == ["K75-1", "K75-2"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, []), ({"overlap": 0, "max_use_count": 0}, []), ({"papers_per_item": 0}, ["papers_per_item"]),
        ({"tolerance": float("nan")}, ["tolerance"]), ({"tolerance": 0.5}, ["tolerance"]),
        ({"balance": ("information",), "theta": ()}, ["theta"]), ({"theta": (float("nan"),)}, ["theta"]),
        ({"theta": (5.0,)}, ["theta"]), ({"balance": ("luck",)}, ["balance"]), ({"code_prefix": "đề"}, ["code_prefix"]),
        ({"code_step": 0}, ["code_step"]), ({"distinct_items": 39}, ["distinct_items"]), ({"distinct_items": 40}, []),
        ({"overlap": -1, "days_apart": 0}, ["overlap", "days_apart"]),
    ],
)  # fmt: skip
def test_demands_that_mean_nothing_are_named(values, wrong):
    assert [one.field for one in check_demands(Demands(**values), items=40)] == wrong


def test_fixed_items_are_known_named_once_and_stand_at_places_of_their_own():
    fixed = [("A", 1), ("B", 1), ("A", None), ("Z", None), ("C", 41), ("D", 40)]
    assert check_fixed(fixed, {"A", "B", "C", "D"}, 40) == [
        (1, "place_taken"), (2, "fixed_twice"), (3, "fixed_unknown"), (4, "place_range"),
    ]  # fmt: skip


def test_demands_come_back_from_the_store_as_they_were():
    demands = Demands(balance=("time", "information"), theta=(0.5,), overlap=3, code_prefix="A")
    assert Demands.parse({**demands.as_dict(), "level_targets": {"x": 40}}) == demands
