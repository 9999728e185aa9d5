"""PURE. Items into a table that the reader takes back: what it would not take back exactly is told as a loss."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from exambank.bank.rules import pictures_in
from exambank.interchange.bank_sheet import KIND_WORDS, LABELS, SYNONYMS
from exambank.interchange.bank_sheet.headers import read_columns
from exambank.interchange.formats.sheets.choosing import write_locks
from exambank.interchange.formats.sheets.figures import figure
from exambank.interchange.formats.sheets.kinds import CHOICES, write_cells
from exambank.interchange.formats.sheets.labels import write_labels
from exambank.interchange.formats.sheets.table import read_table
from exambank.interchange.formats.sheets.texts import MARKUP, PLAIN, NotPlain, cell_of, without_pictures
from exambank.interchange.neutral import NOTICE, REFUSED, WARNING, Bundle, Draft, Loss, Problem, comparable
from exambank.interchange.sheet import CELL_TEXT_LIMIT, Sheet, clean
from exambank.interchange.workbook import Table

LEAST_OPTIONS = 4
_ALWAYS = ("number", "topic", "level", "kind", "stem", "key", "scoring", "locked", "tags", "source", "picture", "note",
           "format")  # fmt: skip
_ORDER = ("number", "name", "topic", "topic_aliases", "level", "outcome", "kind", "case", "weight",
          "stem", "options", "key", "scoring", "locked", "model_answer", "follow_ups", "explanation", "points",
          "seconds", "tags", "source", "source_chapter", "source_page", "contributors", "licence", "picture",
          "picture_alt", "note", "identifier", "format")  # fmt: skip
_WIDTHS = {"number": 6, "topic": 24, "level": 14, "kind": 20, "stem": 60, "options": 32, "key": 18}
_LATER = frozenset({"picture", "picture_alt", "picture_name", "extra"})


def table_of(bundle: Bundle) -> tuple[Table, list[Loss]]:
    """The table of a bundle, and what it does not hold."""
    losses = [Loss(place, Problem("sheet_raw", REFUSED), is_raw=True) for place in range(len(bundle.raws))]
    rows: list[dict[str, Any]] = []
    starts = []
    for place, draft in enumerate(bundle.drafts):
        losses += _lost_pictures(place, draft, bundle)
        if len(draft.content.get("options", ())) > len(LABELS):
            losses.append(Loss(place, Problem("too_many_options", WARNING, values={
                "count": len(draft.content["options"]), "limit": len(LABELS)})))  # fmt: skip
        starts.append(len(rows))
        rows += _rows_of(_without_pictures(draft, bundle), place + 1)
    headers, cells, widths = _grid(rows)
    losses += _compared(bundle, headers, cells, starts)
    return Table(bundle.title, headers, cells, (), widths), losses


# --- one item ---


def _rows_of(draft: Draft, number: int) -> list[dict[str, Any]]:
    """The row of an item; a case has one more for each of its questions."""
    row = {"number": number, **write_labels(draft), **_texts(draft.kind, draft.stem, draft.content)}
    questions = draft.content.get("questions", ()) if draft.kind == "case" else ()
    return [row, *(
        {"number": f"{number}.{place}", "case": str(number), "weight": figure(one["weight"]),
         **_texts(one["kind"], one["stem"], one["content"])}
        for place, one in enumerate(questions, start=1)
    )]  # fmt: skip


def _texts(kind: str, stem: str, content: Mapping) -> dict[str, Any]:
    for as_markup in (False, True):
        try:
            cells = write_cells(kind, stem, content, as_markup)
            explanation = cell_of(content.get("explanation", ""), as_markup)
            break
        except NotPlain:
            continue
    return {
        "kind": KIND_WORDS[kind][0], "stem": cells.stem, "options": cells.options, "key": cells.key,
        "scoring": cells.scoring, "model_answer": cells.model_answer, "follow_ups": cells.follow_ups,
        "explanation": explanation, "format": MARKUP if as_markup else PLAIN,
        "locked": write_locks(kind, content) if kind in CHOICES else "",
    }  # fmt: skip


# --- pictures ---


def _names(draft: Draft, bundle: Bundle) -> list[str]:
    """The names of the pictures that an item has."""
    ids = [draft.picture] if draft.picture else []
    ids += [key for one in _strings([draft.stem, draft.content]) for key in pictures_in(one)]
    return [_name_of(bundle)(key) for key in dict.fromkeys(ids)]


def _name_of(bundle: Bundle) -> Callable[[str], str]:
    return lambda key: bundle.media[key].name if key in bundle.media else "?"


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [one for part in values for one in _strings(part)]


def _lost_pictures(place: int, draft: Draft, bundle: Bundle) -> list[Loss]:
    values = {"name": ", ".join(_names(draft, bundle))[:200]}
    return [Loss(place, Problem("sheet_pictures", WARNING, values=values))] if values["name"] else []


def _without_pictures(draft: Draft, bundle: Bundle) -> Draft:
    names = _names(draft, bundle)
    if not names:
        return draft
    shown = "; ".join(dict.fromkeys([*filter(None, [draft.picture_name]), *names]))
    name_of = _name_of(bundle)
    stem, content = without_pictures(draft.stem, name_of), _cleared(draft.content, name_of)
    return replace(draft, stem=stem, content=content, picture="", picture_name=shown[:300])


def _cleared(value: Any, name_of: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return without_pictures(value, name_of)
    if isinstance(value, Mapping):
        return {name: _cleared(one, name_of) for name, one in value.items()}
    return [_cleared(one, name_of) for one in value] if isinstance(value, list | tuple) else value


# --- the whole ---


def _grid(rows: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[list], list[int]]:
    """Headers, cells and widths: the usual columns always, the others where a row needs them."""
    most = min(max([LEAST_OPTIONS, *(len(row["options"]) for row in rows)]), len(LABELS))
    used = [name for name in _ORDER if name in _ALWAYS or name == "options" or any(row.get(name) for row in rows)]
    headers, widths = [], []
    for name in used:
        own = [f"Phương án {label}" for label in LABELS[:most]] if name == "options" else [SYNONYMS[name][0]]
        headers += own
        widths += [_WIDTHS.get(name, 18)] * len(own)
    cells = []
    for row in rows:
        line: list = []
        for name in used:
            options = row["options"][:most] if name == "options" else ()
            line += [*options, *[""] * (most - len(options))] if name == "options" else [row.get(name, "")]
        cells.append(line)
    return headers, cells, widths


def _compared(bundle: Bundle, headers: list[str], cells: list[list], starts: Sequence[int]) -> list[Loss]:
    """Read the table again: whatever does not come back as it was is a loss."""
    shown = [[clean(str(cell)[:CELL_TEXT_LIMIT]) for cell in line] for line in cells]
    entries = read_table(Sheet("", [headers, *shown]), 0, read_columns(headers), lambda done, total: None)
    found = {entry.place.values["row"]: entry for entry in entries}
    losses = []
    for place, (draft, start) in enumerate(zip(bundle.drafts, starts, strict=True)):
        entry = found.get(start + 2)
        problem = _difference(_without_pictures(draft, bundle), entry.draft if entry else None)
        if problem:
            losses.append(Loss(place, problem))
    return losses


def _difference(draft: Draft, again: Draft | None) -> Problem | None:
    if again is None:
        return Problem("sheet_item_lost", REFUSED)
    first, second = comparable(draft), comparable(again)
    changed = [name for name in first if first[name] != second[name] and name not in _LATER]
    if {"kind", "stem", "content"} & set(changed):
        return Problem("sheet_changed", WARNING)
    return Problem("sheet_labels", NOTICE, values={"names": ", ".join(changed)}) if changed else None
