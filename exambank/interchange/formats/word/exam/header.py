"""PURE. What the head of a paper says of it: its title, its code, how long it takes."""

import re

from exambank.interchange.formats.word.exam.lines import TABLE, Line

_CODE = re.compile(
    r"mã\s*đề(?:\s*thi)?\s*[:.]?\s*([A-Z]?\d{1,4}|[A-Z]\b)|đề\s*(?:số|thi\s*số)\s*[:.]?\s*(\d{1,4})", re.IGNORECASE
)
_MINUTES = re.compile(r"thời\s*gian(?:\s*làm\s*bài)?\s*[:.]?\s*(\d{1,3})\s*phút", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:đề\s+(?:thi|kiểm\s+tra|cương|khảo\s+sát|ôn)|kiểm\s+tra|bài\s+thi|câu\s+hỏi|bộ\s+(?:đề|câu)"
    r"|ngân\s+hàng|kỳ\s+thi)",
    re.IGNORECASE,
)


def facts_of(header: list[Line]) -> dict[str, str]:
    """{"title", "code", "minutes"} as far as the head says them."""
    texts = list(_texts(header))
    whole = "\n".join(texts)
    code, minutes = _CODE.search(whole), _MINUTES.search(whole)
    title = next((one for one in texts if _TITLE.search(one) and len(one) <= 200), "")
    found = {"title": title, "code": (code[1] or code[2]) if code else "", "minutes": minutes[1] if minutes else ""}
    return {name: value for name, value in found.items() if value}


def _texts(header: list[Line]):
    for line in header:
        if line.role == TABLE:
            yield from (one.rich.plain() for row in line.table.rows for cell in row for one in cell.paragraphs)
        else:
            yield line.rich.plain()
