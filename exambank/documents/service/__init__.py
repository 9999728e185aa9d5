"""The door to documents: what can be printed, printing it, and what was printed."""

from exambank.documents.papers.answer_sheets import qr_drawing
from exambank.documents.service.acceptances import acceptance_contents, print_acceptance
from exambank.documents.service.availability import Entry, Folder, get_folder, list_exams_for
from exambank.documents.service.cards import print_cards
from exambank.documents.service.contents import contents_of
from exambank.documents.service.item_report import item_contents, print_item_statistics
from exambank.documents.service.offences import offence_contents, print_offence
from exambank.documents.service.paper_acts import print_draw_minutes, print_matrix, print_seal_minutes
from exambank.documents.service.paper_prints import (
    ask_for_print,
    cancel_print,
    default_order,
    fail_abandoned,
    fetch_print,
    forget_prints,
    forget_proofs,
    get_print,
    is_proof,
    list_prints,
    make_print,
)
from exambank.documents.service.printing import Printed, Printing, list_printings, print_document
from exambank.documents.service.slips import has_slips, list_slip_sets, print_slips
from exambank.documents.service.statistics_report import print_statistics, statistics_contents
from exambank.documents.service.wording import (
    kind_label,
    paper_print_label,
    paper_print_state,
    purpose_of,
    reason_text,
)

__all__ = [
    "Entry",
    "Folder",
    "Printed",
    "Printing",
    "acceptance_contents",
    "ask_for_print",
    "cancel_print",
    "contents_of",
    "default_order",
    "fail_abandoned",
    "fetch_print",
    "forget_prints",
    "forget_proofs",
    "get_folder",
    "get_print",
    "has_slips",
    "is_proof",
    "item_contents",
    "kind_label",
    "list_exams_for",
    "list_printings",
    "list_prints",
    "list_slip_sets",
    "make_print",
    "offence_contents",
    "paper_print_label",
    "paper_print_state",
    "print_acceptance",
    "print_cards",
    "print_document",
    "print_draw_minutes",
    "print_item_statistics",
    "print_matrix",
    "print_offence",
    "print_seal_minutes",
    "print_slips",
    "print_statistics",
    "purpose_of",
    "qr_drawing",
    "reason_text",
    "statistics_contents",
]
