"""PURE. How a run looks when its paragraph style, its character style and what stands on it are put together."""

from collections.abc import Mapping
from functools import lru_cache

from exambank.interchange.formats.word.parts.names import R_FONTS, W, first, value_of
from exambank.interchange.formats.word.parts.rich import Look

Properties = Mapping[str, object]
_TOGGLES = ("b", "i", "strike", "dstrike", "caps", "vanish")
_BLACK = 0x50  # the brightest part of a colour that still looks black
_GREY = 0x28  # how far apart the parts of a grey may be


def read_properties(element) -> dict[str, object]:
    """What a ``w:rPr`` says itself; {} for none."""
    found: dict[str, object] = {}
    if element is None:
        return found
    for child in element:
        name = child.tag[len(W) :] if isinstance(child.tag, str) and child.tag.startswith(W) else ""
        if name in _TOGGLES:
            found[name] = child.get(W + "val", "1") not in ("0", "false", "off", "none")
        elif name in ("u", "highlight", "color", "vertAlign", "rStyle"):
            found[name] = child.get(W + "val", "single" if name == "u" else "")
        elif name == "bdr" and child.get(W + "val") not in (None, "none", "nil"):
            found["highlight"] = "box"
        elif name == "shd":
            found[name] = child.get(W + "fill", "auto") if child.get(W + "val") != "nil" else "auto"
        elif child.tag == R_FONTS:
            found.update(_fonts(child))
    return found


def _fonts(element) -> dict[str, object]:
    found = {}
    for name in ("ascii", "hAnsi"):
        if element.get(W + name) is not None:
            found[name] = element.get(W + name)
        elif element.get(W + name + "Theme") is not None:
            found[name] = ""
    return found


class Styles:
    """The styles of a file by their ids."""

    def __init__(self, root=None):
        self._styles = {} if root is None else {one.get(W + "styleId"): one for one in root.iter(W + "style")}
        self._defaults: dict[str, object] = {}
        self._default_ids: dict[str, str] = {}
        if root is not None:
            defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
            self._defaults = read_properties(defaults)
            for style_id, style in self._styles.items():
                if style.get(W + "default") in ("1", "true", "on"):
                    self._default_ids[style.get(W + "type", "paragraph")] = style_id
        self._chains: dict[str, list] = {}
        self._levels: dict[str, dict[str, object]] = {}
        self.properties_of = lru_cache(maxsize=20_000)(self._put_together)

    def chain(self, style_id: str | None) -> list:
        """The style and what it is based on, nearest first."""
        found = self._chains.get(style_id or "")
        if found is None:
            found, seen = [], set()
            at = style_id
            while at in self._styles and at not in seen:
                seen.add(at)
                found.append(self._styles[at])
                at = value_of(self._styles[at], "basedOn")
            self._chains[style_id or ""] = found
        return found

    def paragraph_style(self, style_id: str | None) -> str | None:
        return style_id if style_id in self._styles else self._default_ids.get("paragraph")

    def name(self, style_id: str | None) -> str:
        return value_of(self._styles[style_id], "name") or "" if style_id in self._styles else ""

    def outline(self, style_id: str | None) -> int | None:
        """The level of a heading, 0 for the highest."""
        for style in self.chain(style_id):
            level = style.find(f"{W}pPr/{W}outlineLvl")
            if level is not None and (level.get(W + "val") or "").isdigit():
                return int(level.get(W + "val")) if int(level.get(W + "val")) < 9 else None
            name = (value_of(style, "name") or "").lower()
            if name.startswith("heading ") and name[8:].isdigit():
                return int(name[8:]) - 1
        return None

    def numbering(self, style_id: str | None) -> tuple[str | None, str | None]:
        """(number id, level) that the style gives to its paragraphs."""
        number = level = None
        for style in self.chain(style_id):
            own = style.find(f"{W}pPr/{W}numPr")
            if own is not None:
                number = number or value_of(own, "numId")
                level = level or value_of(own, "ilvl")
        return number, level

    def _of(self, style_id: str | None) -> dict[str, object]:
        found = self._levels.get(style_id or "")
        if found is None:
            found = {}
            for style in reversed(self.chain(style_id)):
                found |= read_properties(first(style, "rPr"))
            self._levels[style_id or ""] = found
        return found

    def _put_together(self, paragraph: str | None, direct: tuple[tuple[str, object], ...]) -> dict[str, object]:
        own = dict(direct)
        below, above = self._of(paragraph), self._of(own.get("rStyle"))
        found = {**self._defaults, **below, **above, **own}
        for name in _TOGGLES:
            if name not in own and (name in below or name in above):
                # said by both styles, the second takes it back
                found[name] = bool(below.get(name)) != bool(above.get(name))
        return found


def look_of(properties: Properties) -> Look:
    """What of the properties may tell something."""
    underline = str(properties.get("u", ""))
    highlight = str(properties.get("highlight", ""))
    if highlight in ("", "none", "white"):
        highlight = shade_name(str(properties.get("shd", "auto")))
    place = {"subscript": "sub", "superscript": "sup"}.get(str(properties.get("vertAlign", "")), "")
    return Look(
        bool(properties.get("b")), bool(properties.get("i")), "" if underline == "none" else underline,
        bool(properties.get("strike") or properties.get("dstrike")), highlight,
        colour_name(str(properties.get("color", ""))), place,
    )  # fmt: skip


def shade_name(fill: str) -> str:
    """A background that is seen: not none, not white, not nearly white."""
    parts = _parts(fill)
    return "" if parts is None or min(parts) > 0xF0 else fill.lower()


def _parts(value: str) -> tuple[int, int, int] | None:
    try:
        number = int(value, 16) if len(value) == 6 else None
    except ValueError:
        number = None
    return None if number is None else (number >> 16, number >> 8 & 0xFF, number & 0xFF)


@lru_cache(maxsize=2_000)
def colour_name(value: str) -> str:
    """The colour as people call it; "" for what looks black or grey, white is "white"."""
    parts = _parts(value)
    if parts is None:
        return ""
    red, green, blue = parts
    if min(parts) > 0xF0:
        return "white"
    if max(parts) <= _BLACK or max(parts) - min(parts) < _GREY:
        return ""
    if red >= 1.6 * green and red >= 1.6 * blue:
        return "red"
    if blue >= green and blue > 1.15 * red:
        return "blue"
    if green > 1.15 * red and green > blue:
        return "green"
    return "purple" if blue > green else "orange"
