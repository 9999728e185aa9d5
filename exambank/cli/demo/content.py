"""What the demonstration is made of: the files of ``cli/demo_data``."""

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "demo_data"


@cache
def texts() -> dict[str, Any]:
    """Names, titles and reasons, as the invented school's people would write them."""
    return json.loads((FOLDER / "school.json").read_text(encoding="utf-8"))


@cache
def kinds() -> dict[str, Any]:
    """A question of each kind, and what candidates write to those that a person marks."""
    return json.loads((FOLDER / "kinds.json").read_text(encoding="utf-8"))


def bank_file() -> bytes:
    return (FOLDER / "bank.csv").read_bytes()


def people_file() -> bytes:
    return (FOLDER / "people.csv").read_bytes()


@cache
def people() -> tuple[tuple[str, str], ...]:
    """Code and name of everybody in the list."""
    rows = list(csv.reader(io.StringIO(people_file().decode("utf-8-sig"))))
    return tuple((row[0], row[1]) for row in rows[1:])
