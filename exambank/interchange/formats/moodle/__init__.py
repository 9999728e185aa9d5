"""PURE. Moodle XML."""

from exambank.interchange.formats.moodle.reading import read
from exambank.interchange.formats.moodle.writing import write

__all__ = ["read", "write"]
