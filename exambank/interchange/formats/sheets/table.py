"""PURE. A whole sheet into entries: headings, merged cells, questions that belong to a case, duplicates."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.bank_sheet.headers import Columns
from exambank.interchange.bank_sheet.keys import fold
from exambank.interchange.formats.sheets.kinds import CHOICES
from exambank.interchange.formats.sheets.rows import Row, RowDraft, read_row
from exambank.interchange.neutral import NOTICE, REFUSED, WARNING, Entry, Place, Problem, comparable, draft_of
from exambank.interchange.sheet import Sheet

_HEADING = re.compile(r"^(chuong|bai|phan|chu de|chuyen de|hang muc|muc|chapter|part|section|topic)\b")
_FILLED_DOWN = ("chapter", "chapter_name", "topic", "level")
_OF_THE_CASE = ("topic", "level", "outcome", "tags", "source", "chapter", "chapter_name")
PlaceOf = Callable[[int], Place]
Progress = Callable[[int, int], None]


def row_place(number: int) -> Place:
    return Place("row", {"row": number})


@dataclass(frozen=True)
class Part:
    """One sheet to be read from below its header row ``at``; its items belong to ``topic`` if they say nothing else."""

    sheet: Sheet
    at: int
    columns: Columns
    place_of: PlaceOf = row_place
    topic: str = ""


def read_table(
    sheet: Sheet, at: int, columns: Columns, progress: Progress, place_of: PlaceOf = row_place
) -> list[Entry]:
    """The entries below the header row ``at``; every row is in one of them, or a remark."""
    return read_parts([Part(sheet, at, columns, place_of)], progress)


def read_parts(parts: Sequence[Part], progress: Progress) -> list[Entry]:
    """The entries of several sheets in their order; twins are found across them."""
    entries, whole, places = [], [], []
    for part in parts:
        found, rows = _read_part(part, progress)
        entries += found
        whole += rows
        places += [entry.place for entry in found]
    return _mark_duplicates(entries, whole, places)


def _read_part(part: Part, progress: Progress) -> tuple[list[Entry], list[RowDraft]]:
    rows, place_of = _rows(part), part.place_of
    parents = _parents(rows)
    drafts: dict[int, RowDraft] = {}
    for done, row in enumerate(rows):
        drafts[row.number] = read_row(row, is_case=row.number in parents.values())
        if done % 20 == 0:
            progress(done, len(rows))
    habit = {one.key_sort for one in drafts.values() if one.key_sort}
    for row in rows if habit else ():
        if any(problem.code == "key_two_readings" for problem in row.problems):
            again = replace(row, problems=[one for one in row.problems if one.code == "sheet_case_unknown"])
            drafts[row.number] = read_row(again, is_case=row.number in parents.values(), habit=habit)
    children: dict[int, list[RowDraft]] = {}
    for row in rows:
        if row.number in parents:
            children.setdefault(parents[row.number], []).append(drafts[row.number])
    whole = [drafts[row.number] for row in rows if row.number not in parents]
    return [_entry(one, children.get(one.row.number, []), place_of) for one in whole], whole


# --- rows ---


def _rows(part: Part) -> list[Row]:
    sheet, columns = part.sheet, part.columns
    merged = _merged_values(sheet, columns)
    rows, heading = [], {"topic": part.topic} if part.topic else {}
    for index in range(part.at + 1, len(sheet.rows)):
        cells = sheet.rows[index]
        if not any(cells) or cells[: len(columns.headers)] == list(columns.headers):
            continue  # blank, or the header again on the next page
        title = _heading(cells, columns)
        if title:
            heading = {"topic": title}
            continue
        if _is_remark(cells, columns):
            continue
        rows.append(Row(columns, cells, index + 1, {**heading, **merged.get(index, {})}))
    return rows


def remarks(part: Part) -> list[int]:
    """The numbers of the rows below the header that are nothing but a remark ("Tổng cộng: 2 câu")."""
    rows = enumerate(part.sheet.rows[part.at + 1 :], start=part.at + 2)
    return [number for number, cells in rows if _is_remark(cells, part.columns) and not _heading(cells, part.columns)]


def _is_remark(cells: list[str], columns: Columns) -> bool:
    """Whether nothing is filled in but the number of the row."""
    filled = [at for at, cell in enumerate(cells) if cell]
    return len(filled) == 1 and filled[0] == columns.fields.get("number")


def _heading(cells: list[str], columns: Columns) -> str:
    """A line such as "CHƯƠNG 1. ..." across the table, where no column tells the topic."""
    if {"topic", "chapter", "chapter_name"} & columns.fields.keys():
        return ""
    filled = [cell for cell in cells if cell]
    return filled[0][:300] if len(filled) == 1 and _HEADING.match(fold(filled[0])) else ""


def _merged_values(sheet: Sheet, columns: Columns) -> dict[int, dict[str, str]]:
    """What a cell merged over several rows says of each of them; only for topic and level."""
    names = {columns.fields[name]: name for name in _FILLED_DOWN if name in columns.fields}
    values: dict[int, dict[str, str]] = {}
    for column, first, last in sheet.merged:
        if column in names and first < len(sheet.rows) and column < len(sheet.rows[first]):
            for index in range(first, min(last + 1, len(sheet.rows))):
                values.setdefault(index, {})[names[column]] = sheet.rows[first][column]
    return values


# --- cases ---


def _parents(rows: Sequence[Row]) -> dict[int, int]:
    """The row number of the case for each row that says it belongs to one; a row that names none is its own item."""
    named: dict[str, Row] = {}
    for row in rows:
        if not row.get("case"):
            for name in row.names:
                named.setdefault(fold(name), row)
    found = {}
    for row in rows:
        word = row.get("case")
        parent = named.get(fold(word)) if word else None
        if parent is not None:
            found[row.number] = parent.number
        elif word:
            row.say(WARNING, "sheet_case_unknown", "case", name=word[:60])
    return found


def _entry(one: RowDraft, children: Sequence[RowDraft], place_of: PlaceOf) -> Entry:
    row, draft, problems, source = one.row, one.draft, list(one.row.problems), list(one.row.source)
    if children:
        questions = []
        for child in children:
            problems += _said_within(child, row, place_of)
            source += [(f"{child.row.get('number')} {header}".strip(), cell) for header, cell in child.row.source]
            questions.append({
                "kind": child.draft.kind, "stem": child.draft.stem, "content": child.draft.content,
                "weight": child.weight,
            })  # fmt: skip
        labels = {name: value for name, value in draft.as_dict().items() if name not in ("kind", "stem", "content")}
        draft = draft_of("case", draft.stem, {**draft.content, "questions": questions}, **labels)
    name = next(iter(row.names), "")[:100]
    return Entry(place_of(row.number), name, draft, problems=tuple(problems), source=tuple(source))


def _said_within(child: RowDraft, case: Row, place_of: PlaceOf) -> list[Problem]:
    """The problems of a question of a case, each with its own row."""
    place = place_of(child.row.number)
    problems = [replace(problem, place=place) for problem in child.row.problems]
    if child.draft.kind not in REGISTRY["case"].kinds:
        problems.append(Problem("sheet_case_kind", REFUSED, child.row.header("kind"), place=place))
    lost = [child.row.header(name) for name in _OF_THE_CASE if child.row.get(name) not in ("", case.get(name))]
    if lost:
        problems.append(Problem("sheet_case_labels", NOTICE, values={"headers": ", ".join(lost)}, place=place))
    return problems


# --- duplicates ---


def _mark_duplicates(entries: list[Entry], rows: Sequence[RowDraft], places: Sequence[Place]) -> list[Entry]:
    """Warn of an item that stands twice, and of a question that does with other options or another picture."""
    by_stem: dict[tuple, int] = {}
    by_item: dict[tuple, int] = {}
    marked = list(entries)
    for place, one in enumerate(rows):
        stem, family = one.words[0], "choice" if one.draft.kind in CHOICES else one.draft.kind
        item = (one.draft.kind, *one.words)
        earlier = by_item.get(item)
        if earlier is not None:
            is_same = _right(entries[earlier]) == _right(entries[place])
            code = "duplicate" if is_same else "duplicate_other_key"
        else:
            earlier, code = by_stem.get((family, stem)), "same_stem"
        if earlier is not None and stem and not _is_refused(entries[place]):
            problem = Problem(code, WARNING, values={"row": _named(places[earlier], places[place])})
            marked[place] = replace(entries[place], problems=(*entries[place].problems, problem))
        by_stem.setdefault((family, stem), place)
        by_item.setdefault(item, place)
    return marked


def _named(place: Place, seen_from: Place) -> Any:
    """The number of a row, with its sheet where that is another one."""
    number, sheet = next(iter(place.values.values())), place.values.get("sheet")
    return number if sheet == seen_from.values.get("sheet") else f"{number} ({sheet})"


def _is_refused(entry: Entry) -> bool:
    return entry.status == REFUSED


def _right(entry: Entry):
    content = entry.draft.content
    if content.get("options") and any(row["is_key"] for row in content["options"]):
        return {fold(rules.plain_text(row["html"])) for row in content["options"] if row["is_key"]}
    return comparable(entry.draft)["content"]
