"""Blueprints as files: ma trận đề and bảng đặc tả as xlsx or Word, and a lecturer's matrix read into a draft."""

import io
import json

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from exambank import clock, text, web
from exambank.assembly import service as assembly
from exambank.bank.interactions import REGISTRY
from exambank.errors import InvalidInput
from exambank.interchange import messages, service
from exambank.interchange.blueprints import Plan, differences
from exambank.interchange.matrix_forms import MatrixFileForm, plan_form
from exambank.interchange.views.blueprint import bp, load_module, refused_file
from exambank.interchange.workbook import XLSX_TYPE
from exambank.permissions import Permission
from exambank.web import requires

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def load_blueprint(blueprint: str):
    return assembly.get_blueprint(blueprint)


@bp.get("/blueprints/<blueprint>/matrix.xlsx")
@requires(Permission.BLUEPRINT_SEE, of=load_blueprint)
def blueprint_xlsx(blueprint):
    return _send(service.blueprint_file(blueprint, "xlsx"), XLSX_TYPE, blueprint, ".xlsx")


@bp.get("/blueprints/<blueprint>/matrix.docx")
@requires(Permission.BLUEPRINT_SEE, of=load_blueprint)
def blueprint_docx(blueprint):
    return _send(service.blueprint_file(blueprint, "docx"), DOCX_TYPE, blueprint, ".docx")


def _send(body: bytes, media_type: str, blueprint, suffix: str):
    name = f"matrix-{blueprint.course_module.code}{suffix}"
    answer = send_file(io.BytesIO(body), media_type, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/modules/<module>/blueprint", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def import_blueprint(module):
    """Choose a file, see what it says, say what its words mean, take it: what was read travels with the form."""
    if "plan" in request.form:
        return _decide(module)
    form = MatrixFileForm()
    if not form.validate_on_submit():
        return _upload_page(module, form), 422 if form.errors else 200
    try:
        plan = service.read_plan(course_module=module, file_name=form.file_name, body=form.content)
    except InvalidInput as error:
        return refused_file("interchange/import_blueprint.html", form, error, course_module=module)
    return _preview(module, plan, plan_form(module, plan, service.propose(module, plan), is_new=True))


def _upload_page(module, form):
    return render_template("interchange/import_blueprint.html", form=form, course_module=module)


def _decide(module):
    try:
        plan = Plan.from_data(json.loads(request.form["plan"]))
    except ValueError:
        form = MatrixFileForm(formdata=None)
        form.file.errors = [_("What was read of the file has been damaged on the way. Choose the file again.")]
        return _upload_page(module, form), 422
    form = plan_form(module, plan, service.propose(module, plan))
    if not form.validate_on_submit():
        return _preview(module, plan, form), 422
    try:
        blueprint = service.take_plan(
            actor=web.actor(), now=clock.now(), course_module=module, plan=plan, name=form.name.data,
            choices=form.choices(),
        )  # fmt: skip
    except InvalidInput as error:
        form.form_errors.append(error.message)
        return _preview(module, plan, form), error.status
    flash(_("The matrix is saved as a draft. Look at what the bank has for it."), "success")
    return redirect(url_for("assembly.show_blueprint", blueprint_id=blueprint.public_id))


def _preview(module, plan: Plan, form):
    return render_template(
        "interchange/preview_blueprint.html", course_module=module, plan=plan, form=form,
        data=json.dumps(plan.as_data(), ensure_ascii=False), found=differences(plan),
        notices=[messages.notice_message(code, values) for code, values in plan.notices],
        told_again=bool(plan.claims), kind_label=assembly.kind_label, known_kinds=REGISTRY,
        point_words=lambda value: text.format_points(value, str(get_locale())),
    )  # fmt: skip
