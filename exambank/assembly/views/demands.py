"""The page of what a blueprint demands of papers beside its cells, and its requirements (bảng đặc tả)."""

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service
from exambank.assembly.forms import DemandsForm, read_stamp, stamp
from exambank.assembly.rules.matrix import sum_up
from exambank.assembly.views.blueprint import bp, load_blueprint
from exambank.courses import service as courses
from exambank.errors import InvalidInput
from exambank.permissions import Permission
from exambank.web import requires

REQUIREMENT_LIMIT = 2000


@bp.route("/blueprints/<blueprint_id>/demands", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def edit_demands(blueprint):
    if blueprint.state != "draft":
        return _refuse(blueprint)
    form = DemandsForm.open(service.demands_of(blueprint), service.fixed_of(blueprint), stamp(blueprint.changed_at))
    act, is_overtaken = request.form.get("act", ""), False
    if request.method == "POST":
        is_valid = form.validate()
        if act == "more":
            form.add_fixed(5)
        elif is_valid and act != "check":
            try:
                return _store(blueprint, form)
            except service.ChangedMeanwhile:
                is_overtaken, form.seen.data = True, stamp(blueprint.changed_at)
            except InvalidInput as refused:
                form.form_errors.append(refused.message)
    return render_template(
        "assembly/edit_demands.html", blueprint=blueprint, form=form, is_overtaken=is_overtaken,
        sums=sum_up(service.specs_of(blueprint)),
    )  # fmt: skip


def _store(blueprint, form: DemandsForm):
    service.set_demands(
        actor=web.actor(), now=clock.now(), blueprint=blueprint, demands=form.demands(), fixed=form.fixed_items(),
        seen=read_stamp(form.seen.data),
    )  # fmt: skip
    flash(_("The demands are saved. The next dealing keeps them."), "success")
    return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))


def _refuse(blueprint):
    flash(_("Papers were dealt from this blueprint, so it stays as it is. Copy it and change the copy."), "caution")
    return redirect(url_for(".show_blueprint", blueprint_id=blueprint.public_id))


# --- Bảng đặc tả ---


@bp.get("/blueprints/<blueprint_id>/specification")
@requires(Permission.BLUEPRINT_SEE, of=load_blueprint)
def show_specification(blueprint):
    return _specification(blueprint, is_edited=False)


@bp.route("/blueprints/<blueprint_id>/specification/edit", methods=["GET", "POST"])
@requires(Permission.BLUEPRINT_EDIT, of=load_blueprint)
def edit_specification(blueprint):
    if blueprint.state != "draft":
        return _refuse(blueprint)
    if request.method != "POST":
        return _specification(blueprint, is_edited=True)
    typed = {
        int(name.removeprefix("requirement-")): str(web.clean_text(value))[:REQUIREMENT_LIMIT]
        for name, value in request.form.items()
        if re.fullmatch(r"requirement-\d{1,4}", name)
    }
    act = {"actor": web.actor(), "now": clock.now(), "blueprint": blueprint, "requirements": typed}
    try:
        service.require(**act, seen=read_stamp(request.form.get("seen")))
    except service.ChangedMeanwhile:
        return _specification(blueprint, is_edited=True, typed=typed), 409
    flash(_("The requirements are saved."), "success")
    return redirect(url_for(".show_specification", blueprint_id=blueprint.public_id))


def _specification(blueprint, *, is_edited: bool, typed: dict[int, str] | None = None):
    """``typed``: what was typed over a blueprint that somebody saved since."""
    cells = service.specs_of(blueprint)
    used = {cell.level_id for cell in cells}
    return render_template(
        "assembly/show_specification.html", blueprint=blueprint, is_edited=is_edited, sums=sum_up(cells),
        levels=[one for one in courses.list_levels(with_retired=True) if one.id in used or not one.retired_at],
        blocks=service.specification(blueprint),
        outcomes=courses.list_outcomes(blueprint.course_module) if is_edited else [], typed=typed,
        seen=stamp(blueprint.changed_at),
    )  # fmt: skip
