"""PURE. Moodle's embedded answers ("cloze"): {1:SHORTANSWER:=Hà Nội~%50%Hanoi#near~*}, read and written."""

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from exambank.interchange.formats.moodle.weights import percent_figure, read_percent

_CHOICE = {f"{name}{form}" for name, forms in (("MULTICHOICE", ("", "_V", "_H", "_S", "_VS", "_HS")),
                                                ("MC", ("", "V", "H", "S", "VS", "HS"))) for form in forms}  # fmt: skip
_SEVERAL = {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"}
_TEXT = {"SHORTANSWER", "SA", "MW"}
_EXACT = {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_TYPES = {
    **dict.fromkeys(_CHOICE, "choice"),
    **dict.fromkeys(_SEVERAL, "several"),
    **dict.fromkeys(_TEXT, "text"),
    **dict.fromkeys(_EXACT, "exact"),
    **dict.fromkeys(_NUMBER, "number"),
}
_NAMES = "|".join(sorted(_TYPES, key=len, reverse=True))
START = re.compile(rf"\{{\s{{0,9}}(\d{{0,6}}(?:\.\d{{1,6}})?)\s{{0,9}}:\s{{0,9}}({_NAMES})\s{{0,9}}:", re.IGNORECASE)
_CLOSING = re.compile(r"(?<!\\)\}")
MOST_ANSWERS = 60
_TILDE = re.compile(r"(?<!\\)~")
_HASH = re.compile(r"(?<!\\)(?<!&)#")
_WEIGHT = re.compile(r"\s*(?:=|%(-?\d+(?:[.,]\d*)?)%)")
_ESCAPED = re.compile(r"\\([~}#=\"'%/{\\])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True)
class Answer:
    """One alternative of a gap, in plain text."""

    text: str
    share: Fraction
    feedback: str = ""


@dataclass(frozen=True)
class Gap:
    """A gap: its weight as written, its kind (text, exact, number, choice, several) and its alternatives."""

    weight: str
    kind: str
    answers: tuple[Answer, ...]


def replace_gaps(source: str, mark: Callable[[Gap], str]) -> str:
    """The HTML with every gap replaced by what ``mark`` gives for it; a gap ends at the first bracket that closes."""
    parts, at = [], 0
    for start, inner, end in _spans(source):
        parts += [source[at : start.start()], mark(_gap(start, source[inner:end]))]
        at = end + 1
    return "".join([*parts, source[at:]])


def _spans(source: str) -> Iterator[tuple[re.Match, int, int]]:
    """(its beginning, where its answers begin and end) of each gap."""
    at, ends = 0, [found.start() for found in _CLOSING.finditer(source)] if "{" in source else []
    for start in START.finditer(source):
        place = bisect_left(ends, start.end())
        if start.start() >= at and place < len(ends):
            yield start, start.end(), ends[place]
            at = ends[place] + 1


def has_gaps(source: str) -> bool:
    """Whether embedded answers stand in the text."""
    return next(_spans(source), None) is not None


def _gap(start: re.Match, inner: str) -> Gap:
    """What stands between the brackets."""
    answers = tuple(_answer(part) for part in _TILDE.split(inner)[:MOST_ANSWERS])
    kept = tuple(answer for answer in answers if answer.text or answer.feedback)
    weight = start[1] if start[1] and Fraction(start[1]) > 0 else "1"
    return Gap(weight, _TYPES[start[2].upper()], kept)


def _answer(part: str) -> Answer:
    words, *feedback = _HASH.split(_TAG.sub(" ", part), maxsplit=1)
    weight = _WEIGHT.match(words)
    share = Fraction(0)
    if weight:
        words = words[weight.end() :]
        share = (read_percent(weight[1]) or Fraction(0)) if weight[1] else Fraction(1)
    return Answer(_plain(words), share, _plain(feedback[0]) if feedback else "")


def _plain(source: str) -> str:
    return " ".join(html.unescape(_ESCAPED.sub(r"\1", source)).split())


# --- writing ---

_SIGNS = {sign: f"&#{ord(sign)};" for sign in "~}#{=\\%:\"'"}


def escape(words: str) -> str:
    """Plain words so that no sign of them means anything in a gap: Moodle decodes the entities again."""
    written = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(
        r"&(?:amp|lt|gt);|[~}#{=\\%:\"']", lambda found: _SIGNS.get(found[0], found[0]), written
    )  # fmt: skip


def write_gap(weight: int, kind: str, answers: list[tuple[str, Fraction]]) -> str:
    """A gap; ``answers`` are (plain text, share)."""
    name = {"text": "SHORTANSWER", "exact": "SHORTANSWER_C", "choice": "MULTICHOICE"}[kind]
    alternatives = []
    for words, share in answers:
        percent, _is_exact = percent_figure(share)
        mark = "=" if share == 1 else "" if share == 0 else f"%{percent}%"
        alternatives.append(mark + escape(words))
    return f"{{{weight}:{name}:{'~'.join(alternatives)}}}"


def escape_text(markup: str) -> str:
    """The text around the gaps, in which brackets that only look like a gap are written as entities."""
    return START.sub(lambda found: "&#123;" + found[0][1:], markup)
