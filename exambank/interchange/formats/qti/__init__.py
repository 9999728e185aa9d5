"""PURE. QTI 2.0, 2.1, 2.2 and 3.0: items, tests and packages.

``names`` gives both ways of writing one vocabulary; ``packages`` finds the items, ``items`` reads one, ``building``
makes one question of its interactions (``choices``, ``entries``, ``pairs``), and ``marking`` with ``evaluating`` works
out how its own rules score, so that ours can be chosen to score alike.
"""

from exambank.interchange.formats.qti.reading import read
from exambank.interchange.formats.qti_write import write_qti21, write_qti22, write_qti30

__all__ = ["read", "write_qti21", "write_qti22", "write_qti30"]
