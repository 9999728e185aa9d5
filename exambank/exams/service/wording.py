"""The one place that turns the codes of exams into words."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _

from exambank import text
from exambank.exams.rules import ActDecision


def state_label(state: str) -> str:
    """The word for the state of an exam."""
    labels = {
        "draft": _("being prepared"),
        "ready": _("ready"),
        "open": _("open now"),
        "closed": _("ended"),
        "cancelled": _("cancelled"),
    }
    return labels[state]


def result_label(state: str) -> str:
    """The word for the state of an exam's results."""
    labels = {"draft": _("not published"), "published": _("published"), "frozen": _("final")}
    return labels[state]


def start_mode_label(mode: str) -> str:
    """Uniform or personal start, or let in one by one, as people say it."""
    return {
        "uniform": _("the same for the whole room"),
        "personal": _("from each candidate's own entry"),
        "admitted": _("from each candidate's own entry, let in one by one by the invigilator"),
    }[mode]


def navigation_label(navigation: str) -> str:
    """How one moves in a paper."""
    return {
        "free": _("freely, back and forth"),
        "forward": _("only forward, one question at a time"),
    }[navigation]


def release_label(rule: str) -> str:
    """When learners see a mark or their paper."""
    labels = {
        "at_once": _("at once, after handing in"),
        "published": _("after publication"),
        "never": _("not shown to learners"),
    }
    return labels[rule]


def step_label(code: str) -> str:
    """The squares of the exam's road."""
    labels = {
        "listed": _("Listed"),
        "numbered": _("Numbered"),
        "papers": _("Papers"),
        "ready": _("Ready"),
        "open": _("Open"),
        "closed": _("Closed"),
        "published": _("Published"),
    }
    return labels[code]


def reason_text(reason: Mapping[str, Any]) -> str:
    """Why a learner may not sit, in a sentence; takes what a candidacy keeps: {"code", "values"}."""
    values = reason.get("values", {})
    code = reason["code"]
    if code == "attendance_low":
        return _(
            "Absent from %(absent)s of %(periods)s periods; at least %(minimum)s of them must be attended.",
            absent=values["absent"],
            periods=values["periods"],
            minimum=_percent(values["minimum"]),
        )
    if code == "component_missing":
        return _('The mark "%(name)s" is missing.', name=values["name"])
    if code == "component_low":
        return _(
            'The mark "%(name)s" is %(value)s; the Regulation asks for %(minimum)s.',
            name=values["name"],
            value=_points(values["value"]),
            minimum=_points(values["minimum"]),
        )
    if code == "average_low":
        return _(
            "The component marks average %(value)s; the Regulation asks for %(minimum)s.",
            value=_points(values["value"]),
            minimum=_points(values["minimum"]),
        )
    if code == "attempts_used":
        return _("All %(allowed)s attempts are used.", allowed=values["allowed"])
    if code == "knows_items":
        return _("May read this module's bank, or has read items of it.")
    return _("The Regulation does not admit this learner.")


def _percent(share: str) -> str:
    return f"{_points(str(Fraction(share) * 100))} %"


def _points(value: str) -> str:
    exact = Fraction(value)
    rounded = Decimal(round(exact * 100)) / 100
    return text.format_points(rounded, str(get_locale() or "vi"))


def moment(at: datetime) -> str:
    """A time as people read it, in the school's zone."""
    return format_datetime(at, "HH:mm dd/MM/yyyy")


def opening_text(decision: ActDecision) -> str:
    """Why an exam cannot be opened now, and what to do."""
    if decision.reason == "too_early":
        return _("It is too early: this exam can be opened from %(time)s.", time=moment(decision.until))
    if decision.reason == "window_over":
        return _("The time for this exam ended at %(time)s. Give it a new time first.", time=moment(decision.until))
    if decision.reason == "is_draft":
        return _("This exam is not ready yet: finish its preparation first.")
    if decision.reason == "is_open":
        return _("This exam is open already.")
    return _("This exam is over.")


def closing_text(decision: ActDecision) -> str:
    """Why an exam cannot be closed now, and what to do."""
    if decision.reason == "still_working":
        return _("Some candidates are still working. The exam closes when every paper is handed in.")
    if decision.reason == "entry_open":
        return _("Candidates may still enter until %(time)s.", time=moment(decision.until))
    if decision.reason == "is_closed":
        return _("This exam is closed already.")
    return _("This exam is not open.")
