"""PURE. Keys that stand apart from their questions: at the end of the paper, or in a second file."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from exambank.interchange import sheet
from exambank.interchange.formats.word.exam import keylists
from exambank.interchange.formats.word.exam.keylists import KeyEntry
from exambank.interchange.formats.word.exam.lines import TABLE, Line, lines_of
from exambank.interchange.formats.word.exam.marks import answer_line
from exambank.interchange.formats.word.exam.paper import Block
from exambank.interchange.formats.word.exam.words import NUMBERED, question_start
from exambank.interchange.formats.word.parts.blocks import read_document
from exambank.interchange.formats.word.parts.rich import plain_rich
from exambank.interchange.neutral import Gallery, Place, UnreadableFile

Placed = tuple[KeyEntry, Place]


@dataclass
class Matched:
    """For each question (by its index) what the list says; ``is_unclear`` when the list cannot be laid on the paper."""

    values: dict[int, list[tuple[str, Place]]] = field(default_factory=dict)
    is_unclear: bool = False
    unused: int = 0


def match_keys(blocks: list[Block], entries: list[Placed], code: str = "") -> Matched:
    """Lay a list of keys on the questions: by number, and by part or by restart where numbers repeat."""
    entries = _of_code(entries, code)
    if entries is None:
        return Matched(is_unclear=True)
    orders = Counter(block.order for block in blocks if block.order)
    if not orders:
        return _in_order(blocks, entries)
    wanted = {}
    for sign in (_by_number, _by_section, _by_series):
        keys = [sign.of_block(block) for block in blocks]
        is_whole = sign is not _by_series or {one.series for one in blocks} == {one.series for one, _p in entries}
        if (
            len(set(keys)) == len(keys)
            and is_whole
            and (sign is _by_number or _fits(keys, [sign.of_entry(one) for one, _p in entries]))
        ):
            wanted = {key: at for at, key in enumerate(keys)}
            break
    if not wanted:
        return Matched(is_unclear=bool(entries))
    found = Matched()
    for entry, place in entries:
        at = wanted.get(sign.of_entry(entry))
        if at is None:
            found.unused += 1
        elif entry.value not in [value for value, _place in found.values.get(at, [])]:
            found.values.setdefault(at, []).append((entry.value, place))
    return found


def _fits(keys: list, entries: list) -> bool:
    return bool(entries) and len(set(entries)) == len(entries) and len(set(keys) & set(entries)) * 2 >= len(entries)


@dataclass(frozen=True)
class _Sign:
    block: object
    entry: object

    def of_block(self, one: Block):
        return self.block(one)

    def of_entry(self, one: KeyEntry):
        return self.entry(one)


_by_number = _Sign(lambda one: one.order, lambda one: one.number)
_by_section = _Sign(lambda one: (one.section.number, one.order), lambda one: (one.section, one.number))
_by_series = _Sign(lambda one: (one.series, one.order), lambda one: (one.series, one.number))


def _in_order(blocks: list[Block], entries: list[Placed]) -> Matched:
    """Questions without numbers: the first key is that of the first."""
    numbers = [entry.number for entry, _place in entries]
    if numbers != list(range(1, len(blocks) + 1)):
        return Matched(is_unclear=bool(entries))
    return Matched({at: [(entry.value, place)] for at, (entry, place) in enumerate(entries)})


def _of_code(entries: list[Placed], code: str) -> list[Placed] | None:
    """The keys of this paper's own code; None when the list has several codes and none is it."""
    codes = {entry.code for entry, _place in entries if entry.code}
    if not codes:
        return entries
    wanted = code.upper() if code.upper() in codes else next(iter(codes)) if len(codes) == 1 else None
    if wanted is None:
        return None
    return [(entry, place) for entry, place in entries if entry.code in ("", wanted)]


def read_key_file(body: bytes, name: str) -> list[Placed]:
    """The keys of a second file: Word, Excel, CSV or plain text. UnreadableFile when there is none in it."""
    if body.startswith(b"PK") and not name.lower().endswith(".xlsx") and b"word/" in body:
        found = _of_lines(lines_of(read_document(body, Gallery()).blocks))
    elif body.startswith(b"PK") or name.lower().endswith((".xlsx", ".xls", ".csv", ".tsv")):
        found = _of_sheets(body, name)
    else:
        found = _of_lines([Line(rich, place) for rich, place in _text_lines(body)])
    if not found:
        raise UnreadableFile("no_keys", name=name[:120])
    return found


def _text_lines(body: bytes):
    from_bytes = (
        body.decode("utf-16") if body[:2] in (b"\xff\xfe", b"\xfe\xff") else body.decode("utf-8-sig", "replace")
    )
    for number, words in enumerate(from_bytes.splitlines(), start=1):
        yield plain_rich(words), Place("line", {"line": number})


def _of_sheets(body: bytes, name: str) -> list[Placed]:
    found: list[Placed] = []
    for one in sheet.read(body, name):
        rows = [row for row in one.rows if any(cell.strip() for cell in row)]
        entries = keylists.table_rows_entries([[cell.strip() for cell in row] for row in rows])
        if not entries:
            entries = [(n, v, "") for row in rows for cell in row for n, v in keylists.entries_in(cell)]
        found += _series([(n, v, c, 0, Place("row", {"row": at})) for at, (n, v, c) in enumerate(entries, start=1)])
    return found


def _of_lines(lines: list[Line]) -> list[Placed]:
    """Every line that holds keys; lines between them say nothing, but for the number of a part."""
    found, section = [], 0
    open_number = 0
    for line in lines:
        if line.role == TABLE:
            found += [(n, v, c, section, line.place) for n, v, c in keylists.table_entries(line.table)]
            continue
        section = keylists.section_number(line.text) or section
        entries = keylists.entries_in(line.text)
        worded = keylists.worded_entry(line.text)
        start = question_start(line.text) or NUMBERED.match(line.text)
        if entries:
            found += [(n, v, "", section, line.place) for n, v in entries]
        elif worded:
            answer = answer_line(worded[1])
            found.append((worded[0], worded[1][answer[1] :].strip() if answer else worded[1], "", section, line.place))
        elif start and not line.text[start.end() :].strip():
            open_number = int(re.match(r"\d+", start["number"])[0])
            continue
        elif open_number and (answer := answer_line(line.text)):
            found.append((open_number, line.text[answer[1] :].strip(), "", section, line.place))
        elif start:
            open_number = int(re.match(r"\d+", start["number"])[0])
            continue
        else:
            continue
        open_number = 0
    return _series(found)


def _series(found: list[tuple]) -> list[Placed]:
    placed, last, series = [], defaultdict(int), defaultdict(int)
    for number, value, code, section, place in found:
        if number <= last[code]:
            series[code] += 1
        last[code] = number
        placed.append((KeyEntry(number, value, section, series[code], code), place))
    return placed
