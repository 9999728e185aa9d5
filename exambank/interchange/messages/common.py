"""Sentences that every format shares: files that are none, archives, XML, pictures, items as a whole."""

from flask_babel import lazy_gettext as _l

FILE_KINDS = {
    "pdf": _l("a PDF"),
    "picture": _l("a picture"),
    "word": _l("a Word file"),
    "archive": _l("an archive or another kind of package"),
    "open_document": _l("an OpenDocument file (LibreOffice)"),
    "web_page": _l("a web page, though its name may end in .xls"),
}

FILES = {
    "unknown_format": _l("This kind of file is not read here."),
    "unknown_xml": _l("This is XML, but of no question format that is known here (it begins with <%(root)s>)."),
    "unknown_text": _l(
        "This text file is no question file that is known here (GIFT, Aiken, CSV). "
        "Check that the whole file was chosen."
    ),
    "not_written": _l("The format %(name)s is only read, not written. Choose one of: %(known)s."),
    "xml_too_large": _l("The file is larger than %(limit)s MB. Split it."),
    "xml_entities": _l("The file declares entities, which no question file needs, so it is not opened."),
    "xml_broken": _l("The XML is broken in line %(line)s, column %(column)s: %(reason)s. Export the file again."),
    "archive_too_large": _l("The package is larger than %(limit)s MB. Split it."),
    "archive_broken": _l("The package is damaged and cannot be opened. Copy or download it again."),
    "archive_too_many_files": _l("The package holds more than %(limit)s files. Split it."),
    "archive_password": _l("The package is protected by a password. Make it again without one."),
    "archive_bomb": _l("The package unpacks to far more than questions need, so it is not opened."),
    "archive_path": _l("The package holds a file outside its own folder (%(path)s), so it is not opened."),
    "archive_nested": _l("The package holds another package (%(path)s). Unpack it and choose the inner one."),
    "archive_twice": _l("The package holds the same file twice (%(path)s), so it is not opened."),
    "file_too_large": _l("The file is larger than %(limit)s MB. Split it."),
    "json_too_large": _l("The JSON file is larger than %(limit)s MB. Save it as a zip with its pictures, or split it."),
    "json_too_much": _l("The JSON file holds far more values than questions need, so it is not opened."),
    "json_too_deep": _l("Lists stand more than %(limit)s deep in this JSON file, which no question needs."),
    "json_broken": _l(
        "The JSON is broken in line %(line)s, column %(column)s: %(reason)s. Export the file again, or mend that line."
    ),
    "json_version": _l(
        "The file is version %(version)s of our own format; this program reads up to %(known)s. Update the program."
    ),
    "json_too_many": _l("The file holds %(count)s items; at most %(limit)s are read at once. Split the file."),
    "json_not_in_zip": _l("The zip must hold the questions as %(name)s at its root."),
    "json_unknown": _l(
        "This JSON file is neither an exported bank nor a list of questions with a text, options and a key."
    ),
    "too_many_questions": _l("The file has more than %(limit)s questions, which are read at once at most. Split it."),
    "no_questions": _l("The file can be read, but there is no question in it."),
}

PROBLEMS = {
    "needs_work": _l("Before review this has to be mended: %(what)s"),
    "no_right_answer": _l("The file does not say which answer is right. Choose the key here or in the bank."),
    "twin": _l('The same item stands in this file already: "%(name)s".'),
    "twin_other_key": _l('The same item stands in this file already with another key: "%(name)s". One is wrong.'),
    "picture_missing": _l('The picture "%(name)s" is not in the file. Add it in the bank.'),
    "picture_broken": _l('The picture "%(name)s" is damaged and was left out. Add it again in the bank.'),
    "picture_kind": _l(
        'The picture "%(name)s" is of a kind that browsers do not show. Save it as PNG and add it again.'
    ),
    "picture_too_large": _l('The picture "%(name)s" is too large and was left out. Make it smaller and add it again.'),
    "media_left_out": _l('"%(name)s" (sound, film or another file) cannot be taken over; the text is there.'),
    "json_no_item": _l("This is no item: it needs a kind and a text. Mend the file, or type the question in the bank."),
    "json_kind": _l('The kind "%(kind)s" is not known here. The item is kept as it is.'),
    "json_twice": _l("These names stand twice within the item: %(names)s. The last value was taken; check the item."),
    "json_unknown": _l("These parts of the item are not known here and were left out: %(names)s."),
    "json_wrong_type": _l("These parts of the item are not of the type that they should be: %(names)s. Check them."),
    "json_key_base": _l(
        "The file gives keys as numbers, and they may count the options from 0 or from 1. Choose the key of each item."
    ),
    "json_raw": _l("This item was kept as it came (%(format)s) and stays so: it cannot be played here."),
    "json_raw_files": _l("Some of the files that belong to this item are not in the package."),
    "json_raw_broken": _l("An item that was kept as it came has lost its content. Take it from its first source."),
    "text_too_long": _l("A text is too long and was cut. Compare it with the file."),
    "scoring_simplified": _l("The file scores this in more detail than is possible here. Check the scoring."),
    "feedback_joined": _l("Feedback on single options stands together in the explanation."),
}

NOTICES: dict = {}

PLACES = {
    "": "",
    "row": _l("row %(row)s"),
    "line": _l("line %(line)s"),
    "lines": _l("lines %(first)s to %(last)s"),
    "paragraph": _l("paragraph %(number)s"),
    "paragraphs": _l("paragraphs %(first)s to %(last)s"),
    "table": _l("table %(table)s, row %(row)s"),
    "question": _l("question %(number)s"),
    "file": _l("file %(path)s"),
    "file_line": _l("file %(path)s, line %(line)s"),
    "entry": _l("entry %(number)s"),
}
