"""PURE. How alike two items are: folded texts, a likeness from 0 to 1, and bands by which a database finds candidates.

Likeness looks at what a candidate sees: the stem, the options as a set, the picture. Tone placement (òa, oà), i and y
(lý, lí), punctuation, spacing, capitals and the order of options do not count. Another number counts little, so that
the pair is shown, but such a pair is never "the same" (``kinship_words.explain`` says what differs). Items with
different pictures, or one with and one without, are no kin at all: likeness 0, whatever their words.
"""

import hashlib
import json
import re
import struct
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from exambank import text

PROPOSED = 0.8
"""From this likeness on a pair is shown to people."""

NUMBER_COSTS = 0.05
"""What each other number takes from the likeness: one is a slip or a variant, five are another question."""

MOST_NUMBERS = 10
BANDS, ROWS = 24, 3
_HASHES = struct.Struct(f">{BANDS * ROWS}I")
_BAND = struct.Struct(f">B{ROWS}I")
_SIGNED = struct.Struct(">q")

_NUMBER = "#"
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|(?:[^\W\d_][\u0300-\u036f]*)+|[-+=<>≤≥≠×÷√^%°*/]|\d")
_SIGNS_OF_FORMULAE = frozenset("-*/")  # anywhere else they are punctuation
_FORMULA = re.compile(r"\\\((.*?)\\\)", re.DOTALL)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_LONE_Y = re.compile(r"([hklmst])y([2-6]?)")


@dataclass(frozen=True)
class Texts:
    """The plain texts of an item as people wrote them. ``secrets``: answers that no candidate sees."""

    stem: str
    options: tuple[str, ...] = ()
    keys: frozenset[int] = frozenset()  # places of the right options
    secrets: tuple[str, ...] = ()
    picture: str = ""  # hash of the picture's bytes
    picture_name: str = ""  # its name, all there is of a picture that was not delivered

    def with_picture(self, name: str) -> "Texts":
        """The same texts with a picture of which only the name is known."""
        return replace(self, picture="", picture_name=name)


@dataclass(frozen=True)
class Profile:
    """An item folded for comparing: words of the stem, words of each option (in no order), the picture."""

    stem: tuple[str, ...]
    options: tuple[tuple[str, ...], ...] = ()
    picture: str = ""
    picture_name: str = ""


def split_words(plain: str) -> tuple[str, ...]:
    """The words, numbers and mathematical signs of a text as written; other punctuation goes."""
    tidy = text.nfc(text.strip_control(plain)).translate(text.TYPOGRAPHY)
    found: list[str] = []
    for place, part in enumerate(_FORMULA.split(tidy)):
        is_formula = place % 2 == 1
        found += [one for one in _TOKEN.findall(part) if is_formula or one not in _SIGNS_OF_FORMULAE]
    return tuple(found)


def fold_words(plain: str) -> tuple[str, ...]:
    """The words of a text as they count in comparing: no capitals, one tone placement."""
    return tuple(map(_fold_token, split_words(plain)))


@lru_cache(maxsize=32768)
def _fold_token(token: str) -> str:
    if token[0].isdigit():
        return _fold_number(token)
    letters, tones = [], []
    for char in unicodedata.normalize("NFD", token.casefold()):
        (tones if char in _TONES else letters).append(_TONES.get(char, char))
    folded = unicodedata.normalize("NFC", "".join(letters)) + "".join(tones)
    lone = _LONE_Y.fullmatch(folded)
    return f"{lone[1]}i{lone[2]}" if lone else folded


def _fold_number(token: str) -> str:
    """Decimal comma and point alike; the Vietnamese point of thousands goes."""
    if _THOUSANDS.fullmatch(token):
        return token.replace(".", "")
    whole, _comma, decimals = token.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole


def is_number(word: str) -> bool:
    """Whether a folded word is a number in figures."""
    return word[0].isdigit()


def profile_of(texts: Texts) -> Profile:
    """Fold an item for comparing."""
    options = tuple(sorted(fold_words(one) for one in texts.options))
    return Profile(fold_words(texts.stem), options, texts.picture, fold_name(texts.picture_name))


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """The name of a picture as it is compared and kept in a column: small letters, hashed when it is long."""
    folded = text.nfc(name).strip().casefold()
    return folded if len(folded) <= 64 else hashlib.sha256(folded.encode()).hexdigest()


def has_same_picture(one: Profile | Texts, other: Profile | Texts) -> bool:
    """Whether both have no picture, or the same: by bytes where both were delivered, else by name."""
    if one.picture and other.picture:
        return one.picture == other.picture
    return fold_name(one.picture_name) == fold_name(other.picture_name) and bool(
        one.picture_name or not (one.picture or other.picture)
    )


# --- likeness ---


def likeness(one: Profile, other: Profile, least: float = 0.0) -> float:
    """How alike two items are: 1 when only the form of writing differs, 0 when the pictures differ. Symmetric.

    ``least``: whoever cares only for likenesses from there on gets 0 for lower ones, sooner.
    """
    if not has_same_picture(one, other):
        return 0.0
    if not (one.stem or other.stem or one.picture or one.picture_name):
        return 0.0  # nothing is asked yet: the same options alone make no question
    if one.stem == other.stem and one.options == other.options:
        return 1.0
    weight = _weight_of_stem(one, other)
    stem = weight * alike_words(_hide_numbers(one.stem), _hide_numbers(other.stem))
    if stem + (1 - weight) < least:
        return 0.0
    options = 0.0
    if weight < 1:
        left, right = [_hide_numbers(words) for words in one.options], [_hide_numbers(words) for words in other.options]
        if least and stem + (1 - weight) * _most_alike(left, right) < least:
            return 0.0
        options = (1 - weight) * _alike_options(left, right)
    found = (stem + options) * (1 - NUMBER_COSTS * min(_other_numbers(one, other), MOST_NUMBERS))
    return found if found >= least else 0.0


def _most_alike(left: Sequence[tuple], right: Sequence[tuple]) -> float:
    """What the likeness of options cannot pass: as if all their words stood together."""
    one, other = [word for words in left for word in words], [word for words in right for word in words]
    return 2 * _shared_words(one, other) / (len(one) + len(other)) if one or other else 1.0


def _shared_words(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts share, each as often as both have it."""
    counts: dict[str, int] = {}
    for word in one:
        counts[word] = counts.get(word, 0) + 1
    shared = 0
    for word in other:
        if counts.get(word, 0):
            counts[word] -= 1
            shared += 1
    return shared


def alike_words(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two texts are, 0..1: words in the same order, and words at all, half and half. Symmetric."""
    if one == other:
        return 1.0
    total = len(one) + len(other)
    if not one or not other:
        return 0.0
    shared = _shared_words(one, other)
    return (_common_subsequence(one, other) + shared) / total if shared else 0.0


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, all its columns at once in the bits of one number."""
    places: dict[str, int] = {}
    for place, word in enumerate(one):
        places[word] = places.get(word, 0) | 1 << place
    full = (1 << len(one)) - 1
    row = full
    for word in other:
        hits = row & places.get(word, 0)
        row = ((row + hits) | (row - hits)) & full
    return len(one) - row.bit_count()


def _weight_of_stem(one: Profile, other: Profile) -> float:
    """The stem weighs by its length, but never so little or so much that the rest decides or does not matter."""
    if not one.options and not other.options:
        return 1.0
    stem = len(one.stem) + len(other.stem)
    options = sum(map(len, one.options)) + sum(map(len, other.options))
    return min(max(stem / (stem + options), 0.4), 0.7) if stem + options else 0.5


def _alike_options(left: Sequence[tuple], right: Sequence[tuple]) -> float:
    """Options matched best to best, weighed by their length; what finds no partner counts as unlike."""
    total = sum(map(len, left)) + sum(map(len, right))
    if not total:
        return 1.0 if len(left) == len(right) else 0.0
    exact = Counter(left) & Counter(right)
    matched = sum(2 * len(words) * count for words, count in exact.items())
    left, right = list((Counter(left) - exact).elements()), list((Counter(right) - exact).elements())
    return (matched + sum(score for score, _left, _right in _best_pairs(left, right))) / total


def _best_pairs(left: Sequence[tuple], right: Sequence[tuple]) -> list[tuple[float, int, int]]:
    """Greedy pairs (gain, place, place); ties fall by the words themselves, so that both directions agree."""
    scored = sorted(
        (
            (-alike_words(a, b) * (len(a) + len(b)), sorted((a, b)), at, to)
            for at, a in enumerate(left)
            for to, b in enumerate(right)
        ),
        key=lambda row: row[:2],
    )
    found, used_left, used_right = [], set(), set()
    for gain, _words, at, to in scored:
        if gain < 0 and at not in used_left and to not in used_right:
            used_left.add(at)
            used_right.add(to)
            found.append((-gain, at, to))
    return found


def pair_options(one: Sequence[tuple], other: Sequence[tuple]) -> list[tuple[int, int]]:
    """Which option of the one item is which of the other's, as pairs of places; same words first, then likest."""
    pairs, free = [], set(range(len(other)))
    for at, words in enumerate(one):
        twin = next((to for to in sorted(free) if other[to] == words), None)
        if twin is not None:
            pairs.append((at, twin))
            free.discard(twin)
    rest = [at for at in range(len(one)) if at not in dict(pairs)]
    places = sorted(free)
    found = _best_pairs([_hide_numbers(one[at]) for at in rest], [_hide_numbers(other[to]) for to in places])
    return sorted(pairs + [(rest[at], places[to]) for _gain, at, to in found])


@lru_cache(maxsize=16384)
def _hide_numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_NUMBER if is_number(word) else word for word in words)


def _other_numbers(one: Profile, other: Profile) -> int:
    """How many numbers differ; the same numbers in other places of the stem count as one."""
    stems = [word for word in one.stem if is_number(word)], [word for word in other.stem if is_number(word)]
    left, right = (
        Counter(numbers) + Counter(word for option in profile.options for word in option if is_number(word))
        for numbers, profile in zip(stems, (one, other), strict=True)
    )
    return max((left - right).total(), (right - left).total(), int(stems[0] != stems[1]))


# --- finding candidates in a database ---


def bands_of(profile: Profile) -> tuple[int, ...]:
    """Numbers of 64 bits: items that share one are worth a closer look (MinHash over words and neighbours).

    Of items whose words overlap by 0.6, all but 3 in 1000 share one; by 0.1 (two questions of one topic), 2 in 100.
    A picture is part of the number (once by its bytes, once by its name), so that the hundred items of a bank that
    ask "Who goes first in the picture?" do not find each other.
    """
    features = _features(profile)
    if not features:
        return ()
    lowest = tuple(map(min, *(map(_hashes, features)))) if len(features) > 1 else _hashes(next(iter(features)))
    pieces = [_BAND.pack(band, *lowest[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]
    marks = [mark for mark in (profile.picture, profile.picture_name) if mark] or [""]
    return tuple(
        _SIGNED.unpack(hashlib.blake2b(piece + mark.encode(), digest_size=8).digest())[0]
        for mark in marks
        for piece in pieces
    )


def _features(profile: Profile) -> set[str]:
    """Words and neighbours of the stem, words and neighbours of the options."""
    found: set[str] = set()
    for mark, words in (("s", profile.stem), *(("o", option) for option in profile.options)):
        found.update(f"{mark} {word}" for word in words)
        found.update(f"{mark} {word} {after}" for word, after in pairwise(words))
    return found


@lru_cache(maxsize=65536)
def _hashes(feature: str) -> tuple[int, ...]:
    return _HASHES.unpack(hashlib.shake_128(feature.encode()).digest(_HASHES.size))


# --- keeping a profile in a column ---


def pack(profile: Profile) -> bytes:
    """The words of a profile as the database keeps them (the pictures stand in columns of their own)."""
    body = [" ".join(profile.stem), *(" ".join(option) for option in profile.options)]
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(sketch: bytes, picture: str = "", picture_name: str = "") -> Profile:
    """The profile that ``pack`` kept."""
    stem, *options = json.loads(zlib.decompress(sketch))
    return Profile(tuple(stem.split()), tuple(tuple(option.split()) for option in options), picture, picture_name)


def rank(profile: Profile, others: Iterable[tuple[int, Profile]], least: float = PROPOSED) -> list[tuple[int, float]]:
    """Those of ``others`` (id, profile) that are at least so like, likest first."""
    found = [(other_id, likeness(profile, other, least)) for other_id, other in others]
    return sorted(((one, value) for one, value in found if value >= least), key=lambda row: (-row[1], row[0]))
