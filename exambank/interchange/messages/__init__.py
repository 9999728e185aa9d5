"""The sentences for everything a file can be told: one place from code to words. Each says what to do."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank.bank import service as bank
from exambank.bank.rules.kinship_words import Difference
from exambank.interchange.bank_sheet import SYNONYMS
from exambank.interchange.messages import (
    common,
    formulas,
    importing,
    matrices,
    other,
    qti,
    sheets,
    texts,
    word,
    writing,
)
from exambank.interchange.neutral import ACCEPTED, RAW, REFUSED, WARNING, Place, Problem, UnreadableFile

AREAS = (common, importing, sheets, qti, other, texts, formulas, word, writing, matrices)


def _all(name: str) -> dict:
    """The sentences of all areas (a test keeps their codes apart)."""
    return {code: sentence for area in AREAS for code, sentence in getattr(area, name, {}).items()}


_FILES, _PROBLEMS, _NOTICES, _PLACES = _all("FILES"), _all("PROBLEMS"), _all("NOTICES"), _all("PLACES")

_STATUSES = {
    ACCEPTED: _l("ready"),
    WARNING: _l("with a warning"),
    RAW: _l("kept as it is"),
    REFUSED: _l("refused"),
}
_STATES = {
    "reading": _l("being read"),
    "previewed": _l("waiting for your decision"),
    "accepted": _l("taken over"),
    "discarded": _l("discarded"),
    "failed": _l("cannot be read"),
    "cancelled": _l("reading stopped"),
}
_SITTINGS = {
    "absent": _l("absent"),
    "awaited": _l("still awaited"),
    "marking": _l("being marked"),
    "not_eligible": _l("not eligible to sit"),
    "marked": "",
}
_RESULTS = {
    "draft": _l("Exam results: draft, not published"),
    "published": _l("Exam results: published"),
    "frozen": _l("Exam results: final"),
}


def file_message(error: UnreadableFile) -> str:
    """Why the file as a whole cannot be used, and what to do."""
    values = dict(error.values)
    if "kind" in values:
        values["kind"] = str(common.FILE_KINDS[values["kind"]])
    if "megabytes" in values:
        values["megabytes"] = round(values["megabytes"])
    known = {name: ", ".join(SYNONYMS[name][:4]) for name in ("stem", "key", "options")}
    return str(_FILES[error.code]) % {**known, **values}


def failure_message(failure: Mapping) -> str:
    """Why a batch's file cannot be read, from what the batch keeps of it."""
    return file_message(UnreadableFile(failure["code"], **failure["values"]))


def problem_message(problem: Problem) -> str:
    """What is wrong with the cell, and what to do."""
    values = problem.values
    if "differences" in values:
        values = {**values, "words": bank.differences_sentence([Difference(*one) for one in values["differences"]])}
    return str(_PROBLEMS[problem.code]) % _with_signs(values)


def _with_signs(values: Mapping) -> Mapping:
    """The signs of a key in words ("underline")."""
    found = {name: str(word.SIGNS[values[name]]) for name in ("sign", "used") if values.get(name) in word.SIGNS}
    return {**values, **found}


def notice_message(code: str, values: dict) -> str:
    """What was noticed of the file as a whole."""
    return str(_NOTICES[code]) % _with_signs(values)


def status_label(status: str) -> str:
    """The word for a row that is accepted, warned of or refused."""
    return str(_STATUSES[status])


def state_label(state: str) -> str:
    """The word for the state of a batch."""
    return str(_STATES[state])


def sitting_label(state: str) -> str:
    """Why there is no mark; empty when there is one."""
    return str(_SITTINGS.get(state, ""))


def result_title(state: str) -> str:
    """How binding a result list is."""
    return str(_RESULTS[state])


def pass_label(is_pass: bool | None) -> str:
    """Passed, not passed, or nothing decided yet."""
    return "" if is_pass is None else _("passed") if is_pass else _("not passed")


def place_words(where: Place | None) -> str:
    """Where in the file an entry or a problem is."""
    return str(_PLACES[where.code]) % dict(where.values) if where and where.code else ""


def place(row: int, column: str) -> str:
    """Where in the file: "row 12, Đáp án"."""
    if not row:
        return _("the list as a whole")
    return _("row %(row)s, column %(column)s", row=row, column=column) if column else _("row %(row)s", row=row)


def convention_label(code: str) -> str:
    """A way in which a file may mark its keys."""
    return str({**importing.CONVENTIONS, **getattr(word, "CONVENTIONS", {})}.get(code, code))


def signal_label(code: str) -> str:
    """A sign by which an option was taken for the key; "red_label" is a sign of its letter alone."""
    known = {**importing.SIGNALS, **getattr(word, "SIGNALS", {})}
    if code not in known and code.endswith("_label"):
        return _("letter %(sign)s", sign=signal_label(code.removesuffix("_label")))
    return str(known.get(code, code))


def format_label(name: str) -> str:
    """The name of a format for people."""
    return importing.FORMATS.get(name, name)


def good_for(name: str) -> str:
    """What a format is good for, where one is chosen to write."""
    return str(writing.GOOD_FOR.get(name, ""))


def counts_sentence(accepted: int, warning: int, refused: int, raw: int = 0) -> str:
    """What a person would say aloud of the file."""
    total = accepted + warning + refused + raw
    if raw:
        return _(
            "%(good)s of %(total)s questions can be taken over. Kept as they are: %(raw)s; refused: %(refused)s; "
            "worth a look: %(warning)s.",
            good=accepted + warning, total=total, raw=raw, refused=refused, warning=warning,
        )  # fmt: skip
    if not refused and not warning:
        return _("All %(total)s questions can be taken over.", total=total)
    if not refused:
        return _(
            "All %(total)s questions can be taken over; look at %(warning)s of them.", total=total, warning=warning
        )
    if refused == total:
        return _("None of the %(total)s questions can be taken over as they are.", total=total)
    if not warning:
        return _(
            "%(good)s of %(total)s questions can be taken over; %(refused)s cannot.",
            good=accepted, total=total, refused=refused,
        )  # fmt: skip
    return _(
        "%(good)s of %(total)s questions can be taken over; %(refused)s cannot, and %(warning)s deserve a look.",
        good=accepted + warning, total=total, refused=refused, warning=warning,
    )  # fmt: skip


def file_too_large_while_open(kilobytes: int) -> str:
    """Why a large file is not read now."""
    return _(
        "An exam is running now. Until it is closed, only files of at most %(limit)s KB are read, so that no "
        "candidate's answer has to wait. Come back after the exam, or split the file.", limit=kilobytes,
    )  # fmt: skip


def too_large_while_open(limit: int) -> str:
    """Why a large import has to wait."""
    return _(
        "An exam is running now. Until it is closed, at most %(limit)s questions can be taken over at once, so that no "
        "candidate's answer has to wait. Nothing was imported; come back after the exam.", limit=limit,
    )  # fmt: skip


__all__ = [
    "convention_label",
    "counts_sentence",
    "failure_message",
    "file_message",
    "file_too_large_while_open",
    "format_label",
    "good_for",
    "notice_message",
    "pass_label",
    "place",
    "place_words",
    "problem_message",
    "result_title",
    "signal_label",
    "sitting_label",
    "state_label",
    "status_label",
    "too_large_while_open",
]
