"""PURE. Tables of a sheet or of a Word file as plain grids, with what reaches over several rows or columns."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from exambank.interchange.formats.word.parts.blocks import Paragraph, Table, paragraphs_of
from exambank.interchange.sheet import Sheet

MOST_ROWS = 2_000
MOST_COLUMNS = 60


@dataclass
class Grid:
    """``rows`` are as wide as the widest. ``down`` are (column, first row, last row) of cells that reach over rows;
    ``across`` gives (row, column) its width where that is known (Word), and is None where it is not (sheets).
    """

    name: str
    rows: list[list[str]]
    down: list[tuple[int, int, int]] = field(default_factory=list)
    across: dict[tuple[int, int], int] | None = None
    before: str = ""  # the words right above the table

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def column_down(self, column: int, start: int) -> list[str]:
        """The texts of a column, a cell that reaches over rows standing in each of them."""
        found = [row[column] for row in self.rows]
        for at, first, last in self.down:
            if at == column:
                for row in range(first + 1, min(last, len(found) - 1) + 1):
                    found[row] = found[row] or found[first]
        return found[start:]


def grid_of_sheet(sheet: Sheet) -> Grid:
    """A sheet as a grid."""
    rows = _even([row[:MOST_COLUMNS] for row in sheet.rows[:MOST_ROWS]])
    return Grid(sheet.name, rows, list(sheet.merged))


def grids_of_blocks(blocks: list) -> Iterator[Grid]:
    """The tables of a Word file, each with the last words above it; tables within tables come after their own."""
    before = ""
    for block in blocks:
        if isinstance(block, Paragraph):
            before = " ".join(block.rich.plain().split()) or before
        elif isinstance(block, Table):
            yield _grid_of_table(block, before)
            for row in block.rows:
                for cell in row:
                    yield from grids_of_blocks([one for one in cell.blocks if isinstance(one, Table)])


def _grid_of_table(table: Table, before: str) -> Grid:
    rows, across, open_cells, down = [], {}, {}, []
    for number, cells in enumerate(table.rows[:MOST_ROWS]):
        line: list[str] = []
        for cell in cells:
            column = len(line)
            if column >= MOST_COLUMNS:
                break
            if cell.is_continued and column in open_cells:
                open_cells[column][1] = number
            else:
                open_cells[column] = [number, number]
                down.append((column, open_cells[column]))
            across[number, column] = cell.width
            words = "\n".join(one.rich.plain().rstrip() for one in paragraphs_of(cell.blocks)).strip()
            line += ["" if cell.is_continued else words, *[""] * (min(cell.width, MOST_COLUMNS) - 1)]
        rows.append(line[:MOST_COLUMNS])
    merged = [(column, first, last) for column, (first, last) in down if last > first]
    return Grid("", _even(rows), merged, across, before)


def _even(rows: list[list[str]]) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]
