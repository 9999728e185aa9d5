"""The blueprint of interchange, its place in the menu, its loaders, and how a refused file is shown."""

import io

from flask import Blueprint, render_template, send_file
from flask_babel import gettext as _

from exambank import web
from exambank.courses import service as courses
from exambank.errors import DomainError, wants_json
from exambank.exams import service as exams
from exambank.interchange import messages, service
from exambank.interchange.workbook import XLSX_TYPE, Table, write_xlsx
from exambank.permissions import Permission

bp = Blueprint("interchange", __name__, url_prefix="/interchange")

web.add_navigation(
    12, "interchange", lambda: _("Import and export"), "interchange.list_batches", Permission.BANK_IMPORT
)


@bp.context_processor
def _words() -> dict:
    return {
        "batch_state_label": messages.state_label,
        "batch_state_square": {"previewed": "half", "accepted": "full", "discarded": "dashed"}.get,
        "row_status_label": messages.status_label,
        "row_status_square": {"accepted": "full", "warning": "hatched", "refused": "crossed"}.get,
        "notice_message": messages.notice_message,
    }


def load_module(module: str):
    return courses.get_module(module)


def load_offering(offering: str):
    return courses.get_offering(offering)


def load_exam(exam: str):
    return exams.get_exam(exam)


def load_batch(batch: str):
    return service.get_batch(batch)


def load_people(batch: str):
    return service.get_people_batch(batch)


def load_marks(batch: str):
    return service.get_marks_batch(batch)


def refused_file(template: str, form, error: DomainError, **context):
    """The upload page again with the reason beside the file; for machines the error itself."""
    if wants_json():
        raise error
    form.file.errors = [*form.file.errors, error.message]
    return render_template(template, form=form, **context), error.status


def send_table(table: Table, name: str):
    """A table as an xlsx download; nothing of it is kept by the browser."""
    answer = send_file(io.BytesIO(write_xlsx(table)), XLSX_TYPE, as_attachment=True, download_name=f"{name}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def send_json(body: bytes, name: str):
    """A JSON file as a download; nothing of it is kept by the browser."""
    answer = send_file(io.BytesIO(body), "application/json", as_attachment=True, download_name=f"{name}.json")
    answer.headers["Cache-Control"] = "no-store"
    return answer
