"""PURE. Charts of analysis on paper: as on the page, with the typeface and the alternative text that a page gives."""

import re
from html import unescape

FONT = "Be Vietnam Pro"
_TOLD = re.compile(r'aria-label="([^"]*)"')


def on_paper(svg: str) -> str:
    """On a page the style sheet names the face; here nothing else does."""
    # as plain text: markup would escape what it puts in
    return str(svg).replace("<svg ", f'<svg font-family="{FONT}" ', 1)


def alt_of(svg: str) -> str:
    """What the chart shows and finds, as it says itself."""
    found = _TOLD.search(str(svg))
    return unescape(found[1]) if found else ""
