"""PURE. The lines of a question into stem and options: one a line, several a line, in any of the usual spellings."""

import re
from dataclasses import dataclass, field

from exambank.interchange.formats.word.exam.lines import OPTION, TABLE, Line
from exambank.interchange.formats.word.parts.rich import Rich, join_rich, plain_rich
from exambank.interchange.neutral import Place

LETTERS = "ABCDEFGHIJ"
MOST_OPTIONS = 10
MOST_CANDIDATES = 300  # in one question; more places where an option may begin are no exam
_LATIN = str.maketrans("АВСЕНабсе", "ABCEHabce")  # Cyrillic letters that look the same
_LABEL = re.compile(
    r"(?P<star>[*✓✔√☑●]\s*)?(?P<open>[(\[])?(?P<letter>[A-Ja-jАВСЕ])(?P<close>\s?[.):\]/](?!\.\.)|\s?[-–](?=\s)"
    r"|(?=\t))(?P<after>\s*\*(?!\*))?"
)
_FIXED = re.compile(r"#(?P<sign>[!$])\s*")
_START = re.compile(r"\s*(?:#[!$]|[*✓✔√☑●]?\s*[(\[]?[A-Ja-jАВСЕ](?:\s?[.):\]/](?!\.\.)|\s?[-–]\s|\t))")


def starts_option(line: str) -> bool:
    """Whether a line begins like an option."""
    return bool(_START.match(line))


@dataclass
class Option:
    """One option as typed. ``signs`` are explicit marks: star, tag, true, false, fixed_key, fixed_other."""

    letter: str
    label: Rich
    text: Rich
    place: Place
    signs: set[str] = field(default_factory=set)
    is_upper: bool = True
    truth: bool | None = None


@dataclass
class Parted:
    """A question cut into its parts."""

    stem: list[Line]
    options: list[Option]
    is_disordered: bool = False


@dataclass(frozen=True)
class _Candidate:
    """A place where an option may begin."""

    line: int
    start: int
    end: int
    letter: str  # "" for a fix mark
    is_upper: bool
    strength: int  # 2: at the start of a line, 1: behind a tab or two spaces, 0: behind one space
    sign: str = ""

    @property
    def rank(self) -> int:
        return LETTERS.find(self.letter)


def part(lines: list[Line], *, prefers_upper: bool = True) -> Parted:
    """Cut the lines of a question. Options that a table gave stand as they are."""
    if any(line.role == OPTION for line in lines):
        return _of_cells(lines)
    written = _written_by_word(lines)
    candidates = [
        one for at, line in enumerate(lines) if line.role != TABLE
        for one in ([written[at], *_candidates(at, line)[1:]] if at in written else _candidates(at, line))
    ]  # fmt: skip
    chain = _best_chain(candidates[:MOST_CANDIDATES], prefers_upper)
    if len(chain) < 2:
        return Parted(lines, [])
    chain, is_disordered = _with_strays(chain, candidates)
    return _cut(lines, chain, is_disordered)


def _of_cells(lines: list[Line]) -> Parted:
    options = []
    for line in lines:
        if line.role == OPTION:
            option = Option(
                line.mark.upper(), Rich(), line.rich, line.place, is_upper=line.mark.isupper(), truth=line.truth
            )
            _take_marks(option)
            options.append(option)
    stem = [line for line in lines if line.role != OPTION]
    return Parted(stem, options)


def is_lettered(line: Line) -> bool:
    """Whether Word wrote a letter before it."""
    return line.label is not None and line.label.style in ("upperLetter", "lowerLetter") and line.label.level < 9


def _written_by_word(lines: list[Line]) -> dict[int, "_Candidate"]:
    """Letters that Word wrote: a list that forgot to begin anew for this question still means A, B, C."""
    found: dict[int, _Candidate] = {}
    counts: dict[object, int] = {}
    for at, line in enumerate(lines):
        if not is_lettered(line) or line.role:
            continue
        count = counts.get(line.label.family, 0)
        if line.label.number in (1, 27):  # typed anew, as Word shows it
            count = 0
        counts[line.label.family] = count + 1
        if count < len(LETTERS) and line.text.startswith(line.label.text):
            is_upper = line.label.style == "upperLetter"
            found[at] = _Candidate(at, 0, len(line.label.text) + 1, LETTERS[count], is_upper, 2)
    return found


def _candidates(at: int, line: Line) -> list[_Candidate]:
    text = line.text.translate(_LATIN)
    found = []
    for one in re.finditer(r"(?:^|(?<=[\s\ufffc]))(?=[*✓✔√☑●(\[A-Ja-j#])", text):
        start = one.start()
        before = text[:start]
        gap = before[len(before.rstrip()) :]
        strength = 2 if len(gap) == start else 1 if "\t" in gap or len(gap) > 1 else 0
        fixed = _FIXED.match(text, start)
        if fixed:
            if strength:
                sign = "fixed_key" if fixed["sign"] == "!" else "fixed_other"
                found.append(_Candidate(at, start, fixed.end(), "", True, strength, sign))
            continue
        label = _LABEL.match(text, start)
        if not label or not _is_label(label, strength, text):
            continue
        is_star = bool(label["star"] or label["after"])
        letter = label["letter"]
        found.append(
            _Candidate(at, start, label.end(), letter.upper(), letter.isupper(), strength, "star" if is_star else "")
        )
    return found


def _is_label(label: re.Match, strength: int, text: str) -> bool:
    close = label["close"].strip()
    if label["open"] and close not in (")", "]"):
        return False
    if close in ("-", "–", "/", ":", "") and strength == 0:
        return False
    if close == "" and not (strength and label["letter"].isupper()):
        return False
    behind = text[label.end() : label.end() + 1]
    if close in (":", "/", "-", "–") and not label["letter"].isupper() and strength < 2:
        return False
    # "a.m", "e.g." are no labels
    return not (
        label["letter"].islower()
        and close == "."
        and behind.islower()
        and text[label.end() + 1 : label.end() + 2] == "."
    )


def _best_chain(candidates: list[_Candidate], prefers_upper: bool) -> list[_Candidate]:
    """The longest row A, B, C ... ; capitals first, strong places first, the last of equals."""
    best: list[_Candidate] = []
    best_worth: tuple = ()
    for is_upper in (True, False):
        own = [one for one in candidates if one.is_upper == is_upper or not one.letter]
        for at, one in enumerate(own):
            is_start = one.rank == 0 or (not one.letter and not any(other.rank == 0 for other in own[:at]))
            if not is_start:
                continue
            chain = _chain(own[at:])
            least = 2 if one.strength else 3
            if len(chain) < least:
                continue
            worth = (is_upper == prefers_upper, min(one.strength, 1), len(chain))
            if worth >= best_worth:
                best, best_worth = chain, worth
    return best


def _chain(candidates: list[_Candidate]) -> list[_Candidate]:
    """From its first candidate on, the next letter each time; a fix mark stands for the letter that is due."""
    chain = [candidates[0]]
    place = 0
    while len(chain) < MOST_OPTIONS:
        wanted = len(chain)
        strong = _next(candidates, place + 1, lambda one, wanted=wanted: one.strength > 0 and one.rank == wanted)
        fixed = _next(candidates, place + 1, lambda one: one.strength > 0 and not one.letter)
        line = candidates[place].line
        weak = _next(
            candidates, place + 1, lambda one, due=(0, wanted, line): (one.strength, one.rank, one.line) == due
        )
        if fixed is not None and (strong is None or fixed < strong):
            place = fixed
        elif strong is not None:
            place = strong
        elif weak is not None:
            place = weak
        else:
            break
        chain.append(candidates[place])
    return chain


def _next(candidates: list[_Candidate], start: int, is_it) -> int | None:
    return next((at for at in range(start, len(candidates)) if is_it(candidates[at])), None)


def _with_strays(chain: list[_Candidate], candidates: list[_Candidate]) -> tuple[list[_Candidate], bool]:
    """The chain with options whose letter is wrong or in the other case: at the start of a line, among the others."""
    first = chain[0]
    letters = [one.letter for one in chain]
    twice = [one for one in candidates if one.line == first.line and one.start < first.start and one.strength == 2]
    before = twice + [
        one for one in candidates
        if one.line < first.line and one.strength == 2 and one.letter and one.letter not in letters
        and one.is_upper and first.is_upper and first.line - one.line <= 2
    ]  # fmt: skip
    most = len(chain) + 1
    begun = {one.line for one in chain if one.strength == 2}
    inner = [
        one for one in candidates
        if (one.line, one.start) > (first.line, first.start) and one not in chain and one.strength
        and 0 <= one.rank <= most and (one.strength == 2 or one.line in begun)
    ]  # fmt: skip
    if not before and not inner:
        return chain, False
    merged = sorted([*before, *chain, *inner], key=lambda one: (one.line, one.start))[:MOST_OPTIONS]
    ranks = [one.rank for one in merged if one.letter]
    return merged, len(ranks) == len(merged) and ranks != list(range(len(merged)))


def _cut(lines: list[Line], chain: list[_Candidate], is_disordered: bool) -> Parted:
    first = chain[0]
    stem = lines[: first.line]
    head = lines[first.line].rich[: first.start]
    if not head.is_empty:
        stem = [*stem, Line(head.strip(), lines[first.line].place)]
    options = []
    are_clear = len({one.letter for one in chain}) == len(chain)
    for at, one in enumerate(chain):
        following = chain[at + 1] if at + 1 < len(chain) else None
        parts = _between(lines, one, following)
        letter = one.letter if one.letter and are_clear else LETTERS[at]
        label = lines[one.line].rich[one.start : one.end]
        option = Option(letter, label, join_rich(parts), lines[one.line].place, {one.sign} - {""}, one.is_upper)
        _take_marks(option)
        options.append(option)
    tables = [line for line in lines[first.line :] if line.role == TABLE]
    return Parted([*stem, *tables], options, is_disordered)


def _between(lines: list[Line], one: _Candidate, following: _Candidate | None) -> list[Rich]:
    last = following.line if following else len(lines) - 1
    parts = []
    for at in range(one.line, last + 1):
        if at >= len(lines) or lines[at].role == TABLE:
            continue
        rich = lines[at].rich
        start = one.end if at == one.line else 0
        end = following.start if following and at == following.line else len(rich)
        piece = rich[start:end].strip()
        if not piece.is_empty:
            parts.append(piece)
    return parts


_SAID = (
    ("true", re.compile(r"\s*[(\[]\s*(?:đáp\s*án(?:\s*đúng)?|đúng|đ|true|t|correct|right)\s*[)\]]\s*\.?\s*$"
        r"|\s+(?:[-–→=<]+>?|<-)\s*(?:đúng|true|đáp\s*án(?:\s*đúng)?)\s*\.?\s*$|\s*[:.]\s*Đúng\s*\.?\s*$")),
    ("false", re.compile(r"\s*[(\[]\s*(?:sai|s|false|f)\s*[)\]]\s*\.?\s*$|\s+[-–→]\s*(?:sai|false)\s*\.?\s*$"
        r"|\s*[:.]\s*Sai\s*\.?\s*$")),
)  # fmt: skip
_SAID_ANY = tuple((name, re.compile(sign.pattern, re.IGNORECASE) if name else sign) for name, sign in _SAID)
_TICKED = re.compile(r"\s*(?:[*✓✔√☑]|\(\*\)|\[\*\]|\(x\)|\[x\])\s*$", re.IGNORECASE)
_TICKED_FIRST = re.compile(r"\s*(?:[✓✔√☑]|\*(?=\S))\s*")
_TAGGED = re.compile(r"\s*\[<[^<>\]]*>\]\s*")


def _take_marks(option: Option) -> None:
    """Explicit marks at the ends of an option go from its text into its signs."""
    for name, sign in _SAID_ANY:
        found = sign.search(option.text.text)
        if found and found.start() > 0:
            option.text, option.truth = option.text[: found.start()], name == "true"
            option.signs.add(name)
    ticked = _TICKED.search(option.text.text)
    if (ticked and ticked.start() > 0) or (
        ticked and len(ticked[0].strip()) == 1 and option.text.text.strip() in "✓✔√☑*"
    ):
        option.text = option.text[: ticked.start()]
        option.signs.add("star")
    ticked = _TICKED_FIRST.match(option.text.text)
    if ticked and ticked.end() < len(option.text):
        option.text = option.text[ticked.end() :]
        option.signs.add("star")
    tagged = _TAGGED.search(option.text.text)
    if tagged:
        option.text = option.text.without(tagged.start(), tagged.end())
        option.signs.add("tag")
    option.text = option.text.strip()


__all__ = ["LETTERS", "MOST_OPTIONS", "Option", "Parted", "part", "plain_rich", "starts_option"]
