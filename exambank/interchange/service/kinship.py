"""Rows of a bank file that look like an item of the bank, or like an earlier row: told as warnings in the preview."""

from dataclasses import replace

from exambank.bank import rules as bank_rules
from exambank.bank import service as bank
from exambank.courses.models import CourseModule
from exambank.interchange.bank_sheet import REFUSED, WARNING, BankReading, Problem
from exambank.interchange.service.contents import content_of

_TOLD_BY_THE_SHEET = frozenset({"duplicate", "duplicate_other_key"})


def warn_of_kin(reading: BankReading, course_module: CourseModule) -> BankReading:
    """Add a warning to each row that looks like something that is there already."""
    usable = [row for row in reading.rows if row.draft and row.status != REFUSED]
    found = bank.find_kin_of_rows(
        course_module=course_module,
        rows=[
            (row.row, row.draft.kind, bank_rules.html_from_text(row.draft.stem), content_of(row.draft),
             row.draft.picture_name or None)
            for row in usable
        ],
    )  # fmt: skip
    return replace(reading, rows=tuple(_warned(row, found.get(row.row)) for row in reading.rows))


def _warned(row, kin: bank.RowKin | None):
    is_told = any(problem.code in _TOLD_BY_THE_SHEET for problem in row.problems)
    if kin is None or (kin.row is not None and is_told):
        return row
    values = {
        "percent": int(kin.likeness * 100),
        "differences": [[one.kind, one.one, one.other] for one in kin.differences],
    }
    if kin.item is not None:
        problem = Problem("kin_in_bank", WARNING, "", {**values, "code": kin.item.code, "item": kin.item.public_id})
    else:
        problem = Problem("kin_in_file", WARNING, "", {**values, "row": kin.row})
    return replace(row, problems=(*row.problems, problem))
