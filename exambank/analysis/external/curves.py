"""The part of the report on item response curves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exambank.analysis.external.records import Note
from exambank.analysis.external.scoring import Marked
from exambank.analysis.external.wishes import Unfit, Wishes
from exambank.psychometrics import Prior, abilities, fit_logistic, marginal_reliability, test_information
from exambank.psychometrics.biserial import WHOLE
from exambank.psychometrics.modelfit import item_fit
from exambank.psychometrics.polytomous import (
    PolytomousPrior,
    fit_polytomous,
    polytomous_abilities,
    polytomous_information,
    polytomous_reliability,
)

THETAS = tuple(tenth / 10 for tenth in range(-40, 41))
MODELS = {"rasch": "1pl", "2pl": "2pl", "3pl": "3pl"}
MOST_LEVELS = 20
FINEST_POINT = 10_000  # points are told apart to 1 in so many
FIT_FIELDS = ("infit", "outfit", "s_x2", "s_x2_df", "s_x2_p")


def right_or_wrong(marked: Marked) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Scores as 0 and 1 with NaN for not presented, and which items give all or nothing; the others' are not told."""
    is_right = marked.scores >= marked.max_scores * WHOLE
    is_plain = (is_right | (marked.scores == 0) | np.isnan(marked.scores)).all(axis=0)
    return np.where(np.isnan(marked.scores), np.nan, is_right), is_plain


def describe_curves(marked: Marked, wishes: Wishes) -> tuple[dict[str, Any], list[Note]]:
    """The fitted model, its items and candidates.

    Raises
    ------
    Unfit
        If the scores do not suit the model.
    """
    answers, is_plain = right_or_wrong(marked)
    if wishes.polytomous and (wishes.irt is None or not is_plain.all()):
        if wishes.irt not in (None, "2pl"):
            raise Unfit("models_differ", irt=wishes.irt, polytomous=wishes.polytomous)
        return _in_categories(marked, wishes)
    if not is_plain.all():
        raise _not_plain(marked, is_plain)
    return _logistic(marked, answers, wishes)


def _not_plain(marked: Marked, is_plain: NDArray[np.bool_]) -> Unfit:
    columns = np.flatnonzero(~is_plain)
    values = np.unique(marked.scores[:, columns[0]])
    shown = ", ".join(f"{value:g}" for value in values[~np.isnan(values)][:5])
    return Unfit("more_than_two_scores", item=marked.items[columns[0]], values=shown, count=len(columns))


def _logistic(marked: Marked, answers: NDArray[np.float64], wishes: Wishes) -> tuple[dict[str, Any], list[Note]]:
    notes = []
    prior = Prior() if wishes.has_priors and wishes.irt != "rasch" else None
    if wishes.has_priors and prior is None:
        notes.append(Note("priors_not_used", {"model": wishes.irt}))
    fit = fit_logistic(answers, model=MODELS[wishes.irt], prior=prior)
    judged = item_fit(fit) if len(fit.columns) else [None] * len(fit.items)
    items = [_describe_curve(*column) for column in zip(marked.items, fit.items, judged, strict=True)]
    found = _describe_fit(fit, wishes.irt, items, marked.candidates)
    found |= {"marginal_reliability": marginal_reliability(fit)}
    found["candidates"] = _describe_abilities(marked.candidates, abilities(fit))
    found["information"] = _describe_information(test_information(fit, THETAS))
    return found, notes + _notes(fit, found)


def _describe_fit(fit, model: str, items: list[dict[str, Any]], candidates: Sequence[str]) -> dict[str, Any]:
    has_curves = len(fit.columns) > 0
    figures = {name: getattr(fit, name) if has_curves else None for name in ("log_likelihood", "aic", "bic")}
    return {
        "model": model,
        "log_likelihood": figures["log_likelihood"],
        "n_parameters": fit.n_parameters,
        "aic": figures["aic"],
        "bic": figures["bic"],
        "marginal_reliability": None,
        "items": items,
    }


def _describe_curve(name: str, curve, judged) -> dict[str, Any]:
    return {
        "item": name,
        "a": curve.slope,
        "b": curve.difficulty,
        "c": None if curve.slope is None else curve.guessing,
        "d": curve.intercept,
        "se_a": curve.se_slope,
        "se_b": curve.se_difficulty,
        "se_d": curve.se_intercept,
        **{field: getattr(judged, field, None) for field in FIT_FIELDS},
    }


def _describe_abilities(candidates: Sequence[str], found) -> list[dict[str, Any]]:
    pairs = zip(candidates, found, strict=True)
    return [{"candidate": name, "theta": one.theta, "se": one.se} for name, one in pairs]


def _describe_information(points, step: float = 1.0) -> list[dict[str, Any]]:
    return [
        {"theta": one.theta, "information": one.information, "expected_score": one.expected_score * step}
        for one in points
    ]


def _notes(fit, found: dict[str, Any]) -> list[Note]:
    notes = [] if fit.is_converged else [Note("not_converged", {"steps": fit.steps})]
    without: dict[str, list[str]] = {}
    for item, curve in zip(found["items"], fit.items, strict=True):
        if item["a"] is None:
            without.setdefault(str(next(iter(curve.undefined.values()), "")), []).append(item["item"])
    return notes + [
        Note("items_without_curve", {"items": items, "reason": reason}) for reason, items in without.items()
    ]


# --- several categories ---


def _in_categories(marked: Marked, wishes: Wishes) -> tuple[dict[str, Any], list[Note]]:
    levels, step = _levels(marked)
    prior = PolytomousPrior() if wishes.has_priors else None
    fit = fit_polytomous(levels, model=wishes.polytomous, prior=prior)
    items = [_describe_categories(name, curve, step) for name, curve in zip(marked.items, fit.items, strict=True)]
    found = _describe_fit(fit, wishes.polytomous, items, marked.candidates)
    found |= {"marginal_reliability": polytomous_reliability(fit)}
    found["candidates"] = _describe_abilities(marked.candidates, polytomous_abilities(fit))
    found["information"] = _describe_information(polytomous_information(fit, THETAS), step)
    return found, _notes(fit, found)


def _levels(marked: Marked) -> tuple[NDArray[np.float64], float]:
    """Scores numbered by the largest step that all of them are a multiple of, and that step in points."""
    shown = marked.scores[~np.isnan(marked.scores)]
    parts = np.rint(np.unique(shown) * FINEST_POINT).astype(np.int64)
    step = max(int(np.gcd.reduce(parts)) if len(parts) else 0, 1)
    levels = np.rint(marked.scores * FINEST_POINT / step)
    n_levels = np.fmax.reduce(levels, axis=0, initial=0.0) + 1
    if (n_levels > MOST_LEVELS).any():
        column = int(np.argmax(n_levels))
        raise Unfit("too_many_levels", item=marked.items[column], count=int(n_levels[column]), limit=MOST_LEVELS)
    return levels, step / FINEST_POINT


def _describe_categories(name: str, curve, step: float) -> dict[str, Any]:
    """As the curve of an item of right and wrong where there are two categories; else with all its thresholds."""
    has_two = curve.slope is not None and len(curve.categories) == 2
    described = {
        "item": name,
        "a": curve.slope,
        "b": curve.thresholds[0] if has_two else None,
        "c": 0.0 if has_two else None,
        "d": curve.intercepts[0] if has_two else None,
        "se_a": curve.se_slope,
        "se_b": curve.se_thresholds[0] if has_two and curve.se_thresholds else None,
        "se_d": curve.se_intercepts[0] if has_two and curve.se_intercepts else None,
        **dict.fromkeys(FIT_FIELDS),
        "categories": [category * step for category in curve.categories],
    }
    names = ("thresholds", "intercepts", "se_thresholds", "se_intercepts")
    lists = {field: getattr(curve, field) for field in names}
    return described | {field: None if values is None else list(values) for field, values in lists.items()}
