"""The door to documents: what can be printed, printing it, and what was printed."""

from exambank.documents.service.acceptances import acceptance_contents, print_acceptance
from exambank.documents.service.availability import Entry, Folder, get_folder, list_exams_for
from exambank.documents.service.contents import contents_of
from exambank.documents.service.printing import Printed, Printing, list_printings, print_document
from exambank.documents.service.slips import has_slips, list_slip_sets, print_slips
from exambank.documents.service.wording import kind_label, purpose_of, reason_text

__all__ = [
    "Entry",
    "Folder",
    "Printed",
    "Printing",
    "acceptance_contents",
    "contents_of",
    "get_folder",
    "has_slips",
    "kind_label",
    "list_exams_for",
    "list_printings",
    "list_slip_sets",
    "print_acceptance",
    "print_document",
    "print_slips",
    "purpose_of",
    "reason_text",
]
