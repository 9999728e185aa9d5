"""Journals left behind on a machine: their person, signed in on that machine again, gets the key to hand them up."""

from exambank import clock, web
from exambank.permissions import Permission
from exambank.sittings import service
from exambank.sittings.rules import State
from exambank.sittings.views import seats
from exambank.sittings.views.api import answer
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.candidate import load_sitting


@bp.get("/sit/<sitting>/journal")
@web.requires(Permission.SITTING_TAKE, of=load_sitting)
def show_journal_key(sitting):
    """Only for a browser that has sat here, and only to its own learner: another one has no journal to open."""
    if seats.entered_before(sitting.public_id) is None or sitting.state == State.READY:
        return answer(404, error="not_found")
    return answer(
        **service.clock_of(sitting, clock.now()).as_dict(), journal_key=sitting.journal_key,
        is_seat=seats.browser(sitting.public_id) == sitting.browser,
    )  # fmt: skip
