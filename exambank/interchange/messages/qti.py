"""Sentences about QTI."""

from flask_babel import lazy_gettext as _l

FILES = {
    "qti_stimulus_alone": _l(
        "This file is a text that questions refer to, without a question. Choose the package (zip) or the items."
    ),
    "qti_manifest_alone": _l("This is only the list of a package's files. Choose the whole package (zip)."),
    "qti_too_large": _l("The file has more parts than any item or test needs, so it is not opened. Split it."),
    "qti_too_many": _l("The package has %(count)s questions; at most %(limit)s are read at once. Split it."),
}

PROBLEMS = {
    # what is lost or differs
    "part_missing": _l('A part that the item takes in from another file is not there: "%(name)s". Add it by hand.'),
    "stimulus_missing": _l('The text that the item refers to is not there: "%(name)s". Add it by hand.'),
    "conditional_text": _l(
        "A part that the file shows only after certain answers is always shown here. Read it and take out what is "
        "too much."
    ),
    "printed_value": _l('The file prints a value there that only its own system knows ("%(name)s"). Fill it in.'),
    "item_mended": _l("The XML of this item is broken and was mended. Compare it with the file."),
    "item_without_words": _l("The item has no question text, only something to answer. Write the question."),
    "key_not_there": _l("The key names choices that the item does not have: %(names)s. Check the key."),
    "key_conflict": _l(
        "The key that the file declares and the answer for which it gives points differ. The declared key was taken; "
        "check it."
    ),
    "scored_together": _l(
        "The file gives points only when all questions of this item are answered rightly; here each counts by itself."
    ),
    "custom_scoring": _l(
        "The file scores this item by rules of its own that cannot be worked out here. The declared key was taken; "
        "check the scoring."
    ),
    "choice_limit": _l("The file lets at most %(limit)s options be chosen; here any number may be."),
    "input_pattern": _l("The file takes only answers of a certain form (%(pattern)s); here any text may be typed."),
    "several_texts": _l("The file has several fields for this text; here it is one."),
    "pairs_in_columns": _l("The file pairs the members of one list; here they stand in two columns."),
    "empty_choice_left_out": _l("A list begins with an empty line; here it holds the choices alone."),
    "words_used_once": _l("In the file each word may be limited to one gap; here every gap offers all words."),
    "hint_in_explanation": _l("A hint for candidates stands in the explanation, which they see after the exam."),
    # why an item is kept as it is
    "adaptive": _l("The item goes on after an answer (adaptive), which is not played here. It is kept as it came."),
    "template": _l("The item makes its values by chance (template), which is not played here. It is kept as it came."),
    "custom_interaction": _l(
        "The item runs a program of its own (%(name)s), which is never run here. It is kept as it came."
    ),
    "end_attempt": _l("The item has buttons that end an attempt or show hints. It is kept as it came."),
    "upload": _l("The item asks for a file to be handed in. It is kept as it came."),
    "drawing": _l("The item asks for a drawing. It is kept as it came."),
    "slider": _l("The item is answered with a slider. It is kept as it came; perhaps a numeric item does as well."),
    "media_interaction": _l("The item is about playing sound or film. It is kept as it came."),
    "graphic": _l("The item is answered on a picture (%(name)s), which is not played here. It is kept as it came."),
    "no_interaction": _l("The item has nothing to answer. It is kept as it came."),
    "too_many_parts": _l("The item has %(count)s parts; at most %(limit)s can be played. It is kept as it came."),
    "nothing_to_choose": _l("The item has nothing to choose from. It is kept as it came."),
    "names_repeated": _l("Two parts of the item have the same name, so its key is not clear. It is kept as it came."),
    "several_matches": _l(
        "A line of the item has several matches or none, which is not played. It is kept as it came."
    ),
    "no_pairs": _l("The file does not say which belong together. The item is kept as it came."),
    "gap_picture": _l("Pictures have to be put into the gaps, which is not played here. The item is kept as it came."),
    "order_of_some": _l("Only some of the lines have to be put in order. The item is kept as it came."),
    # why an item is refused
    "item_missing": _l('The file names an item that is not there: "%(path)s". Export again, with all items.'),
    "item_broken": _l('The XML of "%(path)s" is broken in line %(line)s. Export the item again.'),
    "item_unreadable": _l('"%(path)s" cannot be opened safely (entities, or too large). Export the item again.'),
}

NOTICES = {
    "test_rules_left_out": _l(
        "The file holds a test with rules of its own (selection, time, branching). Its items were read; its rules were "
        "not."
    ),
    "items_not_in_manifest": _l("Some items lie in the package but are not in its list. They were read too."),
    "test_unreadable": _l('The test "%(path)s" in the package is broken. The items of the package were read.'),
    "manifest_unreadable": _l("The list of the package (imsmanifest.xml) is broken. All items found were read."),
    "order_not_locked": _l(
        "The file forbids shuffling in every item, as some systems do by themselves; so no option was locked. Lock "
        "those whose order matters."
    ),
}

PLACES: dict = {}
