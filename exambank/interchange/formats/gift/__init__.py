"""PURE. GIFT."""

from exambank.interchange.formats.gift.reading import read
from exambank.interchange.formats.gift.writing import write

__all__ = ["read", "write"]
