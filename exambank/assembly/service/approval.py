"""Papers are approved by a second person, withdrawn, bound to candidates."""

from datetime import datetime

from flask_babel import gettext as _

from exambank import audit
from exambank.assembly import rules
from exambank.assembly.models import PaperSet
from exambank.assembly.rules import PAPER_SET_STATES
from exambank.assembly.service.dealing import snapshot_hash
from exambank.assembly.service.looking import versions_of
from exambank.bank import service as bank
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor


def approve_papers(*, actor: Actor, now: datetime, paper_set: PaperSet) -> None:
    """A second person approves; from then on nothing of these papers changes, and the bank knows their use."""
    carried, pool = versions_of(paper_set.papers), bank.list_pool(paper_set.course_module_id)
    gone = carried - {item.version_id for item in pool}
    meeting = rules.first_meeting({paper.code: versions_of([paper]) for paper in paper_set.papers}, pool)
    with unit_of_work():
        lock(paper_set)
        _move(paper_set, "approved")
        if paper_set.dealt_by_id == actor.user_id:
            raise StateConflict(_("Whoever dealt these papers cannot approve them: a second person does."))
        if gone:
            raise StateConflict(
                _(
                    "%(count)s questions were changed or retired after dealing. Withdraw this set and deal again.",
                    count=len(gone),
                )
            )
        _refuse_meeting(meeting)
        if snapshot_hash({paper.code: paper.layout for paper in paper_set.papers}) != paper_set.snapshot_hash:
            raise StateConflict(
                _("These papers do not match their fingerprint. Do not use them; tell the quality office.")
            )
        paper_set.approved_by_id, paper_set.approved_at = actor.user_id, now
        for paper in paper_set.papers:
            bank.record_use([question["version"] for question in paper.layout], paper.public_id, now)
        audit.record(actor, "papers.approved", paper_set, hash=paper_set.snapshot_hash, papers=len(paper_set.papers))


def _refuse_meeting(meeting: rules.Meeting | None) -> None:
    if meeting is None:
        return
    one, other = meeting.codes
    raise StateConflict(
        _(
            "Paper %(paper)s holds %(one)s and %(other)s, which were named after dealing as questions that never meet "
            "in a paper. Withdraw this set and deal again.",
            paper=meeting.paper,
            one=one,
            other=other,
        )
    )


def withdraw_papers(*, actor: Actor, now: datetime, paper_set: PaperSet, reason: str) -> None:
    """Take a set out of use before it is bound to candidates; nothing is deleted."""
    if not reason.strip():
        raise InvalidInput(_("Say why the papers are withdrawn."))
    with unit_of_work():
        lock(paper_set)
        if paper_set.bound_at is not None:
            raise StateConflict(_("These papers belong to candidates of an exam already and cannot be withdrawn."))
        _move(paper_set, "withdrawn")
        audit.record(actor, "papers.withdrawn", paper_set, reason=reason, at=now)


def _move(paper_set: PaperSet, state: str) -> None:
    if state not in PAPER_SET_STATES[paper_set.state]:
        raise StateConflict(_("This set of papers is not in a state that allows this. Reload the page."))
    paper_set.state = state


def record_binding(paper_set: PaperSet, *, now: datetime) -> None:
    """Told by exams, inside its own act: these papers now belong to candidates."""
    with unit_of_work():
        lock(paper_set)
        if paper_set.state != "approved":
            raise StateConflict(_("Only approved papers can be given to candidates."))
        if paper_set.bound_at is None:
            paper_set.bound_at = now
