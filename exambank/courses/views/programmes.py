"""Programmes and the versions of their Regulation."""

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.courses import labels, service
from exambank.courses.forms import NameForm, ProgrammeForm, RegulationForm
from exambank.courses.rules import RegulationRules
from exambank.courses.views.blueprint import bp, put_error, say
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Permission
from exambank.web import requires


def load_programme(programme: str):
    return service.get_programme(programme)


def load_regulation(regulation: str):
    return service.get_regulation(regulation)


@bp.get("/programmes")
@requires(Permission.COURSES_SEE)
def list_programmes():
    versions = {programme.id: service.list_regulations(programme) for programme in service.list_programmes()}
    return render_template("courses/list_programmes.html", programmes=service.list_programmes(), versions=versions)


@bp.route("/programmes/new", methods=["GET", "POST"])
@requires(Permission.REGULATION_MANAGE)
def new_programme():
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            programme = service.create_programme(
                actor=web.actor(), now=clock.now(), code=form.code.data, name=form.name.data, preset=form.preset.data
            )
        except InvalidInput as error:
            put_error(form, error)
        else:
            draft = service.list_regulations(programme)[0]
            return redirect(url_for("courses.edit_regulation", regulation=draft.public_id))
    return render_template("courses/new_programme.html", form=form)


@bp.route("/programmes/<programme>/edit", methods=["GET", "POST"])
@requires(Permission.REGULATION_MANAGE, of=load_programme)
def edit_programme(programme):
    form = NameForm(obj=programme)
    if form.validate_on_submit():
        service.rename_programme(actor=web.actor(), now=clock.now(), programme=programme, name=form.name.data)
        say(_("The programme is now called %(name)s.", name=programme.name))
        return redirect(url_for("courses.list_programmes"))
    return render_template("courses/edit_programme.html", form=form, programme=programme)


@bp.get("/regulations/<regulation>")
@requires(Permission.COURSES_SEE, of=load_regulation)
def show_regulation(regulation):
    rules = RegulationRules.parse(regulation.rules)
    return render_template(
        "courses/show_regulation.html", regulation=regulation, explained=labels.explain(rules),
        versions=service.list_regulations(regulation.programme), followers=service.list_followers(regulation),
    )  # fmt: skip


@bp.route("/regulations/<regulation>/edit", methods=["GET", "POST"])
@requires(Permission.REGULATION_MANAGE, of=load_regulation)
def edit_regulation(regulation):
    if regulation.adopted_at is not None:
        raise StateConflict(_("This version is adopted and never changes. Start a new version to change a rule."))
    form = RegulationForm.of(regulation.title, regulation.rules)
    if form.validate_on_submit():
        try:
            service.edit_regulation(
                actor=web.actor(), now=clock.now(), regulation=regulation, title=form.title.data, rules=form.as_rules()
            )
        except service.RulesRefused as error:
            form.put_problems(error)
        else:
            say(_("The draft is saved."))
            return redirect(url_for("courses.show_regulation", regulation=regulation.public_id))
    return render_template("courses/edit_regulation.html", form=form, regulation=regulation)


@bp.post("/regulations/<regulation>/adopt")
@requires(Permission.REGULATION_MANAGE, of=load_regulation)
def adopt_regulation(regulation):
    service.adopt_regulation(actor=web.actor(), now=clock.now(), regulation=regulation)
    say(_("Version %(version)s is adopted. Classes can follow it now.", version=regulation.version))
    return redirect(url_for("courses.show_regulation", regulation=regulation.public_id))


@bp.post("/regulations/<regulation>/versions")
@requires(Permission.REGULATION_MANAGE, of=load_regulation)
def start_version(regulation):
    draft = service.start_version(actor=web.actor(), now=clock.now(), regulation=regulation)
    say(_("Version %(version)s is a draft copied from this one. Change what is new, then adopt it.",
          version=draft.version))  # fmt: skip
    return redirect(url_for("courses.edit_regulation", regulation=draft.public_id))
