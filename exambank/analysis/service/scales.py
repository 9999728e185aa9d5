"""The scale of a bank: the curves of its calibrated items, and the candidates of an exam placed on it.

Abilities are computed anew from the marks: those that a run keeps stand on the scale of their own exam.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service.context import added_by_keys
from exambank.db import db
from exambank.marking.models import ResponseMark
from exambank.psychometrics.intervals import wilson
from exambank.sittings.models import Sitting

MOST_GROUPS, FEWEST_IN_GROUP = 8, 10
FEWEST_ITEMS = 5  # calibrated ones in the exam; from fewer an ability is little more than a guess
NODES = np.linspace(-6.0, 6.0, 121)
STEPS, STEADY = 100, 1e-4
NARROWEST = 0.1  # standard deviation of a group's abilities: at 0 everybody would be the same


@dataclass(frozen=True)
class Curve:
    """A three-parameter logistic curve; ``guessing`` is 0 in the simpler models."""

    a: float
    b: float
    guessing: float = 0.0

    def chance(self, theta: float) -> float:
        """Of a right answer: ``c + (1 - c) / (1 + exp(-a (theta - b)))``."""
        exponent = min(max(-self.a * (theta - self.b), -700.0), 700.0)
        return self.guessing + (1.0 - self.guessing) / (1.0 + exp(exponent))

    def information(self, theta: float) -> float:
        """Fisher's: ``a^2 Q/P ((P - c)/(1 - c))^2``."""
        chance = self.chance(theta)
        if chance <= 0.0 or self.guessing >= 1.0:
            return 0.0
        return self.a**2 * (1.0 - chance) / chance * ((chance - self.guessing) / (1.0 - self.guessing)) ** 2


@dataclass(frozen=True)
class Group:
    """Candidates of like ability: their mean ability, and the share of the item's points they earned."""

    ability: float
    n: int
    share: float
    low: float
    high: float


def curve_of(item: AnalysisItem) -> Curve | None:
    """The curve of an item whose accepted version is the one analysed and is calibrated."""
    version = item.item_version
    bank_item = version.item
    if bank_item.accepted_version_id != version.id or bank_item.irt_a is None or bank_item.irt_b is None:
        return None
    return Curve(bank_item.irt_a, bank_item.irt_b, bank_item.irt_c or 0.0)


def curves_by_version(items: Sequence[AnalysisItem]) -> dict[int, Curve]:
    """The curves of the calibrated items of an exam."""
    found = {item.item_version_id: curve_of(item) for item in items}
    return {version_id: curve for version_id, curve in found.items() if curve is not None}


def curves_of(items: Sequence[AnalysisItem]) -> list[tuple[str, Curve]]:
    """Code and curve of every calibrated item."""
    found = [(item.item_version.item.code, curve_of(item)) for item in items]
    return [(code, curve) for code, curve in found if curve is not None]


def groups_by_ability(rows: Sequence[tuple[float, float]]) -> list[Group]:
    """From (ability, share of the points earned) to groups of equal size, the weakest first."""
    ordered = sorted(rows)
    count = min(MOST_GROUPS, len(ordered) // FEWEST_IN_GROUP)
    groups = []
    for at in range(count):
        own = ordered[len(ordered) * at // count : len(ordered) * (at + 1) // count]
        share = sum(earned for _ability, earned in own) / len(own)
        ends = wilson(min(max(share, 0.0), 1.0), len(own))
        groups.append(Group(sum(one for one, _earned in own) / len(own), len(own), share, ends.low, ends.high))
    return groups


@dataclass(frozen=True)
class Placed:
    """Candidates on the bank's scale; ``shares``: what each earned of each item, NaN where it was not given."""

    thetas: NDArray[np.float64]
    shares: NDArray[np.float64]
    columns: Mapping[int, int]  # version -> column

    def answers_to(self, version_id: int) -> list[tuple[float, float]]:
        """Ability and share of the points of everybody who was given this item."""
        column = self.shares[:, self.columns[version_id]]
        met = ~np.isnan(column)
        return list(zip(self.thetas[met].tolist(), column[met].tolist(), strict=True))


def place_candidates(run: AnalysisRun, curves: Mapping[int, Curve]) -> Placed | None:
    """The candidates of an exam on the scale of its bank; None where too few items or candidates allow it."""
    if len(curves) < FEWEST_ITEMS or run.n < rules.MINIMUM_N:
        return None
    shares, columns = _shares(run, sorted(curves))
    if len(shares) < rules.MINIMUM_N:
        return None
    return Placed(abilities_on([curves[version_id] for version_id in columns], shares), shares, columns)


def _shares(run: AnalysisRun, version_ids: Sequence[int]) -> tuple[NDArray[np.float64], dict[int, int]]:
    columns = {version_id: at for at, version_id in enumerate(version_ids)}
    added = added_by_keys([run.exam_id])
    query = (
        select(
            ResponseMark.sitting_id, ResponseMark.question, ResponseMark.item_version_id, ResponseMark.points,
            ResponseMark.max_points,
        )
        .join(Sitting, Sitting.id == ResponseMark.sitting_id)
        .where(Sitting.exam_id == run.exam_id, ResponseMark.item_version_id.in_(version_ids))
        .order_by(ResponseMark.sitting_id)
    )  # fmt: skip
    rows = [row for row in db.session.execute(query) if row.max_points > 0]
    places = {sitting_id: at for at, sitting_id in enumerate(dict.fromkeys(row.sitting_id for row in rows))}
    shares = np.full((len(places), len(columns)), np.nan)
    for row in rows:
        points = row.points + added.get((row.sitting_id, row.question), 0)
        share = min(max(float(points / row.max_points), 0.0), 1.0)
        shares[places[row.sitting_id], columns[row.item_version_id]] = share
    return shares, columns


def abilities_on(curves: Sequence[Curve], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row's ability (EAP) under known curves; ``shares``: shape (n, k), 0..1, NaN = not given.

    The group has a mean and a spread of its own, found by maximum marginal likelihood (EM on a grid of abilities), so
    that a strong class is not drawn towards the average of the bank.

    References
    ----------
    Bock, R. D. & Mislevy, R. J. (1982). Adaptive EAP estimation of ability in a microcomputer environment. Applied
    Psychological Measurement 6, 431-444.
    """
    chances = np.array([[curve.chance(float(theta)) for theta in NODES] for curve in curves])
    chances = np.clip(chances, 1e-10, 1 - 1e-10)
    given, earned = ~np.isnan(shares), np.nan_to_num(shares)
    logs = earned @ np.log(chances) + (given - earned) @ np.log1p(-chances)
    mean, spread = 0.0, 1.0
    for _step in range(STEPS):
        posterior = logs - 0.5 * ((NODES - mean) / spread) ** 2
        weights = np.exp(posterior - posterior.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        thetas = weights @ NODES
        before = mean, spread
        mean = float(thetas.mean())
        spread = max(float(np.sqrt(np.mean(weights @ (NODES - mean) ** 2))), NARROWEST)
        if abs(mean - before[0]) < STEADY and abs(spread - before[1]) < STEADY:
            break
    return thetas
