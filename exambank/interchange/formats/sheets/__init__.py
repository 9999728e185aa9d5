r"""PURE. Tables: Excel and CSV, as schools keep them and as we write them.

The layout, one row an item; every header is known by many names in Vietnamese and English (``bank_sheet.headers``), in
any order; only the question is needed, and what its kind needs as a key:

* ``Loại``: the kind. Left empty it is told from the cells (options and a letter: one right option; "Đ, S, Đ, S":
  statements; ``[[...]]`` in the question: gaps ...).
* ``Nội dung câu hỏi``, ``Phương án A`` ... or all options in one cell, labelled or one a line.
* ``Đáp án``: letters ("A, C"), numbers or the options' own words; truths ("Đ, S, S, Đ"); short text
  ``hà nội | Ha Noi = 50%``; number ``3,5 ± 0,1 kg``; gaps ``1: 1930`` and ``2: {*Hương Cảng | Huế}``, a line each;
  essays and oral questions ``0,5: what earns it``, a line each.
* Matching: options ``Pháp -> Pa-ri``, and ``-> Viên`` for a target of nobody. Ordering: options in the right order.
* A case: its questions are rows of their own whose ``Thuộc tình huống`` holds the number (STT) of the case.
* ``Cách ghi``: only our own export fills it in. "văn bản": every text of the row stands exactly as it is; "HTML": the
  texts of the row are HTML. Without it nothing is taken for markup, and labels typed before texts are recognised.
* Formulas are typed ``\(x^2\)``. A backslash before a sign with a meaning ("|", ";", "->", "[[") makes it a plain one.
"""

from exambank.interchange.formats.sheets.reading import read_file
from exambank.interchange.formats.sheets.writing import table_of
from exambank.interchange.neutral import Bundle, Reading, Source, Written
from exambank.interchange.workbook import XLSX_TYPE
from exambank.interchange.workbook import write_csv as csv_of
from exambank.interchange.workbook import write_xlsx as xlsx_of


def read(source: Source) -> Reading:
    """Every item of the file. UnreadableFile when it cannot be used."""
    return read_file(source)


def write_xlsx(bundle: Bundle) -> Written:
    """The items as a file of this format, and what it could not hold."""
    table, losses = table_of(bundle)
    return Written(xlsx_of(table), ".xlsx", XLSX_TYPE, tuple(losses))


def write_csv(bundle: Bundle) -> Written:
    """The items as a file of this format, and what it could not hold."""
    table, losses = table_of(bundle)
    return Written(csv_of(table), ".csv", "text/csv; charset=utf-8", tuple(losses))


__all__ = ["read", "table_of", "write_csv", "write_xlsx"]
