"""PURE. Items among one another, and the options of one item."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from exambank.analysis.charts.drawing import (
    INK_2,
    SON,
    TEXT,
    TIM,
    TIM_TINT,
    WIDTH,
    Frame,
    Number,
    draw_bar,
    draw_circle,
    draw_line,
    draw_path,
    draw_square,
    image,
    write,
)


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
    parts = [draw_bar(frame.x(low), frame.top, zone_width, zone_height, kind="zone", color=TIM_TINT)]
    for step in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(draw_line(frame.left, frame.y(step), frame.left + frame.width, frame.y(step)))
        parts.append(write(frame.left - 8, frame.y(step) + 4, number(step), "end"))
    bottom = frame.top + frame.height
    parts.append(draw_line(frame.left, frame.y(floor), frame.left + frame.width, frame.y(floor), "threshold"))
    parts += [draw_line(frame.x(limit), frame.top, frame.x(limit), bottom, "threshold") for limit in limits]
    parts += [write(frame.x(step), bottom + 18, number(step), "middle") for step in (0.0, low, high, 1.0)]
    places = ((low / 2, words.hard), ((low + high) / 2, words.medium), ((high + 1) / 2, words.easy))
    parts += [write(frame.x(at), bottom + 36, word, "middle") for at, word in places]
    for point in sorted(points, key=lambda one: one.is_here):
        parts += _point(frame, point, words)
    return image(parts, 312, title, finding)


def _point(frame: Frame, point: Point, words: MapWords) -> list[str]:
    x, y = frame.x(point.difficulty), frame.y(point.discrimination)
    if not point.is_here:
        shape = draw_square(x, y, is_hollow=point.is_trouble, color=SON if point.is_trouble else TIM)
        return [f"<g><title>{escape(point.label)}</title>{shape}</g>"]
    parts = []
    if point.difficulty_ci:
        parts.append(draw_line(frame.x(point.difficulty_ci[0]), y, frame.x(point.difficulty_ci[1]), y, "trouble"))
    if point.discrimination_ci:
        parts.append(
            draw_line(x, frame.y(point.discrimination_ci[0]), x, frame.y(point.discrimination_ci[1]), "trouble")
        )
    is_left = point.difficulty > 0.75
    told = write(
        x + (-12 if is_left else 12), max(y - 14, TEXT + 2), words.here, "end" if is_left else "start", weight=600,
        fill=SON, halo=True,
    )  # fmt: skip
    return [*parts, draw_square(x, y, 12, is_hollow=True, color=SON), told]


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
        parts += [draw_line(frame.left, y, frame.left + frame.width, y), write(40, y + 4, percent(step * 0.2), "end")]
    for at, words in enumerate(groups):
        parts.append(write(frame.x(at), frame.top + frame.height + 20, words, "middle"))
    ends: list[tuple[float, float, Curve]] = []
    for at, curve in enumerate(sorted(curves, key=lambda one: one.is_key)):
        spots = [(frame.x(group), frame.y(share)) for group, share in enumerate(curve.shares) if share is not None]
        if spots:
            parts += _curve(curve, spots, _DASHES[at % len(_DASHES)])
            ends.append((spots[-1][1], spots[-1][0], curve))
    parts += _end_labels(ends, frame)
    return image(parts, 268, title, finding)


def _color(curve: Curve) -> str:
    return TIM if curve.is_key else SON if curve.is_suspect else INK_2


def _curve(curve: Curve, spots: Sequence[tuple[float, float]], dash: str) -> list[str]:
    color = _color(curve)
    path = draw_path(spots, color=color, width=3) if curve.is_key else draw_path(spots, color=color, dash=dash)
    return [path, *(draw_square(x, y, color=color) if curve.is_key else draw_circle(x, y, color) for x, y in spots)]


def _end_labels(ends: Sequence[tuple[float, float, Curve]], frame: Frame) -> list[str]:
    """Labels beside the last points, pushed apart where they would overlap, and never below the axis."""
    ends = sorted(ends, key=lambda one: one[0])
    parts, last = [], frame.top - 20.0
    for at, (y, x, curve) in enumerate(ends):
        lowest = frame.top + frame.height + 4 - 18 * (len(ends) - 1 - at)
        last = max(min(y + 4, lowest), last + 18)
        parts.append(write(x + 12, last, curve.label, weight=600 if curve.is_key else 400, fill=_color(curve)))
    return parts
