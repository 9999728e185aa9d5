"""Pages of blueprints: the list, the matrix, one blueprint and what it lacks, new ones after others."""

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service
from exambank.assembly.forms import BlueprintFilter, BlueprintForm, stamp
from exambank.assembly.rules import PAPERS_ALLOWED
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.matrix import sum_up
from exambank.assembly.views.blueprint import bp, load_blueprint, load_module
from exambank.courses import service as courses
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Permission, allows
from exambank.web import requires


@bp.get("/")
@requires(Permission.BLUEPRINT_SEE)
def list_blueprints():
    chosen = BlueprintFilter.read(request.args)
    modules = courses.list_modules_for(web.actor(), Permission.BLUEPRINT_SEE)
    return render_template(
        "assembly/list_blueprints.html",
        chosen=chosen,
        blueprints=service.list_blueprints(
            web.actor(), with_retired=request.args.get("retired") == "1", state=chosen.state,
            templates=chosen.templates,
            course_module=next((one for one in modules if one.public_id == chosen.module), None),
        ),
        waiting=service.list_waiting_sets(web.actor()),
        all_modules=modules,
        modules=courses.list_modules_for(web.actor(), Permission.BLUEPRINT_EDIT),
        whole=lambda blueprint: sum_up(service.specs_of(blueprint)).whole,
    )  # fmt: skip


# --- The matrix ---


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
    """Save stores; all other buttons only change what is typed or count it again. All works without script."""
    form, act, is_overtaken = open_form(course_module, blueprint), request.form.get("act", ""), False
    if request.method == "POST":
        is_valid = form.validate()
        if act == "more":
            form.add_rows(5)
        elif act == "any-level":
            form.add_any_level()
        elif act.startswith("move:"):
            form.move(act)
        elif is_valid and act != "check":
            try:
                return _store(course_module, blueprint, form)
            except service.ChangedMeanwhile:
                is_overtaken, form.seen.data = True, stamp(blueprint.changed_at)
            except InvalidInput as refused:
                form.form_errors.append(refused.message)
    rows, demands = form.specs_by_row(), service.demands_of(blueprint) if blueprint else Demands()
    return render_template(
        "assembly/edit_blueprint.html", form=form, course_module=course_module, blueprint=blueprint,
        found=_judge(course_module, form, rows, demands), demands=demands,
        sums=sum_up(rows.values()), is_overtaken=is_overtaken,
        is_wrong=request.method == "POST" and act not in ("more", "any-level") and form.is_wrong,
        tags=service.tags_in_bank(course_module.id), patterns=_patterns(course_module, blueprint),
    )  # fmt: skip


def open_form(course_module, blueprint=None) -> BlueprintForm:
    """The form over what was sent or, on a page that is read, over the stored blueprint."""
    cells = service.specs_of(blueprint) if blueprint else []
    used = {cell.topic_id for cell in cells} | {cell.level_id for cell in cells}
    named = set(request.form.values())
    values = {}
    if blueprint:
        values = {"name": blueprint.name, "frame": service.frame_of(blueprint), "seen": blueprint.changed_at}
    return BlueprintForm.open(
        _shown(courses.list_topics(course_module, with_retired=True), used, named),
        _shown(courses.list_levels(with_retired=True), used, named), cells=cells, **values,
    )  # fmt: skip


def _shown(things, used, named) -> list:
    """A retired topic or level stays in a matrix that asks for it, in store or as it is typed."""
    return [one for one in things if not one.retired_at or one.id in used or one.public_id in named]


def _judge(course_module, form: BlueprintForm, rows, demands: Demands) -> service.Sufficiency:
    return service.judge_matrix(
        course_module, rows, topics=form.topics, levels=form.levels, now=clock.now(), demands=demands
    )


def _typed_demands() -> Demands:
    """Of the demands only the days matter to counting; the page sends them along."""
    typed = request.form.get("fresh-days", "")
    return Demands(days_apart=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else None)


def _patterns(course_module, blueprint) -> list:
    """Only a new, untouched matrix offers to begin from another one."""
    return service.list_patterns(web.actor(), course_module) if blueprint is None and request.method == "GET" else []


def _store(course_module, blueprint, form: BlueprintForm):
    common = {
        "actor": web.actor(), "now": clock.now(), "name": form.name.data, "cells": form.specs(), "frame": form.frame(),
    }  # fmt: skip
    if blueprint is None:
        blueprint = service.write_blueprint(**common, course_module=course_module)
    else:
        service.revise_blueprint(**common, blueprint=blueprint, seen=form.seen_at)
    flash(_("The blueprint is saved."), "success")
    return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))


@bp.post("/modules/<module_id>/counts")
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def count_blueprint(course_module):
    """What the bank has for what is typed, as JSON; nothing is stored."""
    form = open_form(course_module)
    found = _judge(course_module, form, form.specs_by_row(), _typed_demands())
    return jsonify(
        rows={
            row: {
                "state": line.state, "text": service.stock_text(line), "details": service.stock_details(line),
                "available": line.supply.available, "mark": line.mark, "count": line.cell.count,
            }
            for row, line in found.lines.items()
        },
        verdict=_render_verdict(found, course_module),
        said=" ".join(found.verdict),
        is_feasible=found.found.is_feasible,
    )  # fmt: skip


def _render_verdict(found, course_module) -> str:
    """This part alone, without what every page needs (the school, the menu), so that counting stays quick."""
    template = current_app.jinja_env.get_template("assembly/_sufficiency.html")
    return template.render(found=found, course_module=course_module)


# --- One blueprint ---


@bp.get("/blueprints/<blueprint_id>")
@requires(Permission.BLUEPRINT_SEE, of=load_blueprint)
def show_blueprint(blueprint):
    form = open_form(blueprint.course_module, blueprint)
    rows, demands = form.specs_by_row(), service.demands_of(blueprint)
    papers = _papers_asked(blueprint)
    return render_template(
        "assembly/show_blueprint.html", blueprint=blueprint, form=form, sums=sum_up(rows.values()),
        found=_judge(blueprint.course_module, form, rows, demands),
        demands=service.say_demands(demands, str(get_locale())), fixed=service.fixed_of(blueprint),
        sets=service.list_paper_sets(blueprint), papers=papers,
        why_not=service.why_not(blueprint, papers, demands, clock.now()) if papers else None,
    )  # fmt: skip


def _papers_asked(blueprint) -> int:
    """For how many papers it is asked whether they can be had; 0: it is not asked."""
    typed = request.args.get("papers", "")
    if not (typed.isascii() and typed.isdigit() and 0 < len(typed) < 4 and _may_edit(blueprint)):
        return 0
    return min(int(typed), PAPERS_ALLOWED)


def _may_edit(blueprint) -> bool:
    """Only who writes blueprints may let the solver work."""
    return allows(web.actor(), Permission.BLUEPRINT_EDIT, blueprint)


@bp.post("/blueprints/<blueprint_id>/copy")
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def copy_blueprint(blueprint):
    as_template = request.form.get("as") == "template"
    copy = service.copy_blueprint(actor=web.actor(), now=clock.now(), blueprint=blueprint, as_template=as_template)
    flash(_("This is a copy: change what you need and save it."), "success")
    return redirect(url_for(".edit_blueprint", blueprint_id=copy.public_id))


@bp.post("/blueprints/<blueprint_id>/template")
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def mark_template(blueprint):
    is_template = request.form.get("is_template") == "1"
    service.mark_template(actor=web.actor(), now=clock.now(), blueprint=blueprint, is_template=is_template)
    flash(
        _("This is a template now: nothing is dealt from it, new blueprints begin with it.")
        if is_template
        else _("This is a plain blueprint again: papers can be dealt from it."),
        "success",
    )
    return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))


@bp.post("/blueprints/<blueprint_id>/retire")
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def retire_blueprint(blueprint):
    service.retire_blueprint(actor=web.actor(), now=clock.now(), blueprint=blueprint)
    flash(_("The blueprint was put away. Its papers stay as they are."), "success")
    return redirect(url_for(".list_blueprints"))


@bp.route("/modules/<module_id>/from", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_module)
def adapt_blueprint(course_module):
    """A new blueprint after another one: first what would become of it, then it is made."""
    if not request.values.get("source"):
        return redirect(url_for(".new_blueprint", module_id=course_module.public_id))
    source = service.get_blueprint(request.values["source"])
    if not allows(web.actor(), Permission.BLUEPRINT_SEE, source):
        raise NotFound()
    by = "order" if request.values.get("by") == "order" else "name"
    found = service.preview_adaptation(source, course_module, by)
    if request.method == "POST" and found.cells:
        blueprint = service.adapt_blueprint(
            actor=web.actor(), now=clock.now(), source=source, course_module=course_module, by=by
        )
        flash(_("The new blueprint is a draft: look it over, change what you need and save it."), "success")
        return redirect(url_for(".edit_blueprint", blueprint_id=blueprint.public_id))
    return render_template(
        "assembly/adapt_blueprint.html", course_module=course_module, found=found,
        names=service.cell_names(found.left_out),
    )  # fmt: skip
