"""A bank, or some of its items, as a file: choose a format, see what it cannot hold, fetch it."""

import io

from flask import render_template, request, send_file
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service as bank
from exambank.errors import InvalidInput
from exambank.interchange import messages, service
from exambank.interchange.formats import WRITABLE
from exambank.interchange.views.blueprint import bp, load_module
from exambank.permissions import Permission
from exambank.web import requires

_OFFERED = ("json", "docx", "xlsx", "csv", "moodle", "qti30", "qti22", "qti21", "qti12", "gift", "aiken")
_CHOICES = {"docx": ("keys", ("marked", "separate", "none")), "json": ("packing", ("zip", "json"))}
MOST_NAMES_SHOWN = 30


@bp.route("/modules/<module>/export", methods=["GET", "POST"])
@requires(Permission.BANK_SEE, of=load_module)
def choose_export(module):
    """The form; with ``go=preview`` also what would be lost; with ``go=make`` the file. ``ids`` name some items."""
    go, wanted = request.form.get("go", ""), _wanted()
    if not go:
        return _page(module, wanted)
    chosen = {"to": wanted, "choices": _choices(wanted), "item_ids": _named(module)}
    try:
        if go == "make":
            found = service.export_bank(actor=web.actor(), now=clock.now(), course_module=module, **chosen)
            return _file(found, f"bank-{module.code}")
        plan = service.plan_export(actor=web.actor(), course_module=module, **chosen)
    except InvalidInput as error:
        return _page(module, wanted, error=error.message), error.status
    return _page(module, wanted, plan=plan)


def _wanted() -> str:
    wanted = request.form.get("to", _OFFERED[0])
    return wanted if wanted in WRITABLE else _OFFERED[0]


def _choices(wanted: str) -> dict[str, str]:
    """What was chosen of this format, its first where the form says nothing known."""
    if wanted not in _CHOICES:
        return {}
    name, known = _CHOICES[wanted]
    given = request.form.get(name, "")
    return {name: given if given in known else known[0]}


def _named(module) -> list[int] | None:
    """The items that the bank's own list sent here; None for the whole bank."""
    ids = request.form.getlist("ids")
    return bank.list_ids_of(module, ids) if ids else None


def _page(module, wanted: str, plan: service.BankOut | None = None, error: str = ""):
    formats = [(name, messages.format_label(name), messages.good_for(name)) for name in _OFFERED if name in WRITABLE]
    options = {
        "keys": [("marked", _("Mark the right answers")), ("separate", _("Put the answers at the end")),
                 ("none", _("Without answers"))],
        "packing": [("zip", _("A zip with the pictures as files")), ("json", _("One JSON file, pictures within"))],
    }  # fmt: skip
    return render_template(
        "interchange/export_bank.html", course_module=module, formats=formats, options=options, wanted=wanted,
        chosen={name: request.form.get(name, rows[0][0]) for name, rows in options.items()},
        ids=request.form.getlist("ids"), plan=plan, error=error, most=MOST_NAMES_SHOWN,
        suffixes={"docx": "keys", "json": "packing"},
    )  # fmt: skip


def _file(found: service.BankOut, name: str):
    written = found.written
    answer = send_file(
        io.BytesIO(written.body), written.media_type, as_attachment=True, download_name=f"{name}{written.suffix}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
