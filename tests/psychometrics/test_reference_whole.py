"""A check apart, as `test_reference.py`: the test as a whole and biserial correlations against values of R."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from exambank.psychometrics.biserial import biserial
from exambank.psychometrics.whole import whole_test_statistics

pytestmark = pytest.mark.reference

SETS = ["lsat6", "cttdata", "sat12", "msatb", "gmat"]
CLOSE = {"abs": 1e-10, "rel": 0}


@pytest.fixture(scope="module")
def folder():
    assert "EXAMBANK_REFERENCE" in os.environ, "EXAMBANK_REFERENCE must name the reference folder"
    return Path(os.environ["EXAMBANK_REFERENCE"])


def read_scores(folder, name):
    with (folder / "data" / name / "scored.csv").open(encoding="utf-8", newline="") as file:
        return np.array([list(row.values())[1:] for row in csv.DictReader(file)], dtype=float)


def read_reference(folder, name):
    return json.loads((folder / "ref" / f"{name}.ctt.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SETS)
def test_the_test_as_a_whole_agrees_with_r(folder, name):
    reference = read_reference(folder, name)
    expected = reference["test"]
    test = whole_test_statistics(read_scores(folder, name))
    low, _, high = expected["alpha_feldt_ci_psych"]

    assert (test.n, test.n_items, test.undefined) == (reference["n"], reference["k"], {})
    assert test.mean == pytest.approx(expected["mean"], **CLOSE)
    assert test.sd == pytest.approx(expected["sd_n1"], **CLOSE)
    assert (test.median, test.minimum, test.maximum) == (expected["median"], expected["min"], expected["max"])
    assert test.skewness == pytest.approx(expected["skew"], **CLOSE)
    assert test.kurtosis == pytest.approx(expected["kurtosis_excess"], **CLOSE)
    assert test.alpha == pytest.approx(expected["alpha"], **CLOSE)
    assert (test.alpha_ci.low, test.alpha_ci.high) == pytest.approx((low, high), **CLOSE)
    assert test.sem == pytest.approx(expected["sem_alpha"], **CLOSE)
    assert test.kr20 == pytest.approx(expected["kr20"], **CLOSE)
    assert test.kr21 == pytest.approx(expected["kr21_var_n1"], **CLOSE)
    assert test.lambda2 == pytest.approx(expected["guttman_lambda2"], **CLOSE)
    assert test.split_half == pytest.approx(expected["split_half_spearman_brown"], **CLOSE)
    assert test.lambda6 == pytest.approx(expected["guttman_lambda6_psych"], abs=1e-6, rel=0)
    assert test.omega_total == pytest.approx(expected["omega_ml"]["omega_total_ml"], abs=1e-4, rel=0)


@pytest.mark.parametrize("name", SETS)
def test_biserial_correlations_agree_with_r(folder, name):
    expected = read_reference(folder, name)["items"]["biserial_total"]

    assert [item.value for item in biserial(read_scores(folder, name))] == pytest.approx(expected, **CLOSE)
