"""Items kept as they came, and pictures of a file: handed out so that no browser ever runs what is in them."""

import io

from flask import flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput
from exambank.interchange import messages, service, wire
from exambank.interchange.views.blueprint import bp, load_import_picture, load_module, load_raw
from exambank.permissions import Permission
from exambank.web import requires

_NOTHING_RUNS = "default-src 'none'; sandbox"


@bp.get("/batches/<batch>/pictures/<picture>")
@requires(Permission.BANK_IMPORT, of=load_import_picture)
def show_import_picture(picture):
    answer = make_response(picture.body)
    answer.headers["Content-Type"] = picture.media_type
    answer.headers["Content-Security-Policy"] = _NOTHING_RUNS
    answer.headers["Content-Disposition"] = "attachment" if "svg" in picture.media_type else "inline"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@bp.get("/modules/<module>/raws")
@requires(Permission.BANK_SEE, of=load_module)
def list_raws(module):
    return _show_raws(module)


def _show_raws(module, error: str = "", raw=None, typed: str = ""):
    raws = [(one, _why(one)) for one in service.list_raws(module)]
    page = render_template(
        "interchange/list_raws.html",
        course_module=module,
        raws=raws,
        error=error,
        wrong=raw,
        typed=typed,
        size_words=_size_words,
    )
    return page, 422 if error else 200


def _size_words(size: int) -> str:
    """A size in kilobytes or megabytes, as the reader writes numbers."""
    value, unit = (size / 1024, "KB") if size < 1024 * 1024 else (size / 1024 / 1024, "MB")
    return f"{format_decimal(max(value, 0.1), format='#,##0.#')}\u00a0{unit}"


def _why(raw) -> str:
    return messages.problem_message(wire.problem_of(raw.reason)) if raw.reason.get("code") else ""


@bp.get("/raws/<raw>/file")
@requires(Permission.BANK_IMPORT, of=load_raw)
def download_raw(raw):
    return _attachment(raw.body, service.raw_file_name(raw))


@bp.post("/modules/<module>/raws.zip")
@requires(Permission.BANK_IMPORT, of=load_module)
def download_raws(module):
    body = service.export_raws(actor=web.actor(), now=clock.now(), course_module=module)
    return _attachment(body, f"raw-{module.code}.zip")


def _attachment(body: bytes, name: str):
    answer = send_file(io.BytesIO(body), "application/octet-stream", as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = _NOTHING_RUNS
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.post("/raws/<raw>/delete")
@requires(Permission.BANK_MANAGE, of=load_raw)
def delete_raw(raw):
    module, reason = raw.course_module, request.form.get("reason", "")
    try:
        service.delete_raw(actor=web.actor(), now=clock.now(), raw=raw, reason=reason)
    except InvalidInput as refused:
        return _show_raws(module, refused.message, raw.public_id, reason)
    flash(_("Thrown away. The reason stands in the records."), "success")
    return redirect(url_for("interchange.list_raws", module=module.public_id))
