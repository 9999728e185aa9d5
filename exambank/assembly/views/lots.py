"""Pages of drawing by lot: what lies ready, a lot, the draw before witnesses, reserves, declassification."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from exambank import clock, web
from exambank.assembly import service
from exambank.assembly.forms.lots import DrawForm, LotReasonForm, PrepareLotForm
from exambank.assembly.views.blueprint import bp, load_module
from exambank.errors import DomainError, InvalidInput
from exambank.permissions import Permission
from exambank.web import requires

SQUARES = {"prepared": "half", "drawn": "ticked", "declassified": "full", "withdrawn": "crossed"}


@bp.context_processor
def _lot_words() -> dict:
    return {
        "lot_label": lot_label,
        "lot_square": SQUARES.get,
        "source_label": source_label,
        "lot_of": service.find_lot_of,
    }


def lot_label(state: str) -> str:
    """The word for the state of a lot."""
    labels = {
        "prepared": _("ready to be drawn"),
        "drawn": _("drawn"),
        "declassified": _("exam over"),
        "withdrawn": _("taken apart"),
    }
    return labels[state]


def source_label(source: str) -> str:
    """Where the papers of a set come from."""
    labels = {
        "dealt": _("dealt from a blueprint"),
        "whole": _("written as a whole"),
        "file": _("brought as a file, for printing only"),
    }
    return labels[source]


def load_lot(lot_id: str):
    return service.get_lot(lot_id)


def load_entry(lot_id: str, number: int):
    return service.get_lot_entry(service.get_lot(lot_id), number)


def _to_lot(lot):
    return redirect(url_for(".show_lot", lot_id=lot.public_id))


def _attempt(shown_lot, act, message: str, /, **values):
    """Run a command from a form that cannot complain at its fields; say what happened either way."""
    try:
        act(actor=web.actor(), now=clock.now(), **values)
    except DomainError as refused:
        flash(refused.message, "refusal")
    else:
        flash(message, "success")
    return _to_lot(shown_lot)


@bp.get("/modules/<module_id>/lots")
@requires(Permission.BLUEPRINT_SEE, of=load_module)
def list_lots(course_module):
    return render_template(
        "assembly/list_lots.html", course_module=course_module, lots=service.list_lots(course_module.id),
        sets=service.list_whole_sets(course_module.id), ready=service.list_for_lot(course_module.id),
        is_sealed=service.is_sealed, current=service.current_entry,
    )  # fmt: skip


@bp.route("/modules/<module_id>/lots/new", methods=["GET", "POST"])
@requires(Permission.PAPERS_DEAL, of=load_module)
def prepare_lot(course_module):
    sets, form = service.list_for_lot(course_module.id), PrepareLotForm()
    form.offer(sets, lambda one: f"{one.name} ({source_label(one.source)})")
    if form.validate_on_submit():
        try:
            lot = service.prepare_lot(
                actor=web.actor(), now=clock.now(), course_module=course_module, name=form.name.data,
                paper_sets=form.chosen(),
            )  # fmt: skip
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            flash(_("The lot is ready: draw it before witnesses."), "success")
            return _to_lot(lot)
    return render_template("assembly/prepare_lot.html", course_module=course_module, form=form, sets=sets)


@bp.get("/lots/<lot_id>")
@requires(Permission.BLUEPRINT_SEE, of=load_lot)
def show_lot(lot):
    return render_template(
        "assembly/show_lot.html", lot=lot, facts=service.minutes_facts(lot), form=LotReasonForm(),
        reserve=service.next_reserve_entry(lot), used=service.current_entry(lot), is_open=service.is_open,
    )  # fmt: skip


@bp.route("/lots/<lot_id>/draw", methods=["GET", "POST"])
@requires(Permission.PAPERS_APPROVE, of=load_lot)
def draw_lot(lot):
    """The page for the screen that witnesses see; pressed twice it shows the one draw."""
    if lot.state != "prepared":
        flash(_("This lot is drawn already. A draw is never repeated."), "caution")
        return _to_lot(lot)
    form = DrawForm()
    if form.validate_on_submit():
        try:
            service.draw_lot(actor=web.actor(), now=clock.now(), lot=lot, witnesses=form.present(), seed=form.seed.data)
        except InvalidInput as refused:
            form.form_errors.append(refused.message)
        else:
            return _to_lot(lot)
    return render_template("assembly/draw_lot.html", lot=lot, form=form, facts=service.minutes_facts(lot))


@bp.post("/lots/<lot_id>/withdraw")
@requires(Permission.PAPERS_DEAL, of=load_lot)
def withdraw_lot(lot):
    reason = LotReasonForm().reason.data or ""
    return _attempt(lot, service.withdraw_lot, _("The lot is taken apart."), lot=lot, reason=reason)


@bp.post("/lots/<lot_id>/reserve")
@requires(Permission.PAPERS_APPROVE, of=load_lot)
def use_reserve(lot):
    reason = LotReasonForm().reason.data or ""
    return _attempt(lot, service.use_reserve, _("The first reserve is used now."), lot=lot, reason=reason)


@bp.post("/lots/<lot_id>/close")
@requires(Permission.PAPERS_DECLASSIFY, of=load_lot)
def close_lot(lot):
    return _attempt(lot, service.close_lot, _("The exam of this lot is over; decide about its reserves."), lot=lot)


@bp.post("/lots/<lot_id>/envelopes/<int:number>/declassify")
@requires(Permission.PAPERS_DECLASSIFY, of=load_entry)
def declassify_entry(entry):
    message = _("These papers are no secret any more.")
    return _attempt(entry.lot, service.declassify_entry, message, entry=entry)


@bp.post("/lots/<lot_id>/envelopes/<int:number>/keep")
@requires(Permission.PAPERS_APPROVE, of=load_entry)
def keep_reserve(entry):
    message = _("The reserve stays sealed and may lie in a later lot.")
    return _attempt(entry.lot, service.keep_reserve, message, entry=entry)
