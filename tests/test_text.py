import random
import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.text import (
    format_points,
    has_mixed_script,
    name_sort_key,
    nfc,
    parse_points,
    points_in_words,
    search_key,
    sort_key,
    strip_control,
)

# Both lists stand in the order of ICU 78 (Intl.Collator("vi")); people by the last word, then by the words before.
WORDS = """
A An Anh Ảnh Ánh Ân Ấn Bá Bảo Bình Bính Bùi Cầm Chi Chí Công Cường Dung Dũng Dương Đại Đào Đạt Đặng Đinh
Đoàn Đỗ Đức Giang Giàng Hà Hạ Hải Hạnh Hảo Hằng Hân Hiền Hiển Hiếu Hoa Hoà Hòa Hoài Hoàn Hoàng Hồ Huệ Hùng
Huỳnh Hưng Hương Hường Hữu Khánh Lan Lân Lê Linh Lò Long Lợi Lý Mai Mạnh Minh Mùa Mỹ Nam Nga Ngà Nghĩa Ngọc
Ngô Nguyễn Oanh Ôn Ơn Phạm Phan Phong Phương Phượng Quang Quàng Quân Quốc Sơn Sùng Tâm Tấm Thanh Thảo Thắng
Thị Thu Thuỷ Thùy Thủy Thúy Thư Toàn Trần Tú Tùng Tư Uyên Ước Văn Vân Việt Vinh Võ Vũ Vừ Xuân Ý Yến
"""
PEOPLE = """
Dương Quốc Hoàn An, Đinh Mỹ An, Đoàn Bá Thúy An, Huỳnh Thị Anh, Lý Hoài Anh, Quàng Anh, Nguyễn Ảnh, Nguyễn
Xuân Ảnh, Phạm Hoàng Ảnh, Vừ Ánh, Đoàn Minh Văn Ân, Giàng Thị A Ân, Ngô Thị Ấn, Phan Bá Ấn, Đinh Mỹ Bảo, Cầm
Mỹ Đức Bính, Dương Bính, Dương Thị Công Bính, Hoàng Hoàng Quốc Chi, Hồ Mỹ Chi, Lò Hoài Chi, Bùi Hữu Cường,
Giàng Hoàn Cường, Hoàng Cường, Phạm Thúy Thùy Dung, Trần Quốc Dung, Võ Hoài Hữu Dung, Hoàng Công Hoàng
Dương, Lê Đức A Dương, Lê Thị Đức Dương, Giàng Hoàng Đào, Giàng Văn Thị Đào, Quàng Đức Hoài Đào, Hồ Đức,
Huỳnh Công Đức, Nguyễn Hoàn Thị Đức, Huỳnh Thùy Giang, Lê Mỹ Ngọc Giang, Nguyễn Hoài Giang, Vũ Văn Hà, Đinh
Mỹ Xuân Hạ, Đoàn Thị Hữu Hạ, Hà Thúy A Hạnh, Hoàng Hạnh, Ngô Công A Hạnh, Vừ Hảo, Dương Hằng, Đỗ Hữu Hoài
Hằng, Cầm Thùy Bá Hân, Đặng Hoài Hữu Hân, Giàng Đức Hân, Bùi Hiển, Cầm Hiển, Đặng Hoàng Hiển, Vừ Quốc Ngọc
Hiển, Đinh Quốc Mỹ Hiếu, Đinh Thúy Hiếu, Ngô A Hoa, Phan Hoa, Phan Đức Xuân Hoa, Sùng Ngọc Xuân Hoà, Đoàn
Hòa, Đoàn A Thanh Hòa, Nguyễn Công Hữu Hoàng, Phạm Thị Hoàng, Phan Mỹ Ngọc Hoàng, Vừ Văn Huệ, Bùi Xuân Công
Hùng, Cầm Công Hùng, Hoàng Hoàng Thị Hưng, Quàng Hưng, Sùng Hưng, Hà Ngọc Thị Hường, Hoàng Quốc Hường, Lê
Hường, Bùi Lan, Bùi Hoài Đức Lan, Cầm Quốc Thị Lan, Nguyễn Thùy Đức Lân, Dương Văn Bá Linh, Đặng Hữu Linh,
Ngô Thanh Hoài Long, Nguyễn Thùy Hoài Long, Phan Thanh Công Long, Cầm Mai, Cầm Minh Mỹ Mai, Đoàn Hoàng Công
Mai, Lê Hoàng Mạnh, Lê Quốc Hoàn Mạnh, Lò Hoàng Hoàn Mạnh, Huỳnh Thị Thúy Nam, Lê Hoàn Mỹ Nam, Vừ Nam, Lý
Thị Bá Ngà, Ngô Thị Minh Ngà, Sùng Thùy Ngà, Hà Văn A Oanh, Hà Xuân Oanh, Ngô Bá Oanh, Cầm Hoài Ơn, Đặng Ơn,
Đinh Hoài Ơn, Vũ Đức Xuân Phương, Giàng Phượng, Hà Mỹ Thị Phượng, Phan Quang, Phan Hoài Thị Quang, Trần
Quang, Vũ Hoàng Quân, Bùi Hữu Sơn, Dương Sơn, Võ Thị Sơn, Bùi Thị Tâm, Dương Tâm, Đỗ Mỹ Thị Thảo, Giàng
Thảo, Ngô Minh Thảo, Lê Thắng, Lò Thắng, Ngô Thúy Thắng, Hà Thị Thu, Hồ Minh Thu, Huỳnh Thu, Lý Hoàng Quốc
Thuỷ, Phan Hoàng Thuỷ, Phan Văn Thanh Thuỷ, Đinh Hoài Thanh Thư, Đỗ Đức Thư, Giàng Thư, Phạm Minh Toàn, Phạm
Thùy Minh Toàn, Quàng Toàn, Lê A Thị Tùng, Nguyễn Tùng, Trần Tùng, Trần Thùy Thị Tư, Võ Thị Mỹ Tư, Lê Văn
Xuân Uyên, Huỳnh Ước, Lê Hoài Ước, Ngô Thùy Ước, Vừ Vân, Hà Hoàng Việt, Lò Việt, Võ Công Vinh, Cầm Thùy
Thanh Xuân, Đinh Thị Xuân, Hồ Ý, Huỳnh Công Hữu Ý, Lò Xuân Thúy Ý
"""
WORDS = WORDS.split()
PEOPLE = [" ".join(person.split()) for person in PEOPLE.split(",")]

VIETNAMESE_LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.upper() + " ", max_size=30)
points = st.decimals(0, 999_999, allow_nan=False, allow_infinity=False, places=4)


def shuffled(texts):
    return random.Random(2026).sample(texts, len(texts))


# --- sort keys ---


def test_words_sort_as_icu_sorts_them():
    assert sorted(shuffled(WORDS), key=sort_key) == WORDS


def test_people_sort_by_given_name_and_then_by_the_words_before():
    assert len(PEOPLE) == 150
    assert sorted(shuffled(PEOPLE), key=name_sort_key) == PEOPLE


def test_letters_stand_in_the_order_of_the_vietnamese_alphabet_with_the_foreign_ones_in_their_latin_places():
    alphabet = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")

    assert sorted(shuffled(alphabet), key=sort_key) == alphabet


def test_tones_stand_in_the_order_none_huyen_hoi_nga_sac_nang():
    tones = ["ta", "tà", "tả", "tã", "tá", "tạ", "tă", "tằ", "tẳ", "tẵ", "tắ", "tặ"]

    assert sorted(shuffled(tones), key=sort_key) == tones


def test_a_tone_only_breaks_ties_between_equal_letters():
    assert sort_key("Hạ") < sort_key("Hai") < sort_key("Hài") < sort_key("Hán")
    assert sort_key("Hạ Bình") < sort_key("Hà Cường")


def test_small_letters_come_before_capitals_when_all_else_is_equal():
    assert sort_key("bình") < sort_key("Bình") < sort_key("BÌNH") < sort_key("bính")


def test_digits_and_punctuation_come_before_letters_and_a_space_before_all():
    assert sorted(["Câu a", "Câu 1", "Câu", "Câua", "Câu-a"], key=sort_key) == [
        "Câu",
        "Câu 1",
        "Câu a",
        "Câu-a",
        "Câua",
    ]


def test_names_of_the_central_highlands_find_their_places():
    names = ["Y Bham", "Y Bhăm", "Y Bhim", "Y Bhĭm", "Y Ƀham", "Y Cham", "Y Čham"]

    assert sorted(shuffled(names), key=sort_key) == names


def test_a_letter_of_a_foreign_script_comes_after_the_latin_ones():
    assert sorted(["Юрий", "中文", "zebra", "ý"], key=sort_key) == ["ý", "zebra", "Юрий", "中文"]


def test_a_list_typed_in_capitals_mixes_with_one_that_is_not():
    people = ["Bùi Văn An", "LÊ VĂN AN", "Trần Văn An", "ĐỖ ÁNH", "Hồ Ánh"]

    assert sorted(shuffled(people), key=name_sort_key) == people


def test_a_name_of_one_word_comes_before_longer_names_with_that_given_name():
    assert name_sort_key("An") < name_sort_key("Bùi An") < name_sort_key("Bùi Bá An") < name_sort_key("Anh")


def test_no_name_at_all_has_a_key_and_comes_first():
    assert name_sort_key("") == name_sort_key("  ") < name_sort_key("A")


def test_keys_stay_as_they_are_stored():
    """A change here is right only together with a migration that fills the columns anew."""
    assert sort_key("Đỗ An") == "d1o1100a0n00114021120"
    assert name_sort_key("Đỗ An") == "a0n000d1o1011402120"
    assert search_key("Đỗ An") == "do an"


@given(st.text())
def test_a_key_is_plain_ascii_in_which_no_language_finds_a_double_letter(text):
    for key in (sort_key(text), name_sort_key(text)):
        assert re.fullmatch("[0-9a-z]*", key)
        assert not re.search("[a-z][a-z]", key)


@given(st.text())
def test_a_key_does_not_depend_on_how_the_accents_were_typed(text):
    decomposed = unicodedata.normalize("NFD", text)

    assert sort_key(decomposed) == sort_key(text)
    assert name_sort_key(decomposed) == name_sort_key(text)


@given(vietnamese, vietnamese)
def test_texts_that_differ_in_more_than_spaces_have_different_keys(one, other):
    assert (sort_key(one) == sort_key(other)) == (one.split() == other.split())
    assert (name_sort_key(one) == name_sort_key(other)) == (one.split() == other.split())


@given(vietnamese, vietnamese.filter(str.strip))
def test_a_text_comes_before_every_text_it_begins(beginning, rest):
    assert sort_key(beginning) < sort_key(beginning + rest)


@given(vietnamese, vietnamese)
def test_tones_never_outweigh_letters(one, other):
    def without_tones(text):
        marks = "\u0300\u0309\u0303\u0301\u0323"
        return nfc("".join(char for char in unicodedata.normalize("NFD", text) if char not in marks)).lower()

    if " ".join(without_tones(one).split()) != " ".join(without_tones(other).split()):
        assert (sort_key(one) < sort_key(other)) == (sort_key(without_tones(one)) < sort_key(without_tones(other)))


@given(vietnamese)
def test_a_key_is_never_longer_than_its_column(text):
    assert len(sort_key(text)) <= 5 * len(text) + 3
    assert len(name_sort_key(text)) <= 5 * len(text) + 5


# --- search keys ---


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đặng Thị Hường", "dang thi huong"),
        ("  NGUYỄN\t Văn\u00a0 Ân ", "nguyen van an"),
        ("H’Hen Niê", "h'hen nie"),
        ("Y Bhĭm Kƀuôr", "y bhim kbuor"),
        ("Nguyê\u0303n\u200b", "nguyen"),
        ("m² – ½", "m2 - 1⁄2"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_a_search_key_is_folded(text, key):
    assert search_key(text) == key


@pytest.mark.parametrize(("one", "other"), [("Hòa", "Hoà"), ("Thủy", "Thuỷ"), ("Đ", "d"), ("H'Hen", "H’Hen")])
def test_spellings_that_mean_the_same_fold_alike(one, other):
    assert search_key(one) == search_key(other)


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert search_key(search_key(text)) == search_key(text)


@given(st.text())
def test_a_search_does_not_depend_on_how_the_accents_were_typed(text):
    assert search_key(unicodedata.normalize("NFD", text)) == search_key(text)


@given(vietnamese, vietnamese)
def test_a_part_of_a_name_is_found_in_the_name(part, rest):
    assert search_key(part) in search_key(f"{rest} {part} {rest}")


@given(vietnamese)
def test_vietnamese_folds_to_plain_ascii(text):
    assert search_key(text).isascii()


# --- cleaning ---


def test_the_two_spellings_of_one_letter_become_one():
    assert nfc("Hươ\u0300ng") == nfc("Hu\u031bo\u031b\u0300ng") == "Hường"


def test_invisible_characters_are_removed_and_the_visible_kept():
    assert strip_control("A\x00n\u200b\u200d\ufeff\u202e\u2066\u00ad\u2060\x1b\x7f\ud800\u3164\ufe0f\uffff") == "An"
    assert strip_control("Dòng 1\r\n\tDòng 2") == "Dòng 1\r\n\tDòng 2"


def test_a_rare_line_break_does_not_join_two_words():
    assert strip_control("một\u2028hai\x85ba") == "một\nhai\nba"


@given(st.text(st.characters(codec=None)))
def test_what_is_left_can_be_stored_and_cleaning_twice_changes_nothing(text):
    clean = strip_control(text)

    clean.encode()
    assert "\x00" not in clean
    assert strip_control(clean) == clean


@pytest.mark.parametrize("word", ["hоa", "Аn", "Ηoàng", "H2Օ"])
def test_a_word_of_two_alphabets_is_noticed(word):
    assert has_mixed_script(word)
    assert has_mixed_script(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize("word", ["Hường", "H'Hen", "K75-A", "Юрий", "αβγ", "中文", "10µm", "", "ｆｕｌｌ", "naïve"])
def test_a_word_of_one_alphabet_is_not(word):
    assert not has_mixed_script(word)


# --- points ---


@pytest.mark.parametrize(
    ("value", "locale", "places", "shown"),
    [
        ("8.5", "vi", 0, "8,5"),
        ("8.50", "vi_VN", 0, "8,5"),
        ("8.5", "en", 0, "8.5"),
        ("10", "vi", 0, "10"),
        ("1E+1", "vi", 0, "10"),
        ("10.00", "vi", 1, "10,0"),
        ("7.25", "vi", 1, "7,25"),
        ("0.0000", "vi", 0, "0"),
        ("-0.0", "vi", 0, "0"),
        ("-0.25", "vi", 2, "-0,25"),
        ("0.1000", "en", 2, "0.10"),
        ("12345678901234567890.1234567890123456789", "vi", 0, "12345678901234567890,1234567890123456789"),
    ],
)
def test_points_are_written_the_way_the_reader_writes_them(value, locale, places, shown):
    assert format_points(Decimal(value), locale, places) == shown


def test_points_are_written_in_vietnamese_unless_told_otherwise():
    assert format_points(Decimal("8.5")) == "8,5"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("8,5", "8.5"),
        ("8.5", "8.5"),
        (" 10 ", "10"),
        ("0,25", "0.25"),
        ("-1,5", "-1.5"),
        ("−1,5", "-1.5"),
        ("+2", "2"),
    ],
)
def test_points_are_read_with_a_comma_or_a_point(typed, value):
    assert parse_points(typed) == Decimal(value)


REFUSED = """
NaN|nan|sNaN|inf|-Infinity|1e5|1E5|0x10|8,5,0|1.000,5|8.|,5|8_5|8 5|--1|1234567890123|٨|８|tám|8,5 điểm|8,5\x00
"""


@pytest.mark.parametrize("typed", ["", " ", *REFUSED.strip().split("|")])
def test_what_is_not_a_number_of_points_is_refused(typed):
    with pytest.raises(ValueError, match="not a number of points"):
        parse_points(typed)


@given(points, st.sampled_from(["vi", "en"]), st.integers(0, 4))
def test_points_written_and_read_again_are_the_same(value, locale, places):
    shown = format_points(value, locale, places)

    assert parse_points(shown) == value
    assert len(re.split("[,.]", shown + ",")[1]) >= places


@given(st.text())
def test_reading_points_gives_a_number_or_a_value_error(text):
    try:
        assert parse_points(text).is_finite()
    except ValueError:
        pass


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "Không"),
        ("10", "Mười"),
        ("8.5", "Tám phẩy năm"),
        ("8.50", "Tám phẩy năm"),
        ("7.25", "Bảy phẩy hai lăm"),
        ("9.75", "Chín phẩy bảy lăm"),
        ("8.05", "Tám phẩy không năm"),
        ("8.15", "Tám phẩy mười lăm"),
        ("8.11", "Tám phẩy mười một"),
        ("8.21", "Tám phẩy hai mốt"),
        ("8.24", "Tám phẩy hai tư"),
        ("0.5", "Không phẩy năm"),
        ("8.125", "Tám phẩy một hai năm"),
        ("-0.25", "Âm không phẩy hai lăm"),
        ("15", "Mười lăm"),
        ("20", "Hai mươi"),
        ("21", "Hai mươi mốt"),
        ("44", "Bốn mươi tư"),
        ("55", "Năm mươi lăm"),
        ("100", "Một trăm"),
        ("105", "Một trăm linh năm"),
        ("110", "Một trăm mười"),
        ("1005", "Một nghìn không trăm linh năm"),
        ("12000", "Mười hai nghìn"),
    ],
)
def test_points_are_read_aloud_as_a_mark_sheet_has_them(value, words):
    assert points_in_words(Decimal(value)) == words


def test_different_marks_are_never_read_alike():
    marks = [Decimal(hundredths) / 100 for hundredths in range(0, 10_001)]

    assert len({points_in_words(mark) for mark in marks}) == len(marks)


@pytest.mark.parametrize("write", [format_points, points_in_words])
def test_only_a_finite_decimal_can_be_written(write):
    for value in ("NaN", "sNaN", "Infinity", "-Infinity"):
        with pytest.raises(ValueError):
            write(Decimal(value))
    with pytest.raises(TypeError):
        write(8.5)


def test_a_million_points_is_no_mark_to_be_read_aloud():
    with pytest.raises(ValueError):
        points_in_words(Decimal(1_000_000))
