"""The door to documents: what can be printed, printing it, and what was printed."""

from exambank.documents.service.availability import Entry, Folder, get_folder, list_exams_for
from exambank.documents.service.contents import contents_of
from exambank.documents.service.printing import Printed, Printing, list_printings, print_document
from exambank.documents.service.wording import kind_label, purpose_of, reason_text

__all__ = [
    "Entry",
    "Folder",
    "Printed",
    "Printing",
    "contents_of",
    "get_folder",
    "kind_label",
    "list_exams_for",
    "list_printings",
    "print_document",
    "purpose_of",
    "reason_text",
]
