"""Who may sign in to the demonstration, told every time: read from the database, never from memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.cli.demo import content
from exambank.cli.language import _
from exambank.db import db
from exambank.exams.models import Candidacy, Exam
from exambank.sittings.models import Sitting

DEFAULT_PASSWORD = "exambank-demo"
STAFF = ("GV01", "TK01", "DT01", "KT01", "CT01", "CH01", "LD01", "IT01", "TT01")  # one for each role


@dataclass(frozen=True)
class SignIn:
    """One line of the list."""

    code: str
    full_name: str
    what: str
    has_default: bool


def list_signins() -> list[SignIn]:
    """The demonstration's people who are there, each with what they are good for; none in a school's own database."""
    names = dict(content.people())
    found = []
    for code, what in (*_staff(), *_learners()):
        user = accounts.find_user(code)
        if user is not None and user.full_name == names.get(code):
            has_default = accounts.hasher().verify(user.password_hash, DEFAULT_PASSWORD)
            found.append(SignIn(user.code, user.full_name, what, has_default))
    return found


def _staff() -> Iterator[tuple[str, str]]:
    for code in STAFF:
        user = accounts.find_user(code)
        if user is not None:
            yield code, ", ".join(str(accounts.role_label(grant.role)) for grant in user.grants)


def _learners() -> Iterator[tuple[str, str]]:
    running = find_exam("open")
    if running is not None:
        fresh = _candidates(running, Sitting.state == "ready")
        yield from ((code, _("learner, may enter the open exam")) for code in fresh[:3])
        at_work = _candidates(running, Sitting.state == "open")
        yield from ((code, _("learner, is in the open exam already")) for code in at_work[:1])
    coming = find_exam("ready")
    if coming is not None:
        yield from ((code, _("learner, sits again tomorrow")) for code in _candidates(coming)[:1])
    over = find_exam("closed")
    if over is not None:
        known = set(_candidates(coming)) if coming is not None else set()
        done = [code for code in _candidates(over, Sitting.closed_by != "absent") if code not in known]
        yield from ((code, _("learner, sees a published grade")) for code in done[:1])


def find_exam(state: str) -> Exam | None:
    """The demonstration's exam in this state."""
    titles = content.texts()["exams"].values()
    query = select(Exam).where(Exam.state == state, Exam.title.in_(titles)).order_by(Exam.id).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def _candidates(exam: Exam, *conditions) -> list[str]:
    query = (
        select(User.code)
        .join(Candidacy, Candidacy.user_id == User.id)
        .join(Sitting, Sitting.candidacy_id == Candidacy.id)
        .where(Candidacy.exam_id == exam.id, *conditions)
        .order_by(Candidacy.number)
    )
    return list(db.session.execute(query).scalars())
