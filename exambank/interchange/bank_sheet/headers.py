"""PURE. Which column of a bank sheet means what: headers in Vietnamese and English, with or without their marks."""

import re
from dataclasses import dataclass

from exambank import text

# The first synonym of a field is the one shown to people and written by our own export.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("STT", "TT", "Số thứ tự", "Số TT", "Câu", "Câu số", "Số câu", "No", "No.", "Number", "#"),
    "identifier": ("Mã câu hỏi", "Mã câu", "Mã số câu hỏi", "Mã số", "Mã", "ID", "Item ID", "Identifier", "Code"),
    "name": ("Tên câu hỏi", "Tiêu đề", "Tiêu đề câu hỏi", "Name", "Title", "Question name"),
    "chapter": ("Chương", "Bài", "Phần", "Chapter", "Chương số", "Unit"),
    "chapter_name": ("Tên chương", "Tên bài", "Tên phần", "Nội dung chương", "Chapter name", "Chapter title"),
    "topic": ("Chủ đề", "Hạng mục", "Chuyên đề", "Chuyên mục", "Danh mục", "Mảng kiến thức", "Đơn vị kiến thức",
              "Lĩnh vực", "Nhóm", "Nhóm câu hỏi", "Topic", "Category", "Subject", "Section"),
    "topic_aliases": ("Tên khác của chủ đề", "Other topic names"),
    "outcome": ("Chuẩn đầu ra", "Mã chuẩn đầu ra", "CĐR", "Yêu cầu cần đạt", "Outcome", "Learning outcome"),
    "case": ("Thuộc tình huống", "Thuộc câu chùm", "Thuộc câu", "Tình huống số", "Câu chùm", "Of case", "Case",
             "Case number", "Parent"),
    "weight": ("Hệ số", "Trọng số", "Weight"),
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
    "model_answer": ("Bài mẫu", "Đáp án mẫu", "Bài làm mẫu", "Gợi ý trả lời", "Gợi ý đáp án", "Model answer",
                     "Sample answer", "Suggested answer"),
    "follow_ups": ("Câu hỏi phụ", "Câu hỏi thêm", "Follow-up questions", "Follow ups"),
    "explanation": ("Lời giải", "Giải thích", "Hướng dẫn giải", "Giải thích đáp án", "Lời giải chi tiết",
                    "Explanation", "Answer explanation", "Solution", "Feedback", "General feedback", "Rationale"),
    "points": ("Điểm", "Số điểm", "Điểm số", "Points", "Marks", "Mark", "Score"),
    "seconds": ("Thời gian", "Thời gian làm", "Thời gian dự kiến", "Thời lượng", "Số phút", "Số giây", "Phút", "Giây",
                "Time", "Expected time", "Time limit", "Time in seconds", "Minutes", "Seconds", "Duration"),
    "locked": ("Cố định", "Phương án cố định", "Giữ nguyên vị trí", "Không đảo", "Không hoán vị", "Locked", "Fixed",
               "Fixed options"),
    "tags": ("Thẻ", "Nhãn", "Từ khóa", "Tags", "Tag", "Keywords", "Labels"),
    "fatal": ("Điểm liệt", "Câu điểm liệt", "Câu liệt", "Liệt", "Fatal", "Fatal mark"),
    "source": ("Nguồn", "Nguồn gốc", "Tài liệu", "Tài liệu tham khảo", "Căn cứ", "Trích dẫn", "Source", "Reference"),
    "source_chapter": ("Chương trong nguồn", "Chương tài liệu", "Source chapter"),
    "source_page": ("Trang", "Trang tài liệu", "Số trang", "Source page", "Page", "Pages"),
    "contributors": ("Người góp", "Người biên soạn", "Người soạn", "Tác giả", "Contributors", "Author", "Authors"),
    "licence": ("Giấy phép", "Bản quyền", "Licence", "License"),
    "picture_alt": ("Lời mô tả hình", "Mô tả hình", "Picture description", "Alt text", "Alt"),
    "format": ("Cách ghi", "Cell format"),
    "picture": ("Hình", "Ảnh", "Hình ảnh", "Hình vẽ", "Tên hình", "Tên ảnh", "Tệp hình", "Picture", "Image", "Figure",
                "Picture name", "Image name"),
    "note": ("Ghi chú", "Chú thích", "Nhận xét", "Note", "Notes", "Comment", "Remark"),
}  # fmt: skip
LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_OPTION = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|cau tra loi|tra loi|menh de|option|choice|answer|statement|opt|pa|y)"
    r"(?: tra loi| so)?(?: ?([a-j]|10|[1-9])| ([k-z]|1[1-9]|2[0-6]))|([a-j]))"
)
_TAIL = re.compile(r"\s+[-–—]\s.*", re.DOTALL)  # "Answer 1 - max 75 characters"
_BY_TAIL = 1_000  # a header that is known only without its tail gives way to one that is known whole
HEADER_SEARCH_ROWS = 30
FATAL_TAG = "điểm liệt"  # of items that a candidate must not get wrong


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
        return "stem" in self.fields and bool(self.options or {"key", "options", "kind"} & self.fields.keys())


def fold(header: str) -> str:
    """A header as it is compared: no marks, no brackets with hints, no punctuation."""
    plain = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text.search_key(header))
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", plain).split())


_KNOWN = {fold(word): (name, rank) for name, words in SYNONYMS.items() for rank, word in enumerate(words)}


def read_columns(row: list[str]) -> Columns:
    """Understand one row as headers."""
    candidates: dict[str, list[tuple[int, int]]] = {}
    options: dict[str, int] = {}
    tailed = [(column, _TAIL.sub("", header), _BY_TAIL) for column, header in enumerate(row) if _TAIL.search(header)]
    for column, header, more in [*((column, header, 0) for column, header in enumerate(row)), *tailed]:
        folded = fold(header)
        match = _OPTION.fullmatch(folded)
        if folded in _KNOWN:
            name, rank = _KNOWN[folded]
            candidates.setdefault(name, []).append((rank + more, column))
        elif match and header.strip() != "Đ":
            options.setdefault(_label(next(filter(None, match.groups()))), column)
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
