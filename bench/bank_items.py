"""A bank of any size for the benches and their tests: invented items in everyday Vietnamese, the same at every call."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from exambank.bank.interactions import REGISTRY
from exambank.bank.rules import html_from_text
from exambank.bank.service import ItemDraft

SEED = 20260401
TOPICS = 12
KINDS = ("single_choice",) * 7 + ("multiple_choice", "true_false", "true_false_cluster")

_SUBJECTS = (
    "Ban chấp hành chi bộ", "Hội đồng nhân dân xã", "Ủy ban nhân dân huyện", "Mặt trận Tổ quốc", "Công đoàn cơ sở",
    "Hội Nông dân", "Đoàn Thanh niên", "Hội Liên hiệp Phụ nữ", "Văn phòng thống kê", "Trạm y tế xã", "Tổ hòa giải",
    "Ban thanh tra nhân dân", "Hợp tác xã nông nghiệp", "Trường tiểu học", "Tổ tự quản", "Bộ phận một cửa",
)  # fmt: skip
_ACTS = (
    "lập kế hoạch công tác", "giải quyết đơn thư", "tổ chức lấy ý kiến nhân dân", "kiểm tra việc thực hiện nghị quyết",
    "công khai ngân sách", "tiếp công dân định kỳ", "bình xét hộ nghèo", "vận động quỹ khuyến học",
    "hòa giải tranh chấp",
    "xây dựng quy ước thôn", "bồi dưỡng cán bộ trẻ", "rà soát thủ tục hành chính", "lưu trữ hồ sơ",
    "tuyên truyền pháp luật",
    "sơ kết phong trào thi đua", "phối hợp phòng chống thiên tai",
)  # fmt: skip
_PLACES = (
    "ở vùng cao", "trên địa bàn xã", "trong năm học mới", "sau khi sáp nhập", "trong mùa mưa bão", "ở khu dân cư",
    "trong quý đầu năm", "ở cơ quan cấp huyện", "khi chuyển đổi số", "trong nhiệm kỳ này",
)  # fmt: skip
_QUESTIONS = (
    "{subject} {act} {place} cần bảo đảm yêu cầu nào trước hết?",
    "Khi {act} {place}, {subject} phải hoàn thành trong bao nhiêu ngày, nếu có {n} hồ sơ?",
    "Nhận định nào đúng về việc {subject} {act} {place} năm {year}?",
    "Theo quy định, {subject} {act} {place} bao nhiêu lần trong {n} tháng?",
    "Vì sao {subject} phải {act} {place} trước ngày {n}?",
)
_ENDS = (
    "đúng thẩm quyền và đúng thời hạn", "có sự tham gia của người dân", "tiết kiệm và công khai",
    "theo ý kiến cấp trên",
    "khi có đủ hai phần ba thành viên", "bằng văn bản và lưu hồ sơ", "sau khi họp chi bộ",
    "do người đứng đầu quyết định",
    "không cần lấy ý kiến", "chỉ khi có đơn đề nghị", "theo nguyên tắc tập trung dân chủ", "qua hệ thống điện tử",
)  # fmt: skip
_TAGS = ("ôn tập", "thi thử", "câu hay", "cần hình", "điểm liệt", "cập nhật 2026", "lớp K75", "lớp K76")
_SOURCES = ("Giáo trình", "Tài liệu bồi dưỡng", "Đề cương bài giảng", "")


def drafts(count: int, topic_ids: list[int], level_ids: list[int]) -> Iterator[ItemDraft]:
    """So many drafts of several kinds, spread over topics and levels; no two stems are alike."""
    rng = random.Random(SEED)
    for number in range(count):
        kind = rng.choice(KINDS)
        stem = rng.choice(_QUESTIONS).format(
            subject=rng.choice(_SUBJECTS), act=rng.choice(_ACTS), place=rng.choice(_PLACES), n=rng.randint(2, 30),
            year=rng.randint(2015, 2026),
        )  # fmt: skip
        yield ItemDraft(
            kind=kind,
            stem=html_from_text(f"{stem} (Tình huống {number + 1})"),
            content=REGISTRY[kind].new_content(_options(rng, kind)),
            topic_id=rng.choice(topic_ids),
            level_id=rng.choice([*level_ids, None]),
            tags=tuple(rng.sample(_TAGS, rng.choice((0, 0, 1, 2)))),
            source=rng.choice(_SOURCES),
        )


def _options(rng: random.Random, kind: str) -> list[tuple[str, bool]]:
    if kind == "true_false":
        is_true = rng.random() < 0.5
        return [("", is_true), ("", not is_true)]
    words = rng.sample(_ENDS, 4)
    count = rng.randint(5, 95)
    rows = [f"{word.capitalize()}, mức {count + at}" for at, word in enumerate(words)]
    if kind == "single_choice":
        key = rng.randrange(4)
        return [(row, at == key) for at, row in enumerate(rows)]
    return [(row, at % 2 == 0) for at, row in enumerate(rows)]


@dataclass(frozen=True)
class Exam:
    """A past exam: its paper's items and what the analysis would have found of them."""

    name: str
    paper: str
    version_ids: tuple[int, ...]
    rows: tuple[dict, ...]


def exams(version_ids: list[int], count: int, size: int = 40) -> Iterator[Exam]:
    """So many past exams over these versions, a third of which were never used."""
    rng = random.Random(SEED + 1)
    used = version_ids[: len(version_ids) * 2 // 3]
    for number in range(count):
        chosen = tuple(rng.sample(used, min(size, len(used))))
        rows = tuple(_figures(rng, version_id) for version_id in chosen)
        yield Exam(f"bench-exam-{number}", f"bench-paper-{number}", chosen, rows)


def _figures(rng: random.Random, version_id: int) -> dict:
    n, difficulty = rng.randint(15, 80), min(max(rng.gauss(0.6, 0.2), 0.02), 0.98)
    rest = min(max(rng.gauss(0.28, 0.18), -0.6), 0.8)
    return {
        "item_version_id": version_id, "n": n, "difficulty": round(difficulty, 3), "item_rest": round(rest, 3),
        "item_rest_low": round(rest - 0.2, 3), "item_rest_high": round(rest + 0.2, 3), "options": [],
    }  # fmt: skip
