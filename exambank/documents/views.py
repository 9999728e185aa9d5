"""Pages of documents: what can be printed of an exam, and the printing itself."""

import io
from dataclasses import dataclass

from flask import Blueprint, render_template, send_file
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.bank import service as bank
from exambank.documents import rules, service
from exambank.exams import service as exams
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import Permission, allows
from exambank.web import requires

bp = Blueprint("documents", __name__, url_prefix="/documents")

web.add_navigation(80, "documents", lambda: _("Documents"), "documents.list_exams", Permission.DOCUMENTS_PRINT)


@bp.context_processor
def _words() -> dict:
    return {
        "kind_label": service.kind_label,
        "purpose_of": service.purpose_of,
        "reason_text": service.reason_text,
        "state_label": exams.state_label,
    }


@dataclass(frozen=True)
class RoomDocument:
    """A document of one room; carries what the permission clauses ask for."""

    kind: str
    room: ExamRoom

    @property
    def room_id(self) -> int:
        return self.room.id

    @property
    def course_module_id(self) -> int:
        return self.room.course_module_id

    @property
    def department_id(self) -> int:
        return self.room.department_id


@dataclass(frozen=True)
class ExamDocument:
    """A document of a whole exam: not for those who watch one room."""

    kind: str
    exam: Exam

    @property
    def course_module_id(self) -> int:
        return self.exam.course_module_id

    @property
    def department_id(self) -> int:
        return self.exam.department_id


def load_folder(exam: str) -> service.Folder:
    return service.get_folder(web.actor(), exams.get_exam(exam))


def load_room_document(room: str, kind: str) -> RoomDocument | None:
    return RoomDocument(kind, exams.get_room(room)) if kind in rules.ROOM_KINDS else None


def load_paper_set(paper_set: str) -> PaperSet:
    return assembly.get_paper_set(paper_set)


def load_exam_document(exam: str, kind: str) -> ExamDocument | None:
    return ExamDocument(kind, exams.get_exam(exam)) if kind in rules.EXAM_KINDS else None


@bp.get("/")
@requires(Permission.DOCUMENTS_PRINT)
def list_exams():
    return render_template(
        "documents/list_exams.html", folders=service.list_exams_for(web.actor()), now=clock.now(),
        slip_sets=service.list_slip_sets(web.actor()) if allows(web.actor(), Permission.PAPERS_SEE) else [],
    )  # fmt: skip


@bp.get("/exams/<exam>")
@requires(Permission.DOCUMENTS_PRINT, of=load_folder)
def index(folder: service.Folder):
    printings = service.list_printings(
        folder.exam, list(folder.rooms), with_exam=folder.sees_exam, compare=True, limit=40
    )
    return render_template(
        "documents/index.html", folder=folder, exam=folder.exam, entries=folder.entries(), printings=printings
    )


@bp.post("/rooms/<room>/<kind>")
@requires(Permission.DOCUMENTS_PRINT, of=load_room_document)
def print_for_room(document: RoomDocument):
    return _send(
        service.print_document(
            actor=web.actor(), now=clock.now(), kind=document.kind, exam=document.room.exam, room=document.room
        )
    )


@bp.post("/exams/<exam>/<kind>")
@requires(Permission.DOCUMENTS_PRINT, of=load_exam_document)
def print_for_exam(document: ExamDocument):
    return _send(service.print_document(actor=web.actor(), now=clock.now(), kind=document.kind, exam=document.exam))


@bp.post("/acceptances/<acceptance>")
@requires(Permission.BANK_MANAGE, of=lambda acceptance: bank.get_acceptance(acceptance))
def print_acceptance(act):
    return _send(service.print_acceptance(actor=web.actor(), now=clock.now(), act=act))


@bp.post("/papers/<paper_set>/slips")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def print_slips(paper_set: PaperSet):
    return _send(service.print_slips(actor=web.actor(), now=clock.now(), paper_set=paper_set))


def _send(printed: service.Printed):
    return send_file(
        io.BytesIO(printed.body), mimetype="application/pdf", as_attachment=True, download_name=printed.file_name
    )
