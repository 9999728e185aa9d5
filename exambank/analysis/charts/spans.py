"""PURE. Values with their intervals: one under another, or one after another in time."""

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
    draw_line,
    draw_path,
    draw_square,
    image,
    write,
)


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
    limit_number: Number, title: str, finding: str,
) -> Markup:  # fmt: skip
    """Several values with their intervals under one another, the pooled one last."""
    frame = Frame(200, 10, WIDTH - 262, 30.0 * len(spans), domain)
    bottom = frame.top + frame.height
    parts = []
    for limit in thresholds:
        parts.append(draw_line(frame.x(limit), frame.top, frame.x(limit), bottom, "threshold"))
        parts.append(write(frame.x(limit), bottom + 18, limit_number(limit), "middle"))
    for at, span in enumerate(spans):
        y = frame.top + 30 * at + 15
        weight, fill = (600, INK) if span.is_total else (400, INK_2)
        parts.append(write(0, y + 4, span.label, weight=weight, fill=fill))
        parts.append(write(188, y + 4, span.note, "end"))
        parts.append(draw_line(frame.x(span.low), y, frame.x(span.high), y, "total" if span.is_total else "interval"))
        parts.append(draw_square(frame.x(span.value), y, 9, color=TIM if span.is_total else TIM_SOFT))
        parts.append(write(WIDTH - 2, y + 4, number(span.value), "end", weight=weight, fill=INK))
    return image(parts, bottom + 26, title, finding)


@dataclass(frozen=True)
class Moment:
    """One value in time; ``label`` stands below it, ``told`` is what its marker says when pointed at."""

    label: str
    told: str
    value: float
    low: float | None = None
    high: float | None = None


MOST_LABELS = 6


def trend_chart(
    moments: Sequence[Moment], *, domain: tuple[float, float], steps: Sequence[float], thresholds: Sequence[float],
    number: Number, title: str, finding: str,
) -> Markup:  # fmt: skip
    """Values one after another, each with its interval, joined by a thin line; thresholds dashed."""
    frame = Frame(52, 14, WIDTH - 72, 190, (-0.5, max(len(moments) - 0.5, 0.5)), domain)
    bottom, right = frame.top + frame.height, frame.left + frame.width
    parts = []
    for step in steps:
        parts.append(draw_line(frame.left, frame.y(step), right, frame.y(step)))
        parts.append(write(frame.left - 8, frame.y(step) + 4, number(step), "end"))
    parts += [draw_line(frame.left, frame.y(limit), right, frame.y(limit), "threshold") for limit in thresholds]
    spots = [(frame.x(at), frame.y(moment.value)) for at, moment in enumerate(moments)]
    if len(spots) > 1:
        parts.append(draw_path(spots, color=TIM_SOFT, width=1.5))
    every = -(-len(moments) // MOST_LABELS) if moments else 1
    for at, (moment, (x, y)) in enumerate(zip(moments, spots, strict=True)):
        if moment.low is not None and moment.high is not None:
            parts.append(draw_line(x, frame.y(moment.low), x, frame.y(moment.high), "interval"))
        parts.append(f"<g><title>{escape(moment.told)}</title>{draw_square(x, y, 9)}</g>")
        if at % every == 0:
            parts.append(write(x, bottom + 22, moment.label, "middle"))
    return image(parts, bottom + 32, title, finding)
