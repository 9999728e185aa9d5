"""PURE. Words for the kinds of items, and what the kind is where no column tells it."""

import re

from exambank import text

SINGLE, MULTIPLE, TRUE_FALSE, CLUSTER = "single_choice", "multiple_choice", "true_false", "true_false_cluster"
UNSUPPORTED, AMBIGUOUS, UNKNOWN = "unsupported", "", "unknown"

# The first word of a kind is the one our own export writes.
WORDS: dict[str, tuple[str, ...]] = {
    SINGLE: ("Một lựa chọn đúng", "Một đáp án", "Một đáp án đúng", "Một lựa chọn", "Chọn một", "Chọn một đáp án",
             "Single choice", "Single", "Single answer", "1 đáp án", "1 đáp án đúng"),
    MULTIPLE: ("Nhiều lựa chọn đúng", "Nhiều đáp án", "Nhiều đáp án đúng", "Chọn nhiều", "Chọn nhiều đáp án",
               "Multiple answers", "Multiple answer", "Multiple response", "Multiple select", "Checkbox"),
    TRUE_FALSE: ("Đúng/Sai", "Đúng sai", "Đ/S", "True/False", "T/F", "TF"),
    CLUSTER: ("Chùm đúng/sai", "Đúng/Sai nhiều ý", "Đúng/Sai 4 ý", "Nhóm đúng/sai", "Nhiều mệnh đề đúng/sai",
              "Mệnh đề đúng/sai", "Cluster", "True/false cluster", "Multiple true/false"),
    AMBIGUOUS: ("Trắc nghiệm", "Trắc nghiệm khách quan", "Nhiều lựa chọn", "Trắc nghiệm nhiều lựa chọn", "TN",
                "TNKQ", "MCQ", "Multiple choice"),
    UNSUPPORTED: ("Tự luận", "Essay", "Điền khuyết", "Điền từ", "Điền vào chỗ trống", "Ghép đôi", "Ghép nối",
                  "Nối", "Sắp xếp", "Trả lời ngắn", "Short answer", "Matching", "Ordering", "Fill in the blank",
                  "Numeric", "Cloze"),
}  # fmt: skip


def _fold(word: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.search_key(word)).split())


_KNOWN = {_fold(word): kind for kind, words in WORDS.items() for word in words}
_KNOWN |= {_fold(kind): kind for kind in (SINGLE, TRUE_FALSE, CLUSTER)}
_TRUTH_OPTIONS = ({"dung", "sai"}, {"true", "false"})


def read_kind(cell: str) -> str:
    """The kind that a word names: one of four, AMBIGUOUS (to be inferred), UNSUPPORTED or UNKNOWN."""
    if cell.strip() in WORDS:
        return cell.strip()
    folded = _fold(cell)
    return _KNOWN.get(folded, UNKNOWN) if folded else AMBIGUOUS


def is_truth_pair(texts: list[str]) -> bool:
    """Whether the options are just Đúng and Sai."""
    return len(texts) == 2 and {_fold(one) for one in texts} in _TRUTH_OPTIONS
