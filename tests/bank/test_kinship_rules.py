"""How alike two items are, what differs, which bands they share: by value and by property."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.bank.rules import kinship, kinship_words
from exambank.bank.rules.kinship import Texts

STEM = "Nhiệm vụ chủ yếu của chi bộ trong công tác tuyên truyền năm 2025 là gì?"
OPTIONS = (
    "Nắm tình hình tư tưởng và định hướng dư luận",
    "Quản lý hồ sơ của 12 đảng viên",
    "Thu nộp đảng phí theo quy định",
    "Tổ chức đại hội 5 năm một lần",
)
ITEM = Texts(STEM, OPTIONS, frozenset({0}))


def likeness(one: Texts, other: Texts) -> float:
    return kinship.likeness(kinship.profile_of(one), kinship.profile_of(other))


def kinds(one: Texts, other: Texts) -> list[str]:
    return [difference.kind for difference in kinship_words.explain(one, other)]


def shared_bands(one: Texts, other: Texts) -> int:
    return len(set(kinship.bands_of(kinship.profile_of(one))) & set(kinship.bands_of(kinship.profile_of(other))))


def with_stem(stem: str, **values) -> Texts:
    return Texts(stem, values.pop("options", OPTIONS), values.pop("keys", frozenset({0})), **values)


# --- folding ---


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa bình", "hoà bình"), ("Thủy lợi", "thuỷ lợi"), ("khoẻ", "khỏe"), ("lý luận", "lí luận"), ("KỸ SƯ", "kĩ sư"),
        ("một, hai; ba!", "một hai ba"), ("1.500 đồng", "1500 đồng"), ("2,50 m", "2.5 m"), ("e\u0302\u0323", "ệ"),
        ("\u201cĐảng\u201d \u2013 Dân", '"Đảng" - dân'),
    ],
)  # fmt: skip
def test_these_are_written_otherwise_and_are_the_same_words(one, other):
    assert kinship.fold_words(one) == kinship.fold_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ma", "mà"), ("bạn", "bàn"), ("dan", "đan"), ("tay", "tai"), ("2,5", "25"), ("5 %", "5"), ("quý", "quỳ"),
        (r"\(x-1\)", r"\(x+1\)"), (r"\(x-1\)", r"\(x 1\)"),
    ],
)  # fmt: skip
def test_these_are_other_words(one, other):
    assert kinship.fold_words(one) != kinship.fold_words(other)


# --- likeness and what differs ---


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (ITEM, []),
        (Texts(STEM, OPTIONS[::-1], frozenset({3})), ["order"]),
        (with_stem(STEM.replace("?", " ?").replace("gì", "gì,")), ["punctuation"]),
        (with_stem(STEM.upper()), ["case"]),
    ],
)
def test_another_way_of_writing_is_the_same_question(other, expected):
    assert likeness(ITEM, other) == 1
    assert kinds(ITEM, other) == expected
    assert kinship_words.is_same(kinship_words.explain(ITEM, other))


def test_the_placing_of_a_tone_is_told_with_the_words():
    one, other = Texts("Giữ gìn hòa bình là gì?"), Texts("Giữ gìn hoà bình là gì?")
    assert likeness(one, other) == 1
    assert kinship_words.explain(one, other) == (kinship_words.Difference("spelling", "hòa", "hoà"),)


def test_another_number_is_near_and_never_the_same():
    other = with_stem(STEM.replace("2025", "2026"))
    assert kinship.PROPOSED <= likeness(ITEM, other) < 1
    found = kinship_words.explain(ITEM, other)
    assert found == (kinship_words.Difference("number", "2025", "2026"),)
    assert not kinship_words.is_same(found)


def test_every_further_number_makes_it_less_likely():
    near = with_stem(STEM.replace("2025", "2026"))
    far = with_stem(STEM.replace("2025", "2026"), options=tuple(one.replace("12", "30") for one in OPTIONS))
    assert likeness(ITEM, far) < likeness(ITEM, near) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Có ba nguyên tắc cơ bản", "Có bốn nguyên tắc cơ bản"), ("Đại hội XII của Đảng", "Đại hội XIII của Đảng")],
)
def test_numbers_in_words_and_roman_ones_are_numbers(one, other):
    assert kinds(Texts(one), Texts(other)) == ["number"]


def test_numbers_that_change_places_are_not_the_same():
    one, other = Texts("Từ 3 đến 5 ngày là bao lâu?"), Texts("Từ 5 đến 3 ngày là bao lâu?")
    assert likeness(one, other) < 1
    assert "number" in kinds(one, other)


def test_a_synonym_is_near_and_named():
    other = with_stem(STEM.replace("chủ yếu", "chính"))
    assert likeness(ITEM, other) > kinship.PROPOSED
    assert kinship_words.explain(ITEM, other) == (kinship_words.Difference("words", "chủ yếu", "chính"),)


def test_another_right_answer_is_told():
    assert kinds(ITEM, Texts(STEM, OPTIONS, frozenset({1}))) == ["key"]
    assert kinds(Texts(STEM, secrets=("ba",)), Texts(STEM, secrets=("bốn",))) == ["key"]


def test_an_option_more_is_told():
    other = Texts(STEM, (*OPTIONS, "Tất cả các phương án trên"), frozenset({0}))
    assert kinds(ITEM, other) == ["options"]
    assert likeness(ITEM, other) < 1


def test_the_same_short_options_do_not_make_two_questions_one():
    options = ("3 năm", "4 năm", "5 năm")
    one = Texts("Nhiệm kỳ của chi ủy chi bộ cơ sở kéo dài bao lâu?", options)
    other = Texts("Thời gian luân chuyển cán bộ lãnh đạo tối thiểu là mấy năm?", options)
    assert likeness(one, other) < 0.6


def test_the_same_lead_does_not_make_two_questions_one():
    one = Texts("Phát biểu nào sau đây đúng?", OPTIONS)
    other = Texts(
        "Phát biểu nào sau đây đúng?", ("Nước sôi ở 100 độ", "Băng nổi trên nước", "Gió là không khí chuyển động")
    )
    assert likeness(one, other) < 0.6


def test_the_same_options_without_a_question_are_no_twins():
    assert likeness(Texts("?", OPTIONS), Texts("??", OPTIONS)) == 0
    assert likeness(Texts("", OPTIONS, picture="aa"), Texts("", OPTIONS, picture="aa")) == 1


# --- pictures ---


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({}, {}, True),
        ({"picture": "aa"}, {"picture": "aa"}, True),
        ({"picture": "aa", "picture_name": "h1.png"}, {"picture_name": "H1.PNG"}, True),  # named, not delivered yet
        ({"picture_name": "h1.png"}, {"picture_name": "h1.png"}, True),
        ({"picture": "aa"}, {"picture": "bb"}, False),
        ({"picture": "aa", "picture_name": "h1.png"}, {"picture": "bb", "picture_name": "h1.png"}, False),
        ({"picture_name": "h1.png"}, {"picture_name": "h2.png"}, False),
        ({"picture": "aa"}, {}, False),
        ({"picture_name": "h1.png"}, {}, False),
    ],
)
def test_items_with_other_pictures_are_no_kin(one, other, is_same):
    first, second = with_stem(STEM, **one), with_stem(STEM, **other)
    for left, right in ((first, second), (second, first)):
        assert likeness(left, right) == (1.0 if is_same else 0.0)
        assert ("picture" in kinds(left, right)) is not is_same
        assert shared_bands(left, right) >= 1 or not is_same


# --- properties ---

WORDS = st.sampled_from(
    ("hòa", "thủy", "Đảng", "chi", "bộ", "là", "gì", "nhiệm", "vụ", "5", "12", "1,5", "lý", "khoẻ", "ba", "quý", "XII")
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)
ITEMS = st.builds(
    Texts, SENTENCES, st.lists(SENTENCES, max_size=5).map(tuple), picture_name=st.sampled_from(("", "", "h1.png"))
)


@given(ITEMS, ITEMS)
def test_likeness_is_symmetric_and_between_none_and_all(one, other):
    value = likeness(one, other)
    assert 0 <= value <= 1
    assert value == likeness(other, one)
    assert [one.kind for one in kinship_words.explain(one, other)] or one == other or value == 1


@given(ITEMS)
def test_an_item_is_wholly_like_itself(item):
    assert likeness(item, item) == 1
    assert kinship_words.explain(item, item) == ()


@given(ITEMS, ITEMS)
def test_wholly_alike_means_the_same_words_and_the_same_numbers(one, other):
    if likeness(one, other) == 1:
        assert {difference.kind for difference in kinship_words.explain(one, other)} <= kinship_words.FORM_ONLY | {
            "key"
        }


def rewritten(words: str, rng: random.Random) -> str:
    """The same words in another way of writing: capitals, punctuation, spaces, the other placing of tones, NFD."""
    other = words.replace("hòa", "hoà").replace("thủy", "thuỷ").replace("khoẻ", "khỏe").replace("lý", "lí")
    other = rng.choice([str.upper, str.lower, str.title])(other)
    return rng.choice(["  ", " , ", " - ", "… "]).join(other.split(" ")) + rng.choice(["?", ".", ":"])


@given(ITEMS, st.randoms(use_true_random=False))
def test_another_way_of_writing_changes_no_likeness_and_no_band(item, rng):
    order = rng.sample(range(len(item.options)), len(item.options))
    other = Texts(
        rewritten(item.stem, rng), tuple(rewritten(item.options[at], rng) for at in order),
        picture_name=item.picture_name.upper(),
    )  # fmt: skip
    assert likeness(item, other) == 1
    assert kinship.bands_of(kinship.profile_of(item)) == kinship.bands_of(kinship.profile_of(other))
    assert kinship_words.is_same(kinship_words.explain(item, other))


@given(ITEMS, ITEMS, st.sampled_from((0.3, 0.6, kinship.PROPOSED)))
def test_looking_only_for_the_likest_finds_the_same(one, other, least):
    value = likeness(one, other)
    found = kinship.likeness(kinship.profile_of(one), kinship.profile_of(other), least)
    assert found == (value if value >= least else 0.0)


@given(ITEMS)
def test_a_kept_profile_comes_back(item):
    profile = kinship.profile_of(item)
    kept = kinship.unpack(kinship.pack(profile), profile.picture, profile.picture_name)
    assert kept == profile


@given(ITEMS, ITEMS)
def test_side_by_side_gives_both_texts_whole(one, other):
    rows = kinship_words.side_by_side(one, other)
    left = ["".join(change.text for change in row.left) for row in rows if row.left is not None]
    right = ["".join(change.text for change in row.right) for row in rows if row.right is not None]
    assert left == [one.stem, *one.options]
    assert sorted(right) == sorted([other.stem, *other.options])
