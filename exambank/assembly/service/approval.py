"""Papers are approved by a second person and sealed in the same act; withdrawn; bound to candidates."""

from datetime import datetime

from flask_babel import gettext as _

from exambank import audit, jobs
from exambank.assembly import rules
from exambank.assembly.models import PaperSet
from exambank.assembly.rules import PAPER_SET_STATES
from exambank.assembly.service.content import SetContent, content_of, snapshot_hash
from exambank.assembly.service.fairness import refuse_release
from exambank.assembly.service.opening import write_plain
from exambank.assembly.service.sealing import Closed, SealChoice, close_content, write_seal
from exambank.bank import service as bank
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor, Permission, allows

_NO_SEAL = SealChoice("none")


def approve_papers(*, actor: Actor, now: datetime, paper_set: PaperSet, seal: SealChoice = _NO_SEAL) -> None:
    """A second person approves; from then on nothing of these papers changes, and nobody sees them until the opening.

    With the seal "none" (practice) the same act opens them: rows, seed, and the bank knows their use.
    """
    if paper_set.state != "dealt":
        raise StateConflict(_("This set of papers is not in a state that allows this. Reload the page."))
    content = content_of(paper_set)
    refuse_release(paper_set)
    versions = {question["version"] for layout in content.layouts.values() for question in layout}
    pool = bank.list_pool(paper_set.course_module_id) if versions else []
    gone = versions - {item.version_id for item in pool}
    meeting = rules.first_meeting(_by_paper(content), pool)
    made = close_content(paper_set, content, seal)
    with unit_of_work() as session:
        lock(paper_set)
        _move(paper_set, "approved")
        if paper_set.dealt_by_id == actor.user_id:
            raise StateConflict(_("Whoever dealt these papers cannot approve them: a second person does."))
        _refuse_gone(gone)
        _refuse_meeting(meeting, allows(actor, Permission.PAPERS_SEE, paper_set))
        if snapshot_hash(content) != paper_set.snapshot_hash:
            raise StateConflict(
                _("These papers do not match their fingerprint. Do not use them; tell the quality office.")
            )
        paper_set.approved_by_id, paper_set.approved_at = actor.user_id, now
        write_seal(session, paper_set, made, sealed_by_id=actor.user_id, now=now)
        if made.mode == "none":
            write_plain(paper_set, made.body, made.key, opened_by=[actor.public_id], now=now)
        else:
            jobs.publish("papers.sealed", paper_set.public_id)  # printed proofs go at once
        audit.record(
            actor, "papers.approved", paper_set, hash=paper_set.snapshot_hash, papers=len(paper_set.papers),
            seal=made.mode, holders=_names(made),
        )  # fmt: skip


def _by_paper(content: SetContent) -> dict[str, set[int]]:
    return {code: {question["version"] for question in layout} for code, layout in content.layouts.items()}


def _names(made: Closed) -> list[str]:
    return [key.user.public_id for key in made.holders]


def _refuse_gone(gone: set[int]) -> None:
    if gone:
        raise StateConflict(
            _(
                "%(count)s questions were changed or retired after dealing. Withdraw this set and deal again.",
                count=len(gone),
            )
        )


def _refuse_meeting(meeting: rules.Meeting | None, may_see: bool) -> None:
    """Named only to whoever may see the papers: enemies are named in the bank, and approving would tell who meets."""
    if meeting is None:
        return
    if not may_see:
        raise StateConflict(
            _(
                "A paper holds two questions that were named after dealing as never meeting in a paper. Withdraw this "
                "set and deal again."
            )
        )
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
    """Take a set out of use before it is bound to candidates; nothing is deleted, a seal stays closed for good."""
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
