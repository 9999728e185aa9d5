"""Printed papers as they come out of the typesetter: read back from the PDF."""

import io
import re
from random import Random

import pytest
from pypdf import PdfReader

from exambank.bank.interactions import REGISTRY
from exambank.documents.papers import binding, composing, keys
from exambank.documents.papers.binding import Binding, bind, fold_order
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.composing import Text
from exambank.documents.typesetting import typeset_papers
from tests.documents.paper_items import (
    CODE,
    HEAD,
    PICTURES,
    choose,
    entry,
    every_kind,
    picture,
    set_papers,
    tex,
)  # fmt: skip
from tests.people import THEN


def pages_of(body: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(body)).pages]


def questions(count: int, stem: str = "Câu hỏi số {}: chọn phương án đúng nhất trong các phương án sau đây.") -> dict:
    content = REGISTRY["single_choice"].normalise(choose("Phương án một", "Hai", "Ba", "Bốn"))
    return {at: Text(at, "single_choice", stem.format(at), content) for at in range(1, count + 1)}


def test_every_kind_is_printed_as_its_candidate_would_see_it():
    texts = every_kind()
    layout = [entry(one, "0.5", part=1 if one.id < 5 else 2) for one in texts.values()]
    body, data, collector = set_papers({"101": layout}, texts)
    printed = " ".join(pages_of(body))
    for words in (
        "TRƯỜNG CHÍNH TRỊ TỈNH AN BÌNH",
        "TỈNH ỦY AN BÌNH",
        "ĐỀ THI KẾT THÚC HỌC PHẦN",
        "Mã đề 101",
        "Thời gian làm bài: 60 phút (Không kể thời gian phát đề)",
        "PHẦN I. CÂU HỎI (2 điểm).",
        "Thí sinh trả lời từ câu 1 đến câu 4. Mỗi câu 0,5 điểm.",
        "Vật chất là gì?",
        "A. Thực tại",
        "D. Hư vô",
        "a) Một",
        "Đúng Sai",
        "Trả lời:",
        "1. Đường Kách mệnh",
        "A. 1927",
        "Thứ tự đúng:",
        "A. Nhân dân",
        "Câu 10. (0,5 điểm) Phân tích.",
        "a) Ý thứ nhất",
        "Câu 12. Tình huống (0,5 điểm)",
        "Câu 12.1. (0,125 điểm)",
        "Câu 12.2. (0,375 điểm) Giải quyết thế nào?",
        "---Hết---",
        "Thí sinh không được sử dụng tài liệu.",
    ):
        assert words in printed, words
    for secret in ("Nêu khái niệm", "Bài làm mẫu", "Nguyễn Ái Quốc", "pháp quyền", "Hỏi thêm gì?"):
        assert secret not in printed
    assert collector.problems == {}
    assert data["broken"] == {"formulas": [], "pictures": []}


def test_text_that_looks_like_code_is_printed_as_typed():
    content = REGISTRY["single_choice"].normalise(choose(CODE, "$x^2$", "*đậm*", "\\#{1+1}"))
    texts = {1: Text(1, "single_choice", f"<p>{CODE}</p><pre>{CODE}</pre>", content)}
    body, _data, _collector = set_papers({'1"]#': [entry(texts[1])]}, texts)
    printed = " ".join(pages_of(body))
    assert printed.count("#panic()") == 3
    for words in ('#read("x") $ * @ _ `', "$x^2$", "*đậm*", "\\#{1+1}", 'Mã đề 1"]#'):
        assert words in printed


def test_formulas_that_try_to_read_files_print_their_source():
    tries = [r"\text{] #read(&quot;paper.typ&quot;) [}", "#read(x)", r"\std.\read(x)", r"\operatorname{#sys}"]
    content = REGISTRY["single_choice"].normalise(choose(*map(tex, tries)))
    texts = {1: Text(1, "single_choice", "Chọn:", content)}
    body, _data, collector = set_papers({"101": [entry(texts[1])]}, texts)
    printed = " ".join(pages_of(body))
    assert "#read(x)" in printed
    assert "sys.inputs" not in printed  # what stands in the template
    assert collector.problems == {1: {"formula"}}


def test_one_formula_that_cannot_be_set_costs_itself_and_is_named_with_its_item():
    texts = questions(3)
    texts[2] = Text(2, "single_choice", f"Hỏng {tex('x^2_3^4_')}, lành {tex('x+y')}", texts[2].content)
    body, _data, collector = set_papers({"101": [entry(one) for one in texts.values()]}, texts)
    assert collector.problems == {2: {"formula"}}
    printed = " ".join(pages_of(body))
    assert "x^2_3^4_" in printed
    assert "Câu hỏi số 3" in printed


def test_a_missing_picture_is_told_and_the_paper_still_printed():
    texts = {1: Text(1, "single_choice", f"Xem {picture('0' * 36)}", questions(1)[1].content)}
    body, _data, collector = set_papers({"101": [entry(texts[1])]}, texts)
    assert collector.problems == {1: {"picture"}}
    assert "[hình: không có]" in " ".join(pages_of(body))


def test_every_paper_counts_its_own_pages_and_names_its_code_on_each():
    texts = questions(90)
    papers = {"101": [entry(one) for one in texts.values()], "104": [entry(one) for one in list(texts.values())[:5]],
              "209": [entry(one) for one in list(texts.values())[:60]]}  # fmt: skip
    body, _data, _collector = set_papers(papers, texts)
    shown = [re.search(r"Mã đề (\d+) - Trang (\d+)/(\d+)", page).groups() for page in pages_of(body)]
    expected = [
        (code, str(at), str(total))
        for code in papers
        for total in [sum(one[0] == code for one in shown)]
        for at in range(1, total + 1)
    ]
    assert shown == expected
    assert {code: sum(one[0] == code for one in shown) for code in papers}["104"] == 1
    assert "(Đề thi có 1 trang)" in pages_of(body)[[one[0] for one in shown].index("104")]
    assert [name for name, _pages in binding.papers_in(body)] == list(papers)


def test_a_question_is_not_parted_from_its_options():
    texts = questions(80, "Câu hỏi số {}: " + "dài " * 60)
    body, _data, _collector = set_papers({"101": [entry(one) for one in texts.values()]}, texts)
    for page in pages_of(body):
        assert page.count("D. Bốn") == len(re.findall(r"Câu hỏi số \d+:", page))


def test_two_columns_and_the_watermark_of_a_proof():
    texts = questions(40)
    body, _data, _collector = set_papers({"101": [entry(one) for one in texts.values()]}, texts, 2, is_proof=True)
    pages = pages_of(body)
    assert all("BẢN KIỂM TRA" in page for page in pages)
    assert len(pages) < len(pages_of(set_papers({"101": [entry(one) for one in texts.values()]}, texts)[0]))


def test_options_stand_four_two_or_one_in_a_line_as_they_are_wide():
    widths = {1: ("Một", "Hai", "Ba", "Bốn"), 2: ("Một phương án dài vừa phải thôi",) * 4, 3: ("rất dài " * 14,) * 4}
    normalise = REGISTRY["single_choice"].normalise
    texts = {at: Text(at, "single_choice", "Hỏi?", normalise(choose(*words))) for at, words in widths.items()}
    lines = {}
    for at, text in texts.items():
        body = set_papers({"101": [entry(text)]}, texts)[0]
        printed = PdfReader(io.BytesIO(body)).pages[0].extract_text().splitlines()
        lines[at] = sum(bool(re.search(r"\b[ABCD]\.", line)) for line in printed)
    assert lines == {1: 1, 2: 2, 3: 4}


def test_papers_are_bound_whole_leaves_and_folded_sheets():
    texts = questions(50)
    papers = {"101": [entry(one) for one in texts.values()], "102": [entry(one) for one in list(texts.values())[:9]]}
    body, _data, _collector = set_papers(papers, texts)
    pages = {name: len(found) for name, found in binding.papers_in(body)}
    assert pages == {"101": 3, "102": 1}
    plain = bind([body], Binding(), "Đề")
    assert len(pages_of(plain)) == 4
    assert plain == bind([body], Binding(), "Đề")
    duplex = PdfReader(io.BytesIO(bind([body, body], Binding(duplex=True), "Đề")))
    starts = [duplex.get_destination_page_number(one) for one in duplex.outline]
    assert starts == [0, 4, 6, 10]
    assert [one.title for one in duplex.outline] == ["101", "102"] * 2
    folded = PdfReader(io.BytesIO(bind([body], Binding(fold=True), "Đề")))
    assert [round(float(page.mediabox.width)) for page in folded.pages] == [1191] * 4
    assert "Trang 1/3" in folded.pages[0].extract_text()
    assert "Trang 2/3" in folded.pages[1].extract_text()
    copies = PdfReader(io.BytesIO(bind([body], Binding(copies=3), "Đề")))
    assert (len(copies.pages), copies.outline[1].title) == (12, "101 (2)")


@pytest.mark.parametrize(
    ("pages", "sides"),
    [(1, [(None, 0), (None, None)]), (4, [(3, 0), (1, 2)]), (5, [(3, 0), (1, 2), (None, 4), (None, None)])],
)
def test_folded_sheets_read_in_order(pages, sides):
    assert fold_order(pages) == sides


def test_keys_stand_in_the_letters_of_each_paper(app):
    texts, rng = every_kind(), Random(4)
    papers = {code: [entry(one, "1", rng=rng) for one in texts.values()] for code in ("101", "102")}
    collector = Collector(PICTURES.get, 165.0)
    data = keys.compose_keys(HEAD, papers, texts, collector)
    [table] = data["tables"]
    assert table["codes"] == ["101", "102"]
    rows = {row[0]: row[1:] for row in table["rows"]}
    for code, place in (("101", 0), ("102", 1)):
        for number, layout in enumerate(papers[code], start=1):
            text = texts[layout["version"]]
            if text.kind == "single_choice":
                assert rows[str(number)][place] == "ABCD"[layout["options"].index("a1")]
            if text.kind == "true_false_cluster":
                assert rows[str(number)][place] == "".join(
                    "Đ" if one in ("a1", "a3") else "S" for one in layout["options"]
                )
            if text.kind == "ordering":
                assert rows[str(number)][place] == "-".join(
                    "ABC"[layout["options"].index(one)] for one in ("a1", "a2", "a3")
                )
    assert rows["6"] == ["3,5", "3,5"]
    assert rows["10"] == ["HDC", "HDC"]
    assert rows["12.1"][0] in "AB"
    assert {"where": "101: câu 5; 102: câu 5", "words": "Nguyễn Ái Quốc"} in data["answers"]
    assert [one["where"] for one in data["guides"]] == [f"Câu {at} (mọi mã đề)" for at in (10, 11)] + [
        "Câu 12 (mọi mã đề), ý 2"
    ]
    stamp = {"place_date": "An Bình", "governing_body": "", "school": "TRƯỜNG"}
    foot = {"printed": "in", "code": "x", "head": "y"}
    whole = {**data, "header": stamp, "foot": foot, "watermark": composing.WATERMARK}
    body, broken = typeset_papers("paper_keys", whole, collector.pictures, THEN)
    printed = " ".join(pages_of(body))
    assert (broken.formulas, broken.pictures) == ((), ())
    for words in ("ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM", "Nêu khái niệm 1,5", "Bài làm mẫu", "Câu hỏi thêm:", "BẢN KIỂM TRA"):
        assert words in printed
