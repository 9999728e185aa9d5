"""Pages of documents: what can be printed of an exam, and the printing itself."""

import io
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.analysis import service as analysis
from exambank.analysis.models import AnalysisItem
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSeal, PaperSet
from exambank.bank import service as bank
from exambank.documents import rules, service
from exambank.documents.forms import PaperPrintForm
from exambank.documents.models import PaperPrint
from exambank.errors import DomainError
from exambank.exams import service as exams
from exambank.exams.models import Exam, ExamRoom
from exambank.permissions import Permission, allows
from exambank.sittings import service as sittings
from exambank.web import requires

bp = Blueprint("documents", __name__, url_prefix="/documents")

web.add_navigation(80, "documents", lambda: _("Documents"), "documents.list_exams", Permission.DOCUMENTS_PRINT)


@bp.context_processor
def _words() -> dict:
    return {
        "kind_label": service.kind_label,
        "paper_print_label": service.paper_print_label,
        "paper_print_state": service.paper_print_state,
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


def load_print(paper_print: str) -> PaperPrint:
    return service.get_print(paper_print)


def load_seal(paper_set: str) -> PaperSeal | None:
    return assembly.get_paper_set(paper_set).seal


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


@bp.post("/exams/<exam>/cards")
@requires(Permission.EXAM_MANAGE, of=lambda exam: exams.get_exam(exam))
def print_cards(exam: Exam):
    """Of everybody, or of the one candidate that the form names."""
    chosen = request.form.get("candidacy")
    found = [one for one in exam.candidacies if one.public_id == chosen] if chosen else None
    address = request.form.get("address") or request.host_url
    return _send(service.print_cards(actor=web.actor(), now=clock.now(), exam=exam, address=address, candidacies=found))


@bp.post("/exams/<exam>/statistics")
@requires(Permission.STATISTICS_SEE, of=lambda exam: exams.get_exam(exam))
def print_statistics(exam: Exam):
    """The report on the exam's items: for whoever may read it on the page."""
    return _send(service.print_statistics(actor=web.actor(), now=clock.now(), exam=exam))


@bp.post("/exams/<exam>/items/<version>/statistics")
@requires(Permission.STATISTICS_SEE, of=lambda exam, version: analysis.get_item(exam, version))
def print_item_statistics(item: AnalysisItem):
    """The report on one item, likewise."""
    return _send(service.print_item_statistics(actor=web.actor(), now=clock.now(), item=item))


@bp.post("/acceptances/<acceptance>")
@requires(Permission.BANK_MANAGE, of=lambda acceptance: bank.get_acceptance(acceptance))
def print_acceptance(act):
    return _send(service.print_acceptance(actor=web.actor(), now=clock.now(), act=act))


@bp.post("/papers/<paper_set>/slips")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def print_slips(paper_set: PaperSet):
    return _send(service.print_slips(actor=web.actor(), now=clock.now(), paper_set=paper_set))


@bp.route("/paper-sets/<paper_set>", methods=["GET", "POST"])
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def paper_prints(paper_set: PaperSet):
    codes = [paper.code for paper in paper_set.papers]
    form = PaperPrintForm(codes=codes, kind="papers", proposed=service.default_order(paper_set))
    if form.validate_on_submit():
        try:
            service.ask_for_print(
                actor=web.actor(), now=clock.now(), paper_set=paper_set, kind=form.kind.data, order=form.order()
            )
        except DomainError as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The file is being made. It stands below as soon as it is ready."), "success")
            return redirect(url_for(".paper_prints", paper_set=paper_set.public_id))
    return render_template(
        "documents/paper_prints.html", paper_set=paper_set, form=form, prints=service.list_prints(paper_set),
        is_proof=service.is_proof(paper_set), is_sealed=assembly.is_sealed(paper_set), now=clock.now(),
    )  # fmt: skip


@bp.get("/paper-sets/<paper_set>/prints")
@requires(Permission.PAPERS_SEE, of=load_paper_set)
def show_prints(paper_set: PaperSet):
    """How far the prints are; once none is under way the whole page is shown anew."""
    prints = service.list_prints(paper_set)
    answer = make_response(
        render_template("documents/_paper_prints.html", paper_set=paper_set, prints=prints, now=clock.now())
    )
    if not any(one.is_under_way for one in prints):
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/paper-prints/<paper_print>/file")
@requires(Permission.PAPERS_SEE, of=load_print)
def fetch_print(paper_print: PaperPrint):
    return _send(service.fetch_print(actor=web.actor(), now=clock.now(), paper_print=paper_print))


@bp.post("/paper-prints/<paper_print>/cancel")
@requires(Permission.PAPERS_SEE, of=load_print)
def cancel_print(paper_print: PaperPrint):
    service.cancel_print(actor=web.actor(), now=clock.now(), paper_print=paper_print)
    flash(_("The print is cancelled."), "success")
    return redirect(url_for(".paper_prints", paper_set=paper_print.paper_set.public_id))


@bp.post("/paper-sets/<paper_set>/seal-minutes")
@requires(Permission.DOCUMENTS_PRINT, of=load_seal)
def print_seal_minutes(seal: PaperSeal):
    return _send(service.print_seal_minutes(actor=web.actor(), now=clock.now(), paper_set=seal.paper_set))


@bp.get("/lots/<lot_id>/minutes")
@requires(Permission.BLUEPRINT_SEE, of=lambda lot_id: assembly.get_lot(lot_id))
def draw_minutes(lot):
    return _send(service.print_draw_minutes(actor=web.actor(), now=clock.now(), lot=lot))


@bp.post("/blueprints/<blueprint>/matrix")
@requires(Permission.BLUEPRINT_SEE, of=lambda blueprint: assembly.get_blueprint(blueprint))
def print_matrix(blueprint):
    return _send(service.print_matrix(actor=web.actor(), now=clock.now(), blueprint=blueprint))


@bp.post("/offences/<offence>")
@requires(Permission.DOCUMENTS_PRINT, of=lambda offence: sittings.find_offence(offence))
def print_offence(offence):
    return _send(service.print_offence(actor=web.actor(), now=clock.now(), offence=offence))


def _send(printed: service.Printed):
    return send_file(
        io.BytesIO(printed.body), mimetype="application/pdf", as_attachment=True, download_name=printed.file_name
    )
