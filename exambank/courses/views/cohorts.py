"""Classes with their learners, and terms."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.courses import service
from exambank.courses.forms import CohortForm, LearnersForm, TermForm
from exambank.courses.forms.fields import choices
from exambank.courses.views.blueprint import bp, put_error, say
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Permission
from exambank.web import requires


def load_cohort(cohort: str):
    return service.get_cohort(cohort)


def load_term(term: str):
    return service.get_term(term)


def load_enrolment(cohort: str, learner: str):
    return service.find_enrolment(cohort, learner)


@bp.get("/classes")
@requires(Permission.COURSES_SEE)
def list_cohorts():
    search = request.args.get("q", "")
    return render_template(
        "courses/list_cohorts.html", cohorts=service.list_cohorts(search=search), counts=service.count_learners(),
        search_text=search, may_create=bool(service.list_adopted_regulations()),
    )  # fmt: skip


def _cohort_form(cohort=None) -> CohortForm:
    form = CohortForm(obj=cohort)
    form.regulation.choices = choices(
        (one.public_id, _("%(title)s, version %(version)s", title=one.title, version=one.version))
        for one in service.list_adopted_regulations()
    )
    if cohort is not None:
        form.code.validators = []
        form.code.flags.required = False
        if not form.is_submitted():
            form.regulation.data = cohort.regulation.public_id
    return form


@bp.route("/classes/new", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE)
def new_cohort():
    form = _cohort_form()
    if form.validate_on_submit():
        try:
            cohort = service.create_cohort(
                actor=web.actor(), now=clock.now(), code=form.code.data, name=form.name.data, intake=form.intake.data,
                regulation=service.get_regulation(form.regulation.data),
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.show_cohort", cohort=cohort.public_id))
    return render_template("courses/new_cohort.html", form=form)


@bp.route("/classes/<cohort>/edit", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE, of=load_cohort)
def edit_cohort(cohort):
    form = _cohort_form(cohort)
    if form.validate_on_submit():
        try:
            service.edit_cohort(
                actor=web.actor(), now=clock.now(), cohort=cohort, name=form.name.data, intake=form.intake.data,
                regulation=service.get_regulation(form.regulation.data),
            )  # fmt: skip
        except StateConflict as error:
            form.regulation.errors = [error.message]
        else:
            say(_("The changes are saved."))
            return redirect(url_for("courses.show_cohort", cohort=cohort.public_id))
    return render_template("courses/edit_cohort.html", form=form, cohort=cohort)


@bp.get("/classes/<cohort>")
@requires(Permission.COURSES_SEE, of=load_cohort)
def show_cohort(cohort):
    return _show_cohort(cohort, LearnersForm(formdata=None))


def _show_cohort(cohort, form: LearnersForm):
    enrolments = service.list_enrolments(cohort)
    return render_template(
        "courses/show_cohort.html", cohort=cohort, form=form, offerings=service.list_offerings_of(cohort),
        active=[one for one in enrolments if one.state == "active"],
        left=[one for one in enrolments if one.state == "left"],
    )  # fmt: skip


@bp.post("/classes/<cohort>/learners")
@requires(Permission.COURSES_MANAGE, of=load_cohort)
def enrol_learners(cohort):
    form = LearnersForm()
    if form.validate_on_submit():
        codes = form.codes.data.replace(",", "\n").replace(";", "\n").split("\n")
        try:
            added = service.enrol_learners(actor=web.actor(), now=clock.now(), cohort=cohort, codes=codes)
        except InvalidInput as error:
            put_error(form, error)
        else:
            say(_("Added to the class: %(count)s.", count=len(added)))
            return redirect(url_for("courses.show_cohort", cohort=cohort.public_id))
    return _show_cohort(cohort, form)


@bp.post("/classes/<cohort>/learners/<learner>/leave")
@requires(Permission.COURSES_MANAGE, of=load_enrolment)
def leave_cohort(enrolment):
    service.leave_cohort(actor=web.actor(), now=clock.now(), enrolment=enrolment)
    say(_("%(name)s has left the class. Marks and absences are kept.", name=enrolment.user.full_name))
    return redirect(url_for("courses.show_cohort", cohort=enrolment.cohort.public_id))


# --- terms ---


@bp.get("/terms")
@requires(Permission.COURSES_SEE)
def list_terms():
    return render_template("courses/list_terms.html", terms=service.list_terms())


@bp.route("/terms/new", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE)
def new_term():
    form = TermForm()
    if form.validate_on_submit():
        try:
            service.create_term(
                actor=web.actor(), now=clock.now(), code=form.code.data, name=form.name.data,
                starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.list_terms"))
    return render_template("courses/new_term.html", form=form)


@bp.route("/terms/<term>/edit", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE, of=load_term)
def edit_term(term):
    form = TermForm(obj=term)
    form.code.validators = []
    form.code.flags.required = False
    if form.validate_on_submit():
        try:
            service.edit_term(
                actor=web.actor(), now=clock.now(), term=term, name=form.name.data,
                starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            )  # fmt: skip
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.list_terms"))
    return render_template("courses/edit_term.html", form=form, term=term)
