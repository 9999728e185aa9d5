"""Exam cards (phiếu dự thi): the code of a candidacy, whose it is, and making a printed card worthless."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.accounts.models import User
from exambank.db import db, lock, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import rules
from exambank.exams.models import Candidacy, Exam
from exambank.permissions import Actor

_AHEAD = timedelta(days=1)  # a card opens the door of an exam that is near, not of one next month


@dataclass(frozen=True)
class CardHolder:
    """Whom a card and a session code name."""

    candidacy_id: int
    user_id: int
    exam_id: int


def card_of(candidacy: Candidacy) -> str:
    """The code of a candidate's present card; the same at every reprint, another after ``revoke_card``."""
    return _code(candidacy.public_id, candidacy.card_version)


def _code(candidacy: str, version: int) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return rules.card_code(hmac.new(key, rules.card_text(candidacy, version).encode(), hashlib.sha256).digest())


def find_card_holder(*, now: datetime, card: str, code: str) -> CardHolder | None:
    """Who holds this card of an exam with this session code. The same work is done whatever is typed.

    An exam without session code is opened by the card alone.
    """
    wanted = rules.read_card(card) or ""
    rows = db.session.execute(
        select(
            Candidacy.id, Candidacy.public_id, Candidacy.card_version, Candidacy.user_id, Candidacy.exam_id,
            Exam.session_code, Exam.conduct,
        )
        .join(Exam, Exam.id == Candidacy.exam_id)
        .join(User, User.id == Candidacy.user_id)
        .where(Exam.state.in_(("ready", "open")), Exam.opens_at < now + _AHEAD)
        .where(Candidacy.is_eligible, Candidacy.number.is_not(None), User.is_active)
    ).all()  # fmt: skip
    with_code = {row.exam_id: row.conduct for row in rows}  # read once an exam, not for each of its candidates
    with_code = {exam for exam, conduct in with_code.items() if rules.Conduct.parse(conduct).needs_code}
    found = None
    for row in rows:
        is_card = hmac.compare_digest(_code(row.public_id, row.card_version), wanted)
        is_code = rules.same_code(code, row.session_code) or row.exam_id not in with_code
        if is_card and is_code:
            found = CardHolder(row.id, row.user_id, row.exam_id)
    return found


def is_session_code(*, now: datetime, code: str) -> bool:
    """Whether an exam that is near has this session code."""
    query = select(Exam.session_code).where(Exam.state.in_(("ready", "open")), Exam.opens_at < now + _AHEAD)
    return sum(rules.same_code(code, known) for known in db.session.execute(query).scalars()) > 0


def revoke_card(*, actor: Actor, now: datetime, candidacy: Candidacy) -> None:
    """The printed card stops working, and every browser signed in as this learner has to sign in again."""
    with unit_of_work() as session:
        lock(candidacy)
        if candidacy.exam.state in {"closed", "cancelled"}:
            raise StateConflict(_("This exam is over: its cards open nothing any more."))
        candidacy.card_version += 1
        user = session.get(User, candidacy.user_id, with_for_update=True)
        user.session_version += 1
        audit.record(actor, "candidacy.card_revoked", candidacy, version=candidacy.card_version, at=now)
