import os
from pathlib import Path

import numpy as np
import pytest

# The Law School Admission Test, section 6 (Bock and Lieberman 1970): how many of 1,000 candidates gave each pattern.
LSAT6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4,
    "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80,
    "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip


@pytest.fixture(scope="session")
def lsat6():
    patterns = [[int(point) for point in pattern] for pattern in LSAT6]
    return np.repeat(np.array(patterns, dtype=float), list(LSAT6.values()), axis=0)


@pytest.fixture(scope="session")
def simulated():
    """Scores of 2,000 candidates on 60 items that follow a Rasch model."""
    rng = np.random.default_rng(2026)
    ability, difficulty = rng.normal(size=(2000, 1)), rng.normal(size=60)
    return (rng.random((2000, 60)) < 1 / (1 + np.exp(difficulty - ability))).astype(float)


@pytest.fixture(scope="session")
def folder():
    assert "EXAMBANK_REFERENCE" in os.environ, "EXAMBANK_REFERENCE must name the reference folder"
    return Path(os.environ["EXAMBANK_REFERENCE"])
