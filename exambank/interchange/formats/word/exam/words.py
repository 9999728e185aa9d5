"""PURE. The words by which people who type exams in Vietnam mark what a line is."""

import re

from exambank import text
from exambank.interchange.bank_sheet.levels import LEVELS

_QUESTION = re.compile(
    r"\s*(?:[*•]\s*)?(?P<word>câu\s+hỏi|câu|bài\s+tập|bài|question|ques|quest|qn\s*=)\s*(?:số\s*)?"
    r"(?P<number>\d{1,4}(?:\.\d{1,3}(?=\s*[:.)]))?(?:[a-e](?=\s*[.:)]))?)(?!\d)(?P<after>\s*[.:)/\]\-–—]*)", re.I,
)  # fmt: skip
NUMBERED = re.compile(r"\s*(?P<number>\d{1,4})\s*(?:[.)\]](?=[^\d\s]|\s|$)|[:/](?=\s|$|[^\W\d])|[-–](?=\s|[^\W\d]))")
CHILD = re.compile(r"\s*con\s*(?P<number>\d{1,4})\s*[.:)]", re.I)
RANGE = re.compile(
    r"(?:câu(?:\s+hỏi)?|questions?|from)\s*(?:số\s*)?(?:từ\s*|from\s*)?(?:câu\s*|question\s*)?(?P<first>\d{1,4})\s*"
    r"(?:-|–|—|đến|tới|to|và|and|,)\s*(?:câu\s*|question\s*)?(?P<last>\d{1,4})", re.I,
)  # fmt: skip
_SHARED = re.compile(
    r"\s*(?:[*\-•]\s*)?(?:\(?(?:sử\s+dụng|dùng|đọc|dựa\s+vào|căn\s+cứ|cho|xét|quan\s+sát|từ|nghe|read|use"
    r"|listen|look|mark|choose)\b"
    r"|câu\s*\d+\s*(?:-|–|đến)|questions?\s*\d+\s*(?:-|–|to)|tình\s+huống|dữ\s+kiện)", re.I,
)  # fmt: skip
_SHARED_OPEN = re.compile(
    r"\s*(?:sử\s+dụng|dùng|đọc|dựa\s+vào|read)\b.{0,80}\b(?:trả\s+lời\s+(?:các\s+)?câu\s+hỏi"
    r"|answer\s+the\s+(?:following\s+)?"
    r"questions?)", re.I,
)  # fmt: skip
END = re.compile(r"[\W_]*(?:hết|the\s+end|end)[\W_]*(?:$|\n)", re.I)
SECTION = re.compile(
    r"\s*(?:phần|phan|part|section|nhóm|nhom|mục)\s*(?:thứ\s+)?(?:[ivx]{1,5}|\d{1,2}|[a-e]|một|hai|ba|bốn"
    r"|(?:thi\s+)?(?:trắc\s+nghiệm|tự\s+luận|đúng\s+sai))\b",
    re.I,
)
GROUP = re.compile(r"\s*(?:nhóm|nhom)\s*\d{1,3}\b\s*[.:)]*\s*", re.I)
ROMAN = re.compile(r"\s*[IVX]{1,5}\s*(?:[.:/)]|[-–]\s)\s*(?=\S)")
_LETTERED = re.compile(r"\s*[A-E]\s*[.:)/\-–]\s*(?=phần|trắc|tự\s+luận|part|đáp\s+án|nội\s+dung|câu\s+hỏi)", re.I)
TOPIC = re.compile(
    r"\s*(?:chương|chuyên\s+đề|chủ\s+đề|học\s+phần|bài|phần|mục|nội\s+dung|chapter|unit|topic|module|tuần)\b", re.I
)
_KINDS = (
    ("cluster", re.compile(r"đúng\s*(?:,|/|-|–|hay|hoặc)?\s*sai|true\s*/?\s*(?:or)?\s*false", re.I)),
    ("short", re.compile(r"trả\s+lời\s+ngắn|điền\s+(?:khuyết|từ|vào|đáp)|short\s+answer", re.I)),
    ("essay", re.compile(r"tự\s+luận|essay|writing|làm\s+văn|vấn\s+đáp", re.I)),
    ("choice", re.compile(r"trắc\s+nghiệm|lựa\s+chọn|multiple[\s-]+choice|nhiều\s+phương\s+án", re.I)),
)
_COUNTER = re.compile(
    r"\s*[\[(]\s*(?:gồm\s*)?(?:có\s*)?\d+\s*câu(?:\s*hỏi)?[^)\]]*[\])]|\s*[:\-–]?\s*\d+\s+câu(?:\s+hỏi)?\s*$", re.I
)
_POINTS_HERE = re.compile(
    r"\s*[\[(]\s*(?:mỗi\s+câu\s+)?(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:điểm|đ|points?|pts?|marks?)\s*[.)\]]+", re.I
)
_NUMBERING = re.compile(
    r"^\s*(?:\(\d{1,3}\)|[IVX]{1,5}\s*[.:/)\-–]|[A-E]\s*[.)]"
    r"|\d{1,3}(?:\.\d{1,3})*\s*[.:)\-–])\s*"
)

_LEVEL_WORDS = (
    r"nb|th|vdc|vdt|vd|m[1-4]|nhận\s*biết|thông\s*hiểu|vận\s*dụng(?:\s*(?:cao|thấp))?|biết|hiểu|"
    r"(?:mức\s*(?:độ\s*)?[1-4])|dễ|trung\s*bình|tb|khó|phân\s*tích|tổng\s*hợp|đánh\s*giá"
)
_LEVEL_BRACKET = re.compile(
    rf"\s*(?:[\[(<{{]\s*(?:mức\s*(?:độ)?\s*:?\s*)?({_LEVEL_WORDS})\s*[\])>}}]|#({_LEVEL_WORDS})\b)\s*[:.]?\s*", re.I
)
_LEVEL_LINE = re.compile(
    r"\s*(?:mức\s*(?:độ)?(?:\s*nhận\s*thức|\s*câu\s*hỏi)?|cấp\s*độ|độ\s*khó|level)\s*[:\-–]\s*(.{1,30}?)\s*[.;]?\s*$",
    re.I,
)
_LEVEL_HEADING = re.compile(
    rf"\s*(?:[IVX\d]{{1,4}}\s*[.)]|[a-dA-D]\s*[.)]|[-*+•])?\s*(?:(?:các\s+)?câu\s*(?:hỏi)?\s*"
    rf"|mức\s*(?:độ)?\s*)?[:\-–]?\s*({_LEVEL_WORDS})\s*[:.]?\s*$", re.I,
)  # fmt: skip
META = re.compile(
    r"\s*(?:(?P<points>điểm|số\s*điểm|mark|points?)|(?P<topic>unit|chương|chủ\s*đề|chuyên\s*đề|topic|chapter)"
    r"|(?P<tag>thẻ|tags?|từ\s*khóa)|"
    r"(?P<outcome>clo|cđr|chuẩn\s*đầu\s*ra|learning\s*outcome)|(?P<source>nguồn|trích\s*dẫn|source)"
    r"|(?P<mix>mix\s*choices|đảo\s*phương\s*án))"
    r"\s*[:=]\s*(?P<value>\S.{0,150}?)\s*$", re.I,
)  # fmt: skip
EACH_POINTS = re.compile(r"mỗi\s+câu(?:\s+\w+){0,3}?\s+(?:được\s+)?(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:điểm|đ)\b", re.I)
COMMENT = re.compile(r"\s*//\s*(.*)$")
CODE = re.compile(r"\s*\[(\d[A-Z]\d-?\d?[\w.\-]*)\]\s*")


def question_start(line: str) -> re.Match | None:
    """The label of a question at the start of a line: "Câu 1.", "CÂU 02", "Question 3:"; nothing is lower-cased.

    Without a sign behind the number the text must begin like a new sentence: "Câu 5 trong đề" is none.
    """
    found = _QUESTION.match(line)
    if not found:
        return None
    rest = line[found.end() :]
    if found["after"].strip():
        is_range = found["after"].strip() in ("-", "–", "—") and rest.strip()[:1].isdigit()
        return None if is_range else found
    first = rest.strip()[:1]
    if not first or first in "([#{\"“'‘\ufffc":
        return found
    is_apart = rest[0].isspace() and not first.islower() and first not in ",;"
    return found if is_apart or first.isupper() else None


def level_of(words: str) -> str:
    """The full name of a level, or "" when these words name none."""
    return LEVELS.get(" ".join(re.sub(r"[^a-z0-9]+", " ", text.search_key(words)).replace("muc do", "muc").split()), "")


def level_line(line: str) -> str:
    """The level that a line of its own gives, or ""."""
    found = _LEVEL_LINE.match(line)
    if found:
        return level_of(found[1]) or found[1]
    found = _LEVEL_HEADING.match(line) if len(line) < 60 else None
    return level_of(found[1]) if found else ""


def level_mark(line: str, place: int = 0) -> tuple[str, int, int]:
    """(level, start, end) of a mark such as "(NB)" at this place of the line or at its end; ("", 0, 0) when none."""
    found = _LEVEL_BRACKET.match(line, place)
    if not found:
        for one in _LEVEL_BRACKET.finditer(line, place):
            found = one if one.end() == len(line.rstrip()) or line[one.end() :].strip() in ("", ".", ":") else None
    level = level_of(found[1] or found[2]) if found else ""
    return (level, found.start(), found.end()) if level else ("", 0, 0)


def points_mark(line: str) -> tuple[str, int, int]:
    """(points, start, end) of "(2,0 điểm)" in a line; ("", 0, 0) when none."""
    found = _POINTS_HERE.search(line)
    return (_decimal(found[1]), found.start(), found.end()) if found else ("", 0, 0)


def each_points(heading: str) -> str:
    """ "(mỗi câu 0,25 điểm)" of a heading: the points of each of its questions, or ""."""
    found = EACH_POINTS.search(heading)
    return _decimal(found[1]) if found else ""


def _decimal(words: str) -> str:
    plain = words.replace(",", ".")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def kind_hint(line: str) -> str:
    """What kind of questions a heading announces: "choice", "cluster", "short", "essay" or ""."""
    return next((kind for kind, sign in _KINDS if sign.search(line)), "")


def is_section(line: str) -> bool:
    """A heading by its words alone: "PHẦN II", "Nhóm 3", "B. TỰ LUẬN"."""
    is_part = line.isupper() and len(line) < 120 and bool(kind_hint(line)) and "?" not in line
    return is_part or bool((SECTION.match(line) and len(line) < 400) or _LETTERED.match(line))


def is_shared(line: str) -> tuple[int, int] | None:
    """(first, last) question that the text from here on belongs to; (0, 0) when it names none; None for other lines."""
    found = RANGE.search(line)
    if found and _SHARED.match(line) and int(found["first"]) < int(found["last"]):
        return int(found["first"]), int(found["last"])
    return (0, 0) if _SHARED_OPEN.match(line) else None


def topic_name(heading: str) -> str:
    """A heading as the name of a topic: without its number in front and its counter behind."""
    name = _COUNTER.sub("", " ".join(heading.split()))
    name = _NUMBERING.sub("", name, count=1) if not SECTION.match(name) else name
    return name.strip(" .:;-–*_")[:200]


def section_topic(heading: str) -> str:
    """What a heading of a section says beside its number and the kind of its questions: a topic, or ""."""
    name = SECTION.sub("", topic_name(heading), count=1)
    if kind_hint(name) or "điểm" in name.lower() or len(name) > 120:
        return ""
    return topic_name(name)
