"""Forms of exams: times as people type them (the school's zone), lists of codes, reasons."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from exambank import text
from exambank.exams import rules, service
from exambank.exams.models import Exam
from exambank.web import BaseForm

REQUIRED = _l("This must not be empty.")


class LocalTime(DateTimeLocalField):
    """A time typed in the school's zone; ``data`` is the aware UTC time."""

    def __init__(self, label=None, validators=None, **values):
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **values)

    def process_data(self, value) -> None:
        self.data = value and value.astimezone(_zone()).replace(tzinfo=None)

    def process_formdata(self, valuelist) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write date and time, such as 2026-11-24 08:00.")) from error

    def utc(self) -> datetime | None:
        """The time in UTC."""
        return self.data and self.data.replace(tzinfo=_zone()).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["TIMEZONE"])


class Whole(IntegerField):
    """A whole number, refused in the user's language."""

    def process_formdata(self, valuelist) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist if value.strip()])
        except ValueError as error:
            raise ValueError(_("Write a whole number, such as 60.")) from error


class Minutes(StringField):
    """A duration in minutes, whole or not ("1,5" is 90 seconds); ``data`` stays what was typed."""

    def process_data(self, value) -> None:
        self.data = None if value is None else text.format_points(Decimal(value), str(get_locale()))

    def seconds(self) -> int | None:
        """The nearest whole second, or None when what was typed is no duration."""
        try:
            return int((text.parse_points(self.data or "") * 60).to_integral_value())
        except ValueError:
            return None


class Choice(SelectField):
    """One of the list."""

    def pre_validate(self, form) -> None:
        if self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(_("Choose one of the list."))


class Choices(SelectMultipleField):
    """Any of the list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form) -> None:
        if not {choice[0] for choice in self.iter_choices()}.issuperset(self.data or ()):
            raise ValidationError(_("Choose from the list."))


def _options(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, str(label)) for value, label in pairs]


class ReleaseForm(BaseForm):
    """When learners see their mark and their paper."""

    mark = Choice(_l("Learners see their mark"), [InputRequired(REQUIRED)], choices=[])
    review = Choice(_l("Learners see their paper with the key"), [InputRequired(REQUIRED)], choices=[])

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.mark.choices = _options([(rule, service.release_label(rule)) for rule in rules.MARK_RELEASES])
        self.review.choices = _options([(rule, service.release_label(rule)) for rule in rules.REVIEW_RELEASES])

    def release(self) -> dict[str, str]:
        return {"mark": self.mark.data, "review": self.review.data}


class ScheduleForm(ReleaseForm):
    """When and for how long; without an end the window is as long as the exam."""

    title = StringField(_l("Title of the exam"), [InputRequired(REQUIRED), Length(max=300)])
    opens_at = LocalTime(_l("Starts at"), [InputRequired(REQUIRED)])
    minutes = Minutes(_l("Duration in minutes"), [InputRequired(REQUIRED)])
    closes_at = LocalTime(_l("End of the window"), [Optional()])
    start_mode = Choice(_l("Time is counted"), [InputRequired(REQUIRED)], choices=[])

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.start_mode.choices = _options([(mode, service.start_mode_label(mode)) for mode in rules.START_MODES])

    def validate_minutes(self, field) -> None:
        seconds = field.seconds()
        if seconds is None or not 60 <= seconds <= 24 * 3600:
            raise ValidationError(_("Write a duration from 1 minute to 24 hours, such as 60 or 1,5."))

    def times(self) -> dict:
        """What the service wants to know."""
        opens_at, seconds = self.opens_at.utc(), self.minutes.seconds()
        return {
            "title": self.title.data, "opens_at": opens_at, "duration_seconds": seconds,
            "closes_at": self.closes_at.utc() or opens_at + timedelta(seconds=seconds),
            "start_mode": self.start_mode.data, "release": self.release(),
        }  # fmt: skip


class NewExamForm(ScheduleForm):
    """The same for a new exam, with its class and rooms."""

    offering = Choice(_l("Course module and class"), [InputRequired(REQUIRED)], choices=[])
    rooms = TextAreaField(_l("Rooms, one a line"), [InputRequired(REQUIRED), Length(max=4000)])

    def offer(self, offerings) -> None:
        self.offering.choices = _options(
            [(one.public_id, f"{one.course_module.name}, {one.cohort.name}, {one.term.name}") for one in offerings]
        )

    def room_names(self) -> list[str]:
        return [line for line in (self.rooms.data or "").splitlines() if line.strip()]


def schedule_values(exam: Exam) -> dict:
    """A stored exam as the form shows it."""
    return {
        "title": exam.title, "opens_at": exam.opens_at, "closes_at": exam.closes_at,
        "minutes": round(Decimal(exam.duration_seconds) / 60, 4).normalize(), "start_mode": exam.start_mode,
        **exam.release,
    }  # fmt: skip


class CodesForm(BaseForm):
    """Learners' codes, a line each, with a candidate number where the school has its own."""

    codes = TextAreaField(_l("Learners' codes, one a line"), [InputRequired(REQUIRED), Length(max=100_000)])


class NumberForm(BaseForm):
    number = StringField(_l("Candidate number"), [InputRequired(REQUIRED), Length(max=20)])


class ExtraTimeForm(BaseForm):
    """Minutes on top of the duration, with the reason that the decision gives."""

    minutes = Whole(_l("Extra minutes"), [InputRequired(REQUIRED)])
    reason = StringField(_l("Reason"), [InputRequired(REQUIRED), Length(max=300)])


class ReasonForm(BaseForm):
    reason = StringField(_l("Reason"), [InputRequired(REQUIRED), Length(max=300)])


class RoomsForm(BaseForm):
    names = TextAreaField(_l("New rooms, one a line"), [InputRequired(REQUIRED), Length(max=4000)])


class InvigilatorsForm(BaseForm):
    people = Choices(_l("Invigilators"), choices=[])

    def offer(self, users) -> None:
        self.people.choices = _options([(user.public_id, f"{user.full_name} ({user.code})") for user in users])


class RoomChoiceForm(BaseForm):
    room = Choice(_l("Room"), [InputRequired(REQUIRED)], choices=[])

    def offer(self, rooms) -> None:
        self.room.choices = _options([(room.public_id, room.name) for room in rooms])


class PapersForm(BaseForm):
    paper_set = Choice(_l("Set of papers"), [InputRequired(REQUIRED)], choices=[])

    def offer(self, sets) -> None:
        self.paper_set.choices = _options(
            [(one.public_id, _("%(name)s, %(count)s papers", name=one.name, count=len(one.papers))) for one in sets]
        )


class ConductForm(BaseForm):
    """How the room is run; ``minutes`` has a field for each part of the paper, where the papers have parts."""

    start_mode = RadioField(_l("Time is counted"), [InputRequired(REQUIRED)], choices=[])
    needs_code = BooleanField(_l("The session code is typed at the entry"))
    needs_identity = BooleanField(_l("Nobody enters before the invigilator has confirmed who it is"))
    navigation = RadioField(_l("Candidates move in the paper"), [InputRequired(REQUIRED)], choices=[])
    minutes = StringField(_l("Minutes of each part, in order"), [Length(max=100)])

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.start_mode.choices = [(mode, service.start_mode_label(mode)) for mode in rules.START_MODES]
        self.navigation.choices = [(one, service.navigation_label(one)) for one in rules.NAVIGATIONS]

    def validate_minutes(self, field) -> None:
        if not all(part.isascii() and part.isdecimal() and len(part) < 5 for part in self._parts()):
            raise ValidationError(_("Write whole minutes with spaces between them, such as 30 60."))

    def _parts(self) -> list[str]:
        return (self.minutes.data or "").replace(",", " ").replace(";", " ").replace("+", " ").split()

    def wish(self) -> dict:
        """What the service wants to know."""
        return {
            "start_mode": self.start_mode.data, "needs_code": self.needs_code.data,
            "needs_identity": self.needs_identity.data, "navigation": self.navigation.data,
            "section_minutes": tuple(int(part) for part in self._parts()),
        }  # fmt: skip


class LockdownForm(BaseForm):
    """How the machines are locked; passwords are never shown again, empty they leave what is there."""

    lockdown = RadioField(_l("The machines are locked by"), [InputRequired(REQUIRED)], choices=[])
    address = StringField(_l("Address of this server in the room"), [Length(max=200)])
    quit_password = PasswordField(_l("Password that closes Safe Exam Browser"), [Length(max=100)])
    is_sealed = BooleanField(_l("Lock the settings file with a password"))
    file_password = PasswordField(_l("Password of the settings file"), [Length(max=100)])
    browser_exam_keys = TextAreaField(_l("Browser exam keys, one a line"), [Optional(), Length(max=10_000)])
    file = FileField(_l("Settings file of your own (.seb)"), [Optional()])
    own_password = PasswordField(_l("Password it is locked with"), [Length(max=100)])
    reason = StringField(_l("Reason for a change while the exam is open"), [Optional(), Length(max=300)])

    def __init__(self, *args, **values):
        super().__init__(*args, **values)
        self.lockdown.choices = [(one, service.lockdown_label(one)) for one in rules.LOCKDOWNS]

    def wish(self) -> service.LockdownWish:
        """What the service wants to know."""
        upload = request.files.get("file")
        return service.LockdownWish(
            lockdown=self.lockdown.data, address=self.address.data or "",
            browser_exam_keys=self.browser_exam_keys.data or "", quit_password=self.quit_password.data or "",
            is_sealed=self.is_sealed.data, file_password=self.file_password.data or "",
            file=upload.read() if upload and upload.filename else None, own_password=self.own_password.data or "",
        )  # fmt: skip
