"""PURE. The bank's own HTML as other systems want it: well-formed XHTML, or plain text with line breaks."""

import html
import re
from collections.abc import Callable

from exambank.interchange.texts.incoming import read_plain

_TOKEN = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w:-]+)=\"([^\"]*)\"")
_BLOCKS = {"p", "h3", "h4", "ul", "ol", "blockquote", "pre", "table", "tr"}


def _typed_formula(tex: str) -> str:
    return html.escape(f"\\({tex}\\)", quote=False)


def _alt_alone(media: str, alt: str) -> str:
    return html.escape(f"[{alt}]" if alt else "", quote=False)


def _line_to_fill(token: str) -> str:
    return "____"


def write_html(
    stored: str,
    *,
    formula: Callable[[str], str] = _typed_formula,
    picture: Callable[[str, str], str] = _alt_alone,
    gap: Callable[[str], str] | None = None,
) -> str:
    """A well-formed XHTML fragment of stored HTML; the three callables give the markup of their parts."""
    if "<" not in stored and "&" not in stored:
        return stored
    parts: list[str] = []
    opened: list[str] = []
    for kind, value, attributes in events(stored):
        if kind == "words":
            parts.append(html.escape(value, quote=False))
        elif kind == "tex":
            parts.append(formula(value))
        elif kind == "picture":
            parts.append(picture(value, attributes.get("alt", "")))
        elif kind == "gap":
            parts.append((gap or _line_to_fill)(value))
        elif value == "br":
            parts.append("<br/>")
        elif kind == "open":
            given = "".join(f' {name}="{html.escape(content)}"' for name, content in attributes.items())
            parts.append(f"<{value}{given}>")
            opened.append(value)
        elif value in opened:
            while (last := opened.pop()) != value:
                parts.append(f"</{last}>")
            parts.append(f"</{value}>")
    parts.extend(f"</{name}>" for name in reversed(opened))
    return "".join(parts)


def events(stored: str):
    """What stands in stored HTML, in order: (kind, value, attributes); a formula or a gap is one event."""
    last, hidden = 0, 0
    for found in _TOKEN.finditer(stored):
        if found.start() > last and not hidden:
            yield "words", html.unescape(stored[last : found.start()]), {}
        last = found.end()
        closing, name, rest = found[1], found[2].lower(), found[3]
        if hidden:
            hidden += (name == "span") * (-1 if closing else 1)
            continue
        attributes = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(rest)} if rest else {}
        if closing:
            yield "close", name, {}
        elif name == "span" and attributes.get("data-tex"):
            hidden = 1
            yield "tex", attributes["data-tex"], {}
        elif name == "span" and attributes.get("data-gap"):
            hidden = 1
            yield "gap", attributes["data-gap"], {}
        elif name == "img":
            yield "picture", attributes.get("data-media", ""), attributes
        else:
            yield "open", name, attributes
    if last < len(stored) and not hidden:
        yield "words", html.unescape(stored[last:]), {}


# --- plain text ---


def write_plain(
    stored: str,
    *,
    formula: Callable[[str], str] = lambda tex: f"\\({tex}\\)",
    picture: Callable[[str, str], str] = lambda media, alt: f"[{alt}]" if alt else "",
    gap: Callable[[str], str] = _line_to_fill,
) -> str:
    """The words of stored HTML with line breaks; paragraphs are parted by an empty line."""
    if "<" not in stored and "&" not in stored:
        return stored
    parts: list[str] = []
    for kind, value, attributes in events(stored):
        if kind == "words":
            parts.append(value)
        elif kind == "tex":
            parts.append(formula(value))
        elif kind == "picture":
            parts.append(picture(value, attributes.get("alt", "")))
        elif kind == "gap":
            parts.append(gap(value))
        elif value == "br":
            parts.append("\n")
        else:
            parts.append(_break(kind, value))
    lines = [line.strip() for line in "".join(parts).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _break(kind: str, name: str) -> str:
    if name == "li":
        return "- " if kind == "open" else "\n"
    if name in ("td", "th"):
        return "" if kind == "open" else "\t"
    if name == "tr":
        return "\n" if kind == "close" else ""
    return "\n\n" if name in _BLOCKS else ""


def is_plain(stored: str) -> bool:
    """Whether ``write_plain`` loses nothing of the text: read back, it is the same."""
    return read_plain(write_plain(stored)).html == stored
