"""PURE. Lists and tables of keys: "1-A 2-B", "Câu 1: B", rows of numbers over rows of letters."""

import itertools
import re
from dataclasses import dataclass

from exambank import text
from exambank.interchange.formats.word.exam.words import SECTION
from exambank.interchange.formats.word.parts.blocks import Table

_LETTERS = r"[A-Ja-j](?:\s*[,;&+/]\s*[A-Ja-j])*"
_TRUTHS = (
    r"(?:[ĐSđs]\s*[-,;/ ]?\s*){2,10}|(?:[a-j]\s*[).:\-–]?\s*(?:đúng|sai|[ĐS])\s*[,;.\-–|]?\s*){2,10}|đúng|sai|[ĐS]"
)
_ENTRY = re.compile(
    rf"(?:câu\s*(?:hỏi\s*)?|question\s*|bài\s*)?(?P<number>\d{{1,4}})\s*(?:[.:)=/\]\-–—>|]+\s*|\s+(?=[A-J]\b)"
    rf"|(?=[A-J](?![^\W\d_])))\(?"
    rf"(?:đáp\s*án\s*(?:là\s*)?:?\s*)?(?P<value>{_TRUTHS}|{_LETTERS})\)?(?=[\s,;.|\t]|$)", re.IGNORECASE,
)  # fmt: skip
_WORDED = re.compile(
    r"\s*(?:câu\s*(?:hỏi\s*)?|question\s*"
    r"|bài\s*)(?P<number>\d{1,4})\s*[.:)=\-–]\s*(?P<value>\S.{0,80})$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;.|]*")
KEY_HEADING = re.compile(
    r"[\W_]*(?:(?:phần|part)?\s*[ivx\d]{1,4}\s*[.:)]\s*)?(?:bảng\s+)?(?:đáp\s*án|đ/?a\b|answer(?:\s+key)?s?"
    r"|keys?\b|hướng\s+dẫn\s+chấm|lời\s+giải|"
    r"hướng\s+dẫn\s+giải|giải\s+chi\s+tiết|hướng\s+dẫn\s+chi\s+tiết|giải\s+thích\s+chi\s+tiết"
    r"|phần\s+đáp\s+án)", re.IGNORECASE,
)  # fmt: skip
SOLUTIONS = re.compile(r"giải|hướng dẫn|chi tiết|solution", re.IGNORECASE)
_NUMBER_HEADS = {"cau", "cau so", "stt", "question", "so cau", "cau hoi", "tt"}
_CODE = re.compile(r"(?:mã\s*(?:đề)?|đề(?:\s*số)?|code)?\s*:?\s*(\d{2,4}|[A-Z]\d{0,3})", re.IGNORECASE)


@dataclass(frozen=True)
class KeyEntry:
    """The key of one question. ``section`` is the number of the part it stands in, ``series`` rises at each restart."""

    number: int
    value: str
    section: int = 0
    series: int = 0
    code: str = ""  # of which paper code, where the list has several


@dataclass(frozen=True)
class Key:
    """A key understood: letters of options, truths of statements, or words."""

    letters: tuple[str, ...] = ()
    truths: tuple[bool, ...] = ()
    words: str = ""


def entries_in(line: str) -> list[tuple[int, str]]:
    """(number, value) of a line that holds nothing but keys; [] for any other."""
    found, place = [], 0
    while True:
        place = _BETWEEN.match(line, place).end()
        if place >= len(line):
            return found
        entry = _ENTRY.match(line, place)
        if not entry:
            return []
        found.append((int(entry["number"]), entry["value"].strip(" ,;.")))
        place = entry.end()


def entries_behind(line: str) -> list[tuple[int, str]]:
    """ "I. Trắc nghiệm: 1B 2C": keys behind the name of a part; [] for any other line."""
    found = re.match(r"[^:\d]{1,60}(?:\d{1,2}[^:\d]{0,60})?:\s*(?=\d)", line)
    entries = entries_in(line[found.end() :]) if found else []
    return entries if len(entries) >= 2 else []


def names_keys(rows: list[list[str]]) -> bool:
    """Whether the first word of a table is that of a table of keys: "Câu", "Phần"."""
    first = text.search_key(rows[0][0]).strip(" .:") if rows and rows[0] else ""
    return first in _NUMBER_HEADS | {"phan", "part"} and len(table_rows_entries(rows)) >= 2


def worded_entry(line: str) -> tuple[int, str] | None:
    """ "Câu 1: 3,5": an answer of words behind its number, in a list of keys."""
    found = _WORDED.match(line)
    return (int(found["number"]), found["value"].strip()) if found else None


def read_key(value: str) -> Key:
    """What a key says."""
    plain = " ".join(value.split()).strip(" .;")
    if re.fullmatch(_LETTERS, plain) and not re.fullmatch(r"[a-j]{0}", plain):
        return Key(letters=tuple(dict.fromkeys(re.findall(r"[A-J]", plain.upper()))))
    if re.fullmatch(r"[A-J]{2,6}", plain):
        return Key(letters=tuple(dict.fromkeys(plain)))
    truths = truths_of(plain)
    return Key(truths=truths) if truths else Key(words=plain)


def truths_of(value: str) -> tuple[bool, ...]:
    """ "ĐSĐS", "a-Đ, b-S", "a) Đúng b) Sai": the truth of each statement, in order; () when it says none."""
    named = re.findall(
        r"(?<![^\W_])([a-jA-J])\s*[).:\-–=]?\s*(đúng|sai|true|false|[ĐSTF](?![^\W\d_]))", value, re.IGNORECASE
    )
    if len(named) >= 2:
        said = {letter.lower(): _is_true(word) for letter, word in named}
        letters = sorted(said)
        is_whole = letters == [chr(ord("a") + place) for place in range(len(letters))]
        return tuple(said[letter] for letter in letters) if is_whole else ()
    if re.fullmatch(r"(?:[ĐSđsTF]\s*[-,;/ ]?\s*){2,10}", value):
        return tuple(_is_true(letter) for letter in re.findall(r"[ĐSđsTF]", value))
    words = re.findall(r"đúng|sai|true|false", value, re.IGNORECASE)
    if len(words) >= 2 and not re.sub(r"đúng|sai|true|false|[\s,;\-/.]", "", value, flags=re.IGNORECASE):
        return tuple(map(_is_true, words))
    return ()


def _is_true(word: str) -> bool:
    return word[:1] in "ĐđTt"


def section_number(line: str) -> int:
    """The number of a part: "PHẦN II" is 2; 0 for other lines."""
    found = re.match(
        r"\s*(?:(?:phần|phan|part|section)\s*(?:thứ\s+)?)?([ivx]{1,5}|\d{1,2}|một|hai|ba|bốn)\b", line, re.IGNORECASE
    )
    if not found or not (SECTION.match(line) or re.match(r"\s*[IVX]{1,5}\s*[.:/)]", line)):
        return 0
    word = found[1].lower()
    known = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
             "một": 1, "hai": 2, "ba": 3, "bốn": 4}  # fmt: skip
    return int(word) if word.isdigit() else known.get(word, 0)


# --- tables ---

_STATEMENT = re.compile(r"[a-j]\s{0,3}[).:\-–]?\s{0,3}(?:đúng|sai|[ĐS])\s{0,3}[,;.]?", re.IGNORECASE)
_VALUE = re.compile(rf"(?:{_TRUTHS}|{_LETTERS}|[A-J]{{2,6}})", re.IGNORECASE)


def table_entries(table: Table) -> list[tuple[int, str, str]]:
    """(number, value, paper code) of a table of keys; [] when it is another table."""
    rows = [[cell.text.strip() for cell in row] for row in table.rows]
    return table_rows_entries(rows)


def table_rows_entries(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """As ``table_entries``, of plain rows."""
    rows = [row for row in rows if any(row) and not _names_parts(row)]
    for reading in (_by_statements, _in_grid, _by_cells, _by_codes, _in_columns, _in_rows):
        found = reading(rows)
        if found:
            return found
    return []


def _names_parts(row: list[str]) -> bool:
    """ "Phần | I | I | II": above the numbers of the questions."""
    is_named = text.search_key(row[0]).strip(" .:") in ("phan", "part")
    return is_named and all(re.fullmatch(r"(?:(?:phần|part)\s*)?[IVX\d]{0,4}", cell, re.IGNORECASE) for cell in row[1:])


def _by_statements(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """A column for each question, a row for each statement: "Câu 1 | Câu 2", "a) Đ | a) S", "b) S | b) Đ"."""
    if len(rows) < 3:
        return []
    places = [at for at, cell in enumerate(rows[0]) if _is_number(cell)]
    found = []
    for at in places:
        cells = [row[at] for row in rows[1:] if at < len(row) and row[at]]
        letters = [row[0].strip(" .)").lower() for row in rows[1:] if row[0]]
        if at and letters == list("abcdefghij")[: len(cells)] and all(map(_is_truth, cells)):
            cells = [f"{letter}) {cell}" for letter, cell in zip(letters, cells, strict=True)]
        if len(cells) < 2 or not all(_STATEMENT.fullmatch(cell) for cell in cells):
            return []
        found.append((_number(rows[0][at]), " ".join(cells), ""))
    return found


def _in_grid(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """ "Câu | Lệnh hỏi | Đáp án (Đ/S)": a row for each statement, the number in the first; or "Câu | a | b | c | d"."""
    found: list[tuple[int, str, str]] = []
    heads = [text.search_key(cell).strip(" .") for cell in rows[0]] if rows else []
    for at, head in enumerate(heads):
        if head not in _NUMBER_HEADS:
            continue
        letters = list(itertools.takewhile(lambda cell: re.fullmatch(r"[a-j]\)?", cell), heads[at + 1 :]))
        width = len(letters) or 2
        number, said = 0, {}
        for row in (row for row in rows[1:] if at + width < len(row)):
            number = _number(row[at]) if _is_number(row[at]) else number if not row[at] else 0
            cells = row[at + 1 : at + 1 + width]
            if not any(cells):
                continue
            if not letters:
                cells = [" ".join(cells)]
            elif all(map(_is_truth, cells)):
                cells = [f"{letter.strip(')')}) {cell}" for letter, cell in zip(letters, cells, strict=True)]
            if not number or not all(_STATEMENT.fullmatch(cell) for cell in cells):
                return []
            said.setdefault(number, []).extend(cells)
        found += [(number, " ".join(cells), "") for number, cells in said.items()]
    return found


def _is_truth(cell: str) -> bool:
    return bool(re.fullmatch(r"đúng|sai|[ĐS]", cell.strip(), re.IGNORECASE))


def _by_cells(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """Each cell is "1.A" or several of them."""
    found = [entries_in(cell) for row in rows for cell in row if cell and not KEY_HEADING.match(cell)]
    return [(number, value, "") for one in found for number, value in one] if found and all(found) else []


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"(?:câu\s*)?\d{1,4}\s*[.):]?", cell, re.IGNORECASE))


def _number(cell: str) -> int:
    return int(re.search(r"\d{1,4}", cell)[0])


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell.strip()))


def _is_head(cell: str) -> bool:
    return not _is_number(cell) and not _is_value(cell)


def _by_codes(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """ "Câu | 101 | 102": a column for each paper code."""
    for at, head in enumerate(rows[:3]):
        if len(head) < 3 or text.search_key(head[0]).strip() not in _NUMBER_HEADS | {
            "cau\\ma de",
            "cau/ma de",
            "ma de",
        }:
            continue
        codes = [_CODE.fullmatch(cell) for cell in head[1:]]
        below = rows[at + 1 :]
        if (
            not all(codes)
            or not below
            or not all(_is_number(row[0]) and all(map(_is_value, filter(None, row[1:]))) for row in below)
        ):
            continue
        if [int(code[1]) for code in codes if code[1].isdigit()] == list(range(1, len(codes) + 1)):
            continue  # a row of question numbers
        return [
            (_number(row[0]), value, code[1].upper())
            for row in below for code, value in zip(codes, row[1:], strict=False) if value
        ]  # fmt: skip
    return []


def _in_rows(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """A row of numbers over a row of letters, again and again."""
    found, at = [], 0
    while at + 1 < len(rows):
        numbers, values = rows[at], rows[at + 1]
        places = [place for place, cell in enumerate(numbers) if _is_number(cell)]
        pairs = [
            (_number(numbers[place]), values[place], "") for place in places if place < len(values) and values[place]
        ]
        if len(pairs) >= 2 and all(_is_value(value) for _number_, value, _code in pairs):
            found += pairs
            at += 2
        elif any(map(_is_number, numbers)) or any(map(_is_value, numbers)):
            # "Câu: 1 2 3" with short answers below: anything short counts when the rows are named
            named = (
                text.search_key(values[0]).startswith(("dap an", "da", "key", "tra loi", "ket qua"))
                if values
                else False
            )
            if not named or not pairs:
                return []
            found += pairs
            at += 2
        else:
            at += 1
    return found


def _in_columns(rows: list[list[str]]) -> list[tuple[int, str, str]]:
    """Numbers in a column, letters in the next; perhaps several such pairs side by side."""
    body = rows if not rows or any(map(_is_number, rows[0])) else rows[1:]
    is_named = body is not rows and any(
        text.search_key(cell).strip(" .") in ("dap an", "da", "key", "answer") for cell in rows[0]
    )
    if not body:
        return []
    width = max(map(len, body))
    found = []
    for at in range(width - 1):
        pairs = [(row[at], row[at + 1]) for row in body if at + 1 < len(row) and (row[at] or row[at + 1])]
        if not pairs or not all(_is_number(number) for number, _value in pairs):
            continue
        if all(_is_value(value) for _number_, value in pairs) or (
            is_named and width == 2 and all(0 < len(value) <= 60 for _number_, value in pairs)
        ):
            found += [(_number(number), value, "") for number, value in pairs]
    numbers = [number for number, _value, _code in found]
    return found if len(found) >= 2 and len(set(numbers)) == len(numbers) else []
