"""The door to assembly: blueprints, feasibility, dealing, approval, and looking into papers."""

from exambank.assembly.service.blueprints import (
    check_cells,
    check_feasibility,
    copy_blueprint,
    get_blueprint,
    list_blueprints,
    retire_blueprint,
    revise_blueprint,
    specs_of,
    tags_in_bank,
    write_blueprint,
)
from exambank.assembly.service.papers import (
    PaperQuestion,
    approve_papers,
    deal_papers,
    get_paper,
    get_paper_set,
    list_approved_sets,
    list_paper_sets,
    list_waiting_sets,
    look_into_paper,
    record_binding,
    summarise,
    withdraw_papers,
)
from exambank.assembly.service.seeds import generator
from exambank.assembly.service.wording import cell_names, describe_cell, state_label

__all__ = [
    "PaperQuestion",
    "approve_papers",
    "cell_names",
    "check_cells",
    "check_feasibility",
    "copy_blueprint",
    "deal_papers",
    "describe_cell",
    "generator",
    "get_blueprint",
    "get_paper",
    "get_paper_set",
    "list_approved_sets",
    "list_blueprints",
    "list_paper_sets",
    "list_waiting_sets",
    "look_into_paper",
    "record_binding",
    "retire_blueprint",
    "revise_blueprint",
    "specs_of",
    "state_label",
    "summarise",
    "tags_in_bank",
    "withdraw_papers",
    "write_blueprint",
]
