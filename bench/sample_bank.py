"""A small bank file of the bench's own, in the layout of exambank's example: nothing from outside is needed."""

import random
from pathlib import Path

from openpyxl import Workbook

HEADERS = (
    "STT", "Chủ đề", "Mức độ", "Loại", "Nội dung câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D",
    "Đáp án đúng", "Bảng điểm", "Cố định", "Thẻ", "Nguồn", "Hình", "Ghi chú",
)  # fmt: skip
SEED = 20260101

# Each: a sentence with two numbers, and the right number of them. The wrong options are near misses.
_SENTENCES = {
    "Văn bản và hồ sơ": (
        ("Cơ quan có {a} phòng, mỗi phòng nhận {b} văn bản. Cả cơ quan nhận bao nhiêu văn bản?", lambda a, b: a * b),
        ("Một hồ sơ gồm {a} tờ trình và {b} phụ lục. Hồ sơ có tất cả bao nhiêu văn bản?", lambda a, b: a + b),
    ),
    "Lịch công tác": (
        ("Lớp học {a} buổi, mỗi buổi {b} tiết. Cả đợt có bao nhiêu tiết?", lambda a, b: a * b),
        ("Đợt tập huấn dài {a} ngày, đã qua {b} ngày. Còn lại bao nhiêu ngày?", lambda a, b: a - b),
    ),
    "Số liệu và tỷ lệ": (
        ("Có {a} người dự, trong đó {b} người vắng. Bao nhiêu người có mặt?", lambda a, b: a - b),
        ("Mỗi xã cử {b} người, có {a} xã. Tất cả cử bao nhiêu người?", lambda a, b: a * b),
    ),
}
_LEVELS = ("Nhận biết", "Thông hiểu", "Vận dụng")


def write(path: Path, count: int = 60) -> Path:
    """So many items of one right option in four, spread over three topics; the same file at every call."""
    rng = random.Random(SEED)
    book = Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    topics = list(_SENTENCES)
    for number in range(1, count + 1):
        topic = topics[number % len(topics)]
        stem, options, key = _question(rng, _SENTENCES[topic][number // len(topics) % 2], number)
        level = _LEVELS[number % 2 + rng.randint(0, 1)]
        sheet.append([number, topic, level, "Một lựa chọn", stem, *options, key, "", "", "", "Bài đo", "", ""])
    book.save(path)
    return path


def _question(rng: random.Random, sentence: tuple, number: int) -> tuple[str, list[str], str]:
    text, rule = sentence
    a, b = 20 + number, rng.randint(3, 12)  # ``a`` differs from item to item: no two stems are alike
    right = rule(a, b)
    wrong = rng.sample([right + step for step in (-11, -10, -2, -1, 1, 2, 10, 11)], 3)
    options = sorted({right, *wrong}, key=lambda _one: rng.random())
    return text.format(a=a, b=b), [str(one) for one in options], "ABCD"[options.index(right)]
