"""Gaps as they are typed: the notation, what it leaves alone, and the way there and back."""

from hypothesis import given
from hypothesis import strategies as st

from exambank.bank.rules import gaps, gaps_in, html_from_typed, plain_text


def read(typed):
    marked, found = gaps.read_gaps(typed)
    tokens = [f"token{place:03d}" for place in range(len(found))]
    return gaps.put_gaps(marked, tokens), found, dict(zip(tokens, found, strict=True))


def test_a_text_gap_takes_variants_with_their_shares():
    stem, found, _ = read("Thủ đô là [[Hà Nội|Thăng Long=50%|HN = 33,33 %]].")
    assert stem == 'Thủ đô là <span data-gap="token000"></span>.'
    assert found[0].variants == (("Hà Nội", "1"), ("Thăng Long", "0.5"), ("HN", "0.3333"))


def test_a_list_marks_its_right_word_with_a_star():
    _, found, _ = read("Đảng ra đời năm {{1945|*1930| 1975 }}.")
    assert found[0].choices == (("1945", False), ("1930", True), ("1975", False))


def test_formulae_and_escaped_brackets_are_no_gaps():
    stem, found, _ = read(r"Tính \(x^{{2}}+[[1]]\), viết \[[như thế]] và \{{thế}}.")
    assert found == ()
    assert "[[như thế]] và {{thế}}" in stem
    assert "x^{{2}}+[[1]]" in stem


def test_signs_of_the_notation_stand_for_themselves_after_a_backslash():
    _, found, _ = read(r"[[a\|b|c\]|\\]] {{\*sao|*đúng}} [[x=50%=100%]]")
    assert [words for words, _ in found[0].variants] == ["a|b", "c]", "\\"]
    assert found[1].choices == (("*sao", False), ("đúng", True))
    assert found[2].variants == (("x=50%", "1"),)


def test_gaps_are_read_in_html_and_what_is_bold_in_them_is_only_words():
    stem, found, _ = read("<p>Thủ đô: [[<b>Hà Nội</b>|A &amp; B]]</p><p>Hết.</p>")
    assert stem == '<p>Thủ đô: <span data-gap="token000"></span></p><p>Hết.</p>'
    assert [words for words, _ in found[0].variants] == ["Hà Nội", "A & B"]


def test_a_tag_may_be_an_answer_of_a_plain_text():
    typed = "Ngắt dòng bằng [[<br>|</p>]]."
    stem, found, known = read(typed)
    assert [words for words, _ in found[0].variants] == ["<br>", "</p>"]
    assert gaps.typed_stem(stem, known.get) == typed


def test_a_gap_whose_answers_are_unknown_comes_back_empty():
    assert gaps.typed_stem('Là <span data-gap="x"></span>.', lambda token: None) == "Là [[]]."


def test_brackets_inside_a_table_cell_or_an_attribute_harm_nothing():
    stem, found, known = read('<table><tr><td>[[a]]</td><td data-x="[[b]]">{{*c|d}}</td></tr></table>')
    assert [gap.kind for gap in found] == ["text", "choice"]
    assert read(gaps.typed_stem(stem, known.get))[0] == stem


WORDS = st.text(st.sampled_from("aăâđ ơư12=%|[]{}*\\<>&;/bp"), min_size=1, max_size=12).map(
    lambda words: " ".join(words.split())
)
FILLED = WORDS.filter(bool)
SHARES = st.sampled_from(["1", "0.5", "0.25", "0.3333", "0"])
TEXT_GAP = st.lists(st.tuples(FILLED, SHARES), min_size=1, max_size=4).map(
    lambda variants: gaps.TypedGap("text", variants=tuple(variants))
)
CHOICE_GAP = st.lists(st.tuples(FILLED, st.booleans()), min_size=1, max_size=4).map(
    lambda choices: gaps.TypedGap("choice", choices=tuple(choices))
)
PROSE = st.text(st.sampled_from("aăđ .,[]{}<>&|*1="), max_size=12)


@given(st.lists(st.tuples(PROSE, st.one_of(TEXT_GAP, CHOICE_GAP)), max_size=4), PROSE, st.sampled_from(["", "<p>"]))
def test_whatever_is_stored_is_typed_and_read_again_the_same(pieces, tail, opening):
    tokens = [f"t{place}" for place in range(len(pieces))]
    marks = [f"\ue000{place}\ue001" for place in range(len(pieces))]
    typed = "".join(words + mark for (words, _), mark in zip(pieces, marks, strict=True)) + tail
    stem = gaps.put_gaps(html_from_typed(f"{opening}{typed}{opening.replace('<', '</')}"), tokens)
    assert list(gaps_in(stem)) == tokens
    known = dict(zip(tokens, (gap for _, gap in pieces), strict=True))
    again, found = gaps.read_gaps(gaps.typed_stem(stem, known.get))
    assert gaps.put_gaps(again, tokens) == stem
    assert list(found) == [gap for _, gap in pieces]


@given(st.text(st.sampled_from("a[]{}|*=%\\<>/p &;1()"), max_size=40))
def test_any_text_is_read_without_a_failure_and_settles(typed):
    stem, found, known = read(typed)
    again, found_again, _ = read(gaps.typed_stem(stem, known.get))
    assert plain_text(again) == plain_text(stem)
    assert found_again == found
