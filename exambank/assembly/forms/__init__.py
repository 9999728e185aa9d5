"""Forms of assembly: blueprints, dealing and withdrawing, the plan."""

from exambank.assembly.forms.blueprints import BlueprintForm, read_stamp, stamp
from exambank.assembly.forms.demands import DemandsForm
from exambank.assembly.forms.lists import BlueprintFilter
from exambank.assembly.forms.papers import DealForm, ReasonForm
from exambank.assembly.forms.plan import WritingTaskForm

__all__ = [
    "BlueprintFilter",
    "BlueprintForm",
    "DealForm",
    "DemandsForm",
    "ReasonForm",
    "WritingTaskForm",
    "read_stamp",
    "stamp",
]
