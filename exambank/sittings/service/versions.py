"""The versions of one typed answer, as the history kept them: at most one in fifteen seconds, and the last."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from exambank.db import db
from exambank.sittings import rules, versions
from exambank.sittings.models import ResponseEvent, Sitting
from exambank.sittings.papers import Question
from exambank.sittings.service.reading import questions_of


@dataclass(frozen=True)
class Version:
    """One state of a typed answer; ``epoch`` counts the entries: a new one is another machine or a reload."""

    number: int
    at: datetime
    epoch: int
    letters: int
    change: int
    text: str


def list_typed(sitting: Sitting) -> list[tuple[Question, int]]:
    """The questions whose answers are typed, each with how many versions of it there are."""
    rows = db.session.execute(
        select(ResponseEvent.question, func.count())
        .where(ResponseEvent.sitting_id == sitting.id)
        .group_by(ResponseEvent.question)
    )
    counts = dict(rows.all())
    return [(one, counts.get(one.number, 0)) for one in questions_of(sitting) if one.is_typed]


def versions_of(sitting: Sitting, question: Question) -> list[Version]:
    """Every version of one typed answer, oldest first; whoever may not see content shows times and lengths alone."""
    events = db.session.execute(
        select(ResponseEvent)
        .where(ResponseEvent.sitting_id == sitting.id, ResponseEvent.question == question.number)
        .order_by(ResponseEvent.id)
    ).scalars()
    found: list[Version] = []
    for number, event in enumerate(events, start=1):
        text = versions.words_of(question.view, json.loads(event.payload))
        before = found[-1].letters if found else 0
        epoch, _n = rules.split_seq(event.seq)
        found.append(Version(number, event.received_at, epoch, len(text), len(text) - before, text))
    return found
