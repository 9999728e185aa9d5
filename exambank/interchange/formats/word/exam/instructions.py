"""PURE. A line that tells what to do with the questions that follow; it never belongs to the option above it."""

import re

from exambank.interchange.formats.word.exam import words
from exambank.interchange.formats.word.exam.lines import Line
from exambank.interchange.formats.word.exam.marks import ANSWER_TAG, SOLUTION, TAG, answer_line
from exambank.interchange.formats.word.exam.options import starts_option
from exambank.interchange.formats.word.exam.paper import Block

_ENGLISH = re.compile(
    r"\s*(?:[*•\-]\s*)?(?:mark\s+the\s+letter|choose\s+(?:the|one|a|an|from)\b|circle\s+the|select\s+the"
    r"|find\s+the\s+(?:word|mistake|error|one|underlined)|pick\s+out\s+the|listen\s+(?:to|and)\b"
    r"|read\s+(?:the|each|and)\b|fill\s+(?:in|each)\b|complete\s+(?:the|each)\b|rewrite\s+the|give\s+the\s+correct"
    r"|put\s+the\s+(?:verb|word)|identify\s+the|look\s+at\s+the)",
    re.IGNORECASE,
)
_VIETNAMESE = re.compile(
    r"\s*(?:[*•\-]\s*)?(?:(?:em|bạn|học\s+sinh|thí\s+sinh)\s+)?(?:hãy\s+)?"
    r"(?:chọn\s+(?:từ|cụm|đáp\s+án|phương\s+án|câu|ý)|khoanh\s+(?:tròn|vào)"
    r"|đọc\s+(?:đoạn|văn\s+bản|bài|các|kĩ|kỹ|thông\s+tin)|điền\s+(?:từ|vào|dấu)|tìm\s+từ|trả\s+lời\s+(?:các\s+)?câu)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:^|\t|\s\s)[*(\[]?[A-Ja-j]\s?[.)\]:]")
_SHORTEST = 20


def is_instruction(line: Line, block: Block | None) -> bool:
    """Whether this line says what to do next: behind the options of a question, or (in English) before any."""
    if line.role != "" or line.outline is not None or len(line.text.strip()) < _SHORTEST or not _is_free(line):
        return False
    if block is not None and not block.has_options:
        return False
    if _ENGLISH.match(line.text):
        return True
    return block is not None and bool(_VIETNAMESE.match(line.text)) and not _is_answered(block)


def is_apart(line: Line, block: Block) -> bool:
    """Whether this line is a sentence behind a row of options on one line: the last of them is complete by then."""
    last = block.lines[-1] if block.lines else None
    if last is None or last.role or line.role or len(_LABEL.findall(last.text.strip())) < 2 or not _is_free(line):
        return False
    said = line.text.strip()
    return block.has_options and len(said.split()) >= 4 and said[:1].isupper() and said[-1] in ".:?!…"


def _is_free(line: Line) -> bool:
    """Whether nothing else is known that the line could be: an option, an answer, a solution, a tag."""
    words_ = line.text
    is_other = starts_option(words_) or answer_line(words_) or SOLUTION.match(words_) or words.META.match(words_)
    return not (is_other or TAG.search(words_) or ANSWER_TAG.search(words_))


def _is_answered(block: Block) -> bool:
    return block.ends_in_solution or any(bool(answer_line(one.text)) or one.role == "key" for one in block.lines)
