"""Files for tests, made here from plain rows."""

import csv
import io
import zipfile

from openpyxl import Workbook

from exambank.interchange.formats.sheets.reading import read_sheets
from exambank.interchange.neutral import Entry, Reading, Source
from exambank.interchange.sheet import Sheet

HEADERS = [
    "STT",
    "Chủ đề",
    "Mức độ",
    "Nội dung câu hỏi",
    "Phương án A",
    "Phương án B",
    "Phương án C",
    "Phương án D",
    "Đáp án",
]
ROWS = [
    [1, "Chương 1", "Nhận biết", "Đảng ra đời năm nào?", "1928", "1929", "1930", "1931", "C"],
    [
        2,
        "Chương 1",
        "TH",
        "Cương lĩnh đầu tiên do ai soạn thảo?",
        "Trần Phú",
        "Nguyễn Ái Quốc",
        "Lê Duẩn",
        "Hà Huy Tập",
        "B",
    ],
    [
        3,
        "Chương mới",
        "Vận dụng",
        "Nguyên tắc tổ chức cơ bản của Đảng?",
        "Tập trung dân chủ",
        "Tự do",
        "Liên minh",
        "Cả ba ý trên",
        "A",
    ],
]


def make_xlsx(rows, sheets=None, edit=None) -> bytes:
    """An xlsx of rows; ``sheets`` are further (name, rows); ``edit`` gets the first sheet."""
    book = Workbook()
    for at, (name, content) in enumerate([("Câu hỏi", rows), *(sheets or [])]):
        sheet = book.active if at == 0 else book.create_sheet()
        sheet.title = name
        for row in content:
            sheet.append(row)
    if edit:
        edit(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def make_csv(rows, delimiter=",", encoding="utf-8-sig") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode(encoding)


def make_zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return target.getvalue()


def bank_file() -> bytes:
    return make_xlsx([HEADERS, *ROWS])


def read_rows(*rows, **values) -> Reading:
    """A bank read from rows of texts, without a file."""
    return read_sheets(
        [Sheet("Câu hỏi", [[str(cell) for cell in row] for row in rows], **values)], "csv", Source(b"", "")
    )


def read_one(headers, row, **values) -> Entry:
    """The only row of a bank."""
    (found,) = read_rows(headers, row, **values).entries
    return found
