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
        "not_eligible": _("You are not eligible for this exam. Ask the training office."),
        "room_closed": _("The invigilator has closed this room. Report to the invigilator."),
        "identity": _("The invigilator has still to check who you are. Have your papers ready and stay on this page."),
        "identity_rejected": _("The invigilator could not confirm who you are. Report to the invigilator."),
        "admission": _("The invigilator lets the candidates in one by one. Stay on this page until it is your turn."),
        "cancelled": _("This exam was cancelled. The training office will announce a new date."),
    }
    return messages.get(reason, _("You cannot enter this exam now. Report to the invigilator."))


def save_refusal(error: str) -> str:
    """Why a save was not counted, for the plain pages."""
    messages = {
        "seat_taken": _(
            "Another machine has taken over this exam paper. What you sent from here is kept for the invigilator."
        ),
        "re_enter": _(
            "This page was older than your last entry. What you gave stands below: press the button again to save it."
        ),
        "not_entered": _("You have not entered this exam yet."),
        "collecting": _("Time is over. What you sent now came too late to count by itself; it is kept for a decision."),
        "closed": _("The exam paper is closed. What you sent now is kept for a decision."),
        "locked": _(
            "The invigilator must unlock this exam. What you gave stands below: leave this page open, and press the "
            "button again after the unlock."
        ),
        "not_here": _("This question is not open any more. What you sent is kept for a decision."),
        "section_over": _("The time of this section is over. What you sent came too late; it is kept for a decision."),
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
        "taken_over": _("Continued on another machine: from %(old)s to %(new)s", old=details["old"] or "–",
                        new=details["new"] or "–") if "new" in details else _("Continued on another machine"),
        "identity_confirmed": _("Identity confirmed"),
        "identity_rejected": _("Identity rejected: %(reason)s", reason=details.get("reason", "")),
        "identity_unchecked": _("Check of the identity taken back"),
        "admitted": _("Let in"),
        "admitted_late": _("Let in by decision: %(reason)s", reason=details.get("reason", "")),
        "admission_taken_back": _("Admission taken back"),
        "code_refused": _("Typed a wrong code"),
        "takeover_issued": _("Code for another machine issued"),
        "extended": _("%(minutes)s minutes added: %(reason)s", minutes=details.get("seconds", 0) // 60,
                      reason=details.get("reason", "")),
        "paused": _("Paused: %(reason)s", reason=details["reason"]) if details.get("reason") else _("Paused"),
        "locked": _("Stopped until somebody looks"),
        "unlocked": _("Goes on: %(reason)s", reason=details["reason"]) if details.get("reason") else _("Goes on"),
        "extension_asked": _(
            "%(minutes)s more minutes asked for, above the cap: %(reason)s",
            minutes=details.get("seconds", 0) // 60, reason=details.get("reason", ""),
        ),
        "extension_refused": _("%(minutes)s more minutes refused: %(reason)s",
                               minutes=details.get("seconds", 0) // 60, reason=details.get("reason", "")),
        "reopened": _("Opened again for %(minutes)s minutes: %(reason)s", minutes=details.get("minutes", ""),
                      reason=details.get("reason", "")),
        "section_begun": _("Section %(section)s begun", section=details.get("section", "")),
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
        "rescue_brought": _("Rescue file %(code)s brought: %(count)s answers wait for a decision",
                            code=details.get("code", ""), count=details.get("count", 0)),
        "quarantine_refused": _("Late answer to question %(question)s refused", question=details.get("question", "")),
    }  # fmt: skip
    labels |= _watch_labels(kind, details)
    return labels.get(kind, _("Event in the room"))


def _watch_labels(kind: str, details: dict) -> dict[str, str]:
    """What the invigilators told, recorded and decided; and exact seconds, where no whole minutes were given."""
    seconds = details.get("seconds", 0)
    name, question, what = details.get("name", ""), details.get("question", ""), incident_label(details.get("what", ""))
    labels = {
        "told": _("Told: %(text)s", text=details.get("text", "")),
        "objected": _("Reported question %(question)s", question=question),
        "objection_answered": _("Report of question %(question)s answered", question=question),
        "incident": _("Incident: %(what)s. %(text)s", what=what, text=details.get("text", "")).strip(),
        "incident_ended": _("Incident over: %(what)s", what=what),
        "offence": _("Offence recorded: %(name)s", name=name),
        "offence_withdrawn": _("Offence withdrawn: %(name)s. %(reason)s", name=name, reason=details.get("reason", "")),
        "lost_time_dismissed": _("Gap of contact looked at: no time was lost"),
        "signatures": _("%(signed)s of %(all)s signed the result list", signed=details.get("signed", 0),
                        all=details.get("of", 0)),
    }  # fmt: skip
    if kind == "extended" and isinstance(seconds, int) and seconds % 60:
        reason = details.get("reason", "")
        labels["extended"] = _("%(seconds)s seconds added: %(reason)s", seconds=seconds, reason=reason)
    return labels


def incident_label(kind: str) -> str:
    """A kind of incident."""
    return {
        "power": _("Power cut"),
        "network": _("Network down"),
        "machine": _("Machine broken"),
        "health": _("Somebody is ill"),
        "noise": _("Noise, disorder"),
    }.get(kind, _("Something else"))


def need_label(need: str) -> str:
    """Why a candidate needs a person."""
    return {
        "locked": _("stopped"),
        "identity": _("identity rejected"),
        "lost": _("disconnected"),
        "objection": _("reported a question"),
        "gap": _("lost time"),
        "paused": _("paused"),
    }[need]


def state_word(state: str) -> str:
    """How a candidate stands in the room."""
    return {
        "open": _("working"),
        "lost": _("disconnected"),
        "locked": _("stopped"),
        "paused": _("paused"),
        "collecting": _("collecting"),
        "closed": _("handed in"),
        "ready": _("not in yet"),
        "absent": _("absent"),
    }[state]


def quarantine_reason(reason: str) -> str:
    """Why an answer is in the quarantine."""
    return {
        "after_deadline": _("came after the deadline"),
        "older_epoch": _("came from a machine that had been replaced"),
        "closed": _("came after the exam paper was closed"),
        "locked": _("came while the exam paper was locked"),
        "not_here": _("came for a part of the paper that was over, or not open yet"),
        "rescue_file": _("was brought in a rescue file"),
    }[reason]


def not_locked() -> str:
    """Somebody lets a seat go on that was not stopped."""
    return _("This candidate's exam paper is not stopped.")
