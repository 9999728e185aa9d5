"""The dispute view. The office reads the answers once the paper is closed; the room sees only which one changed."""

from flask import abort, render_template, request

from exambank import clock, web
from exambank.permissions import Permission, allows
from exambank.sittings import service
from exambank.sittings.rules import replay
from exambank.sittings.views.blueprint import bp
from exambank.sittings.views.room import load_seat


@bp.get("/room/seat/<sitting>/replay")
@web.requires(Permission.ROOM_WATCH, of=load_seat)
def show_replay(sitting):
    """Without script each minute is a link; ``?minute=`` says at which one the answers are shown."""
    if sitting.entered_at is None:
        abort(404)
    may_read = sitting.state == "closed" and allows(web.actor(), Permission.QUARANTINE_DECIDE, sitting)
    shown = service.play_again(sitting, clock.now())
    last = len(shown.minutes) - 1
    minute = min(max(request.args.get("minute", last, int), 0), last)
    service.note_replay(actor=web.actor(), sitting=sitting, with_content=may_read)
    return render_template(
        "sittings/show_replay.html", sitting=sitting, exam=sitting.exam, replay=shown, minute=minute, last=last,
        stretches=replay.stretches(shown.minutes, lambda one: one.number == minute), may_read=may_read,
        lines=service.standing_lines(sitting, shown, minute, may_read), words_of=_words(sitting, may_read),
        silence_words=service.silence_words,
    )  # fmt: skip


def _words(sitting, may_read: bool):
    """What was given, for a line of the log; None for who may not read it."""
    questions = service.questions_of(sitting)
    return lambda given: service.describe_answer(questions[given.question - 1], given.payload) if may_read else None
