"""What ``exambank analyse`` says to people: what is wrong with a file, what must be known of a report."""

from exambank.analysis.external import Note, Unfit, UnusableFile
from exambank.console import translate as _

MOST_NAMES = 10


def unusable_in_words(fault: UnusableFile) -> str:
    """``file, line 3, column I06: what is wrong and what to do.``"""
    place = [fault.file or ""]
    if fault.line:
        place.append(_("line %(line)s", line=fault.line))
    if fault.column:
        place.append(_("column %(column)s", column=fault.column))
    return f"{', '.join(filter(None, place))}: {_fault(fault.code) % fault.values}"


def _fault(code: str) -> str:
    return (_of_files() | _of_cells() | _of_names())[code]


def _of_files() -> dict[str, str]:
    return {
        "too_large": _("The file is larger than %(limit)s MB. Split it."),
        "workbook": _("This is an Excel workbook, not a CSV file. Save it as CSV UTF-8."),
        "not_utf8": _("This is not UTF-8 text. Save the file as CSV UTF-8."),
        "not_text": _("This is not a text file. Save the table as CSV UTF-8."),
        "heading_too_long": _("The first line is too long. It must name the columns; save the table as CSV UTF-8."),
        "empty": _("The file is empty. The first line must name the columns."),
        "cell_too_long": _(
            "A cell in this line is longer than %(limit)s characters. Shorten it; if it begins with a quote, close it: "
            "an open quote makes one cell of all that follows."
        ),
        "broken_quotes": _("The quotes in this line do not match. Close each quote; write a quote inside text twice."),
        "ragged": _(
            "Cells in this line: %(cells)s, in the heading: %(columns)s. Add what is missing, and put text that holds "
            "the separator into quotes."
        ),
        "no_candidates": _("There are no candidates below the heading."),
        "no_items": _(
            "There is no item: the first column names the candidates, every other one is an item. Separate the cells "
            "by commas, semicolons or tabs."
        ),
        "no_keys": _("There are no keys below the heading."),
        "no_groups": _("There is no column of groups beside the candidate. Add one or more."),
        "no_such_column": _("There is no column “%(wanted)s”. The columns here are: %(columns)s."),
        "too_many_cells": _("There are more than %(limit)s cells. Split the file."),
    }


def _of_cells() -> dict[str, str]:
    return {
        "not_a_score": _(
            "“%(value)s” is not a score. Write a number, nothing for an omitted answer, NA for an item that was not "
            "given. Answers to be marked need --key."
        ),
        "score_below_0": _("“%(value)s” is below 0. Scores start at 0: write 0 where a wrong answer costs points."),
        "score_too_high": _("“%(value)s” is above %(limit)s. Is it a score?"),
        "too_many_answers": _("There are more than %(limit)s different answers. Leave out items with free text."),
        "no_key": _("The item %(item)s has no key. Write it here."),
        "numbers_for_letters": _(
            "The answers are numbers (%(answers)s), the keys are not (%(keys)s). If the numbers are scores, leave "
            "--key out; otherwise write both in the same way."
        ),
    }


def _of_names() -> dict[str, str]:
    return {
        "name_too_long": _("The name is longer than %(limit)s characters. Shorten it."),
        "column_without_name": _("This column has no heading. Name it or take it away."),
        "cell_without_name": _("There is something in a column that has no heading. Name the column or take it away."),
        "column_twice": _("Two columns have this heading: number %(first)s and number %(second)s. Rename one of them."),
        "no_candidate_name": _("The candidate has no name. Every row needs one."),
        "candidate_twice": _(
            "The candidate %(candidate)s stands there twice, first in line %(first)s. Each candidate has one row; if "
            "the file names no candidates, put a column with their names or numbers first."
        ),
        "answer_twice": _(
            "The candidate %(candidate)s has two answers to the item %(item)s, the first in line %(first)s. Keep one."
        ),
        "no_item_name": _("The item has no name. Every row needs one."),
        "item_twice": _("The item %(item)s stands there twice, first in line %(first)s. Give each item one line."),
        "items_without_key": _(
            "Items without a key: %(items)s (%(count)s in all). Add them here by the names that they have in the file "
            "of answers, or take their columns out of it."
        ),
        "groups_of_others": _("None of these candidates is in the file of answers. Use the same names in both files."),
    }


def unfit_in_words(name: str, fault: Unfit) -> str:
    """Why the scores do not suit the model, and what would do."""
    said = {
        "more_than_two_scores": _(
            "The item %(item)s has other scores than right and wrong: %(values)s (%(count)s such items). Ask for "
            "--polytomous grm or --polytomous gpcm."
        ),
        "models_differ": _(
            "There are items with more than two scores, and --polytomous %(polytomous)s goes with --irt 2pl or without "
            "--irt, not with --irt %(irt)s."
        ),
        "too_many_levels": _(
            "The scores of the item %(item)s have %(count)s levels; the model takes %(limit)s at most. Round them."
        ),
    }  # fmt: skip
    return f"{name}: {said[fault.code] % fault.values}"


def _without_curve(reason: str | None) -> str:
    return {
        "no_responses": _("Items without a curve, because nobody was given them: %(items)s."),
        "constant_item": _("Items without a curve, because everybody earned the same on them: %(items)s."),
        "too_few_items": _(
            "The item %(items)s stands alone and has no curve: without other items nobody can tell able candidates "
            "from weak ones."
        ),
    }.get(reason, _("Items without a curve, because the answers leave it open: %(items)s."))


def note_in_words(note: Note) -> str:
    """What the reader of a report must know."""
    said = {
        "no_candidate_column": _(
            "The file names no candidates: its first column, %(item)s, is an item like the others. The candidates are "
            "called 1, 2, 3 ... in the order of the rows."
        ),
        "columns_not_used": _("Columns that mean nothing here: %(columns)s."),
        "keys_without_item": _("Keys of items that are not in the file of answers: %(count)s. They were not used."),
        "papers_differ": _(
            "The candidates had different items: there is no common total, and no alpha. With --irt the marginal "
            "reliability takes its place."
        ),
        "incomplete_left_out": _("Candidates who were not given every item, and are not in the totals: %(count)s."),
        "rare_answers": _(
            "The item %(item)s has many different answers; the %(limit)s commonest are listed, %(count)s are not."
        ),
        "priors_not_used": _("--priors was not used: %(model)s has none of these priors."),
        "not_converged": _(
            "The model did not settle in %(steps)s steps: do not rely on its figures. Try --priors, or --irt rasch."
        ),
        "items_without_curve": _without_curve(note.values.get("reason")),
        "candidates_without_group": _("Candidates without a group, left out of the comparison: %(count)s."),
        "groups_of_strangers": _("Candidates with a group who are not in the file of answers: %(count)s."),
        "too_many_groups": _(
            "The column %(column)s has %(count)s different values, more than %(limit)s: it was not compared."
        ),
        "only_one_group": _(
            "The candidates do not differ in the column %(column)s: there is nothing to compare."
        ),
        "items_without_dif": _("Items with more than two scores were not compared between groups: %(items)s."),
    }  # fmt: skip
    return said[note.code] % {name: _shown(value) for name, value in note.values.items()}


def _shown(value: object) -> object:
    if not isinstance(value, list):
        return value
    shown = ", ".join(map(str, value[:MOST_NAMES]))
    more = len(value) - MOST_NAMES
    return _("%(names)s and %(count)s others", names=shown, count=more) if more > 0 else shown
