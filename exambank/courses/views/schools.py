"""The school's own page: its name, its printed header, its words."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.courses import service
from exambank.courses.forms import SchoolForm
from exambank.courses.views.blueprint import bp, put_error, say
from exambank.errors import InvalidInput
from exambank.permissions import Permission, Role
from exambank.web import requires


@bp.route("/school", methods=["GET", "POST"])
@requires(Permission.SETTINGS_MANAGE)
def edit_school():
    form = SchoolForm.of(service.school())
    if form.validate_on_submit():
        try:
            service.set_school(
                actor=web.actor(), now=clock.now(), name=form.name.data, governing_body=form.governing_body.data,
                place=form.place.data, labels=form.words(),
                settings=form.settings(service.school_settings(), web.actor().has(Role.TRAINING_OFFICE)),
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            say(_("The school's details are saved."))
            return redirect(url_for("courses.edit_school"))
    return render_template("courses/edit_school.html", form=form, school=service.school())
