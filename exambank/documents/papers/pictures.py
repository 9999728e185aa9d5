"""PURE. Pictures for print: every one becomes a drawing as text, which reaches the typesetter as data.

typst takes files as text only, and its root stays empty; so a PNG, JPEG, GIF or WebP travels inside a drawing of ours.
"""

import base64
from dataclasses import dataclass

from exambank.bank import rules as bank_rules

TALLEST = 70.0  # millimetres: a photograph shall not take half a page
PIXEL = 25.4 / 96  # millimetres
_RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Loaded:
    """A picture of the bank: its bytes and what they are."""

    media_type: str
    width: int
    height: int
    body: bytes


@dataclass(frozen=True)
class Drawn:
    """A picture as a drawing; ``width`` and ``height`` are millimetres at 96 pixels an inch."""

    name: str
    svg: str
    width: float
    height: float


def draw(loaded: Loaded, name: str) -> Drawn | None:
    """The picture as SVG text; None for what is no picture (it is checked again, whatever stands in the row)."""
    try:
        picture = bank_rules.read_picture(loaded.body)
    except bank_rules.PictureProblem:
        return None
    size = (round(picture.width * PIXEL, 2), round(picture.height * PIXEL, 2))
    if picture.media_type not in _RASTER:
        return Drawn(name, picture.body.decode(), *size)
    data = base64.b64encode(picture.body).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{picture.width}" height="{picture.height}">'
        f'<image width="{picture.width}" height="{picture.height}" '
        f'href="data:{picture.media_type};base64,{data}"/></svg>'
    )
    return Drawn(name, svg, *size)


def fit(width: float, height: float, widest: float) -> tuple[float, float]:
    """Width and height made smaller, never larger, until both fit; in millimetres."""
    scale = min(1.0, max(widest, 5.0) / width, TALLEST / height)
    return round(width * scale, 2), round(height * scale, 2)
