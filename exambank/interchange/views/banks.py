"""Bank files: choose one, see what was read, take it over."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.errors import InvalidInput, StateConflict, wants_json
from exambank.interchange import service
from exambank.interchange.forms import NO_LEVEL, AcceptForm, BankFileForm, choices
from exambank.interchange.views.blueprint import bp, load_batch, load_module, refused_file, send_json, send_table
from exambank.interchange.views.preview import BatchPage
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/")
@requires(Permission.BANK_IMPORT)
def list_batches():
    modules = courses.list_modules_for(web.actor(), Permission.BANK_SEE)
    return render_template("interchange/list_batches.html", batches=service.list_batches(web.actor()), modules=modules)


@bp.route("/bank", methods=["GET", "POST"])
@requires(Permission.BANK_IMPORT)
def upload_bank():
    modules = courses.list_modules_for(web.actor(), Permission.BANK_IMPORT)
    form = BankFileForm(module=request.args.get("module"))
    form.module.choices = choices((module.public_id, f"{module.name} ({module.code})") for module in modules)
    if not form.validate_on_submit():
        return _ask_again(form)
    course_module = next(module for module in modules if module.public_id == form.module.data)
    try:
        batch = service.preview_import(
            actor=web.actor(), now=clock.now(), course_module=course_module, file_name=form.file_name, body=form.content
        )
    except (InvalidInput, StateConflict) as error:
        return refused_file("interchange/upload_bank.html", form, error)
    return _answer_preview(batch)


def _ask_again(form):
    if request.method == "POST" and wants_json():
        raise InvalidInput(_("Choose a bank and a file."), fields=form.errors)
    return render_template("interchange/upload_bank.html", form=form), 422 if form.errors else 200


def _answer_preview(batch):
    url = url_for("interchange.show_batch", batch=batch.public_id)
    if wants_json():
        return jsonify(batch=batch.public_id, report=service.report_for_people(batch.report), url=url)
    return redirect(url)


@bp.get("/batches/<batch>")
@requires(Permission.BANK_IMPORT, of=load_batch)
def show_batch(batch):
    form = _accept_form(AcceptForm(formdata=None), batch)
    page = BatchPage(batch, request.args.get("show", ""), request.args.get("page", "1"))
    return render_template("interchange/show_batch.html", batch=batch, form=form, page=page)


def _accept_form(form: AcceptForm, batch) -> AcceptForm:
    if not service.may_create_topics(web.actor(), batch):
        form.leave_topics()
    form.level.choices = choices(
        [(NO_LEVEL, _("no level")), *((one.public_id, one.name) for one in courses.list_levels())]
    )
    return form


@bp.post("/batches/<batch>/accept")
@requires(Permission.BANK_IMPORT, of=load_batch)
def accept_batch(batch):
    form = _accept_form(AcceptForm.from_request(), batch)
    if not form.validate():
        raise InvalidInput(_("Choose how to take the file over, then try again."), fields=form.errors)
    imported = service.accept_import(
        actor=web.actor(),
        now=clock.now(),
        batch=batch,
        create_topics=form.topics.data == "create",
        default_level=courses.get_level(form.level.data) if form.level.data else None,
        only_clean=form.scope.data == "clean",
    )
    if wants_json():
        return jsonify(imported=imported)
    flash(_("Taken over as your drafts: %(count)s questions.", count=imported), "success")
    return redirect(url_for("interchange.show_batch", batch=batch.public_id))


@bp.post("/batches/<batch>/discard")
@requires(Permission.BANK_IMPORT, of=load_batch)
def discard_batch(batch):
    service.discard_import(actor=web.actor(), now=clock.now(), batch=batch)
    flash(_("The file was put aside. Nothing of it is in the bank."), "success")
    return redirect(url_for("interchange.list_batches"))


@bp.post("/modules/<module>/bank.xlsx")
@requires(Permission.BANK_SEE, of=load_module)
def export_bank(module):
    table = service.export_items(actor=web.actor(), now=clock.now(), course_module=module)
    return send_table(table, f"bank-{module.code}")


@bp.post("/modules/<module>/bank.json")
@requires(Permission.BANK_SEE, of=load_module)
def export_json(module):
    """The items named by the preview in the bank, each open to this person."""
    ids = bank.list_ids_of(module, request.form.getlist("ids"))
    found = service.export_json(actor=web.actor(), now=clock.now(), course_module=module, item_ids=ids)
    return send_json(found.body, f"bank-{module.code}")
