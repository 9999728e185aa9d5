"""When the bank learns what papers hold: not before their exam is over.

Its lists show every lecturer of a module which questions were used last. Told at the opening, they would show the paper
between the opening and the bell to people who may not see it.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from exambank.assembly.models import ExamPaper, PaperSeal, PaperSet
from exambank.bank import service as bank
from exambank.bank.models import ItemUse
from exambank.db import db, unit_of_work

USES_WAIT = timedelta(days=1)


def record_uses(paper_set: PaperSet) -> None:
    """Tell the bank what the papers of an open set hold, as of their opening; again is harmless.

    Told at once of papers that were never sealed; of sealed ones when their exam is over or they are declassified, at
    the latest a day after they were to be opened.
    """
    with unit_of_work():
        if paper_set.opened_at is None:
            return
        for paper in paper_set.papers:
            versions = [question["version"] for question in paper.layout]
            bank.record_use(versions, paper.public_id, paper_set.opened_at)


def record_late_uses(now: datetime) -> int:
    """For papers that no exam of the platform used (printed ones), or whose exam was never closed; how many sets."""
    query = (
        select(PaperSet)
        .join(PaperSet.seal)
        .where(PaperSet.opened_at <= now - USES_WAIT, PaperSet.source != "file")
        .where(or_(PaperSeal.opens_at.is_(None), PaperSeal.opens_at <= now - USES_WAIT))
        .where(PaperSet.papers.any((ExamPaper.question_count > 0) & ExamPaper.public_id.not_in(select(ItemUse.paper))))
        .limit(20)
    )
    found = db.session.execute(query).scalars().all()
    for paper_set in found:
        record_uses(paper_set)
    return len(found)
