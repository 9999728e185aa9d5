"""Moving on in a paper that is not open as a whole: one step by the candidate, or by the clock at a section's end."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, db
from exambank.courses.rules import RoomRules
from exambank.exams.models import Exam
from exambank.exams.rules import Conduct
from exambank.permissions import SYSTEM, Actor
from exambank.sittings import papers, rules
from exambank.sittings.models import Sitting
from exambank.sittings.rules import Act, Way, Window
from exambank.sittings.service.locking import lock_sitting, room_event
from exambank.sittings.service.refusals import Locked, NotHere, SeatTaken, TimeOver

unit_of_work = db.unit_of_work


def begin(row: Sitting) -> None:
    """At the first entry, under its lock: open what the exam opens, and start the first section's clock."""
    conduct = Conduct.parse(row.exam.conduct)
    window = rules.first_window(_way(row, conduct))
    _open(row, window)
    if window.section:
        _start_section(row, conduct, row.entered_at, row.incident_seconds)


def go(
    *, actor: Actor, now: datetime, sitting: Sitting, epoch: int, browser: str | None, to: int | None,
    section: int | None = None,
) -> Sitting:  # fmt: skip
    """One step forward. ``to``: the question after the last open one; one that is open already changes nothing, so that
    a request sent twice moves once. ``to`` None: leave ``section`` (the one the candidate believes to be in).
    """
    with unit_of_work() as session:
        row = lock_sitting(sitting)
        if row.browser != browser or row.epoch != epoch:
            raise SeatTaken(
                _("This page is older than your last entry. Open the exam again; what is saved stays saved.")
            )
        if not rules.may(row.state, Act.MOVE_ON) or (now > row.deadline_at and row.paused_at is None):
            raise TimeOver(_("Time is over. Nothing more can be opened."))
        if row.locked_at is not None:
            raise Locked(_("This exam paper is stopped until the invigilator has looked. Your answers are kept."))
        if not _is_step(row, to, section):
            return row
        conduct = Conduct.parse(row.exam.conduct)
        here = _window(row)
        there = (rules.next_window if to is not None else rules.next_section)(_way(row, conduct), here)
        if there is None:
            raise NotHere(_("There is nothing after this."))
        _move(session, row, conduct, there, now, actor, is_over=False)
        audit.record(actor, "sitting.moved_on", row, section=row.section, question=row.open_from)
    return row


def _is_step(row: Sitting, to: int | None, section: int | None) -> bool:
    """Whether this asks for the next step; False: it was taken before. Further than one step is refused."""
    if to is None:
        return section == row.section
    if to > row.open_to + 1:
        raise NotHere(_("This question is not open yet."))
    return to == row.open_to + 1


def move_overdue(now: datetime, frozen: Iterable[int] = ()) -> int:
    """Whoever's section is over goes into the next; returns how many steps were taken."""
    frozen = set(frozen)
    waiting = db.db.session.execute(
        select(Sitting.id, Sitting.exam_id, Sitting.section_deadline_at, Exam.rules)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(
            Sitting.state == "open", Sitting.paused_at.is_(None), Sitting.section_deadline_at < Sitting.deadline_at,
            Sitting.section_deadline_at < now,
        )
        .order_by(Sitting.id)
    ).all()  # fmt: skip
    done = 0
    for one in waiting:
        flush = timedelta(seconds=RoomRules.parse(one.rules).flush_window_seconds)
        if one.exam_id not in frozen and one.section_deadline_at + flush < now:
            done += _move_overdue(one.id, flush, now)
    return done


def _move_overdue(sitting_id: int, flush: timedelta, now: datetime) -> int:
    """Under the lock, as its times stand now; a seat that was silent for long passes several sections at once."""
    done = 0
    with unit_of_work() as session:
        row = lock_sitting(sitting_id)
        conduct = Conduct.parse(row.exam.conduct)
        way = _way(row, conduct)
        while _is_section_over(row, flush, now):
            there = rules.next_section(way, _window(row))
            if there is None:
                break
            _move(session, row, conduct, there, now, SYSTEM, is_over=True)
            done += 1
        if done:
            audit.record(SYSTEM, "sitting.section_over", row, section=row.section)
    return done


def _is_section_over(row: Sitting, flush: timedelta, now: datetime) -> bool:
    ends = row.section_deadline_at
    is_running = rules.may(row.state, Act.MOVE_ON) and row.paused_at is None
    return is_running and ends is not None and ends < row.deadline_at and ends + flush < now


def _move(session, row: Sitting, conduct: Conduct, there: Window, now: datetime, actor: Actor, is_over: bool) -> None:
    was = row.section
    _open(row, there)
    if there.section == was:
        return
    ends = row.section_deadline_at
    started = ends if is_over else min(now if row.paused_at is None else row.paused_at, ends)
    _start_section(row, conduct, started)
    session.add(room_event(row, "section_begun", now, actor, section=row.section, by_clock=is_over))


def _open(row: Sitting, window: Window) -> None:
    row.open_from, row.open_to, row.section = window.open_from, window.open_to, window.section


def _start_section(row: Sitting, conduct: Conduct, started_at: datetime, given_seconds: int = 0) -> None:
    """The section's own clock; with the last section's end the paper ends."""
    exam, extra = row.exam, row.candidacy.extra_seconds
    row.section_started_at = started_at
    if row.reopened_at is not None:  # the time of a reopened paper was given by a person, for all that is left of it
        row.section_deadline_at = row.deadline_at
        return
    seconds = rules.section_seconds(conduct.section_minutes, extra, exam.duration_seconds)
    row.section_deadline_at = rules.section_deadline(row.section, seconds, started_at, row.deadline_at, given_seconds)
    if row.section == len(seconds):
        row.deadline_at = row.section_deadline_at


def _window(row: Sitting) -> Window:
    return Window(row.open_from, row.open_to, row.section)


def _way(row: Sitting, conduct: Conduct) -> Way:
    sections = papers.sections_of(row.paper.layout) if conduct.section_minutes else ()
    return Way(row.question_count, conduct.navigation == "forward", sections)
