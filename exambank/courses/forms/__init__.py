"""Forms of courses: shape and messages. What is typed is turned into rules or marks here, and judged by ``rules``."""

from exambank.courses.forms.lists import (
    CodedForm,
    CohortForm,
    LearnersForm,
    ModuleForm,
    NameForm,
    OfferingForm,
    OutcomeForm,
    ProgrammeForm,
    SchoolForm,
    TermForm,
)
from exambank.courses.forms.mark_sheet import MarkSheet
from exambank.courses.forms.regulation import RegulationForm

__all__ = [
    "CodedForm",
    "CohortForm",
    "LearnersForm",
    "MarkSheet",
    "ModuleForm",
    "NameForm",
    "OfferingForm",
    "OutcomeForm",
    "ProgrammeForm",
    "RegulationForm",
    "SchoolForm",
    "TermForm",
]
