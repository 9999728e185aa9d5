"""A check apart, as `test_reference.py`: differential functioning against difR and R's own glm and mantelhaen.test."""

import numpy as np
import pytest

from exambank.psychometrics.dif import logistic_dif, mantel_haenszel, purified, purified_matching
from tests.psychometrics.test_reference import read_reference, read_scores, read_table

pytestmark = pytest.mark.reference

SETS = ["gmat", "msatb"]
MH_CLOSE = {"abs": 1e-9, "rel": 1e-9}
LR_CLOSE = {"abs": 1e-6, "rel": 0}


def read_sitting(folder, name):
    reference = read_reference(folder, name, "dif")
    groups = [row[reference["group"]] for row in read_table(folder / "data" / name / "group.csv")]
    focal = np.array([group == str(reference["focal"]) for group in groups])
    return read_scores(folder, name), focal, reference


def column(records, name):
    return [getattr(record, name) for record in records]


@pytest.mark.parametrize("name", SETS)
def test_mantel_haenszel_agrees_with_r(folder, name):
    scores, focal, reference = read_sitting(folder, name)
    items = mantel_haenszel(scores, focal)
    expected = reference["MH_base_R"]

    assert column(items, "chi2") == pytest.approx(expected["chi2_continuity"], **MH_CLOSE)
    assert column(items, "p") == pytest.approx(expected["p"], **MH_CLOSE)
    assert column(items, "alpha") == pytest.approx(expected["alpha_MH"], **MH_CLOSE)
    assert column(items, "delta") == pytest.approx(reference["MH"]["delta_MH"], **MH_CLOSE)
    variances = [(item.delta_se / 2.35) ** 2 for item in items]
    assert variances == pytest.approx(reference["MH"]["lambda_var"], **MH_CLOSE)


@pytest.mark.parametrize("name", SETS)
def test_a_purified_matching_score_gives_the_values_of_difr(folder, name):
    """difR leaves out what is significant, we what is of class B or C: its set is given."""
    scores, focal, reference = read_sitting(folder, name)
    expected = reference["MH_purified"]
    flagged = [reference["items"].index(item) for item in expected["flagged"]]
    items = mantel_haenszel(scores, focal, matching=purified_matching(scores, flagged))

    assert column(items, "alpha") == pytest.approx(expected["alpha_MH"], **MH_CLOSE)
    assert column(items, "delta") == pytest.approx(expected["delta_MH"], **MH_CLOSE)
    # difR takes 0.5 off even where the difference is smaller, which makes no difference look like one.
    chi2 = [value if item.chi2 > 0 else 0.0 for item, value in zip(items, expected["chi2"], strict=True)]
    assert column(items, "chi2") == pytest.approx(chi2, **MH_CLOSE)


@pytest.mark.parametrize("name", SETS)
def test_logistic_regression_agrees_with_r(folder, name):
    scores, focal, reference = read_sitting(folder, name)
    items = logistic_dif(scores, focal)
    expected = reference["logistic_glm"]

    for what in ("uniform", "nonuniform", "both"):
        assert column(items, f"lr_{what}") == pytest.approx(expected[f"LR_{what}"], **LR_CLOSE)
        assert column(items, f"delta_r2_{what}") == pytest.approx(expected[f"dR2_{what}"], **LR_CLOSE)
    assert column(items, "p_both") == pytest.approx(reference["logistic_difR"]["both"]["p"], **LR_CLOSE)


def test_the_two_generated_items_of_gmat_are_found(folder):
    """I01 is harder for one group at every score, I02 differs by the score."""
    scores, focal, _reference = read_sitting(folder, "gmat")
    found = purified(scores, focal)
    uniform, nonuniform, *_others = logistic_dif(scores, focal)

    assert found.items[0].ets_class == mantel_haenszel(scores, focal)[0].ets_class == "C"
    assert found.is_converged
    assert 0 in found.left_out
    assert uniform.p_uniform < 1e-10
    assert nonuniform.p_nonuniform < 0.001
