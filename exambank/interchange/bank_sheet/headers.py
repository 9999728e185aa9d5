"""PURE. Which column of a bank sheet means what: headers in Vietnamese and English, with or without their marks."""

import re
from dataclasses import dataclass

from exambank import text

# The first synonym of a field is the one shown to people and written by our own export.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("STT", "TT", "Số thứ tự", "Số TT", "Câu", "Câu số", "Số câu", "No", "No.", "Number", "#", "ID",
               "Mã câu", "Mã câu hỏi"),
    "chapter": ("Chương", "Bài", "Phần", "Chapter", "Chương số", "Unit"),
    "chapter_name": ("Tên chương", "Tên bài", "Tên phần", "Nội dung chương", "Chapter name", "Chapter title"),
    "topic": ("Chủ đề", "Hạng mục", "Chuyên đề", "Chuyên mục", "Danh mục", "Mảng kiến thức", "Đơn vị kiến thức",
              "Lĩnh vực", "Nhóm", "Nhóm câu hỏi", "Topic", "Category", "Subject", "Section"),
    "level": ("Mức độ", "Mức độ nhận thức", "Mức độ câu hỏi", "Cấp độ", "Cấp độ nhận thức", "Mức", "Bậc nhận thức",
              "Độ khó", "Level", "Cognitive level", "Difficulty"),
    "kind": ("Loại", "Loại câu hỏi", "Loại câu", "Kiểu", "Kiểu câu hỏi", "Dạng", "Dạng câu hỏi", "Dạng câu",
             "Type", "Kind", "Question type", "Item type"),
    "stem": ("Nội dung câu hỏi", "Câu hỏi", "Nội dung", "Câu dẫn", "Phần dẫn", "Đề bài", "Question",
             "Question text", "Stem", "Content", "Text"),
    "options": ("Phương án trả lời", "Phương án", "Các phương án", "Các phương án trả lời",
                "Phương án lựa chọn", "Lựa chọn", "Các lựa chọn", "Câu trả lời", "Các câu trả lời",
                "Các đáp án", "Nội dung phương án", "Các ý", "Mệnh đề", "Các mệnh đề", "Options", "Choices",
                "Answers", "Statements"),
    "key": ("Đáp án đúng", "Phương án đúng", "Câu trả lời đúng", "Trả lời đúng", "Lựa chọn đúng",
            "Đáp án chính xác", "Correct answer", "Correct answers", "Correct", "Correct option",
            "Right answer", "Answer key", "Key", "Đáp án", "Đ.án", "ĐA", "Answer"),
    "scoring": ("Bảng điểm", "Thang điểm", "Biểu điểm", "Scoring table", "Scoring"),
    "locked": ("Cố định", "Phương án cố định", "Giữ nguyên vị trí", "Không đảo", "Không hoán vị", "Locked", "Fixed",
               "Fixed options"),
    "tags": ("Thẻ", "Nhãn", "Từ khóa", "Tags", "Tag", "Keywords", "Labels"),
    "fatal": ("Điểm liệt", "Câu điểm liệt", "Câu liệt", "Liệt", "Fatal", "Fatal mark"),
    "source": ("Nguồn", "Nguồn gốc", "Tài liệu", "Tài liệu tham khảo", "Căn cứ", "Trích dẫn", "Source", "Reference"),
    "picture": ("Hình", "Ảnh", "Hình ảnh", "Hình vẽ", "Tên hình", "Tên ảnh", "Tệp hình", "Picture", "Image", "Figure",
                "Picture name", "Image name"),
    "note": ("Ghi chú", "Chú thích", "Nhận xét", "Note", "Notes", "Comment", "Remark"),
}  # fmt: skip
LABELS = "ABCDEFGHIJ"

_OPTION = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|cau tra loi|tra loi|menh de|option|choice|answer|statement|opt|pa|y)"
    r"(?: tra loi| so)? ?([a-j]|10|[1-9])|([a-j]))"
)
HEADER_SEARCH_ROWS = 30


@dataclass(frozen=True)
class Columns:
    """Where each field stands; ``options`` lists (label, column) of the one-option columns."""

    fields: dict[str, int]
    options: tuple[tuple[str, int], ...]
    headers: tuple[str, ...]
    ignored: tuple[str, ...]

    def header(self, field: str) -> str:
        return self.headers[self.fields[field]] if field in self.fields else ""

    @property
    def is_bank(self) -> bool:
        return "stem" in self.fields and bool(self.options or "key" in self.fields or "options" in self.fields)


def fold(header: str) -> str:
    """A header as it is compared: no marks, no brackets with hints, no punctuation."""
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text.search_key(header))
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", plain).split())


_KNOWN = {fold(word): (name, rank) for name, words in SYNONYMS.items() for rank, word in enumerate(words)}


def read_columns(row: list[str]) -> Columns:
    """Understand one row as headers."""
    candidates: dict[str, list[tuple[int, int]]] = {}
    options: dict[str, int] = {}
    for column, header in enumerate(row):
        folded = fold(header)
        match = _OPTION.fullmatch(folded)
        if folded in _KNOWN:
            name, rank = _KNOWN[folded]
            candidates.setdefault(name, []).append((rank, column))
        elif match and header.strip() != "Đ":
            options.setdefault(_label(match.group(1) or match.group(2)), column)
    fields = {name: min(found)[1] for name, found in candidates.items()}
    _settle_key_beside_options(candidates, fields, options)
    used = {*fields.values(), *options.values()}
    ignored = tuple(header for column, header in enumerate(row) if header and column not in used)
    return Columns(fields, tuple(sorted(options.items())), tuple(row), ignored)


def _settle_key_beside_options(candidates: dict, fields: dict, options: dict) -> None:
    """Settle words that mean either: "Đáp án" beside "Đáp án đúng" holds the options."""
    keys = sorted(candidates.get("key", []))
    if len(keys) > 1 and "options" not in fields and not options:
        fields["options"] = keys[1][1]
    if "key" not in fields and "options" in fields and len(options) > 1:  # "Câu trả lời" beside A, B, C, D
        fields["key"] = fields.pop("options")


def _label(found: str) -> str:
    return LABELS[int(found) - 1] if found.isdigit() else found.upper()


def find_header(rows: list[list[str]]) -> tuple[int, Columns] | None:
    """The first row among the first thirty that names a question and its options or key."""
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        columns = read_columns(row)
        if columns.is_bank:
            return index, _prefer_text(columns, rows[index + 1 : index + 21])
    return None


def _prefer_text(columns: Columns, rows: list[list[str]]) -> Columns:
    """When the column taken for the question holds numbers, another of its synonyms is the question."""
    others = [at for at, header in enumerate(columns.headers) if _KNOWN.get(fold(header), ("",))[0] == "stem"]
    stem = columns.fields["stem"]

    def has_text(column: int) -> bool:
        return any(column < len(row) and re.search(r"[^\W\d]{2}", row[column]) for row in rows)

    if has_text(stem) or not any(map(has_text, others)):
        return columns
    chosen = next(filter(has_text, others))
    fields = {"number": stem, **columns.fields, "stem": chosen}
    ignored = tuple(header for header in columns.ignored if header != columns.headers[chosen])
    return Columns(fields, columns.options, columns.headers, ignored)
