"""The draw by lot: its formula by value, fair over many seeds, the same for everybody; what may follow what."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.rules import lots
from exambank.assembly.rules.lots import Place, digest_of, draw

SEEDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=64)


def test_the_draw_is_what_sha256sum_says_of_seed_slash_number():
    # printf '%s' '27 31 05/1' | sha256sum, and so on
    by_hand = {
        1: "3911abc360fae4bb814ed01a8f5b690ef479b75248cb4272829aa68229c1bd9e",
        2: "94344773dc60e8e430b87a5ca915875167c8b54dc182e4ec3dcd3d1af13ec898",
        3: "c708c80de0d4183be7af733419961e74c75041ee543d0cf00cae9abf516b702d",
    }
    assert {one.number: one.digest for one in draw("27 31 05", [3, 1, 2])} == by_hand
    assert [(one.rank, one.number) for one in draw("27 31 05", [3, 1, 2])] == [(0, 1), (1, 2), (2, 3)]


@given(SEEDS, st.permutations(range(1, 9)))
@settings(max_examples=40)
def test_the_order_of_the_envelopes_on_the_table_does_not_matter(seed, numbers):
    assert draw(seed, numbers) == draw(seed, sorted(numbers))


@given(SEEDS, st.integers(2, lots.MOST_SETS))
@settings(max_examples=40)
def test_every_envelope_gets_one_rank_in_the_order_of_the_digests(seed, count):
    drawn = draw(seed, range(1, count + 1))
    assert [one.rank for one in drawn] == list(range(count))
    assert {one.number for one in drawn} == set(range(1, count + 1))
    assert [one.digest for one in drawn] == sorted(digest_of(seed, number) for number in range(1, count + 1))


def test_over_many_seeds_each_order_of_three_envelopes_comes_up_alike():
    times = 6000
    orders = Counter(tuple(one.number for one in draw(f"seed {at}", [1, 2, 3])) for at in range(times))
    chi_square = sum((orders[order] - times / 6) ** 2 / (times / 6) for order in orders)
    assert len(orders) == 6
    assert chi_square < 20.5  # 5 degrees of freedom, 0.999


@pytest.mark.parametrize(("seed", "numbers"), [("", [1, 2]), ("x" * 65, [1, 2]), ("7", [1, 1])])
def test_a_draw_without_seed_or_with_two_equal_numbers_is_none(seed, numbers):
    with pytest.raises(ValueError, match=r"seed|number"):
        draw(seed, numbers)


def test_before_the_draw_no_envelope_is_in_use():
    assert lots.current([Place(1, None), Place(2, None)]) is None
    assert lots.next_reserve([Place(1, None), Place(2, None)]) is None


def test_the_next_rank_takes_the_place_of_one_set_aside():
    places = [Place(1, 2), Place(2, 0, is_set_aside=True), Place(3, 1)]
    assert lots.current(places) == Place(3, 1)
    assert lots.next_reserve(places) == Place(1, 2)
    assert lots.next_reserve([Place(1, 0), Place(2, 1, is_set_aside=True)]) is None


@pytest.mark.parametrize(
    ("state", "place", "is_opened", "holds"),
    [
        ("prepared", Place(1, None), False, True),
        ("withdrawn", Place(1, None), False, False),
        ("drawn", Place(1, 1), False, True),
        ("declassified", Place(1, 1), False, True),
        ("declassified", Place(1, 1, is_kept=True), False, False),
        ("declassified", Place(1, 1, is_kept=True), True, True),
        ("declassified", Place(1, 0), True, True),
    ],
)
def test_a_set_is_free_for_another_lot_only_unopened_and_given_back(state, place, is_opened, holds):
    assert lots.holds(state, place, is_opened) is holds


def test_no_state_leads_back_to_a_second_draw():
    assert all("drawn" not in lots.LOT_STATES[state] for state in ("drawn", "declassified", "withdrawn"))
    assert all("prepared" not in targets for targets in lots.LOT_STATES.values())
