"""PURE. One writer of charts for pages and printed reports: plain values and ready words in, SVG out.

Shape before colour: series differ by dash and marker, trouble by a hollow marker; thresholds are dashed and intervals
are always drawn. Colours are attributes beside classes, so that a chart looks right where no style sheet is (in a PDF),
and nothing needs a style attribute. Every chart carries its finding as text.
"""

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


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    looks = {
        "grid": f'stroke="{LINE}" stroke-width="1"',
        "axis": f'stroke="{EDGE}" stroke-width="1"',
        "threshold": f'stroke="{EDGE}" stroke-width="1.25" stroke-dasharray="4 3"',
        "interval": f'stroke="{TIM_SOFT}" stroke-width="2.5"',
        "total": f'stroke="{TIM}" stroke-width="4"',
        "trouble": f'stroke="{SON}" stroke-width="2.5"',
    }
    return f'<line class="eb-chart-{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" {looks[kind]}/>'


def _text(
    x: float, y: float, words: str, anchor: str = "start", *, weight: int = 400, fill: str = INK_2, halo: bool = False
) -> str:  # fmt: skip
    """``halo``: a white edge behind the letters, for words that may come to lie on marks."""
    edge = ' stroke="#ffffff" stroke-width="5" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text class="eb-chart-text eb-num" x="{_n(x)}" y="{_n(y)}" font-size="{TEXT}" font-weight="{weight}"'
        f' fill="{fill}" text-anchor="{anchor}"{edge}>{escape(words)}</text>'
    )


def _square(x: float, y: float, size: float = 8, *, is_hollow: bool = False, color: str = TIM) -> str:
    half = size / 2
    look = f'fill="#ffffff" stroke="{color}" stroke-width="2"' if is_hollow else f'fill="{color}"'
    return f'<rect x="{_n(x - half)}" y="{_n(y - half)}" width="{_n(size)}" height="{_n(size)}" rx="1.5" {look}/>'


def _circle(x: float, y: float, color: str) -> str:
    return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="#ffffff" stroke="{color}" stroke-width="2"/>'


def _svg(parts: Sequence[str], height: float, title: str, finding: str) -> Markup:
    label = escape(f"{title}. {finding}")
    return Markup(  # every piece of text in it went through escape()
        f'<svg class="eb-chart" xmlns="http://www.w3.org/2000/svg" role="img" width="100%"'
        f' viewBox="0 0 {WIDTH} {_n(height)}" aria-label="{label}"><title>{escape(title)}</title>'
        f"<desc>{escape(finding)}</desc>{''.join(parts)}</svg>"
    )


@dataclass(frozen=True)
class Bar:
    """One band of marks."""

    label: str
    count: int


def bands_chart(bars: Sequence[Bar], *, title: str, finding: str) -> Markup:
    """How many marks lie in each band: bars with their counts."""
    most = max((bar.count for bar in bars), default=0) or 1
    frame = Frame(16, 28, WIDTH - 32, 170, (0, len(bars)), (0, most))
    parts = [_line(frame.left, frame.y(0), frame.left + frame.width, frame.y(0), "axis")]
    for at, bar in enumerate(bars):
        left, right, top = frame.x(at + 0.12), frame.x(at + 0.88), frame.y(bar.count)
        parts.append(
            f'<rect class="eb-chart-bar" x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}"'
            f' height="{_n(frame.y(0) - top)}" rx="3" fill="{TIM}"/>'
        )
        middle = (left + right) / 2
        parts.append(_text(middle, top - 8, str(bar.count), "middle", weight=600, fill=INK))
        parts.append(_text(middle, frame.y(0) + 20, bar.label, "middle"))
    return _svg(parts, 232, title, finding)


@dataclass(frozen=True)
class Point:
    """One item on the map; ``is_here`` is the item the page is about, drawn with its intervals."""

    label: str
    difficulty: float
    discrimination: float
    is_trouble: bool = False
    is_here: bool = False
    difficulty_ci: tuple[float, float] | None = None
    discrimination_ci: tuple[float, float] | None = None


@dataclass(frozen=True)
class MapWords:
    """What stands on the map's axes."""

    hard: str
    medium: str
    easy: str
    here: str


def item_map(
    points: Sequence[Point], *, limits: tuple[float, float], floor: float, words: MapWords, number: Number,
    title: str, finding: str,
) -> Markup:  # fmt: skip
    """Difficulty against discrimination, with the zone where items should lie."""
    lowest = min([0.0, *(point.discrimination for point in points)])
    lowest = min([lowest, *(one.discrimination_ci[0] for one in points if one.is_here and one.discrimination_ci)])
    frame = Frame(44, 16, WIDTH - 60, 250, (0.0, 1.0), (min(-0.2, lowest - 0.05), 1.0))
    low, high = limits
    zone_width, zone_height = frame.x(high) - frame.x(low), frame.y(floor) - frame.top
    parts = [
        f'<rect class="eb-chart-zone" x="{_n(frame.x(low))}" y="{_n(frame.top)}" width="{_n(zone_width)}"'
        f' height="{_n(zone_height)}" fill="{TIM_TINT}"/>'
    ]
    for step in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(_line(frame.left, frame.y(step), frame.left + frame.width, frame.y(step)))
        parts.append(_text(frame.left - 8, frame.y(step) + 4, number(step), "end"))
    bottom = frame.top + frame.height
    parts.append(_line(frame.left, frame.y(floor), frame.left + frame.width, frame.y(floor), "threshold"))
    parts += [_line(frame.x(limit), frame.top, frame.x(limit), bottom, "threshold") for limit in limits]
    parts += [_text(frame.x(step), bottom + 18, number(step), "middle") for step in (0.0, low, high, 1.0)]
    places = ((low / 2, words.hard), ((low + high) / 2, words.medium), ((high + 1) / 2, words.easy))
    parts += [_text(frame.x(at), bottom + 36, word, "middle") for at, word in places]
    for point in sorted(points, key=lambda one: one.is_here):
        parts += _point(frame, point, words)
    return _svg(parts, 312, title, finding)


def _point(frame: Frame, point: Point, words: MapWords) -> list[str]:
    x, y = frame.x(point.difficulty), frame.y(point.discrimination)
    if not point.is_here:
        shape = _square(x, y, is_hollow=point.is_trouble, color=SON if point.is_trouble else TIM)
        return [f"<g><title>{escape(point.label)}</title>{shape}</g>"]
    parts = []
    if point.difficulty_ci:
        parts.append(_line(frame.x(point.difficulty_ci[0]), y, frame.x(point.difficulty_ci[1]), y, "trouble"))
    if point.discrimination_ci:
        parts.append(_line(x, frame.y(point.discrimination_ci[0]), x, frame.y(point.discrimination_ci[1]), "trouble"))
    is_left = point.difficulty > 0.75
    label = _text(
        x + (-12 if is_left else 12), max(y - 14, TEXT + 2), words.here, "end" if is_left else "start", weight=600,
        fill=SON, halo=True,
    )  # fmt: skip
    return [*parts, _square(x, y, 12, is_hollow=True, color=SON), label]


@dataclass(frozen=True)
class Curve:
    """The share of each group of candidates that chose one option, the weakest group first."""

    label: str
    shares: Sequence[float | None]
    is_key: bool = False
    is_suspect: bool = False


_DASHES = ("6 4", "2 4", "9 3 2 3", "4 2", "1 3")


def option_curves(
    curves: Sequence[Curve], groups: Sequence[str], *, percent: Number, title: str, finding: str
) -> Markup:
    """Who chose which option: a line for each, labelled at its end; the key solid with squares."""
    highest = max((share for curve in curves for share in curve.shares if share is not None), default=0.0)
    top = next(limit for limit in (0.2, 0.4, 0.6, 0.8, 1.0) if highest <= limit + 1e-9)
    frame = Frame(48, 16, WIDTH - 150, 220, (0, max(len(groups) - 1, 1)), (0.0, top))
    parts = []
    for step in range(round(top / 0.2) + 1):
        y = frame.y(step * 0.2)
        parts += [_line(frame.left, y, frame.left + frame.width, y), _text(40, y + 4, percent(step * 0.2), "end")]
    for at, words in enumerate(groups):
        parts.append(_text(frame.x(at), frame.top + frame.height + 20, words, "middle"))
    ends: list[tuple[float, float, Curve]] = []
    for at, curve in enumerate(sorted(curves, key=lambda one: one.is_key)):
        spots = [(frame.x(group), frame.y(share)) for group, share in enumerate(curve.shares) if share is not None]
        if spots:
            parts += _curve(curve, spots, _DASHES[at % len(_DASHES)])
            ends.append((spots[-1][1], spots[-1][0], curve))
    parts += _end_labels(ends, frame)
    return _svg(parts, 268, title, finding)


def _color(curve: Curve) -> str:
    return TIM if curve.is_key else SON if curve.is_suspect else INK_2


def _curve(curve: Curve, spots: Sequence[tuple[float, float]], dash: str) -> list[str]:
    color = _color(curve)
    path = " ".join(f"{_n(x)},{_n(y)}" for x, y in spots)
    look = 'stroke-width="3"' if curve.is_key else f'stroke-width="2" stroke-dasharray="{dash}"'
    line = f'<polyline class="eb-chart-curve" points="{path}" fill="none" stroke="{color}" {look}/>'
    return [line, *(_square(x, y, color=color) if curve.is_key else _circle(x, y, color) for x, y in spots)]


def _end_labels(ends: Sequence[tuple[float, float, Curve]], frame: Frame) -> list[str]:
    """Labels beside the last points, pushed apart where they would overlap, and never below the axis."""
    ends = sorted(ends, key=lambda one: one[0])
    parts, last = [], frame.top - 20.0
    for at, (y, x, curve) in enumerate(ends):
        lowest = frame.top + frame.height + 4 - 18 * (len(ends) - 1 - at)
        last = max(min(y + 4, lowest), last + 18)
        parts.append(_text(x + 12, last, curve.label, weight=600 if curve.is_key else 400, fill=_color(curve)))
    return parts


@dataclass(frozen=True)
class Span:
    """A value with its interval, as one line of an interval chart."""

    label: str
    note: str
    value: float
    low: float
    high: float
    is_total: bool = False


def interval_chart(
    spans: Sequence[Span], *, domain: tuple[float, float], thresholds: Sequence[float], number: Number,
    limit_number: Number, title: str,
    finding: str,
) -> Markup:  # fmt: skip
    """Several values with their intervals under one another, the pooled one last."""
    frame = Frame(200, 10, WIDTH - 262, 30.0 * len(spans), domain)
    bottom = frame.top + frame.height
    parts = []
    for limit in thresholds:
        parts.append(_line(frame.x(limit), frame.top, frame.x(limit), bottom, "threshold"))
        parts.append(_text(frame.x(limit), bottom + 18, limit_number(limit), "middle"))
    for at, span in enumerate(spans):
        y = frame.top + 30 * at + 15
        weight, fill = (600, INK) if span.is_total else (400, INK_2)
        parts.append(_text(0, y + 4, span.label, weight=weight, fill=fill))
        parts.append(_text(188, y + 4, span.note, "end"))
        parts.append(_line(frame.x(span.low), y, frame.x(span.high), y, "total" if span.is_total else "interval"))
        parts.append(_square(frame.x(span.value), y, 9, color=TIM if span.is_total else TIM_SOFT))
        parts.append(_text(WIDTH - 2, y + 4, number(span.value), "end", weight=weight, fill=INK))
    return _svg(parts, bottom + 26, title, finding)
