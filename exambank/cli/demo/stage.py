"""The stage: the clock is set back and runs forward through the acts; each act is somebody's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from exambank import clock
from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.exams import service as exams
from exambank.permissions import Actor
from exambank.sittings import sweeper

EXAM_WAS_DAYS_AGO = 14


class Stage:
    """Dates of the play, its clock, and who acts."""

    def __init__(self, present: datetime, tell: Callable[[str], None]):
        self.present = present
        self.tell = tell
        self._has_begun = False
        self._zone = ZoneInfo(current_app.config["TIMEZONE"])
        self.today = present.astimezone(self._zone).date()
        self.exam_day = _weekday_on_or_before(self.today - timedelta(days=EXAM_WAS_DAYS_AGO))

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of the school's own day."""
        return datetime.combine(day, time(hour, minute), tzinfo=self._zone)

    def before_exam(self, days: int, hour: int = 9) -> datetime:
        """So many days before the finished exam."""
        return self.moment(self.exam_day - timedelta(days=days), hour)

    def go_to(self, moment: datetime) -> None:
        """Set this process's clock, after the first time never back: acts follow each other, as their chain shows."""
        if self._has_begun and clock.now() >= moment:
            return
        self._has_begun = True
        clock.shift(timedelta())
        clock.shift(moment - clock.now())

    @property
    def now(self) -> datetime:
        return clock.now()

    def user(self, code: str) -> User:
        """Somebody of the list."""
        found = accounts.find_user(code)
        if found is None:
            raise LookupError(code)
        return found

    def actor(self, code: str) -> Actor:
        """The same person with the rights of this moment."""
        user = self.user(code)
        return exams.actor_for(user.id, user.session_version)


def _weekday_on_or_before(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


@contextmanager
def time_of_our_own() -> Iterator[None]:
    """What is written is Vietnamese, the worker is not woken for every act; afterwards the clock is put right again."""
    app = current_app._get_current_object()
    nudge, app.config["NUDGE_WORKER"] = app.config["NUDGE_WORKER"], False
    try:
        with force_locale("vi"):
            yield
    finally:
        clock.shift(timedelta())
        app.config["NUDGE_WORKER"] = nudge
        sweeper.stop_room(app)
