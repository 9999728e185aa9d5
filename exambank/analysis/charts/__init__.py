"""PURE. One writer of charts for pages and printed reports: plain values and ready words in, SVG out.

Shape before colour: series differ by dash and marker, trouble by a hollow marker; thresholds are dashed and intervals
are always drawn. Colours are attributes beside classes, so that a chart looks right where no style sheet is (in a PDF),
and nothing needs a style attribute. Every chart carries its finding as text.
"""

from exambank.analysis.charts.abilities import (
    InformationWords,
    Level,
    Precision,
    Spot,
    WrightWords,
    information_curve,
    response_curve,
    wright_map,
)
from exambank.analysis.charts.items import Curve, MapWords, Point, item_map, option_curves
from exambank.analysis.charts.marks import Bar, Step, bands_chart, histogram
from exambank.analysis.charts.spans import Moment, Span, interval_chart, trend_chart

__all__ = [
    "Bar",
    "Curve",
    "InformationWords",
    "Level",
    "MapWords",
    "Moment",
    "Point",
    "Precision",
    "Span",
    "Spot",
    "Step",
    "WrightWords",
    "bands_chart",
    "histogram",
    "information_curve",
    "interval_chart",
    "item_map",
    "option_curves",
    "response_curve",
    "trend_chart",
    "wright_map",
]
