"""Mark sheets: download, upload, see what changes, accept."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import service
from exambank.interchange.forms import FileForm
from exambank.interchange.views.blueprint import bp, load_marks, load_offering, refused_file, send_table
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/offerings/<offering>/components.xlsx")
@requires(Permission.COMPONENTS_SEE, of=load_offering)
def components_download(offering):
    name = f"marks-{offering.course_module.code}-{offering.cohort.code}"
    return send_table(service.components_table(offering), name)


@bp.route("/offerings/<offering>/components", methods=["GET", "POST"])
@requires(Permission.COMPONENTS_EDIT, of=load_offering)
def components_upload(offering):
    form = FileForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return render_template("interchange/components_upload.html", form=form, offering=offering), status
    try:
        batch = service.preview_marks(
            actor=web.actor(), now=clock.now(), offering=offering, file_name=form.file_name, body=form.content
        )
    except (InvalidInput, StateConflict) as error:
        return refused_file("interchange/components_upload.html", form, error, offering=offering)
    return redirect(url_for("interchange.show_marks", batch=batch.public_id))


@bp.get("/marks/<batch>")
@requires(Permission.COMPONENTS_EDIT, of=load_marks)
def show_marks(batch):
    return render_template(
        "interchange/show_marks.html", batch=batch, offering=batch.offering, changes=service.show_changes(batch),
        problems=service.marks_problems(batch),
    )  # fmt: skip


@bp.post("/marks/<batch>/accept")
@requires(Permission.COMPONENTS_EDIT, of=load_marks)
def accept_marks(batch):
    count = service.accept_marks(actor=web.actor(), now=clock.now(), batch=batch)
    flash(_("Saved. Cells changed: %(count)s.", count=count), "success")
    return redirect(url_for("courses.show_offering", offering=batch.offering.public_id))
