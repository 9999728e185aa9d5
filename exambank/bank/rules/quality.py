"""PURE. The quality gate: what is doubtful in an item's texts, found without knowing its kind.

A finding is a code, the anchor of the part it is about, and values for its sentence; ``service.quality`` words it and
weighs it by the bank's settings. What the keys of a kind must be is checked by the kind itself (``Interaction.check``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from math import comb
from typing import Any

from exambank import text
from exambank.bank.rules import letters
from exambank.bank.rules.locks import locked_options
from exambank.bank.rules.texts import plain_text


@dataclass(frozen=True)
class Finding:
    """What a check found; ``part`` is an anchor, empty for the item as a whole."""

    code: str
    part: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """One text of an item; ``is_key`` is None where right or wrong is no matter."""

    anchor: str
    html: str
    is_key: bool | None = None

    @property
    def words(self) -> str:
        return letters.without_formulas(plain_text(self.html))


def check_texts(pieces: Sequence[Piece]) -> list[Finding]:
    """What any text may have wrong: letters, marks, fonts, spaces."""
    found = []
    for piece in pieces:
        words = piece.words
        legacy = letters.legacy_words(words)
        if legacy:
            found.append(Finding("legacy_font", piece.anchor, {"words": legacy[:5]}))
        mixed = [(word, alien) for word, alien in letters.mixed_script_words(words) if word not in legacy]
        for word, alien in mixed[:3]:
            found.append(Finding("mixed_script", piece.anchor, {"word": word, "letters": alien}))
        for word in letters.impossible_words(words)[:3]:
            found.append(Finding("impossible_marks", piece.anchor, {"word": word}))
        spaces = spacing_of(piece.html)
        if spaces:
            found.append(Finding("spacing", piece.anchor, {"places": spaces[:3]}))
    return [*found, *_mixed_placement(pieces)]


def _mixed_placement(pieces: Sequence[Piece]) -> list[Finding]:
    """Both ways of placing the tone (hòa, hoà) in one item."""
    old = new = None
    for piece in pieces:
        here_old, here_new = letters.tone_placements(piece.words)
        old, new = old or here_old, new or here_new
        if old and new:
            return [Finding("tone_placement", piece.anchor, {"old": old, "new": new})]
    return []


_DOUBLE_SPACE = re.compile(r"(\S+)[ \u00a0]{2,}(\S+)")
_SPACE_BEFORE = re.compile(r"(\w+)[ \u00a0]+([,;:?!]|\.(?!\.))(?=\s|$)")
_BLANKS = re.compile(r"[_.…]{3,}")


def spacing_of(html: str) -> list[str]:
    """Places with two spaces, or a space before a comma, a full stop or a question mark."""
    raw = re.sub(r"<(?:br|/p|/li|/td|/th|/h\d)[^>]*>", "\n", html)
    raw = re.sub(r"<span data-(?:tex|gap)[^>]*>", "□", raw)
    raw = letters.without_formulas(re.sub(r"<[^>]+>", "", raw)).replace("&nbsp;", "\u00a0")
    places = [found.group(0) for line in raw.split("\n") for found in _DOUBLE_SPACE.finditer(line.strip())]
    places += [found.group(0) for found in _SPACE_BEFORE.finditer(raw)]
    return [" ".join(place.split()) for place in places if not _BLANKS.search(place)]


_PICTURE = re.compile(r"<img\b[^>]*>")
_SAID = re.compile(r'\balt="[^"]*\S[^"]*"')


def pictures_without_words(html: str) -> int:
    """How many pictures in a text have nothing to be read aloud."""
    return sum(not _SAID.search(picture) for picture in _PICTURE.findall(html))


# --- options ---


def same_words(words: str) -> str:
    """Two options with this in common say the same: spaces, first capital, end mark, tone placement, digit groups."""
    tidy = " ".join(text.nfc(words).split()).rstrip(".;,")
    tidy = _canonical_tones(_plain_numbers(tidy))
    is_word = len(tidy) > 2  # "A" and "a", "Aa" and "aa" are two things in a formula or a genotype
    return tidy[:1].lower() + tidy[1:] if is_word else tidy


def near_words(words: str) -> str:
    """A looser likeness: no marks, no case, no punctuation; for "giữ gìn" and "giử gìn"."""
    return " ".join(re.sub(r"[^\w\\^+/%<>=-]+", " ", text.search_key(_plain_numbers(words))).split())


_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d+)?(?![\w])|(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])")


def _plain_numbers(words: str) -> str:
    """1.000 and 1000, 0,50 and 0.5 are one number written twice."""

    def plain(found: re.Match) -> str:
        number = found.group(0)
        if re.fullmatch(r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d+)?", number):
            number = re.sub(r"[.\u00a0 ]", "", number)
        number = number.replace(",", ".")
        return number.rstrip("0").rstrip(".") if "." in number else number

    return _NUMBER.sub(plain, words)


_OLD_TO_NEW = {
    old + rest: base + new
    for olds, base, pairs in (
        ("òóỏõọ", "o", {"a": "àáảãạ", "e": "èéẻẽẹ"}),
        ("ùúủũụ", "u", {"y": "ỳýỷỹỵ"}),
    )
    for rest, news in pairs.items()
    for old, new in zip(olds, news, strict=True)
}
_OLD_SYLLABLE = re.compile(rf"(?<![qQ])(?:{'|'.join(_OLD_TO_NEW)})(?![^\W\d_])")


def _canonical_tones(words: str) -> str:
    return _OLD_SYLLABLE.sub(lambda found: _OLD_TO_NEW[found.group(0)], words)


def check_options(options: Sequence[Piece], *, has_distractors: bool) -> list[Finding]:
    """What options of one question may have wrong among themselves; ``has_distractors``: one or some are right."""
    words = [plain_text(option.html) for option in options]
    found = _twins(options, words)
    if has_distractors:
        found += _all_of_them(options, words) + _key_stands_out(options, words) + _end_marks(options, words)
    return found


def _twins(options: Sequence[Piece], words: Sequence[str]) -> list[Finding]:
    found, exact, near = [], {}, {}
    for option, said in zip(options, words, strict=True):
        if not said:
            continue
        same, like = same_words(said), near_words(said)
        if same in exact:
            found.append(Finding("twin_options", option.anchor, {"other": exact[same]}))
        elif like and like in near:
            found.append(Finding("near_twin_options", option.anchor, {"other": near[like]}))
        exact.setdefault(same, option.anchor)
        near.setdefault(like, option.anchor)
    return found


def _all_of_them(options: Sequence[Piece], words: Sequence[str]) -> list[Finding]:
    locks = locked_options(list(words))
    if not any(locks) or all(locks):
        return []
    return [Finding("speaks_of_all", options[locks.index(True)].anchor)]


LONGER_BY_SHARE = 1.9
LONGER_BY_LETTERS = 45


def _key_stands_out(options: Sequence[Piece], words: Sequence[str]) -> list[Finding]:
    """The one right option is much longer than every other: it gives itself away."""
    keys = [place for place, option in enumerate(options) if option.is_key]
    others = [len(said) for place, said in enumerate(words) if place not in keys and said]
    if len(keys) != 1 or len(others) < 2:
        return []
    key, longest = len(words[keys[0]]), max(others)
    if key < longest * LONGER_BY_SHARE or key - longest < LONGER_BY_LETTERS:
        return []
    return [Finding("key_length", options[keys[0]].anchor, {"times": round(key / longest, 1)})]


def _end_marks(options: Sequence[Piece], words: Sequence[str]) -> list[Finding]:
    """Some options end with a full stop and others do not."""
    ends = [(place, said.endswith((".", "…", ":", "?", "!"))) for place, said in enumerate(words) if said]
    count = sum(is_ended for _place, is_ended in ends)
    if count in (0, len(ends)):
        return []
    is_rule = count * 2 >= len(ends)
    odd = next(place for place, is_ended in ends if is_ended != is_rule)
    return [Finding("end_marks", options[odd].anchor)]


# --- the stem ---

_NEGATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        # nào (sau đây) không phải / không thuộc / không đúng; đâu không phải là
        r"(?:nào|[Đđ]âu|gì|ai)\b[^.?!;:]{0,60}?\b((?:không|chưa)(?= (?:phải|thuộc|đúng|chính xác|phù hợp|nằm|bao gồm"
        r"|có trong|nêu|phản ánh|thể hiện|là\b)))",
        r"[Cc]họn (?:một |các |những )?(?:phương án|đáp án|nội dung|câu|ý|phát biểu|nhận định)[^.?!;:]{0,30}?"
        r"\b(không|chưa|sai)\b",
        r"\b(không|chưa) (?:bao gồm|phải là|thuộc)\b[^.?!;:]{0,40}\bnào\b",
        r"(?:nào|[Đđ]âu)\b[^.?!;:]{0,40}?\b(sai)\b",
        r"\b(ngoại trừ)\b",
        r",? \b(trừ)(?= ?(?::|\.\.\.|…|\?|$))",
        r"\b(?:[Ww]hich|[Ww]hat)\b[^.?!;:]{0,60}?\b(not)\b",
        r"\b(except)(?= ?(?::|\.\.\.|…|\?|$|for\b))",
    )
)


def unmarked_negation(html: str) -> str | None:
    """A "not" that turns the question round and that nothing makes plain: neither capitals, bold nor underline."""
    reader = _Stressed()
    reader.feed(html)
    reader.close()
    words = letters.without_formulas(" ".join(text.nfc("".join(reader.parts)).split()))
    hits = [found for pattern in _NEGATIONS if (found := pattern.search(words))]
    return min(hits, key=lambda found: found.start(1)).group(1) if hits else None


class _Stressed(HTMLParser):
    """Gives the words with whatever is bold, underlined or italic in capitals."""

    _STRESS = frozenset({"b", "strong", "u", "em", "i"})

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag, attrs):
        self._depth += tag in self._STRESS
        if tag in ("p", "br", "li"):
            self.parts.append(" ")

    def handle_endtag(self, tag):
        self._depth -= tag in self._STRESS

    def handle_data(self, data):
        self.parts.append(data.upper() if self._depth > 0 else data)


# --- over many items of one author ---

LEAST_FOR_BIAS = 16
UNLIKELY = 0.01


@dataclass(frozen=True)
class Bias:
    """One place of the key that an author prefers: ``count`` of ``total`` items."""

    place: int
    count: int
    total: int


def key_bias(places: Iterable[tuple[int, int]]) -> Bias | None:
    """Whether one place holds the key more often than chance explains. ``places``: (place of the key, options)."""
    rows = [(place, count) for place, count in places if count > 1 and 0 <= place < count]
    if len(rows) < LEAST_FOR_BIAS:
        return None
    place, hits = Counter(place for place, _count in rows).most_common(1)[0]
    fair = sum(1 / count for at, count in rows if place < count) / len(rows)
    if hits / len(rows) < fair * 1.5 or _tail(hits, len(rows), fair) > UNLIKELY:
        return None
    return Bias(place, hits, len(rows))


def _tail(hits: int, total: int, share: float) -> float:
    """How likely at least so many hits are by chance."""
    return sum(comb(total, at) * share**at * (1 - share) ** (total - at) for at in range(hits, total + 1))


def repaired_texts(given: str) -> bool:
    """Whether a text as typed had letters in pieces (NFD), which are put together when it is stored."""
    return text.nfc(given) != given
