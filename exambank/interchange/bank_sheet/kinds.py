"""PURE. Words for the kinds of items, and what the kind is where no column tells it."""

import re
from functools import lru_cache

from exambank import text

SINGLE, MULTIPLE, TRUE_FALSE, CLUSTER = "single_choice", "multiple_choice", "true_false", "true_false_cluster"
AMBIGUOUS, UNKNOWN = "", "unknown"

# The first word of a kind is the one our own export writes.
WORDS: dict[str, tuple[str, ...]] = {
    SINGLE: ("Một lựa chọn đúng", "Một đáp án", "Một đáp án đúng", "Một lựa chọn", "Chọn một", "Chọn một đáp án",
             "Single choice", "Single", "Single answer", "1 đáp án", "1 đáp án đúng"),
    MULTIPLE: ("Nhiều lựa chọn đúng", "Nhiều đáp án", "Nhiều đáp án đúng", "Chọn nhiều", "Chọn nhiều đáp án",
               "Multiple answers", "Multiple answer", "Multiple response", "Multiple select", "Multiple",
               "Multi select", "Checkbox"),
    TRUE_FALSE: ("Đúng/Sai", "Đúng sai", "Đ/S", "True/False", "T/F", "TF"),
    CLUSTER: ("Chùm đúng/sai", "Đúng/Sai nhiều ý", "Đúng/Sai 4 ý", "Nhóm đúng/sai", "Nhiều mệnh đề đúng/sai",
              "Mệnh đề đúng/sai", "Cluster", "True/false cluster", "Multiple true/false"),
    AMBIGUOUS: ("Trắc nghiệm", "Trắc nghiệm khách quan", "Nhiều lựa chọn", "Trắc nghiệm nhiều lựa chọn", "TN",
                "TNKQ", "MCQ", "Multiple choice"),
    "short_text": ("Trả lời ngắn", "Câu trả lời ngắn", "Điền đáp án", "Short answer", "Short text", "Text entry"),
    "numeric": ("Điền số", "Trả lời bằng số", "Đáp số", "Tính toán", "Numeric", "Numerical", "Numeric answer"),
    "matching": ("Ghép đôi", "Ghép nối", "Nối", "Ghép cột", "Nối cột", "Ghép cặp", "Matching", "Match"),
    "ordering": ("Sắp xếp", "Sắp xếp thứ tự", "Thứ tự", "Sắp thứ tự", "Ordering", "Order", "Sequence", "Ranking"),
    "fill_in": ("Điền khuyết", "Điền từ", "Điền vào chỗ trống", "Điền chỗ trống", "Fill in the blank",
                "Fill in the blanks", "Fill in the gaps", "Fill in", "Cloze", "Gap fill"),
    "essay": ("Tự luận", "Câu tự luận", "Bài luận", "Essay", "Open question", "Open ended", "Extended text",
              "Free text"),
    "oral": ("Vấn đáp", "Câu vấn đáp", "Hỏi thi vấn đáp", "Oral", "Oral question"),
    "case": ("Tình huống", "Câu tình huống", "Câu chùm", "Nhóm câu hỏi", "Case", "Case study", "Scenario"),
}  # fmt: skip


@lru_cache(maxsize=1024)
def _fold(word: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.search_key(word)).split())


_KNOWN = {_fold(word): kind for kind, words in WORDS.items() for word in words}
_KNOWN |= {_fold(kind): kind for kind in WORDS if kind not in (MULTIPLE, AMBIGUOUS)}
FURTHER = frozenset(WORDS) - {SINGLE, MULTIPLE, TRUE_FALSE, CLUSTER, AMBIGUOUS}
_TRUTH_OPTIONS = ({"dung", "sai"}, {"true", "false"})


def read_kind(cell: str) -> str:
    """The kind that a word names, AMBIGUOUS (to be inferred) or UNKNOWN."""
    if cell.strip() in WORDS:
        return cell.strip()
    folded = _fold(cell)
    return _KNOWN.get(folded, UNKNOWN) if folded else AMBIGUOUS


def is_truth_pair(texts: list[str]) -> bool:
    """Whether the options are just Đúng and Sai."""
    return len(texts) == 2 and {_fold(one) for one in texts} in _TRUTH_OPTIONS
