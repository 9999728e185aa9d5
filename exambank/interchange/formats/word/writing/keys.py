"""PURE. The keys of questions apart from them: a table of numbers and letters, longer keys, solutions, rubrics."""

import re
from collections.abc import Sequence

from exambank.interchange.formats.word.writing.questions import Question, key_words
from exambank.interchange.formats.word.writing.sheet import Sheet, label_runs
from exambank.interchange.formats.word.writing.tables import FULL_WIDTH
from exambank.interchange.formats.word.writing.xml import cell, paragraph, row, run, table

_PER_ROW = 5
_LETTERS = re.compile(r"[A-Z](?:, [A-Z])*")  # other keys have a line of their own below the table


def write_keys(sheet: Sheet, questions: Sequence[Question]) -> None:
    """A table of numbers and keys; what is no letter stands in lines below it."""
    found = [(one.number, key_words(one.kind, one.content)) for one in questions]
    short = [(number, words) for number, words in found if _LETTERS.fullmatch(words)]
    if short:
        sheet.add(_key_table(short))
    for number, words in found:
        if words and not _LETTERS.fullmatch(words):
            sheet.line("EbKey", words, f"Câu {number}:")


def write_solutions(sheet: Sheet, questions: Sequence[Question]) -> None:
    """Explanations and what markers need, question by question; nothing where no question has any."""
    with_more = [
        one for one in questions if any(one.content.get(name) for name in ("explanation", "rubric", "model_answer"))
    ]
    if not with_more:
        return
    sheet.line("EbKeyTitle", "LỜI GIẢI VÀ HƯỚNG DẪN CHẤM")
    for one in with_more:
        sheet.text("EbSolution", one.content.get("explanation", ""), label_runs(f"Câu {one.number}:"))
        one.write_rubric()


def _key_table(keys: list[tuple[int | str, str]]):
    width = FULL_WIDTH // (2 * _PER_ROW)
    heads = [
        cell([paragraph("EbCellHead", run(words))], width) for _place in range(_PER_ROW) for words in ("Câu", "Đáp án")
    ]
    rows = [row(heads, is_head=True)]
    for start in range(0, len(keys), _PER_ROW):
        part = keys[start : start + _PER_ROW]
        words = [word for number, key in part for word in (str(number), key)]
        words += [""] * (2 * _PER_ROW - len(words))
        rows.append(row([cell([paragraph("EbCell", *([run(one)] if one else []))], width) for one in words]))
    return table("EbKeys", rows, [width] * (2 * _PER_ROW))
