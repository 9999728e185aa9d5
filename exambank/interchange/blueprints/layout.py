"""PURE. A plan laid out for print: the matrix with its sums, the list of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from exambank.interchange.blueprints.plan import Plan, PlanCell
from exambank.interchange.blueprints.sheet_head import family_of, kind_words, points_words
from exambank.interchange.blueprints.words import fold

HEADERS = ("STT", "Chủ đề", "Mức độ", "Loại câu hỏi", "Có nhãn", "Không có nhãn", "Số câu", "Điểm mỗi câu", "Phần",
           "Tính điểm", "Yêu cầu cần đạt")  # fmt: skip
SPECIFICATION = ("STT", "Chủ đề", "Mức độ", "Yêu cầu cần đạt", "Loại câu hỏi", "Có nhãn", "Không có nhãn", "Phần",
                 "Tính điểm", "Số câu", "Điểm mỗi câu")  # fmt: skip
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


@dataclass(frozen=True)
class Cross:
    """The matrix: ``columns`` are (level, family of kinds); ``counts`` and ``points`` go by (topic, column)."""

    topics: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    counts: dict[tuple[str, tuple[str, str]], int]
    points: dict[tuple[str, tuple[str, str]], Decimal]

    @property
    def levels(self) -> list[tuple[str, int]]:
        """Each level with the number of its columns."""
        found: dict[str, int] = {}
        for level, _family in self.columns:
            found[level] = found.get(level, 0) + 1
        return list(found.items())

    @property
    def has_families(self) -> bool:
        return len({family for _level, family in self.columns}) > 1


def cross_of(plan: Plan, level_order: Sequence[str] = ()) -> Cross:
    """Sum the cells by topic, level and family; pretest questions are counted and give no points."""
    order = {fold(name): place for place, name in enumerate(level_order)}
    topics = tuple(dict.fromkeys(cell.topic for cell in plan.cells))
    columns = dict.fromkeys((cell.level, family_of(cell.kind)) for cell in plan.cells)
    first = {level: place for place, (level, _family) in reversed(list(enumerate(columns)))}
    ranked = sorted(
        columns, key=lambda one: (order.get(fold(one[0]), len(order)), first[one[0]], one[1] != "TN", one[1])
    )
    counts: dict = {}
    points: dict = {}
    for cell in plan.cells:
        key = cell.topic, (cell.level, family_of(cell.kind))
        counts[key] = counts.get(key, 0) + cell.count
        points[key] = points.get(key, Decimal(0)) + _worth(cell)
    return Cross(topics, tuple(ranked), counts, points)


def _worth(cell: PlanCell) -> Decimal:
    return cell.count * cell.points if cell.is_scored and cell.points is not None else Decimal(0)


def total_points(plan: Plan) -> Decimal:
    """What a paper is worth."""
    return sum(map(_worth, plan.cells), Decimal(0))


def cell_row(number: int, cell: PlanCell) -> list:
    """A row of the full list, in the order of ``HEADERS``; numbers stay numbers."""
    return [
        number, cell.topic, cell.level, kind_words(cell.kind), cell.tag, cell.not_tag, cell.count, cell.points,
        cell.part, "có" if cell.is_scored else "không", cell.requirement,
    ]  # fmt: skip


def specification_heads(plan: Plan) -> list[str]:
    """The columns of the bảng đặc tả: what no cell uses is left out."""
    is_idle = {
        "Có nhãn": not any(cell.tag for cell in plan.cells),
        "Không có nhãn": not any(cell.not_tag for cell in plan.cells),
        "Phần": all(cell.part == 1 for cell in plan.cells),
        "Tính điểm": all(cell.is_scored for cell in plan.cells),
    }
    return [head for head in SPECIFICATION if not is_idle.get(head)]


def specification_row(number: int, cell: PlanCell, heads: Sequence[str]) -> list[str]:
    """A cell in words, under these columns."""
    words = {
        "STT": str(number), "Chủ đề": cell.topic, "Mức độ": cell.level, "Yêu cầu cần đạt": cell.requirement,
        "Loại câu hỏi": kind_words(cell.kind), "Có nhãn": cell.tag, "Không có nhãn": cell.not_tag,
        "Phần": part_words(cell.part), "Tính điểm": "có" if cell.is_scored else "không",
        "Số câu": str(cell.count), "Điểm mỗi câu": points_words(cell.points),
    }  # fmt: skip
    return [words[head] for head in heads]


def part_words(part: int) -> str:
    """ "I", "II"; beyond IX the number."""
    return _ROMAN[part] if 0 < part < len(_ROMAN) else str(part)
