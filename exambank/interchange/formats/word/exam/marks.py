"""PURE. What a line within a question is besides its text: an answer, a solution, a tag in brackets."""

import re

ANSWER = re.compile(
    r"\s*(?:[*→⇒>=•\-]+\s*)?(?P<word>đáp\s*án(?:\s*(?:đúng|chính\s*xác|cần\s*chọn))?(?:\s*(?:là"
    r"|cần\s*chọn\s*là))?|đ\s*/\s*án|đ\s*/\s*a|đa|"
    r"ans(?:wer)?|key|correct(?:\s+answer)?|phương\s*án\s*(?:trả\s*lời\s*)?đúng(?:\s*là)?"
    r"|câu\s*trả\s*lời\s*đúng(?:\s*là)?|trả\s*lời|kết\s*quả|đáp\s*số(?:\s*là)?|(?:đs|kq)(?=\s*[:=])|"
    r"chọn(?:\s*(?:đáp\s*án|phương\s*án|câu|ý))?)(?![^\W_])\s*(?P<sign>[:.=\-–→]*)\s*", re.I,
)  # fmt: skip
_CHOSEN = re.compile(
    r"[(\[]?\s*(?P<letters>[A-Ja-j](?:\s*(?:[,;&+/]|và|and)\s*[A-Ja-j])*)\s*[)\]]?(?P<rest>\s*$"
    r"|\s*[.):;,\-–](?!\d).*$|\s*\(.*$)", re.DOTALL,
)  # fmt: skip
_CHOSEN_HERE = re.compile(
    r"(?:chọn|đáp\s*án)(?:\s*(?:đáp\s*án|phương\s*án|câu|đúng|là|cần\s*chọn"
    r"|:))*\s*[:.]?\s*([A-J])(?=\s*[.\n,;)]|\s*$)",
    re.I,
)
SOLUTION = re.compile(
    r"\s*(?:[*→⇒•\-]+\s*)?(?P<word>lời\s*giải(?:\s*(?:chi\s*tiết|tham\s*khảo))?|hướng\s*dẫn(?:\s*(?:giải"
    r"|chi\s*tiết|chấm|trả\s*lời|làm\s*bài))*|"
    r"giải\s*thích(?:\s*(?:chi\s*tiết|đáp\s*án))?|giải\s*chi\s*tiết|giải|bài\s*giải|hdg|hd|explanation|solution"
    r"|feedback|gợi\s*ý(?:\s*(?:trả\s*lời|giải|"
    r"đáp\s*án))?|phản\s*hồi)\s*(?:[:.](?!\w*\.\w)|(?=\s*$))\s*", re.I,
)  # fmt: skip
TAG = re.compile(r"\[<\s*(/?)\s*([^<>\]]{0,60}?)\s*>\]")
ANSWER_TAG = re.compile(r"\[<\s*(?:ans(?:wer)?|đáp\s*án|key)\s*=\s*([^<>\]]{1,300}?)\s*>\]|\{\s*=\s*([A-J])\s*\}", re.I)
_VALUED = re.compile(r"\[<\s*(df|dpc|sc|audio|lv|level)\s*>\](.*?)\[<\s*/\s*\1\s*>\]", re.I | re.DOTALL)
SEPARATOR = re.compile(r"\[<\s*(?:br|/?\s*q|hr)\s*/?\s*>\]", re.I)
LETTER_TAG = re.compile(r"\[<\s*([A-J])\s*>\]")


def chosen(rest: str) -> tuple[tuple[str, ...], str] | None:
    """(letters, what stands behind them) of "B", "A, C", "D. Vì ..."; None when these words choose nothing."""
    found = _CHOSEN.match(rest)
    if not found:
        return None
    letters = re.sub(r"và|and", " ", found["letters"], flags=re.I)
    return tuple(dict.fromkeys(re.findall(r"[A-J]", letters.upper()))), found["rest"].strip(" .):;,-–")


def states_letter(line: str) -> bool:
    """Whether a line states an option as the answer: "Đáp án: C"."""
    found = answer_line(line)
    return found is not None and chosen(line[found[1] :]) is not None


def chosen_within(words: str) -> str:
    """The letter that a solution arrives at ("Chọn B."), or "" when it names none or several."""
    letters = {one.upper() for one in _CHOSEN_HERE.findall(words)}
    return letters.pop() if len(letters) == 1 else ""


def answer_line(line: str) -> tuple[str, int] | None:
    """(the word, where what it says begins) of a line that tells the answer; None for other lines.

    "Chọn ..." and "Trả lời ..." begin ordinary sentences too: the first tells an answer before a letter only, the
    second before a colon.
    """
    found = ANSWER.match(line)
    if not found:
        return None
    word, rest = " ".join(found["word"].lower().split()), line[found.end() :]
    if word.startswith(("chọn", "đa", "key", "ans")) and not found["sign"].strip() and chosen(rest) is None:
        return None
    if word.startswith("chọn") and chosen(rest) is None:
        return None
    if word in ("trả lời", "kết quả") and ":" not in found["sign"]:
        return None
    if (
        not found["sign"].strip()
        and not (word == "đáp số" and re.match(r"[-−+]?\d", rest))
        and rest.strip()
        and chosen(rest) is None
        and not re.match(r"(?:đúng|sai|Đ|S)\s*\.?$", rest, re.I)
    ):
        return None
    return word, found.end()


def tag_values(words: str) -> tuple[str, dict[str, str]]:
    """(the text without them, values) of tags with a value: "[<sc>]0.25[</sc>]"."""
    values: dict[str, str] = {}

    def take(found: re.Match) -> str:
        values[found[1].lower()] = found[2].strip()
        return ""

    return _VALUED.sub(take, words), values
