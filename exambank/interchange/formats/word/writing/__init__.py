"""PURE. Items as a Word file in the layout that a lecturer would type; what it cannot hold is told.

Every paragraph has a style of ours, which says what it is; ``own_reading`` reads by these styles. The styles, the notes
and the answers are written and read in one place each, so that both ways agree.
"""

from exambank.interchange.formats.word.writing.document import write
from exambank.interchange.formats.word.writing.own_reading import read_own

__all__ = ["read_own", "write"]
