"""PURE. Texts of items: what HTML may hold, how typed text becomes HTML and comes back."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

import nh3

from exambank import text

_TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "blockquote", "code", "pre",
    "table", "thead", "tbody", "tr", "th", "td", "span", "h3", "h4", "img",
}  # fmt: skip
_ATTRIBUTES = {
    "span": {"data-tex", "data-gap"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "img": {"data-media", "alt"},  # never a src: a picture is named by its public id, the page gives the address
}
_CLASSES = {"span": {"eb-blank"}, "table": {"eb-grid"}}
_REMOVED_WHOLE = {"script", "style", "svg", "math", "iframe", "object", "template", "noscript", "title", "textarea"}

_MOST_ROUNDS = 4

_PICTURE = re.compile(r'<img\b[^>]*\bdata-media="([0-9a-f-]{36})"[^>]*>')
_PICTURE_WITHOUT_ID = re.compile(r'<img\b(?![^>]*\bdata-media="[0-9a-f-]{36}")[^>]*>')

_LOOKS_LIKE_HTML = re.compile(rf"</({'|'.join(sorted(_TAGS))})>|<br ?/?>|<img data-media=", re.IGNORECASE)
_TYPED_TEX = re.compile(r"\\\((.+?)\\\)", re.DOTALL)


def sanitize_html(source: str) -> str:
    """Give the HTML that is safe to store and to show: few tags, no style, no links, no scripts; NFC.

    Cleaned until nothing changes: an entity may spell a mark that joins the sign before it, and the next NFC would then
    change the markup itself.
    """
    cleaned = _clean_once(source)
    for _round in range(_MOST_ROUNDS):
        again = _clean_once(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    return html.escape(plain_text(cleaned), quote=False)


def _clean_once(source: str) -> str:
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
    return _PICTURE_WITHOUT_ID.sub("", cleaned).strip()


def pictures_in(stored: str) -> tuple[str, ...]:
    """Give the public ids of the pictures that stand in a stored text, in order, each once."""
    return tuple(dict.fromkeys(_PICTURE.findall(stored)))


def with_pictures(stored: str, address_of: Callable[[str], str]) -> str:
    """Give a stored text each of whose pictures has the address that this page serves it at."""

    def with_source(found: re.Match) -> str:
        return found[0].replace("<img", f'<img src="{html.escape(address_of(found[1]))}"', 1)

    return _PICTURE.sub(with_source, stored)


def html_from_text(plain: str) -> str:
    r"""Turn plain text into HTML: blank lines part paragraphs, line ends become breaks, ``\(x^2\)`` a formula.

    A single paragraph stays without ``<p>``, so that it fits into a legend or a label.
    """
    tidy = text.nfc(text.strip_control(plain)).replace("\r\n", "\n").replace("\r", "\n").strip()
    paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n+", tidy) if part.strip()]
    lines = ["<br>".join(_inline(line.strip()) for line in part.split("\n")) for part in paragraphs]
    return lines[0] if len(lines) == 1 else "".join(f"<p>{line}</p>" for line in lines)


def looks_like_html(typed: str) -> bool:
    """Whether what was typed plainly is HTML: a closed tag or a line break of ours stands in it."""
    return _LOOKS_LIKE_HTML.search(typed) is not None


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
        given = dict(attrs)
        if given.get("data-tex"):
            self._parts.append(f"\\({given['data-tex']}\\)")
        if given.get("data-gap"):
            self._parts.append(" ____ ")
        if tag == "img" and given.get("alt"):
            self._parts.append(f" [{given['alt']}] ")

    def handle_endtag(self, tag):
        if tag in self._BLOCKS:
            self._parts.append(self._block)

    def handle_data(self, data):
        self._parts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._parts)
