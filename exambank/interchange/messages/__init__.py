"""The sentences for everything a file can be told: one place from code to words. Each says what to do."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank.bank import service as bank
from exambank.bank.rules.kinship_words import Difference
from exambank.interchange.bank_sheet import ACCEPTED, REFUSED, SYNONYMS, WARNING, Problem
from exambank.interchange.sheet import UnreadableSheet

_FILE_KINDS = {
    "pdf": _l("a PDF"),
    "picture": _l("a picture"),
    "word": _l("a Word file"),
    "archive": _l("an archive or another kind of package"),
    "web_page": _l("a web page, though its name may end in .xls"),
}

_FILES = {
    "too_large": _l(
        "The file has %(megabytes)s MB; at most %(limit)s MB are read. Split it, or take out the pictures."
    ),
    "empty_file": _l("The file is empty. Choose the file again; perhaps it was not saved or not copied whole."),
    "password": _l("The file is protected by a password. Save it without a password and choose it again."),
    "old_excel": _l(
        "This is an old Excel file (.xls). Open it in Excel, choose Save as, Excel workbook (.xlsx), and "
        "choose that file."
    ),
    "old_word": _l("This is an old Word file. Only Excel (.xlsx) and CSV are read here."),
    "other_file": _l("This is %(kind)s. Only Excel (.xlsx) and CSV are read here."),
    "broken_xlsx": _l(
        "The Excel file is damaged and cannot be read. Open it in Excel, save it again as .xlsx, and choose it again."
    ),
    "suspicious_xlsx": _l(
        "The Excel file holds parts that no spreadsheet needs, so it is not opened. Copy the table into a new workbook."
    ),
    "too_much_inside": _l(
        "The file unpacks to far more than a table needs. Copy the table itself into a new workbook and choose that."
    ),
    "too_many_rows": _l("The table has %(rows)s rows; at most %(limit)s are read. Split the file."),
    "empty_sheet": _l("There is no row in this file. Choose the file that holds the table."),
    "not_a_table": _l("This is no table. Save the file as Excel (.xlsx) or as CSV in UTF-8 and choose it again."),
    "open_quote": _l(
        "A quotation mark in this CSV file is opened and never closed, so rows cannot be told apart. Save it as .xlsx."
    ),
    "no_header": _l(
        "No row of headers was found. There must be a column for the question (%(stem)s), one for the key "
        "(%(key)s), and "
        "options in one column (%(options)s) or in columns A, B, C, D."
    ),
    "no_key_column": _l('The sheet "%(sheet)s" has no column for the key. Add one with a header such as: %(key)s.'),
    "no_items": _l('The sheet "%(sheet)s" has headers but no question below them.'),
    "too_many_items": _l("The sheet has %(count)s questions; at most %(limit)s are read at once. Split the file."),
    "no_people_header": _l(
        "No row of headers was found. There must be a column for the code and one for the full name (or two, "
        "for family "
        "and given name)."
    ),
    "no_people": _l('The sheet "%(sheet)s" has headers but nobody below them.'),
    "too_many_people": _l("The sheet lists %(count)s people; at most %(limit)s are read at once. Split the file."),
    "no_marks_header": _l(
        "No row of headers was found. There must be a column for the learner's code and at least one of these: "
        "%(components)s."
    ),
}

_ROWS = {
    "no_stem": _l("There is no question text. Fill in this cell or delete the row."),
    "stem_too_long": _l("The question has %(length)s characters; at most %(limit)s are taken. Shorten it."),
    "too_few_options": _l("Only %(count)s options were found; at least two are needed."),
    "too_many_options": _l("%(count)s options were found; at most %(limit)s are taken."),
    "text_before_options": _l('The text "%(text)s" stands before option A and is left out.'),
    "option_gap": _l("Option %(labels)s is empty. The options after it move up; the key still means the same one."),
    "same_options": _l("Two options are the same. Change one of them."),
    "alike_options": _l("Two options differ only in marks or capitals. Check them."),
    "mixed_script": _l("Letters of another alphabet stand in these words: %(words)s. Type them again."),
    "kind_unsupported": _l('Items of the kind "%(kind)s" cannot be taken over yet.'),
    "kind_unknown": _l('The kind "%(kind)s" is not known; it was decided by the key.'),
    "no_key": _l("There is no key. Write the letter of the right option."),
    "key_unknown": _l('"%(key)s" names none of the options %(labels)s. Write a letter, for example B.'),
    "key_two_readings": _l('"%(key)s" can mean two different options. Write the letter of the right one.'),
    "key_text_differs": _l('The letter in "%(key)s" was taken; the text beside it is that of no option.'),
    "several_keys": _l("%(count)s options are named as right, but this kind has exactly one."),
    "all_right": _l("Every option is named as right. Is that meant?"),
    "truth_count": _l("The key decides on %(truths)s statements, but there are %(statements)s."),
    "true_false_options": _l("A true/false item has exactly two options."),
    "bad_scoring": _l(
        "The scoring table needs %(wanted)s shares rising from 0 to 1 for %(statements)s statements, for "
        "example 0; 0,1; "
        "0,25; 0,5; 1."
    ),
    "topic_too_long": _l("The name of the topic is longer than %(limit)s characters."),
    "level_unknown": _l('The school has no level "%(level)s". The level chosen for the import is used, or none.'),
    "tag_cut": _l("A tag is longer than %(limit)s characters and was cut."),
    "picture_absent": _l('The picture "%(name)s" is not in the file. Its name is kept; add the picture in the bank.'),
    "same_stem": _l("The question of row %(row)s has the same text, with other options or another picture."),
    "duplicate": _l("The same item stands in row %(row)s. Both are kept."),
    "duplicate_other_key": _l("The same item stands in row %(row)s with another key. One of the two is wrong."),
    "kin_in_bank": _l("It looks like %(code)s in the bank (%(percent)s %%). %(words)s"),
    "kin_in_file": _l("It looks like row %(row)s of this file (%(percent)s %%). %(words)s"),
    "unknown_role": _l('"%(role)s" is no role of this school. Write, for example, Learner or Lecturer.'),
    "unknown_department": _l(
        'There is no department "%(department)s". Write its code or its name as the school has it.'
    ),
    "unknown_cohort": _l('There is no class "%(cohort)s". Create the class first, or correct its code.'),
    "unknown_learner": _l("%(code)s %(name)s is not in this class."),
    "repeated_learner": _l("The code %(code)s already stands in row %(row)s."),
    "other_name": _l("The code %(code)s belongs to %(known)s, but the row says %(name)s."),
    "not_mark": _l('"%(value)s" is not a mark (%(name)s). Write, for example, 8,5, or - to take the mark away.'),
    "not_periods": _l('"%(value)s" is not a whole number of periods (%(name)s).'),
    "out_of_scale": _l("%(value)s (%(name)s) is outside the scale from 0 to %(limit)s."),
    "too_fine": _l("%(value)s (%(name)s) has more than four decimals."),
    "too_many": _l("%(value)s (%(name)s) is more than the %(limit)s periods taught."),
    "learner_left_out": _l("%(code)s %(name)s is in the class but not in the file; nothing of theirs changes."),
}

_NOTICES = {
    "guessed_encoding": _l(
        "The file is not in UTF-8; the old Vietnamese Windows code page was assumed. Check the letters in the preview."
    ),
    "loose_quotes": _l("Quotation marks in this CSV file are irregular. Check the preview."),
    "ignored_columns": _l("These columns are not used: %(headers)s."),
    "other_sheets": _l(
        "Other sheets look like banks too and were not read: %(sheets)s. Import each as a file of its own."
    ),
    "sensitive_columns": _l("These columns were not read, because examinations do not need them: %(headers)s."),
    "notes_not_kept": _l("Notes are shown in this preview only; the bank does not keep them."),
}

_STATUSES = {ACCEPTED: _l("ready"), WARNING: _l("with a warning"), REFUSED: _l("refused")}
_STATES = {"previewed": _l("waiting for your decision"), "accepted": _l("taken over"), "discarded": _l("discarded")}
_SITTINGS = {
    "absent": _l("absent"),
    "awaited": _l("still awaited"),
    "marking": _l("being marked"),
    "not_eligible": _l("not eligible to sit"),
    "marked": "",
}
_RESULTS = {
    "draft": _l("Exam results: draft, not published"),
    "published": _l("Exam results: published"),
    "frozen": _l("Exam results: final"),
}


def file_message(error: UnreadableSheet) -> str:
    """Why the file as a whole cannot be used, and what to do."""
    values = dict(error.values)
    if "kind" in values:
        values["kind"] = str(_FILE_KINDS[values["kind"]])
    if "megabytes" in values:
        values["megabytes"] = round(values["megabytes"])
    known = {name: ", ".join(SYNONYMS[name][:4]) for name in ("stem", "key", "options")}
    return str(_FILES[error.code]) % {**known, **values}


def problem_message(problem: Problem) -> str:
    """What is wrong with the cell, and what to do."""
    values = problem.values
    if "differences" in values:
        values = {**values, "words": bank.differences_sentence([Difference(*one) for one in values["differences"]])}
    return str(_ROWS[problem.code]) % values


def notice_message(code: str, values: dict) -> str:
    """What was noticed of the file as a whole."""
    return str(_NOTICES[code]) % values


def status_label(status: str) -> str:
    """The word for a row that is accepted, warned of or refused."""
    return str(_STATUSES[status])


def state_label(state: str) -> str:
    """The word for the state of a batch."""
    return str(_STATES[state])


def sitting_label(state: str) -> str:
    """Why there is no mark; empty when there is one."""
    return str(_SITTINGS.get(state, ""))


def result_title(state: str) -> str:
    """How binding a result list is."""
    return str(_RESULTS[state])


def pass_label(is_pass: bool | None) -> str:
    """Passed, not passed, or nothing decided yet."""
    return "" if is_pass is None else _("passed") if is_pass else _("not passed")


def place(row: int, column: str) -> str:
    """Where in the file: "row 12, Đáp án"."""
    if not row:
        return _("the list as a whole")
    return _("row %(row)s, column %(column)s", row=row, column=column) if column else _("row %(row)s", row=row)


def counts_sentence(accepted: int, warning: int, refused: int) -> str:
    """What a person would say aloud of the file."""
    total = accepted + warning + refused
    if not refused and not warning:
        return _("All %(total)s questions can be taken over.", total=total)
    if not refused:
        return _(
            "All %(total)s questions can be taken over; look at %(warning)s of them.", total=total, warning=warning
        )
    if refused == total:
        return _("None of the %(total)s questions can be taken over as they are.", total=total)
    return _(
        "%(good)s of %(total)s questions can be taken over; %(refused)s cannot, and %(warning)s deserve a look.",
        good=accepted + warning, total=total, refused=refused, warning=warning,
    )  # fmt: skip


def too_large_while_open(limit: int) -> str:
    """Why a large import has to wait."""
    return _(
        "An exam is running now. Until it is closed, at most %(limit)s questions can be taken over at once, so that no "
        "candidate's answer has to wait. Nothing was imported; come back after the exam.", limit=limit,
    )  # fmt: skip


__all__ = [
    "counts_sentence",
    "file_message",
    "notice_message",
    "pass_label",
    "place",
    "problem_message",
    "result_title",
    "sitting_label",
    "state_label",
    "status_label",
    "too_large_while_open",
]
