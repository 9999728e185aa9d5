"""What unknown abilities take away from the information: posterior covariances of the scores, over all candidates.

The score of an item is the derivative of the log-likelihood of one answer by the item's parameters. Three ways to sum
their covariances, each the fastest for its answers; all are exact.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from exambank.psychometrics.irt.answers import Answers
from exambank.psychometrics.irt.expectation import SPARSE_SHARE, Expectation, add_by_paper
from exambank.psychometrics.irt.parameters import Parameters, chances
from exambank.psychometrics.irt.three_parameter import derivatives_at

CANDIDATES_PER_PAPER = 8  # with fewer, the pairs of items are summed candidate by candidate
PAIRS = 150_000  # of items, at a time: what is made of them stays in the processor's cache
STRIPS = 3
STRIP_OF_MIRROR = 64
NEGLIGIBLE = 1e-12  # posterior weight of a node


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The score of an answer at each node is ``is_right * gain + base`` where the item was met, for each parameter.

    That of the slope is theta times that of the intercept, in every model.

    Attributes
    ----------
    gain, base : float array, shape (2 or 3, k, q)
        By slope, intercept and logit of guessing.
    """

    gain: NDArray[np.float64]
    base: NDArray[np.float64]

    @classmethod
    def of(cls, parameters: Parameters, nodes: NDArray[np.float64], *, has_guessing: bool) -> "Scores":
        if has_guessing:
            values = np.stack([parameters.slopes, parameters.intercepts, logit(parameters.guessing)])
            here = derivatives_at(values, nodes)
            return cls(here.over_right + here.over_wrong, -here.over_wrong)
        right = chances(parameters.slopes, parameters.intercepts, nodes)
        ones = np.ones_like(right)
        return cls(np.stack([ones * nodes, ones]), np.stack([-right * nodes, -right]))


def lost_to_unknown_abilities(expectation: Expectation, parameters: Parameters, scores: Scores) -> NDArray[np.float64]:
    """Sum over candidates of the posterior covariance of the scores of all items, shape (2k, 2k) or (3k, 3k)."""
    papers = expectation.answers.papers
    is_scattered = len(papers) * CANDIDATES_PER_PAPER > len(expectation.answers.right)
    if len(papers) > 1 and (is_scattered or papers.mean() < SPARSE_SHARE):
        return _by_pairs(expectation, parameters, scores)
    return (_by_nodes if len(scores.gain) == 3 else _by_powers)(expectation, parameters, scores)


def _by_powers(expectation: Expectation, parameters: Parameters, scores: Scores) -> NDArray[np.float64]:
    """Without guessing a right answer gains ``(theta, 1)`` whatever the item: a handful of products of matrices."""
    answers, nodes = expectation.answers, expectation.quadrature.nodes
    slopes, intercepts = parameters.slopes, parameters.intercepts
    k = len(slopes)
    right_chance = -scores.base[1]
    powers = [(right_chance * nodes**power).T for power in range(3)]
    squares = [np.zeros((k, k)) for _power in range(3)]
    means = np.zeros((2 * k, 2 * k))
    by_paper = np.zeros((len(answers.papers), len(nodes)))
    for block in expectation.posteriors(slopes, intercepts):
        right, paper_of = answers.right[block.rows], answers.paper_of[block.rows]
        met = 1.0 if answers.is_complete else answers.papers[paper_of]
        add_by_paper(by_paper, answers, block)
        for power in range(3):
            ability = block.weights @ nodes**power
            cross = right.T @ (met * (block.weights @ powers[power]))
            squares[power] += (right * ability[:, np.newaxis]).T @ right - cross - cross.T
        mean_ability = (block.weights @ nodes)[:, np.newaxis]
        score = np.hstack(
            [right * mean_ability - met * (block.weights @ powers[1]), right - met * (block.weights @ powers[0])]
        )  # fmt: skip
        means += score.T @ score
    for power in range(3):
        squares[power] += _chance_products(answers.papers, by_paper * nodes**power, right_chance)
    return np.block([[squares[2], squares[1]], [squares[1].T, squares[0]]]) - means


def _chance_products(papers, weights, right_chance):
    """Sum over papers and nodes of weight times the chances of two items that both are on the paper."""
    if len(papers) == 1 and papers.all():
        return (right_chance * weights[0]) @ right_chance.T
    total = np.zeros((len(right_chance), len(right_chance)))
    for paper, weight in zip(papers, weights, strict=True):
        items = np.flatnonzero(paper)
        own = right_chance[items]
        total[np.ix_(items, items)] += (own * weight) @ own.T
    return total


def _by_nodes(expectation: Expectation, parameters: Parameters, scores: Scores) -> NDArray[np.float64]:
    """With guessing the gain is each item's own: node by node, the products of right answers and of papers."""
    answers, (kinds, k, q) = expectation.answers, scores.gain.shape
    squares, means = np.zeros((kinds, kinds, k, k)), np.zeros((kinds * k, kinds * k))
    by_paper = np.zeros((len(answers.papers), q))
    both, one = np.zeros((q, k, k)), np.zeros((q, len(answers.papers), k))  # pairs of right answers; by paper
    for block in expectation.posteriors(parameters.slopes, parameters.intercepts, parameters.guessing):
        right, paper_of = answers.right[block.rows], answers.paper_of[block.rows]
        add_by_paper(by_paper, answers, block)
        score = right * (block.weights @ scores.gain.transpose(0, 2, 1))
        score += answers.papers[paper_of] * (block.weights @ scores.base.transpose(0, 2, 1))
        score = score.transpose(1, 0, 2).reshape(len(right), kinds * k)
        means += score.T @ score
        of_papers = [np.flatnonzero(paper_of == paper) for paper in range(len(answers.papers))]
        for node in range(q):
            weighted = right * block.weights[:, node, np.newaxis]
            both[node] += weighted.T @ right
            for paper, rows in enumerate(of_papers):
                one[node, paper] += weighted[rows].sum(axis=0)
    for node in range(q):
        crossed = one[node].T @ answers.papers  # right on the first, met the second
        met = (answers.papers.T * by_paper[:, node]) @ answers.papers
        gain, base = scores.gain[:, :, node], scores.base[:, :, node]
        for a in range(kinds):
            for b in range(kinds):
                squares[a, b] += gain[a][:, np.newaxis] * (both[node] * gain[b] + crossed * base[b])
                squares[a, b] += base[a][:, np.newaxis] * (crossed.T * gain[b] + met * base[b])
    return squares.transpose(0, 2, 1, 3).reshape(kinds * k, kinds * k) - means


def _by_pairs(expectation: Expectation, parameters: Parameters, scores: Scores) -> NDArray[np.float64]:
    """Candidate by candidate on the pairs of items that were presented, candidates of like ability together.

    At the nodes that some posterior of them reaches, the centred scores times the root of the weights are a matrix
    whose product with itself is the covariance.
    """
    answers, nodes, (kinds, k, q) = expectation.answers, expectation.quadrature.nodes, scores.gain.shape
    blocks = expectation.posteriors(parameters.slopes, parameters.intercepts, parameters.guessing)
    weights = np.concatenate([np.zeros((0, q)), *(block.weights for block in blocks)])
    whole = np.zeros((kinds * k, kinds * k))
    gain, base = (np.pad(table[1:], ((0, 0), (0, 1), (0, 0))) for table in (scores.gain, scores.base))
    for rows, items in _alike(answers, weights @ nodes):
        reached = np.flatnonzero(weights[rows].max(axis=0) > NEGLIGIBLE)
        near = slice(reached[0], reached[-1] + 1)
        places = np.minimum(items, k - 1)  # the scores of what fills up are 0, wherever they are added
        is_right = answers.right[rows[:, np.newaxis], places][:, :, np.newaxis]
        own = _centred(gain[:, :, near], base[:, :, near], items, is_right, nodes[near], weights[rows, near])
        _add_products(whole, own, places)
    mirror(whole)
    return whole


def mirror(matrix: NDArray[np.float64]) -> None:
    """Copy what is above the diagonal to below it, in place: a second matrix of this size costs more than the sums."""
    for first in range(0, len(matrix), STRIP_OF_MIRROR):
        rows = slice(first, first + STRIP_OF_MIRROR)
        matrix[rows, :first] = matrix[:first, rows].T
        square = matrix[rows, rows]
        lower = np.tril_indices(len(square), -1)
        square[lower] = square.T[lower]


def _centred(gain, base, items, is_right, nodes, weights):
    """Scores less their posterior mean, times the root of the weight: by slope, intercept, logit of guessing."""
    roots = np.sqrt(weights)[:, np.newaxis, :]
    own = [low[items] for low in base]
    for score, up in zip(own, gain, strict=True):
        score += is_right * up[items]
    own.insert(0, own[0] * nodes)
    for score in own:
        score -= score @ weights[:, :, np.newaxis]
        score *= roots
    return own


def _add_products(whole, own, items) -> None:
    """Add the products of all pairs of a candidate's items to the upper triangle of `whole`; the rest is not complete.

    The items ascend, and of one parameter with itself half the pairs do: strip by strip only those on and beyond the
    strip's square on the diagonal.
    """
    turned = [np.ascontiguousarray(score.transpose(0, 2, 1)) for score in own]
    width, size, k, flat = items.shape[1], len(whole), len(whole) // len(own), whole.ravel()
    for strip in range(STRIPS):
        low, high = width * strip // STRIPS, width * (strip + 1) // STRIPS
        rows = items[:, low:high, np.newaxis] * size
        beyond, before = (rows + items[:, np.newaxis, part] for part in (slice(low, None), slice(low)))
        for b in range(len(own)):
            for a in range(b + 1):
                block, lines = flat[(a * size + b) * k :], own[a][:, low:high]
                np.add.at(block, beyond.ravel(), (lines @ turned[b][:, :, low:]).ravel())
                if a < b and low:
                    np.add.at(block, before.ravel(), (lines @ turned[b][:, :, :low]).ravel())


def _alike(answers: Answers, abilities: NDArray[np.float64]):
    """Candidates with about as many items and about the same ability; their items, filled up with the number k."""
    places, found = answers.places
    counts = np.bincount(places, minlength=len(answers.papers))
    starts = np.concatenate([[0], np.cumsum(counts)])
    widths = np.ceil(np.log2(np.maximum(counts, 1)))[answers.paper_of]
    order = np.lexsort((abilities, widths))
    order = order[counts[answers.paper_of[order]] > 0]
    while len(order):
        same = int(np.searchsorted(widths[order], widths[order[0]], side="right"))
        most = int(2 ** widths[order[0]])
        rows, order = np.split(order, [min(same, max(PAIRS // most**2, 1))])
        papers = answers.paper_of[rows]
        at = np.arange(counts[papers].max())
        is_filler = at >= counts[papers][:, np.newaxis]
        items = found[np.minimum(starts[papers][:, np.newaxis] + at, len(found) - 1)]
        yield rows, np.where(is_filler, answers.papers.shape[1], items)


def lost_of_groups(
    expectation: Expectation, parameters: Parameters, scores: Scores, groups
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """For each group, summed over its candidates: covariances of the scores with (theta, theta^2), and of these."""
    answers, nodes = expectation.answers, expectation.quadrature.nodes
    powers = np.stack([nodes, nodes**2])
    n_papers, (kinds, k, q) = len(answers.papers), scores.gain.shape
    right = np.zeros((len(groups), 2, k, q))
    by_paper, lost = np.zeros((2, n_papers, q)), [np.zeros((2, 2)) for _group in groups]
    for block in expectation.posteriors(parameters.slopes, parameters.intercepts, parameters.guessing):
        group_of = answers.paper_groups[answers.paper_of[block.rows]]
        deviations = powers - (block.weights @ powers.T)[:, :, np.newaxis]  # (b, 2, q)
        weighted = block.weights[:, np.newaxis, :] * deviations
        np.add.at(by_paper, (slice(None), answers.paper_of[block.rows]), weighted.transpose(1, 0, 2))
        for place, group in enumerate(groups):
            own = np.flatnonzero((group_of == group) & answers.papers.any(axis=1)[answers.paper_of[block.rows]])
            lost[place] += np.einsum("iaq,ibq->ab", weighted[own], deviations[own])
            turned = expectation.right[block.rows][own].T
            for power in range(2):
                right[place, power] += turned @ np.ascontiguousarray(weighted[own, power])
    with_items = []
    for place, group in enumerate(groups):
        is_own = answers.paper_groups == group
        met = np.stack([answers.papers[is_own].T @ by_paper[power, is_own] for power in range(2)])
        own = np.einsum("pkq,fkq->pkf", scores.gain, right[place]) + np.einsum("pkq,fkq->pkf", scores.base, met)
        with_items.append(own.reshape(kinds * k, 2))
    return with_items, lost
