"""What each figure of a report means and how it is computed: on the page, in the workbook and on paper alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _


@dataclass(frozen=True)
class Explanation:
    """A figure: its name, what it says in a sentence, and its formula."""

    name: str
    meaning: str
    formula: str


EXAM_FIGURES = ("mean", "sd", "bands", "sound_share", "alpha", "sem")
FURTHER_FIGURES = (
    "skewness", "kurtosis", "kr20", "kr21", "lambda2", "lambda6", "omega_total", "split_half",
)  # fmt: skip
ITEM_FIGURES = (
    "difficulty", "d27", "item_rest", "item_total", "biserial", "alpha_if_deleted", "effective_weight", "not_reached",
)  # fmt: skip


def explain(figure: str) -> Explanation:
    """One figure by its name in a run."""
    return {**_of_exams(), **_of_reliability(), **_of_items(), **_of_scales()}[figure]


def explain_all(figures: Iterable[str]) -> list[Explanation]:
    """Several figures, in the order given."""
    return [explain(figure) for figure in figures]


def _of_exams() -> dict[str, Explanation]:
    return {
        "mean": Explanation(
            _("Mean"), _("The average mark of all who were marked."), _("sum of the marks / number of candidates")
        ),
        "sd": Explanation(
            _("Standard deviation"),
            _("How far marks lie from their mean; about two thirds lie within one of it."),
            _("square root of the sum of squared distances from the mean / (n - 1)"),
        ),
        "bands": Explanation(
            _("Bands of marks"),
            _("Poor, weak, average, fair, good: the five customary ranges of the scale."),
            _("number of marks in 0-3.9, 4-4.9, 5-6.4, 6.5-7.9, 8-10 of a scale of 10"),
        ),
        "sound_share": Explanation(
            _("The 70 per cent rule"),
            _("A paper is acceptable when at least 70 per cent of its items are sound: 0.3 <= p <= 0.7 and D >= 0.2."),
            _("sound items / items given to enough candidates"),
        ),
        "skewness": Explanation(
            _("Skewness"),
            _("Above 0 most marks are low and few are high; below 0 the other way round."),
            "m3 / m2^1.5",
        ),
        "kurtosis": Explanation(
            _("Kurtosis"), _("Above 0 more marks lie far out than in a bell curve; below 0 fewer."), "m4 / m2^2 - 3"
        ),
    }


def _of_reliability() -> dict[str, Explanation]:
    return {
        "alpha": Explanation(
            _("Reliability alpha"),
            _("How far another paper of this kind would rank the learners alike, 0 to 1; 0.7 is usual for a class."),
            _("k/(k-1) (1 - sum of the items' variances / variance of the totals); Feldt's interval of 95 per cent"),
        ),
        "sem": Explanation(
            _("Error of a mark"),
            _("How far a single mark may lie from what the learner would get on average over many such papers."),
            _("standard deviation x square root of (1 - alpha)"),
        ),
        "kr20": Explanation("KR-20", _("Alpha where every answer is right or wrong."), "k/(k-1) (1 - Σpq / s²)"),
        "kr21": Explanation(
            "KR-21", _("What KR-20 would be if all items were equally hard: a lower bound."),
            "k/(k-1) (1 - M(k - M) / (k s²))",
        ),
        "lambda2": Explanation(
            "Guttman λ2", _("A lower bound of reliability that is never below alpha."),
            "(Σ_{i≠j} c_ij + √(k/(k-1) Σ_{i≠j} c_ij²)) / s²",
        ),
        "lambda6": Explanation(
            "Guttman λ6", _("A lower bound by how well each item is foretold by the others."),
            "1 - Σ(1 - R_i²) / s²",
        ),
        "omega_total": Explanation(
            "McDonald ω", _("Reliability if one ability lies behind all items."), "(Σλ)² / ((Σλ)² + Σψ)"
        ),
        "split_half": Explanation(
            _("Split halves"), _("How far the odd items rank the learners as the even ones do."), "2r / (1 + r)"
        ),
    }  # fmt: skip


def _of_items() -> dict[str, Explanation]:
    return {
        "difficulty": Explanation(
            _("Difficulty p"),
            _("The share of its points that candidates earned: high is easy. From 0.3 to 0.7 it is medium."),
            _("points earned / points possible, of who was given it; Wilson's interval of 95 per cent"),
        ),
        "d27": Explanation(
            _("Discrimination D"),
            _("How much more the best 27 per cent earn than the weakest: 0.2 is acceptable, 0.3 good."),
            _("p of the best 27 per cent - p of the weakest, ties shared; Newcombe's interval of 95 per cent"),
        ),
        "item_rest": Explanation(
            _("Correlation with the rest"),
            _("Whether the strong get it right: the correlation with the score on all other items of the own paper."),
            _("Pearson's r of item and rest score; Fisher's interval of 95 per cent"),
        ),
        "item_total": Explanation(
            _("Correlation with the total"),
            _("As before, but the item itself counts in the total, which flatters it on short papers."),
            _("Pearson's r of item and total"),
        ),
        "biserial": Explanation(
            _("Biserial correlation"),
            _("The correlation if what the item measures were continuous: easy and hard items can be compared."),
            "(M₁ - M₀)/s · pq/φ(Φ⁻¹(p))",
        ),
        "alpha_if_deleted": Explanation(
            _("Alpha without it"),
            _("Reliability if this item were left out: higher than alpha means that it harms."),
            _("alpha of the other items"),
        ),
        "effective_weight": Explanation(
            _("Effective weight"),
            _("Which share of the spread of totals it brings about, beside its share of the points."),
            _("sum of its covariances with all items / variance of the totals"),
        ),
        "not_reached": Explanation(
            _("Not reached"),
            _("Left blank with everything after it: time may have run out."),
            _("blanks at the end of a paper, counted from the last answer"),
        ),
    }


def _of_scales() -> dict[str, Explanation]:
    return {
        "ability": Explanation(
            _("Ability"),
            _("Candidates of different papers on one scale: 0 is the average, 1 a standard deviation above it."),
            _("expected a posteriori under the logistic model"),
        ),
        "information": Explanation(
            _("Information"),
            _("How much the paper tells about a candidate of this ability; the error is small where it is high."),
            "I = Σ a² (P - c)² Q / ((1 - c)² P),  1 / √I",
        ),
    }
