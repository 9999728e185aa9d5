"""The bench's own look into the database: every acknowledged answer is there, every mark is what the key gives."""

import json
import random
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import create_engine, text

from bench.bank_file import FileItem, squeeze

PAPERS = """
SELECT s.public_id AS sitting, s.id AS id, p.layout AS layout
FROM sitting s JOIN exam_paper p ON p.id = s.paper_id JOIN exam e ON e.id = s.exam_id WHERE e.public_id = :exam
"""
VERSIONS = "SELECT v.id AS id, v.stem AS stem, v.content AS content, v.picture_name AS picture FROM item_version v"


def _data(value):
    return json.loads(value) if isinstance(value, str) else value


@dataclass
class Found:
    stored: int
    lost: list
    compared: int
    different: list


class Books:
    """What the database holds of one exam, read beside the product."""

    def __init__(self, database: str, exam: str, items: list[FileItem]):
        self.engine = create_engine(database)
        self.exam = exam
        self._keys = {self._identity(item.stem, item.picture, item.options): item for item in items}
        with self.engine.connect() as connection:
            self.papers = {row.sitting: row for row in connection.execute(text(PAPERS), {"exam": exam})}
            self._versions = {row.id: row for row in connection.execute(text(VERSIONS))}

    @staticmethod
    def _identity(stem: str, picture: str | None, options) -> tuple:
        return squeeze(stem), squeeze(picture or ""), frozenset(squeeze(option) for option in options)

    def item_of(self, version_id: int) -> tuple[FileItem, str]:
        """The file's item behind a version, and the token of the option that the file calls right."""
        version = self._versions[version_id]
        options = {row["token"]: row["html"] for row in _data(version.content)["options"]}
        item = self._keys[self._identity(version.stem, version.picture, options.values())]
        right = squeeze(item.options[item.key])
        return item, next(token for token, html in options.items() if squeeze(html) == right)

    def keys_of(self, sitting: str) -> dict[int, tuple[str, float]]:
        """Question -> right token and a difficulty that belongs to the item."""
        keys = {}
        for number, entry in enumerate(_data(self.papers[sitting].layout), start=1):
            item, right = self.item_of(entry["version"])
            keys[number] = right, random.Random(squeeze(item.stem) + item.picture).gauss(0, 1)
        return keys

    def compare(self, acknowledged: dict[tuple[str, int], tuple[int, str]]) -> Found:
        with self.engine.connect() as connection:
            rows = connection.execute(text("SELECT sitting_id, question, seq, payload FROM response")).all()
            marks = connection.execute(text("SELECT sitting_id, question, points, max_points FROM response_mark")).all()
        stored = {(row.sitting_id, row.question): row for row in rows}
        lost = [key for key, told in acknowledged.items() if self._is_lost(key, told, stored)]
        compared, different = self._check_marks({(row.sitting_id, row.question): row for row in marks}, stored)
        return Found(len(acknowledged) - len(lost), lost, compared, different)

    def _is_lost(self, key: tuple[str, int], told: tuple[int, str], stored: dict) -> bool:
        """Lost: not there, older than what was acknowledged, or the same but changed."""
        row = stored.get((self.papers[key[0]].id, key[1]))
        if row is None or row.seq < told[0]:
            return True
        return row.seq == told[0] and json.loads(row.payload) != json.loads(told[1])

    def _check_marks(self, marks: dict, stored: dict) -> tuple[int, list]:
        compared, different = 0, []
        for sitting, paper in self.papers.items():
            for number, entry in enumerate(_data(paper.layout), start=1):
                _item, right = self.item_of(entry["version"])
                given = stored.get((paper.id, number))
                is_right = given is not None and json.loads(given.payload).get("choice") == right
                expected = Decimal(entry["points"]) if is_right else Decimal(0)
                mark = marks.get((paper.id, number))
                compared += mark is not None
                if mark is None or Decimal(mark.points) / 10000 != expected:
                    different.append((sitting, number))
        return compared, different

    def totals(self) -> dict[str, float]:
        query = (
            "SELECT s.public_id AS sitting, m.total_points AS total "
            "FROM sitting_mark m JOIN sitting s ON s.id = m.sitting_id"
        )
        with self.engine.connect() as connection:
            return {row.sitting: float(row.total) for row in connection.execute(text(query))}

    def state(self) -> str:
        with self.engine.connect() as connection:
            return connection.execute(
                text("SELECT state FROM exam WHERE public_id = :e"), {"e": self.exam}
            ).scalar_one()
