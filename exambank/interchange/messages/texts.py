"""Sentences about Moodle XML, GIFT and Aiken, read and written."""

from flask_babel import lazy_gettext as _l

FILES: dict = {}

_KEPT_RAW = {
    "moodle_no_question_raw": _l(
        "This is a text without a question. It is kept as it is; use it as the text of a case."
    ),
    "moodle_calculated_raw": _l("Its numbers are made anew for each learner (%(type)s). It is kept as it is."),
    "moodle_random_raw": _l(
        "It draws on other questions (%(type)s). It is kept as it is; take the questions themselves."
    ),
    "moodle_picture_drag_raw": _l("It is answered on a picture (%(type)s). It is kept as it is."),
    "moodle_program_raw": _l(
        "It runs a program to be marked (%(type)s), which nothing here does. It is kept as it is."
    ),
    "moodle_pattern_raw": _l(
        "Its answers are patterns and not texts. It is kept as it is; write the accepted answers."
    ),
    "moodle_type_raw": _l('Questions of the type "%(type)s" cannot be played here. It is kept as it is.'),
    "moodle_grid_raw": _l("Its grid has %(columns)s columns, here there are two: true and false. It is kept as it is."),
    "moodle_no_gaps_raw": _l(
        "No gap is found in its text. It is kept as it is; check the marks of the gaps in the file."
    ),
    "moodle_several_in_gap_raw": _l("One of its gaps takes several answers at once. It is kept as it is."),
}

_READ = {
    "moodle_xml_hopeless": _l("The XML of this question is broken, nothing of it can be read. Export it again."),
    "moodle_xml_mended": _l(
        "The XML of this question is broken and was mended. Compare it with the file; parts may be lost."
    ),
    "moodle_xml_signs": _l("The file has signs here that XML does not know; they were read as they look."),
    "moodle_stem_from_name": _l("The question has no text; its name was taken instead. Write the question."),
    "moodle_no_question_text": _l("The question has no text. Write it."),
    "moodle_fraction_unreadable": _l('"%(fraction)s" is no percentage; the answer counts as wrong. Check the key.'),
    "moodle_single_capital": _l('"False" is spelled so that Moodle takes it for true; here it means what it says.'),
    "moodle_several_full": _l(
        "Moodle accepts any one of several right options here; now all of them have to be chosen. Check the key."
    ),
    "moodle_read_as_multiple": _l(
        "Several options share the points, so more than one has to be chosen. Check the kind."
    ),
    "moodle_part_credit": _l("A further option earns part of the points in the file; here only the right one does."),
    "moodle_wrong_would_fit": _l('"%(text)s" is wrong in the file, but an accepted answer with a star would take it.'),
    "moodle_number_unreadable": _l('"%(number)s" is no number that can be read. Mend the answer.'),
    "moodle_any_number": _l("The file gives points for any number; here only the numbers that are named count."),
    "moodle_gap_number": _l(
        'The gap with the number "%(number)s" is compared as text. Add the other ways to write it.'
    ),
    "moodle_gap_case": _l("Capital letters matter in some gaps and not in others; here they do not matter in any."),
    "moodle_gap_without_word": _l("The gap %(gap)s belongs to no word of the list. Mend the text."),
    "moodle_column_words": _l("The columns are called %(words)s; here they are called true and false."),
    "moodle_subset_left_out": _l("The file shows only some of the lines to each learner; here all of them are shown."),
    "moodle_template_in_stem": _l("The text that learners begin with stands at the end of the question."),
    "moodle_least_words": _l("The least number of words (%(words)s) was left out."),
    "moodle_upload_left_out": _l("The file asks learners to hand in files; here they type their answer."),
    "moodle_rows_cut": _l("A list has more than %(limit)s lines; the rest was left out. Split the question."),
    "moodle_spilled_words": _l('Words before the title belong to no question and were left out: "%(words)s".'),
    "moodle_stray_bracket": _l("A curly bracket without its partner stands in the text. Check the text."),
    "gift_open_bracket": _l(
        "A curly bracket is opened and not closed, or the other way round, so the answers cannot be told. Close it."
    ),
    "gift_brackets": _l(
        "What stands in curly brackets is no answer that is known. Begin answers with =, ~ or #, or write \\{ for a "
        "bracket that is meant as one."
    ),
    "gift_too_long": _l("This is longer than a question can be; perhaps blank lines or brackets are missing in it."),
    "gift_mixed": _l("Answers of different kinds stand in one question. Part them by blank lines."),
    "aiken_no_stem": _l("There are options but no question before them. Write the question in the line above A."),
    "aiken_no_options": _l("There are fewer than two options. Write each in a line of its own: A. ..., B. ..."),
    "aiken_answer": _l('The answer line names no option: "%(answer)s". Choose the key here or in the bank.'),
    "aiken_several": _l("The answer line names several letters, so all of them have to be chosen."),
}

_WRITTEN = {
    "moodle_picture_not_at_hand": _l('A picture is not at hand and was not written: "%(alt)s". Add it to the item.'),
    "moodle_picture_lost": _l(
        'This format holds no pictures; one was left out: "%(alt)s". Use Moodle XML or QTI instead.'
    ),
    "moodle_target_picture_lost": _l("Moodle shows no pictures in the list to match with; they were left out."),
    "moodle_target_markup_lost": _l("Moodle shows plain words in the list to match with; emphasis is lost there."),
    "moodle_markup_lost": _l("Emphasis, paragraphs or tables are lost: this format holds one plain line."),
    "moodle_explanation_lost": _l("The explanation is not in the file: this format has no place for it."),
    "moodle_penalty_lost": _l("What a wrong choice costs is not in the file: this format has no place for it."),
    "moodle_name_cut": _l("The name is longer than Moodle takes and was cut."),
    "moodle_share_rounded": _l("Moodle knows only certain shares: %(share)s became %(percent)s percent."),
    "moodle_all_or_nothing_lost": _l(
        "All or nothing is unknown there; parts of the answer will earn parts of the points."
    ),
    "moodle_lower_bound_lost": _l("Points below zero for this kind are unknown there; the least is 0."),
    "moodle_true_false_words": _l("The words %(words)s are shown as True and False there."),
    "moodle_written_without_key": _l(
        "The item has no key, so the other system may refuse it. Choose one and export again."
    ),
    "moodle_written_as_matching": _l(
        "The statements were written as a matching question with the words true and false."
    ),
    "moodle_order_as_matching": _l("The lines were written as a matching question, each with the number of its place."),
    "moodle_order_lost": _l("Options that must keep their place may be shuffled there."),
    "moodle_table_lost": _l("The table of points is unknown there; each statement earns the same part."),
    "moodle_diacritics_lost": _l("There, marks always matter: an answer typed without them is wrong."),
    "moodle_case_lost": _l("There, capital letters will not matter."),
    "moodle_unit_rule_lost": _l("What a missing or wrong unit costs cannot be said there. Set it in Moodle."),
    "moodle_units_lost": _l("Units are not in the file: this format has no place for them. Use Moodle XML instead."),
    "moodle_relative_margin": _l("A margin in percent was written as a number."),
    "moodle_weights_rounded": _l("Moodle weighs gaps in whole numbers; the weights were rounded."),
    "moodle_gap_unwritten": _l("An answer whose gap is not in the text was left out. Mend the item."),
    "moodle_arrow_in_answer": _l(
        "Moodle takes the arrow in the accepted answers for a matching question. Use Moodle XML."
    ),
    "moodle_guide_in_comment": _l("The marking guide stands in a comment, which Moodle does not read. Use Moodle XML."),
    "moodle_oral_as_essay": _l("It was written as an essay: questions answered aloud are unknown there."),
    "moodle_case_as_questions": _l("The case was written as %(count)s questions, each with the shared text."),
    "moodle_case_empty": _l("The case has no question, so nothing was written. Add one."),
    "moodle_case_not_in_gift": _l("GIFT cannot hold a case with several questions. Use Moodle XML or QTI instead."),
    "moodle_gaps_not_in_gift": _l(
        "GIFT holds one gap a question, and this one has another number. Use Moodle XML instead."
    ),
    "moodle_text_without_key": _l("The item has no accepted answer, so it cannot be written in GIFT. Add one."),
    "moodle_truth_without_key": _l("It is not said whether the statement is true, so it cannot be written in GIFT."),
    "moodle_kind_not_in_aiken": _l("Aiken holds only questions with one right option. Use Moodle XML or GIFT instead."),
    "aiken_one_key": _l("Aiken needs exactly one right option. Choose it and export again."),
    "aiken_empty": _l("Aiken needs words in the question and in each of 2 to 26 options; something is empty here."),
    "moodle_raw_of_other_format": _l(
        "An item that was kept as it came (%(format)s) only goes into a file of that format."
    ),
    "moodle_raw_broken": _l(
        "An item that was kept as it came is broken XML and would break the file. Take it from its source."
    ),
}

PROBLEMS = {**_KEPT_RAW, **_READ, **_WRITTEN}

NOTICES = {
    "moodle_text_encoding_guessed": _l(
        "The file is not in UTF-8; an old Windows code page was assumed. Check the letters."
    ),
    "moodle_hints_left_out": _l("Hints for further tries were left out (%(items)s questions)."),
    "moodle_hidden_taken": _l("%(items)s questions are hidden in Moodle; they were read as well."),
    "moodle_penalties_left_out": _l(
        "Penalties for further tries were left out (%(items)s questions): here there is one try."
    ),
}

PLACES: dict = {}
