"""Where keys stand and options lie: even, never many in a row, locked ones in their place, the same for the same seed."""

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.rules.arranging import Choice, longest_run, map_codes, place_keys, too_many
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.arranging import Arrangeable, arrange_options

FOUR = (0, 1, 2, 3)


@settings(max_examples=40)
@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 10**6))
def test_keys_that_may_stand_anywhere_are_even_and_never_more_than_allowed_in_a_row(size, most_run, seed):
    placed = place_keys([FOUR] * size, most_run, random.Random(seed))
    counts = [placed.count(place) for place in FOUR]
    assert max(counts) - min(counts) <= 1
    assert longest_run(placed) <= most_run


PLACES = st.one_of(
    st.just(()), st.integers(0, 3).map(lambda at: (at,)), st.just(FOUR), st.just((0, 1)), st.just((0, 1, 2))
)


@settings(max_examples=40)
@given(st.lists(PLACES, max_size=30), st.integers(1, 3), st.integers(0, 10**6))
def test_a_key_only_ever_stands_where_it_may_and_the_same_seed_places_the_same(allowed, most_run, seed):
    placed = place_keys(allowed, most_run, random.Random(seed))
    for places, place in zip(allowed, placed, strict=True):
        assert place in places if places else place is None
    assert placed == place_keys(allowed, most_run, random.Random(seed))


@settings(max_examples=25)
@given(st.lists(st.sampled_from([(0,), (1,), FOUR, (0, 1)]), min_size=1, max_size=6), st.integers(0, 10**6))
def test_no_other_placing_is_more_even(allowed, seed):
    def unevenness(placed):
        return sum(count**2 for count in Counter(placed).values())

    every = [[]]
    for places in allowed:
        every = [[*placed, place] for placed in every for place in places]
    placed = place_keys(allowed, None, random.Random(seed))
    assert unevenness(placed) == min(map(unevenness, every))


def test_keys_follow_no_pattern_that_a_candidate_could_use():
    blocks = Counter()
    for seed in range(300):
        placed = place_keys([FOUR] * 40, 3, random.Random(seed))
        blocks.update(len(set(placed[at : at + 4])) for at in range(0, 40, 4))
    share = blocks[4] / sum(blocks.values())  # by chance 4! / 4^4 = 0.094 of the blocks hold every letter
    assert 0.06 < share < 0.16


def test_a_run_of_locked_keys_that_nothing_can_break_is_told_and_not_hidden():
    placed = place_keys([(3,)] * 5, 3, random.Random(1))
    assert placed == [3] * 5
    assert (longest_run(placed), too_many(placed, 3)) == (5, 2)


def test_free_keys_step_aside_for_locked_ones_beside_them():
    for seed in range(30):
        placed = place_keys([(3,), (3,), FOUR, (3,), FOUR, FOUR], 2, random.Random(seed))
        assert longest_run(placed) <= 2


def test_a_question_without_a_single_key_ends_a_run():
    assert longest_run([0, 0, None, 0, 0, 0]) == 3
    assert longest_run([]) == 0


def test_locked_options_keep_their_place_and_the_key_goes_where_it_is_wanted():
    choice = Choice(("a", "b", "c", "all"), "b", frozenset({"all"}))
    assert choice.places == (0, 1, 2)
    for place in choice.places:
        order = choice.order(place, random.Random(5))
        assert order[place] == "b"
        assert order[3] == "all"
        assert sorted(order) == ["a", "all", "b", "c"]
    assert Choice(("a", "b", "all"), "all", frozenset({"all"})).places == (2,)


def single(*tokens, locked=()):
    rows = [{"token": one, "html": "", "is_key": at == 0, "is_locked": one in locked} for at, one in enumerate(tokens)]
    return Arrangeable("single_choice", {"options": rows})


def test_options_that_are_not_to_be_shuffled_keep_the_order_of_the_bank():
    known = {1: single("k", "x", "y", "z"), 2: single("k", "x", "y", "z")}
    kept = arrange_options("s", "101", [1, 2], known, Demands(shuffle_options=False))
    assert kept == [["k", "x", "y", "z"]] * 2


def test_each_paper_has_its_own_order_of_options_and_the_same_one_again():
    known = {at: single("k", "x", "y", "z") for at in range(20)}
    first, again, other = (arrange_options("s", code, list(known), known, Demands()) for code in ("101", "101", "102"))
    assert first == again != other
    places = Counter(tokens.index("k") for tokens in first)
    assert sorted(places.values()) == [5, 5, 5, 5]


def test_the_map_says_under_which_number_a_question_stands_in_each_code():
    found = map_codes({"101": [7, 8, 9], "102": [9, 7, 5]})
    assert found.codes == ("101", "102")
    assert {row.version: row.numbers for row in found.rows} == {7: (1, 2), 8: (2, 0), 9: (3, 1), 5: (0, 3)}
    assert [row.papers for row in found.rows] == [2, 1, 2, 1]
