"""A check apart, as `test_reference.py`: links of two calibrations made with R, against links made with R."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from exambank.psychometrics.linking import (
    Nodes,
    anchor_drift,
    haebara,
    item_curves,
    mean_mean,
    mean_sigma,
    stocking_lord,
)

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def reference():
    assert "EXAMBANK_REFERENCE" in os.environ, "EXAMBANK_REFERENCE must name the reference folder"
    path = Path(os.environ["EXAMBANK_REFERENCE"]) / "ref" / "link2.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def anchors(reference):
    """Sitting B is the source, sitting A the target; their common items in one order."""
    common = sorted(set(reference["A"]["item"]) & set(reference["B"]["item"]))
    return tuple(_curves(reference[sitting], common) for sitting in ("B", "A"))


def _curves(calibration, items):
    places = [calibration["item"].index(item) for item in items]
    return item_curves(np.array(calibration["a"])[places], np.array(calibration["d"])[places])


def test_mean_sigma_agrees_with_r(reference, anchors):
    """The exact value rests on 14 digits of the parameters; equateIRT's is the same."""
    link = mean_sigma(*anchors)

    for expected in (reference["link"]["mean_sigma"], reference["equateIRT"]["mean_sigma"]):
        assert (link.slope, link.intercept) == pytest.approx((expected["A"], expected["B"]), abs=1e-12)


def test_mean_mean_agrees_with_r(reference, anchors):
    link = mean_mean(*anchors)

    for expected in (reference["link"]["mean_mean"], reference["equateIRT"]["mean_mean"]):
        assert (link.slope, link.intercept) == pytest.approx((expected["A"], expected["B"]), abs=1e-12)


@pytest.mark.parametrize(
    ("method", "name"), [(haebara, "haebara_161_normal"), (stocking_lord, "stocking_lord_161_normal")]
)
def test_the_curve_methods_agree_with_r(reference, anchors, method, name):
    link, expected = method(*anchors), reference["link"][name]

    assert (link.slope, link.intercept) == pytest.approx((expected["A"], expected["B"]), abs=1e-4)
    assert link.loss == pytest.approx(expected["f"], abs=1e-9)
    assert link.loss <= expected["f"] * (1 + 1e-9)


@pytest.mark.parametrize(("method", "name"), [(haebara, "Haebara"), (stocking_lord, "Stocking_Lord")])
def test_the_curve_methods_agree_with_equate_irt_on_its_own_nodes(reference, anchors, method, name):
    """30 nodes of Gauss-Hermite quadrature for N(0, 1)."""
    abilities, weights = np.polynomial.hermite_e.hermegauss(30)
    expected = reference["equateIRT"][name]

    link = method(*anchors, nodes=Nodes(abilities, weights / weights.sum()))

    assert (link.slope, link.intercept) == pytest.approx((expected["A"], expected["B"]), abs=1e-4)


def test_no_anchor_of_the_simulation_drifted(reference, anchors):
    screen = anchor_drift(*anchors)

    assert all(anchor.kept for anchor in screen.anchors)
    assert (screen.link.slope, screen.link.intercept) == pytest.approx(
        (reference["true"]["A"], reference["true"]["B"]), abs=0.05
    )
