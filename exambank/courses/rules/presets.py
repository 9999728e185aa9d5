"""Regulations of real schools to start from, in one place. A school adopts its own text, never ours.

Figures that a published regulation states are its own; what it leaves open is filled with the usual practice. The
current regulation of the intermediate political theory programme could not be read in full: its figures are the
usual ones and must be compared with the school's own before adoption.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

_ROOM = {
    "late_entry_seconds": 600,
    "earliest_leave_share": "2/3",
    "flush_window_seconds": 10,
    "grace_seconds": 180,
}
_TEN_POINT_CLASSES = [
    ["9", "Xuất sắc"], ["8", "Giỏi"], ["7", "Khá"], ["5", "Trung bình"], ["4", "Yếu"], ["0", "Kém"],
]  # fmt: skip
_FIVE_LETTERS = [["8.5", "A"], ["7.0", "B"], ["5.5", "C"], ["4.0", "D"], ["0", "F"]]
_FINE_LETTERS = [
    ["9.0", "A+"], ["8.5", "A"], ["8.0", "B+"], ["7.0", "B"], ["6.5", "C+"], ["5.5", "C"], ["5.0", "D+"], ["4.0", "D"],
    ["0", "F"],
]  # fmt: skip


@dataclass(frozen=True)
class Preset:
    """A starting point: its ``key`` and, as a Regulation keeps them, its rules."""

    key: str
    rules: dict[str, Any]


_POLITICAL_SCHOOL = {
    # Intermediate political theory at a provincial political school: ten-point scale only, no letters
    "pass_mark": "5.0",
    "scale_max": "10",
    "components": [{"code": "process", "name": "Điểm quá trình", "weight": "0.4"}],
    "exam_weight": "0.6",
    "rounding": {"exam": "0.1", "module": "0.1"},
    "letters": [],
    "classification": _TEN_POINT_CLASSES,
    "minimum_attendance": "0.8",
    "minimum_component": None,
    "attempts": 2,
    **_ROOM,
}
_ELEMENTARY = {
    # Elementary political theory at a district centre (QĐ 883-QĐ/BTGTW 2021): attendance and the exam of the unit
    **_POLITICAL_SCHOOL,
    "components": [{"code": "attendance", "name": "Điểm chuyên cần", "weight": "0.2"}],
    "exam_weight": "0.8",
}
_UNIVERSITY = {
    # TT 08/2021/TT-BGDĐT: two components or more, letters, pass from D, no resit
    **_POLITICAL_SCHOOL,
    "pass_mark": "4.0",
    "components": [
        {"code": "attendance", "name": "Điểm chuyên cần", "weight": "0.1"},
        {"code": "midterm", "name": "Điểm giữa kỳ", "weight": "0.4"},
    ],
    "exam_weight": "0.5",
    "letters": _FIVE_LETTERS,
    "attempts": 1,
}
_VJU = {
    # VNU Vietnam Japan University (QĐ 1132/QĐ-ĐHVN 2025): exam at least 60 %, finer letters, components above zero,
    # fifteen minutes of late entry
    **_POLITICAL_SCHOOL,
    "pass_mark": "4.0",
    "components": [
        {"code": "attendance", "name": "Điểm chuyên cần", "weight": "0.1"},
        {"code": "midterm", "name": "Điểm giữa kỳ", "weight": "0.3"},
    ],
    "exam_weight": "0.6",
    "letters": _FINE_LETTERS,
    "minimum_component": {"value": "0", "scope": "each", "is_above": True},
    "attempts": 1,
    "late_entry_seconds": 900,
}
_COLLEGE = {
    # Bảo Lộc College (QĐ 299/2022): tests 0.4, periodic ones counting twice; tests must average 5.0; one resit
    **_POLITICAL_SCHOOL,
    "pass_mark": "4.0",
    "components": [
        {"code": "regular", "name": "Kiểm tra thường xuyên", "weight": "2/15"},
        {"code": "periodic", "name": "Kiểm tra định kỳ", "weight": "4/15"},
    ],
    "exam_weight": "0.6",
    "letters": _FIVE_LETTERS,
    "minimum_component": {"value": "5.0", "scope": "average", "is_above": False},
}
_PROFESSIONAL = {
    # Professional examination of a ministry (2025 circular): the exam alone, in quarters of a point
    **_POLITICAL_SCHOOL,
    "components": [],
    "exam_weight": "1",
    "rounding": {"exam": "0.25", "module": "0.25"},
    "minimum_attendance": "0",
    "attempts": 1,
}

PRESETS = {
    preset.key: preset
    for preset in (
        Preset("political_school", _POLITICAL_SCHOOL),
        Preset("elementary", _ELEMENTARY),
        Preset("university", _UNIVERSITY),
        Preset("vju", _VJU),
        Preset("college", _COLLEGE),
        Preset("professional", _PROFESSIONAL),
    )
}


def default_rules() -> dict[str, Any]:
    """The rules a new programme starts from, as JSON of its own: a political school's."""
    return deepcopy(PRESETS["political_school"].rules)
