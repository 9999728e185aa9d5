"""PURE. How marks are spread: over the bands people speak of, and in fine steps."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from exambank.analysis.charts.drawing import (
    INK,
    TIM,
    TIM_SOFT,
    WIDTH,
    Frame,
    Number,
    draw_bar,
    draw_line,
    image,
    write,
)

MOST_COUNTS = 24  # beyond so many bars the counts above them would run into one another


@dataclass(frozen=True)
class Bar:
    """One band of marks."""

    label: str
    count: int


def bands_chart(bars: Sequence[Bar], *, title: str, finding: str) -> Markup:
    """How many marks lie in each band: bars with their counts."""
    most = max((bar.count for bar in bars), default=0) or 1
    frame = Frame(16, 28, WIDTH - 32, 170, (0, len(bars)), (0, most))
    parts = [draw_line(frame.left, frame.y(0), frame.left + frame.width, frame.y(0), "axis")]
    for at, bar in enumerate(bars):
        left, right, top = frame.x(at + 0.12), frame.x(at + 0.88), frame.y(bar.count)
        parts.append(draw_bar(left, top, right - left, frame.y(0) - top))
        middle = (left + right) / 2
        parts.append(write(middle, top - 8, str(bar.count), "middle", weight=600, fill=INK))
        parts.append(write(middle, frame.y(0) + 20, bar.label, "middle"))
    return image(parts, 232, title, finding)


@dataclass(frozen=True)
class Step:
    """One fine step of the scale of marks, from ``low`` up to the next."""

    low: float
    count: int


def histogram(
    steps: Sequence[Step], *, scale_max: float, pass_mark: float, pass_label: str, number: Number, title: str,
    finding: str,
) -> Markup:  # fmt: skip
    """The marks in equal steps of the scale, with the pass mark; steps below it are lighter."""
    width = scale_max / max(len(steps), 1)
    most = max((step.count for step in steps), default=0) or 1
    frame = Frame(16, 44, WIDTH - 32, 168, (0.0, scale_max), (0, most))
    floor = frame.y(0)
    parts = [draw_line(frame.left, floor, frame.left + frame.width, floor, "axis")]
    for step in steps:
        left, right, top = frame.x(step.low + 0.08 * width), frame.x(step.low + 0.92 * width), frame.y(step.count)
        if step.count:
            color = TIM if step.low + width / 2 >= pass_mark else TIM_SOFT
            parts.append(draw_bar(left, top, right - left, floor - top, color=color))
        if step.count and len(steps) <= MOST_COUNTS:
            parts.append(write((left + right) / 2, top - 6, str(step.count), "middle", fill=INK))
    for at in range(11):
        parts.append(write(frame.x(at * scale_max / 10), floor + 20, number(at * scale_max / 10), "middle"))
        parts.append(draw_line(frame.x(at * scale_max / 10), floor, frame.x(at * scale_max / 10), floor + 4, "axis"))
    line = frame.x(pass_mark)
    parts.append(draw_line(line, 20, line, floor, "threshold"))
    is_right = pass_mark > 0.6 * scale_max
    parts.append(write(line + (-6 if is_right else 6), 16, pass_label, "end" if is_right else "start"))
    return image(parts, 242, title, finding)
