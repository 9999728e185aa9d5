"""The dispute view: a sitting played again from what the server wrote down while it went on."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select

from exambank import audit, db
from exambank.accounts.models import User
from exambank.permissions import Actor
from exambank.sittings import papers, versions
from exambank.sittings.models import ContactGap, QuarantinedSave, ResponseEvent, RoomEvent, Sitting, Submission
from exambank.sittings.papers import Question
from exambank.sittings.rules import replay
from exambank.sittings.rules.receipts import Held
from exambank.sittings.rules.replay import Given, Happening, Minute, Span
from exambank.sittings.service import focus, messages, words
from exambank.sittings.service.answers import describe_answer
from exambank.sittings.service.history import verify_history
from exambank.sittings.service.reading import questions_of
from exambank.sittings.service.receipts import find_held
from exambank.sittings.service.reopening import list_submissions

unit_of_work = db.unit_of_work


@dataclass(frozen=True)
class Handed:
    """One handing-in and what the history still holds of it."""

    closing: Sitting | Submission
    held: Held | None


@dataclass(frozen=True)
class Replay:
    """A whole sitting. ``is_whole``: the history, chained anew, gives the head that stands in receipt and minutes."""

    given: tuple[Given, ...]
    minutes: tuple[Minute, ...]
    is_whole: bool
    head: str | None
    handed: tuple[Handed, ...]

    def standing(self, minute: int) -> dict[int, Given]:
        """The answers at the end of a minute; at the end of all for the last one."""
        is_last = minute == len(self.minutes) - 1
        return replay.standing(self.given, self.given[-1].at if is_last and self.given else self._end(minute))

    def _end(self, minute: int) -> datetime:
        return self.minutes[minute].begins_at + replay.MINUTE


def play_again(sitting: Sitting, now: datetime) -> Replay:
    """Everything of a sitting that was entered, by its minutes."""
    given = tuple(_given(sitting))
    gaps = list(
        db.db.session.execute(
            select(ContactGap).where(ContactGap.sitting_id == sitting.id).order_by(ContactGap.began_at)
        ).scalars()
    )
    ended_at = sitting.closed_at or now
    happenings = [*_log(sitting), *_gaps(gaps), *_focus(sitting), *_said(sitting), *_late(sitting)]
    silences = [Span(one.began_at, one.ended_at) for one in gaps]
    found = replay.minutes(sitting.entered_at, ended_at, given, happenings, silences)
    closings = [*list_submissions(sitting), *([sitting] if sitting.receipt else [])]
    return Replay(
        given, tuple(found), verify_history(sitting), sitting.chain_head,
        tuple(Handed(one, find_held(sitting, one)) for one in closings),
    )  # fmt: skip


def note_replay(*, actor: Actor, sitting: Sitting, with_content: bool) -> None:
    """Every opening is on record: who looked, and whether the answers' words were shown."""
    with unit_of_work():
        audit.record(actor, "sitting.replayed", sitting, with_content=with_content)


def _given(sitting: Sitting) -> Iterator[Given]:
    rows = db.db.session.execute(
        select(ResponseEvent).where(ResponseEvent.sitting_id == sitting.id).order_by(ResponseEvent.id)
    ).scalars()
    paper = sitting.paper.public_id
    for one in rows:
        yield Given(one.received_at, one.question, one.payload, papers.is_blank(paper, one.question, one.payload))


def _log(sitting: Sitting) -> Iterator[Happening]:
    """What concerns this candidate, and what was done to the whole room or exam meanwhile."""
    person = select(User.full_name).where(User.public_id == RoomEvent.actor).scalar_subquery()
    to_all = RoomEvent.sitting_id.is_(None) & or_(RoomEvent.room_id.is_(None), RoomEvent.room_id == sitting.room_id)
    ended_at = sitting.closed_at or sitting.last_contact_at or sitting.entered_at
    rows = db.db.session.execute(
        select(RoomEvent.at, RoomEvent.kind, RoomEvent.details, person)
        .where(
            RoomEvent.exam_id == sitting.exam_id,
            or_(
                RoomEvent.sitting_id == sitting.id,
                to_all & (RoomEvent.at >= sitting.entered_at) & (RoomEvent.at <= ended_at),
            ),
        )
        .order_by(RoomEvent.id)
    )
    for at, kind, details, who in rows:
        yield Happening(at, "log", words.event_label(kind, details), who)


def _gaps(gaps: list[ContactGap]) -> Iterator[Happening]:
    for one in gaps:
        yield Happening(one.began_at, "gap", _("Last contact before a silence"))
        if one.ended_at is not None:
            seconds = round((one.ended_at - one.began_at).total_seconds())
            yield Happening(one.ended_at, "gap", _("In contact again after %(seconds)s seconds", seconds=seconds))


def _focus(sitting: Sitting) -> Iterator[Happening]:
    for line in focus.list_focus(sitting):
        yield Happening(line.began_at, "focus", focus.focus_label(line))


def _said(sitting: Sitting) -> Iterator[Happening]:
    told = messages.list_notices(sitting)
    for one in told.messages:
        yield Happening(one.sent_at, "message", _("Message: %(text)s", text=one.text))
    for one in told.objections:
        yield Happening(
            one.raised_at, "objection",
            _("Reported question %(number)s: %(text)s", number=one.question, text=one.text),
        )  # fmt: skip


def _late(sitting: Sitting) -> Iterator[Happening]:
    rows = db.db.session.execute(
        select(QuarantinedSave).where(QuarantinedSave.sitting_id == sitting.id).order_by(QuarantinedSave.id)
    ).scalars()
    for one in rows:
        yield Happening(
            one.received_at, "late",
            _("Answer to question %(number)s kept aside: it %(reason)s", number=one.question,
              reason=words.quarantine_reason(one.reason)),
        )  # fmt: skip


@dataclass(frozen=True)
class StandingLine:
    """One question in the table of a minute; ``words`` only for who may read them."""

    number: int
    given: Given | None
    words: str | None
    is_typed: bool


def standing_lines(sitting: Sitting, shown: Replay, minute: int, with_content: bool) -> list[StandingLine]:
    """Every question of the paper as it stood at the end of this minute."""
    found = shown.standing(minute)
    return [
        StandingLine(
            one.number, found.get(one.number),
            full_words(one, found[one.number]) if with_content and one.number in found else None, one.is_typed,
        )
        for one in questions_of(sitting)
    ]  # fmt: skip


def full_words(question: Question, given: Given) -> str:
    """An answer as it was given: typed text whole, everything else as the room shows it."""
    if question.is_typed:
        return versions.words_of(question.view, json.loads(given.payload)) or _("blank")
    return describe_answer(question, given.payload)


def silence_words(seconds: int) -> str:
    """How long the server heard nothing within a minute."""
    return ngettext("%(num)s second without contact", "%(num)s seconds without contact", seconds)
