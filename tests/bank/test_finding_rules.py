"""What a search means and what an address keeps: the same for every database, because it is decided here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import text
from exambank.bank.rules.finding import (
    COLUMNS,
    DEFAULT_COLUMNS,
    Filters,
    Search,
    as_query,
    parse_search,
    read_columns,
    read_filters,
    read_page_size,
    without,
)


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("tập trung dân chủ", ("tap", "trung", "dan", "chu"), ()),
        ('"tập trung dân chủ" Đảng', ("tap trung dan chu", "dang"), ()),
        ("“tập trung” -phê", ("tap trung",), ("phe",)),
        ("đảng -chi -bộ", ("dang",), ("chi", "bo")),
        ('-"chi bộ"', (), ("chi bo",)),
        ('"chưa đóng', ("chua dong",), ()),
        ("XDĐ-0012", ("xdd-0012",), ()),
        ("Hoà hòa HÒA", ("hoa",), ()),
        ("100% a_b", ("100%", "a_b"), ()),
        ('  "" - "-" ', ("-",), ()),
        ("", (), ()),
    ],
)  # fmt: skip
def test_words_are_all_wanted_quotes_stand_together_and_a_minus_excludes(typed, wanted, unwanted):
    found = parse_search(typed)
    assert (found.wanted, found.unwanted) == (wanted, unwanted)


@given(st.text(max_size=80))
def test_any_text_can_be_searched_for(typed):
    found = parse_search(typed)
    assert all(term == text.search_key(term) and term for term in found.wanted + found.unwanted)


@given(st.lists(st.sampled_from(["dang", "chi", "bo", "hoi", "dan"]), min_size=1, max_size=4))
def test_a_text_is_found_by_each_of_its_own_words_and_lost_by_a_minus(words):
    key = " ".join(words)
    assert parse_search(key).matches(key)
    assert not parse_search(f"{key} -{words[0]}").matches(key)
    assert Search(wanted=("vang",)).matches(key) is False


_VALUES = st.dictionaries(
    st.sampled_from([*Filters.__dataclass_fields__, "dir", "page", "nonsense"]),
    st.one_of(st.text(max_size=30), st.sampled_from(["1", "0,35", "0.7", "2026-09-01", "any", "desc", "open", "used"])),
)


@given(_VALUES)
def test_an_address_says_the_same_when_it_is_read_again(values):
    filters = read_filters(values)
    assert read_filters(as_query(filters)) == filters


def test_what_makes_no_sense_in_an_address_is_left_out():
    filters = read_filters(
        {"uses_from": "-3", "p_from": "abc", "used_after": "31/12/2026", "flag": "x", "sort": "password", "dir": "up"}
    )
    assert filters == Filters()
    assert read_filters({"p_from": "0,3", "d_below": "−0,1"}) == Filters(p_from="0.3", d_below="-0.1")


def test_a_chip_takes_off_its_own_filter_and_leaves_the_others():
    filters = read_filters({"search": "đảng", "state": "draft", "sort": "used", "dir": "desc"})
    assert as_query(without(filters, "state")) == {"search": "đảng", "sort": "used", "dir": "desc"}
    assert not without(filters, "state", "search").is_narrowed


def test_columns_stand_in_their_own_order_and_unknown_ones_are_dropped():
    assert read_columns(["p", "password", "question"]) == ("question", "p")
    assert read_columns(["x"]) == DEFAULT_COLUMNS
    assert set(DEFAULT_COLUMNS) <= set(COLUMNS)
    assert (read_page_size("100"), read_page_size("7"), read_page_size("")) == (100, 50, 50)
