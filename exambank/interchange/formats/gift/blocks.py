"""PURE. A GIFT file in blocks: each is one question, with its lines, its comments and what they say of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TITLE = re.compile(r"\s*::")
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:\s*(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*//(.*)", re.DOTALL)
_ID = re.compile(r"\[id:((?:\\.|[^\]\\\[]|\[(?!id:))*+)\]")
_TAGS = re.compile(r"\[tag:((?:\\.|[^\]\\\[]|\[(?!tag:))*+)\]")
_NAME = re.compile(r"question:\s*\d*\s*name:\s*(.*)")
_OWN = re.compile(r"\s*exambank:\s*(\{.*\})\s*$")
_TITLE_ALONE = re.compile(r"::[^\n]{0,500}::")
_ANSWERS_ALONE = re.compile(r"\{(?:[^{}\\]|\\.)*\}", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_LONGEST_ANSWER = 200  # lines


@dataclass
class Block:
    """One question as it stands in the file, or a change of category."""

    first: int
    last: int
    lines: list[str] = field(default_factory=list)
    category: str | None = None
    identifier: str = ""
    tags: list[str] = field(default_factory=list)
    own: dict = field(default_factory=dict)
    spilled: str = ""  # words before the title, which belong to no question

    @property
    def text(self) -> str:
        """The question without its comments."""
        return "\n".join(self.lines).strip()


def blocks_of(words: str) -> Iterator[Block]:
    """Every block that is not comments alone; a blank line behind a title or before the brackets parts nothing."""
    held: Block | None = None
    for block in _parted(words):
        if held is not None and _goes_on(held, block):
            held = _joined(held, block)
            continue
        if held is not None:
            yield held
        held = block
    if held is not None:
        yield held


def _goes_on(first: Block, then: Block) -> bool:
    """Whether what follows belongs to a question that is only a title, or that lacks its answers."""
    if first.category is not None or then.category is not None or _TITLE.match(then.text) or "{" in first.text:
        return False
    is_title = _TITLE_ALONE.fullmatch(first.text) is not None
    return is_title or _ANSWERS_ALONE.fullmatch(then.text) is not None


def _joined(first: Block, then: Block) -> Block:
    return Block(
        first.first, then.last, [*first.lines, *then.lines], None, first.identifier or then.identifier,
        [*first.tags, *then.tags], first.own or then.own, first.spilled,
    )  # fmt: skip


def _parted(words: str) -> Iterator[Block]:
    """The blocks between blank lines; an answer that is still open goes on behind one."""
    lines = words.split("\n")
    ahead = _ahead(lines)
    current: Block | None = None
    comments: list[str] = []
    depth = 0
    for number, line in enumerate(lines, start=1):
        comment = _COMMENT.match(line)
        category = _CATEGORY.match(line)
        if category and depth and not _is_over(ahead, number - 1):
            category = None
        if comment:
            comments.append(comment[1])
            if current is not None:
                current.lines.append("")
                _take_comments(current, comments)
                comments = []
            continue
        is_blank = not line.strip()
        starts = bool(_TITLE.match(line)) and current is not None and _is_finished(current, depth, ahead, number - 1)
        if current is not None and (category or starts or (is_blank and (depth <= 0 or _is_over(ahead, number - 1)))):
            yield current
            current, depth = None, 0
        if category:
            yield Block(number, number, category=category[1].strip())
            comments = []
        elif is_blank and current is None:
            comments = _kept(comments)
        else:
            if current is None:
                current = Block(number, number)
                _take_comments(current, comments)
                comments = []
            elif _TITLE.match(line) and depth == 0 and not _has_answers(current):
                current.spilled, current.lines = " ".join(current.text.split()), []
            current.lines.append(line)
            current.last = number if not is_blank else current.last
            depth += _change(line)
    if current is not None:
        yield current


def _kept(comments: list[str]) -> list[str]:
    """Comments before a blank line belong to nothing, but an id or tags are meant for the next question."""
    return [one for one in comments if _ID.search(one) or _TAGS.search(one) or _OWN.match(one)]


def _has_answers(block: Block) -> bool:
    return "{" in block.text


def _is_finished(block: Block, depth: int, ahead: list[tuple[int, bool]], at: int) -> bool:
    """Whether a line that begins with a title begins a new question, though no blank line parts them."""
    return _has_answers(block) and (depth == 0 or _is_over(ahead, at))


def _change(line: str) -> int:
    """How many brackets more are opened than closed in this line."""
    signs = [sign for sign in _BRACE.findall(line) if sign in "{}"]
    return signs.count("{") - signs.count("}")


def _ahead(lines: list[str]) -> list[tuple[int, bool]]:
    """For each line, and behind the last: the first one from there on that opens or closes something, and whether it
    opens; so that nobody has to look ahead from every line.
    """
    found = [(len(lines), True)] * (len(lines) + 1)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        sign = next((one[0] for one in _BRACE.finditer(line) if one[0] in "{}"), "")
        if _TITLE.match(line) or _CATEGORY.match(line):
            sign = "{"
        found[number] = (number, sign == "{") if sign else found[number + 1]
    return found


def _is_over(ahead: list[tuple[int, bool]], at: int) -> bool:
    """Whether an answer that is still open here was forgotten: another question begins before any bracket closes."""
    line, opens = ahead[at + 1]
    return opens or line >= at + _LONGEST_ANSWER


def _take_comments(block: Block, comments: list[str]) -> None:
    """What comments say of the question: Moodle's [id:...] and [tag:...], and what our own writer left."""
    for comment in comments:
        own = _OWN.match(comment)
        if own:
            block.own = _json(own[1])
            continue
        found = _ID.search(comment)
        if found:
            block.identifier = re.sub(r"\\(.)", r"\1", found[1]).strip()
        block.tags += [re.sub(r"\\(.)", r"\1", tag).strip() for tag in _TAGS.findall(comment)]


def _json(written: str) -> dict:
    try:
        found = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
