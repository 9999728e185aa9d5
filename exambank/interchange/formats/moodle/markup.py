"""PURE. Moodle's text formats, each as HTML for the one door of foreign texts."""

import html
import re

from exambank.interchange.formats.moodle.markdown import html_of_markdown

# what Moodle calls a text format, in XML and in GIFT
FORMATS = {
    "html": "html", "plain_text": "plain", "plain": "plain", "moodle_auto_format": "auto", "moodle": "auto",
    "markdown": "markdown", "wiki_like": "auto", "0": "auto", "1": "html", "2": "plain", "4": "markdown",
}  # fmt: skip
_TAGS = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|sub|sup|span|div|ul|ol|li|table|tr|td|th|tbody|thead|pre|code|img|a|h[1-6]|font|hr|"
    r"blockquote|center|small|big|s|math|object|audio|video)\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCKS = re.compile(r"<(?:p|div|ul|ol|table|pre|h[1-6]|blockquote)\b", re.IGNORECASE)


def as_html(source: str, form: str) -> str:
    """The text as HTML; ``form`` is one of Moodle's names, HTML where it is none."""
    if not source.strip():
        return ""
    kind = FORMATS.get(form.strip().lower(), "html")
    if kind == "plain":
        return html_of_plain(source)
    if kind == "markdown":
        return html_of_markdown(source)
    if kind == "auto":
        return _auto(source)
    return source


def html_of_plain(source: str) -> str:
    """Plain text with its line ends."""
    tidy = source.replace("\r\n", "\n").replace("\r", "\n").strip()
    paragraphs = [part.strip() for part in re.split(r"\n[ \t]*\n\s*", tidy)]
    written = ["<br>".join(html.escape(line.strip(), quote=False) for line in part.split("\n")) for part in paragraphs]
    return written[0] if len(written) == 1 else "".join(f"<p>{part}</p>" for part in written)


def _auto(source: str) -> str:
    """Moodle's own: HTML in which a line end is a line break, unless blocks are marked."""
    if _BLOCKS.search(source):
        return source
    if _TAGS.search(source) or re.search(r"&(?:\w+|#\d+);", source):
        return source.strip().replace("\r\n", "\n").replace("\n", "<br>")
    return html_of_plain(source)
