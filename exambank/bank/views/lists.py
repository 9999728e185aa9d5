"""The banks, one bank's items, its overview, steps for many items at once."""

from dataclasses import asdict

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.bank import labels, service
from exambank.bank.views.blueprint import bp, load_bank
from exambank.courses import service as courses
from exambank.errors import InvalidInput, wants_json
from exambank.permissions import Permission, allows
from exambank.web import requires

BULK_ACTS = {"submit": Permission.ITEM_WRITE, "approve": Permission.ITEM_REVIEW, "send_back": Permission.ITEM_REVIEW}


def _filters(values) -> service.Filters:
    names = ("search", "topic", "level", "kind", "state", "author", "tag", "sort")
    given = {name: web.clean_text(values.get(name, ""))[:200] for name in names}
    return service.Filters(**{**given, "sort": given["sort"] or "code"}, is_descending=values.get("dir") == "desc")


@bp.get("/")
@requires(Permission.BANK_SEE)
def list_items():
    """The banks of this person; whoever has one goes straight into it."""
    banks = service.list_banks(web.actor())
    if len(banks) == 1:
        return redirect(url_for("bank.show_bank", module_id=banks[0].course_module.public_id))
    return render_template("bank/list_items.html", banks=banks, waiting=service.count_reviews(web.actor()))


@bp.get("/modules/<module_id>")
@requires(Permission.BANK_SEE, of=load_bank)
def show_bank(course_module):
    filters = _filters(request.args)
    items = service.list_items(course_module, filters, page=web.read_page())
    return render_template(
        "bank/show_bank.html",
        course_module=course_module,
        bank=service.bank_state(course_module),
        filters=filters,
        chosen=asdict(filters),
        items=items,
        versions=service.newest_versions(items.items),
        topics=courses.list_topics(course_module, with_retired=True),
        levels=courses.list_levels(with_retired=True),
        authors=service.list_authors(course_module),
        tags=service.list_tags(course_module),
        states=labels.STATES,
        acts=[act for act, permission in BULK_ACTS.items() if allows(web.actor(), permission, course_module)],
    )


@bp.get("/modules/<module_id>/overview")
@requires(Permission.BANK_SEE, of=load_bank)
def show_overview(course_module):
    return render_template(
        "bank/show_overview.html",
        course_module=course_module,
        bank=service.bank_state(course_module),
        counts=service.count_topics_by_level(course_module),
        topics=courses.list_topics(course_module, with_retired=True),
        levels=courses.list_levels(with_retired=True),
    )


def _act(values) -> str:
    act = values.get("act", "")
    if act not in BULK_ACTS:
        raise InvalidInput(_("Choose what to do with the items."))
    return act


@bp.post("/modules/<module_id>/moves")
@requires(Permission.BANK_SEE, of=load_bank)
def preview_moves(course_module):
    """Show who moves and who does not, before anything happens."""
    act = _act(request.form)
    if request.form.get("all"):
        ids = service.list_item_ids(course_module, _filters(request.form))
    else:
        ids = service.list_ids_of(course_module, request.form.getlist("ids"))
    if not ids:
        flash(_("No item was chosen. Tick the items first."), "caution")
        return redirect(url_for("bank.show_bank", module_id=course_module.public_id))
    moves = service.preview_moves(act, web.actor(), ids)
    public_ids = service.public_ids_of([item_id for item_id, _code in moves.moved])
    if wants_json():
        return jsonify(ids=public_ids, refused=[list(row[1:]) for row in moves.refused])
    return render_template(
        "bank/preview_moves.html",
        course_module=course_module,
        act=act,
        act_label=labels.act_label(act),
        moves=moves,
        public_ids=public_ids,
        back=url_for("bank.show_bank", module_id=course_module.public_id, state=request.form.get("state") or None),
    )


@bp.post("/modules/<module_id>/moves/confirmed")
@requires(Permission.BANK_SEE, of=load_bank)
def move_items(course_module):
    act, comment = _act(request.form), web.clean_text(request.form.get("comment", ""))
    ids = service.list_ids_of(course_module, request.form.getlist("ids"))
    given = {"actor": web.actor(), "now": clock.now(), "items": ids}
    if act == "submit":
        moves = service.submit_many(**given)
    elif act == "approve":
        moves = service.accept_many(**given, comment=comment)
    else:
        moves = service.send_back_many(**given, comment=comment)
    if wants_json():
        return jsonify(moved=len(moves.moved), refused=[list(row[1:]) for row in moves.refused])
    _tell(act, moves)
    return redirect(url_for("bank.show_bank", module_id=course_module.public_id))


def _tell(act: str, moves: service.Moves) -> None:
    done = {
        "submit": _("%(count)s items were sent to review.", count=len(moves.moved)),
        "approve": _("%(count)s items were accepted. Papers may use them.", count=len(moves.moved)),
        "send_back": _("%(count)s items were sent back to their authors.", count=len(moves.moved)),
    }
    flash(done[act], "success")
    if moves.refused:
        flash(_("%(count)s items stayed as they were.", count=len(moves.refused)), "caution")
