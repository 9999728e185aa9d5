"""Leaving the page, as the browser reports it: limited by the sitting and the minute, in the room's own store.

Like a flag it is written together with the saves that wait (no transaction of its own), and it can be switched off
(``RECORD_FOCUS``): nothing else depends on it.
"""

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from exambank import clock
from exambank.db import db, to_milliseconds
from exambank.sittings import store
from exambank.sittings.models import FocusEvent, Sitting
from exambank.sittings.papers import Place
from exambank.sittings.rules import focus
from exambank.sittings.service.lockdown import lockdown_of
from exambank.sittings.store import Seat
from exambank.sittings.store.run import Run

_MINUTE_MS = 60_000

_SEAT = """SELECT sitting.id, {now},
    (SELECT count(*) FROM focus_event WHERE sitting_id = sitting.id AND at > {now} - :minute),
    (SELECT coalesce(sum(count), 0) FROM focus_event WHERE sitting_id = sitting.id AND at > {now} - :minute)
FROM sitting
WHERE public_id = :sitting AND user_id = :user AND browser = :browser AND state IN ('open', 'collecting')
    AND EXISTS (SELECT 1 FROM "user" AS person
        WHERE person.id = sitting.user_id AND person.session_version = :version AND person.is_active)"""

_ADD = """INSERT INTO focus_event (sitting_id, kind, at, milliseconds, count)
VALUES (:id, :kind, :at, :ms, :count)"""

_MERGE = """UPDATE focus_event SET milliseconds = milliseconds + :ms, count = count + :count
WHERE id = (SELECT max(id) FROM focus_event WHERE sitting_id = :id AND kind = :kind)"""


def records_focus(place: Place) -> bool:
    """Whether leaving the page is recorded in this exam."""
    return current_app.config["RECORD_FOCUS"] and lockdown_of(place).lockdown == "watch"


def record_focus(place: Place, seat: Seat, events: tuple[focus.Seen, ...]) -> int:
    """Write what was reported, within the limits; what is above them is dropped without a word. The server's time."""
    if not events or not records_focus(place):
        return to_milliseconds(clock.now())
    try:
        return store.store().perform(lambda run: _write(run, seat, events)) or to_milliseconds(clock.now())
    except store.Busy:  # answers first: a hint may be lost
        return to_milliseconds(clock.now())


def _write(run: Run, seat: Seat, events: tuple[focus.Seen, ...]) -> int | None:
    rows = run(_SEAT, {"sitting": seat.sitting, "user": seat.user_id, "browser": seat.browser,
                       "version": seat.version, "minute": _MINUTE_MS})  # fmt: skip
    if not rows:
        return None
    sitting_id, now, written, counted = rows[0]
    for event in events:
        if counted + event.count > focus.COUNT_A_MINUTE:
            break
        values = {"id": sitting_id, "kind": event.kind, "ms": event.ms, "count": event.count}
        if written < focus.ROWS_A_MINUTE:
            run(_ADD, {**values, "at": now - event.ago_ms})
            written += 1
        else:
            run(_MERGE, values)
        counted += event.count
    return now


def list_focus(sitting: Sitting) -> list[focus.FocusLine]:
    """When and how long the page was left, for the invigilator and for whoever decides on late answers."""
    rows = db.session.execute(
        select(FocusEvent.kind, FocusEvent.at, FocusEvent.milliseconds, FocusEvent.count)
        .where(FocusEvent.sitting_id == sitting.id)
        .order_by(FocusEvent.at, FocusEvent.id)
    )
    return focus.timeline(tuple(row) for row in rows)


def focus_label(line: focus.FocusLine) -> str:
    """One line in words."""
    if line.is_short:
        return _("Another window for less than a second (keyboard program, system message?), %(count)s times",
                 count=line.count)  # fmt: skip
    seconds = round(line.seconds)
    return {
        "blur": _("Another window in front: %(count)s times, %(seconds)s seconds in all", count=line.count,
                  seconds=seconds),
        "hidden": _("Exam page hidden: %(count)s times, %(seconds)s seconds in all", count=line.count, seconds=seconds),
        "fullscreen": _("Full screen ended: %(count)s times", count=line.count),
    }[line.kind]  # fmt: skip


def lock_reason(reason: str | None) -> str:
    """Why a seat was stopped."""
    return {
        "seb": _("A request did not come from Safe Exam Browser with the settings of this exam."),
        "identity": _("The identity was rejected."),
        "offence": _("An offence is being recorded."),
    }.get(reason or "", _("Stopped by the invigilator."))
