"""PURE. The words of a matrix: what a header cell names, in all the ways that lecturers write it."""

import re

from exambank import text
from exambank.interchange.bank_sheet.kinds import UNKNOWN, read_kind
from exambank.interchange.bank_sheet.levels import LEVELS

_NOISE = re.compile(r"\([^()]*\)|\d+(?:[.,]\d+)?\s*%|[^a-z0-9%/]+")
_LEADING = re.compile(r"^(?:muc do|muc|cap do)\s+(?=[a-z]{2})")
_SPELLED = {word: name for word, name in LEVELS.items() if word not in ("de", "kho", "tb")}
_EASE = {word: LEVELS[word] for word in ("de", "kho", "tb")}

_TOPIC = ("chu de", "chuong", "ten chuong", "ten chu de", "noi dung", "chuyen de", "mach noi dung", "bai", "ten bai",
          "chuong/bai", "chuong/chu de", "chu de/chuong", "noi dung kien thuc", "don vi kien thuc", "mach kien thuc",
          "noi dung/don vi kien thuc", "chuong/phan", "phan/chuong", "topic", "chapter", "chu de/noi dung",
          "linh vuc", "noi dung danh gia", "hoc phan", "mang kien thuc")  # fmt: skip
_UNIT = ("noi dung/don vi kien thuc", "don vi kien thuc", "noi dung kien thuc", "noi dung", "bai", "ten bai")
_REQUIREMENT = ("yeu cau can dat", "yeu cau", "muc do danh gia", "chuan kien thuc", "chuan dau ra", "muc do yeu cau",
                "muc do kien thuc", "mo ta", "yeu cau ve", "requirement")  # fmt: skip
_LEVEL_HEAD = ("muc do", "muc do nhan thuc", "cap do", "cap do nhan thuc", "muc do danh gia", "bac nhan thuc", "level")
_COUNT = ("so cau", "so cau hoi", "so luong", "so luong cau", "so luong cau hoi", "sl", "sc", "cau", "count")
_POINTS = ("diem", "so diem", "tong diem", "sd", "tong so diem", "points total")
_EACH = ("diem moi cau", "diem/cau", "diem cau", "diem 1 cau", "diem cua moi cau", "points")
_LONGEST = 300  # what is longer is no header and no number: nothing is searched in it
# "Tỉ lệ thức" is a topic
_SHARE = re.compile(
    r"(?:(?:ti|ty) le|%|phan tram)(?: ?(?:%|chung|phan tram|tong|so|diem|cau|hoi|muc do|nhan thuc|cac|\d+\b))*"
)
_TOTAL_HEAD = re.compile(r"(?:tong|cong|total)\b")
# "Tổng quan về ..." and "Cộng đồng ..." are topics
_TOTAL_ROW = re.compile(
    r"(?:tong|cong|total)(?: ?(?:so|cong|diem|cau|hoi|chung|toan bai|toan de|ca bai|de)\b)*"
    r"(?:[\d.,/%():=; ]|cau\b|diem\b|d\b|so\b)*"
)
_GROUP = ("muc do danh gia", "muc do nhan thuc", "muc do nhan biet thong hieu van dung", "cap do nhan thuc")
_KINDS = {
    "tn": "", "tnkq": "", "trac nghiem": "", "trac nghiem khach quan": "", "kq": "", "nhieu lua chon": "single_choice",
    "trac nghiem nhieu lua chon": "single_choice", "tnkq nhieu lua chon": "single_choice",
    "mot lua chon": "single_choice",
    "tl": "essay", "tu luan": "essay", "van dap": "oral", "vd ap": "oral", "dung/sai": "true_false_cluster",
    "dung sai": "true_false_cluster", "trac nghiem dung sai": "true_false_cluster",
    "trac nghiem dung/sai": "true_false_cluster",
    "tra loi ngan": "short_text", "dien khuyet": "fill_in", "ghep noi": "matching",
    "tinh huong": "case",
}  # fmt: skip


def fold(words: str) -> str:
    """Header words bare: no marks, no brackets, no percentages, single spaces."""
    return " ".join(_NOISE.sub(" ", text.search_key(words[:_LONGEST])).split())


def level_named(words: str, known: frozenset[str] = frozenset()) -> bool:
    """Whether these are the words of a level; ``known`` are the school's own, folded."""
    bare = fold(words)
    bare = re.sub(r"^\d+\s+", "", bare)
    stripped = _LEADING.sub("", bare)
    return (
        bool(bare)
        and bare not in _GROUP
        and (bare in known or stripped in known or bare in _SPELLED or stripped in _SPELLED or bare in _EASE)
    )


def level_key(words: str) -> str:
    """The folded name that these words for a level stand for: "VDC" and "Mức độ vận dụng cao" alike."""
    bare = re.sub(r"^\d+\s+", "", fold(words))
    stripped = _LEADING.sub("", bare)
    name = LEVELS.get(bare) or LEVELS.get(stripped)
    return fold(name) if name else stripped


def kind_named(words: str) -> str | None:
    """The kind that a header names ("" for any that a machine marks); None where it names none."""
    bare = fold(words)
    if bare in _KINDS:
        return _KINDS[bare]
    found = read_kind(words) if bare else UNKNOWN
    return None if found in (UNKNOWN, "") else found


def measure_named(words: str) -> str:
    """count, points, share, time or "": what the numbers under (or beside) these words are."""
    bare = fold(words)
    if _SHARE.fullmatch(bare):
        return "share"
    if bare in _EACH or bare in _POINTS or re.match(r"(?:tong )?so diem\b|diem \d", bare):
        return "points"
    if bare in ("thoi gian", "tg", "phut", "thoi gian phut"):
        return "time"
    return "count" if bare in _COUNT or re.match(r"(?:tong )?so cau\b", bare) else ""


def is_total(words: str) -> bool:
    """Whether a header cell names a sum or a share."""
    bare = fold(words)
    return bool(_TOTAL_HEAD.match(bare) or _SHARE.fullmatch(bare))


def is_total_row(words: str) -> bool:
    """Whether a cell of a row says that the row is a sum."""
    return bool(_TOTAL_ROW.fullmatch(text.search_key(words[:_LONGEST])))


def is_share_row(words: str) -> bool:
    """Whether a cell of a row says that the row has percentages."""
    return bool(_SHARE.fullmatch(fold(words)))


def is_topic_head(words: str) -> bool:
    bare = fold(words)
    return bare in _TOPIC or bare.startswith(("chu de", "chuong", "ten chu de", "noi dung", "don vi kien thuc"))


def is_unit_head(words: str) -> bool:
    """A part of a topic: what a second column of contents holds."""
    bare = fold(words)
    return bare in _UNIT or bare.startswith(("noi dung", "don vi kien thuc"))


def is_requirement_head(words: str) -> bool:
    return fold(words).startswith(_REQUIREMENT)


def is_serial_head(words: str) -> bool:
    return fold(words) in LIST_HEADS["serial"]


LIST_HEADS: dict[str, tuple[str, ...]] = {
    "serial": ("tt", "stt", "so tt", "no", "so thu tu"),
    "topic": _TOPIC,
    "level": _LEVEL_HEAD,
    "kind": ("loai cau hoi", "loai", "dang cau hoi", "dang", "hinh thuc", "kieu cau hoi", "kind"),
    "tag": ("co nhan", "co the", "the", "nhan", "tag"),
    "not_tag": ("khong co nhan", "khong co the", "khong the", "not tag"),
    "count": _COUNT,
    "each": _EACH,
    "points": _POINTS,
    "part": ("phan", "phan thi", "part"),
    "scored": ("tinh diem", "scored"),
    "requirement": _REQUIREMENT,
}


def list_field(words: str) -> str:
    """The field of a list's column; "" for one that is not read."""
    bare = fold(words)
    return next((name for name, heads in LIST_HEADS.items() if bare in heads), "")
