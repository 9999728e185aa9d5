"""Decisions of courses: what a Regulation says, and what it makes of marks. Pure: values in, values out."""

from exambank.courses.rules.grading import (
    GradeDecision,
    Reason,
    exam_eligibility,
    module_grade,
    round_half_up,
)
from exambank.courses.rules.presets import PRESETS, Preset, default_rules
from exambank.courses.rules.regulation import (
    Component,
    ComponentMinimum,
    OffenceRule,
    Problem,
    RegulationRules,
    RoomRules,
    Rounding,
    RulesInvalid,
    Rung,
    share_text,
)
from exambank.courses.rules.settings import LEAD_LEAST, LEAD_MOST, SEALS, SchoolSettings
from exambank.courses.rules.sheet import ABSENT, CellProblem, SheetChange, check_sheet, find_changes, find_conflicts

__all__ = [
    "ABSENT",
    "LEAD_LEAST",
    "LEAD_MOST",
    "PRESETS",
    "SEALS",
    "CellProblem",
    "Component",
    "ComponentMinimum",
    "GradeDecision",
    "OffenceRule",
    "Preset",
    "Problem",
    "Reason",
    "RegulationRules",
    "RoomRules",
    "Rounding",
    "RulesInvalid",
    "Rung",
    "SchoolSettings",
    "SheetChange",
    "check_sheet",
    "default_rules",
    "exam_eligibility",
    "find_changes",
    "find_conflicts",
    "module_grade",
    "round_half_up",
    "share_text",
]
