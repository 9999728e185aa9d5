"""Holding a sitting: the row as it is now, alone, under the lock until the commit."""

from sqlalchemy import inspect, select

from exambank.db import db
from exambank.sittings.models import Sitting


def lock_sitting(sitting: Sitting | int) -> Sitting:
    """Read the sitting (row or key) anew and hold it; what it points at is loaded apart: no outer join is locked."""
    key = sitting if isinstance(sitting, int) else inspect(sitting).identity[0]  # reading ``.id`` would load it twice
    query = select(Sitting).where(Sitting.id == key).with_for_update(of=Sitting)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()
