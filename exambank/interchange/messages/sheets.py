"""Sentences about tables (Excel, CSV): banks, people, marks."""

from flask_babel import lazy_gettext as _l

FILES = {
    "too_large": _l(
        "The file has %(megabytes)s MB; at most %(limit)s MB are read. Split it, or take out the pictures."
    ),
    "empty_file": _l("The file is empty. Choose the file again; perhaps it was not saved or not copied whole."),
    "password": _l("The file is protected by a password. Save it without a password and choose it again."),
    "old_excel": _l(
        "This is an old Excel file (.xls). Open it in Excel, choose Save as, Excel workbook (.xlsx), and "
        "choose that file."
    ),
    "old_word": _l(
        "This is an old Word file (.doc). Open it in Word, choose Save as, Word document (.docx), and choose that file."
    ),
    "other_file": _l(
        "This is %(kind)s, which is not read here. Save the questions as Word (.docx), Excel (.xlsx) or CSV and choose "
        "that file."
    ),
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

PROBLEMS = {
    "no_stem": _l("There is no question text. Fill in this cell or delete the row."),
    "stem_too_long": _l("The question has %(length)s characters; at most %(limit)s are taken. Shorten it."),
    "too_few_options": _l("Only %(count)s options were found; at least two are needed."),
    "too_many_options": _l("%(count)s options were found; at most %(limit)s are taken."),
    "text_before_options": _l('The text "%(text)s" stands before option A and is left out.'),
    "option_gap": _l("Option %(labels)s is empty. The options after it move up; the key still means the same one."),
    "same_options": _l("Two options are the same. Change one of them."),
    "alike_options": _l("Two options differ only in marks or capitals. Check them."),
    "mixed_script": _l("Letters of another alphabet stand in these words: %(words)s. Type them again."),
    "sheet_kind_guessed": _l(
        "No kind is given; by its key it was taken for: %(kind)s. Check it, or add a column of kinds."
    ),
    "sheet_not_a_number": _l('"%(key)s" is no number. Write, for example, 3,5 or 3,5 ± 0,1 kg.'),
    "sheet_order_unknown": _l('"%(key)s" is no order of the lines %(labels)s. Write the letters in the right order.'),
    "sheet_scoring_unknown": _l('The scoring "%(words)s" was not understood; the usual one of this kind is used.'),
    "sheet_time_unknown": _l('The time "%(words)s" was not understood. Write, for example, 2 phút or 90 giây.'),
    "sheet_case_unknown": _l(
        'The row says that it belongs to the case "%(name)s", but no row has that number. It was read as an item of '
        "its own."
    ),
    "sheet_case_kind": _l("A question of this kind cannot stand within a case. Make it an item of its own."),
    "sheet_case_labels": _l(
        "These cells of a question of a case are not used, since the case has its own: %(headers)s."
    ),
    "kind_unknown": _l('The kind "%(kind)s" is not known; it was decided by the key.'),
    "key_unknown": _l('"%(key)s" names none of the options %(labels)s. Write a letter, for example B.'),
    "key_two_readings": _l('"%(key)s" can mean two different options. Write the letter of the right one.'),
    "key_by_text": _l(
        '"%(key)s" is the text of one option and the place of another; the text was taken, as the other rows name '
        "texts. Check it."
    ),
    "key_by_place": _l(
        '"%(key)s" is the text of one option and the place of another; the place was taken, as the other rows name '
        "places. Check it."
    ),
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

NOTICES = {
    "guessed_encoding": _l(
        "The file is not in UTF-8; the old Vietnamese Windows code page was assumed. Check the letters in the preview."
    ),
    "loose_quotes": _l("Quotation marks in this CSV file are irregular. Check the preview."),
    "ignored_columns": _l("These columns are not used: %(headers)s."),
    "other_sheets": _l(
        "Other sheets look like banks too and were not read: %(sheets)s. Import each as a file of its own."
    ),
    "sheet_without_keys": _l(
        "No column names the right options, so the questions come without keys. A colour or bold letters in a cell are "
        "not read. Add a column such as Đáp án and choose the file again, or set the keys in the bank."
    ),
    "sheet_remarks": _l("These rows hold a number or a remark but no question, and were not read: %(rows)s."),
    "sensitive_columns": _l("These columns were not read, because examinations do not need them: %(headers)s."),
    "marked_women": _l(
        'The column "%(header)s" was read as gender: marked, so women: %(women)s; not marked, so men: %(men)s. Put the '
        "list aside if that is not so."
    ),
    "notes_not_kept": _l("Notes are shown in this preview only; the bank does not keep them."),
}

PLACES = {"sheet_row": _l("sheet %(sheet)s, row %(row)s")}
