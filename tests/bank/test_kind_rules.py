"""The pure parts of the kinds: numbers as typed, texts that say the same, gaps in a text."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.bank.rules import (
    TextRule,
    Unit,
    find_unit,
    gaps_in,
    is_alike,
    is_within,
    read_number,
    split_gaps,
    split_unit,
    text_key,
    write_number,
)

READ = {
    "3,14": "3.14", "3.14": "3.14", "1.234,5": "1234.5", "1,234.5": "1234.5", "1.234": "1.234", "1,234": "1.234",
    "1.234.567": "1234567", "1,234,567": "1234567", "1 234 567,8": "1234567.8", "12\u00a0345": "12345", "1e3": "1000",
    "1,5E-3": "0.0015", "1,5·10^3": "1500", "1.5x10^-3": "0.0015", "2×10³": "2000", "10⁻³": "0.001", "10^6": "1000000",
    "1,5 * 10^(3)": "1500", "-5": "-5", "−5": "-5", "+5": "5", "- 5": "-5", ",5": "0.5", "5,": "5", "007": "7", "-0": "0",
}  # fmt: skip
NOT_READ = ["", " ", "ba", "1.23.4", "1,23,4", "12,34,5.6", "1,234.567,8", "1 23", "1 2345", "3,14 m", "NaN", "inf",
            "٣", "３", "1e", "e5", "1e999", "1e5000000", "2*105", "0x10", "1_000", "5²", "--5", "1-2", "1/2",
            "9" * 61, "1" + ".000" * 100]  # fmt: skip


@pytest.mark.parametrize(("typed", "number"), READ.items())
def test_a_number_is_read_by_the_stated_rule(typed, number):
    assert write_number(read_number(typed)) == number


@pytest.mark.parametrize("typed", NOT_READ)
def test_what_is_ambiguous_or_no_number_is_not_read(typed):
    assert read_number(typed) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_number_written_is_read_again(number):
    written = write_number(number)
    assert read_number(written) == number
    assert read_number(written.replace(".", ",")) == number
    assert write_number(read_number(written)) == written


@given(st.text(st.sampled_from("0123456789.,eE+-×x·*^() \u00b2kgm"), max_size=40))
def test_anything_typed_is_read_or_not_and_nothing_else_happens(typed):
    number = read_number(typed)
    if number is not None:
        assert read_number(write_number(number)) == number
    figures, unit = split_unit(typed)
    assert read_number(figures) is None or read_number(figures) == read_number(figures.strip())
    assert unit == unit.strip()


def test_the_unit_behind_a_number_is_split_off():
    assert split_unit("3,5 kg") == ("3,5", "kg")
    assert split_unit("5m/s") == ("5", "m/s")
    assert split_unit("−5 °C") == ("-5", "°C")
    assert split_unit("1 234 m") == ("1 234", "m")
    assert split_unit("2,5·10³ km") == ("2,5·10^3", "km")
    assert split_unit("3e5 J") == ("3e5", "J")
    assert split_unit("kg 5") == ("kg 5", "")


def test_units_are_alike_but_for_spaces_and_powers_and_case_only_where_it_is_clear():
    units = [Unit("kg", Decimal(1)), Unit("m²", Decimal(1)), Unit("mW", Decimal(1)), Unit("MW", Decimal(10**9))]
    assert find_unit(" kg ", units).name == find_unit("KG", units).name == "kg"
    assert find_unit("m^2", units).name == find_unit("m2", units).name == "m²"
    assert (find_unit("mW", units).name, find_unit("MW", units).name) == ("mW", "MW")
    assert find_unit("mw", units) is None
    assert find_unit("lít", units) is None
    assert find_unit("", units) is None


def test_the_borders_of_a_tolerance_belong_to_it():
    assert is_within(Decimal("3.6"), Decimal("3.5"), Decimal("0.1"), False)
    assert not is_within(Decimal("3.6000001"), Decimal("3.5"), Decimal("0.1"), False)
    assert is_within(Decimal("105"), Decimal("100"), Decimal("0.05"), True)
    assert is_within(Decimal("-95"), Decimal("-100"), Decimal("0.05"), True)
    assert not is_within(Decimal("0.1"), Decimal("0"), Decimal("1"), True)


PLAIN, EXACT = TextRule(), TextRule(ignore_case=False)
BARE, STARS = TextRule(ignore_diacritics=True), TextRule(wildcards=True)
ALIKE = [
    ("hòa bình", "hoà  bình", EXACT, True), ("thủy", "thuỷ", EXACT, True), ("tòan", "toàn", EXACT, True),
    ("Khoẻ", "khỏe", PLAIN, True), ("Khoẻ", "khỏe", EXACT, False),
    (unicodedata.normalize("NFD", "Tập trung dân chủ"), "tập trung dân chủ", PLAIN, True),
    (" Đảng\u200b \t viên\n", "đảng viên", PLAIN, True), ("hoa", "hòa", PLAIN, False), ("hoa", "hòa", BARE, True),
    ("Dang", "Đảng", BARE, True), ("dang", "Đảng", TextRule(ignore_case=False, ignore_diacritics=True), False),
    ("l’État", "l'état", PLAIN, True), ("1930–1931", "1930-1931", PLAIN, True), ("STRASSE", "straße", PLAIN, True),
    ("a*b", "a*b", PLAIN, True), ("axb", "a*b", PLAIN, False),
    ("dân chủ nhân dân", "dân*dân", STARS, True), ("dân", "dân*dân", STARS, False), ("dân dân", "dân*dân", STARS, True),
    ("nền dân chủ", "dân*", STARS, False), ("nền dân chủ", "*dân*", STARS, True), ("hoà bình", "hòa*", STARS, True),
    ("hòa", "hò*", STARS, True), ("ho", "h*o*", STARS, True), ("a*b", "a\\*b", STARS, True), ("axb", "a\\*b", STARS, False),
    ("abcabc", "a*c", STARS, True), ("abcab", "a*c", STARS, False), ("", "*", STARS, True),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "accepted", "rule", "is_equal"), ALIKE)
def test_texts_say_the_same_or_not(typed, accepted, rule, is_equal):
    assert is_alike(typed, accepted, rule) is is_equal


LETTERS = st.text(st.sampled_from("aàáoòuủyỷhHkđĐ e1*-’'"), max_size=14)
RULES = st.builds(TextRule, st.booleans(), st.booleans(), st.booleans())


@given(LETTERS, LETTERS, RULES)
def test_equality_is_the_same_for_composed_and_decomposed_letters_and_any_spaces(left, right, rule):
    expected = is_alike(left, right, rule)
    assert is_alike(unicodedata.normalize("NFD", left), right, rule) is expected
    assert is_alike(f"  {left} ", unicodedata.normalize("NFD", right), rule) is expected
    plain = TextRule(rule.ignore_case, rule.ignore_diacritics)
    assert is_alike(left, right, plain) is is_alike(right, left, plain)
    assert is_alike(left, left, rule)
    assert text_key(text_key(left, rule), rule) == text_key(left, rule)


SOLID = st.text(st.sampled_from("aàáoòuủhk1-"), max_size=8)


@given(st.lists(SOLID, min_size=2, max_size=4), SOLID)
def test_a_star_takes_any_letters_between_the_pieces(pieces, between):
    assert is_alike(between.join(pieces), "*".join(pieces), STARS)
    assert not is_alike("z" + between.join(pieces), "*".join(["y", *pieces]), STARS)


def test_no_pattern_takes_long_whatever_it_is():
    assert not is_alike("a" * 500, "a*" * 100 + "b", STARS)
    assert is_alike("a" * 500, "a*" * 100, STARS)
    assert not is_alike("ab" * 250, "*a*b*" * 40 + "c", STARS)


def test_a_text_is_cut_at_its_gaps_and_nothing_of_it_is_lost():
    stored = '<p>Năm <span data-gap="aa11"></span> tại <span class="eb-blank" data-gap="bb22"></span>.</p>'
    assert gaps_in(stored) == ("aa11", "bb22")
    assert split_gaps(stored) == (("<p>Năm ", "aa11"), (" tại ", "bb22"), (".</p>", None))
    assert split_gaps("Không có") == (("Không có", None),)
    assert gaps_in('<span data-gap="aa11">chữ</span> <span data-gap="a b"></span>') == ()
