"""Codes of the room in the user's language, in one place."""

from datetime import datetime

from flask_babel import format_time
from flask_babel import gettext as _


def entry_refusal(reason: str, until: datetime | None) -> str:
    """Why a candidate may not enter now, and what to do."""
    at = format_time(until, "HH:mm") if until else ""
    messages = {
        "not_open": _(
            "The invigilator has not opened this exam yet. Stay on this page and try again at %(at)s.", at=at
        ),
        "not_started": _("The exam starts at %(at)s. Stay on this page and try again then.", at=at),
        "too_late": _("Entry ended at %(at)s. Report to the invigilator.", at=at),
        "time_over": _("Time was over at %(at)s. What reached the server counts.", at=at),
        "closed": _("This exam is closed."),
        "cancelled": _("This exam was cancelled. The training office will announce a new date."),
    }
    return messages.get(reason, _("You cannot enter this exam now. Report to the invigilator."))


def save_refusal(error: str) -> str:
    """Why a save was not counted, for the plain pages."""
    messages = {
        "seat_taken": _(
            "Another machine has taken over this exam paper. What you sent from here is kept for the invigilator."
        ),
        "re_enter": _("This page is older than your last entry. Open the exam again; what is saved stays saved."),
        "not_entered": _("You have not entered this exam yet."),
        "collecting": _("Time is over. What you sent now came too late to count by itself; it is kept for a decision."),
        "closed": _("The exam paper is closed. What you sent now is kept for a decision."),
        "busy": _("The server could not save this now. Nothing is lost: send the page again."),
        "sign_in": _("You are signed out. Sign in again; what is saved stays saved."),
    }
    return messages.get(error, _("This could not be saved. Call the invigilator."))


def event_label(kind: str, details: dict) -> str:
    """A line of the room's log."""
    labels = {
        "opened": _("Exam opened"),
        "entered": _("Entered the room"),
        "re_entered": _("Opened the exam again on the same machine"),
        "taken_over": _("Continued on another machine"),
        "code_refused": _("Typed a wrong code"),
        "takeover_issued": _("Code for another machine issued"),
        "extended": _("%(minutes)s minutes added: %(reason)s", minutes=details.get("seconds", 0) // 60,
                      reason=details.get("reason", "")),
        "paused": _("Paused: %(reason)s", reason=details["reason"]) if details.get("reason") else _("Paused"),
        "resumed": _("Resumed after %(seconds)s seconds, which were given back", seconds=details.get("seconds", 0)),
        "submitted": _("Handed in"),
        "closed_deadline": _("Collected at the deadline"),
        "closed_invigilator": _("Collected by the invigilator: %(reason)s", reason=details.get("reason", "")),
        "closed_absent": _("Recorded as absent"),
        "room_closed": _("Room closed"),
        "clock_alarm": _("The server's clock jumped by %(seconds)s seconds; automatic closing is stopped",
                         seconds=details.get("seconds", 0)),
        "clock_released": _("Clock checked, automatic closing runs again"),
        "quarantine_accepted": _("Late answer to question %(question)s accepted", question=details.get("question", "")),
        "quarantine_refused": _("Late answer to question %(question)s refused", question=details.get("question", "")),
    }  # fmt: skip
    return labels.get(kind, _("Event in the room"))


def quarantine_reason(reason: str) -> str:
    """Why an answer is in the quarantine."""
    return {
        "after_deadline": _("came after the deadline"),
        "older_epoch": _("came from a machine that had been replaced"),
        "closed": _("came after the exam paper was closed"),
    }[reason]
