"""The door to assembly: blueprints, feasibility, dealing, approval, and looking into papers."""

from exambank.assembly.service.approval import approve_papers, record_binding, withdraw_papers
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
from exambank.assembly.service.dealing import deal_papers
from exambank.assembly.service.health import BankHealth, bank_health, list_health
from exambank.assembly.service.looking import (
    PaperQuestion,
    get_paper,
    get_paper_set,
    list_approved_sets,
    list_paper_sets,
    list_waiting_sets,
    look_into_paper,
    summarise,
)
from exambank.assembly.service.plan import (
    get_writing_task,
    list_own_tasks,
    list_plan,
    list_writers,
    set_writing_task,
    withdraw_writing_task,
)
from exambank.assembly.service.seeds import generator
from exambank.assembly.service.wording import cell_names, describe_cell, kind_label, state_label

__all__ = [
    "BankHealth",
    "PaperQuestion",
    "approve_papers",
    "bank_health",
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
    "get_writing_task",
    "kind_label",
    "list_approved_sets",
    "list_blueprints",
    "list_health",
    "list_own_tasks",
    "list_paper_sets",
    "list_plan",
    "list_waiting_sets",
    "list_writers",
    "look_into_paper",
    "record_binding",
    "retire_blueprint",
    "revise_blueprint",
    "set_writing_task",
    "specs_of",
    "state_label",
    "summarise",
    "tags_in_bank",
    "withdraw_papers",
    "withdraw_writing_task",
    "write_blueprint",
]
