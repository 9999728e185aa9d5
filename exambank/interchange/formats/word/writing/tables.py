"""PURE. A table of the bank's HTML, gathered cell by cell, as one of Word."""

from exambank.interchange.formats.word.writing.xml import cell, row, table

FULL_WIDTH = 9638  # 17 cm in twentieths of a point
_MOST_COLUMNS = 60


class Grid:
    """Collects rows; ``element`` draws them with merged cells where the HTML spans."""

    def __init__(self, style: str):
        self._style = style
        self._rows: list[tuple[bool, list]] = []
        self._is_head = False
        self.blocks: list = []
        self._cell: tuple[int, int] | None = None

    @property
    def is_in_cell(self) -> bool:
        return self._cell is not None

    def open(self, name: str, attributes: dict) -> None:
        if name == "thead":
            self._is_head = True
        elif name == "tr":
            self._rows.append((self._is_head, []))
        elif name in ("td", "th"):
            self._cell = _count(attributes.get("colspan")), _count(attributes.get("rowspan"))
            self.blocks = []

    def close(self, name: str) -> None:
        if name == "thead":
            self._is_head = False
        elif name in ("td", "th") and self._cell:
            if not self._rows:
                self._rows.append((False, []))
            self._rows[-1][1].append((self.blocks, *self._cell))
            self._cell, self.blocks = None, []

    def element(self):
        """The table; every row has as many columns as the widest."""
        placed, width = self._placed()
        each = FULL_WIDTH // max(width, 1)
        rows = []
        for is_head, cells in placed:
            rows.append(
                row(
                    [cell(blocks, each * span, span=span, merge=merge) for blocks, span, merge in cells],
                    is_head=is_head,
                )
            )
        return table(self._style, rows, [each] * max(width, 1))

    def _placed(self) -> tuple[list, int]:
        """The rows with the lower parts of cells that reach down, and how many columns there are."""
        hanging: dict[int, tuple[int, int]] = {}  # column: (rows left, columns)
        found, widest = [], 1
        for is_head, cells in self._rows:
            line, at = [], 0
            given = list(cells)
            while given or at in hanging:
                if at in hanging:
                    left, span = hanging.pop(at)
                    line.append(([], span, "continue"))
                    if left > 1:
                        hanging[at] = (left - 1, span)
                    at += span
                    if left > 1:
                        continue
                    continue
                blocks, span, down = given.pop(0)
                line.append((blocks, span, "restart" if down > 1 else ""))
                if down > 1:
                    hanging[at] = (down - 1, span)
                at += span
            widest = max(widest, at)
            found.append((is_head, line, at))
        return [(is_head, [*line, *[([], 1, "")] * (widest - at)]) for is_head, line, at in found], widest


def _count(words: str | None) -> int:
    return min(max(int(words), 1), _MOST_COLUMNS) if words and words.isdigit() else 1
