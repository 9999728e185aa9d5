"""From data to paper: what is typed is shown, the same data gives the same bytes, and no data runs for ever."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from flask_babel import force_locale

from exambank.documents import rules
from exambank.documents.typesetting import DATA_LIMIT, NotSet, typeset

MOMENT = datetime(2026, 11, 24, 2, 2, 3, 4000, tzinfo=UTC)
TYPED = [
    '#read("x")',
    "$x^2$",
    "*đậm*",
    "@ref",
    "= Tiêu đề",
    "<nhãn>",
    "]#{",
    "\\ \" ' `mã`",
    "// ghi chú",
    "Ặ Ễ Ộ ơ ư",
]

ROW = {
    "number": "001", "order": "1", "code": "HV001", "family": "Nguyễn Thị Thu", "given": "Hường",
    "birth_date": "12/03/1984", "unit": "Sở Nội vụ", "paper": "101", "note": "", "mark": "8,5", "is_mark": True,
    "words": "Tám phẩy năm", "components": ["7,5"], "exam_mark": "8,0", "classification": "Giỏi",
    "slip": "101", "codes": "K7M3QX",
}  # fmt: skip
DATA = {
    "title": "DANH SÁCH KẾT QUẢ THI", "subtitle": ["Thi kết thúc học phần"], "office": "Phòng Đào tạo",
    "header": {"governing_body": "TỈNH ỦY AN BÌNH", "school": "TRƯỜNG CHÍNH TRỊ", "place_date": "An Bình, ngày 01"},
    "foot": {"printed": "in lúc 09:02", "code": "7F3A 91C2 0B6E", "head": "12-abcdef"},
    "facts": [["Phòng thi", "Phòng máy 2"]], "rows": [ROW], "closing": "Danh sách có 1 thí sinh.",
    "components": ["Quá trình"], "learner_code": "Mã học viên", "grade_name": "Điểm học phần",
    "opening": "Hôm nay", "staff": [["Giám thị 1", ""]], "times": [["Giờ", "08:00"]], "counts": [["Có mặt", "1"]],
    "people": [["Vắng mặt", "001"]], "papers": ["Mã đề 101"],
    "offences": [["08:10", "001", "Nhìn bài", ""]], "incidents": [["08:10 – 08:15", "001", "Mất điện"]],
    "given": [["08:20", "001", "5 phút", "mất điện", "Vũ Thị Hằng"]],
    "objections": [["08:30", "001", "7", "Trùng phương án", "Đã ghi nhận"]], "records": [["Dấu vân tay", "12ab"]],
    "log": [{"time": "08:00:00", "number": "001", "what": "Bù giờ", "who": "máy chủ"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _context(app):
    """Messages need the application, and one language."""
    with force_locale("en"):
        yield


def filled(value: str) -> dict:
    """The same data with ``value`` wherever a person's text may stand."""
    row = {**ROW, **dict.fromkeys(("family", "given", "unit", "note", "birth_date", "number"), value)}
    entry = dict.fromkeys(("time", "number", "what", "who"), value)
    return {
        **DATA, "title": value, "subtitle": [value], "rows": [row], "facts": [[value, value]], "components": [value],
        "log": [entry], "people": [[value, value]], "offences": [[value] * 4],
        "incidents": [[value] * 3], "given": [[value] * 5], "objections": [[value] * 5], "records": [[value, value]], "papers": [value], "staff": [[value, value]], "opening": value,
        "header": dict.fromkeys(("governing_body", "school", "place_date"), value), "closing": value,
    }  # fmt: skip


@pytest.mark.parametrize("kind", rules.KINDS)
def test_the_same_data_gives_the_same_bytes(kind):
    first, second = typeset(kind, DATA, MOMENT), typeset(kind, DATA, MOMENT)
    assert first.startswith(b"%PDF")
    assert first == second


def test_other_data_gives_other_bytes():
    assert typeset("minutes", DATA, MOMENT) != typeset("minutes", {**DATA, "opening": "Khác"}, MOMENT)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_markup_and_code_in_the_data_are_shown_as_typed(kind):
    body = typeset(kind, filled(" ".join(TYPED)), MOMENT)
    assert body.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        shown = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True).stdout.decode()
        seen = "".join(shown.split())
        assert all("".join(text.split()) in seen for text in ('#read("x")', "$x^2$", "*đậm*", "@ref", "<nhãn>"))


def test_an_unknown_template_is_refused():
    with pytest.raises(NotSet):
        typeset("../../etc/passwd", DATA, MOMENT)


def test_data_without_end_is_refused():
    with pytest.raises(NotSet, match="too long"):
        typeset("result_list", {**DATA, "closing": "x" * (DATA_LIMIT + 1)}, MOMENT)


def test_a_document_that_takes_too_long_is_stopped():
    with pytest.raises(NotSet, match="took too long"):
        typeset("result_list", DATA, MOMENT, seconds=0.01)


def test_a_document_that_takes_too_much_memory_is_stopped():
    with pytest.raises(NotSet, match="could not be made"):
        typeset("result_list", {**DATA, "rows": [ROW] * 5000}, MOMENT, megabytes=150)


def test_the_child_sees_no_settings_of_ours(monkeypatch):
    monkeypatch.setenv("EXAMBANK_SECRET_KEY", "secret")
    assert b"secret" not in typeset("minutes", DATA, MOMENT)
