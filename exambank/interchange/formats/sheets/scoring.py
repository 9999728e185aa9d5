"""PURE. How points are given, in words of a cell: Vietnamese is written, Vietnamese and English are read.

Parts stand between semicolons. Example: "từng phương án; thấp nhất -50%", "sai trừ 25%", "không cần dấu; ô 30".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from exambank import text
from exambank.bank import rules
from exambank.interchange.formats.sheets.figures import decimal_of, figure, percent, share_of
from exambank.interchange.formats.sheets.marks import SEMICOLON, closed, guard, split

USUAL_WIDTH = 20
_NUMBER = r"(-?[\d.,]+)"
_RULES = {
    "false": "từng phương án", "false2": "từng phương án (sai trừ tối đa nửa)", "true": "sai bù đúng",
    "all": "sai một mất hết", "none": "sai không trừ",
}  # fmt: skip
_ENGLISH_RULES = {
    "per option": "false", "per_option": "false", "false": "false", "false2": "false2", "true": "true", "all": "all",
    "none": "none", "all or nothing": "all_or_nothing", "tat ca hoac khong": "all_or_nothing",
}  # fmt: skip
_PAIRS = {"all_or_nothing": "tất cả hoặc không", "per_pair": "từng cặp", "per_place": "từng vị trí",
          "per_neighbour": "từng cặp liền nhau"}  # fmt: skip
_UNITS = {"none": "không đơn vị", "optional": "đơn vị tùy ý", "required": "bắt buộc đơn vị"}
_HINTS = {"words": "{} từ", "minutes": "{} phút", "preparation_minutes": "chuẩn bị {} phút",
          "answer_minutes": "trả lời {} phút"}  # fmt: skip


def _fold(words: str) -> str:
    return " ".join(text.search_key(words).split())


_MULTIPLE = {_fold(words): rule for rule, words in _RULES.items()} | _ENGLISH_RULES
_MATCHED = {_fold(words): rule for rule, words in _PAIRS.items()} | {rule.replace("_", " "): rule for rule in _PAIRS}
_ASKED = {_fold(words): rule for rule, words in _UNITS.items()} | {
    "no unit": "none", "unit optional": "optional", "unit required": "required", "don vi bat buoc": "required",
}  # fmt: skip
_TEXT_RULES = {
    "phan biet hoa thuong": ("ignore_case", False), "case sensitive": ("ignore_case", False),
    "khong phan biet hoa thuong": ("ignore_case", True), "ignore case": ("ignore_case", True),
    "khong can dau": ("ignore_diacritics", True), "ignore marks": ("ignore_diacritics", True),
    "dau sao thay chu": ("wildcards", True), "wildcards": ("wildcards", True),
}  # fmt: skip


def write_scoring(kind: str, content: Mapping[str, Any], units_told: int = 0) -> str:
    """The cell for a content; "" for what the kind does anyway. ``units_told`` units stand in the key already."""
    scoring = content.get("scoring") or {}
    if kind == "numeric":
        return "; ".join(part for part in _write_numeric(scoring, content, units_told) if part)
    return "; ".join(part for part in _WRITERS.get(kind, _nothing)(scoring, content) if part)


def _nothing(_scoring, _content) -> list[str]:
    return []


def _write_single(scoring, _content):
    return [f"sai trừ {percent(scoring['wrong'])}"] if scoring.get("wrong", "0") != "0" else []


def _write_multiple(scoring, _content):
    bound = scoring.get("lower_bound", "0")
    return [_RULES.get(scoring.get("rule", ""), ""), f"thấp nhất {percent(bound)}" if bound != "0" else ""]


def _write_cluster(scoring, _content):
    return [figure(share) for share in scoring.get("table", ())]


def _write_text(scoring, content):
    found = ["" if scoring.get("ignore_case", True) else "phân biệt hoa thường"]
    found.append("không cần dấu" if scoring.get("ignore_diacritics") else "")
    found.append("dấu sao thay chữ" if scoring.get("wildcards") else "")
    width = content.get("width", USUAL_WIDTH)
    return [*found, f"ô {width}" if width != USUAL_WIDTH else ""]


def _write_numeric(scoring, content, units_told):
    found = [_unit(row) for row in content["units"][units_told:]]
    asked = scoring.get("unit", "none")
    found.append(_UNITS[asked] if asked != usual_unit_rule(content["units"]) else "")
    cost = scoring.get("unit_penalty", "0")
    usual = "1" if asked == "required" else "0"
    return [*found, f"sai đơn vị mất {percent(cost)}" if cost != usual else ""]


def usual_unit_rule(units: Sequence) -> str:
    """Whether a unit is asked for where nobody says so: it may be given where the key has one."""
    return "optional" if units else "none"


def _unit(row: Mapping[str, str]) -> str:
    name = guard(row["name"], SEMICOLON)
    return (
        f"đơn vị {name} = {figure(row['factor'])}" if row["factor"] != "1" or "=" in name else f"đơn vị {closed(name)}"
    )


def _write_matching(scoring, _content):
    return [_PAIRS["all_or_nothing"]] if scoring.get("rule") == "all_or_nothing" else []


def _write_ordering(scoring, _content):
    return [_PAIRS[scoring["rule"]]] if scoring.get("rule", "all_or_nothing") != "all_or_nothing" else []


def _write_hints(_scoring, content):
    return [_HINTS[name].format(value) for name, value in content.get("hints", {}).items() if value]


_WRITERS = {
    "single_choice": _write_single, "multiple_choice": _write_multiple, "true_false_cluster": _write_cluster,
    "short_text": _write_text, "fill_in": _write_text, "matching": _write_matching,
    "ordering": _write_ordering, "essay": _write_hints, "oral": _write_hints,
}  # fmt: skip


# --- reading ---


def read_scoring(kind: str, cell: str) -> tuple[dict[str, Any], list[str]]:
    """Parts of a content that a cell tells ("scoring", "width", "units", "hints"), and the parts not understood."""
    if kind == "true_false_cluster":
        return _read_table(cell)
    found: dict[str, Any] = {"scoring": {}}
    unknown = []
    for part in filter(None, (part.strip() for part in split(cell, SEMICOLON))):
        if not _READERS.get(kind, _read_none)(_fold(part), part, found):
            unknown.append(part)
    return found, unknown


def _read_none(_folded: str, _part: str, _found: dict) -> bool:
    return False


def _read_table(cell: str) -> tuple[dict[str, Any], list[str]]:
    separator = r"[;|\n]" if re.search(r"[;|\n]", cell) else r"[,\s]+" if "." in cell else r"\s+"
    shares = [decimal_of(part) for part in re.split(separator, cell) if part.strip()]
    if not shares:
        return {"scoring": {}}, []
    numbers = [rules.read_number(share) for share in shares]
    is_table = all(number is not None and number.as_tuple().exponent >= -4 for number in numbers)
    return ({"scoring": {"table": shares}}, []) if is_table else ({"scoring": {}}, [cell])


def _read_single(folded: str, _part: str, found: dict) -> bool:
    match = re.fullmatch(rf"(?:sai (?:bi )?tru|wrong(?: costs)?) {_NUMBER} ?%", folded)
    if match:
        found["scoring"]["wrong"] = share_of(match[1])
    return bool(match)


def _read_multiple(folded: str, _part: str, found: dict) -> bool:
    match = re.fullmatch(rf"(?:thap nhat|at worst|lower bound) {_NUMBER} ?%", folded)
    if match:
        found["scoring"]["lower_bound"] = share_of(match[1])
    elif folded in _MULTIPLE:
        found["scoring"]["rule"] = _MULTIPLE[folded]
    return bool(match) or folded in _MULTIPLE


def _read_text(folded: str, _part: str, found: dict) -> bool:
    width = re.fullmatch(r"(?:o|width) (\d{1,3})", folded)
    if width:
        found["width"] = int(width[1])
    elif folded in _TEXT_RULES:
        name, value = _TEXT_RULES[folded]
        found["scoring"][name] = value
    return bool(width) or folded in _TEXT_RULES


def _read_numeric(folded: str, part: str, found: dict) -> bool:
    cost = re.fullmatch(rf"(?:sai don vi mat|wrong unit costs) {_NUMBER} ?%", folded)
    unit = re.fullmatch(rf"(?:đơn vị|don vi|unit)\s+(.+?)(?:\s*=\s*({_NUMBER[1:-1]}(?:e-?\d+)?))?", part, re.IGNORECASE)
    if cost:
        found["scoring"]["unit_penalty"] = share_of(cost[1])
    elif folded in _ASKED:
        found["scoring"]["unit"] = _ASKED[folded]
    elif unit:
        found.setdefault("units", []).append({"name": unit[1], "factor": decimal_of(unit[2] or "1")})
    return bool(cost or unit) or folded in _ASKED


def _read_pairs(folded: str, _part: str, found: dict) -> bool:
    if folded in _MATCHED:
        found["scoring"]["rule"] = _MATCHED[folded]
    return folded in _MATCHED


def _read_hints(folded: str, _part: str, found: dict) -> bool:
    for name, pattern in (
        ("words", r"(\d+) (?:tu|chu|words)"), ("minutes", r"(\d+) (?:phut|minutes)"),
        ("preparation_minutes", r"(?:chuan bi|preparation) (\d+) (?:phut|minutes)"),
        ("answer_minutes", r"(?:tra loi|answer) (\d+) (?:phut|minutes)"),
    ):  # fmt: skip
        match = re.fullmatch(pattern, folded)
        if match:
            found.setdefault("hints", {})[name] = int(match[1])
            return True
    return False


_READERS = {
    "single_choice": _read_single, "multiple_choice": _read_multiple, "short_text": _read_text,
    "fill_in": _read_text, "numeric": _read_numeric, "matching": _read_pairs, "ordering": _read_pairs,
    "essay": _read_hints, "oral": _read_hints,
}  # fmt: skip
