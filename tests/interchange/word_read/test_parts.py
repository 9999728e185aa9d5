"""What a Word file is made of: fonts of before Unicode, styles, lists, the whole as a package."""

import pytest

from exambank.interchange.formats.word.parts.fonts import CAPITALS, PLAIN, VNI, decode, encoding_of
from exambank.interchange.formats.word.parts.numbering import written_number
from exambank.interchange.formats.word.parts.styles import colour_name
from exambank.interchange.formats.word.parts.tcvn3 import TCVN3
from exambank.interchange.neutral import UnreadableFile
from tests.interchange.word_read.factory import level, numbering, par, restart, run, styles
from tests.interchange.word_read.reading import keys, notices, reading_of, texts

_BYTES = {letter: byte for byte, letter in TCVN3.items()}


def old(words: str, page: str = "cp1252") -> str:
    """Words as the old font has them, seen by Windows in this page."""
    return "".join(bytes([_BYTES[one]]).decode(page) if _BYTES.get(one, 0) > 0xA0 else one for one in words)


@pytest.mark.parametrize("page", ["cp1252", "cp1258"])
def test_tcvn3_is_read_whichever_page_windows_took_it_for(page):
    words = "Trường chính trị là nơi đào tạo cán bộ; ổn định, phát triển, ưu tiên"
    assert decode(old(words, page), PLAIN) == words
    assert decode(old(words, page), CAPITALS) == words.upper()


def test_the_two_displaced_bytes_are_repaired():
    assert decode("th−¬ng binh, céng hoμ", PLAIN) == "thương binh, cộng hoà"


def test_quotes_and_dashes_in_an_old_font_stay():
    words = "“Cộng hoà” – một… điều"
    assert decode(old(words), PLAIN) == words


def test_vni_is_read():
    assert decode("Ñaïi hoïc Quoác gia Vieät Nam, tröôøng ôû nöôùc, tæ leä, TRÖÔØNG", VNI) == (
        "Đại học Quốc gia Việt Nam, trường ở nước, tỉ lệ, TRƯỜNG"
    )


@pytest.mark.parametrize(
    ("font", "wanted"),
    [(".VnTime", PLAIN), (".VnTimeH", CAPITALS), ("VNI-Times", VNI), ("Times New Roman", ""), ("Verdana", "")],
)
def test_old_fonts_are_known_by_name(font, wanted):
    assert encoding_of(font) == wanted


def test_fonts_are_told_run_by_run_and_pairs_are_joined_over_runs():
    reading = reading_of(
        par(run(old("Câu 1. Đảng là gì?"), font=".VnTime"), run(" (Unicode ộ)")),
        par(run("A. Quoá", font="VNI-Times"), run("c", font="VNI-Times")),
        par(
            run("B. n", "bold", font="VNI-Times"),
            run("öô", "bold", font="VNI-Times"),
            run("ùc", "bold", font="VNI-Times"),
        ),
    )
    assert reading.entries[0].draft.stem == "Đảng là gì? (Unicode ộ)"
    assert texts(reading.entries[0]) == ["Quốc", "nước"]
    assert "old_fonts" in notices(reading)


def test_unicode_letters_in_a_font_of_an_old_name_stay_unicode():
    reading = reading_of(
        par(run("Câu 1. Nước Việt Nam là một?", font=".VnTime")), par(run("A. Có", font=".VnTime")),
        par(run("B. Độc lập", "red", font=".VnTime")),
    )  # fmt: skip
    assert texts(reading.entries[0]) == ["Có", "Độc lập"]


def test_artefacts_and_loose_marks_become_letters():
    reading = reading_of(
        "Câu 1. \u01a2u tiên \u200bnào?", par(run("A. Vie\u0302"), run("\u0323t")), par(run("B. x", "red"))
    )
    assert reading.entries[0].draft.stem == "Ưu tiên nào?"
    assert texts(reading.entries[0])[0] == "Việt"


def test_a_look_comes_from_styles_and_is_taken_back_by_the_run():
    look = styles(
        '<w:style w:type="paragraph" w:styleId="Dung"><w:basedOn w:val="Goc"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Goc"><w:rPr><w:i/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Dam"><w:rPr><w:b/></w:rPr></w:style>'
    )
    reading = reading_of(
        "Câu 1. x?", par("A. Một", style="Dung"), "B. Hai", "Câu 2. y?", par(run("A. Một", style="Dam")), "B. Hai",
        "Câu 3. z?", par(run("A. cả hai", style="Dam"), style="Dung"), par(run("B. Hai", "plain"), style="Dung"),
        par(run("C. Ba", "bold")), look=look,
    )  # fmt: skip
    assert keys(reading) == ["A", "A", "C"]


def test_numbers_are_written_as_word_writes_them():
    assert [written_number(9, one) for one in ("decimal", "upperRoman", "lowerLetter", "decimalZero", "none")] == [
        "9", "IX", "i", "09", "",
    ]  # fmt: skip
    assert written_number(28, "upperLetter") == "BB"


def test_lists_restart_under_their_number_and_by_their_overrides():
    lists = numbering(
        {0: level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)"), 1: level(0, "upperLetter", "%1.")},
        {1: (0, ""), 5: (1, restart()), 6: (1, restart())},
    )
    reading = reading_of(
        par("Một?", number=(1, 0)), par("a", number=(5, 0)), par(run("b", "red"), number=(5, 0)),
        par("Hai?", number=(1, 0)), par(run("a", "red"), number=(6, 0)), par("b", number=(6, 0)), lists=lists,
    )  # fmt: skip
    assert keys(reading) == ["B", "A"]
    assert [entry.source[1][0] for entry in reading.entries] == ["A", "A"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [("FF0000", "red"), ("C00000", "red"), ("0070C0", "blue"), ("000000", ""), ("auto", ""), ("404040", "")],
)
def test_colours_are_named_as_people_name_them(value, wanted):
    assert colour_name(value) == wanted


def test_a_file_without_questions_says_so():
    with pytest.raises(UnreadableFile) as caught:
        reading_of("Chào các đồng chí", "Hôm nay trời đẹp")
    assert caught.value.code == "no_questions"
