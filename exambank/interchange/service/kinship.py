"""Items of a file that look like one of the bank, or like an earlier one of the file: told as warnings."""

from collections.abc import Sequence
from dataclasses import replace

from exambank.bank import service as bank
from exambank.courses.models import CourseModule
from exambank.interchange.neutral import REFUSED, WARNING, Entry, Problem

KIN_CODES = frozenset({"kin_in_bank", "kin_in_import"})
_TOLD_BY_THE_FILE = frozenset({"duplicate", "duplicate_other_key", "twin", "twin_other_key"})


def warn_of_kin(entries: Sequence[Entry], course_module: CourseModule) -> list[Entry]:
    """Add a warning to each entry that looks like something that is there already."""
    usable = {
        place: entry for place, entry in enumerate(entries) if entry.draft is not None and entry.status != REFUSED
    }
    found = bank.find_kin_of_rows(
        course_module=course_module,
        rows=[
            (place, entry.draft.kind, entry.draft.stem, dict(entry.draft.content),
             entry.draft.picture_name or entry.draft.picture or None)
            for place, entry in usable.items()
        ],
    )  # fmt: skip
    return [_warned(entry, found.get(place), entries) for place, entry in enumerate(entries)]


def _warned(entry: Entry, kin: bank.RowKin | None, entries: Sequence[Entry]) -> Entry:
    is_told = any(problem.code in _TOLD_BY_THE_FILE for problem in entry.problems)
    if kin is None or (kin.row is not None and is_told):
        return entry
    values = {
        "percent": int(kin.likeness * 100),
        "differences": [[one.kind, one.one, one.other] for one in kin.differences],
    }
    if kin.item is not None:
        problem = Problem("kin_in_bank", WARNING, "", {**values, "code": kin.item.code, "item": kin.item.public_id})
    else:
        other = entries[kin.row].name or str(kin.row + 1)
        problem = Problem("kin_in_import", WARNING, "", {**values, "name": other, "position": kin.row + 1})
    return replace(entry, problems=(*entry.problems, problem))
