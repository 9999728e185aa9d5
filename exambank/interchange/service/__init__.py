"""The door to interchange: batches of bank files, of people, of mark sheets; tables that go out."""

from exambank.interchange.service.banks import (
    BankFile,
    accept_import,
    discard_import,
    get_batch,
    list_batches,
    may_create_topics,
    preview_import,
    read_bank_file,
    report_for_people,
    report_of_refusal,
)
from exambank.interchange.service.banks_out import JsonFile, export_json
from exambank.interchange.service.exports import example_table, export_items, gradebook_table, results_table
from exambank.interchange.service.files import read_sheets
from exambank.interchange.service.marks import (
    ShownChange,
    accept_marks,
    components_table,
    get_marks_batch,
    marks_problems,
    preview_marks,
    show_changes,
)
from exambank.interchange.service.people import (
    Welcome,
    accept_people,
    discard_people,
    get_people_batch,
    list_people_batches,
    may_enrol,
    person_problems,
    preview_people,
)

__all__ = [
    "BankFile",
    "JsonFile",
    "ShownChange",
    "Welcome",
    "accept_import",
    "accept_marks",
    "accept_people",
    "components_table",
    "discard_import",
    "discard_people",
    "example_table",
    "export_items",
    "export_json",
    "get_batch",
    "get_marks_batch",
    "get_people_batch",
    "gradebook_table",
    "list_batches",
    "list_people_batches",
    "marks_problems",
    "may_create_topics",
    "may_enrol",
    "person_problems",
    "preview_import",
    "preview_marks",
    "preview_people",
    "read_bank_file",
    "read_sheets",
    "report_for_people",
    "report_of_refusal",
    "results_table",
    "show_changes",
]
