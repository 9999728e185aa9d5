"""PURE. What stands in a cell of a matrix: "3", "3 câu", "Câu 1-3", "3 (0,75đ)", "Số câu: 3 Số điểm: 0,75"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from exambank import text

_NUMBER = r"\d+(?:[.,]\d+)?"
_BLANK = re.compile(r"[\s\-–—/.x0,]*|khong|0(?:[.,]0+)?\s*(?:cau|d|diem)?")
_SHARE = re.compile(rf"(?:(?:ti|ty) le\s*(?:%|phan tram)?\s*[:=]?\s*)?{_NUMBER}\s*%|(?:ti|ty) le\s*[:=]?\s*{_NUMBER}")
_POINTS_NAMED = re.compile(rf"(?:tong\s*)?(?:so\s*)?diem\s*[:=]?\s*({_NUMBER})")
_POINTS_AFTER = re.compile(rf"({_NUMBER})\s*(?:diem\b|d\b)")
_COUNT_NAMED = re.compile(r"(?:tong\s*)?(?:so\s*cau(?:\s*hoi)?|sl|sc)\s*[:=]?\s*(\d+)(?![\d/.,])")
_COUNT_AFTER = re.compile(r"(?<![\d/.,])(\d+)\s*cau(?:\s*hoi)?\b(?!\s*\d)")
_LABELS = re.compile(
    r"\b(?:cau|c)\s*(?:so\s*)?[:.]?\s*((?:c(?:au)?\s*)?\d+[a-h]?(?:\s*(?:[-–,;&+]|va|den|,\s*c(?:au)?)\s*(?:c(?:au)?\s*)?\d+[a-h]?)*)"
)
_RANGE = re.compile(r"(\d+)[a-h]?(?:\s*(?:-|–|den)\s*(?:c(?:au)?\s*)?(\d+))?")
_WHOLE = re.compile(r"\d{1,4}(?:[.,]0+)?")
_MOST_LABELS = 500
_LONGEST = 300


@dataclass(frozen=True)
class Value:
    """``count`` questions worth ``points`` together, None: not told. ``is_clear``: nothing of the cell is left over."""

    count: int | None = None
    points: Decimal | None = None
    is_clear: bool = True
    disagrees: bool = False  # the cell states a number of questions and names more or fewer

    @property
    def is_empty(self) -> bool:
        return self.count is None and self.points is None


def read_value(words: str, measure: str = "") -> Value:
    """The value of a cell under a header (or in a row) that says ``measure``: count, points, share or "" (unsaid)."""
    folded = text.search_key(words[:_LONGEST])
    if measure in ("share", "time") or _BLANK.fullmatch(folded):
        return Value()
    rest = _SHARE.sub(" ", folded)
    points, rest = _taken(rest, _POINTS_NAMED, _POINTS_AFTER)
    count, rest = _taken(rest, _COUNT_NAMED, _COUNT_AFTER)
    labels, rest = _labels(rest)
    rest = re.sub(r"[()\[\];:,.\s]+", " ", re.sub(r"\(\s*\)", " ", _kept_numbers(rest))).strip()
    if rest and count is None and points is None and not labels:
        return _bare(rest, measure)
    if rest:
        bare = _bare(rest, "points" if measure == "points" or count is not None or labels else "count")
        count, points = _other(count, bare.count), _other(points, bare.points)
        if not bare.is_clear:
            return Value(_other(count, labels or None), points, is_clear=False)
    stated = None if count is None else int(count)
    return Value(_other(stated, labels or None), points, disagrees=bool(labels and stated and labels != stated))


def _kept_numbers(rest: str) -> str:
    """Decimal commas of what is left, as points, so that the cleaning of signs does not cut numbers."""
    return re.sub(r"(\d)[.,](\d)", r"\1~\2", rest)


def _other(first, second):
    return second if first is None else first


def _taken(rest: str, *signs: re.Pattern) -> tuple[Decimal | None, str]:
    for sign in signs:
        found = sign.search(rest)
        if found:
            return Decimal(found[1].replace(",", ".")), rest[: found.start()] + " " + rest[found.end() :]
    return None, rest


def _labels(rest: str) -> tuple[int, str]:
    """How many questions are named by number, and what is left."""
    named: set[int] = set()
    for found in _LABELS.finditer(rest):
        for first, last in _RANGE.findall(found[1]):
            end = int(last) if last else int(first)
            if end - int(first) > _MOST_LABELS:
                return 0, rest
            named.update(range(int(first), end + 1))
    return len(named), _LABELS.sub(" ", rest)


def _bare(rest: str, measure: str) -> Value:
    """A number that stands alone, or a number and another: "3 0,75"."""
    parts = [part.replace("~", ".") for part in rest.split()]
    if not all(re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", part) for part in parts) or len(parts) > 2:
        return Value(is_clear=False)
    if len(parts) == 2:
        first, second = parts
        is_pair = bool(_WHOLE.fullmatch(first)) and measure != "points"
        return Value(int(Decimal(first)), Decimal(second)) if is_pair else Value(is_clear=False)
    if measure == "points":
        return Value(points=Decimal(parts[0]))
    return Value(int(Decimal(parts[0]))) if _WHOLE.fullmatch(parts[0]) else Value(is_clear=False)
