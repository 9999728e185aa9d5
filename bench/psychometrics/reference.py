"""The reference folder: tables and the values that R computed."""

import csv
import json
from pathlib import Path

import numpy as np

SETS = ("lsat6", "cttdata", "sat12", "msatb", "gmat")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores_of(folder: Path, name: str) -> np.ndarray:
    rows = table(folder / "data" / name / "scored.csv")
    return np.array([list(row.values())[1:] for row in rows], dtype=float)


def responses_of(folder: Path, name: str) -> tuple[np.ndarray, list[str]] | None:
    """What was chosen, and the keys; None where only scores are known."""
    path = folder / "data" / name / "responses.csv"
    if not path.exists():
        return None
    chosen = np.array([list(row.values())[1:] for row in table(path)], dtype=object)
    return chosen, [row["key"] for row in table(folder / "data" / name / "key.csv")]


def focal_of(folder: Path, name: str, expected: dict) -> np.ndarray:
    rows = table(folder / "data" / name / "group.csv")
    return np.array([row[expected["group"]] == str(expected["focal"]) for row in rows])


def values(folder: Path, name: str, kind: str = "") -> dict | None:
    path = folder / "ref" / f"{name}{'.' + kind if kind else ''}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def sparse_bank(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores (NaN where not presented), true slopes, difficulties and abilities of the randomly assembled papers."""
    own = folder / "data" / "sparse600"
    items, persons = table(own / "true_items.csv"), table(own / "true_persons.csv")
    scores = np.full((len(persons), len(items)), np.nan)
    answers = np.array([[int(cell) for cell in row.values()] for row in table(own / "responses_long.csv")])
    first = int(items[0]["item"])
    scores[answers[:, 0] - int(persons[0]["person"]), answers[:, 1] - first] = answers[:, 2]
    true = ((items, "a"), (items, "b"), (persons, "theta"))
    return scores, *(np.array([float(row[name]) for row in rows]) for rows, name in true)


def two_sittings(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Scores on all items of two sittings with common ones, and which sitting each candidate was in."""
    sittings = [table(folder / "data" / "link2" / f"sitting{letter}.csv") for letter in "AB"]
    names = sorted({name for rows in sittings for name in rows[0]})
    scores = np.array([[float(row.get(name) or "nan") for name in names] for rows in sittings for row in rows])
    return scores, np.repeat(["A", "B"], [len(rows) for rows in sittings])
