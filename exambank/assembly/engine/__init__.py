"""PURE numpy/scipy. Papers from a pool by a specification: drawn, balanced, ordered; or proof of why it cannot be.

``problem`` compiles what is asked into arrays, ``units`` what is taken as one; ``draw`` makes the first papers,
``swap`` measures all swaps of a paper at once, ``search`` chooses among them, ``ordering`` puts the items in a row,
``why`` proves that there are no papers, or finds some. Nothing here knows the platform, a clock or a global generator.
"""

from exambank.assembly.engine.assemble import assemble, figures_of
from exambank.assembly.engine.records import (
    Assembled,
    Balance,
    Cell,
    Figures,
    Infeasible,
    Limits,
    NotFound,
    Order,
    Outcome,
    Paper,
    PoolItem,
    Relaxation,
    Shortage,
    Spec,
)

__all__ = [
    "Assembled",
    "Balance",
    "Cell",
    "Figures",
    "Infeasible",
    "Limits",
    "NotFound",
    "Order",
    "Outcome",
    "Paper",
    "PoolItem",
    "Relaxation",
    "Shortage",
    "Spec",
    "assemble",
    "figures_of",
]
