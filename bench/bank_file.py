"""The key of a bank file, read by the bench's own eyes: what the product read must agree with it."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from python_calamine import CalamineWorkbook

FATAL_TAG = "điểm liệt"
CLASS_B = {1: 8, 2: 1, 3: 1, 4: 1, 5: 9, 6: 9}


@dataclass(frozen=True)
class FileItem:
    stem: str
    options: tuple[str, ...]
    key: int  # place of the right option, 0 is A
    picture: str
    topic: str
    is_fatal: bool


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip().casefold()


def read(path: Path) -> list[FileItem]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    head = [str(cell).strip() for cell in rows[0]]
    one_cell = "Phương án trả lời" in head
    return [
        _item(dict(zip(head, row, strict=False)), one_cell)
        for row in rows[1:]
        if any(str(cell).strip() for cell in row)
    ]


def _item(row: dict, one_cell: bool) -> FileItem:
    if one_cell:
        parts = re.split(r"(?:^|\n)\s*[A-H]\s*[.)]\s*", str(row["Phương án trả lời"]))[1:]
        topic, stem = str(row["Hạng mục"]), str(row["Nội dung"])
    else:
        parts = [str(row[f"Phương án {letter}"]) for letter in "ABCD" if str(row[f"Phương án {letter}"]).strip()]
        topic = str(row["Chủ đề"]) if "Chủ đề" in row else str(int(row["Chương"]))
        stem = str(row["Nội dung câu hỏi"])
    key = str(row.get("Đáp án đúng") or row["Đáp án"]).strip()
    return FileItem(
        stem=stem, options=tuple(part.strip() for part in parts), key="ABCDEFGH".index(key),
        picture=str(row.get("Hình", "")).strip(), topic=topic, is_fatal=bool(str(row.get("Điểm liệt", "")).strip()),
    )  # fmt: skip


def class_b_cells() -> list[dict]:
    """Thirty questions: exactly one fatal one from any chapter, the others by chapter without that tag."""
    cells = [{"topic": "", "tag": FATAL_TAG, "not_tag": "", "count": 1}]
    return cells + [
        {"topic": f"{chapter}", "tag": "", "not_tag": FATAL_TAG, "count": count} for chapter, count in CLASS_B.items()
    ]


def proportional_cells(items: list[FileItem], count: int) -> list[dict]:
    """So many questions in proportion to the topics, by largest remainders."""
    sizes: dict[str, int] = {}
    for item in items:
        sizes[item.topic] = sizes.get(item.topic, 0) + 1
    shares = {topic: count * size / len(items) for topic, size in sizes.items()}
    given = {topic: int(share) for topic, share in shares.items()}
    for topic in sorted(shares, key=lambda one: given[one] - shares[one])[: count - sum(given.values())]:
        given[topic] += 1
    return [{"topic": topic, "tag": "", "not_tag": "", "count": number} for topic, number in given.items() if number]
