"""Decisions and calculations of analysis on plain values: the matrix, the figures, what they call for. Pure."""

from exambank.analysis.rules.compute import FORMULAS, Found, ItemFound, compute, parts_table
from exambank.analysis.rules.judge import (
    ACCEPTABLE_D,
    DEAD_SHARE,
    EASY,
    GOOD_D,
    HARD,
    MINIMUM_N,
    SERIOUS,
    SOUND_SHARE,
    Flag,
    difficulty_band,
    discrimination_band,
    find_flags,
    is_sound,
    trouble_rank,
)
from exambank.analysis.rules.matrix import ItemText, Matrix, build_matrix, data_hash
from exambank.analysis.rules.summary import BAND_LIMITS, band_counts, pool_correlations, pool_shares, summarise

__all__ = [
    "ACCEPTABLE_D",
    "BAND_LIMITS",
    "DEAD_SHARE",
    "EASY",
    "FORMULAS",
    "GOOD_D",
    "HARD",
    "MINIMUM_N",
    "SERIOUS",
    "SOUND_SHARE",
    "Flag",
    "Found",
    "ItemFound",
    "ItemText",
    "Matrix",
    "band_counts",
    "build_matrix",
    "compute",
    "data_hash",
    "difficulty_band",
    "discrimination_band",
    "find_flags",
    "is_sound",
    "parts_table",
    "pool_correlations",
    "pool_shares",
    "summarise",
    "trouble_rank",
]
