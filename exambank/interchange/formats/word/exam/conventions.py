"""PURE. How this file marks its keys: all signs weighed over all questions, one chosen, the others held against it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from exambank.interchange.formats.word.exam.options import Option
from exambank.interchange.formats.word.exam.signs import LOOKS, Signs
from exambank.interchange.neutral import Convention, Place

# what is said in words comes before what is shown by looks
STATED = ("file", "lines", "table", "tag", "star", "word", "fixed", "capital")
RANK = (*STATED, *LOOKS)
FIRST = "first"
_WEAK = ("italic", "strike", "white")  # too often used for other things to decide alone where nothing else does
_ENOUGH = 0.5  # a sign is the file's convention when it decides this share of the questions


@dataclass
class Choice:
    """One question with options: what is stated about its key, and how its options look."""

    options: list[Option]
    stated: dict[str, frozenset[int]] = field(default_factory=dict)
    stated_places: dict[str, Place] = field(default_factory=dict)
    signs: Signs | None = None
    marks: dict[str, frozenset[int]] = field(default_factory=dict)  # by every sign that says something

    def __post_init__(self):
        self.signs = Signs.of(self.options)


@dataclass(frozen=True)
class Decision:
    """The key of one question: by which sign, and what speaks against it."""

    key: frozenset[int] = frozenset()
    code: str = ""
    conflicts: tuple[tuple[str, frozenset[int]], ...] = ()
    residue: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The conventions of a file and a decision for each question."""

    conventions: tuple[Convention, ...]
    used: str
    decisions: tuple[Decision, ...]


def judge_keys(choices: list[Choice], forced: str = "") -> Verdict:
    """Weigh all signs. ``forced`` is the convention that a person chose."""
    for choice in choices:
        choice.stated |= _explicit(choice.options)
    channels = {name: _channel(choices, name) for name in LOOKS}
    for choice in choices:
        looks = {name: _by_look(choice.signs, name, channels[name]) for name in LOOKS}
        choice.marks = {**choice.stated, **{name: found for name, found in looks.items() if found}}
    decided = Counter(name for choice in choices for name, found in choice.marks.items() if _decides(name, found))
    used = forced if forced in (*RANK, FIRST) else _convention(decided, len(choices))
    decisions = tuple(_decide(choice, used, bool(forced), decided) for choice in choices)
    return Verdict(_candidates(choices, decided, used), used, decisions)


def _explicit(options: list[Option]) -> dict[str, frozenset[int]]:
    """Marks typed beside an option."""
    found = {
        "star": {at for at, one in enumerate(options) if "star" in one.signs},
        "word": {at for at, one in enumerate(options) if "true" in one.signs},
        "tag": {at for at, one in enumerate(options) if "tag" in one.signs},
        "fixed": {at for at, one in enumerate(options) if "fixed_key" in one.signs},
    }
    capitals = {at for at, one in enumerate(options) if one.is_upper}
    if len(capitals) == 1 and len(options) > 2:
        found["capital"] = capitals
    return {name: frozenset(places) for name, places in found.items() if 0 < len(places) < len(options)}


def _channel(choices: list[Choice], name: str) -> str:
    """Whether this file shows a look rather on labels or on texts."""
    ones = {channel: sum(len(one.signs.marked(name, channel)) == 1 for one in choices) for channel in ("text", "label")}
    return "label" if ones["label"] > ones["text"] else "text"


def _by_look(signs: Signs, name: str, channel: str) -> frozenset[int]:
    other = "text" if channel == "label" else "label"
    first, second = signs.marked(name, channel), signs.marked(name, other)
    if name == "italic" and channel == "text" and len(second) and len(first) != 1:
        first = frozenset()
    for found in (first, second):
        if len(found) == 1:
            return found
    most = len(signs.texts) - 1
    return next((found for found in (first, second) if 0 < len(found) <= most), frozenset())


def _decides(name: str, found: frozenset[int]) -> bool:
    return len(found) == 1 or (name in STATED and bool(found))


def _convention(decided: Counter, total: int) -> str:
    """The surest sign that decides enough questions; else the one that decides most."""
    strong = [name for name in RANK if name not in _WEAK]
    for names in (strong, RANK):
        enough = next((name for name in names if decided[name] >= _ENOUGH * total and decided[name]), "")
        if enough:
            return enough
    best = max(strong, key=lambda name: decided[name], default="")
    return best if decided[best] else ""


def _decide(choice: Choice, used: str, is_forced: bool, decided: Counter) -> Decision:
    if used == FIRST:
        return _with_doubts(choice, choice.stated.get("fixed", frozenset({0})), FIRST)
    if choice.marks.get(used):
        return _with_doubts(choice, choice.marks[used], used)
    if is_forced:
        names = [name for name in STATED if name in choice.marks] if used in STATED else []
    else:
        names = [name for name in RANK if name not in _WEAK and _decides(name, choice.marks.get(name, frozenset()))]
    if not names:
        return _with_doubts(choice, frozenset(), "")
    return _with_doubts(choice, choice.marks[names[0]], names[0])


def _with_doubts(choice: Choice, key: frozenset[int], code: str) -> Decision:
    conflicts = []
    if key:
        for name in RANK:
            for found in _sets(choice, name):
                if _contradicts(choice, name, found, key) and (name, found) not in conflicts:
                    conflicts.append((name, found))
    residue = tuple(choice.signs.residue(code, key)) if code in LOOKS else ()
    return Decision(key, code, tuple(conflicts), residue)


def _sets(choice: Choice, name: str) -> list[frozenset[int]]:
    if name in STATED:
        return [choice.stated[name]] if name in choice.stated else []
    channels = ("label",) if name == "italic" else ("label", "text")
    return [found for channel in channels if (found := choice.signs.marked(name, channel))]


def _contradicts(choice: Choice, name: str, found: frozenset[int], key: frozenset[int]) -> bool:
    """Another sign speaks against the key when it marks other options: few of them, for a look."""
    if name in STATED:
        return found != key
    return bool(found - key) and 2 * len(found) <= len(choice.options)


def _candidates(choices: list[Choice], decided: Counter, used: str) -> tuple[Convention, ...]:
    """What a person may choose from, the surest first."""
    least = max(1, len(choices) // 10)
    names = [name for name in RANK if name == used or decided[name] >= least]
    found = []
    for name in names:
        conflicts = sum(
            bool(choice.marks.get(name)) and any(_differ(choice, name, other) for other in names if other != name)
            for choice in choices
        )  # fmt: skip
        found.append(Convention(name, decided[name], conflicts))
    if used == FIRST or any(not any(choice.marks.get(name) for name in names) for choice in choices):
        found.append(Convention(FIRST, len(choices)))
    return tuple(found)


def _differ(choice: Choice, name: str, other: str) -> bool:
    one, two = choice.marks[name], choice.marks.get(other, frozenset())
    return bool(two) and one != two


def by_letters(options: list[Option], letters: Mapping | tuple) -> frozenset[int]:
    """The places of options with these letters; empty when one of them is no option."""
    places = {one.letter: at for at, one in enumerate(options)}
    found = [places.get(letter, -1) for letter in letters]
    return frozenset() if -1 in found else frozenset(found)
