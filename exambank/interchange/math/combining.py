"""PURE. Parts of a tree put together: marks on a base, one style for several letters."""

from exambank.interchange.math import symbols
from exambank.interchange.math.tree import (
    Accent,
    Fence,
    Fraction,
    Letter,
    Number,
    Scripts,
    Sign,
    items_of,
    row_of,
)


def is_primes(sup) -> bool:
    return sup is not None and all(one == Sign("′") for one in items_of(sup))


def with_scripts(base, sub, sup, is_stacked: bool):
    """The base with its marks; marks set on at two times (``\\underset``, then ``^``) come together."""
    if isinstance(base, Accent) and base.mark in symbols.BRACES:
        is_stacked = True
    if not (is_stacked and isinstance(base, Scripts) and base.is_stacked):
        return Scripts(base, sub, sup, is_stacked)
    if (base.sub is None or sub is None) and (base.sup is None or sup is None):
        return Scripts(base.base, base.sub or sub, base.sup or sup, True)
    return Scripts(base, sub, sup, is_stacked)


def infix(name: str, top, bottom):
    if name == "over":
        return Fraction(top, bottom)
    pair = {"choose": "()", "brack": "[]", "brace": "{}"}.get(name)
    stacked = Fraction(top, bottom, "none")
    return Fence(pair[0], stacked, pair[1]) if pair else stacked


def styled(node, style: str):
    """The letters of it in another style; upright and bold letters side by side are one name."""
    if style == "italic":
        return node
    found: list = []
    for item in items_of(node):
        last = found[-1] if found else None
        is_named = isinstance(last, Letter) and last.style == style == "normal"
        if isinstance(item, Letter) or (isinstance(item, Number) and (style != "normal" or is_named)):
            if (
                isinstance(last, Letter)
                and last.style == style
                and style in ("normal", "bold", "sans-serif", "monospace")
            ):
                found[-1] = Letter(last.text + item.text, style)
            else:
                found.append(Letter(item.text, style))
        elif isinstance(item, Scripts):
            found.append(
                Scripts(styled(item.base, style), _deep(item.sub, style), _deep(item.sup, style), item.is_stacked)
            )
        elif isinstance(item, Accent):
            found.append(Accent(styled(item.base, style), item.mark))
        else:
            found.append(item)
    return row_of(found)


def _deep(node, style: str):
    return None if node is None else styled(node, style)
