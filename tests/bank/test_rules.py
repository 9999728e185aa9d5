"""Pure decisions of the bank, by value and by property."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank import text
from exambank.bank import rules
from exambank.permissions import Permission
from tests.bank.factories import png

THREE = ["Xây dựng kế hoạch", "Tổ chức thực hiện", "Kiểm tra, giám sát"]


@pytest.mark.parametrize(
    "last",
    [
        "Tất cả các phương án trên", "Tất cả các đáp án trên đều đúng.", "Cả ba ý trên", "Cả hai ý trên.", "Cả 3 phương án trên",
        "Cả A, B, C đều đúng", "Cả a, b và c", "A, B và C", "Tất cả đều đúng", "Tất cả đều sai", "Các câu trên đều sai",
        "Không phương án nào", "Không có phương án nào đúng", "Không đáp án nào ở trên đúng", "Không ý nào trong các ý trên",
        "Cả 2 đều đúng", "Cả ba đều đúng", "Tất cả các nội dung nêu trên", "Các phương án còn lại", "Phương án khác",
        "Ý kiến khác", "Tất cả", "All of the above", "None of the above", "CẢ HAI Ý TRÊN", "Tất cả các loại giấy tờ trên",
    ],
)  # fmt: skip
def test_an_option_that_speaks_of_all_others_keeps_the_last_place(last):
    assert rules.locked_options([*THREE, last]) == [False, False, False, True]


@pytest.mark.parametrize(
    "option",
    [
        "Ý 1 và ý 2", "Ý 1 và ý 3.", "Cả A và B", "Cả A và B đúng", "A và C đều đúng", "Đáp án A và B", "Phương án 1 và 3",
        "B và C", "A, B đúng, C sai", "Chỉ A", "Câu A đúng", "Nhận định 1 và 2", "Hai ý 1 và 3", "Both A and B", "cả a và b",
    ],
)  # fmt: skip
def test_an_option_that_names_others_holds_the_whole_order(option):
    assert rules.locked_options([*THREE, option]) == [True] * 4
    assert rules.locked_options([option, *THREE]) == [True] * 4


@pytest.mark.parametrize(
    "option",
    [
        "Các cơ quan cấp trên", "Cả cơ quan cấp trên và cấp dưới", "Ba nội dung", "Vitamin A và B", "Hạng A, B", "A", "2",
        "Biển 2 và biển 3", "Cả ba biển", "Không được phép", "Không", "Khác", "Từ đủ 18 tuổi trở lên", "Nhóm B",
        "Cả hệ thống chính trị", "Tất cả đảng viên", "1945", "Hai trường hợp", "Đúng", "Sai", "Năm 1930", "Bốn điều",
    ],
)  # fmt: skip
def test_an_option_that_only_sounds_like_it_moves_freely(option):
    assert rules.locked_options([*THREE, option]) == [False] * 4


def test_what_stands_below_an_option_that_says_above_stays_below():
    assert rules.locked_options(["x", "y", "Cả hai ý trên", "Không ý nào đúng"]) == [False, False, True, True]
    assert rules.locked_options(["x", "y", "Cả hai ý trên", "Một điều hoàn toàn khác"]) == [False, False, True, True]
    assert rules.is_order_fixed([True, True, False]) is True
    assert rules.is_order_fixed([False, False, True]) is False


@given(st.lists(st.text(max_size=200), max_size=8))
def test_locks_answer_for_every_option_and_never_fail(options):
    locks = rules.locked_options(options)
    assert len(locks) == len(options)


def test_html_keeps_words_and_drops_what_could_act():
    dirty = (
        '<p onclick="x()" style="color:red">Điện <b>áp</b><script>alert(1)</script></p><img src=x onerror=alert(1)>'
        '<a href="javascript:alert(1)">đọc</a><svg><a xlink:href="javascript:1">s</a></svg><math><mi>m</mi></math>'
        '<span class="eb-blank evil" data-tex="x^2"></span><iframe src="//x"></iframe><style>p{}</style>'
    )
    assert rules.sanitize_html(dirty) == ('<p>Điện <b>áp</b></p>đọc<span class="eb-blank" data-tex="x^2"></span>')
    assert rules.sanitize_html("Tie\u0302\u0301ng\u200b Vie\u0302\u0323t") == "Tiếng Việt"


@given(st.text(max_size=300))
def test_sanitising_twice_changes_nothing_more(source):
    once = rules.sanitize_html(source)
    assert rules.sanitize_html(once) == once


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200))
def test_typed_plain_text_stays_text(typed):
    stored = rules.html_from_text(typed)
    assert "<script" not in stored.lower()
    assert rules.sanitize_html(stored) == rules.sanitize_html(rules.sanitize_html(stored))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Một câu", "Một câu"),
        ("Dòng một\nDòng hai", "Dòng một<br>Dòng hai"),
        ("Đoạn một\n\nĐoạn hai", "<p>Đoạn một</p><p>Đoạn hai</p>"),
        ("3 < 5 và a & b", "3 &lt; 5 và a &amp; b"),
        (r"Tính \(x^2 < 4\)", 'Tính <span data-tex="x^2 &lt; 4"></span>'),
    ],
)
def test_typed_text_becomes_html_and_comes_back_as_typed(typed, stored):
    assert rules.html_from_typed(typed) == stored
    assert rules.editable_text(stored) == typed


def test_html_that_plain_text_would_lose_is_edited_as_html():
    stored = "<p>Từ <b>đậm</b></p>"
    assert rules.editable_text(stored) == stored
    assert rules.html_from_typed(stored) == stored
    assert rules.plain_text('<p>a&lt;b</p><p>c <span data-tex="a>b"></span></p>') == r"a<b c \(a>b\)"


def test_tags_are_tidied():
    assert rules.tidy_tags([" điểm  liệt", "Điểm liệt", "", "an toàn"]) == ("an toàn", "điểm liệt")


def test_the_road_is_a_table_and_every_decision_needs_a_second_person():
    decisions = {act for act, step in rules.TRANSITIONS.items() if step.permission is Permission.ITEM_REVIEW}
    assert (
        decisions
        == {act for act, step in rules.TRANSITIONS.items() if step.needs_second_person}
        == {"approve", "send_back"}
    )
    assert rules.refusal_of("approve", "review", 7, {7, 8}) == "own_work"
    assert rules.refusal_of("approve", "review", 9, {7, 8}) is None
    assert rules.refusal_of("approve", "draft", 9) == "wrong_state"
    assert not any(step.sources & {"superseded", "retired"} for step in rules.TRANSITIONS.values())
    assert rules.item_state("draft", True, False) == "accepted"
    assert rules.item_state("draft", True, True) == "retired"


def test_codes_count_on():
    prefix = rules.code_prefix("XDĐ 01")
    assert (prefix, rules.format_code(prefix, 7), rules.format_code(prefix, 12345)) == (
        "XDĐ01-",
        "XDĐ01-0007",
        "XDĐ01-12345",
    )
    assert rules.code_number(prefix, "XDĐ01-0163") == 163
    assert rules.code_number(prefix, "khác") == rules.code_number(prefix, None) == 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_difference_gives_back_both_texts(old, new):
    changes = rules.compare_words(old, new)
    assert "".join(one.text for one in changes if one.kind != "added") == old
    assert "".join(one.text for one in changes if one.kind != "removed") == new


def test_pooled_figures_weigh_exams_by_their_responses():
    pooled = rules.pool_statistics([(10, 0.2), (30, 0.6), (5, None)])
    assert (pooled.n, pooled.exams, round(pooled.difficulty, 4), pooled.is_enough) == (40, 2, 0.5, True)
    assert rules.pool_statistics([]).difficulty is None


GIF = (
    b"GIF89a"
    + struct.pack("<HHBBB", 2, 1, 0x80, 0, 0)
    + b"\0\0\0\xff\xff\xff"
    + b","
    + struct.pack("<HHHHB", 0, 0, 2, 1, 0)
    + b"\x02\x02D\x01\x00;"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xc0\x00\x0b\x08\x00\x03\x00\x05\x01\x01\x11\x00\xff\xda\x00\x02data\xff\x00\xff\xd0x\xff\xd9"
WEBP = (
    b"RIFF"
    + struct.pack("<I", 22)
    + b"WEBPVP8L"
    + struct.pack("<I", 9)
    + b"\x2f"
    + struct.pack("<I", 6 | (4 << 14))
    + b"\0" * 5
)


@pytest.mark.parametrize(
    ("body", "media_type", "size"),
    [
        (png(), "image/png", (4, 3)),
        (GIF, "image/gif", (2, 1)),
        (JPEG, "image/jpeg", (5, 3)),
        (WEBP, "image/webp", (7, 5)),
    ],
)
def test_a_picture_is_known_by_its_bytes_and_cut_at_its_end(body, media_type, size):
    picture = rules.read_picture(body + b"<script>alert(1)</script>")
    assert (picture.media_type, (picture.width, picture.height), picture.body) == (media_type, size, body)
    for cut in range(len(body)):
        with pytest.raises(rules.PictureProblem):
            rules.read_picture(body[:cut])


@given(
    st.binary(max_size=200),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", b""]),
)
def test_any_bytes_give_a_picture_or_a_problem(tail, head):
    codes = {"too_large", "unknown_type", "svg", "broken", "too_many_pixels"}
    try:
        rules.read_picture(head + tail)
    except rules.PictureProblem as problem:
        codes.remove(problem.code)


def test_a_replaced_phrase_reads_as_one_phrase():
    changes = rules.compare_words("Cả A, B, C đều đúng", "Xóa tên khỏi danh sách")
    assert [(one.kind, one.text) for one in changes] == [
        ("removed", "Cả A, B, C đều đúng"),
        ("added", "Xóa tên khỏi danh sách"),
    ]


@pytest.mark.parametrize(
    "source", ["<b>&#x338; onclick=x</b>", "a&#x301;", "<p>e&#x302;&#x301;</p>", "&lt;i&gt;&#x338;"]
)
def test_cleaned_html_stays_as_it_is_when_it_is_normalised_and_cleaned_again(source):
    cleaned = rules.sanitize_html(source)
    assert text.nfc(cleaned) == cleaned
    assert rules.sanitize_html(cleaned) == cleaned
