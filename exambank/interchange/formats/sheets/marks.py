r"""PURE. Signs with a meaning inside a cell ("|", ";", "->"), and how a text that holds one is written and read.

A backslash directly before such a sign takes its meaning away; backslashes before one are doubled. Everywhere else a
backslash is just a backslash, so that formulas stay as people type them.
"""

import re

BAR, SEMICOLON, LINE = r"\|", ";", r"\n"
ARROW = r"->|→|=>"


def guard(words: str, sign: str) -> str:
    """The text as it is written where ``sign`` (a pattern) parts things."""
    return re.sub(rf"(\\*)({sign})", lambda found: found[1] * 2 + "\\" + found[2], words)


def closed(words: str) -> str:
    """A guarded text that a sign follows at once: backslashes at its end are doubled."""
    return re.sub(r"\\+$", lambda found: found[0] * 2, words)


def split(cell: str, sign: str, most: int = 0) -> list[str]:
    """Cut at the bare signs (at most ``most`` times) and take the backslashes off the others."""
    parts, start, position = [], 0, 0
    pattern = re.compile(rf"(\\*)({sign})")
    while found := pattern.search(cell, position):
        position = found.end()
        if len(found[1]) % 2 == 0 and not (most and len(parts) >= most):
            parts.append(cell[start : found.start()] + found[1][: len(found[1]) // 2])
            start = found.end()
    parts.append(cell[start:])
    return [_bare(part, sign) for part in parts]


def _bare(part: str, sign: str) -> str:
    return re.sub(rf"(\\+)({sign})", lambda found: found[1][: len(found[1]) // 2] + found[2], part)


def has(cell: str, sign: str) -> bool:
    """Whether a bare sign stands in the cell."""
    return len(split(cell, sign)) > 1
