"""PURE. Cells with seats and items that may sit on some of them: the matching behind feasibility and dealing."""

from collections.abc import Mapping, Sequence


class Matching:
    """Cells with seats, items that sit on them; ``seat`` moves others aside when that makes room."""

    def __init__(self, wanted: Sequence[int]):
        self._free = list(wanted)
        self._seated: list[list[tuple[int, frozenset[int]]]] = [[] for _ in wanted]

    def seat(self, item: int, cells: frozenset[int]) -> bool:
        """Give ``item`` a seat in one of its ``cells``; False when no rearrangement makes room."""
        came_from: dict[int, tuple[int, int] | None] = dict.fromkeys(sorted(cells))
        queue = list(came_from)
        for cell in queue:
            if self._free[cell]:
                self._shift(cell, came_from, item, cells)
                return True
            for at, (_item, others) in enumerate(self._seated[cell]):
                for other in sorted(others - came_from.keys()):
                    came_from[other] = (cell, at)
                    queue.append(other)
        return False

    def _shift(self, cell: int, came_from: Mapping, item: int, cells: frozenset[int]) -> None:
        self._free[cell] -= 1
        step = came_from[cell]
        while step is not None:
            previous, at = step
            self._seated[cell].append(self._seated[previous].pop(at))
            cell, step = previous, came_from[previous]
        self._seated[cell].append((item, cells))

    def short_cells(self) -> list[int]:
        return [cell for cell, free in enumerate(self._free) if free]

    def rivals_of(self, cell: int) -> set[int]:
        """The cells that hold an item which ``cell`` could use, or which such a cell could use, and so on."""
        reached, queue = {cell}, [cell]
        for current in queue:
            holders = {
                other
                for other, seated in enumerate(self._seated)
                if other not in reached and any(current in cells for _item, cells in seated)
            }
            reached |= holders
            queue += sorted(holders)
        return reached

    def items_by_cell(self) -> list[list[int]]:
        return [[item for item, _cells in seated] for seated in self._seated]
