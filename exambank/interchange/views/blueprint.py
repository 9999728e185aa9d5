"""The blueprint of interchange, its place in the menu, its loaders, and how a refused file is shown."""

import io

from flask import Blueprint, render_template, request, send_file
from flask_babel import gettext as _

from exambank import web
from exambank.courses import service as courses
from exambank.errors import DomainError, wants_json
from exambank.exams import service as exams
from exambank.interchange import messages, service
from exambank.interchange.rules import UPLOAD_LIMIT
from exambank.interchange.workbook import XLSX_TYPE, Table, write_xlsx
from exambank.permissions import Permission

bp = Blueprint("interchange", __name__, url_prefix="/interchange")

web.add_navigation(
    12, "interchange", lambda: _("Import and export"), "interchange.list_batches", Permission.BANK_IMPORT
)


_STATE_SQUARES = {
    "reading": "hatched", "previewed": "half", "accepted": "full", "discarded": "dashed", "failed": "crossed",
    "cancelled": "dashed",
}  # fmt: skip
_STATUS_SQUARES = {"accepted": "full", "warning": "hatched", "raw": "cut", "refused": "crossed"}

# One file as large as we read, a second with keys, and the form around them.
_LARGEST_UPLOAD = UPLOAD_LIMIT + 4 * 1024 * 1024


@bp.url_value_preprocessor
def _allow_large_files(_endpoint, _values) -> None:
    """Runs before anything looks at the form; every other page keeps the general limit."""
    if request.endpoint == "interchange.upload_bank":
        request.max_content_length = _LARGEST_UPLOAD


@bp.context_processor
def _words() -> dict:
    return {
        "batch_state_label": messages.state_label,
        "batch_state_square": _STATE_SQUARES.get,
        "row_status_label": messages.status_label,
        "row_status_square": _STATUS_SQUARES.get,
        "format_label": messages.format_label,
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


def load_entry(batch: str, entry: str):
    return service.get_entry(batch, entry)


def load_import_picture(batch: str, picture: str):
    return service.get_import_picture(batch, picture)


def load_raw(raw: str):
    return service.get_raw(raw)


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


def send_zip(body: bytes, name: str):
    """A zip as a download; nothing of it is kept by the browser."""
    answer = send_file(io.BytesIO(body), "application/zip", as_attachment=True, download_name=f"{name}.zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer
