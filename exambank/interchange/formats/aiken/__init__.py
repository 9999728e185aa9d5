"""PURE. Aiken."""

from exambank.interchange.formats.aiken.reading import read
from exambank.interchange.formats.aiken.writing import write

__all__ = ["read", "write"]
