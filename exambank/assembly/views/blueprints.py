"""Pages of blueprints: the list, the editor, one blueprint and what it lacks."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import rules, service
from exambank.assembly.forms import BlueprintForm, typed_rows
from exambank.assembly.views.blueprint import bp, load_blueprint, load_module
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires


@bp.get("/")
@requires(Permission.BLUEPRINT_SEE)
def list_blueprints():
    return render_template(
        "assembly/list_blueprints.html",
        blueprints=service.list_blueprints(web.actor(), with_retired=request.args.get("retired") == "1"),
        waiting=service.list_waiting_sets(web.actor()),
        modules=courses.list_modules_for(web.actor(), Permission.BLUEPRINT_EDIT),
        total_points=lambda blueprint: rules.total_points(service.specs_of(blueprint)),
    )


@bp.route("/modules/<module_id>/new", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def new_blueprint(course_module):
    return _edit(course_module, None)


@bp.route("/blueprints/<blueprint_id>/edit", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def edit_blueprint(blueprint):
    if blueprint.state != "draft":
        flash(_("Papers were dealt from this blueprint, so it stays as it is. Copy it and change the copy."), "caution")
        return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))
    return _edit(blueprint.course_module, blueprint)


def _edit(course_module, blueprint):
    """Both editors: Save stores, Check only counts, More rows only adds rows. All three work without script."""
    topics, levels = courses.list_topics(course_module), courses.list_levels()
    stored = service.specs_of(blueprint) if blueprint else []
    form = BlueprintForm(data={"name": blueprint and blueprint.name, "rows": typed_rows(stored, topics, levels)})
    form.offer(topics, levels)
    cells, act = stored, request.form.get("act")
    if request.method == "POST":
        is_valid = form.validate()
        cells = form.specs() if is_valid else []
        if act == "more":
            form.add_rows(5)
            form.offer(topics, levels)
        elif is_valid and act != "check":
            try:
                return _store(course_module, blueprint, form.name.data, cells)
            except InvalidInput as refused:
                form.form_errors.append(refused.message)
    return render_template(
        "assembly/edit_blueprint.html", form=form, course_module=course_module, blueprint=blueprint,
        found=service.check_cells(course_module.id, cells), total=rules.total_points(cells),
        tags=service.tags_in_bank(course_module.id), is_typed=bool(request.form),
    )  # fmt: skip


def _store(course_module, blueprint, name: str, cells):
    common = {"actor": web.actor(), "now": clock.now(), "name": name, "cells": cells}
    if blueprint is None:
        blueprint = service.write_blueprint(**common, course_module=course_module)
    else:
        service.revise_blueprint(**common, blueprint=blueprint)
    flash(_("The blueprint is saved."), "success")
    return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))


@bp.get("/blueprints/<blueprint_id>")
@requires(Permission.BLUEPRINT_SEE, of=load_blueprint)
def show_blueprint(blueprint):
    cells = service.specs_of(blueprint)
    return render_template(
        "assembly/show_blueprint.html", blueprint=blueprint, found=service.check_feasibility(blueprint),
        names=service.cell_names(cells), total=rules.total_points(cells), sets=service.list_paper_sets(blueprint),
    )  # fmt: skip


@bp.post("/blueprints/<blueprint_id>/copy")
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def copy_blueprint(blueprint):
    copy = service.copy_blueprint(actor=web.actor(), now=clock.now(), blueprint=blueprint)
    flash(_("This is a copy: change what you need and save it."), "success")
    return redirect(url_for(".edit_blueprint", blueprint_id=copy.public_id))


@bp.post("/blueprints/<blueprint_id>/retire")
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def retire_blueprint(blueprint):
    service.retire_blueprint(actor=web.actor(), now=clock.now(), blueprint=blueprint)
    flash(_("The blueprint was put away. Its papers stay as they are."), "success")
    return redirect(url_for(".list_blueprints"))
