"""The charts of a report with their words: what ``charts`` draws, in the reader's language, each with its table."""

from exambank.analysis.pictures.groups import comparison, trend
from exambank.analysis.pictures.items import intervals, item_map, key_curve, option_curves
from exambank.analysis.pictures.marks import distribution, fine_distribution
from exambank.analysis.pictures.picture import Picture
from exambank.analysis.pictures.scales import information_curve, response_curve, wright_map

__all__ = [
    "Picture",
    "comparison",
    "distribution",
    "fine_distribution",
    "information_curve",
    "intervals",
    "item_map",
    "key_curve",
    "option_curves",
    "response_curve",
    "trend",
    "wright_map",
]
