"""Sentences about QTI 1.2 (Canvas), Blackboard and Open edX."""

from flask_babel import lazy_gettext as _l

FILES = {
    "only_bank_references": _l(
        "The file only points at %(count)s questions of a bank that is not in it. Export the question bank itself, "
        "or the whole course, and choose that file."
    ),
    "archive_link": _l("The package holds a link (%(path)s) instead of a file, so it is not opened."),
    "bank_upload_broken": _l(
        "No line of this text is a question as Blackboard writes it (a code such as MC, a tab, the question). "
        "Check that it was saved as text with tabs."
    ),
}

PROBLEMS = {
    # kept as it is
    "formula_question": _l(
        "A question with numbers drawn by a formula. It is kept as it is; nothing of it is calculated."
    ),
    "upload_question": _l(
        "A question answered by handing in a file. It is kept as it is; set it as an essay if it fits."
    ),
    "hotspot_question": _l("A question answered on a picture. It is kept as it is."),
    "opinion_question": _l("A question about an opinion has no right answer. It is kept as it is."),
    "no_question": _l("A text without a question. It is kept as it is; put it where it belongs."),
    "other_interaction": _l("A kind of question that is not played here. It is kept as it is."),
    "several_interactions": _l(
        "Several ways to answer in one question that do not fit together here. It is kept as it is; "
        "write it as a case with several questions."
    ),
    "order_unknown": _l("The file does not say which order is right. The question is kept as it is."),
    "script_question": _l("A question with a program in it. It is kept as it is; the program is never run."),
    "formula_answer": _l("The answer is a formula, which is not compared here. The question is kept as it is."),
    "problem_too_large": _l("This problem is far larger than a question. It is kept as it is."),
    "problem_broken": _l("The markup of this problem is broken in line %(line)s. It is kept as it is."),
    # what a person should look at
    "question_text_empty": _l("The question has no text. Write one."),
    "several_right_singly": _l(
        "Any one of %(count)s right options was enough in the file. Here all of them have to be chosen: "
        "keep one key, or leave it as multiple choice."
    ),
    "several_key_sets": _l("The file takes several sets of options as right. The first was taken."),
    "part_points_lost": _l("These options earned part of the points in the file and earn none here: %(words)s."),
    "penalties_lost": _l(
        "Wrong options cost different points in the file and cost none here. Set the penalty if needed."
    ),
    "weights_simplified": _l(
        "The options earn and cost different points in the file. The nearest scoring rule that is not milder was "
        "taken; check it."
    ),
    "key_disagrees": _l("The file marks another option as right than the one that earns most. Check the key."),
    "other_comparison": _l("These answers were compared in a way that is not known here: %(words)s. Check them."),
    "pattern_answer": _l("The right answer was the pattern %(pattern)s. Write out the answers that it means."),
    "close_answers": _l('Answers close to "%(text)s" were taken too. Here only the text itself counts; add others.'),
    "number_unread": _l("This is no number: %(words)s. Give the right number."),
    "open_range": _l("The right numbers have no upper or no lower end in the file. Give a number and a tolerance."),
    "number_outside_range": _l(
        "The file gives the right number %(value)s and a range that it is not in. The number was taken; check it."
    ),
    "gap_not_in_text": _l('The blank "%(name)s" does not stand in the text. It was put at the end.'),
    "gap_without_key": _l('The file does not say what is right in the blank "%(name)s".'),
    "gap_with_keys": _l('Several choices are right in the blank "%(name)s". The first was taken.'),
    "belongs_nowhere": _l(
        "%(count)s things belong to none of the groups. They go with %(sign)s here; say so in the question text."
    ),
    "belongs_twice": _l("These things belong to several groups in the file; the first was taken: %(words)s."),
    "order_partly_unknown": _l("The right order does not name these lines; they were put at the end: %(words)s."),
    "line_unread": _l("This line cannot be read as a question of the type %(kind)s: %(words)s"),
    "answers_cut": _l("Only the first %(count)s rows of a list were read; this question has more. Compare it."),
    # notices
    "empty_options_left_out": _l("%(count)s empty options were left out."),
    "empty_lines_left_out": _l("%(count)s empty lines were left out."),
    "stimulus_joined": _l("The text on which the question is asked was put before it."),
    "one_line_matching": _l("A matching of one line is a choice among its matches; it was taken so."),
    "read_from_broken_xml": _l("The XML of the file is broken and was mended. Compare the question with the source."),
    "attempts_ignored": _l("Settings of the course (attempts, showing answers) were not taken over: %(names)s."),
    "letters_left_out": _l("The letters typed before the options were left out: every paper letters them anew."),
    "border_counts": _l("The end of the range itself counts as right here; in the file it does not."),
    "hints_joined": _l("Hints were put into the explanation."),
    # what QTI 1.2 could not hold
    "canvas_kind_lost": _l("QTI 1.2 has nothing for this kind of question. It was not written."),
    "canvas_raw_lost": _l("It was kept as it came from another format and cannot be written as QTI 1.2."),
    "canvas_penalty_lost": _l("Points taken for wrong answers were not written: Canvas takes none."),
    "canvas_rule_lost": _l("The scoring rule was not written: Canvas scores this kind of question in its own way."),
    "canvas_shares_lost": _l(
        "Answers that earn part of the points were not written: Canvas would count them as right."
    ),
    "canvas_comparison_lost": _l("How typed answers are compared (marks, capitals, stars) was not written."),
    "canvas_units_lost": _l("Units were not written: Canvas compares the number alone."),
    "canvas_rubric_lost": _l("The marking guide was not written. Keep it with the question in another way."),
    "canvas_case_explanation": _l("The explanation of the case as a whole was not written."),
    "canvas_capitals": _l("Canvas does not heed capital letters in typed answers, though the file says so."),
    "canvas_prompts_joined": _l("The parts of the question stand as a numbered list in its text."),
    "canvas_minutes_lost": _l("The recommended time was not written."),
    "canvas_all_or_nothing": _l("Canvas gives part of the points for each right line, though the file says otherwise."),
    "canvas_cluster_matching": _l("The true/false statements were written as a matching with true and false."),
    "canvas_new_quizzes": _l("Only New Quizzes of Canvas read this kind of question."),
    "canvas_weights": _l("Canvas gives each blank an equal part of the points, though the file says otherwise."),
    "canvas_case_split": _l("The case was written as a text and one question after the other."),
    "canvas_labels_lost": _l("Level, outcome, tags or notes of the question were not written."),
}

NOTICES = {
    "bank_elsewhere": _l(
        "The file points at %(count)s more questions or groups of a bank that is not in it. Export that bank as well."
    ),
    "copies_left_out": _l("%(count)s files repeat a quiz that the package holds in full, so they were not read."),
    "xml_mended": _l("The XML is broken and was mended (%(files)s). Check the preview."),
    "file_unread": _l("The file %(path)s in the package is broken in line %(line)s and was not read."),
    "section_texts_left_out": _l("%(count)s texts that stand over a whole section were not taken over."),
    "html_components_left_out": _l("%(count)s pages of text between the problems are no questions and were not read."),
    "blocks_left_out": _l("Parts of the course that are no problems were not read: %(names)s."),
}

PLACES: dict = {}
