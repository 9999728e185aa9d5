"""PURE. SPEC.toml of ``exambank assemble``: what papers are to be, as text. A key that is not known is refused: a
typing mistake must not quietly drop a rule."""

import math
import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exambank.assembly.engine.records import Balance, Cell, Limits, Order, Spec
from exambank.assembly.pool_files import UnusableFile

BALANCED = ("information", "difficulty", "spread", "time")
MOST_CELLS, MOST_ITEMS, MOST_THETA = 500, 1000, 50
LARGEST = 1_000_000

_KEYS = {
    "": ("items", "cell", "balance", "limits", "order", "fixed", "pinned"),
    "cell": ("topic", "level", "type", "tag", "not_tag", "count", "points", "part"),
    "balance": ("by", "theta", "tolerance"),
    "limits": ("papers_per_item", "overlap", "min_days_since_use", "max_use_count", "distinct_items"),
    "order": ("max_same_key_run", "shuffle"),
}


def read_spec(text: str) -> Spec:
    """The specification; ``UnusableFile`` with the place where something is wrong, missing or unknown."""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(str(error), text) from None
    except RecursionError:
        raise UnusableFile("not_toml", line=1) from None
    return _Reader(text, values).spec()


def _not_toml(words: str, text: str) -> UnusableFile:
    place = re.search(r"line (\d+), column (\d+)", words)
    line = int(place[1]) if place else text.count("\n") + 1
    return UnusableFile("not_toml", line=line, column=place[2] if place else None)


@dataclass(frozen=True)
class _Reader:
    text: str
    values: dict[str, Any]

    def spec(self) -> Spec:
        self._check_keys("", self.values)
        cells = self._cells()
        counted, items = sum(cell.count for cell in cells), self._whole("", self.values, "items", 1, MOST_ITEMS)
        if not cells and items is None:
            raise UnusableFile("no_cells")
        if not counted and not items:
            raise UnusableFile("no_cells", line=self._line("cell", 0, "count"))
        if counted > MOST_ITEMS:
            raise UnusableFile("too_many_items", line=self._line("cell", 0), counted=counted, limit=MOST_ITEMS)
        if items is not None and counted > items:
            raise UnusableFile(
                "more_in_cells", line=self._line("", 0, "items"), column="items", counted=counted, items=items
            )
        return Spec(
            cells, items, self._balance(), self._limits(), self._order(), self._fixed(), self._pinned(items or counted)
        )

    def _line(self, table: str, number: int = 0, key: str | None = None) -> int | None:
        """The line of a key in the (number + 1)-th table of that name; of its heading where the key is not found."""
        heads = [
            (at, re.sub(r"[\[\]\s]", "", line.split("#")[0]))
            for at, line in enumerate(self.text.splitlines(), 1) if line.lstrip().startswith("[")
        ]  # fmt: skip
        starts = [0] if not table else [at for at, name in heads if name == table]
        if number >= len(starts):
            return None
        start = starts[number]
        end = next((at for at, _name in heads if at > start), math.inf)
        for at, line in enumerate(self.text.splitlines(), 1):
            if key and start <= at < end and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return at
        return start or None

    def _check_keys(self, table: str, values: dict, number: int = 0) -> None:
        for key in values:
            if key not in _KEYS[table]:
                known = ", ".join(_KEYS[table])
                line = self._line(table, number, key) if table else self._line("", 0, key) or self._line(key)
                raise UnusableFile("unknown_key", line=line, column=key, table=table, known=known)

    def _table(self, name: str) -> dict | None:
        found = self.values.get(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            raise UnusableFile("not_a_table", line=self._line(name) or self._line("", 0, name), column=name)
        if name in _KEYS:
            self._check_keys(name, found)
        return found

    def _cells(self) -> tuple[Cell, ...]:
        found = self.values.get("cell", [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise UnusableFile("cell_is_no_list", line=self._line("cell") or self._line("", 0, "cell"), column="cell")
        if len(found) > MOST_CELLS:
            raise UnusableFile("too_many_cells_asked", line=self._line("cell", MOST_CELLS), limit=MOST_CELLS)
        return tuple(self._cell(number, values) for number, values in enumerate(found))

    def _cell(self, number: int, values: dict) -> Cell:
        self._check_keys("cell", values, number)
        count = self._whole("cell", values, "count", 0, MOST_ITEMS, number)
        if count is None:
            raise UnusableFile("no_count", line=self._line("cell", number), column="count", cell=number + 1)
        words = {name: self._word(number, values, name) for name in ("topic", "level", "type", "tag", "not_tag")}
        points = self._number("cell", values, "points", 0, LARGEST, number)
        part = self._whole("cell", values, "part", 1, MOST_CELLS, number)
        return Cell(
            count, words["topic"], words["level"], words["type"], words["tag"], words["not_tag"], points, part=part or 1
        )

    def _word(self, number: int, values: dict, name: str) -> str | None:
        found = values.get(name)
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if found is not None and (not isinstance(found, str) or not found.strip()):
            raise UnusableFile("not_a_word", line=self._line("cell", number, name), column=name)
        return found.strip() if found else None

    def _whole(self, table: str, values: dict, name: str, low: int, high: int = LARGEST, number: int = 0) -> int | None:
        found = values.get(name)
        if found is None:
            return None
        line = self._line(table, number, name)
        if isinstance(found, bool) or not isinstance(found, int):
            raise UnusableFile("not_whole", line=line, column=name, value=str(found)[:40])
        if not low <= found <= high:
            raise UnusableFile(
                "out_of_range", line=line, column=name, value=str(found)[:40], low=str(low), high=str(high)
            )
        return found

    def _number(self, table: str, values: dict, name: str, low: float, high: float, number: int = 0) -> Decimal | None:
        found = values.get(name)
        if found is None:
            return None
        line = self._line(table, number, name)
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise UnusableFile("not_a_number", line=line, column=name, value=str(found)[:40])
        if not Decimal(found).is_finite() or not low <= found <= high:
            raise UnusableFile(
                "out_of_range", line=line, column=name, value=str(found)[:40], low=f"{low:g}", high=f"{high:g}"
            )
        return Decimal(found)

    def _balance(self) -> Balance | None:
        values = self._table("balance")
        if values is None:
            return None
        by = values.get("by", ["difficulty"])
        by = [by] if isinstance(by, str) else by
        if not isinstance(by, list) or not by or any(name not in BALANCED for name in by):
            line = self._line("balance", 0, "by")
            raise UnusableFile("unknown_balance", line=line, column="by", known=", ".join(BALANCED))
        tolerance = self._number("balance", values, "tolerance", 0, 10)
        theta = values.get("theta")
        return Balance(
            tuple(dict.fromkeys(by)), Balance.theta if theta is None else self._theta(theta),
            Balance.tolerance if tolerance is None else float(tolerance),
        )  # fmt: skip

    def _theta(self, given: Any) -> tuple[float, ...]:
        given = given if isinstance(given, list) else [given]
        line = self._line("balance", 0, "theta")
        if not 1 <= len(given) <= MOST_THETA:
            raise UnusableFile("wrong_length", line=line, column="theta", limit=MOST_THETA)
        return tuple(float(self._number("balance", {"theta": one}, "theta", -20, 20)) for one in given)

    def _limits(self) -> Limits:
        values = self._table("limits") or {}
        least = {"papers_per_item": 1}
        return Limits(**{name: self._whole("limits", values, name, least.get(name, 0)) for name in _KEYS["limits"]})

    def _order(self) -> Order:
        values = self._table("order") or {}
        shuffle = values.get("shuffle", True)
        if not isinstance(shuffle, bool):
            raise UnusableFile("not_yes_or_no", line=self._line("order", 0, "shuffle"), column="shuffle")
        return Order(self._whole("order", values, "max_same_key_run", 1), shuffle)

    def _fixed(self) -> tuple[str, ...]:
        found = self.values.get("fixed", [])
        if not isinstance(found, list) or not all(isinstance(name, str) and name for name in found):
            raise UnusableFile("not_names", line=self._line("", 0, "fixed"), column="fixed")
        return tuple(dict.fromkeys(found))

    def _pinned(self, size: int) -> dict[str, int]:
        values = self._table("pinned") or {}
        places = {name: self._whole("pinned", values, name, 1, size) for name in values}
        if len(set(places.values())) < len(places):
            raise UnusableFile("place_twice", line=self._line("pinned"), column="pinned")
        return places
