"""What a calibration tells of items: slope, difficulty and asymptote on the bank's scale, of the version in force."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from exambank.bank.models import Item
from exambank.db import db, in_batches, unit_of_work

BATCH = 50
_FIGURES = ("a", "b", "c")


def record_calibration(*, rows: Iterable[Mapping[str, Any]]) -> int:
    """Keep the parameters of versions in force; returns how many items changed. Told twice, nothing changes.

    A row: item_version_id, a, b and c (all three None: not calibrated any more). Of a version that is not (or no
    longer) in force nothing is kept: parameters belong to a text.
    """
    wanted = {row["item_version_id"]: tuple(row[name] for name in _FIGURES) for row in rows}
    changed = 0
    for batch in in_batches(sorted(wanted), BATCH):
        with unit_of_work() as session:
            known = session.execute(_parameters().where(Item.accepted_version_id.in_(batch))).all()
            values = [
                {"id": item_id, **dict(zip(_COLUMNS, wanted[version_id], strict=True))}
                for item_id, version_id, *own in known
                if tuple(own) != wanted[version_id]
            ]
            if values:
                session.execute(update(Item), values)
                session.expire_all()  # the rows were changed by a statement, not through their objects
        changed += len(values)
    return changed


_COLUMNS = ("irt_a", "irt_b", "irt_c")


def _parameters():
    return select(Item.id, Item.accepted_version_id, Item.irt_a, Item.irt_b, Item.irt_c)


def list_calibrated(course_module_id: int) -> list[int]:
    """The versions in force of a bank that have parameters."""
    query = select(Item.accepted_version_id).where(
        Item.course_module_id == course_module_id, Item.irt_a.isnot(None), Item.accepted_version_id.isnot(None)
    )
    return sorted(db.session.scalars(query))


def forget_calibration(session, item_ids: Sequence[int]) -> None:
    """Drop the parameters of these items, within the unit of work of whoever asks: another text came into force."""
    values = {"irt_a": None, "irt_b": None, "irt_c": None}
    for start in range(0, len(item_ids), 500):
        held = Item.id.in_(list(item_ids[start : start + 500]))
        session.execute(update(Item).where(held, Item.irt_a.isnot(None)).values(values))
