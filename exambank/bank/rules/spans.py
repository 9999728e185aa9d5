"""PURE. The gaps in a text: ``<span data-gap="TOKEN"></span>`` where something is to be filled in."""

import re

_GAP = re.compile(r'<span\b[^>]*\bdata-gap="([A-Za-z0-9]{1,16})"[^>]*>\s*</span>')


def gaps_in(stored: str) -> tuple[str, ...]:
    """Give the tokens of the gaps in a stored text, in order, one as often as it stands there."""
    return tuple(_GAP.findall(stored))


def split_gaps(stored: str) -> tuple[tuple[str, str | None], ...]:
    """Give the text in pieces, each with the gap behind it (the last has none): the page puts its fields between.

    A piece may open an element that a later one closes: put together again they are the text.
    """
    pieces = _GAP.split(stored)
    return tuple(zip(pieces[::2], [*pieces[1::2], None], strict=True))
