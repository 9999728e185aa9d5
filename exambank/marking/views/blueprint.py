"""The blueprint of marking, its places in the menu, loaders and the words its templates use."""

from dataclasses import dataclass

from flask import Blueprint, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from exambank import web
from exambank.bank import rules as bank_rules
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion, Media
from exambank.errors import NotFound
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service
from exambank.marking.models import Correction, MarkerGrant, Script
from exambank.permissions import Permission
from exambank.sittings import service as sittings
from exambank.sittings.models import Sitting

bp = Blueprint("marking", __name__, url_prefix="/marking")

web.add_navigation(50, "marking", lambda: _("Marking"), "marking.list_exams", Permission.MARKS_SEE)
web.add_navigation(50, "marking", lambda: _("Answers to mark"), "marking.list_work", Permission.SCRIPTS_MARK)

EXAM_STATES = {
    "open": ("half", lambda: _("open now")),
    "closed": ("full", lambda: _("closed")),
    "published": ("ticked", lambda: _("published")),
    "frozen": ("ticked", lambda: _("frozen")),
}
ROW_STATES = {
    "marked": ("ticked", lambda: _("marked")),
    "marking": ("half", lambda: _("being marked")),
    "awaited": ("half", lambda: _("awaited")),
    "absent": ("dashed", lambda: _("absent")),
    "not_eligible": ("dashed", lambda: _("not eligible")),
}
OUTCOMES = {
    "right": ("ticked", lambda: _("right")),
    "partial": ("half", lambda: _("partly right")),
    "wrong": ("crossed", lambda: _("wrong")),
    "blank": ("empty", lambda: _("no answer")),
}
SCRIPT_STATES = {
    "waiting": ("empty", lambda: _("waiting")),
    "draft": ("half", lambda: _("begun")),
    "finished": ("ticked", lambda: _("finished")),
}
CORRECTIONS = {
    "credit_all": lambda: _("credited to everybody who had it"),
    "accept_option": lambda: _("a further option accepted"),
    "accept_answer": lambda: _("a further answer accepted"),
}


@bp.context_processor
def _words() -> dict:
    return {
        "exam_states": EXAM_STATES,
        "row_states": ROW_STATES,
        "outcomes": OUTCOMES,
        "script_states": SCRIPT_STATES,
        "correction_words": CORRECTIONS,
        "kind_label": lambda kind: REGISTRY[kind].label(),
    }


@dataclass(frozen=True)
class InExam:
    """Something of one exam; carries what the permission clauses ask for."""

    exam: Exam

    @property
    def exam_id(self) -> int:
        return self.exam.id

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


@dataclass(frozen=True)
class ExamItem(InExam):
    """An item version as it stood in one exam."""

    version: ItemVersion


@dataclass(frozen=True)
class ExamScript(InExam):
    """One script. Its marker knows it by its code: nothing else of it ever stands in an address."""

    script: Script


@dataclass(frozen=True)
class ExamPicture(InExam):
    """A picture of a question that people mark."""

    media: Media


@dataclass(frozen=True)
class ExamMarker(InExam):
    """A marker of one exam."""

    grant: MarkerGrant


def load_exam(exam: str) -> Exam:
    return exams.get_exam(exam)


def load_exam_item(exam: str, version: str) -> ExamItem:
    found_exam, found_version = exams.get_exam(exam), bank.get_version(version)
    if found_version.item.course_module_id != found_exam.course_module_id:
        raise NotFound()
    return ExamItem(found_exam, found_version)


def load_script(exam: str, code: str) -> ExamScript:
    found = exams.get_exam(exam)
    return ExamScript(found, service.get_script(found, code[:20]))


def load_picture(exam: str, media: str) -> ExamPicture | None:
    found = exams.get_exam(exam)
    picture = service.find_picture(found, media) if len(media) == 36 else None
    return ExamPicture(found, picture) if picture else None


def load_marker(exam: str, person: str) -> ExamMarker:
    found = exams.get_exam(exam)
    return ExamMarker(found, service.get_grant(found, person))


def load_correction(correction: str) -> Correction:
    return service.get_correction(correction)


def load_sitting(sitting: str) -> Sitting:
    return sittings.get_sitting(sitting)


def staff_html(stored: str) -> Markup:
    """Stored HTML of an item with its pictures from the bank: for who may see the bank's content."""
    return Markup(bank_rules.with_pictures(stored or "", lambda media: url_for("bank.show_picture", picture_id=media)))


def marker_html(exam: Exam):
    """The same for markers: its pictures come from the exam they mark."""

    def shown(stored: str) -> Markup:
        return Markup(
            bank_rules.with_pictures(
                stored or "", lambda media: url_for("marking.show_picture", exam=exam.public_id, media=media)
            )
        )

    return shown
