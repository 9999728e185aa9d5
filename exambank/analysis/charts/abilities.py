"""PURE. Abilities and items on one scale: the response curve of an item, the Wright map, the information curve."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from exambank.analysis.charts.drawing import (
    INK,
    INK_2,
    TIM,
    TIM_SOFT,
    WIDTH,
    Frame,
    Number,
    draw_bar,
    draw_line,
    draw_path,
    draw_square,
    image,
    write,
)

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Spot:
    """What one group of candidates really did: where it stands, the share of points it earned with its interval."""

    x: float
    share: float
    low: float
    high: float
    told: str = ""


def response_curve(
    spots: Sequence[Spot], *, curve: Sequence[tuple[float, float]] = (), ticks: Sequence[tuple[float, str]],
    x_range: tuple[float, float], x_label: str, curve_label: str = "", percent: Number, title: str, finding: str,
) -> Markup:  # fmt: skip
    """The share of points earned, group by group with intervals, and the curve of the model where there is one."""
    frame = Frame(52, 16, WIDTH - 76, 210, x_range, (0.0, 1.0))
    bottom, right = frame.top + frame.height, frame.left + frame.width
    parts = []
    for share in SHARES:
        parts.append(draw_line(frame.left, frame.y(share), right, frame.y(share)))
        parts.append(write(frame.left - 8, frame.y(share) + 4, percent(share), "end"))
    for at, words in ticks:
        parts.append(write(frame.x(at), bottom + 20, words, "middle"))
    parts.append(write((frame.left + right) / 2, bottom + 40, x_label, "middle"))
    if curve:
        inside = [(x, y) for x, y in curve if x_range[0] <= x <= x_range[1]]
        parts.append(draw_path([(frame.x(x), frame.y(y)) for x, y in inside], color=INK_2, width=2, dash="6 4"))
        x, y = inside[-1] if inside else (x_range[1], 1.0)
        parts.append(write(frame.x(x) - 4, frame.y(y) + (18 if y > 0.5 else -8), curve_label, "end", halo=True))
    for spot in spots:
        x = frame.x(spot.x)
        marker = draw_line(x, frame.y(spot.low), x, frame.y(spot.high), "interval") + draw_square(
            x, frame.y(spot.share)
        )
        parts.append(f"<g><title>{escape(spot.told)}</title>{marker}</g>")
    return image(parts, bottom + 52, title, finding)


@dataclass(frozen=True)
class Level:
    """One step of the scale: how many candidates and which items lie in it."""

    middle: float
    candidates: int
    items: Sequence[str] = ()


@dataclass(frozen=True)
class WrightWords:
    """What stands above the two sides of the map."""

    candidates: str
    items: str


ROW, MOST_SQUARES = 17.0, 14


def wright_map(
    levels: Sequence[Level], *, words: WrightWords, number: Number, title: str, finding: str
) -> Markup:  # fmt: skip
    """Candidates to the left, items to the right of one scale, the able and the difficult at the top.

    Whole abilities are written where two levels meet.
    """
    levels = sorted(levels, key=lambda one: -one.middle)
    middle, top = 210.0, 34.0
    most = max((level.candidates for level in levels), default=0) or 1
    bottom = top + ROW * len(levels)
    parts = [
        write(middle - 34, 18, words.candidates, "end", weight=600, fill=INK),
        write(middle + 34, 18, words.items, weight=600, fill=INK),
        draw_line(middle - 26, top, middle - 26, bottom, "axis"),
        draw_line(middle + 26, top, middle + 26, bottom, "axis"),
    ]
    for at, level in enumerate(levels):
        y = top + ROW * at
        edge = (level.middle + levels[at - 1].middle) / 2
        if at and abs(edge - round(edge)) < 1e-9:
            parts.append(write(middle, y + 4, number(round(edge)), "middle"))
            parts += [draw_line(middle + side, y, middle + side + 4, y, "axis") for side in (-26, 22)]
        if level.candidates:
            length = 140.0 * level.candidates / most
            parts.append(draw_bar(middle - 26 - length, y + 2, length, ROW - 4, color=TIM_SOFT))
            parts.append(write(middle - 32 - length, y + ROW / 2 + 4, str(level.candidates), "end"))
        parts += _items(level, middle + 40, y + ROW / 2)
    return image(parts, bottom + 10, title, finding)


def _items(level: Level, left: float, y: float) -> list[str]:
    parts = []
    for place, code in enumerate(level.items[:MOST_SQUARES]):
        parts.append(f"<g><title>{escape(code)}</title>{draw_square(left + 13 * place, y, 9)}</g>")
    if level.items:
        shown = min(len(level.items), MOST_SQUARES)
        parts.append(write(left + 13 * shown + 2, y + 4, str(len(level.items))))
    return parts


@dataclass(frozen=True)
class Precision:
    """The test at one ability: Fisher's information, and the standard error that it leaves (None without any)."""

    theta: float
    information: float
    error: float | None


@dataclass(frozen=True)
class InformationWords:
    """The two curves and the axis below them."""

    information: str
    error: str
    ability: str


def information_curve(
    points: Sequence[Precision], *, words: InformationWords, number: Number, title: str, finding: str
) -> Markup:
    """How much the test tells at each ability (solid, left), and the error of an ability there (dashed, right)."""
    thetas = [point.theta for point in points] or [-3.0, 3.0]
    most = _round_up(max((point.information for point in points), default=1.0))
    frame = Frame(52, 40, WIDTH - 104, 190, (min(thetas), max(thetas)), (0.0, most))
    errors = Frame(frame.left, frame.top, frame.width, frame.height, frame.x_range, (0.0, 1.5))
    bottom, right = frame.top + frame.height, frame.left + frame.width
    parts = [
        write(frame.left - 44, 18, words.information, weight=600, fill=TIM),
        write(right + 44, 18, words.error, "end", fill=INK_2),
    ]
    for share in (0.0, 1 / 3, 2 / 3, 1.0):
        y = frame.y(share * most)
        parts.append(draw_line(frame.left, y, right, y))
        parts.append(write(frame.left - 8, y + 4, number(share * most), "end"))
        parts.append(write(right + 8, y + 4, number(share * 1.5)))
    for theta in range(round(frame.x_range[0]), round(frame.x_range[1]) + 1):
        parts.append(write(frame.x(theta), bottom + 20, number(theta), "middle"))
    parts.append(write((frame.left + right) / 2, bottom + 40, words.ability, "middle"))
    parts.append(draw_path([(frame.x(one.theta), frame.y(one.information)) for one in points], width=3))
    inside = [(one.theta, one.error) for one in points if one.error is not None and one.error <= 1.5]
    parts.append(draw_path([(errors.x(x), errors.y(y)) for x, y in inside], color=INK_2, dash="6 4"))
    return image(parts, bottom + 52, title, finding)


def _round_up(value: float) -> float:
    """The next of 0.3, 0.6, 1.5, 3, 6, 15, 30 ...: steps of a third stay readable."""
    limit = 0.3
    while limit * 10 < value and limit < 1e6:
        limit *= 10
    return next((limit * factor for factor in (1, 2, 5, 10) if value <= limit * factor), limit * 10)
