"""PURE. Texts of items: what HTML may hold, how typed text becomes HTML and comes back."""

import html
import re
from html.parser import HTMLParser

import nh3

from exambank import text

_TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "blockquote", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "span",
}  # fmt: skip
_ATTRIBUTES = {"span": {"data-tex"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
_CLASSES = {"span": {"eb-blank"}, "table": {"eb-grid"}}
_REMOVED_WHOLE = {"script", "style", "svg", "math", "iframe", "object", "template", "noscript", "title", "textarea"}

_LOOKS_LIKE_HTML = re.compile(rf"</({'|'.join(sorted(_TAGS))})>|<br ?/?>", re.IGNORECASE)
_TYPED_TEX = re.compile(r"\\\((.+?)\\\)", re.DOTALL)


def sanitize_html(source: str) -> str:
    """Give the HTML that is safe to store and to show: few tags, no style, no links, no pictures, no scripts; NFC."""
    cleaned = nh3.clean(
        text.nfc(text.strip_control(source)),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        clean_content_tags=_REMOVED_WHOLE,
        url_schemes=set(),
        link_rel=None,
        strip_comments=True,
    )
    return cleaned.strip()


def html_from_text(plain: str) -> str:
    r"""Turn plain text into HTML: blank lines part paragraphs, line ends become breaks, ``\(x^2\)`` a formula.

    A single paragraph stays without ``<p>``, so that it fits into a legend or a label.
    """
    tidy = text.nfc(text.strip_control(plain)).replace("\r\n", "\n").replace("\r", "\n").strip()
    paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n+", tidy) if part.strip()]
    lines = ["<br>".join(_inline(line.strip()) for line in part.split("\n")) for part in paragraphs]
    return lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)


def html_from_typed(typed: str) -> str:
    """Turn what was typed into a form field into HTML: plain text as a rule, HTML when it plainly is HTML."""
    return sanitize_html(typed if _LOOKS_LIKE_HTML.search(typed) else html_from_text(typed))


def editable_text(stored: str) -> str:
    """Give what a form field shows of stored HTML: plain text when that loses nothing, else the HTML itself."""
    reader = _Reader(line_breaks=True)
    reader.feed(stored)
    reader.close()
    plain = re.sub(r"\n{3,}", "\n\n", reader.text).strip()
    is_plain = not _LOOKS_LIKE_HTML.search(plain) and html_from_typed(plain) == stored
    return plain if is_plain else stored


def plain_text(stored: str) -> str:
    """Give the words of stored HTML on one line, formulae as their TeX."""
    reader = _Reader()
    reader.feed(stored)
    reader.close()
    return " ".join(reader.text.split())


def tidy_tags(tags) -> tuple[str, ...]:
    """Give tags in NFC, single-spaced, each once (whatever its capitals), at most 60 letters long, in order."""
    found: dict[str, str] = {}
    for tag in tags:
        tidy = " ".join(text.nfc(text.strip_control(str(tag))).split())[:60]
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    return tuple(sorted(found.values(), key=text.sort_key))


def _inline(line: str) -> str:
    parts = _TYPED_TEX.split(line)
    for place, part in enumerate(parts):
        escaped = html.escape(part, quote=False)
        parts[place] = f'<span data-tex="{html.escape(part.strip())}"></span>' if place % 2 else escaped
    return "".join(parts)


class _Reader(HTMLParser):
    """Collects the words; block ends become spaces or, for the form, line breaks."""

    _BLOCKS = frozenset({"p", "li", "tr", "td", "th", "ul", "ol", "table", "blockquote", "pre"})

    def __init__(self, line_breaks: bool = False):
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._line, self._block = ("\n", "\n\n") if line_breaks else (" ", " ")

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self._parts.append(self._line)
        formula = dict(attrs).get("data-tex")
        if formula:
            self._parts.append(f"\\({formula}\\)")

    def handle_endtag(self, tag):
        if tag in self._BLOCKS:
            self._parts.append(self._block)

    def handle_data(self, data):
        self._parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._parts)
