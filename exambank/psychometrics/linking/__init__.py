"""Putting sittings and papers on one scale, where no joint calibration did it.

Scale linking takes two sets of item curves, calibrated apart, that share items (the anchors), and finds the line
``theta_target = slope * theta_source + intercept``. `stocking_lord` is the method of choice, `haebara` the second
opinion, `mean_sigma` and `mean_mean` are starts; `anchor_drift` screens the anchors, since an item that leaked or
was reworded bends every link that trusts it. Concurrent or fixed-item calibration, where it can be had, is better.

Equating takes the totals of two groups drawn at random from the same people, and finds for each score on one paper
the score that means the same on the other: `linear_equating`, `equipercentile_equating`.
"""

from exambank.psychometrics.linking.curves import NORMAL_161, Curves, Nodes, item_curves
from exambank.psychometrics.linking.drift import AnchorDrift, DriftScreen, DriftSign, anchor_drift
from exambank.psychometrics.linking.equating import EquatedScore, Equating, equipercentile_equating, linear_equating
from exambank.psychometrics.linking.scales import (
    Link,
    LinkMethod,
    haebara,
    mean_mean,
    mean_sigma,
    stocking_lord,
    transform_abilities,
    transform_curves,
)

__all__ = [
    "NORMAL_161",
    "AnchorDrift",
    "Curves",
    "DriftScreen",
    "DriftSign",
    "EquatedScore",
    "Equating",
    "Link",
    "LinkMethod",
    "Nodes",
    "anchor_drift",
    "equipercentile_equating",
    "haebara",
    "item_curves",
    "linear_equating",
    "mean_mean",
    "mean_sigma",
    "stocking_lord",
    "transform_abilities",
    "transform_curves",
]
