"""PURE. Numbers and letters that Word writes by itself: they stand in no text, and a person sees them all the same."""

import re
from dataclasses import dataclass, field

from exambank.interchange.formats.word.parts.names import W, first, value_of
from exambank.interchange.formats.word.parts.styles import read_properties

LEVELS = 9
_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf06f": "□", "\uf0a8": "□", "\uf071": "❑"}
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True)
class Level:
    """How one level of a list writes its labels."""

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int | None = None
    is_plain: bool = False  # all its parts in figures
    properties: tuple = ()


@dataclass(frozen=True)
class AutoLabel:
    """A label that Word wrote. ``family`` is the same for all of one list and level."""

    text: str
    style: str
    number: int
    level: int
    family: tuple[str, int]
    list_id: str
    properties: tuple = ()


@dataclass
class _Counter:
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


class Numbering:
    """The lists of a file. ``label`` must be asked paragraph by paragraph, in order."""

    def __init__(self, root=None):
        self._abstract: dict[str, dict[int, Level]] = {}
        self._numbers: dict[str, tuple[str, dict[int, int], dict[int, Level]]] = {}
        self._styles: dict[str, tuple[str, int]] = {}  # paragraph style -> (list, level)
        self._counters: dict[str, _Counter] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def _read(self, root) -> None:
        by_style, wanted, abstract_styles = {}, {}, {}
        for one in root.iter(W + "abstractNum"):
            name = one.get(W + "abstractNumId") or ""
            self._abstract[name] = {int(level.get(W + "ilvl") or 0): _level(level) for level in one.iter(W + "lvl")}
            for level in one.iter(W + "lvl"):
                if value_of(level, "pStyle"):
                    abstract_styles[value_of(level, "pStyle")] = (name, int(level.get(W + "ilvl") or 0))
            if value_of(one, "styleLink"):
                by_style[value_of(one, "styleLink")] = name
            if value_of(one, "numStyleLink"):
                wanted[name] = value_of(one, "numStyleLink")
        for name, style in wanted.items():
            if style in by_style and not self._abstract[name]:
                self._abstract[name] = self._abstract[by_style[style]]
        for one in root.iter(W + "num"):
            starts, levels = {}, {}
            for change in one.iter(W + "lvlOverride"):
                at = int(change.get(W + "ilvl") or 0)
                if (value_of(change, "startOverride") or "").isdigit():
                    starts[at] = int(value_of(change, "startOverride"))
                if first(change, "lvl") is not None:
                    levels[at] = _level(first(change, "lvl"))
            self._numbers[one.get(W + "numId") or ""] = (value_of(one, "abstractNumId") or "", starts, levels)
        for style, (name, level) in abstract_styles.items():
            number = next((one for one, (abstract, *_rest) in self._numbers.items() if abstract == name), None)
            if number is not None:
                self._styles[style] = (number, level)

    def of_style(self, style_id: str | None) -> tuple[str, int] | None:
        """(list, level) of a paragraph style that a list names."""
        return self._styles.get(style_id or "")

    def label(self, number: str, at: int) -> AutoLabel | None:
        """The label of the next paragraph of this list and level; None when it shows none."""
        if number not in self._numbers or not 0 <= at < LEVELS:
            return None
        name, starts, changed = self._numbers[number]
        levels = {**self._abstract.get(name, {}), **changed}
        if at not in levels:
            return None
        counts = self._counters.setdefault(name, _Counter()).counts
        if at in starts and (number, at) not in self._begun:
            counts[at] = starts[at]
        elif counts[at] is None:
            counts[at] = levels[at].start
        else:
            counts[at] += 1
        self._begun.add((number, at))
        for deeper in range(at + 1, LEVELS):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart and at < restart):
                counts[deeper] = None
        own = levels[at]
        text = own.text if own.style == "bullet" else _written(own, levels, counts)
        if not text.strip():
            return None
        return AutoLabel(text, own.style, counts[at], at, (name, at), number, own.properties)


def _level(element) -> Level:
    text = ""
    own_text = first(element, "lvlText")
    if own_text is not None:
        text = own_text.get(W + "val") or ""
    style = value_of(element, "numFmt") or "decimal"
    start, restart = value_of(element, "start") or "", value_of(element, "lvlRestart") or ""
    if style == "bullet":
        text = "".join(_BULLETS.get(sign, "•" if "\uf000" <= sign <= "\uf0ff" else sign) for sign in text)
    properties = tuple(sorted(read_properties(first(element, "rPr")).items()))
    is_plain = first(element, "isLgl") is not None
    return Level(
        int(start) if start.isdigit() else 1, style, text, int(restart) if restart.isdigit() else None, is_plain,
        properties,
    )  # fmt: skip


def _written(own: Level, levels: dict[int, Level], counts: list[int | None]) -> str:
    def one(found: re.Match) -> str:
        at = int(found[1]) - 1
        level = levels.get(at, Level())
        number = counts[at] if counts[at] is not None else level.start
        return written_number(number, "decimal" if own.is_plain else level.style)

    return re.sub(r"%([1-9])", one, own.text)


def written_number(number: int, style: str) -> str:
    """A number as Word writes it in a list."""
    if style in ("upperLetter", "lowerLetter"):
        if number < 1:
            return ""
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("upperRoman", "lowerRoman"):
        left, letters = max(0, min(number, 5000)), ""
        for worth, sign in _ROMAN:
            letters += sign * (left // worth)
            left %= worth
        return letters.upper() if style == "upperRoman" else letters
    if style == "decimalZero":
        return f"{number:02d}"
    return "" if style == "none" else str(number)
