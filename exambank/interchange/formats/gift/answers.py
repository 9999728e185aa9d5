"""PURE. What stands between the brackets of a GIFT question; all signs that mean themselves are put aside already."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exambank.bank import rules
from exambank.interchange.formats.gift.escapes import back
from exambank.interchange.formats.moodle.weights import read_percent

CLOZE = re.compile(
    r"\s*\d*\s*:\s*(?:SHORTANSWER|SA|MW|NUMERICAL|NM|MULTICHOICE|MC|MULTIRESPONSE|MR)(?:_?[A-Z]{1,2})?\s*:", re.I
)
_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.DOTALL | re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(-?\d+(?:[.,]\d*)?)%")
_RANGE = re.compile(r"(.+?)\.\.(.+)", re.DOTALL)
_WORD = re.compile(r"[^\n=~]{1,80}")


@dataclass(frozen=True)
class Answer:
    """One alternative: is it right or wrong by its sign, its share, its text and its feedback."""

    sign: str
    share: Fraction
    text: str
    feedback: str = ""


@dataclass(frozen=True)
class Answers:
    """The alternatives of one pair of brackets; ``kind``: essay, truth, number, choice, pairs, text, cloze."""

    kind: str
    rows: tuple[Answer, ...] = ()
    general: str = ""
    is_true: bool = False


def kind_of(inner: str) -> str:
    """Which kind of answers this is; "" for words in brackets that are no answers."""
    body = inner.rpartition("####")[0].strip() if "####" in inner else inner.strip()
    if not body:
        return "essay"
    if CLOZE.match(body):
        return "cloze"
    if body.startswith("#"):
        return "number"
    if _TRUTH.fullmatch(body.strip()):
        return "truth"
    if body[0] in "=~":
        if "~" in body:
            return "choice"
        return "pairs" if "->" in body and all("->" in one for one in _split(body, "=")) else "text"
    if "~" in body or re.search(r"(?:^|\s)=", body) or _WEIGHT.match(body):
        return "choice" if "~" in body else "text"
    return "word" if _WORD.fullmatch(body) else ""


def is_plain_answer(inner: str) -> bool:
    """Whether brackets can hold nothing but answers: they begin with a sign of one, or say true or false."""
    body = inner.strip()
    return body[:1] in tuple("=~#%") or kind_of(inner) in ("truth", "cloze")


def read_answers(inner: str, kind: str) -> Answers:
    """The alternatives; ValueError("...") with a code of our problems when they cannot be understood."""
    general = ""
    body = inner.strip()
    if "####" in body:
        body, _mark, general = body.rpartition("####")
        body = body.strip()
    general = general.strip()
    if kind == "essay":
        return Answers("essay", (), general)
    if kind == "truth":
        return _truth(body, general)
    if kind == "number":
        return Answers("number", tuple(_numbers(body.removeprefix("#"))), general)
    if kind == "pairs":
        return Answers("pairs", tuple(_pairs(body)), general)
    if kind in ("text", "word"):
        return Answers("text", tuple(_answer("=", part) for part in _split(body, "=")), general)
    return Answers("choice", tuple(_choices(body)), general)


def _truth(body: str, general: str) -> Answers:
    found = _TRUTH.fullmatch(body)
    parts = [part.strip() for part in (found[2] or "").split("#")]
    wrong, right = [*parts, "", ""][:2]
    is_true = found[1].upper() in ("T", "TRUE")
    rows = (Answer("=", Fraction(1), "", right), Answer("~", Fraction(0), "", wrong))
    return Answers("truth", rows, general, is_true)


def _split(body: str, sign: str) -> list[str]:
    """The parts behind each sign; what stands before the first one is a part when it says something."""
    parts = [part.strip() for part in body.split(sign)]
    return parts[1:] if not parts[0] else parts


def _choices(body: str) -> list[Answer]:
    """Choices: "~" and "=" begin one, but an "=" within words does not where others stand behind a blank."""
    marks = re.compile(r"~|(?<!\S)=" if _is_spaced(body) else r"[~=]")
    rows, sign, at = [], "", 0
    for found in marks.finditer(body):
        if sign or body[at : found.start()].strip():
            rows.append((sign or "~", body[at : found.start()]))
        sign, at = found[0], found.end()
    rows.append((sign or "~", body[at:]))
    # "~=x" is a right answer (Moodle puts a "~" before every "=" itself)
    kept = [(sign, part) for place, (sign, part) in enumerate(rows) if part.strip() or not _is_doubled(rows, place)]
    return [_answer(sign, part) for sign, part in kept]


def _is_doubled(rows: list[tuple[str, str]], place: int) -> bool:
    return rows[place][0] == "~" and place + 1 < len(rows) and rows[place + 1][0] == "="


def _is_spaced(body: str) -> bool:
    """Whether every right answer stands behind a blank or at the beginning, so that "a=b" is no sign of one."""
    spaced = len(re.findall(r"(?<![^\s~])=", body))
    return spaced > 0 and len(re.findall(r"(?<!\S)=", body)) == spaced


def _answer(sign: str, part: str) -> Answer:
    share = Fraction(int(sign == "="))
    weight = _WEIGHT.match(part)
    if weight:
        share = read_percent(weight[1]) or Fraction(0)
        part = part[weight.end() :]
    text, _mark, feedback = part.partition("#")
    return Answer(sign, share, text.strip(), feedback.strip())


def _pairs(body: str) -> list[Answer]:
    """Pairs: the target stands in the feedback's place."""
    found = []
    for part in _split(body, "="):
        prompt, _arrow, target = part.partition("->")
        found.append(Answer("=", Fraction(1), prompt.strip(), target.strip()))
    return found


def _numbers(body: str) -> list[Answer]:
    """Numbers with their margins: the text is "value:tolerance"."""
    head, tilde, wrong = body.partition("~")
    found = []
    for part in _split(head.strip(), "="):
        if not part:
            continue
        answer = _answer("=", part)
        found.append(Answer("=", answer.share, _number(back(answer.text)), answer.feedback))
    if tilde:
        found.append(Answer("~", Fraction(0), "*", wrong.partition("#")[2].strip()))
    return found


def _number(words: str) -> str:
    span = _RANGE.fullmatch(words)
    if span:
        ends = [rules.read_number(end.strip()) for end in span.groups()]
        if None in ends:
            return words
        low, high = min(ends), max(ends)
        middle, margin = (low + high) / 2, (high - low) / 2
        return f"{rules.write_number(Decimal(middle))}:{rules.write_number(Decimal(margin))}"
    return words
