"""Steps and changes for many items at once: always first a page that says what would happen."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import labels, rules, service
from exambank.bank.rules import finding
from exambank.bank.service.bulk import ACTS
from exambank.bank.views.blueprint import bp, load_bank
from exambank.courses import service as courses
from exambank.errors import InvalidInput, wants_json
from exambank.permissions import Permission, allows
from exambank.web import requires

BULK_ACTS = {
    "submit": Permission.ITEM_WRITE, "approve": Permission.ITEM_REVIEW, "send_back": Permission.ITEM_REVIEW,
    "suspend": Permission.ITEM_RETIRE, "resume": Permission.ITEM_RETIRE,
}  # fmt: skip


def acts_for(course_module) -> list[str]:
    """The steps and changes that this person may take with at least some items of a bank.

    Whoever writes in a bank may retag, move and export the own items there.
    """
    steps = [act for act, permission in BULK_ACTS.items() if allows(web.actor(), permission, course_module)]
    own = {"retag", "place", "export"} if allows(web.actor(), Permission.ITEM_WRITE, course_module) else set()
    return steps + [act for act, needed in ACTS.items() if act in own or allows(web.actor(), needed, course_module)]


def _act(values, acts) -> str:
    act = values.get("act", "")
    if act not in acts:
        raise InvalidInput(_("Choose what to do with the items."))
    return act


def _chosen_ids(course_module) -> list[int]:
    """The items ticked, or all that the list's filters find."""
    if request.form.get("all"):
        return service.list_item_ids(course_module, finding.read_filters(request.form), web.actor())
    return service.list_ids_of(course_module, request.form.getlist("ids"))


def _back(course_module) -> str:
    """The list as it was left."""
    query = finding.as_query(finding.read_filters(request.form))
    return url_for("bank.show_bank", module_id=course_module.public_id, **query)


def _nothing_chosen(course_module):
    flash(_("No item was chosen. Tick the items first."), "caution")
    return redirect(_back(course_module))


@bp.post("/modules/<module_id>/moves")
@requires(Permission.BANK_SEE, of=load_bank)
def preview_moves(course_module):
    """Show who moves and who does not, before anything happens."""
    act, ids = _act(request.form, BULK_ACTS), _chosen_ids(course_module)
    if not ids:
        return _nothing_chosen(course_module)
    moves = service.preview_moves(act, web.actor(), ids)
    public_ids = service.public_ids_of([item_id for item_id, _code in moves.moved])
    if wants_json():
        return jsonify(ids=public_ids, refused=[list(row[1:]) for row in moves.refused], seal=moves.seal)
    return render_template(
        "bank/preview_moves.html",
        course_module=course_module,
        act=act,
        act_label=labels.act_label(act),
        moves=moves,
        public_ids=public_ids,
        back=_back(course_module),
    )


@bp.post("/modules/<module_id>/moves/confirmed")
@requires(Permission.BANK_SEE, of=load_bank)
def move_items(course_module):
    act, comment = _act(request.form, BULK_ACTS), web.clean_text(request.form.get("comment", ""))
    ids = service.list_ids_of(course_module, request.form.getlist("ids"))
    seal = request.form.get("seal", "")
    moves = service.move_many(actor=web.actor(), now=clock.now(), act=act, items=ids, comment=comment, seal=seal)
    if wants_json():
        return jsonify(moved=len(moves.moved), refused=[list(row[1:]) for row in moves.refused])
    _tell(act, moves)
    return redirect(url_for("bank.show_bank", module_id=course_module.public_id))


def _tell(act: str, moves: service.Moves) -> None:
    done = {
        "submit": _("%(count)s items were sent to review.", count=len(moves.moved)),
        "approve": _(
            "%(count)s items were accepted. Papers may use them.", count=len(moves.moved) - len(moves.partial)
        ),
        "send_back": _("%(count)s items were sent back to their authors.", count=len(moves.moved)),
        "suspend": _("%(count)s items are suspended. New papers do not use them.", count=len(moves.moved)),
        "resume": _("%(count)s items are back in use. Papers may use them.", count=len(moves.moved)),
    }
    if len(moves.moved) > len(moves.partial):
        flash(done[act], "success")
    if moves.partial:
        flash(
            _("Your approval of %(count)s items is recorded. They need another person's as well.",
              count=len(moves.partial)), "success",
        )  # fmt: skip
    if moves.refused:
        flash(_("%(count)s items stayed as they were.", count=len(moves.refused)), "caution")


# --- tags, places, retirement, export ---


@bp.post("/modules/<module_id>/changes")
@requires(Permission.BANK_SEE, of=load_bank)
def change_items(course_module):
    """Ask what to change, show who would change and who not, and do it when that was confirmed."""
    act, ids = _act(request.form, ACTS), _chosen_ids(course_module)
    if not ids:
        return _nothing_chosen(course_module)
    change, go = _change(request.form), request.form.get("go", "")
    if act == "export":
        return _show_change(course_module, act, ids, change, is_planned=True)
    try:
        if go == "confirm":
            return _carry_out(course_module, act, ids, change)
        if go == "preview":
            service.check_change(act, course_module, change)
    except InvalidInput as refused:
        return _show_change(course_module, act, ids, change, refused=refused), 422
    return _show_change(course_module, act, ids, change, is_planned=go == "preview")


def _change(form) -> service.BulkChange:
    given = {name: web.clean_text(form.get(f"to_{name}", "")) for name in ("topic", "level", "outcome")}
    tags = {name: tuple(web.clean_text(form.get(name, "")).split(",")) for name in ("add_tags", "remove_tags")}
    reason = web.clean_text(form.get("reason", ""))
    return service.BulkChange(**given, reason=reason, **{name: rules.tidy_tags(typed) for name, typed in tags.items()})


def _show_change(course_module, act, ids, change, *, is_planned=False, refused=None):
    plan = None
    if is_planned:
        plan = service.plan_change(act, actor=web.actor(), course_module=course_module, ids=ids, change=change)
    return render_template(
        "bank/change_items.html",
        course_module=course_module,
        act=act,
        act_label=labels.act_label(act),
        change=change,
        plan=plan,
        count=len(ids),
        public_ids=[row[1] for row in plan.changed] if plan else service.public_ids_of(ids),
        error=refused.message if refused else "",
        field=refused.details.get("field", "") if refused else "",
        topics=courses.list_topics(course_module),
        levels=courses.list_levels(),
        outcomes=courses.list_outcomes(course_module),
        filters=finding.as_query(finding.read_filters(request.form)),
        back=_back(course_module),
    )


def _carry_out(course_module, act, ids, change):
    plan = service.change_items(
        actor=web.actor(), now=clock.now(), act=act, course_module=course_module, ids=ids, change=change
    )
    done = {
        "retag": _("The tags of %(count)s items are changed.", count=len(plan.changed)),
        "place": _("%(count)s items stand in their new place.", count=len(plan.changed)),
        "retire": _("%(count)s items are retired. Papers already made keep them.", count=len(plan.changed)),
    }
    flash(done[act], "success")
    if plan.refused:
        flash(_("%(count)s items stayed as they were.", count=len(plan.refused)), "caution")
    return redirect(_back(course_module))
