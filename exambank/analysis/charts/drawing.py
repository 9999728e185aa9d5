"""PURE. The strokes that every chart is made of: lines, words, markers, and the picture around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

INK, INK_2, LINE, EDGE = "#211c33", "#544d66", "#e0dbea", "#877f9c"
TIM, TIM_TINT, TIM_SOFT, SON = "#4a3590", "#eeeaf8", "#8672c4", "#a5281b"
WIDTH = 460
TEXT = 13

Number = Callable[[float], str]


@dataclass(frozen=True)
class Frame:
    """A plot's box and how values map into it."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float] = (0.0, 1.0)
    y_range: tuple[float, float] = (0.0, 1.0)

    def x(self, value: float) -> float:
        low, high = self.x_range
        return self.left + self.width * (min(max(value, low), high) - low) / (high - low)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.top + self.height * (1 - (min(max(value, low), high) - low) / (high - low))


def short(value: float) -> str:
    """A coordinate to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


def draw_line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line; ``kind`` says what it means, and so how it looks."""
    looks = {
        "grid": f'stroke="{LINE}" stroke-width="1"',
        "axis": f'stroke="{EDGE}" stroke-width="1"',
        "threshold": f'stroke="{EDGE}" stroke-width="1.25" stroke-dasharray="4 3"',
        "interval": f'stroke="{TIM_SOFT}" stroke-width="2.5"',
        "total": f'stroke="{TIM}" stroke-width="4"',
        "trouble": f'stroke="{SON}" stroke-width="2.5"',
        "error": f'stroke="{INK_2}" stroke-width="1.5"',
    }
    ends = f'x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}"'
    return f'<line class="eb-chart-{kind}" {ends} {looks[kind]}/>'


def write(
    x: float, y: float, words: str, anchor: str = "start", *, weight: int = 400, fill: str = INK_2, halo: bool = False
) -> str:  # fmt: skip
    """``halo``: a white edge behind the letters, for words that may come to lie on marks."""
    edge = ' stroke="#ffffff" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text class="eb-chart-text eb-num" x="{short(x)}" y="{short(y)}" font-size="{TEXT}" font-weight="{weight}"'
        f' fill="{fill}" text-anchor="{anchor}"{edge}>{escape(words)}</text>'
    )


def draw_square(x: float, y: float, size: float = 8, *, is_hollow: bool = False, color: str = TIM) -> str:
    """A marker; hollow ones ask for attention."""
    half = size / 2
    look = f'fill="#ffffff" stroke="{color}" stroke-width="2"' if is_hollow else f'fill="{color}"'
    place = f'x="{short(x - half)}" y="{short(y - half)}" width="{short(size)}" height="{short(size)}"'
    return f'<rect {place} rx="1.5" {look}/>'


def draw_bar(x: float, y: float, width: float, height: float, *, kind: str = "bar", color: str = TIM) -> str:
    """An upright or a lying bar; ``kind`` names its class."""
    place = f'x="{short(x)}" y="{short(y)}" width="{short(width)}" height="{short(height)}"'
    return f'<rect class="eb-chart-{kind}" {place} rx="{2 if kind == "bar" else 0}" fill="{color}"/>'


def draw_path(spots: Sequence[tuple[float, float]], *, color: str = TIM, width: float = 2, dash: str = "") -> str:
    """A broken line through these places, solid or dashed."""
    points = " ".join(f"{short(x)},{short(y)}" for x, y in spots)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    look = f'fill="none" stroke="{color}" stroke-width="{short(width)}"{dashes}'
    return f'<polyline class="eb-chart-curve" points="{points}" {look}/>'


def draw_circle(x: float, y: float, color: str) -> str:
    """The marker of what is not the key."""
    return f'<circle cx="{short(x)}" cy="{short(y)}" r="4" fill="#ffffff" stroke="{color}" stroke-width="2"/>'


def image(parts: Sequence[str], height: float, title: str, finding: str) -> Markup:
    """The finished picture with its name and its finding."""
    told = escape(f"{title}. {finding}")
    return Markup(  # every piece of text in it went through escape()
        f'<svg class="eb-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%"'
        f' viewBox="0 0 {WIDTH} {short(height)}" aria-label="{told}"><title>{escape(title)}</title>'
        f"<desc>{escape(finding)}</desc>{''.join(parts)}</svg>"
    )
