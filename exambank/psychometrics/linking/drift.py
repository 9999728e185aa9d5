"""Do the anchors still mean what they meant? A screen of common items whose curves moved between calibrations."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from exambank.psychometrics.arrays import Reason
from exambank.psychometrics.linking.curves import NORMAL_161, Curves, Nodes
from exambank.psychometrics.linking.scales import (
    Link,
    LinkMethod,
    haebara,
    mean_mean,
    mean_sigma,
    stocking_lord,
    transform_curves,
)

# 1 / Phi^-1(3/4): makes the median absolute deviation of a normal sample estimate its standard deviation.
NORMAL_MAD = 1.4826022185056018

# Below this the differences of difficulty are all alike but for rounding.
SMALLEST_MAD = 1e-12


class DriftSign(StrEnum):
    """What speaks for drift of an anchor."""

    CURVE = "curve"  # the curves differ by more than the limit
    DIFFICULTY = "difficulty"  # the difficulty moved unlike those of the other anchors, and the curves show it


@dataclass(frozen=True, slots=True)
class AnchorDrift:
    """One anchor after linking. Never NaN: a value that does not exist is None.

    Attributes
    ----------
    kept : bool
        Whether the link rests on it.
    removed_in_round : int or None
        When it was removed, from 1; None where it was not removed.
    rmsd : float or None
        Root of the weighted mean squared difference between its two curves, 0..1.
    difficulty_difference : float or None
        Target's difficulty minus the source's on the target's scale; above 0: it became easier in the source.
    robust_z : float or None
        That difference, less the median of the kept anchors, over their median absolute deviation times 1.4826.
    signs : tuple of DriftSign
        What spoke for its removal; for an anchor that was kept, what still speaks against it.
    undefined : dict of str to Reason
        For each of rmsd, difficulty_difference, robust_z that is None, why.
    """

    kept: bool
    removed_in_round: int | None
    rmsd: float | None
    difficulty_difference: float | None
    robust_z: float | None
    signs: tuple[DriftSign, ...]
    undefined: dict[str, Reason] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class DriftScreen:
    """A link without the anchors that drifted.

    Attributes
    ----------
    link : Link
        Through the anchors that were kept.
    anchors : tuple of AnchorDrift, length k
        In the order given, all measured against that link.
    stopped_at_floor : bool
        Whether an anchor with signs of drift was kept because too few would have been left: the link is in doubt.
    """

    link: Link
    anchors: tuple[AnchorDrift, ...]
    stopped_at_floor: bool


_METHODS = {
    LinkMethod.MEAN_SIGMA: mean_sigma,
    LinkMethod.MEAN_MEAN: mean_mean,
    LinkMethod.HAEBARA: haebara,
    LinkMethod.STOCKING_LORD: stocking_lord,
}


@dataclass(frozen=True, slots=True)
class _Limits:
    rmsd: float
    negligible_rmsd: float
    z: float


def anchor_drift(
    source: Curves,
    target: Curves,
    *,
    method: LinkMethod = LinkMethod.STOCKING_LORD,
    max_rmsd: float = 0.1,
    negligible_rmsd: float = 0.05,
    max_z: float = 2.7,
    min_anchors: int | None = None,
    nodes: Nodes = NORMAL_161,
) -> DriftScreen:
    """Link, remove the anchor that drifted most, and link again, until none drifts or too few would be left.

    Parameters
    ----------
    source, target : Curves of k items
        The anchors, in the same order, in the calibration to be moved and in that which stays.
    method : LinkMethod, default stocking_lord
        How each round links.
    max_rmsd : float, default 0.1
        Curves that differ by more are a sign of drift, in probability 0..1.
    negligible_rmsd : float, default 0.05
        Curves that differ by less are none, whatever z says.
    max_z : float, default 2.7
        A robust z beyond this, either way, is a sign of drift.
    min_anchors : int, optional
        How many must be left, at least 1. Unless told: half of the anchors, and no less than 3.
    nodes : Nodes, default 161 points on [-4, 4] with normal weights
        Where on the target's scale the curves are compared.

    Returns
    -------
    DriftScreen

    Raises
    ------
    ValueError
        If the two have not the same number of items, or a limit is not above 0.

    Notes
    -----
    ``rmsd_j^2 = sum_q w_q (P_j(theta_q) - P*_j(theta_q))^2``; ``z_j = (D_j - median D) / (1.4826 MAD D)`` with D the
    differences of difficulty. Both are measured for every anchor against the anchors still kept; the one with the
    largest rmsd of those that show a sign is removed, one in a round, since one drifting anchor makes the others
    look as if they drifted. An anchor once removed does not return. The limits say what matters, not what chance
    can do: with small samples curves differ by more than 0.1 without any drift.

    References
    ----------
    Huynh, H. & Meyer, P. (2010). Use of robust z in detecting unstable items in item response theory models.
    Practical Assessment, Research & Evaluation 15, 2.
    """
    if min(max_rmsd, negligible_rmsd, max_z) <= 0 or (min_anchors is not None and min_anchors < 1):
        raise ValueError("the limits of drift must be above 0")
    limits = _Limits(max_rmsd, negligible_rmsd, max_z)
    if len(source) != len(target):
        raise ValueError(f"{len(source)} anchors of the source do not pair with {len(target)} of the target")
    kept = source.calibrated & target.calibrated
    floor = max(3, (int(kept.sum()) + 1) // 2) if min_anchors is None else min_anchors
    removed: dict[int, tuple[int, tuple[DriftSign, ...]]] = {}
    while True:
        link = _link(method, source, target, kept, nodes)
        measured = _measure(source, target, link, kept, nodes)
        signs = [_signs(one, limits) for one in measured]
        suspects = [item for item in np.flatnonzero(kept).tolist() if signs[item]]
        if not suspects or kept.sum() <= floor:
            break
        worst = max(suspects, key=lambda item: measured[item].rmsd)
        removed[worst] = (len(removed) + 1, signs[worst])
        kept[worst] = False
    anchors = [_gather(one, removed.get(item), signs[item], kept[item]) for item, one in enumerate(measured)]
    return DriftScreen(link, tuple(anchors), bool(suspects))


def _link(method: LinkMethod, source: Curves, target: Curves, kept: NDArray[np.bool_], nodes: Nodes) -> Link:
    pair = source.pick(kept), target.pick(kept)
    if method in (LinkMethod.HAEBARA, LinkMethod.STOCKING_LORD):
        return _METHODS[method](*pair, nodes=nodes)
    return _METHODS[method](*pair)


@dataclass(frozen=True, slots=True)
class _Measured:
    rmsd: float | None
    difference: float | None
    z: float | None
    reason: Reason | None


def _measure(source: Curves, target: Curves, link: Link, kept: NDArray[np.bool_], nodes: Nodes) -> list[_Measured]:
    """Compare the two curves of every anchor, on the target's scale."""
    calibrated = source.calibrated & target.calibrated
    if link.slope is None:
        return [_Measured(None, None, None, link.undefined["slope"])] * len(source)
    items = np.flatnonzero(calibrated)
    moved, stays = transform_curves(source.pick(items), link), target.pick(items)
    squares = (stays.probabilities(nodes.abilities) - moved.probabilities(nodes.abilities)) ** 2
    rmsd = np.sqrt(nodes.weights @ squares)
    differences = stays.difficulties - moved.difficulties
    z = _robust_z(differences, kept[items])
    found = zip(rmsd.tolist(), differences.tolist(), z, strict=True)
    measured = [_Measured(None, None, None, Reason.NOT_DETERMINED)] * len(source)
    for item, (distance, difference, standard) in zip(items.tolist(), found, strict=True):
        measured[item] = _Measured(distance, difference, standard, Reason.NOT_DETERMINED if standard is None else None)
    return measured


def _robust_z(differences: NDArray[np.float64], kept: NDArray[np.bool_]) -> list[float | None]:
    """Standardise by the median and the median deviation of the kept, which a few odd ones do not move."""
    median = np.median(differences[kept])
    spread = NORMAL_MAD * np.median(np.abs(differences[kept] - median))
    if spread < SMALLEST_MAD:
        return [None] * len(differences)
    return ((differences - median) / spread).tolist()


def _signs(one: _Measured, limits: _Limits) -> tuple[DriftSign, ...]:
    if one.rmsd is None or one.rmsd < limits.negligible_rmsd:
        return ()
    signs = []
    if one.rmsd > limits.rmsd:
        signs.append(DriftSign.CURVE)
    if one.z is not None and abs(one.z) > limits.z:
        signs.append(DriftSign.DIFFICULTY)
    return tuple(signs)


def _gather(
    one: _Measured, removal: tuple[int, tuple[DriftSign, ...]] | None, signs: tuple[DriftSign, ...], kept: bool
) -> AnchorDrift:
    in_round, signs = removal or (None, signs)
    values = {"rmsd": one.rmsd, "difficulty_difference": one.difference, "robust_z": one.z}
    undefined = {name: one.reason for name, value in values.items() if value is None}
    return AnchorDrift(kept=bool(kept), removed_in_round=in_round, signs=signs, undefined=undefined, **values)
