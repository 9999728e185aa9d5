"""Sentences about Word documents."""

from flask_babel import lazy_gettext as _l

# by what a key may be marked; "_label": only the letter of the option
SIGNS = {
    "file": _l("the file of keys"),
    "lines": _l("a line with the answer"),
    "table": _l("the list of keys"),
    "tag": _l("a tag in brackets"),
    "star": _l("a star or a tick"),
    "word": _l('the word "right"'),
    "fixed": _l("the mark #!"),
    "capital": _l("a capital letter"),
    "underline": _l("underlining"),
    "highlight": _l("a highlight"),
    "red": _l("red letters"),
    "green": _l("green letters"),
    "blue": _l("blue letters"),
    "purple": _l("purple letters"),
    "orange": _l("orange letters"),
    "white": _l("white letters"),
    "bold": _l("bold letters"),
    "italic": _l("italic letters"),
    "strike": _l("letters struck through"),
    "first": _l("the first option"),
    "": _l("no sign"),
}

FILES = {
    "no_document": _l(
        "This is no Word document that can be read. Open it in Word, save it again as .docx and choose it."
    ),
    "too_many_paragraphs": _l("The document has more than %(limit)s paragraphs. Split it."),
    "no_keys": _l(
        'No key was found in "%(name)s". Write one line for each question, for example "Câu 1: B", or a table with '
        "numbers and letters."
    ),
}

PROBLEMS = {
    "signals_conflict": _l(
        "The key is %(key)s (by %(used)s), but %(sign)s marks %(labels)s. Decide which is right, or choose another "
        "sign for the whole file."
    ),
    "key_residue": _l(
        "The key is %(key)s, but %(percent)s %% of option %(label)s is marked too (%(sign)s), perhaps left from an "
        "earlier key. Check it."
    ),
    "key_other_sign": _l("This key is marked by %(sign)s, while the file marks its keys by %(used)s. Check it."),
    "two_keys_stated": _l("The file states two different keys; the other is %(key)s. Check which is right."),
    "key_names_no_option": _l('The stated key "%(key)s" is none of the options. Choose the key here.'),
    "several_marked": _l("%(count)s options are marked as right, so this became a question with several keys."),
    "statement_silent": _l("Nothing is said about the statements %(labels)s; they were taken as false. Check them."),
    "option_letters": _l(
        "The letters of the options are out of order (%(labels)s). They were read in the order of the page."
    ),
    "no_options": _l("No options were found, so this became an essay. If it has options, begin each with A. B. C. D."),
    "stem_missing": _l("There is no question text before the options. Add it."),
    "empty_question": _l("There is a number, but no question behind it."),
    "formula_object": _l(
        "MathType formulas cannot be shown in a browser: %(name)s stands in their place. In Word, convert them "
        "(MathType, Convert Equations, Office Math) and import again, or type them here."
    ),
    "formula_field": _l("An old formula field cannot be taken over as a formula: %(name)s. Type it here."),
    "formula_unreadable": _l("A formula cannot be taken over: %(name)s stands in its place. Type it here."),
    "drawing_object": _l("A chart or diagram cannot be taken over: %(name)s stands in its place. Add it as a picture."),
    "object_left_out": _l("An embedded object (%(name)s) cannot be taken over. Add it as a picture."),
    "shared_text_repeated": _l("%(count)s questions share a text; it was put before each of them."),
}

NOTICES = {
    "convention_used": _l("Keys were read by %(sign)s (%(count)s questions)."),
    "header_skipped": _l("The head of the paper was not taken over: %(words)s"),
    "lines_left_out": _l("%(count)s lines outside the questions were not taken over: %(words)s"),
    "numbers_missing": _l("Between the first and the last question these numbers are missing: %(numbers)s."),
    "key_file_unclear": _l(
        "The file of keys cannot be laid on this paper: numbers repeat, or it has several paper codes. "
        "Its keys were not used."
    ),
    "key_table_unclear": _l(
        "The list of keys cannot be laid on this paper: numbers repeat, or it has several paper codes. It was not used."
    ),
    "key_file_unused": _l("%(count)s keys of the file of keys belong to no question of this paper."),
    "key_table_unused": _l("%(count)s keys of the list belong to no question of this paper."),
    "old_fonts": _l("Old Vietnamese fonts (TCVN3 or VNI) were converted. Check the letters in the preview."),
    "hidden_text": _l("%(count)s paragraphs hold hidden text; only hidden answers were read."),
    "insertions_kept": _l("Tracked changes: %(count)s insertions were taken as they stand."),
    "deletions_left_out": _l("Tracked changes: %(count)s deletions were left out."),
    "text_boxes_read": _l("%(count)s text boxes were read where they are anchored. Check their place in the preview."),
    "notes_left_out": _l("%(count)s footnotes or endnotes were not taken over."),
    "comments_left_out": _l("The document has comments; they were not taken over."),
    "headers_left_out": _l("Page headers and footers were not taken over."),
    "shapes_left_out": _l("%(count)s drawn shapes without text were not taken over."),
    "parts_left_out": _l("%(count)s embedded documents were not taken over."),
}

PLACES: dict = {}
