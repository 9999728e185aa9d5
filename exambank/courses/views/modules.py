"""Course modules, topics and cognitive levels."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.courses import service
from exambank.courses.forms import ModuleForm, NameForm
from exambank.courses.forms.fields import choices
from exambank.courses.views.blueprint import bp, put_error, say
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires

STEPS = {"up": -1, "down": 1}


def load_module(module: str):
    return service.get_module(module)


def load_topic(topic: str):
    return service.get_topic(topic)


def load_level(level: str):
    return service.get_level(level)


@bp.get("/modules")
@requires(Permission.COURSES_SEE)
def list_modules():
    search = request.args.get("q", "")
    modules = service.list_modules(search=search, with_inactive=True)
    return render_template("courses/list_modules.html", modules=modules, search_text=search)


def _module_form(module=None) -> ModuleForm:
    form = ModuleForm(obj=module)
    programmes, departments = service.list_programmes(), service.list_departments()
    form.programme.choices = choices((one.public_id, one.name) for one in programmes)
    form.department.choices = choices((one.public_id, one.name) for one in departments)
    if module is not None:
        form.code.validators = []
        form.code.flags.required = False
        if not form.is_submitted():
            form.programme.data, form.department.data = module.programme.public_id, module.department.public_id
    return form


def _chosen(form: ModuleForm) -> dict:
    departments = {one.public_id: one for one in service.list_departments()}
    return {
        "name": form.name.data,
        "credits": form.credits.data,
        "programme": service.get_programme(form.programme.data),
        "department": departments[form.department.data],
    }


@bp.route("/modules/new", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE)
def new_module():
    form = _module_form()
    if form.validate_on_submit():
        try:
            module = service.create_module(actor=web.actor(), now=clock.now(), code=form.code.data, **_chosen(form))
        except InvalidInput as error:
            put_error(form, error)
        else:
            say(_("%(name)s is created. Add its topics now.", name=module.name))
            return redirect(url_for("courses.show_module", module=module.public_id))
    return render_template("courses/new_module.html", form=form)


@bp.route("/modules/<module>/edit", methods=["GET", "POST"])
@requires(Permission.COURSES_MANAGE, of=load_module)
def edit_module(module):
    form = _module_form(module)
    if form.validate_on_submit():
        service.edit_module(
            actor=web.actor(), now=clock.now(), course_module=module, is_active=form.is_active.data, **_chosen(form)
        )
        say(_("The changes are saved."))
        return redirect(url_for("courses.show_module", module=module.public_id))
    return render_template("courses/edit_module.html", form=form, module=module)


@bp.get("/modules/<module>")
@requires(Permission.COURSES_SEE, of=load_module)
def show_module(module):
    return _show_topics(module, NameForm(formdata=None))


def _show_topics(module, form: NameForm):
    topics = service.list_topics(module, with_retired=True)
    return render_template("courses/show_module.html", module=module, topics=topics, form=form)


@bp.post("/modules/<module>/topics")
@requires(Permission.TOPICS_MANAGE, of=load_module)
def add_topic(module):
    form = NameForm()
    if form.validate_on_submit():
        try:
            service.add_topic(actor=web.actor(), now=clock.now(), course_module=module, name=form.name.data)
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.show_module", module=module.public_id, _anchor="topics"))
    return _show_topics(module, form)


@bp.route("/topics/<topic>/edit", methods=["GET", "POST"])
@requires(Permission.TOPICS_MANAGE, of=load_topic)
def edit_topic(topic):
    form = NameForm(obj=topic)
    if form.validate_on_submit():
        try:
            service.rename_topic(actor=web.actor(), now=clock.now(), topic=topic, name=form.name.data)
        except InvalidInput as error:
            put_error(form, error)
        else:
            return _back_to_topics(topic)
    return render_template("courses/edit_topic.html", form=form, topic=topic)


def _back_to_topics(topic):
    return redirect(url_for("courses.show_module", module=topic.course_module.public_id, _anchor="topics"))


@bp.post("/topics/<topic>/move")
@requires(Permission.TOPICS_MANAGE, of=load_topic)
def move_topic(topic):
    step = STEPS.get(request.form.get("direction", ""), 0)
    service.move_topic(actor=web.actor(), now=clock.now(), topic=topic, step=step)
    return _back_to_topics(topic)


@bp.post("/topics/<topic>/retire")
@requires(Permission.TOPICS_MANAGE, of=load_topic)
def retire_topic(topic):
    service.retire_topic(actor=web.actor(), now=clock.now(), topic=topic)
    return _back_to_topics(topic)


@bp.post("/topics/<topic>/restore")
@requires(Permission.TOPICS_MANAGE, of=load_topic)
def restore_topic(topic):
    service.restore_topic(actor=web.actor(), now=clock.now(), topic=topic)
    return _back_to_topics(topic)


# --- cognitive levels ---


@bp.get("/levels")
@requires(Permission.COURSES_SEE)
def list_levels():
    return _show_levels(NameForm(formdata=None))


def _show_levels(form: NameForm):
    return render_template("courses/list_levels.html", levels=service.list_levels(with_retired=True), form=form)


@bp.post("/levels")
@requires(Permission.LEVELS_MANAGE)
def add_level():
    form = NameForm()
    if form.validate_on_submit():
        try:
            service.add_level(actor=web.actor(), now=clock.now(), name=form.name.data)
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.list_levels"))
    return _show_levels(form)


@bp.route("/levels/<level>/edit", methods=["GET", "POST"])
@requires(Permission.LEVELS_MANAGE, of=load_level)
def edit_level(level):
    form = NameForm(obj=level)
    if form.validate_on_submit():
        try:
            service.rename_level(actor=web.actor(), now=clock.now(), level=level, name=form.name.data)
        except InvalidInput as error:
            put_error(form, error)
        else:
            return redirect(url_for("courses.list_levels"))
    return render_template("courses/edit_level.html", form=form, level=level)


@bp.post("/levels/<level>/move")
@requires(Permission.LEVELS_MANAGE, of=load_level)
def move_level(level):
    step = STEPS.get(request.form.get("direction", ""), 0)
    service.move_level(actor=web.actor(), now=clock.now(), level=level, step=step)
    return redirect(url_for("courses.list_levels"))


@bp.post("/levels/<level>/retire")
@requires(Permission.LEVELS_MANAGE, of=load_level)
def retire_level(level):
    service.retire_level(actor=web.actor(), now=clock.now(), level=level)
    return redirect(url_for("courses.list_levels"))


@bp.post("/levels/<level>/restore")
@requires(Permission.LEVELS_MANAGE, of=load_level)
def restore_level(level):
    service.restore_level(actor=web.actor(), now=clock.now(), level=level)
    return redirect(url_for("courses.list_levels"))
