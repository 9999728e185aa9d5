"""PURE. What is wrong with a row of a list: the same words for banks, people and marks."""

from exambank.interchange.neutral import ACCEPTED, REFUSED, WARNING, Problem

__all__ = ["ACCEPTED", "REFUSED", "WARNING", "Problem"]
