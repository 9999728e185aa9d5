"""PURE. The rules of a blueprint as a table of three columns: what it is in words, its value, its name for machines."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from exambank.assembly.rules.demands import BALANCED, Demands
from exambank.interchange.blueprints.grid import Grid
from exambank.interchange.blueprints.plan import LONGEST_NAME, Plan, tidy_points
from exambank.interchange.blueprints.words import fold

HEADERS = ("Quy tắc", "Giá trị", "Mã")
_WORDS = {
    "name": "Tên ma trận đề",
    "duration_minutes": "Thời gian làm bài (phút)",
    "target_points": "Tổng điểm của đề",
    "balance": "Cân bằng các mã đề theo",
    "tolerance": "Sai lệch cho phép",
    "theta": "Mức năng lực để cân bằng",
    "papers_per_item": "Mỗi câu dùng nhiều nhất trong số mã đề",
    "overlap": "Hai mã đề chung nhiều nhất số câu",
    "days_apart": "Không dùng lại trong số ngày",
    "sittings_apart": "Không dùng lại trong số kỳ thi gần nhất",
    "max_use_count": "Mỗi câu đã dùng nhiều nhất số lần",
    "distinct_items": "Số câu khác nhau trong cả bộ đề",
    "max_same_key_run": "Đáp án giống nhau liền nhau nhiều nhất",
    "shuffle_items": "Đảo thứ tự câu hỏi",
    "shuffle_options": "Đảo thứ tự phương án",
    "code_prefix": "Phần đầu của mã đề",
    "code_start": "Mã đề đầu tiên",
    "code_step": "Bước giữa hai mã đề",
}
_MOST_ROWS = 80
_TARGET = "level_target: "
_OPTIONAL = {name for name, value in Demands().as_dict().items() if value is None} | {"max_same_key_run"}
_UNREADABLE = object()


def rules_rows(plan: Plan) -> list[tuple[str, str, str]]:
    """The rows of the table: name, time and points of the paper, then every demand."""
    head = {"name": plan.name, "duration_minutes": plan.duration_minutes,
            "target_points": None if plan.target_points is None else str(tidy_points(plan.target_points))}  # fmt: skip
    rows = [(_WORDS[code], "" if value is None else str(value), code) for code, value in head.items()]
    rows += [
        (f"Tỉ lệ câu mức {name} (%)", str(share), f"{_TARGET}{name}") for name, share in plan.level_targets.items()
    ]
    return rows + [
        (_WORDS.get(code, code), _written(value), code) for code, value in (plan.demands or {}).items()
    ]  # fmt: skip


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, list | tuple):
        return "; ".join(map(_written, value))
    return "" if value is None else str(value)


def read_rules(grid: Grid) -> dict[str, Any] | None:
    """What a table of rules says: name, duration_minutes, target_points, demands; None for any other table."""
    heads = [fold(one) for one in HEADERS]
    start = next((at for at, row in enumerate(grid.rows[:10]) if [fold(one) for one in row[:3]] == heads), None)
    if start is None:
        return None
    told = {row[2].strip(): row[1].strip() for row in grid.rows[start + 1 : start + 1 + _MOST_ROWS] if len(row) > 2}
    found: dict[str, Any] = {"name": told.get("name", "")[:LONGEST_NAME]}
    if _is_whole(told.get("duration_minutes", "")):
        found["duration_minutes"] = int(told["duration_minutes"]) or None
    try:
        found["target_points"] = Decimal(told.get("target_points", "").replace(",", "."))
    except InvalidOperation:
        found["target_points"] = None
    found["level_targets"] = {
        code.removeprefix(_TARGET): int(share)
        for code, share in told.items()
        if code.startswith(_TARGET) and _is_whole(share) and 0 < int(share) <= 100
    }
    demands = _demands(told)
    return {**found, "demands": demands} if demands else found


def sound_demands(given: Mapping[str, Any]) -> dict[str, Any]:
    """Of what somebody sent as demands those whose value is of the right type."""
    usual = Demands().as_dict()
    return {code: value for code, value in given.items() if code in usual and _is_sound(code, value, usual[code])}


def _is_sound(code: str, value: Any, usual: Any) -> bool:
    if code in _OPTIONAL:
        return value is None or (type(value) is int and 0 <= value < 1_000_000)
    if isinstance(usual, list):
        return isinstance(value, list) and all(_is_sound("", one, usual[0]) for one in value)
    if isinstance(usual, float):
        return type(value) in (int, float) and abs(value) < 1_000_000
    return type(value) is type(usual) and (not isinstance(value, str) or len(value) <= 20)


def _is_whole(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 6


def _demands(told: Mapping[str, str]) -> dict[str, Any]:
    """Demands whose value is of the type that it has; others are left out, so that their usual value holds."""
    usual = Demands().as_dict()
    found = {}
    for code, kind in usual.items():
        if code in told:
            value = None if code in _OPTIONAL and not told[code] else _read(told[code], kind)
            if value is not _UNREADABLE and (code != "balance" or set(value) <= set(BALANCED)):
                found[code] = value
    return found


def _read(words: str, usual: Any) -> Any:
    """The value that ``_written`` wrote of a demand whose usual value is ``usual``."""
    if isinstance(usual, bool):
        return {"co": True, "khong": False}.get(fold(words), _UNREADABLE)
    if isinstance(usual, str):
        return words[:20]
    if isinstance(usual, list):
        parts = [one.strip() for one in words.split(";") if one.strip()]
        return [_read(one, usual[0]) for one in parts] if _is_like(parts, usual) else _UNREADABLE
    try:
        number = json.loads(words.replace(",", "."))
    except ValueError:
        return _UNREADABLE
    if isinstance(number, bool) or not isinstance(number, int | float):
        return _UNREADABLE
    return float(number) if isinstance(usual, float) else number if isinstance(number, int) else _UNREADABLE


def _is_like(parts: list[str], usual: list) -> bool:
    return all(_read(one, usual[0]) is not _UNREADABLE for one in parts) if usual else False
