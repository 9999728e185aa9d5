"""What reading hands on, and how it refuses."""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

NOT_PRESENTED, OMITTED = 0, 1
"""Codes of answers that are none; those that were given are numbered from 2."""


class UnusableFile(ValueError):
    """``code`` says what is wrong, ``values`` with what; ``file``, ``line`` (from 1) and ``column`` where, if known.

    ``cell`` is the text that is refused, as it stands in the file.
    """

    def __init__(self, code: str, line: int | None = None, column: str | None = None, **values: Any):
        super().__init__(f"{code} {line or ''} {column or ''} {values or ''}")
        self.code, self.line, self.column, self.values = code, line, column, values
        self.file: str | None = None
        self.cell: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader of a report must know: a code, and with what."""

    code: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """What n candidates gave or earned on k items, in the order of the file.

    Attributes
    ----------
    candidates, items : tuple of str
    cells : float or int array, shape (n, k)
        Scores, NaN where the item was not presented; or, where answers were read, the places of their texts in
        `texts`, with NOT_PRESENTED and OMITTED for what is none.
    texts : tuple of str
        The different answers as they were written; empty where scores were read.
    notes : tuple of Note
    """

    candidates: tuple[str, ...]
    items: tuple[str, ...]
    cells: NDArray
    texts: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
