"""Answer sheets of a set as data for ``answer_sheet.typ``: forms by what each question needs, numbers, QR codes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import segno

from exambank.bank.interactions import place_name
from exambank.documents.papers import questions
from exambank.documents.papers import sheet_geometry as geometry
from exambank.documents.papers.composing import Head, Text
from exambank.documents.papers.sheet_geometry import Page, Want

MOST_QUESTIONS = 120
MOST_CODE_DIGITS = 4
TRUE, FALSE = "Đ", "S"
ON_PAPER = "Làm vào giấy thi: câu {numbers}."
_CHOICES = ("single_choice", "multiple_choice", "true_false")


class Unlike(ValueError):
    """The papers ask for different things under the same number: one form cannot serve them all."""


def plain_wants(count: int, letters: int = 4) -> list[Want]:
    """So many questions with the letters A to D: a form that knows nothing of the papers."""
    return [Want(str(number), "choice", _letters(letters)) for number in range(1, count + 1)]


def wants_of(entries: Sequence[dict], texts: Mapping[int, Text]) -> list[Want]:
    """What the sheet offers for each question of a paper; the questions of a case stand apart as 5.1, 5.2."""
    found: list[Want] = []
    for number, entry in enumerate(entries, start=1):
        version = texts[entry["version"]]
        fragment = questions.arranged(version.kind, version.stem, version.content, entry["options"], version.media)
        found += _wants(str(number), fragment)
    return found


def _wants(number: str, fragment: dict[str, Any]) -> list[Want]:
    kind = fragment["kind"]
    if kind == "case":
        return [want for at, one in enumerate(fragment["questions"], 1) for want in _wants(f"{number}.{at}", one)]
    options = len(fragment["options"])
    if kind in _CHOICES and options <= geometry.MOST_CHOICES:
        return [Want(number, "choice", _letters(options))]
    if kind == "true_false_cluster":
        return [Want(number, "grid", (TRUE, FALSE), tuple(name.lower() for name in _letters(options)))]
    if kind == "matching":
        rows = tuple(str(at) for at in range(1, options + 1))
        return [Want(number, "grid", _letters(len(fragment["targets"])), rows)]
    if kind == "ordering":
        return [Want(number, "grid", _letters(options), tuple(str(at) for at in range(1, options + 1)))]
    return [Want(number, "digits" if kind == "numeric" else "paper")]


def common_wants(papers: Iterable[Sequence[Want]]) -> list[Want]:
    """A form that serves every paper: as many letters as the widest asks; Unlike where the sorts differ."""
    columns: list[list[Want]] = []
    for wants in papers:
        if columns and len(wants) != len(columns):
            raise Unlike()
        columns = columns or [[] for _want in wants]
        for column, want in zip(columns, wants, strict=True):
            column.append(want)
    found = []
    for column in columns:
        first = column[0]
        if any((one.number, one.sort) != (first.number, first.sort) for one in column):
            raise Unlike()
        if first.sort == "grid" and any((len(one.columns), len(one.rows)) != _shape(first) for one in column):
            raise Unlike()
        found.append(max(column, key=lambda one: len(one.columns)))
    return found


def compose_sheets(
    head: Head,
    set_id: str,
    wants: Mapping[str, Sequence[Want]],
    copies: Mapping[str, int],
    number_digits: int = 6,
    code_digits: int = 3,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Data and pictures: ``wants`` by code ("" is the form on which the code is filled by hand), so many ``copies``."""
    digits = _code_digits(wants, code_digits)
    forms = {code: geometry.lay_out(list(wants[code]), number_digits, digits) for code in wants}
    sheets, pictures = [], {}
    for code, count in copies.items():
        for _copy in range(count):
            serial = len(sheets) + 1
            names = []
            for page in range(1, len(forms[code]) + 1):
                name = f"code-{serial}-{page}.svg"
                pictures[name] = qr_drawing(sheet_words(set_id, code, serial, page))
                names.append(name)
            sheets.append({"code": code, "serial": f"{serial:04d}", "form": code or "blank", "codes": names})
    data = {
        "title": head.title, "school": head.school, "heading": head.heading, "lines": list(head.lines[:2]),
        "header": {"governing_body": head.governing_body.upper(), "school": head.school.upper()},
        "forms": {code or "blank": [_plain(_with_code(page, code, digits)) for page in forms[code]] for code in forms},
        "sheets": sheets, "radius": geometry.RADIUS, "qr": list(geometry.QR), "code_digits": digits,
        "note": _paper_note(wants), "formulas": [], "broken": {"formulas": [], "pictures": []},
    }  # fmt: skip
    return data, pictures


def sheet_words(set_id: str, code: str, serial: int, page: int) -> str:
    """What the QR code of a page says: form, set of papers, code of the paper ("-": bubbled), serial number, page."""
    return f"EXB1|{set_id}|{code or '-'}|{serial}|{page}"


def qr_drawing(words: str) -> str:
    """A QR code as SVG, one unit a module, without a margin."""
    code = segno.make_qr(words, error="m")
    side = len(code.matrix)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark
    )  # fmt: skip
    size = f'viewBox="0 0 {side} {side}" width="{side}" height="{side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="{path}"/></svg>'


def _shape(want: Want) -> tuple[int, int]:
    return len(want.columns), len(want.rows)


def _letters(count: int) -> tuple[str, ...]:
    return tuple(place_name(at) for at in range(count))


def _code_digits(wants: Mapping[str, Sequence[Want]], least: int) -> int:
    """Places for the code; none where a code holds more than digits, or too many of them: it is printed then."""
    codes = [code for code in wants if code]
    if any(not (code.isascii() and code.isdigit()) or len(code) > MOST_CODE_DIGITS for code in codes):
        return 0
    return max((len(code) for code in codes), default=least)


def _with_code(page: Page, code: str, digits: int) -> Page:
    return geometry.fill_code(page, code) if code and digits else page


def _paper_note(wants: Mapping[str, Sequence[Want]]) -> str:
    numbers = dict.fromkeys(one.number for rows in wants.values() for one in rows if one.sort == "paper")
    return ON_PAPER.format(numbers=", ".join(numbers)) if numbers else ""


def _plain(page: Page) -> dict[str, list]:
    return {
        "anchors": [[s.x, s.y, s.width, s.height] for s in page.anchors],
        "timing": [[s.x, s.y, s.width, s.height] for s in page.timing],
        "boxes": [[s.x, s.y, s.width, s.height] for s in page.boxes],
        "words": [[w.x, w.y, w.text, w.size, w.align, w.is_bold] for w in page.words],
        "bubbles": [[b.x, b.y, b.label, b.is_filled] for b in page.bubbles],
    }
