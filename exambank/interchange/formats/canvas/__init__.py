"""PURE. QTI 1.2 as Canvas, Common Cartridge and older programs have it.

``parsing`` makes a tree of bytes, ``package`` finds files, ``question`` takes an item apart (``materials``: texts,
``presentation``: places to answer, ``scoring``: what earns points), ``items`` decides which of our kinds it is and lets
``choosing``, ``typed``, ``gaps`` or ``pairs`` build it, ``reading`` puts the entries together. ``writing``
goes the other way.
"""

from exambank.interchange.formats.canvas.reading import read
from exambank.interchange.formats.canvas.writing import write

__all__ = ["read", "write"]
