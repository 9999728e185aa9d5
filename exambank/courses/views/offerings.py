"""Offerings and their mark sheets: attendance and component marks."""

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.courses import service
from exambank.courses.forms import MarkSheet, OfferingForm
from exambank.courses.forms.fields import choices
from exambank.courses.rules import ABSENT
from exambank.courses.views.blueprint import bp, put_error, say
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


def load_offering(offering: str):
    return service.get_offering(offering)


@bp.get("/")
@requires(Permission.COURSES_SEE)
def list_offerings():
    terms, search = service.list_terms(), request.args.get("q", "")
    term = next((one for one in terms if one.public_id == request.args.get("term")), None)
    offerings = service.list_offerings_for(web.actor(), term=term, search=search)
    return render_template(
        "courses/list_offerings.html", offerings=offerings, terms=terms, term=term, search_text=search,
        is_filtered=bool(search or term),
    )  # fmt: skip


def _offering_form(offering=None) -> OfferingForm:
    form = OfferingForm(obj=offering)
    form.lecturers.choices = choices(
        (one.public_id, f"{one.full_name} ({one.code})") for one in service.list_lecturers()
    )
    if offering is None:
        form.course_module.choices = choices(
            (one.public_id, f"{one.name} ({one.code})") for one in service.list_modules()
        )
        form.cohort.choices = choices((one.public_id, f"{one.code}, {one.name}") for one in service.list_cohorts())
        form.term.choices = choices((one.public_id, one.name) for one in service.list_terms())
        return form
    del form.course_module, form.cohort, form.term
    if not form.is_submitted():
        form.lecturers.data = [teaching.user.public_id for teaching in offering.teachings]
    return form


def _lecturers(form: OfferingForm) -> list:
    chosen = set(form.lecturers.data or ())
    return [one for one in service.list_lecturers() if one.public_id in chosen]


@bp.route("/offerings/new", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE)
def new_offering():
    form = _offering_form()
    if form.validate_on_submit():
        try:
            offering = service.create_offering(
                actor=web.actor(), now=clock.now(), course_module=service.get_module(form.course_module.data),
                cohort=service.get_cohort(form.cohort.data), term=service.get_term(form.term.data),
                periods=form.periods.data, lecturers=_lecturers(form),
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.show_offering", offering=offering.public_id))
    return render_template("courses/new_offering.html", form=form)


@bp.route("/offerings/<offering>/edit", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE, of=load_offering)
def edit_offering(offering):
    form = _offering_form(offering)
    if form.validate_on_submit():
        try:
            service.edit_offering(
                actor=web.actor(), now=clock.now(), offering=offering, periods=form.periods.data,
                lecturers=_lecturers(form),
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            say(_("The changes are saved."))
            return redirect(url_for("courses.show_offering", offering=offering.public_id))
    return render_template("courses/edit_offering.html", form=form, offering=offering)


# --- the mark sheet ---


@bp.get("/offerings/<offering>")
@requires(Permission.COMPONENTS_SEE, of=load_offering)
def show_offering(offering):
    return _show_sheet(offering, _sheet(offering))


def _sheet(offering) -> MarkSheet:
    components = [component.code for component in service.rules_for(offering).components]
    learners = service.list_learners(offering.cohort)
    return MarkSheet(learners, components, service.component_marks(offering), service.absences(offering))


def _show_sheet(offering, sheet: MarkSheet):
    reasons = {
        user_id: [service.reason_sentence(reason) for reason in found]
        for user_id, found in service.eligibility(offering).items()
    }
    has_files = "interchange.components_download" in current_app.view_functions
    return render_template(
        "courses/show_offering.html", offering=offering, sheet=sheet, rules=service.rules_for(offering),
        reasons=reasons, absent=ABSENT, has_files=has_files,
        barred=sum(1 for found in reasons.values() if found),
        missing=sum(1 for cell, value in sheet.stored.items() if value == "" and not cell.endswith(ABSENT)),
    )  # fmt: skip


@bp.post("/offerings/<offering>/marks")
@requires(Permission.COMPONENTS_EDIT, of=load_offering)
def save_marks(offering):
    sheet = _sheet(offering)
    sheet.read(request.form)
    marks, absences = sheet.changed()
    seen_marks, seen_absences = sheet.changed("seen")
    if sheet.errors:
        sheet.put_problems(service.check_component_marks(offering, marks, absences))
    else:
        try:
            changes = service.set_component_marks(
                actor=web.actor(), now=clock.now(), offering=offering, marks=marks, absences=absences,
                seen_marks=seen_marks, seen_absences=seen_absences,
            )  # fmt: skip
        except service.SheetRefused as error:
            sheet.put_problems(error.problems)
        else:
            say(_("Saved. Cells changed: %(count)s.", count=len(changes)))
            return redirect(url_for("courses.show_offering", offering=offering.public_id))
    return _show_sheet(offering, sheet)


@bp.post("/offerings/<offering>/close")
@requires(Permission.COURSES_MANAGE, of=load_offering)
def close_marks(offering):
    service.close_marks(actor=web.actor(), now=clock.now(), offering=offering)
    say(_("The mark sheet is closed."))
    return redirect(url_for("courses.show_offering", offering=offering.public_id))


@bp.post("/offerings/<offering>/reopen")
@requires(Permission.COURSES_MANAGE, of=load_offering)
def reopen_marks(offering):
    service.reopen_marks(actor=web.actor(), now=clock.now(), offering=offering)
    say(_("The mark sheet is open again."))
    return redirect(url_for("courses.show_offering", offering=offering.public_id))
